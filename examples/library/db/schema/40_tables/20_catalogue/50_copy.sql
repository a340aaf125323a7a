CREATE TABLE catalogue.copy (
    copy_id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1001),
    title_id bigint NOT NULL,
    barcode catalogue.barcode NOT NULL,
    branch_id smallint NOT NULL,
    shelf_code text COLLATE catalogue.shelf_order,
    condition catalogue.copy_condition NOT NULL DEFAULT 'new',
    lendable boolean NOT NULL DEFAULT true,
    price org.amount,
    acquired_on date NOT NULL DEFAULT CURRENT_DATE,
    withdrawn_on date,
    order_id bigint,
    order_line_no smallint,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT copy_pkey PRIMARY KEY (copy_id),
    CONSTRAINT copy_barcode_key UNIQUE (barcode),
    CONSTRAINT copy_title_fkey FOREIGN KEY (title_id)
        REFERENCES catalogue.title (title_id) ON DELETE RESTRICT,
    CONSTRAINT copy_branch_fkey FOREIGN KEY (branch_id)
        REFERENCES org.branch (branch_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    -- A shelf that is taken down leaves the copy in its branch, without a place.
    CONSTRAINT copy_shelf_fkey FOREIGN KEY (branch_id, shelf_code)
        REFERENCES org.shelf (branch_id, shelf_code) ON UPDATE CASCADE ON DELETE SET NULL (shelf_code),
    CONSTRAINT copy_barcode_is_of_a_copy CHECK (barcode ~ '^3'),
    CONSTRAINT copy_withdrawn_after_acquired CHECK (withdrawn_on >= acquired_on)
) WITH (fillfactor = 90);

COMMENT ON TABLE catalogue.copy IS 'One physical thing with a barcode. Withdrawn copies stay for the statistics.';
COMMENT ON COLUMN catalogue.copy.lendable IS 'False for reference works, which stay in the house.';
COMMENT ON COLUMN catalogue.copy.price IS 'What it cost; charged when it is lost.';
COMMENT ON COLUMN catalogue.copy.order_id IS
    'Order line it came with; NULL for gifts and for what was here before 2024.';


CREATE TABLE catalogue.copy_note (
    copy_id bigint NOT NULL REFERENCES catalogue.copy (copy_id) ON DELETE CASCADE,
    kept_until date,
    CONSTRAINT copy_note_pkey PRIMARY KEY (note_id)
) INHERITS (org.note);

COMMENT ON TABLE catalogue.copy_note IS 'Remarks on a copy: "page 17 torn, noticed on return".';
