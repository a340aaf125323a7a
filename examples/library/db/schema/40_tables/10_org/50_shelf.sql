CREATE TABLE org.shelf (
    branch_id smallint NOT NULL REFERENCES org.branch (branch_id) ON UPDATE CASCADE ON DELETE CASCADE,
    shelf_code text COLLATE catalogue.shelf_order NOT NULL,
    floor smallint NOT NULL DEFAULT 0,
    label text NOT NULL,
    CONSTRAINT shelf_pkey PRIMARY KEY (branch_id, shelf_code)
);

COMMENT ON TABLE org.shelf IS
    'A run of shelves with one label at its end. The same code occurs in several branches.';
