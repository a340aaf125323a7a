-- Views, materialised views and rules.

--- views
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w (x, "Y y") AS SELECT a, upper(b) FROM t WHERE a > 1 ORDER BY a;
CREATE OR REPLACE VIEW v AS SELECT a, b, a + 1 AS c FROM t;
CREATE VIEW u AS SELECT * FROM v JOIN w ON v.a = w.x;
CREATE VIEW x AS TABLE t;
CREATE VIEW y AS VALUES (1, 'a'), (2, 'b');

--- options of views
CREATE TABLE t (a int);
CREATE VIEW v WITH (security_barrier, security_invoker = true) AS SELECT a FROM t;
CREATE VIEW w AS SELECT a FROM t WHERE a > 0 WITH CHECK OPTION;
CREATE VIEW x AS SELECT a FROM t WHERE a > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW y WITH (check_option = cascaded, security_barrier = off) AS SELECT a FROM t;
CREATE VIEW z AS SELECT a FROM t;
ALTER VIEW z SET (security_barrier = true, check_option = local);
ALTER VIEW v RESET (security_barrier);

--- recursive and temporary views
CREATE RECURSIVE VIEW v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 9;
CREATE TEMP VIEW w AS SELECT 1 AS a;

--- queries of many shapes
CREATE TABLE t (id int PRIMARY KEY, a int, b text, c timestamptz, d jsonb);
CREATE TABLE s (id int, t_id int REFERENCES t, n numeric);
CREATE VIEW v1 AS WITH x AS (SELECT a, count(*) AS n FROM t GROUP BY a HAVING count(*) > 1) SELECT * FROM x;
CREATE VIEW v2 AS SELECT t.a, sum(s.n) FILTER (WHERE s.n > 0) AS total, row_number() OVER (PARTITION BY t.a ORDER BY t.b DESC) AS r
    FROM t LEFT JOIN s ON s.t_id = t.id GROUP BY t.a, t.b;
CREATE VIEW v3 AS SELECT a FROM t UNION ALL SELECT id FROM s EXCEPT SELECT 3;
CREATE VIEW v4 AS SELECT DISTINCT ON (a) a, b FROM t WHERE EXISTS (SELECT 1 FROM s WHERE s.t_id = t.id) ORDER BY a, c DESC LIMIT 5 OFFSET 1;
CREATE VIEW v5 AS SELECT CASE a WHEN 1 THEN 'x' ELSE 'y' END AS k, b::varchar(3) AS l, d -> 'a' ->> 'b' AS m, c AT TIME ZONE 'UTC' AS n FROM t;
CREATE VIEW v6 AS SELECT t.*, s.n FROM t, LATERAL (SELECT n FROM s WHERE s.t_id = t.id) AS s;
CREATE VIEW v7 AS SELECT generate_series(1, 3) AS i, ARRAY(SELECT id FROM t) AS ids, (ARRAY[1,2])[1] AS one, (ROW(1, 2)).f1 AS f;
CREATE VIEW v8 AS SELECT x.i, y.k FROM generate_series(1, 3) WITH ORDINALITY AS x (i, o) CROSS JOIN (VALUES (1, 'a')) AS y (j, k);
CREATE VIEW v9 AS SELECT a, b, count(*) AS n FROM t GROUP BY GROUPING SETS ((a), (b), ()) ;
CREATE VIEW v10 AS SELECT 'it''s' AS a, E'tab\t' AS b, $$dollar$$ AS c, date '2020-01-01' AS d, interval '1 day' AS e, -1 AS f, 1.50 AS g, NULL::int AS h;
CREATE VIEW v11 AS SELECT a FROM t WHERE a NOT IN (SELECT id FROM s) AND b NOT LIKE 'x%' AND a IS NOT NULL AND NOT a = 1;

--- renamed and moved views
CREATE SCHEMA s;
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w (a) AS SELECT a FROM t;
ALTER VIEW v RENAME TO v2;
ALTER VIEW v2 SET SCHEMA s;
ALTER TABLE w RENAME TO w2;
ALTER VIEW w2 RENAME COLUMN a TO b;
COMMENT ON VIEW s.v2 IS 'moved';
COMMENT ON COLUMN s.v2.a IS 'of a view';

--- views of renamed tables
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
ALTER TABLE t RENAME TO u;

--- defaults of views
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
ALTER VIEW v ALTER COLUMN a SET DEFAULT 5;
CREATE VIEW w AS SELECT a FROM t;
ALTER VIEW w ALTER a SET DEFAULT 5;
ALTER VIEW w ALTER a DROP DEFAULT;

--- materialised views
CREATE SCHEMA s;
CREATE TABLE t (a int, b text);
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW n (x) AS SELECT count(*) FROM m WITH NO DATA;
CREATE MATERIALIZED VIEW o WITH (fillfactor = 70) AS SELECT 1 AS a WITH DATA;
CREATE MATERIALIZED VIEW IF NOT EXISTS o AS SELECT 2 AS b;
ALTER MATERIALIZED VIEW m RENAME TO m2;
ALTER MATERIALIZED VIEW n SET SCHEMA s;
ALTER MATERIALIZED VIEW o SET (fillfactor = 60);
COMMENT ON MATERIALIZED VIEW o IS 'x';
COMMENT ON COLUMN o.a IS 'y';
CREATE INDEX ON m2 (a);

--- rules
CREATE TABLE t (a int, b text);
CREATE TABLE l (a int);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE RULE r1 AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (NEW.a, NEW.b);
CREATE RULE r2 AS ON UPDATE TO t WHERE OLD.a <> NEW.a DO ALSO INSERT INTO l VALUES (OLD.a);
CREATE RULE r3 AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE RULE r4 AS ON DELETE TO v DO INSTEAD (DELETE FROM t WHERE a = OLD.a; INSERT INTO l VALUES (OLD.a));
CREATE OR REPLACE RULE r3 AS ON DELETE TO t DO ALSO DELETE FROM l;
ALTER RULE r4 ON v RENAME TO r5;
COMMENT ON RULE r5 ON v IS 'a rule';

--- rules that are views
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO v DO INSTEAD SELECT t.a FROM t, t AS u WHERE t.a > u.a;

--- grouping sets
CREATE TABLE t (a int, b int, c int);
CREATE VIEW v AS SELECT a, b, c, count(*) FROM t GROUP BY GROUPING SETS ((a), ROLLUP (b), CUBE (c)), ROLLUP (a, b);
CREATE VIEW w AS SELECT a, grouping(a) AS g FROM t GROUP BY CUBE (a, b), c;

--- all columns of a table that gets more of them
CREATE TABLE t (a int, "B b" text);
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT DISTINCT x.*, 1 AS one FROM t AS x WHERE a > 1 ORDER BY x.a;
CREATE VIEW u AS TABLE t;
CREATE VIEW n (p, q) AS SELECT * FROM ONLY public.t;
CREATE MATERIALIZED VIEW m AS SELECT * FROM t LIMIT 1;
ALTER TABLE t ADD c int;
CREATE VIEW later AS SELECT * FROM t;
CREATE OR REPLACE VIEW u AS SELECT * FROM t WHERE c > 0;

--- all columns of a table with other names now
CREATE TABLE t (a int, b text, c int);
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT x.*, x.a AS again FROM t x WHERE x.b <> '';
ALTER TABLE t RENAME a TO z;
ALTER TABLE t RENAME TO u;
ALTER TABLE u RENAME b TO "Y";
CREATE VIEW later AS SELECT * FROM u;

--- all columns of tables that get some of their parents
CREATE TABLE p (a int);
CREATE TABLE c (b int) INHERITS (p);
CREATE VIEW v AS SELECT * FROM c;
ALTER TABLE p ADD d int;
ALTER TABLE p RENAME a TO x;

--- all columns of a table whose change is taken back
BEGIN;
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT * FROM t;
SAVEPOINT s;
ALTER TABLE t ADD b int;
ROLLBACK TO s;
ALTER TABLE t ADD c int;
