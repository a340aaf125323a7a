CREATE TABLE acquisition.budget (
    fund_code text NOT NULL,
    fiscal_year smallint NOT NULL,
    caption text NOT NULL,
    allocated org.amount NOT NULL,
    CONSTRAINT budget_pkey PRIMARY KEY (fund_code, fiscal_year),
    CONSTRAINT budget_fund_code_form CHECK (fund_code ~ '^[A-Z]+(-[A-Z]+)*$'),
    CONSTRAINT budget_year CHECK (fiscal_year BETWEEN 2000 AND 2100)
);

CREATE TABLE acquisition.budget_revision (
    fund_code text NOT NULL,
    fiscal_year smallint NOT NULL,
    revised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revised_by name NOT NULL DEFAULT session_user,
    allocated_before org.amount NOT NULL,
    allocated_after org.amount NOT NULL,
    PRIMARY KEY (fund_code, fiscal_year, revised_at),
    FOREIGN KEY (fund_code, fiscal_year)
        REFERENCES acquisition.budget ON UPDATE CASCADE ON DELETE CASCADE
);

COMMENT ON TABLE acquisition.budget IS 'What the council lets us spend, by fund and year.';
COMMENT ON TABLE acquisition.budget_revision IS 'Written by a rule whenever the council changes its mind.';
