-- GiST can compare ranges for equality without any extension, but numbers only with btree_gist, which
-- not every server has. int4range(n, n, '[]') is the range that holds n alone, so two of them are equal
-- when the numbers are.

CREATE TABLE org.opening_hours (
    branch_id smallint NOT NULL,
    weekday smallint NOT NULL,
    hours org.time_range NOT NULL,
    self_service boolean NOT NULL DEFAULT false,
    CONSTRAINT opening_hours_pkey PRIMARY KEY (branch_id, weekday, hours),
    CONSTRAINT opening_hours_branch_fkey FOREIGN KEY (branch_id)
        REFERENCES org.branch (branch_id) ON DELETE CASCADE,
    CONSTRAINT opening_hours_weekday_iso CHECK (weekday BETWEEN 1 AND 7),
    CONSTRAINT opening_hours_not_empty CHECK (NOT isempty(hours)),
    CONSTRAINT opening_hours_do_not_overlap EXCLUDE USING gist (
        int4range(branch_id, branch_id, '[]') WITH =,
        int4range(weekday, weekday, '[]') WITH =,
        hours WITH &&
    )
);

COMMENT ON TABLE org.opening_hours IS 'Regular week of a branch; a day can have several stretches.';
COMMENT ON COLUMN org.opening_hours.weekday IS 'ISO: 1 is Monday, 7 is Sunday.';
COMMENT ON COLUMN org.opening_hours.self_service IS 'Open without staff: kiosk and gate only.';


CREATE TABLE org.closure (
    closure_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    branch_id smallint REFERENCES org.branch (branch_id) ON DELETE CASCADE,
    closed_during daterange NOT NULL,
    reason text NOT NULL,
    CONSTRAINT closure_has_both_ends CHECK (
        NOT isempty(closed_during) AND NOT lower_inf(closed_during) AND NOT upper_inf(closed_during)
    ),
    -- A closure of all branches and one of a single branch may fall together.
    CONSTRAINT closure_once EXCLUDE USING gist (
        int4range(branch_id, branch_id, '[]') WITH =,
        closed_during WITH &&
    )
);

COMMENT ON TABLE org.closure IS
    'Holidays and works. Nothing falls due on a day on which it could not be returned.';
COMMENT ON COLUMN org.closure.branch_id IS 'NULL: all branches.';
