"""Statements of every kind that PostgreSQL 18 has, under their command tags.

They are grouped by how a server tells the tag, so that a test can ask one.
"""

from __future__ import annotations

#: An event trigger is told the tag before anything is looked up.
OF_EVENT_TRIGGERS: dict[str, list[str]] = {
    "ALTER AGGREGATE": [
        "ALTER AGGREGATE a(int) RENAME TO b",
        "ALTER AGGREGATE a(*) OWNER TO pg_monitor",
        "ALTER AGGREGATE a(int ORDER BY text) SET SCHEMA s",
    ],
    "ALTER COLLATION": [
        "ALTER COLLATION c REFRESH VERSION",
        "ALTER COLLATION c RENAME TO d",
    ],
    "ALTER CONVERSION": [
        "ALTER CONVERSION c RENAME TO d",
    ],
    "ALTER DEFAULT PRIVILEGES": [
        "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON LARGE OBJECTS FROM PUBLIC",
    ],
    "ALTER DOMAIN": [
        "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID",
        "ALTER DOMAIN d RENAME CONSTRAINT c TO e",
        "ALTER DOMAIN d RENAME TO e",
        "ALTER DOMAIN d SET SCHEMA s",
        "ALTER DOMAIN d OWNER TO pg_monitor",
    ],
    "ALTER EXTENSION": [
        "ALTER EXTENSION e UPDATE TO '2'",
        "ALTER EXTENSION e ADD FUNCTION f(int)",
        "ALTER EXTENSION e DROP CAST (int AS text)",
        "ALTER EXTENSION e SET SCHEMA s",
    ],
    "ALTER FOREIGN DATA WRAPPER": [
        "ALTER FOREIGN DATA WRAPPER w NO VALIDATOR",
        "ALTER FOREIGN DATA WRAPPER w RENAME TO x",
    ],
    "ALTER FOREIGN TABLE": [
        "ALTER FOREIGN TABLE t ADD a int",
        "ALTER FOREIGN TABLE t RENAME a TO b",
        "ALTER FOREIGN TABLE t RENAME TO u",
        "ALTER FOREIGN TABLE t SET SCHEMA s",
    ],
    "ALTER FUNCTION": [
        "ALTER FUNCTION f(int) STRICT",
        "ALTER FUNCTION f RENAME TO g",
        "ALTER FUNCTION f(int) OWNER TO pg_monitor",
        "ALTER FUNCTION f(int) SET SCHEMA s",
        "ALTER FUNCTION f(int) DEPENDS ON EXTENSION e",
    ],
    "ALTER INDEX": [
        "ALTER INDEX i SET (fillfactor = 50)",
        "ALTER INDEX i RENAME TO j",
        "ALTER INDEX i ATTACH PARTITION j",
        "ALTER INDEX i NO DEPENDS ON EXTENSION e",
        "ALTER INDEX ALL IN TABLESPACE a SET TABLESPACE b",
    ],
    "ALTER LANGUAGE": [
        "ALTER PROCEDURAL LANGUAGE l RENAME TO m",
        "ALTER LANGUAGE l OWNER TO pg_monitor",
    ],
    "ALTER LARGE OBJECT": [
        "ALTER LARGE OBJECT 123 OWNER TO pg_monitor",
    ],
    "ALTER MATERIALIZED VIEW": [
        "ALTER MATERIALIZED VIEW v CLUSTER ON i",
        "ALTER MATERIALIZED VIEW v RENAME COLUMN a TO b",
        "ALTER MATERIALIZED VIEW v DEPENDS ON EXTENSION e",
        "ALTER MATERIALIZED VIEW ALL IN TABLESPACE a OWNED BY b SET TABLESPACE c",
    ],
    "ALTER OPERATOR": [
        "ALTER OPERATOR + (int, text) SET (RESTRICT = NONE)",
        "ALTER OPERATOR - (NONE, int) OWNER TO pg_monitor",
        "ALTER OPERATOR s.@ (NONE, int) SET SCHEMA public",
    ],
    "ALTER OPERATOR CLASS": [
        "ALTER OPERATOR CLASS c USING btree RENAME TO d",
        "ALTER OPERATOR CLASS s.c USING btree OWNER TO pg_monitor",
    ],
    "ALTER OPERATOR FAMILY": [
        "ALTER OPERATOR FAMILY f USING btree ADD OPERATOR 1 < (int, int)",
        "ALTER OPERATOR FAMILY f USING btree SET SCHEMA s",
    ],
    "ALTER POLICY": [
        "ALTER POLICY p ON t TO pg_monitor",
        "ALTER POLICY p ON t RENAME TO q",
    ],
    "ALTER PROCEDURE": [
        "ALTER PROCEDURE p RESET ALL",
        "ALTER PROCEDURE p(int) RENAME TO q",
    ],
    "ALTER PUBLICATION": [
        "ALTER PUBLICATION p ADD TABLE t",
        "ALTER PUBLICATION p RENAME TO q",
        "ALTER PUBLICATION p OWNER TO pg_monitor",
    ],
    "ALTER ROUTINE": [
        "ALTER ROUTINE r SECURITY DEFINER",
        "ALTER ROUTINE r(int) SET SCHEMA s",
    ],
    "ALTER RULE": [
        "ALTER RULE r ON t RENAME TO q",
    ],
    "ALTER SCHEMA": [
        "ALTER SCHEMA s RENAME TO t",
        "ALTER SCHEMA s OWNER TO pg_monitor",
    ],
    "ALTER SEQUENCE": [
        "ALTER SEQUENCE q RESTART",
        "ALTER SEQUENCE q RENAME TO r",
        "ALTER SEQUENCE q SET LOGGED",
        "ALTER SEQUENCE q OWNER TO pg_monitor",
        "ALTER SEQUENCE q SET SCHEMA s",
    ],
    "ALTER SERVER": [
        "ALTER SERVER s VERSION '2'",
        "ALTER SERVER s OWNER TO pg_monitor",
        "ALTER SERVER s RENAME TO t",
    ],
    "ALTER STATISTICS": [
        "ALTER STATISTICS x SET STATISTICS 10",
        "ALTER STATISTICS x RENAME TO y",
        "ALTER STATISTICS x SET SCHEMA s",
    ],
    "ALTER SUBSCRIPTION": [
        "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
        "ALTER SUBSCRIPTION s OWNER TO pg_monitor",
        "ALTER SUBSCRIPTION s RENAME TO t",
    ],
    "ALTER TABLE": [
        "ALTER TABLE s.t ADD COLUMN a int",
        "ALTER TABLE IF EXISTS ONLY t DROP a CASCADE, ALTER b SET NOT NULL",
        "ALTER TABLE t ALTER CONSTRAINT c NOT ENFORCED",
        "ALTER TABLE t ADD CONSTRAINT c NOT NULL a NOT VALID",
        "ALTER TABLE t ATTACH PARTITION u DEFAULT",
        "ALTER TABLE t OWNER TO pg_monitor",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE t RENAME COLUMN a TO b",
        "ALTER TABLE t RENAME CONSTRAINT a TO b",
        "ALTER TABLE t SET SCHEMA s",
        "ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    ],
    "ALTER TEXT SEARCH CONFIGURATION": [
        "ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH simple",
        "ALTER TEXT SEARCH CONFIGURATION c RENAME TO d",
    ],
    "ALTER TEXT SEARCH DICTIONARY": [
        "ALTER TEXT SEARCH DICTIONARY d (StopWords = newer)",
        "ALTER TEXT SEARCH DICTIONARY d OWNER TO pg_monitor",
    ],
    "ALTER TEXT SEARCH PARSER": [
        "ALTER TEXT SEARCH PARSER p RENAME TO q",
    ],
    "ALTER TEXT SEARCH TEMPLATE": [
        "ALTER TEXT SEARCH TEMPLATE t SET SCHEMA s",
    ],
    "ALTER TRIGGER": [
        "ALTER TRIGGER g ON t RENAME TO h",
        "ALTER TRIGGER g ON t DEPENDS ON EXTENSION e",
    ],
    "ALTER TYPE": [
        "ALTER TYPE s.c ADD ATTRIBUTE a int",
        "ALTER TYPE e ADD VALUE IF NOT EXISTS 'c' AFTER 'b'",
        "ALTER TYPE e RENAME VALUE 'a' TO 'b'",
        "ALTER TYPE c RENAME ATTRIBUTE a TO b",
        "ALTER TYPE c RENAME TO d",
        "ALTER TYPE c OWNER TO pg_monitor",
        "ALTER TYPE c SET SCHEMA s",
        "ALTER TYPE b SET (STORAGE = plain)",
    ],
    "ALTER USER MAPPING": [
        "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET a 'b')",
    ],
    "ALTER VIEW": [
        "ALTER VIEW v ALTER a SET DEFAULT 1",
        "ALTER VIEW v RENAME TO w",
        "ALTER VIEW v RENAME COLUMN a TO b",
        "ALTER VIEW v SET SCHEMA s",
    ],
    "COMMENT": [
        "COMMENT ON TABLE s.t IS 'x'",
        "COMMENT ON COLUMN s.t.a IS NULL",
        "COMMENT ON CONSTRAINT c ON t IS 'x'",
        "COMMENT ON CONSTRAINT c ON DOMAIN s.d IS 'x'",
        "COMMENT ON TRIGGER g ON s.t IS 'x'",
        "COMMENT ON FUNCTION s.f(int) IS 'x'",
        "COMMENT ON OPERATOR CLASS s.c USING btree IS 'x'",
        "COMMENT ON LARGE OBJECT 123 IS 'x'",
    ],
    "CREATE ACCESS METHOD": [
        "CREATE ACCESS METHOD m TYPE TABLE HANDLER h",
    ],
    "CREATE AGGREGATE": [
        "CREATE AGGREGATE s.a (int) (SFUNC = int4pl, STYPE = int)",
        "CREATE AGGREGATE a (BASETYPE = int, SFUNC = int4pl, STYPE = int)",
    ],
    "CREATE CAST": [
        "CREATE CAST (int AS s.c) WITHOUT FUNCTION AS IMPLICIT",
    ],
    "CREATE COLLATION": [
        "CREATE COLLATION s.c (PROVIDER = icu, LOCALE = 'und')",
        'CREATE COLLATION c FROM "C"',
    ],
    "CREATE CONVERSION": [
        "CREATE DEFAULT CONVERSION s.c FOR 'LATIN1' TO 'UTF8' FROM f",
    ],
    "CREATE DOMAIN": [
        "CREATE DOMAIN s.d AS int CHECK (VALUE > 0)",
    ],
    "CREATE EXTENSION": [
        "CREATE EXTENSION IF NOT EXISTS e WITH SCHEMA s VERSION '1'",
    ],
    "CREATE FOREIGN DATA WRAPPER": [
        "CREATE FOREIGN DATA WRAPPER w OPTIONS (a 'b')",
    ],
    "CREATE FOREIGN TABLE": [
        "CREATE FOREIGN TABLE t (a int) SERVER s",
        "CREATE FOREIGN TABLE t PARTITION OF u DEFAULT SERVER s",
    ],
    "CREATE FUNCTION": [
        "CREATE OR REPLACE FUNCTION s.f(a int, OUT b text) RETURNS text LANGUAGE sql AS $$ SELECT 'x; y' $$",
        "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT a; SELECT a + 1; END",
        "CREATE FUNCTION f(a int) RETURNS int RETURN a + 1",
        "CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE sql AS 'SELECT 1'",
    ],
    "CREATE INDEX": [
        "CREATE UNIQUE INDEX CONCURRENTLY i ON s.t USING btree (a) NULLS NOT DISTINCT",
        "CREATE INDEX ON t ((a + 1))",
    ],
    "CREATE LANGUAGE": [
        "CREATE TRUSTED LANGUAGE l HANDLER h",
    ],
    "CREATE MATERIALIZED VIEW": [
        "CREATE MATERIALIZED VIEW v AS SELECT 1",
    ],
    "CREATE OPERATOR": [
        "CREATE OPERATOR s.+ (LEFTARG = int, RIGHTARG = text, FUNCTION = f)",
    ],
    "CREATE OPERATOR CLASS": [
        "CREATE OPERATOR CLASS s.c FOR TYPE int USING btree AS OPERATOR 1 <",
    ],
    "CREATE OPERATOR FAMILY": [
        "CREATE OPERATOR FAMILY f USING btree",
    ],
    "CREATE POLICY": [
        "CREATE POLICY p ON s.t FOR SELECT USING (true)",
    ],
    "CREATE PROCEDURE": [
        "CREATE PROCEDURE p(INOUT a int) LANGUAGE plpgsql AS $$ BEGIN END $$",
    ],
    "CREATE PUBLICATION": [
        "CREATE PUBLICATION p FOR TABLE t (a) WHERE (a > 0), TABLES IN SCHEMA s",
    ],
    "CREATE RULE": [
        "CREATE RULE r AS ON INSERT TO s.t DO INSTEAD (SELECT 1; SELECT 2)",
    ],
    "CREATE SCHEMA": [
        "CREATE SCHEMA s AUTHORIZATION pg_monitor CREATE TABLE t (a int)",
        "CREATE SCHEMA IF NOT EXISTS AUTHORIZATION CURRENT_USER",
    ],
    "CREATE SEQUENCE": [
        "CREATE SEQUENCE s.q AS int START 5",
    ],
    "CREATE SERVER": [
        "CREATE SERVER s FOREIGN DATA WRAPPER w",
    ],
    "CREATE STATISTICS": [
        "CREATE STATISTICS s.x (ndistinct) ON a, b FROM t",
        "CREATE STATISTICS ON a, b FROM t",
    ],
    "CREATE SUBSCRIPTION": [
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p",
    ],
    "CREATE TABLE": [
        "CREATE TABLE s.t (a int PRIMARY KEY, b text)",
        "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)",
        "CREATE TABLE t (a int, CHECK (a > 0) NOT ENFORCED)",
        "CREATE TABLE t (a int, p daterange, PRIMARY KEY (a, p WITHOUT OVERLAPS))",
        "CREATE TABLE t (a int, p daterange, FOREIGN KEY (a, PERIOD p) REFERENCES u (a, PERIOD p))",
        "CREATE TABLE t PARTITION OF u FOR VALUES FROM (1) TO (2)",
        "CREATE UNLOGGED TABLE IF NOT EXISTS t OF s.c",
        "CREATE TEMPORARY TABLE t (a int) ON COMMIT DROP",
    ],
    "CREATE TABLE AS": [
        "CREATE TABLE t AS SELECT 1",
        "CREATE TABLE IF NOT EXISTS t AS VALUES (1) WITH NO DATA",
    ],
    "CREATE TEXT SEARCH CONFIGURATION": [
        "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)",
    ],
    "CREATE TEXT SEARCH DICTIONARY": [
        "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple)",
    ],
    "CREATE TEXT SEARCH PARSER": [
        "CREATE TEXT SEARCH PARSER s.p (START = a, GETTOKEN = b, END = c, LEXTYPES = d)",
    ],
    "CREATE TEXT SEARCH TEMPLATE": [
        "CREATE TEXT SEARCH TEMPLATE t (LEXIZE = l)",
    ],
    "CREATE TRANSFORM": [
        "CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION f(internal))",
    ],
    "CREATE TRIGGER": [
        "CREATE CONSTRAINT TRIGGER g AFTER INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION f()",
    ],
    "CREATE TYPE": [
        "CREATE TYPE s.c AS (a int, b text)",
        "CREATE TYPE e AS ENUM ('a', 'b')",
        "CREATE TYPE r AS RANGE (SUBTYPE = float8)",
        "CREATE TYPE b",
        "CREATE TYPE b (INPUT = i, OUTPUT = o)",
    ],
    "CREATE USER MAPPING": [
        "CREATE USER MAPPING FOR pg_monitor SERVER s",
    ],
    "CREATE VIEW": [
        "CREATE OR REPLACE VIEW s.v (a) AS SELECT 1 WITH CHECK OPTION",
        "CREATE RECURSIVE VIEW v (a) AS VALUES (1) UNION ALL SELECT a + 1 FROM v",
    ],
    "DROP ACCESS METHOD": [
        "DROP ACCESS METHOD m",
    ],
    "DROP AGGREGATE": [
        "DROP AGGREGATE a(int), b(*)",
    ],
    "DROP CAST": [
        "DROP CAST (int AS s.c)",
    ],
    "DROP COLLATION": [
        "DROP COLLATION c",
    ],
    "DROP CONVERSION": [
        "DROP CONVERSION c",
    ],
    "DROP DOMAIN": [
        "DROP DOMAIN d",
    ],
    "DROP EXTENSION": [
        "DROP EXTENSION e",
    ],
    "DROP FOREIGN DATA WRAPPER": [
        "DROP FOREIGN DATA WRAPPER w",
    ],
    "DROP FOREIGN TABLE": [
        "DROP FOREIGN TABLE t",
    ],
    "DROP FUNCTION": [
        "DROP FUNCTION IF EXISTS s.f(int, text), g",
    ],
    "DROP INDEX": [
        "DROP INDEX s.i",
    ],
    "DROP LANGUAGE": [
        "DROP LANGUAGE l",
    ],
    "DROP MATERIALIZED VIEW": [
        "DROP MATERIALIZED VIEW v",
    ],
    "DROP OPERATOR": [
        "DROP OPERATOR + (int, int), - (NONE, int)",
    ],
    "DROP OPERATOR CLASS": [
        "DROP OPERATOR CLASS c USING btree",
    ],
    "DROP OPERATOR FAMILY": [
        "DROP OPERATOR FAMILY f USING btree",
    ],
    "DROP OWNED": [
        "DROP OWNED BY pg_monitor",
    ],
    "DROP POLICY": [
        "DROP POLICY p ON t",
    ],
    "DROP PROCEDURE": [
        "DROP PROCEDURE p(INOUT int)",
    ],
    "DROP PUBLICATION": [
        "DROP PUBLICATION p",
    ],
    "DROP ROUTINE": [
        "DROP ROUTINE r",
    ],
    "DROP RULE": [
        "DROP RULE r ON t",
    ],
    "DROP SCHEMA": [
        "DROP SCHEMA IF EXISTS s CASCADE",
    ],
    "DROP SEQUENCE": [
        "DROP SEQUENCE q",
    ],
    "DROP SERVER": [
        "DROP SERVER s",
    ],
    "DROP STATISTICS": [
        "DROP STATISTICS x",
    ],
    "DROP SUBSCRIPTION": [
        "DROP SUBSCRIPTION s",
    ],
    "DROP TABLE": [
        "DROP TABLE IF EXISTS s.t, u CASCADE",
    ],
    "DROP TEXT SEARCH CONFIGURATION": [
        "DROP TEXT SEARCH CONFIGURATION s.c",
    ],
    "DROP TEXT SEARCH DICTIONARY": [
        "DROP TEXT SEARCH DICTIONARY d",
    ],
    "DROP TEXT SEARCH PARSER": [
        "DROP TEXT SEARCH PARSER p",
    ],
    "DROP TEXT SEARCH TEMPLATE": [
        "DROP TEXT SEARCH TEMPLATE t",
    ],
    "DROP TRANSFORM": [
        "DROP TRANSFORM FOR int LANGUAGE sql",
    ],
    "DROP TRIGGER": [
        "DROP TRIGGER g ON s.t",
    ],
    "DROP TYPE": [
        "DROP TYPE s.c, d",
    ],
    "DROP USER MAPPING": [
        "DROP USER MAPPING IF EXISTS FOR CURRENT_USER SERVER s",
    ],
    "DROP VIEW": [
        "DROP VIEW v",
    ],
    "GRANT": [
        "GRANT SELECT ON s.t, u TO PUBLIC",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA s TO pg_monitor",
        "GRANT USAGE ON TYPE s.c TO PUBLIC",
        "GRANT EXECUTE ON FUNCTION f(int) TO PUBLIC",
    ],
    "IMPORT FOREIGN SCHEMA": [
        "IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b",
    ],
    "REFRESH MATERIALIZED VIEW": [
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v WITH DATA",
    ],
    "REINDEX": [
        "REINDEX (VERBOSE) TABLE t",
        "REINDEX SCHEMA s",
        "REINDEX INDEX i",
    ],
    "REVOKE": [
        "REVOKE GRANT OPTION FOR SELECT (a) ON t FROM PUBLIC CASCADE",
        "REVOKE USAGE ON SCHEMA s FROM PUBLIC",
    ],
    "SECURITY LABEL": [
        "SECURITY LABEL FOR p ON TABLE t IS 'x'",
    ],
    "SELECT INTO": [
        "SELECT 1 AS a INTO t",
        "SELECT 1 AS a INTO TEMP t UNION SELECT 2",
        "(SELECT 1 AS a INTO t) UNION ALL SELECT 2 EXCEPT SELECT 3",
    ],
}

#: The server reports the tag when it has run the statement in a transaction, after ``BEFORE_RUNS``.
OF_RUNS: dict[str, list[str]] = {
    "ALTER ROLE": [
        "ALTER ROLE CURRENT_USER CONNECTION LIMIT 5",
        "ALTER USER CURRENT_USER SET work_mem = '8MB'",
        "ALTER ROLE ALL RESET work_mem",
    ],
    "ANALYZE": [
        "ANALYZE t (a)",
    ],
    "BEGIN": [
        "BEGIN WORK READ WRITE",
    ],
    "CALL": [
        "CALL pg_temp.p(1)",
    ],
    "CHECKPOINT": [
        "CHECKPOINT",
    ],
    "CLOSE CURSOR": [
        "CLOSE cursor_",
    ],
    "CLOSE CURSOR ALL": [
        "CLOSE ALL",
    ],
    "COMMENT": [
        "COMMENT ON ROLE pg_monitor IS 'x'",
    ],
    "COMMIT": [
        "COMMIT AND CHAIN",
        "END TRANSACTION",
    ],
    "CREATE ROLE": [
        "CREATE ROLE confiture_a LOGIN",
        "CREATE USER confiture_a",
        "CREATE GROUP confiture_a",
    ],
    "DEALLOCATE": [
        "DEALLOCATE prepared",
    ],
    "DEALLOCATE ALL": [
        "DEALLOCATE PREPARE ALL",
    ],
    "DECLARE CURSOR": [
        "DECLARE other CURSOR WITH HOLD FOR SELECT 1",
    ],
    "DELETE": [
        "DELETE FROM t USING t AS u WHERE t.a = u.a",
    ],
    "DISCARD PLANS": [
        "DISCARD PLANS",
    ],
    "DISCARD SEQUENCES": [
        "DISCARD SEQUENCES",
    ],
    "DISCARD TEMP": [
        "DISCARD TEMPORARY",
    ],
    "DO": [
        "DO $$ BEGIN END $$",
    ],
    "DROP ROLE": [
        "DROP ROLE IF EXISTS confiture_a",
        "DROP USER IF EXISTS confiture_a, confiture_c",
    ],
    "EXPLAIN": [
        "EXPLAIN (ANALYZE) SELECT 1",
    ],
    "FETCH": [
        "FETCH NEXT FROM cursor_",
    ],
    "GRANT": [
        "GRANT CONNECT ON DATABASE postgres TO PUBLIC",
        "GRANT SET ON PARAMETER a.b TO PUBLIC",
    ],
    "GRANT ROLE": [
        "GRANT pg_monitor TO pg_read_all_data",
    ],
    "INSERT": [
        "INSERT INTO t VALUES (1) RETURNING old.a, new.a",
        "WITH a AS (SELECT 1 AS x) INSERT INTO t SELECT x FROM a ON CONFLICT DO NOTHING",
    ],
    "LISTEN": [
        "LISTEN a",
    ],
    "LOAD": [
        "LOAD 'plpgsql'",
    ],
    "LOCK TABLE": [
        "LOCK TABLE t IN SHARE MODE",
    ],
    "MERGE": [
        "MERGE INTO t USING t AS u ON t.a = u.a WHEN NOT MATCHED BY SOURCE THEN DELETE",
    ],
    "MOVE": [
        "MOVE BACKWARD ALL IN cursor_",
    ],
    "NOTIFY": [
        "NOTIFY a, 'x'",
    ],
    "PREPARE": [
        "PREPARE other (int) AS SELECT $1",
    ],
    "RELEASE": [
        "RELEASE point",
    ],
    "RESET": [
        "RESET work_mem",
        "RESET ALL",
    ],
    "REVOKE ROLE": [
        "REVOKE ADMIN OPTION FOR pg_monitor FROM pg_read_all_data",
    ],
    "ROLLBACK": [
        "ROLLBACK",
        "ABORT",
        "ROLLBACK TO SAVEPOINT point",
    ],
    "SAVEPOINT": [
        "SAVEPOINT other",
    ],
    "SELECT": [
        "SELECT 1",
        "VALUES (1), (2)",
        "TABLE t",
        "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a",
        "(SELECT 1 UNION SELECT 2) ORDER BY 1 LIMIT 1",
        "SELECT * FROM t FOR UPDATE",
    ],
    "SET": [
        "SET work_mem = '8MB'",
        "SET LOCAL TIME ZONE 'UTC'",
        "SET search_path TO DEFAULT",
        "SET SESSION AUTHORIZATION DEFAULT",
        "SET ROLE NONE",
        "SET TRANSACTION READ ONLY",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        "SET XML OPTION DOCUMENT",
    ],
    "SET CONSTRAINTS": [
        "SET CONSTRAINTS ALL DEFERRED",
    ],
    "SHOW": [
        "SHOW work_mem",
        "SHOW ALL",
    ],
    "START TRANSACTION": [
        "START TRANSACTION READ ONLY",
    ],
    "TRUNCATE TABLE": [
        "TRUNCATE TABLE t RESTART IDENTITY",
    ],
    "UNLISTEN": [
        "UNLISTEN *",
    ],
    "UPDATE": [
        "UPDATE t SET a = 2 RETURNING WITH (OLD AS o, NEW AS n) o.a, n.a",
    ],
}

#: What the statements of ``OF_RUNS`` need; nothing of it outlives the session.
BEFORE_RUNS = (
    "BEGIN",
    "CREATE TEMPORARY TABLE t (a int UNIQUE)",
    "CREATE PROCEDURE pg_temp.p(a int) LANGUAGE sql AS ''",
    "DECLARE cursor_ SCROLL CURSOR FOR SELECT 1",
    "PREPARE prepared AS SELECT 1",
    "SAVEPOINT point",
)

#: They need what a test does not set up, or the server reports something else (``EXECUTE`` and ``COPY``).
OF_THE_GRAMMAR: dict[str, list[str]] = {
    "ALTER DATABASE": [
        "ALTER DATABASE d SET TABLESPACE t",
        "ALTER DATABASE d RENAME TO e",
        "ALTER DATABASE d OWNER TO pg_monitor",
        "ALTER DATABASE d ALLOW_CONNECTIONS false",
        "ALTER DATABASE d SET search_path = s",
        "ALTER DATABASE d REFRESH COLLATION VERSION",
    ],
    "ALTER EVENT TRIGGER": [
        "ALTER EVENT TRIGGER g DISABLE",
        "ALTER EVENT TRIGGER g RENAME TO h",
        "ALTER EVENT TRIGGER g OWNER TO pg_monitor",
    ],
    "ALTER ROLE": [
        "ALTER ROLE confiture_b RENAME TO confiture_c",
        "ALTER GROUP confiture_a ADD USER CURRENT_USER",
    ],
    "ALTER SYSTEM": [
        "ALTER SYSTEM SET work_mem = '8MB'",
    ],
    "ALTER TABLESPACE": [
        "ALTER TABLESPACE t SET (random_page_cost = 2)",
        "ALTER TABLESPACE t RENAME TO u",
        "ALTER TABLESPACE t OWNER TO pg_monitor",
    ],
    "CLUSTER": [
        "CLUSTER t USING i",
    ],
    "COMMIT PREPARED": [
        "COMMIT PREPARED 'x'",
    ],
    "COPY": [
        "COPY t (a) FROM STDIN",
        "COPY (SELECT 1) TO STDOUT WITH (FORMAT csv)",
    ],
    "CREATE DATABASE": [
        "CREATE DATABASE d OWNER pg_monitor",
    ],
    "CREATE EVENT TRIGGER": [
        "CREATE EVENT TRIGGER g ON ddl_command_start EXECUTE FUNCTION f()",
    ],
    "CREATE TABLESPACE": [
        "CREATE TABLESPACE t LOCATION '/x'",
    ],
    "DISCARD ALL": [
        "DISCARD ALL",
    ],
    "DROP DATABASE": [
        "DROP DATABASE d WITH (FORCE)",
    ],
    "DROP EVENT TRIGGER": [
        "DROP EVENT TRIGGER g",
    ],
    "DROP TABLESPACE": [
        "DROP TABLESPACE t",
    ],
    "EXECUTE": [
        "EXECUTE prepared",
    ],
    "PREPARE TRANSACTION": [
        "PREPARE TRANSACTION 'x'",
    ],
    "REASSIGN OWNED": [
        "REASSIGN OWNED BY pg_monitor TO pg_read_all_data",
    ],
    "ROLLBACK PREPARED": [
        "ROLLBACK PREPARED 'x'",
    ],
    "VACUUM": [
        "VACUUM (FULL, VERBOSE) t",
    ],
}

ALL = [
    (statement, tag)
    for group in (OF_EVENT_TRIGGERS, OF_RUNS, OF_THE_GRAMMAR)
    for tag, group_statements in group.items()
    for statement in group_statements
]
