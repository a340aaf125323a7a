CREATE TABLE catalogue.classification (
    class_code text COLLATE catalogue.shelf_order PRIMARY KEY,
    parent_code text COLLATE catalogue.shelf_order,
    caption text NOT NULL,
    scope_note text,
    CONSTRAINT classification_parent_fkey FOREIGN KEY (parent_code)
        REFERENCES catalogue.classification (class_code)
        ON UPDATE CASCADE ON DELETE RESTRICT
        DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT classification_below_parent CHECK (
        parent_code IS NULL OR (parent_code <> class_code AND starts_with(class_code, rtrim(parent_code, '0')))
    )
);

COMMENT ON TABLE catalogue.classification IS 'Our shelving scheme: a tree of decimal classes, 500 > 590 > 598.';
COMMENT ON CONSTRAINT classification_parent_fkey ON catalogue.classification IS
    'Deferred, so that a new edition of the scheme can be loaded in any order.';
