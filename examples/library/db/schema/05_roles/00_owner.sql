-- Roles belong to the whole cluster, which may hold several databases of this schema. CREATE ROLE has
-- no IF NOT EXISTS, so each one is guarded; unique_violation is what a concurrent load would raise.
DO $do$
BEGIN
    CREATE ROLE library_owner NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        RAISE DEBUG 'role library_owner is already there';
END
$do$;

COMMENT ON ROLE library_owner IS 'Owns every object of the library schema; nobody logs in as it.';
