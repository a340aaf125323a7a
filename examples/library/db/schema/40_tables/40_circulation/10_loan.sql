CREATE TABLE circulation.loan (
    loan_id bigint GENERATED ALWAYS AS IDENTITY,
    copy_id bigint NOT NULL,
    member_id bigint NOT NULL,
    branch_id smallint NOT NULL,
    loaned_at timestamptz NOT NULL DEFAULT now(),
    due_on date NOT NULL,
    returned_at timestamptz,
    renewals smallint NOT NULL DEFAULT 0,
    issued_by integer,
    out_during tstzrange GENERATED ALWAYS AS (tstzrange(loaned_at, returned_at, '[)')) STORED,
    CONSTRAINT loan_pkey PRIMARY KEY (loan_id),
    CONSTRAINT loan_of_member_key UNIQUE (loan_id, member_id),
    CONSTRAINT loan_copy_fkey FOREIGN KEY (copy_id)
        REFERENCES catalogue.copy (copy_id) ON DELETE RESTRICT,
    CONSTRAINT loan_member_fkey FOREIGN KEY (member_id)
        REFERENCES membership.member (member_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT loan_branch_fkey FOREIGN KEY (branch_id)
        REFERENCES org.branch (branch_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    CONSTRAINT loan_issued_by_fkey FOREIGN KEY (issued_by)
        REFERENCES org.staff (staff_id) ON DELETE SET NULL,
    CONSTRAINT loan_returned_after_loaned CHECK (returned_at > loaned_at),
    CONSTRAINT loan_renewals_in_range CHECK (renewals BETWEEN 0 AND 5),
    CONSTRAINT loan_one_borrower_at_a_time EXCLUDE USING gist (
        int8range(copy_id, copy_id, '[]') WITH =,
        out_during WITH &&
    )
) WITH (fillfactor = 85);

COMMENT ON TABLE circulation.loan IS
    'One copy with one member. Returned loans are removed after a while, unless the member keeps a history.';
COMMENT ON COLUMN circulation.loan.branch_id IS 'Where it was handed out, which need not be where the copy lives.';
COMMENT ON COLUMN circulation.loan.due_on IS
    'Last day for returning it. Filled in from the lending rule when left out.';
COMMENT ON COLUMN circulation.loan.issued_by IS 'NULL: the kiosk.';
COMMENT ON CONSTRAINT loan_one_borrower_at_a_time ON circulation.loan IS
    'Holds for loans entered afterwards too, when the desk had to work on paper.';
