-- Several rules at once.

--- operators in expressions
CREATE SCHEMA s;
CREATE FUNCTION s.same(text, text) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR s.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = s.same, COMMUTATOR = OPERATOR(s.===));
CREATE TABLE t (a text, b text, CHECK (a OPERATOR(s.===) b));
CREATE VIEW v AS SELECT a FROM t WHERE a OPERATOR(s.===) 'x';
CREATE INDEX ON t (a) WHERE a OPERATOR(s.===) b;

--- a text that is loaded twice over
CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'x');
CREATE INDEX i ON t (b);
CREATE VIEW v AS SELECT a FROM t;
DROP VIEW v;
DROP TABLE t CASCADE;
CREATE TABLE t (a int PRIMARY KEY, b text DEFAULT 'x');
CREATE INDEX i ON t (b);
CREATE VIEW v AS SELECT a FROM t;

--- a table that is replaced by another one
CREATE TABLE t (id serial PRIMARY KEY, a int NOT NULL);
CREATE TABLE t_new (LIKE t INCLUDING ALL, b int);
DROP TABLE t CASCADE;
CREATE TABLE u (id serial PRIMARY KEY, a int UNIQUE);
CREATE TABLE u_new (id int NOT NULL, a int UNIQUE);
ALTER TABLE u RENAME TO u_old;
ALTER TABLE u_new RENAME TO u;
ALTER SEQUENCE u_id_seq OWNED BY u.id;
ALTER TABLE u ALTER id SET DEFAULT nextval('u_id_seq');
DROP TABLE u_old CASCADE;

--- columns that are swapped
CREATE TABLE t (a int DEFAULT 1 CHECK (a > 0), b int, c int GENERATED ALWAYS AS (a + b) STORED);
CREATE INDEX ON t (a, b);
ALTER TABLE t RENAME a TO x;
ALTER TABLE t RENAME b TO a;
ALTER TABLE t RENAME x TO b;

--- names that are freed and taken again
CREATE TABLE t (a int UNIQUE, b int CHECK (b > 0));
ALTER TABLE t DROP CONSTRAINT t_a_key;
ALTER TABLE t ADD UNIQUE (a);
ALTER TABLE t ADD CHECK (b > 1);
ALTER TABLE t DROP CONSTRAINT t_b_check;
ALTER TABLE t ADD CHECK (b > 2);
CREATE INDEX ON t (b);
DROP INDEX t_b_idx;
CREATE INDEX ON t (b);

--- schemas that change places
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE TABLE a.t (x int PRIMARY KEY);
CREATE TABLE b.t (y int REFERENCES a.t);
ALTER SCHEMA a RENAME TO c;
ALTER SCHEMA b RENAME TO a;
ALTER TABLE a.t ADD z int REFERENCES c.t;
COMMENT ON TABLE c.t IS 'was in a';

--- enums in use
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (m mood DEFAULT 'sad' NOT NULL, n mood[] DEFAULT '{sad}');
CREATE FUNCTION f(mood DEFAULT 'ok') RETURNS mood LANGUAGE sql AS 'SELECT $1';
ALTER TYPE mood RENAME TO feeling;
ALTER TABLE t ALTER m DROP DEFAULT, ALTER m TYPE text USING m::text;

--- renamed types in expressions [deviates: expressions name the type as they are written]
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (m mood DEFAULT 'sad'::mood);
ALTER TYPE mood RENAME TO feeling;

--- partitions that are made by hand and moved
CREATE SCHEMA archive;
CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE log_2020 (id bigint NOT NULL, at date NOT NULL);
ALTER TABLE log_2020 ADD CONSTRAINT log_2020_range CHECK (at >= '2020-01-01' AND at < '2021-01-01');
ALTER TABLE log ATTACH PARTITION log_2020 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
ALTER TABLE log_2020 DROP CONSTRAINT log_2020_range;
CREATE INDEX ON log (at DESC);
ALTER TABLE log DETACH PARTITION log_2020;
ALTER TABLE log_2020 SET SCHEMA archive;

--- multiple tables and their privileges in a schema that is moved
CREATE ROLE confiture_reader;
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO confiture_reader;
CREATE TABLE s.t (a serial);
ALTER TABLE s.t SET SCHEMA public;
ALTER TABLE t ADD b serial;
CREATE VIEW s.v AS SELECT a FROM t;
REVOKE SELECT ON s.v FROM confiture_reader;

--- functions whose tables are dropped and made again
CREATE TABLE t (a int, b text);
CREATE FUNCTION f(r t) RETURNS SETOF t LANGUAGE sql STABLE AS 'SELECT * FROM t WHERE a = r.a';
CREATE FUNCTION g(t.a%TYPE) RETURNS t.b%TYPE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT b FROM t WHERE a = $1); END';
CREATE TRIGGER none AFTER INSERT ON t EXECUTE FUNCTION suppress_redundant_updates_trigger();
DROP TABLE t CASCADE;
CREATE TABLE t (a bigint);

--- whole rows and system columns
CREATE TABLE t (a int, b text, CHECK (t IS NOT NULL), CHECK (tableoid IS NOT NULL));
CREATE INDEX ON t ((t.a + 1)) WHERE t.a > 0;
CREATE VIEW v AS SELECT t, t.*, ctid FROM t;

--- long chains of names
CREATE TABLE a_name_of_a_table_that_is_as_long_as_it_can_be_in_postgresql_so (id serial PRIMARY KEY,
    another_column_with_a_long_name_in_this_table int UNIQUE CHECK (another_column_with_a_long_name_in_this_table > 0)
    REFERENCES a_name_of_a_table_that_is_as_long_as_it_can_be_in_postgresql_so);
CREATE INDEX ON a_name_of_a_table_that_is_as_long_as_it_can_be_in_postgresql_so (another_column_with_a_long_name_in_this_table, id);
ALTER TABLE a_name_of_a_table_that_is_as_long_as_it_can_be_in_postgresql_so ADD CHECK (id > 0), ADD CHECK (id > 1);
