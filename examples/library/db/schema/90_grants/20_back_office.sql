GRANT USAGE ON SCHEMA org, catalogue TO library_cataloguer;
GRANT SELECT ON ALL TABLES IN SCHEMA org, catalogue TO library_cataloguer;
GRANT INSERT, UPDATE, DELETE ON
    catalogue.publisher, catalogue.language, catalogue.classification, catalogue.title, catalogue.contributor,
    catalogue.title_contributor, catalogue.copy, catalogue.copy_note, catalogue.serial_issue, catalogue.subject,
    catalogue.title_subject
TO library_cataloguer;
GRANT INSERT ON catalogue.quick_entry TO library_cataloguer;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA catalogue TO library_cataloguer;
GRANT USAGE ON SEQUENCE org.note_id TO library_cataloguer;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA catalogue TO library_cataloguer;

GRANT USAGE ON SCHEMA org, catalogue, acquisition TO library_buyer;
GRANT SELECT ON org.branch, org.staff, catalogue.title, catalogue.copy, catalogue.holding_summary TO library_buyer;
GRANT SELECT ON ALL TABLES IN SCHEMA acquisition TO library_buyer;
GRANT INSERT, UPDATE, DELETE ON acquisition.supplier, acquisition.purchase_order, acquisition.order_line
    TO library_buyer;

-- Budgets come from the council; the buyer may correct the caption.
GRANT UPDATE (caption) ON acquisition.budget TO library_buyer;
GRANT EXECUTE ON FUNCTION acquisition.receive_copies(bigint, smallint, text[]) TO library_buyer;
