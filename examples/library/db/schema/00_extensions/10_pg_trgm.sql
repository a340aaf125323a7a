-- Trigrams make misspelt titles findable. They are a convenience: everything else works on a server
-- without the contrib modules, so a missing pg_trgm is a notice and not a failure.
CREATE SCHEMA IF NOT EXISTS extensions;

COMMENT ON SCHEMA extensions IS 'Objects of extensions, kept apart from our own.';

GRANT USAGE ON SCHEMA extensions TO PUBLIC;

DO $do$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pg_trgm') THEN
        CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;
    ELSE
        RAISE NOTICE 'pg_trgm is not available; titles are found by whole words only';
    END IF;
END
$do$;
