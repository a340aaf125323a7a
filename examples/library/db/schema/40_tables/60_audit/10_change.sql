CREATE TABLE audit.change (
    change_id bigint NOT NULL DEFAULT nextval('audit.change_id'),
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    table_schema name NOT NULL,
    table_name name NOT NULL,
    operation "char" NOT NULL,
    row_key jsonb NOT NULL,
    old_row jsonb,
    new_row jsonb,
    changed_by name NOT NULL DEFAULT session_user,
    CONSTRAINT change_pkey PRIMARY KEY (changed_at, change_id),
    CONSTRAINT change_operation_known CHECK (operation IN ('I', 'U', 'D')),
    CONSTRAINT change_rows_fit_operation CHECK (
        (operation = 'I') = (old_row IS NULL) AND (operation = 'D') = (new_row IS NULL)
    )
) PARTITION BY RANGE (changed_at);

ALTER SEQUENCE audit.change_id OWNED BY audit.change.change_id;

CREATE TABLE audit.change_2025 PARTITION OF audit.change
    FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');

CREATE TABLE audit.change_2026 PARTITION OF audit.change
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');

CREATE TABLE audit.change_default PARTITION OF audit.change DEFAULT;

COMMENT ON TABLE audit.change IS
    'Every change of the tables that carry the trigger audit.record_change(). Never edited.';
COMMENT ON COLUMN audit.change.row_key IS 'The columns named as arguments of the trigger, e.g. {"fine_id": 7}.';
