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

--- renamed routines in expressions
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int DEFAULT one());
ALTER FUNCTION one() RENAME TO first;

--- routines that are renamed and moved, wherever they are called
CREATE SCHEMA s;
CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
CREATE FUNCTION go() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int DEFAULT twice(one()) + 1, b int GENERATED ALWAYS AS (twice(a)) STORED,
  CONSTRAINT c CHECK (public.twice(a) > one()), EXCLUDE USING btree (twice(a) WITH =) WHERE (one() > a));
CREATE INDEX i ON t (twice(a), (a + one())) WHERE twice(b) > 0;
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (twice(NEW.a) > one()) EXECUTE FUNCTION go();
CREATE POLICY p ON t USING (twice(a) > 0) WITH CHECK (one() > a);
CREATE RULE r AS ON DELETE TO t WHERE twice(old.a) > 1 DO INSTEAD UPDATE t SET a = one() WHERE a = twice(old.a);
CREATE VIEW v AS SELECT DISTINCT ON (a, one()) twice(a) AS twice, one(), one() + 1 AS c, (SELECT one()) AS d FROM t WHERE twice(b) = 1;
CREATE VIEW w AS SELECT x.one, one.one AS two, three.* FROM (SELECT ALL one() LIMIT one()) AS x, one(), one() AS three
  UNION ALL SELECT one(), twice(one()), one();
CREATE FUNCTION rows() RETURNS TABLE (x int, y int) LANGUAGE sql AS 'SELECT 1, 2';
CREATE FUNCTION record() RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, 2';
CREATE VIEW w2 AS SELECT rows.x, record.y FROM rows() JOIN record() AS (x int, y int) USING (x);
CREATE VIEW w3 AS WITH one AS (SELECT x, ordinality FROM rows() WITH ORDINALITY) SELECT * FROM one;
ALTER FUNCTION rows RENAME TO lines;
ALTER FUNCTION record RENAME TO line;
CREATE MATERIALIZED VIEW m AS SELECT public.twice(a) AS c FROM t;
CREATE DOMAIN d AS int DEFAULT one() CHECK (twice(VALUE) > 0);
CREATE FUNCTION f(a int DEFAULT twice(one())) RETURNS int LANGUAGE sql RETURN twice(a) + one();
ALTER FUNCTION one RENAME TO "First";
ALTER FUNCTION twice SET SCHEMA s;
ALTER FUNCTION s.twice RENAME TO double;

--- overloads of which one is renamed
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (a int CHECK (f(a) > f(a, 1)));
ALTER FUNCTION f(int) RENAME TO g;
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2';
CREATE INDEX ON t (f(a), g(a));

--- renamed types in expressions
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (m mood DEFAULT 'sad'::mood);
ALTER TYPE mood RENAME TO feeling;

--- what partitions are made by, renamed
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN a; END';
CREATE TABLE p (a int, "b$c" int, r int) PARTITION BY RANGE (a, f(r), (f(a) + 1));
CREATE TABLE q (range int) PARTITION BY LIST (range);
ALTER FUNCTION f RENAME TO range;
ALTER TABLE p RENAME a TO "a$b";
ALTER TABLE p RENAME "b$c" TO "range";
CREATE INDEX ON p ("a$b", r, range);
ALTER TABLE q RENAME range TO list;

--- types that are renamed and moved, wherever expressions name them
CREATE SCHEMA s;
CREATE SCHEMA u;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE u.pair AS (a int, b int);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE FUNCTION go() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (m mood DEFAULT 'sad'::mood, n mood[] DEFAULT ARRAY['sad']::public.mood[] CHECK (n <> CAST('{}' AS mood[])),
  p u.pair DEFAULT ROW(1, 2)::u.pair, b boolean GENERATED ALWAYS AS (m = 'ok'::mood) STORED,
  CHECK (m > 'sad'::mood), c int DEFAULT 1::positive);
CREATE INDEX i ON t ((m = 'sad'::mood)) WHERE m <> 'ok'::mood;
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.m = 'sad'::mood) EXECUTE FUNCTION go();
CREATE POLICY p ON t USING (m = 'sad'::mood) WITH CHECK ((p).a > 1::positive);
CREATE VIEW v AS SELECT 'sad'::mood AS mood, (p).a::positive FROM t WHERE m = CAST('ok' AS public.mood);
CREATE VIEW w AS SELECT 'sad'::mood, CAST(1 AS positive), 'ok'::mood x, 'ok'::mood = m FROM t;
CREATE FUNCTION f(a mood DEFAULT 'sad'::mood) RETURNS mood LANGUAGE sql RETURN 'ok'::mood;
ALTER TYPE mood RENAME TO "My Mood";
ALTER TYPE "My Mood" SET SCHEMA s;
ALTER TYPE s."My Mood" RENAME TO mood;
ALTER DOMAIN positive SET SCHEMA s;
ALTER TYPE u.pair RENAME TO pairs;
ALTER SCHEMA u RENAME TO w;

--- labels that are renamed, in expressions
CREATE SCHEMA s;
CREATE TYPE e AS ENUM ('a', 'it''s', 'c');
CREATE TYPE o AS ENUM ('a');
CREATE FUNCTION go() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE DOMAIN d AS e DEFAULT 'a';
CREATE TABLE t (x e DEFAULT 'a', y e DEFAULT 'a'::e, z d, p o DEFAULT 'a', q text DEFAULT 'a', r e[] DEFAULT ARRAY['a'::e],
  g boolean GENERATED ALWAYS AS (x = 'a') STORED,
  CHECK (x <> 'a' OR p = 'a' OR q = 'a' OR t.y NOT IN ('c', 'a')), CHECK ('a' < x AND 'a' = q AND x > 'c'));
CREATE INDEX ON t (y) WHERE y = 'a'::e AND x IN ('a', 'c') AND q IN ('a');
CREATE POLICY p ON t USING (x = 'a') WITH CHECK (CAST('a' AS e) = y AND p = CAST('a' AS o));
CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.x = 'a' AND OLD.p = 'a') EXECUTE FUNCTION go();
CREATE VIEW v AS SELECT 'a'::e AS a, 'a'::o AS b, 'a' AS c FROM t WHERE y = 'a'::public.e;
CREATE FUNCTION f(a e DEFAULT 'a'::e) RETURNS e LANGUAGE sql RETURN 'a'::e;
ALTER TYPE e RENAME VALUE 'a' TO 'it''s it';
ALTER TYPE e SET SCHEMA s;
ALTER TYPE s.e RENAME VALUE 'c' TO 'a';

--- rows of renamed tables in expressions
CREATE TABLE p (a int, b int);
CREATE TABLE t (q p DEFAULT NULL::p CHECK ((q::p).a > 1), k regclass DEFAULT 'p'::regclass);
CREATE VIEW v AS SELECT (NULL::p).a AS a;
ALTER TABLE p RENAME TO p2;
CREATE SCHEMA s;
ALTER TABLE p2 SET SCHEMA s;

--- sequences, routines and types that strings name, renamed and moved
CREATE SCHEMA s;
CREATE SEQUENCE q;
CREATE TYPE mood AS ENUM ('sad');
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a bigint DEFAULT nextval('q'::regclass) + 1, b regproc DEFAULT 'f'::regproc, c regtype DEFAULT 'mood'::regtype,
  d regprocedure DEFAULT 'f(int)'::regprocedure);
ALTER SEQUENCE q RENAME TO "Q 2";
ALTER FUNCTION f(int) SET SCHEMA s;
ALTER TYPE mood SET SCHEMA s;

--- what was copied is spelt anew as well
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE p (a int NOT NULL DEFAULT f(1), m mood DEFAULT 'ok'::mood, CONSTRAINT c CHECK (f(a) > 0 AND m > 'sad'::mood)) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE l (LIKE p INCLUDING ALL);
CREATE INDEX i ON p (f(a)) WHERE m = 'ok'::mood;
CREATE FUNCTION go() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER g AFTER UPDATE ON p FOR EACH ROW WHEN (f(NEW.a) > 0) EXECUTE FUNCTION go();
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
ALTER FUNCTION f RENAME TO ff;
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

--- referenced columns that change their types
CREATE TABLE t (a int, b int, CONSTRAINT k UNIQUE (a), CONSTRAINT l PRIMARY KEY (b));
CREATE TABLE c (x int, y int, CONSTRAINT f FOREIGN KEY (x) REFERENCES t (a) ON DELETE SET NULL);
ALTER TABLE t ALTER a TYPE bigint;
ALTER TABLE t ALTER b TYPE numeric(5,2);

--- names in mixed case
CREATE TABLE "T" ("Id" serial PRIMARY KEY, "userName" varchar(255) NOT NULL, "createdAt" timestamptz DEFAULT now());
CREATE UNIQUE INDEX ON "T" (lower("userName"));
ALTER TABLE "T" ADD CONSTRAINT "uq" UNIQUE ("userName", "createdAt");
CREATE TABLE "U" ("tId" int REFERENCES "T" ON DELETE CASCADE);
ALTER TABLE "T" RENAME COLUMN "userName" TO username;

--- documents and their indexes
CREATE TABLE t (id int PRIMARY KEY, data jsonb NOT NULL DEFAULT '{}', tags text[] DEFAULT ARRAY[]::text[] NOT NULL,
    search tsvector GENERATED ALWAYS AS (to_tsvector('english', coalesce(data->>'title', ''))) STORED,
    CONSTRAINT has_title CHECK (data ? 'title'), CHECK (cardinality(tags) <= 10), CHECK (jsonb_typeof(data) = 'object'));
CREATE INDEX ON t USING gin (data jsonb_path_ops);
CREATE INDEX ON t USING gin (search);
CREATE INDEX ON t ((data->>'title') text_pattern_ops, (data #>> '{a,b}'));
CREATE INDEX ON t (((data->>'n')::int) DESC NULLS LAST) WHERE (data->>'n') IS NOT NULL;

--- partitions whose keys come late
CREATE TABLE t (a int) PARTITION BY LIST (a);
CREATE TABLE t1 (a int NOT NULL);
ALTER TABLE t ADD PRIMARY KEY (a);
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1);
CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t1 ADD CHECK (a > 0);
ALTER TABLE t DETACH PARTITION t2;
ALTER TABLE t2 ADD COLUMN b int;

--- a column that is dropped with its trigger
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c serial, d int GENERATED ALWAYS AS IDENTITY);
CREATE TRIGGER g BEFORE UPDATE OF b ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t DROP COLUMN b CASCADE, DROP COLUMN c, DROP COLUMN d;

--- a table that inherits and is like another [since 18]
CREATE TABLE p (a int, b int, CONSTRAINT ab CHECK (a > b));
CREATE TABLE c (x int) INHERITS (p);
CREATE TABLE d (LIKE c INCLUDING ALL) INHERITS (p);
ALTER TABLE p DROP CONSTRAINT ab;
ALTER TABLE p ADD CONSTRAINT n NOT NULL a;

--- columns of another table that parents have as well [since 18]
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE p (a int DEFAULT 1, b text STORAGE EXTERNAL COLLATE "C", m mood DEFAULT 'ok', g int DEFAULT f());
CREATE TABLE o (z text);
CREATE TABLE c (a int DEFAULT f(), b text STORAGE EXTERNAL COLLATE "C", x serial, m mood, g int);
COMMENT ON COLUMN c.b IS 'B.';
CREATE TABLE d (LIKE c INCLUDING DEFAULTS, y int) INHERITS (p, o);
CREATE TABLE e (y int, LIKE c INCLUDING ALL EXCLUDING DEFAULTS) INHERITS (p);
ALTER TABLE p DROP COLUMN a;
ALTER TABLE p ADD COLUMN y int;
ALTER TABLE d NO INHERIT p;

--- a child says itself what its parents say of a column
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$SELECT 'ok'::mood$$;
CREATE TABLE p (m mood DEFAULT 'ok', n mood DEFAULT f());
CREATE TABLE c (m mood DEFAULT f(), n mood DEFAULT 'sad') INHERITS (p);

--- views that are replaced and renamed in part
CREATE VIEW v (a, b) AS SELECT 1, 'x'::text;
CREATE OR REPLACE VIEW v (a, b, c) AS SELECT 1, 'x'::text, now();
COMMENT ON COLUMN v.b IS 'b';
ALTER VIEW v RENAME COLUMN b TO bb;
CREATE MATERIALIZED VIEW m AS SELECT a, bb FROM v;
CREATE UNIQUE INDEX ON m (a);
GRANT SELECT ON m TO PUBLIC;

--- grant options of who becomes the owner
CREATE ROLE confiture_a;
CREATE ROLE confiture_b;
CREATE TABLE t (a int, b int);
GRANT SELECT, INSERT ON t TO confiture_a, confiture_b WITH GRANT OPTION;
GRANT SELECT (a) ON t TO PUBLIC;
REVOKE SELECT ON t FROM confiture_a CASCADE;
REVOKE ALL (a) ON t FROM PUBLIC;
ALTER TABLE t OWNER TO confiture_b;
GRANT TRUNCATE, REFERENCES, TRIGGER ON t TO confiture_a;

--- fields of composite columns
CREATE DOMAIN positive AS numeric(10,2) CONSTRAINT pos CHECK (VALUE > 0);
CREATE TYPE money_pair AS (amount positive, currency char(3));
CREATE TABLE t (price money_pair, prices money_pair[], p positive DEFAULT 1.5, CHECK ((price).amount > 5));
CREATE FUNCTION total(money_pair[]) RETURNS positive LANGUAGE sql IMMUTABLE AS 'SELECT 1.0::positive';
CREATE INDEX ON t (((price).currency));
ALTER DOMAIN positive RENAME TO above_zero;

--- defaults of many shapes
CREATE FUNCTION now_utc() RETURNS timestamp LANGUAGE sql STABLE RETURN (now() AT TIME ZONE 'utc');
CREATE TABLE t (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, at timestamp DEFAULT now_utc() NOT NULL,
    n int DEFAULT (1 + 2) * 3, s text DEFAULT 'a b', e text DEFAULT E'a\nb', u text DEFAULT U&'\0061', h int DEFAULT 31 - 1);

--- a unique index that becomes a constraint and is dropped
CREATE TABLE t (a int, b int);
CREATE UNIQUE INDEX u ON t (a);
ALTER TABLE t ADD CONSTRAINT uu UNIQUE USING INDEX u;
ALTER TABLE t REPLICA IDENTITY FULL;
CREATE TABLE c (x int REFERENCES t (a));
ALTER TABLE t DROP CONSTRAINT uu CASCADE;
CREATE UNIQUE INDEX u ON t (a, b);

--- tables that leave a search path
CREATE SCHEMA s;
SET search_path = s;
CREATE TABLE t (a int PRIMARY KEY);
CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT a FROM t WHERE a = x';
CREATE VIEW v AS SELECT f(a) AS b FROM t;
SET search_path = public, s;
CREATE TABLE u (a int REFERENCES t, b int DEFAULT f(1));
ALTER TABLE t SET SCHEMA public;
CREATE VIEW s.w AS SELECT u.a FROM u JOIN t USING (a) NATURAL JOIN (SELECT 1 AS a) AS z;

--- not null, keys and types in one statement
CREATE TABLE t (a int NOT NULL, b int NOT NULL, c text);
ALTER TABLE ONLY t ADD CONSTRAINT t_pkey PRIMARY KEY (a), ALTER COLUMN c SET NOT NULL, ALTER COLUMN b DROP NOT NULL;
ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (a, c);
ALTER TABLE t ALTER c DROP DEFAULT, ALTER c TYPE varchar(10);

--- defaults and variadic arguments of routines
CREATE PROCEDURE p(a int DEFAULT 1, b text[] DEFAULT ARRAY['x']::text[], c jsonb DEFAULT '{}'::jsonb) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(VARIADIC a text[]) RETURNS text LANGUAGE sql IMMUTABLE AS $_$SELECT array_to_string($1, ',')$_$;
CREATE FUNCTION g(a int, OUT b int, OUT c text) RETURNS SETOF record LANGUAGE sql AS $$SELECT 1, 'a' $$;
CREATE FUNCTION h(refcursor) RETURNS refcursor LANGUAGE plpgsql AS $$BEGIN OPEN $1 FOR SELECT 1; RETURN $1; END$$;
CREATE OR REPLACE FUNCTION f(VARIADIC a text[]) RETURNS text LANGUAGE sql AS 'SELECT ''y''';
COMMENT ON FUNCTION g(int) IS 'g';
DROP FUNCTION h;
