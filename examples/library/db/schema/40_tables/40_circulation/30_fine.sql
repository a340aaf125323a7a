CREATE TABLE circulation.fine (
    fine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id bigint NOT NULL REFERENCES membership.member (member_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    loan_id bigint,
    reason circulation.fine_reason NOT NULL,
    amount org.amount NOT NULL,
    charged_at timestamptz NOT NULL DEFAULT now(),
    waived_at timestamptz,
    waived_by integer REFERENCES org.staff (staff_id) ON DELETE RESTRICT,
    waived_because text,
    CONSTRAINT fine_of_member_key UNIQUE (fine_id, member_id),
    -- The fine for a loan goes to the member who had it, and to nobody else.
    CONSTRAINT fine_loan_fkey FOREIGN KEY (loan_id, member_id)
        REFERENCES circulation.loan (loan_id, member_id)
        MATCH SIMPLE ON UPDATE CASCADE ON DELETE NO ACTION,
    CONSTRAINT fine_amount_positive CHECK (amount > 0),
    CONSTRAINT fine_has_loan CHECK (reason = 'card' OR loan_id IS NOT NULL),
    CONSTRAINT fine_waived_by_somebody CHECK (num_nulls(waived_at, waived_by, waived_because) IN (0, 3))
);

COMMENT ON TABLE circulation.fine IS 'What a member owes us. A fine is paid or waived, never deleted.';
