CREATE TABLE org.branch (
    branch_id smallint GENERATED ALWAYS AS IDENTITY,
    code org.branch_code NOT NULL,
    name text NOT NULL,
    address org.postal_address NOT NULL,
    phone text,
    time_zone text NOT NULL DEFAULT 'Europe/Paris',
    opened_on date NOT NULL,
    closed_on date,
    CONSTRAINT branch_pkey PRIMARY KEY (branch_id),
    CONSTRAINT branch_code_key UNIQUE (code),
    CONSTRAINT branch_address_has_city CHECK ((address).city IS NOT NULL),
    CONSTRAINT branch_time_zone_known CHECK (
        timestamptz '2000-01-01 00:00:00+00' AT TIME ZONE time_zone IS NOT NULL
    ),
    CONSTRAINT branch_closed_after_opened CHECK (closed_on > opened_on)
);

COMMENT ON TABLE org.branch IS 'A building where people can borrow and return.';
COMMENT ON COLUMN org.branch.code IS 'Short name on spine labels and in transfer lists, e.g. MAIN.';
COMMENT ON COLUMN org.branch.closed_on IS 'Day on which the branch was given up; NULL while it is in use.';
COMMENT ON CONSTRAINT branch_time_zone_known ON org.branch IS
    'An unknown name raises an error of its own in AT TIME ZONE.';
