-- Every new database has PL/pgSQL; stating it makes the dependency visible.
CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
