CREATE FUNCTION audit.note_ddl() RETURNS event_trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $note_ddl$
BEGIN
    INSERT INTO audit.ddl_event (command_tag, object_type, object_identity)
    SELECT c.command_tag, c.object_type, c.object_identity
    FROM pg_event_trigger_ddl_commands() AS c
    WHERE c.schema_name IS DISTINCT FROM 'pg_temp';
END;
$note_ddl$;

COMMENT ON FUNCTION audit.note_ddl() IS
    'Called by the event trigger library_note_ddl; temporary tables are not of interest.';
