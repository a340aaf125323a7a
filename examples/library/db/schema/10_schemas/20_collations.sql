-- Call numbers and barcodes are filed by character, whatever language the server speaks:
-- 'QA76.9' stands before 'QA9' on the shelf label, and an index must say the same on every machine.
CREATE COLLATION catalogue.shelf_order FROM pg_catalog."C";

COMMENT ON COLLATION catalogue.shelf_order IS
    'Order of labels on the shelf: by character code, no language rules.';
