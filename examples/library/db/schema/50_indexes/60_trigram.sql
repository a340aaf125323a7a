-- Only where pg_trgm was there to be installed (see 00_extensions).
DO $do$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX title_trigram ON catalogue.title USING gin (title extensions.gin_trgm_ops);
    END IF;
END
$do$;
