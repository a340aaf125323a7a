CREATE TABLE catalogue.holding_summary (
    title_id bigint NOT NULL REFERENCES catalogue.title (title_id) ON DELETE CASCADE,
    branch_id smallint NOT NULL REFERENCES org.branch (branch_id) ON DELETE CASCADE,
    copies integer NOT NULL,
    PRIMARY KEY (title_id, branch_id),
    CONSTRAINT holding_summary_not_negative CHECK (copies >= 0)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

COMMENT ON TABLE catalogue.holding_summary IS
    'How many copies of a title a branch has. Kept by triggers on catalogue.copy; do not write to it.';
