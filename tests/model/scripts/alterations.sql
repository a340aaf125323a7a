-- ALTER TABLE and what it does to the rest.

--- columns that are added
CREATE TABLE t (a int);
ALTER TABLE t ADD b text NOT NULL DEFAULT 'x', ADD COLUMN c int CHECK (c > 0) UNIQUE;
ALTER TABLE t ADD COLUMN IF NOT EXISTS a text;
ALTER TABLE t ADD COLUMN IF NOT EXISTS d numeric(5) PRIMARY KEY;
ALTER TABLE IF EXISTS t ADD e int REFERENCES t (d) DEFERRABLE;
ALTER TABLE IF EXISTS missing ADD e int;

--- columns that are dropped
CREATE TABLE t (a int PRIMARY KEY, b int, c int UNIQUE, d int CHECK (d > 0), e serial, CHECK (b > c), UNIQUE (b, d));
CREATE INDEX i ON t (b);
CREATE INDEX j ON t (a, (b + 1));
CREATE INDEX k ON t (a) WHERE b > 0;
CREATE INDEX l ON t (a) INCLUDE (b);
COMMENT ON COLUMN t.b IS 'gone';
ALTER TABLE t DROP COLUMN b, DROP d;
ALTER TABLE t DROP COLUMN IF EXISTS missing;
ALTER TABLE t DROP COLUMN e;

--- columns that are dropped and added again
CREATE TABLE t (a int, b int DEFAULT 5, c int);
ALTER TABLE t DROP b;
ALTER TABLE t ADD b text;

--- columns that are dropped with what needs them
CREATE TABLE p (a int PRIMARY KEY, b int);
CREATE TABLE c (x int REFERENCES p);
CREATE VIEW v AS SELECT a FROM p;
CREATE VIEW w AS SELECT b FROM p;
CREATE VIEW u AS SELECT * FROM v;
ALTER TABLE p DROP COLUMN a CASCADE;

--- generated columns that are dropped with what they are made from
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c int);
ALTER TABLE t DROP COLUMN a CASCADE;

--- types of columns that change
CREATE TABLE t (a int, b text DEFAULT '1', c int DEFAULT 1, d varchar(10) NOT NULL, e timestamp);
CREATE INDEX i ON t (a);
ALTER TABLE t ALTER a TYPE bigint, ALTER COLUMN d SET DATA TYPE text COLLATE "C";
ALTER TABLE t ALTER b DROP DEFAULT, ALTER b TYPE int USING b::int, ALTER b SET DEFAULT 2;
ALTER TABLE t ALTER c TYPE numeric(8,2);
ALTER TABLE t ALTER e TYPE timestamptz(3) USING e AT TIME ZONE 'UTC';

--- types of serial columns that change
CREATE TABLE t (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE t ALTER a TYPE bigint;
ALTER TABLE t ALTER b TYPE bigint;

--- columns that are renamed
CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE CHECK (b > 0), c int DEFAULT 1, d serial, e int, CHECK (e > b));
CREATE INDEX i ON t (b, (b + e)) WHERE b > 5;
ALTER TABLE t RENAME a TO aa;
ALTER TABLE t RENAME COLUMN b TO "B b";
ALTER TABLE t RENAME e TO "Select";
COMMENT ON COLUMN t.aa IS 'renamed';

--- renamed columns of keys that others refer to
CREATE TABLE p (a int PRIMARY KEY, g int GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE c (x int REFERENCES p);
ALTER TABLE p RENAME a TO id;
ALTER TABLE c RENAME x TO p_id;

--- renamed columns of exclusions, policies, triggers and keys
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int, b int, c int4range, EXCLUDE USING gist (c WITH &&) WHERE (a > 0), UNIQUE (a) INCLUDE (b));
CREATE TRIGGER g BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > OLD.a) EXECUTE FUNCTION f();
CREATE POLICY p ON t USING (a > 0) WITH CHECK (b > a);
CREATE TABLE s (a int) PARTITION BY RANGE (a, (a + 1));
CREATE TABLE u (a int, b int GENERATED ALWAYS AS (a * 2) STORED, EXCLUDE ((a + 1) WITH =));
ALTER TABLE t RENAME a TO x;
ALTER TABLE t RENAME c TO z;
ALTER TABLE s RENAME a TO x;
ALTER TABLE u RENAME a TO x;

--- tables that are renamed
CREATE TABLE t (a serial PRIMARY KEY, b int UNIQUE, CHECK (t.b > 0));
CREATE INDEX ON t (b);
CREATE TABLE c (x int REFERENCES t);
ALTER TABLE t RENAME TO t2;
CREATE TABLE t (a serial PRIMARY KEY, b int UNIQUE);
CREATE INDEX ON t (b);

--- tables that move to another schema
CREATE SCHEMA s;
CREATE TABLE t (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY, c int);
CREATE INDEX i ON t (c);
CREATE TABLE c (x int REFERENCES t, y t);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TABLE t IS 'moved';
ALTER TABLE t SET SCHEMA s;

--- owners of tables and what goes with them
CREATE ROLE confiture_owner;
CREATE TABLE t (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY);
CREATE SEQUENCE q;
ALTER TABLE t OWNER TO confiture_owner;
ALTER SEQUENCE q OWNER TO confiture_owner;
CREATE VIEW v AS SELECT 1 AS a;
ALTER VIEW v OWNER TO confiture_owner;
ALTER TABLE v OWNER TO CURRENT_USER;
CREATE TYPE e AS ENUM ('a');
ALTER TYPE e OWNER TO confiture_owner;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f() OWNER TO confiture_owner;
CREATE SCHEMA s AUTHORIZATION confiture_owner;
CREATE TABLE s.t (a int);
ALTER SCHEMA public OWNER TO confiture_owner;

--- what is made by another role
CREATE ROLE confiture_maker;
GRANT CREATE ON SCHEMA public TO confiture_maker;
SET ROLE confiture_maker;
CREATE TABLE t (a serial);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
RESET ROLE;
CREATE TABLE u (a int);
SET SESSION AUTHORIZATION confiture_maker;
CREATE TABLE w (a int);
RESET SESSION AUTHORIZATION;

--- the search path
CREATE SCHEMA s;
CREATE SCHEMA r;
SET search_path = s, public;
CREATE TABLE t (a serial PRIMARY KEY);
CREATE TYPE e AS ENUM ('x');
SET search_path TO r, s;
CREATE TABLE u (a int REFERENCES t, b e);
CREATE INDEX ON u (a);
SET LOCAL search_path = missing, public;
CREATE TABLE w (a int REFERENCES s.t);
RESET search_path;
CREATE TABLE x (a int);
SELECT pg_catalog.set_config('search_path', 's', false);
CREATE TABLE y (a int REFERENCES t);
SET search_path TO DEFAULT;
CREATE TABLE z (a int);

--- the empty search path of a dump
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.t (a integer NOT NULL, b text DEFAULT 'x'::text);
CREATE SEQUENCE public.t_a_seq AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
ALTER SEQUENCE public.t_a_seq OWNED BY public.t.a;
ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT nextval('public.t_a_seq'::regclass);
ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (a);

--- the dump of an identity column
CREATE TABLE t (a integer NOT NULL);
ALTER TABLE t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.t_a_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1
);

--- triggers and rules that are enabled
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int);
CREATE TRIGGER g1 BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER g2 BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER g3 BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
ALTER TABLE t DISABLE TRIGGER g1, ENABLE ALWAYS TRIGGER g2, ENABLE REPLICA TRIGGER g3, DISABLE RULE r;
CREATE TABLE s (a int);
CREATE TRIGGER g1 BEFORE UPDATE ON s FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE s DISABLE TRIGGER ALL;
CREATE TABLE u (a int);
CREATE TRIGGER g1 BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE u DISABLE TRIGGER USER;
ALTER TABLE u ENABLE TRIGGER USER;

--- several changes in one statement
CREATE TABLE t (a int, b int);
ALTER TABLE t DROP COLUMN a, ADD COLUMN c int NOT NULL, ALTER b SET NOT NULL, ADD PRIMARY KEY (c),
    ADD CONSTRAINT k CHECK (b > c), ALTER b SET DEFAULT 3;

--- primary key of a column that is added with a reference
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE t (a int);
ALTER TABLE t ADD COLUMN p_id bigint CONSTRAINT my_fk REFERENCES p ON DELETE CASCADE NOT NULL;

--- names of constraints that are added
CREATE TABLE t (a int, b int, CONSTRAINT t_check CHECK (a > 1));
ALTER TABLE t ADD CHECK (a > 2 AND b > 1);
ALTER TABLE t ADD CHECK (a > 3);
ALTER TABLE t ADD CHECK (a > 4);
ALTER TABLE t ADD UNIQUE (a);
ALTER TABLE t ADD UNIQUE (a, b);
ALTER TABLE t ADD UNIQUE (a);

--- access method and tablespace
CREATE TABLE t (a int) USING heap TABLESPACE pg_default;
ALTER TABLE t SET TABLESPACE pg_default;
CREATE TABLE s (a int);
ALTER TABLE s SET WITHOUT OIDS;

--- default of a column that is made into a serial by hand
CREATE SEQUENCE q;
CREATE TABLE t (a int DEFAULT nextval('q'), b bigint DEFAULT nextval('q'::regclass) NOT NULL);
ALTER SEQUENCE q OWNED BY t.b;
CREATE SEQUENCE r OWNED BY t.a;
ALTER SEQUENCE r OWNED BY NONE;

--- names are looked for when all is read
CREATE SCHEMA s;
SET search_path = s;
CREATE TABLE t (a int);
CREATE TABLE public.t (b int);
SET search_path = public, s;
ALTER TABLE t ADD c int;
CREATE INDEX ON t (b);
COMMENT ON TABLE t IS 'of public';
--- multiranges of ranges that are renamed and moved
CREATE SCHEMA s;
CREATE TYPE r AS RANGE (SUBTYPE = float8);
CREATE TYPE q AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = s."Many q");
CREATE TABLE t (a r_multirange, b s."Many q");
ALTER TYPE r RENAME TO rr;
ALTER TYPE rr SET SCHEMA s;
ALTER TYPE q RENAME TO "Q";
CREATE TYPE p AS RANGE (SUBTYPE = float8);
ALTER TYPE p_multirange RENAME TO ps;
CREATE TYPE o AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = os);
ALTER TYPE os RENAME TO o_multirange;

--- parameters without a value
CREATE TABLE t (a int, b int) WITH (autovacuum_enabled, fillfactor = 70);
CREATE INDEX i ON t (a) WITH (deduplicate_items);
CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled) AS SELECT a FROM t;
CREATE TABLE u (a int);
ALTER TABLE u SET (autovacuum_enabled, vacuum_truncate);
ALTER TABLE u RESET (vacuum_truncate);
ALTER VIEW v SET (security_invoker);

--- a renamed table before its columns in keys
CREATE TABLE t (a int, b int, EXCLUDE USING btree ((t.a + 1) WITH =) WHERE (t.b > 0), UNIQUE (a));
CREATE INDEX ON t ((t.a + t.b), b) WHERE t.a > 0;
ALTER TABLE t RENAME TO "T 2";
CREATE TABLE p (a int, b int) PARTITION BY RANGE ((p.a + 1), b);
ALTER TABLE p RENAME TO q;

--- a column that is renamed behind DISTINCT ON
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT DISTINCT ON (a, (b)) a + 1 AS x, b FROM t ORDER BY a;
CREATE VIEW w AS SELECT DISTINCT ON (a) a FROM t;
ALTER TABLE t RENAME a TO n;
