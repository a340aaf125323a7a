CREATE TABLE acquisition.purchase_order (
    order_id bigint GENERATED ALWAYS AS IDENTITY (START WITH 7001),
    order_ref text GENERATED ALWAYS AS ('PO-' || lpad(order_id::text, 6, '0')) STORED,
    supplier_id integer NOT NULL REFERENCES acquisition.supplier (supplier_id) ON DELETE RESTRICT,
    branch_id smallint NOT NULL REFERENCES org.branch (branch_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    status acquisition.order_status NOT NULL DEFAULT 'draft',
    ordered_by integer REFERENCES org.staff (staff_id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    CONSTRAINT purchase_order_pkey PRIMARY KEY (order_id),
    CONSTRAINT purchase_order_sent CHECK (status IN ('draft', 'cancelled') OR sent_at IS NOT NULL)
);

COMMENT ON TABLE acquisition.purchase_order IS 'An order to one supplier, delivered to one branch.';
COMMENT ON COLUMN acquisition.purchase_order.order_ref IS 'What the supplier is asked to print on the invoice.';


CREATE TABLE acquisition.order_line (
    order_id bigint NOT NULL,
    line_no smallint NOT NULL,
    title_id bigint NOT NULL REFERENCES catalogue.title (title_id) ON DELETE RESTRICT,
    fund_code text,
    fiscal_year smallint,
    quantity smallint NOT NULL DEFAULT 1,
    unit_price org.amount NOT NULL,
    line_total numeric(12, 2) GENERATED ALWAYS AS (quantity * unit_price::numeric) STORED,
    received smallint NOT NULL DEFAULT 0,
    CONSTRAINT order_line_pkey PRIMARY KEY (order_id, line_no),
    CONSTRAINT order_line_order_fkey FOREIGN KEY (order_id)
        REFERENCES acquisition.purchase_order (order_id) ON DELETE CASCADE,
    -- MATCH FULL: a fund without its year, or a year without a fund, is refused.
    CONSTRAINT order_line_budget_fkey FOREIGN KEY (fund_code, fiscal_year)
        REFERENCES acquisition.budget (fund_code, fiscal_year)
        MATCH FULL ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT order_line_quantity_positive CHECK (quantity > 0),
    CONSTRAINT order_line_received_in_range CHECK (received BETWEEN 0 AND quantity)
);

COMMENT ON TABLE acquisition.order_line IS 'A title on an order. Without a budget it is a gift or a replacement.';
