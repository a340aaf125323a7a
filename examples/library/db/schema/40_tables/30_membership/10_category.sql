CREATE TABLE membership.category (
    category_code text PRIMARY KEY,
    name text NOT NULL,
    max_loans smallint NOT NULL,
    max_holds smallint NOT NULL,
    yearly_fee org.amount NOT NULL,
    age_from smallint NOT NULL DEFAULT 0,
    age_to smallint,
    CONSTRAINT category_code_plain CHECK (category_code = lower(category_code)),
    CONSTRAINT category_limits_positive CHECK (max_loans > 0 AND max_holds >= 0),
    CONSTRAINT category_ages CHECK (age_from >= 0 AND (age_to IS NULL OR age_to > age_from))
);

COMMENT ON TABLE membership.category IS 'Kinds of membership, as the council''s fee schedule names them.';
COMMENT ON COLUMN membership.category.age_to IS 'First age that is too old; NULL for no limit.';


CREATE TABLE membership.lending_rule (
    category_code text NOT NULL
        REFERENCES membership.category (category_code) ON UPDATE CASCADE ON DELETE CASCADE,
    medium catalogue.medium NOT NULL,
    loan_days smallint NOT NULL DEFAULT 21,
    max_renewals smallint NOT NULL DEFAULT 2,
    fine_per_day org.amount NOT NULL,
    fine_cap org.amount NOT NULL,
    CONSTRAINT lending_rule_pkey PRIMARY KEY (category_code, medium),
    CONSTRAINT lending_rule_days CHECK (loan_days BETWEEN 1 AND 120),
    CONSTRAINT lending_rule_renewals CHECK (max_renewals BETWEEN 0 AND 5),
    CONSTRAINT lending_rule_cap_reachable CHECK (fine_cap >= fine_per_day)
);

COMMENT ON TABLE membership.lending_rule IS
    'For how long a category may have a medium. No row: that category may not borrow that medium.';
COMMENT ON COLUMN membership.lending_rule.fine_cap IS 'A late return costs at most this, however late.';
