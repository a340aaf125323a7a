-- Loans without the borrower: what the yearly statistics need, and all that is kept for good.
CREATE TABLE circulation.loan_history (
    history_id bigint NOT NULL DEFAULT nextval('circulation.loan_history_id'),
    loaned_on date NOT NULL,
    returned_on date NOT NULL,
    title_id bigint NOT NULL REFERENCES catalogue.title (title_id) ON DELETE CASCADE,
    medium catalogue.medium NOT NULL,
    branch_id smallint NOT NULL REFERENCES org.branch (branch_id) ON UPDATE CASCADE ON DELETE RESTRICT,
    category_code text NOT NULL,
    renewals smallint NOT NULL DEFAULT 0,
    days_out integer GENERATED ALWAYS AS (returned_on - loaned_on) STORED,
    CONSTRAINT loan_history_pkey PRIMARY KEY (loaned_on, medium, history_id),
    CONSTRAINT loan_history_days CHECK (returned_on >= loaned_on)
) PARTITION BY RANGE (loaned_on);

ALTER SEQUENCE circulation.loan_history_id OWNED BY circulation.loan_history.history_id;

CREATE TABLE circulation.loan_history_2024 PARTITION OF circulation.loan_history
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

CREATE TABLE circulation.loan_history_2025 PARTITION OF circulation.loan_history
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

-- From 2026 on, sound and film are reported to the collecting society, so they have a partition to themselves.
CREATE TABLE circulation.loan_history_2026 PARTITION OF circulation.loan_history
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
    PARTITION BY LIST (medium);

CREATE TABLE circulation.loan_history_2026_print PARTITION OF circulation.loan_history_2026
    FOR VALUES IN ('book', 'periodical', 'map');

CREATE TABLE circulation.loan_history_2026_av PARTITION OF circulation.loan_history_2026
    FOR VALUES IN ('audiobook', 'dvd');

CREATE TABLE circulation.loan_history_2026_other PARTITION OF circulation.loan_history_2026 DEFAULT;

-- Everything before 2024 came from the old system in one piece, with looser rules.
CREATE TABLE circulation.loan_history_before_2024 (
    LIKE circulation.loan_history INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED
);

ALTER TABLE circulation.loan_history
    ATTACH PARTITION circulation.loan_history_before_2024 FOR VALUES FROM (MINVALUE) TO ('2024-01-01');

CREATE TABLE circulation.loan_history_default PARTITION OF circulation.loan_history DEFAULT;

COMMENT ON TABLE circulation.loan_history IS 'Finished loans, anonymous: one partition per year.';
COMMENT ON TABLE circulation.loan_history_default IS
    'Catches loans of a year whose partition nobody has made yet; should be empty.';
