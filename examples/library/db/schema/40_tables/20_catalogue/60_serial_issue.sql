CREATE TABLE catalogue.serial_issue (
    issue_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title_id bigint NOT NULL REFERENCES catalogue.title (title_id) ON DELETE CASCADE,
    volume smallint,
    issue_no smallint,
    cover_date date NOT NULL,
    expected_on date NOT NULL,
    arrived_on date,
    claimed_on date,
    CONSTRAINT serial_issue_key UNIQUE NULLS NOT DISTINCT (title_id, volume, issue_no, cover_date),
    CONSTRAINT serial_issue_claimed_when_late CHECK (claimed_on IS NULL OR claimed_on > expected_on)
);

COMMENT ON TABLE catalogue.serial_issue IS 'Issues of periodicals, also those that have yet to arrive.';
COMMENT ON COLUMN catalogue.serial_issue.volume IS 'Some periodicals count issues only, some nothing at all.';
