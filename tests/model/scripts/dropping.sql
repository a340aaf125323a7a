-- DROP, with CASCADE and without.

--- tables that are dropped
CREATE TABLE t (a serial PRIMARY KEY, b int);
CREATE INDEX ON t (b);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY p ON t USING (true);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
COMMENT ON TABLE t IS 'x';
DROP TABLE t;
DROP TABLE IF EXISTS t, missing;
CREATE TABLE t (c int);

--- tables that are dropped with what needs them
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (x int REFERENCES p, y int);
CREATE VIEW v AS SELECT id FROM p;
CREATE VIEW w AS SELECT id FROM v;
CREATE MATERIALIZED VIEW m AS SELECT count(*) AS n FROM p;
DROP TABLE p CASCADE;

--- several objects in one statement
CREATE TABLE a (x int);
CREATE TABLE b (x int);
CREATE VIEW v AS SELECT 1 AS one;
CREATE VIEW w AS SELECT 2 AS two;
DROP TABLE a, b;
DROP VIEW v, w;

--- views that are dropped
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM v;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE INDEX ON m (a);
DROP VIEW v CASCADE;
DROP MATERIALIZED VIEW m;

--- types that are dropped with columns
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (a e PRIMARY KEY, b int, c e[] DEFAULT '{}');
CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT b, a FROM t;
DROP TYPE e CASCADE;

--- domains that are dropped with columns
CREATE DOMAIN d AS int CHECK (VALUE > 0);
CREATE TABLE t (a d, b int);
DROP DOMAIN d CASCADE;

--- sequences that are dropped with defaults
CREATE SEQUENCE q;
CREATE TABLE t (a int DEFAULT nextval('q'), b int);
DROP SEQUENCE q CASCADE;
CREATE TABLE s (a serial);
DROP SEQUENCE s_a_seq CASCADE;

--- functions that are dropped with what calls them
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int DEFAULT g(1), b int CHECK (g(b) > 0));
CREATE INDEX i ON t (g(a));
CREATE INDEX j ON t (a);
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE POLICY p ON t USING (g(a) > 0);
CREATE VIEW v AS SELECT g(a) AS x FROM t;
CREATE VIEW w AS SELECT x FROM v;
DROP FUNCTION f() CASCADE;
DROP FUNCTION g CASCADE;

--- overloaded functions that are dropped
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION f(a bigint, OUT b int) LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION f(text);

--- procedures, routines and aggregates that are dropped
CREATE PROCEDURE p(int) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p2() LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE a(int) (SFUNC = int4pl, STYPE = int);
DROP PROCEDURE p(int);
DROP ROUTINE p2, f(integer);
DROP AGGREGATE a(int4);

--- schemas that are dropped
CREATE SCHEMA s;
CREATE TABLE s.t (a serial PRIMARY KEY);
CREATE VIEW s.v AS SELECT * FROM s.t;
CREATE TYPE s.e AS ENUM ('x');
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE u (a s.e, b int REFERENCES s.t, c int DEFAULT s.f());
CREATE VIEW v AS SELECT * FROM s.v;
DROP SCHEMA s CASCADE;
CREATE SCHEMA r;
DROP SCHEMA r;

--- indexes that are dropped
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);
CREATE TABLE c (x int REFERENCES t (b));
DROP INDEX i;
DROP INDEX j CASCADE;
DROP INDEX IF EXISTS missing;

--- constraints that are dropped with what needs them
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;
ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE;

--- what is grouped by a key that is dropped
CREATE TABLE t (a int PRIMARY KEY, b int, c text);
CREATE TABLE u (x int, y int, b2 int, PRIMARY KEY (x, y));
CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE VIEW needs1 AS SELECT b AS z FROM t GROUP BY a;
CREATE VIEW needs2 AS SELECT max(b), lower(x.c) FROM public.t AS x GROUP BY x.a, x.a + 1;
CREATE VIEW needs3 AS SELECT a AS k, c FROM t GROUP BY 1;
CREATE VIEW needs4 AS SELECT * FROM t GROUP BY a;
CREATE VIEW needs5 AS SELECT count(*) FROM t JOIN u ON t.a = u.x GROUP BY t.a HAVING c > 'x' AND count(y) > 1;
CREATE VIEW needs6 AS SELECT a k FROM t GROUP BY k ORDER BY b;
CREATE VIEW needs7 AS SELECT 1 UNION ALL (SELECT sum(b) OVER () FROM t, u v GROUP BY a, v.x);
CREATE VIEW needs8 AS SELECT t1.a, (SELECT u.x FROM u WHERE u.y = t1.b) FROM t t1, t t2 GROUP BY t1.a;
CREATE VIEW needs9 AS SELECT total(t2.b), t1.* FROM t t1 CROSS JOIN t t2 GROUP BY t1.a;
CREATE MATERIALIZED VIEW needs10 AS WITH w AS (SELECT DISTINCT ON (c) a FROM t GROUP BY a) TABLE w;
CREATE VIEW needs11 AS SELECT * FROM needs1;
CREATE FUNCTION needs12() RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC SELECT b FROM t GROUP BY a; END;
CREATE VIEW not1 AS SELECT a, max(b), count(c) FILTER (WHERE b > 0) AS c FROM t GROUP BY a;
CREATE VIEW not2 AS SELECT a, b, c FROM t GROUP BY a, b, c;
CREATE VIEW not3 AS SELECT a, lower(c), b + 1 FROM t GROUP BY a, lower(c), b + 1;
CREATE VIEW not4 AS SELECT t.a, count(*) b FROM t GROUP BY a ORDER BY b;
CREATE VIEW not5 AS SELECT a, total(b) AS c, string_agg(c, ',' ORDER BY b) FROM t GROUP BY a;
CREATE VIEW not6 AS SELECT x, count(*) FROM t, u GROUP BY u.x, t.a;
CREATE VIEW not7 AS SELECT g.a FROM (SELECT a, b FROM t) AS g GROUP BY g.a;
CREATE VIEW not8 AS SELECT a, (SELECT min(b2) AS b FROM u) FROM t GROUP BY a;
CREATE VIEW not9 AS SELECT a, b FROM t WHERE b > 1 GROUP BY ROLLUP (a, b);
CREATE VIEW both1 AS SELECT b2, c FROM u JOIN t ON t.a = u.x GROUP BY t.a, u.x, u.y;
ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE;

--- what is grouped by a part of a key does not need it
CREATE TABLE u (x int, y int, z int, PRIMARY KEY (x, y));
CREATE VIEW needs AS SELECT z FROM u GROUP BY y, x;
CREATE VIEW not1 AS SELECT x, max(z) FROM u GROUP BY x;
ALTER TABLE u DROP CONSTRAINT u_pkey CASCADE;

--- what is grouped by keys of partitions
CREATE TABLE p (a int PRIMARY KEY, b int) PARTITION BY RANGE (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE VIEW v AS SELECT b FROM p GROUP BY a;
CREATE VIEW w AS SELECT b FROM p1 GROUP BY a;
CREATE VIEW x AS SELECT a, count(b) FROM p1 GROUP BY a;
ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE;

--- triggers, rules and policies that are dropped
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int);
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE POLICY p ON t USING (true);
DROP TRIGGER g ON t;
DROP RULE r ON t;
DROP POLICY p ON t;
DROP TRIGGER IF EXISTS g ON t;

--- policies that are dropped with tables they look into
CREATE TABLE p (a int);
CREATE TABLE t (a int);
CREATE POLICY mine ON t USING (a IN (SELECT p.a FROM p));
CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM p;
DROP TABLE p CASCADE;

--- bodies do not need what they name
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
CREATE FUNCTION g() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM t); END';
CREATE FUNCTION h() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END;
DROP TABLE t CASCADE;

--- functions that take or return rows of a table
CREATE TABLE t (a int);
CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE TABLE u (a t, b int);
DROP TABLE t CASCADE;

--- roles that are dropped
CREATE ROLE confiture_gone;
CREATE ROLE confiture_stays;
GRANT confiture_gone TO confiture_stays;
DROP ROLE confiture_gone;
DROP ROLE IF EXISTS confiture_gone;

--- casts, operators and others that are dropped
CREATE TYPE pair AS (a int, b int);
CREATE FUNCTION pair_text(pair) RETURNS text LANGUAGE sql AS 'SELECT 1::text';
CREATE CAST (pair AS text) WITH FUNCTION pair_text(pair);
CREATE FUNCTION same(pair, pair) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR === (LEFTARG = pair, RIGHTARG = pair, FUNCTION = same);
DROP CAST (pair AS text);
DROP OPERATOR === (pair, pair);
CREATE CAST (pair AS text) WITH FUNCTION pair_text(pair) AS ASSIGNMENT;
CREATE OPERATOR === (LEFTARG = pair, RIGHTARG = pair, FUNCTION = same);
DROP TYPE pair CASCADE;

--- columns of composite types that are dropped
CREATE TYPE inner_type AS ENUM ('a');
CREATE TYPE outer_type AS (a int, b inner_type);
CREATE TABLE t (x outer_type);
DROP TYPE inner_type CASCADE;

--- objects that are owned are dropped
CREATE ROLE confiture_owner;
CREATE TABLE t (a int);
CREATE TABLE u (a int);
ALTER TABLE t OWNER TO confiture_owner;
GRANT SELECT ON u TO confiture_owner;
DROP OWNED BY confiture_owner;
--- a sequence that a default names by a text is dropped
CREATE SEQUENCE q;
CREATE TABLE t (a int DEFAULT nextval('q'), b int DEFAULT nextval('q'::text),
    c int DEFAULT nextval('q'::text) + nextval('q'::regclass));
CREATE VIEW v AS SELECT nextval('q'::text) AS n;
DROP SEQUENCE q CASCADE;
