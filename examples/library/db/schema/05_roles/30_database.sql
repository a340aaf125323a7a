-- The name of the database differs from place to place, so these grants are put together at load time.
DO $do$
BEGIN
    EXECUTE format('REVOKE CREATE ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CREATE, CONNECT, TEMPORARY ON DATABASE %I TO library_owner', current_database());
END
$do$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
