CREATE INDEX title_search ON catalogue.title USING gin (search_vector);
CREATE INDEX title_attributes ON catalogue.title USING gin (attributes jsonb_path_ops);
CREATE INDEX title_filing ON catalogue.title (sort_title COLLATE "C", published_year DESC NULLS LAST);
CREATE INDEX title_shelf ON catalogue.title (class_code, sort_title) WHERE class_code IS NOT NULL;
CREATE INDEX title_publisher ON catalogue.title (publisher_id);

CREATE INDEX classification_parent ON catalogue.classification (parent_code);

-- "tol" must find Tolstoy while it is being typed.
CREATE INDEX contributor_prefix ON catalogue.contributor USING spgist (lower(sort_name));
CREATE INDEX title_contributor_contributor ON catalogue.title_contributor (contributor_id);
CREATE INDEX title_subject_subject ON catalogue.title_subject (subject_id);

-- The question at the desk, answered from the index alone: which copies of this title are in use here?
CREATE INDEX copy_in_use ON catalogue.copy (title_id, branch_id)
    INCLUDE (barcode, shelf_code)
    WHERE withdrawn_on IS NULL;
CREATE INDEX copy_shelf ON catalogue.copy (branch_id, shelf_code);
CREATE INDEX copy_order_line ON catalogue.copy (order_id, order_line_no) WHERE order_id IS NOT NULL;

CREATE INDEX serial_issue_missing ON catalogue.serial_issue (expected_on) WHERE arrived_on IS NULL;

COMMENT ON INDEX catalogue.title_search IS 'For catalogue.search().';
