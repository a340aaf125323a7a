CREATE TABLE circulation.payment (
    payment_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_no bigint NOT NULL DEFAULT nextval('circulation.receipt_number'),
    member_id bigint NOT NULL REFERENCES membership.member (member_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    amount org.amount NOT NULL CHECK (amount > 0),
    method circulation.payment_method NOT NULL,
    paid_at timestamptz NOT NULL DEFAULT now(),
    taken_by integer REFERENCES org.staff (staff_id) ON DELETE SET NULL,
    CONSTRAINT payment_receipt_key UNIQUE (receipt_no),
    CONSTRAINT payment_of_member_key UNIQUE (payment_id, member_id)
);

ALTER SEQUENCE circulation.receipt_number OWNED BY circulation.payment.receipt_no;

CREATE TABLE circulation.payment_allocation (
    payment_id bigint NOT NULL,
    fine_id bigint NOT NULL,
    member_id bigint NOT NULL,
    amount org.amount NOT NULL,
    CONSTRAINT payment_allocation_pkey PRIMARY KEY (payment_id, fine_id),
    CONSTRAINT payment_allocation_payment_fkey FOREIGN KEY (payment_id, member_id)
        REFERENCES circulation.payment (payment_id, member_id) ON UPDATE CASCADE ON DELETE CASCADE
        DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT payment_allocation_fine_fkey FOREIGN KEY (fine_id, member_id)
        REFERENCES circulation.fine (fine_id, member_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT payment_allocation_positive CHECK (amount > 0)
);

COMMENT ON TABLE circulation.payment IS 'Money that came in, with a receipt.';
COMMENT ON TABLE circulation.payment_allocation IS
    'Which fines a payment settles. At the end of the transaction the parts must add up to the payment.';
COMMENT ON COLUMN circulation.payment_allocation.member_id IS 'Ties both sides to the same member.';
