-- Logins of programs. Passwords are set by hand after the load, never in a file.
DO $do$
BEGIN
    CREATE ROLE library_web LOGIN NOINHERIT CONNECTION LIMIT 50;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        RAISE DEBUG 'role library_web is already there';
END
$do$;

COMMENT ON ROLE library_web IS
    'The self-service site. It has no rights of its own and does SET ROLE library_member.';
