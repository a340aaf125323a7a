"""Statements for a real server, one after the other, that make and drop objects of all kinds."""

from __future__ import annotations

RECORD = """
    CREATE SCHEMA recorded;
    CREATE TABLE recorded.seen (id serial, tag text, kind text, identity text);
    CREATE FUNCTION recorded.on_command() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO recorded.seen (tag, kind, identity)
        SELECT command_tag, object_type, object_identity FROM pg_event_trigger_ddl_commands();
    END $$;
    CREATE FUNCTION recorded.on_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO recorded.seen (tag, kind, identity)
        SELECT tg_tag, object_type, object_identity FROM pg_event_trigger_dropped_objects() WHERE original;
    END $$;
    CREATE EVENT TRIGGER on_command ON ddl_command_end EXECUTE FUNCTION recorded.on_command();
    CREATE EVENT TRIGGER on_drop ON sql_drop EXECUTE FUNCTION recorded.on_drop();
"""

PREPARED = """
    CREATE SCHEMA s;
    CREATE FUNCTION s.grow(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION s.grow2(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION s.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE FUNCTION s.event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE TYPE s.pair AS (a int, b text);
    CREATE FUNCTION s.pair_of(int) RETURNS s.pair LANGUAGE sql AS 'SELECT NULL::s.pair';
"""

#: Run one after the other, each as if it were in a file.
SCRIPT = [
    "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler",
    "CREATE AGGREGATE s.total (int) (SFUNC = s.grow, STYPE = int)",
    "CREATE AGGREGATE s.total2 (BASETYPE = int4, SFUNC = s.grow, STYPE = int)",
    "CREATE OR REPLACE AGGREGATE s.count2 (*) (SFUNC = pg_catalog.int8inc, STYPE = int8, INITCOND = '0')",
    "CREATE CAST (int AS s.pair) WITH FUNCTION s.pair_of(int)",
    "CREATE COLLATION s.\"Coll\" (locale = 'C')",
    'CREATE COLLATION IF NOT EXISTS s.other FROM "C"',
    "CREATE CONVERSION s.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    "CREATE DOMAIN s.dom AS int CONSTRAINT positive CHECK (VALUE > 0)",
    "CREATE EVENT TRIGGER happens ON ddl_command_start EXECUTE FUNCTION s.event()",
    "CREATE FOREIGN DATA WRAPPER wrap",
    "CREATE SERVER srv FOREIGN DATA WRAPPER wrap",
    "CREATE USER MAPPING FOR postgres SERVER srv",
    "CREATE USER MAPPING FOR PUBLIC SERVER srv",
    "CREATE FOREIGN TABLE s.far (a int) SERVER srv",
    "CREATE FUNCTION s.f() RETURNS int RETURN 1",
    "CREATE OR REPLACE FUNCTION s.f(a int, b text DEFAULT 'x, y') RETURNS int BEGIN ATOMIC SELECT 1; END",
    "CREATE FUNCTION s.\"F\"(OUT a int, IN OUT b varchar(10), VARIADIC c float8[] DEFAULT '{}')"
    " LANGUAGE sql AS $$SELECT 1, ''$$",
    "CREATE FUNCTION s.rows(s.pair, timestamptz(3), bit varying(3)[]) RETURNS TABLE (x int)"
    " LANGUAGE sql AS 'SELECT 1'",
    "CREATE PROCEDURE s.p(IN a int, b s.pair[]) BEGIN ATOMIC END",
    "CREATE LANGUAGE lang HANDLER plpgsql_call_handler",
    "CREATE TABLE s.t (a int, b text)",
    'CREATE TABLE s."T.t" (a int)',
    "CREATE TABLE IF NOT EXISTS s.if (a int)",
    "CREATE TABLE s.ÄPFEL (a int)",
    'CREATE TABLE s.U&"\\00e9t\\00e9" (a int)',
    f"CREATE TABLE s.{'L' * 70} (a int)",
    f'CREATE TABLE s."{"é" * 40}" (a int)',
    f'CREATE TABLE s."x{"é" * 40}" (a int)',
    "CREATE TABLE s.made AS SELECT 1 AS a",
    "SELECT 1 AS a INTO s.made2",
    "CREATE TABLE s.part (a int) PARTITION BY LIST (a)",
    "CREATE TABLE s.part1 PARTITION OF s.part FOR VALUES IN (1)",
    "CREATE INDEX i ON s.t (a)",
    'CREATE UNIQUE INDEX IF NOT EXISTS "I" ON ONLY s.t USING btree (b, a) WHERE a > 0',
    "CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a",
    "CREATE OPERATOR s.@@@ (LEFTARG = int, RIGHTARG = int4, FUNCTION = s.grow)",
    "CREATE OPERATOR s.<@+ (rightarg = text, leftarg = int, procedure = s.grow2)",
    "CREATE OPERATOR FAMILY s.fam USING hash",
    "CREATE OPERATOR CLASS s.cls FOR TYPE int4 USING hash FAMILY s.fam"
    " AS OPERATOR 1 =, FUNCTION 1 hashint4(int4)",
    "CREATE POLICY pol ON s.t FOR SELECT USING (a = 1)",
    "CREATE PUBLICATION pub FOR TABLE s.t",
    "CREATE RULE r AS ON INSERT TO s.made DO INSTEAD (SELECT 1; SELECT 2)",
    "CREATE SCHEMA s2",
    'CREATE SCHEMA IF NOT EXISTS "S 3"',
    "CREATE SCHEMA AUTHORIZATION postgres",
    "CREATE SEQUENCE s.q AS bigint",
    "CREATE STATISTICS s.stat (ndistinct) ON a, b FROM s.t",
    "CREATE SUBSCRIPTION sub CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)",
    "CREATE TEXT SEARCH CONFIGURATION s.conf (COPY = simple)",
    "CREATE TEXT SEARCH DICTIONARY s.dict (TEMPLATE = simple)",
    "CREATE TEXT SEARCH PARSER s.pars (START = prsd_start, GETTOKEN = prsd_nexttoken,"
    " END = prsd_end, LEXTYPES = prsd_lextype)",
    "CREATE TEXT SEARCH TEMPLATE s.temp (LEXIZE = dsimple_lexize, INIT = dsimple_init)",
    "CREATE TRIGGER trig AFTER INSERT OR UPDATE OF a ON s.t FOR EACH ROW EXECUTE FUNCTION s.fire()",
    'CREATE OR REPLACE TRIGGER "on" BEFORE DELETE ON s."T.t" FOR EACH ROW EXECUTE FUNCTION s.fire(\'on\')',
    "CREATE CONSTRAINT TRIGGER cons AFTER INSERT ON s.t FROM s.made FOR EACH ROW EXECUTE FUNCTION s.fire()",
    "CREATE TYPE s.enum AS ENUM ('a')",
    "CREATE TYPE s.comp AS (a int)",
    "CREATE TYPE s.shell",
    "CREATE VIEW s.v AS SELECT 1 AS a",
    "CREATE OR REPLACE RECURSIVE VIEW s.w (a) AS SELECT 1",
    "ALTER TABLE s.t ADD CONSTRAINT con CHECK (a > 0)",
    "ALTER TABLE ONLY s.t ALTER a SET DEFAULT 1",
    "ALTER VIEW s.v RENAME COLUMN a TO aa",
    "ALTER FUNCTION s.f(int, text) STABLE",
    "ALTER AGGREGATE s.total (int) OWNER TO postgres",
    "ALTER DOMAIN s.dom ADD CONSTRAINT small CHECK (VALUE < 9)",
    "ALTER SEQUENCE s.q RESTART",
    "ALTER TYPE s.enum ADD VALUE 'b'",
    "ALTER OPERATOR s.@@@ (int, int) OWNER TO postgres",
    "ALTER OPERATOR FAMILY s.fam USING hash OWNER TO postgres",
    "ALTER POLICY pol ON s.t USING (a = 2)",
    "ALTER SERVER srv VERSION '2'",
    "ALTER USER MAPPING FOR postgres SERVER srv OPTIONS (user 'x')",
    "ALTER MATERIALIZED VIEW s.m OWNER TO postgres",
    "ALTER TEXT SEARCH DICTIONARY s.dict (StopWords = english)",
    "ALTER PUBLICATION pub SET (publish = 'insert')",
    "ALTER STATISTICS s.stat SET STATISTICS 10",
    "ALTER FOREIGN TABLE s.far ADD b int",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC",
    "ALTER SCHEMA s2 OWNER TO postgres",
    "COMMENT ON TABLE s.t IS 'x'",
    "COMMENT ON COLUMN s.t.a IS 'x'",
    "COMMENT ON CONSTRAINT con ON s.t IS 'x'",
    "COMMENT ON CONSTRAINT positive ON DOMAIN s.dom IS 'x'",
    "COMMENT ON FUNCTION s.f(int, text) IS 'x'",
    "COMMENT ON AGGREGATE s.count2 (*) IS 'x'",
    "COMMENT ON CAST (int4 AS s.pair) IS 'x'",
    "COMMENT ON OPERATOR s.<@+ (int, text) IS 'x'",
    "COMMENT ON OPERATOR CLASS s.cls USING hash IS 'x'",
    "COMMENT ON POLICY pol ON s.t IS 'x'",
    "COMMENT ON RULE r ON s.made IS 'x'",
    'COMMENT ON TRIGGER "on" ON s."T.t" IS \'x\'',
    "COMMENT ON TYPE s.comp IS 'x'",
    "COMMENT ON SCHEMA \"S 3\" IS 'x'",
    "COMMENT ON SERVER srv IS 'x'",
    "COMMENT ON FOREIGN DATA WRAPPER wrap IS 'x'",
    "COMMENT ON STATISTICS s.stat IS 'x'",
    "COMMENT ON TEXT SEARCH PARSER s.pars IS 'x'",
    "GRANT SELECT ON s.t TO PUBLIC",
    "GRANT SELECT (a, b) ON TABLE s.t TO PUBLIC",
    "REVOKE EXECUTE ON FUNCTION s.f() FROM PUBLIC",
    "REFRESH MATERIALIZED VIEW s.m",
]

REMOVALS = [
    "DROP TEXT SEARCH PARSER s.pars",
    "DROP TEXT SEARCH TEMPLATE s.temp",
    "DROP TEXT SEARCH DICTIONARY s.dict",
    "DROP TEXT SEARCH CONFIGURATION IF EXISTS s.conf",
    "DROP STATISTICS s.stat",
    "DROP RULE r ON s.made",
    "DROP POLICY IF EXISTS pol ON s.t",
    'DROP TRIGGER "on" ON s."T.t"',
    "DROP TRIGGER IF EXISTS trig ON s.t CASCADE",
    "DROP OPERATOR s.@@@ (int, integer), s.<@+ (int4, text)",
    "DROP OPERATOR CLASS s.cls USING hash",
    "DROP OPERATOR FAMILY s.fam USING hash",
    "DROP CAST (int AS s.pair)",
    "DROP AGGREGATE s.total(int4), s.count2(*)",
    'DROP FUNCTION s.f(), s.f(int, text), s."F"(varchar, double precision[])',
    "DROP FUNCTION s.rows(a s.pair, timestamptz, varbit[])",
    "DROP PROCEDURE s.p(int, s.pair[])",
    'DROP INDEX s.i, s."I"',
    "DROP MATERIALIZED VIEW s.m",
    "DROP VIEW s.v, s.w",
    "DROP SEQUENCE IF EXISTS s.q",
    "DROP FOREIGN TABLE s.far",
    "DROP USER MAPPING FOR PUBLIC SERVER srv",
    "DROP USER MAPPING IF EXISTS FOR postgres SERVER srv",
    "DROP SERVER srv",
    "DROP FOREIGN DATA WRAPPER wrap CASCADE",
    "DROP PUBLICATION pub",
    "ALTER SUBSCRIPTION sub SET (slot_name = NONE)",
    "DROP SUBSCRIPTION sub",
    'DROP TABLE s.t, s."T.t", s.if CASCADE',
    f'DROP TABLE s.{"l" * 80}, s."{"é" * 50}"',
    "DROP TABLE IF EXISTS s.ÄPFEL",
    "DROP TYPE s.enum, s.comp",
    "DROP DOMAIN s.dom",
    'DROP COLLATION s."Coll", s.other',
    "DROP CONVERSION s.conv",
    "DROP LANGUAGE lang",
    "DROP ACCESS METHOD heap2",
    'DROP SCHEMA s2, "S 3" RESTRICT',
]
