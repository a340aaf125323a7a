CREATE TABLE audit.ddl_event (
    ddl_event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    command_tag text NOT NULL,
    object_type text,
    object_identity text,
    done_by name NOT NULL DEFAULT session_user
);

COMMENT ON TABLE audit.ddl_event IS 'Changes of the schema itself, written by the event trigger library_note_ddl.';
