-- Last of all, so that the load itself is not logged. Creating one takes a superuser.
CREATE EVENT TRIGGER library_note_ddl
    ON ddl_command_end
    WHEN TAG IN (
        'CREATE TABLE', 'ALTER TABLE', 'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE POLICY', 'ALTER POLICY', 'GRANT'
    )
    EXECUTE FUNCTION audit.note_ddl();

COMMENT ON EVENT TRIGGER library_note_ddl IS 'Notes who changes the schema, besides the migrations.';
