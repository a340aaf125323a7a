-- Tables, columns, constraints, and the names that are made for them.

--- plain table
CREATE TABLE t (a int, b text NOT NULL, c numeric(10,2) DEFAULT 1.5);

--- type aliases
CREATE TABLE t (a int2, b int4, c int8, d float4, e float8, f float(24), g float(25), h float,
    i dec(5), j decimal, k numeric(3), l bool, m varchar, n varchar(3), o char, p char(4), q bpchar,
    r "char", s bit, t bit(3), u varbit, v bit varying(7), w timestamp, x timestamptz(3), y time(2),
    z timetz, aa time with time zone, ab timestamp(0) without time zone, ac interval,
    ad interval year to month, ae interval second(3), af nchar(2), ag national character varying(4),
    ah double precision, ai real, aj character varying, ak json, al jsonb, am uuid, an name, ao oid,
    ap regclass, aq money, ar inet, as_ cidr, at macaddr, au tsvector, av xml, aw point, ax int4range,
    ay int8multirange, az bytea, ba date, bb interval(2), bc numeric(2,-3));

--- arrays
CREATE TABLE t (a int[], b text[3], c int[][], d varchar(5)[], e int ARRAY, f int ARRAY[4],
    g timestamp(3) with time zone[]);

--- types with pg_catalog
CREATE TABLE t (a pg_catalog.int4, b pg_catalog.varchar(3), c pg_catalog."char", d pg_catalog.text[]);

--- own types
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'ok');
CREATE TYPE app."Mood" AS (a int);
CREATE DOMAIN app.email AS varchar(20);
CREATE TABLE app.t (a app.mood, b app."Mood"[], c app.email, d app.mood[] DEFAULT '{}');

--- row types of tables
CREATE TABLE a (x int);
CREATE TABLE b (y a, z a[]);
CREATE VIEW v AS SELECT 1 AS q;
CREATE TABLE c (w v);

--- quoted names
CREATE SCHEMA "My Schema";
CREATE TABLE "My Schema"."T 1" ("Select" int PRIMARY KEY, "a""b" text UNIQUE,
    "order" int CHECK ("order" > 0));
CREATE INDEX ON "My Schema"."T 1" ("Select", "a""b");

--- folded names
CREATE TABLE Foo (BAR int, "Baz" int);
CREATE INDEX Foo_I ON FOO (bar);

--- primary key of a column
CREATE TABLE t (a int PRIMARY KEY, b int);

--- primary key of a table
CREATE TABLE t (a int, b int, PRIMARY KEY (b, a));

--- named primary key
CREATE TABLE t (a int CONSTRAINT pk PRIMARY KEY, b int);

--- unique constraints
CREATE TABLE t (a int UNIQUE, b int, c int, UNIQUE (b, c), CONSTRAINT u UNIQUE (c));

--- equal unique constraints are one
CREATE TABLE t (a int UNIQUE, b int, UNIQUE (a));
CREATE TABLE s (a int PRIMARY KEY UNIQUE);

--- unique with nulls
CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT, b int, UNIQUE NULLS NOT DISTINCT (a, b));

--- keys that include columns
CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a) INCLUDE (b), UNIQUE (b) INCLUDE (c, a));

--- parameters of keys
CREATE TABLE t (a int PRIMARY KEY WITH (fillfactor=70), b int, UNIQUE (b) WITH (fillfactor = 80));

--- deferrable keys
CREATE TABLE t (a int PRIMARY KEY DEFERRABLE, b int UNIQUE DEFERRABLE INITIALLY DEFERRED, c int UNIQUE
    INITIALLY DEFERRED);

--- checks of columns
CREATE TABLE t (a int CHECK (a > 0), b int CHECK (b < 5) CHECK (b > 1), c int CONSTRAINT small CHECK (c < 3));

--- checks of tables
CREATE TABLE t (a int, b int, CHECK (a < b), CHECK (a > 0), CHECK (b > 0 AND a > 1), CHECK (true), CHECK (t.a
    > -9));

--- check of a column that names another
CREATE TABLE t (a int, b int CHECK (a > b), c int CHECK (a > 1));

--- checks that do not inherit
CREATE TABLE t (a int CHECK (a > 0) NO INHERIT, CONSTRAINT k CHECK (a < 9) NO INHERIT);

--- names of constraints that are taken
CREATE TABLE t (a int CONSTRAINT t_b_check CHECK (a > 0), b int CHECK (b > 0), CONSTRAINT t_b_check2 CHECK (b > 2));

--- name of a key that is taken
CREATE TABLE t_pkey (a int);
CREATE TABLE t (a int PRIMARY KEY);
CREATE SEQUENCE s_a_key;
CREATE TABLE s (a int UNIQUE);

--- names that are too long
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaabaaaaaaaaaaaaaaaaaaaa int
    PRIMARY KEY, caaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa int UNIQUE CHECK
    (caaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa > 0), daaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa serial);

--- identifiers beyond 63 bytes
CREATE TABLE xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    (yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy int);
CREATE INDEX ON xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    (yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy);

--- names of more than one byte a character
CREATE TABLE "ééééééééééééééééééééééééééééé" ("üüüüüüüüüüüüüüüüüüüüüüüüü" int UNIQUE,
    "ßßßßßßßßßßßßßßßßßßßßßßßßßßßß" serial);

--- names cut in a character
CREATE TABLE "aéééééééééééééééééééééééééééééééééééééééé" (b int PRIMARY KEY);

--- keys on many columns
CREATE TABLE t (column_number_0 int, column_number_1 int, column_number_2 int, column_number_3 int,
    column_number_4 int, column_number_5 int, column_number_6 int, column_number_7 int, UNIQUE
    (column_number_0, column_number_1, column_number_2, column_number_3, column_number_4, column_number_5,
    column_number_6, column_number_7));

--- foreign key of a column
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (a int REFERENCES p, b int REFERENCES p (id));

--- foreign key of a table
CREATE TABLE p (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE c (a int, b int, FOREIGN KEY (a, b) REFERENCES p);

--- foreign key to a unique constraint
CREATE TABLE p (x int UNIQUE, y int);
CREATE TABLE c (a int, CONSTRAINT f FOREIGN KEY (a) REFERENCES p (x));

--- foreign key actions
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (
    a int REFERENCES p ON DELETE CASCADE, b int REFERENCES p ON UPDATE SET NULL, c int REFERENCES p ON DELETE
    RESTRICT ON UPDATE CASCADE,
    d int DEFAULT 1 REFERENCES p ON DELETE SET DEFAULT, e int REFERENCES p MATCH FULL, f int REFERENCES p ON
    DELETE NO ACTION,
    g int REFERENCES p DEFERRABLE INITIALLY DEFERRED, h int REFERENCES p NOT DEFERRABLE);

--- foreign key that sets some columns
CREATE TABLE p (x int, y int, PRIMARY KEY (x, y));
CREATE TABLE c (a int, b int, FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b));

--- foreign key to itself
CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t);

--- foreign keys in a circle
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;

--- foreign key that is not valid
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (a int);
ALTER TABLE c ADD FOREIGN KEY (a) REFERENCES p NOT VALID;

--- foreign key in another schema
CREATE SCHEMA s;
CREATE TABLE s.p (id int PRIMARY KEY);
CREATE TABLE c (a int REFERENCES s.p);

--- foreign keys of one name
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (a int REFERENCES p REFERENCES p);

--- foreign key to a unique index
CREATE TABLE p (x int);
CREATE UNIQUE INDEX ON p (x);
CREATE TABLE c (a int REFERENCES p (x));

--- exclusion constraints
CREATE TABLE t (a int4range, b int, c box, EXCLUDE USING gist (a WITH &&),
    CONSTRAINT e EXCLUDE (b WITH =) WHERE (b > 0), EXCLUDE USING gist (c WITH &&, (a) WITH -|-) DEFERRABLE);

--- exclusion of expressions
CREATE TABLE t (a text, b int, EXCLUDE (lower(a) WITH =, (b + 1) WITH =), EXCLUDE USING btree (a COLLATE "C"
    text_pattern_ops WITH =) INCLUDE (b));

--- not null and its names
CREATE TABLE t (a int NOT NULL, b int CONSTRAINT bn NOT NULL, c int NULL, d int NOT NULL NOT NULL);

--- not null of a table [since 18]
CREATE TABLE t (a int, b int, NOT NULL a, CONSTRAINT bb NOT NULL b);

--- not null without inheritance [since 18]
CREATE TABLE t (a int NOT NULL NO INHERIT);

--- not null that is not valid [since 18]
CREATE TABLE t (a int);
ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;
CREATE TABLE s (a int);
ALTER TABLE s ADD NOT NULL a NOT VALID;
ALTER TABLE s VALIDATE CONSTRAINT s_a_not_null;

--- checks that are not enforced [since 18]
CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED, b int);
ALTER TABLE t ADD CHECK (b > 0) NOT ENFORCED;
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (a int REFERENCES p NOT ENFORCED);

--- not null that is dropped
CREATE TABLE t (a int NOT NULL, b int PRIMARY KEY, c int NOT NULL);
ALTER TABLE t ALTER a DROP NOT NULL;
ALTER TABLE t ALTER c DROP NOT NULL, ALTER c SET NOT NULL;

--- not null after a key is dropped
CREATE TABLE t (a int PRIMARY KEY);
ALTER TABLE t DROP CONSTRAINT t_pkey;

--- key over a not null
CREATE TABLE t (a int CONSTRAINT n NOT NULL, b int);
ALTER TABLE t ADD PRIMARY KEY (a, b);

--- serial
CREATE TABLE t (a serial, b bigserial PRIMARY KEY, c smallserial, d serial8, e serial2, f serial4);

--- serial in a schema
CREATE SCHEMA s;
CREATE TABLE s."T" ("A" serial PRIMARY KEY);

--- sequence of a serial whose name is taken
CREATE SEQUENCE t_a_seq;
CREATE TABLE t (a serial);
CREATE TABLE t_b_seq (x int);
ALTER TABLE t ADD b serial;

--- serial that is added
CREATE TABLE t (a int);
ALTER TABLE t ADD COLUMN b serial, ADD COLUMN c bigserial UNIQUE;

--- identity
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, c
    smallint GENERATED ALWAYS AS IDENTITY (START -5 INCREMENT -2 MINVALUE -9 CYCLE));

--- identity with a sequence's name
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME my_seq START 7 CACHE 3));

--- identity that is changed
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int NOT NULL, c int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE t ALTER a SET GENERATED BY DEFAULT SET INCREMENT 5 RESTART WITH 10;
ALTER TABLE t ALTER b ADD GENERATED ALWAYS AS IDENTITY;
ALTER TABLE t ALTER c DROP IDENTITY;
ALTER TABLE t ALTER c DROP IDENTITY IF EXISTS;

--- generated columns
CREATE TABLE t (a int, d text, b int GENERATED ALWAYS AS (a * 2) STORED, c text GENERATED ALWAYS AS (upper(d))
    STORED);

--- virtual columns [since 18]
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c int GENERATED ALWAYS AS (a + 1));

--- generated columns that change
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS (a + 1) STORED);
ALTER TABLE t ALTER b DROP EXPRESSION;
ALTER TABLE t ALTER b DROP EXPRESSION IF EXISTS;

--- generated expression that is set [since 18]
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE t ALTER b SET EXPRESSION AS (a * 3);

--- defaults
CREATE TABLE t (a int DEFAULT 1 + 2, b text DEFAULT 'x', c timestamptz DEFAULT now(), d date DEFAULT
    CURRENT_DATE, e text DEFAULT NULL, f int[] DEFAULT ARRAY[1,2], g jsonb DEFAULT '{}'::jsonb, h bool DEFAULT
    false, i text DEFAULT 'a' || 'b', j int DEFAULT -1, k interval DEFAULT '1 day', l text DEFAULT
    current_user);

--- defaults that are set and dropped
CREATE TABLE t (a int DEFAULT 1, b int);
ALTER TABLE t ALTER a DROP DEFAULT, ALTER b SET DEFAULT 5;
ALTER TABLE t ALTER COLUMN b SET DEFAULT 6;

--- collations
CREATE TABLE t (a text COLLATE "C", b varchar(3) COLLATE pg_catalog."C" NOT NULL, c text COLLATE "default");
ALTER TABLE t ADD d text COLLATE "POSIX";

--- own collation
CREATE SCHEMA s;
CREATE COLLATION s.mine (locale = 'C');
CREATE TABLE t (a text COLLATE s.mine);
CREATE INDEX ON t (a COLLATE s.mine);

--- storage and compression
CREATE TABLE t (a text, b text COMPRESSION pglz, c bytea);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER c SET STORAGE MAIN;
ALTER TABLE t ALTER b SET COMPRESSION default;

--- storage of a definition [since 18]
CREATE TABLE t (a text STORAGE EXTERNAL, b text STORAGE default);

--- statistics of columns
CREATE TABLE t (a int, b int);
ALTER TABLE t ALTER a SET STATISTICS 100;
ALTER TABLE t ALTER b SET STATISTICS 5;
ALTER TABLE t ALTER b SET STATISTICS -1;

--- options of columns
CREATE TABLE t (a int, b int);
ALTER TABLE t ALTER a SET (n_distinct = 5, n_distinct_inherited = 7);
ALTER TABLE t ALTER a RESET (n_distinct);

--- storage that types have anyway
CREATE TYPE mood AS ENUM ('a'); CREATE TYPE pair AS (a int); CREATE DOMAIN d AS numeric;
CREATE TABLE t (a text, i int, n numeric, m mood, x int[], p pair, d d, j jsonb, e text, q inet);
ALTER TABLE t ALTER a SET STORAGE EXTENDED, ALTER i SET STORAGE PLAIN, ALTER n SET STORAGE main, ALTER m SET STORAGE PLAIN;
ALTER TABLE t ALTER x SET STORAGE EXTENDED, ALTER p SET STORAGE EXTENDED, ALTER d SET STORAGE MAIN;
ALTER TABLE t ALTER j SET STORAGE EXTERNAL, ALTER e SET STORAGE MAIN, ALTER q SET STORAGE EXTENDED;
ALTER TABLE t ALTER j SET STORAGE EXTENDED, ALTER a SET STATISTICS 10, ALTER a SET STATISTICS -1;

--- storage and another type
CREATE TABLE t (a text, b text, c text);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER b SET STORAGE MAIN, ALTER c SET COMPRESSION pglz;
ALTER TABLE t ALTER a TYPE varchar(9), ALTER b TYPE numeric USING b::numeric, ALTER c TYPE varchar(3);

--- storage of a definition that types have anyway [since 18]
CREATE TABLE t (a text STORAGE EXTENDED, i int STORAGE PLAIN, n numeric STORAGE MAIN, m text STORAGE DEFAULT);

--- storage parameters
CREATE TABLE t (a text) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = off);
CREATE TABLE s (a text) WITH (autovacuum_vacuum_threshold=5);
ALTER TABLE s SET (fillfactor = 50, parallel_workers = 2);
ALTER TABLE s RESET (autovacuum_vacuum_threshold);

--- unlogged and logged
CREATE UNLOGGED TABLE t (a serial PRIMARY KEY);
CREATE UNLOGGED TABLE s (a int);
ALTER TABLE s SET LOGGED;
CREATE TABLE u (a int);
ALTER TABLE u SET UNLOGGED;

--- temporary tables
CREATE TEMP TABLE t (a int PRIMARY KEY, b text DEFAULT 'x');
CREATE TEMPORARY TABLE u (a serial) ON COMMIT PRESERVE ROWS;
CREATE TABLE pg_temp.w (a int);

--- row level security
CREATE TABLE t (a int);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE TABLE s (a int);
ALTER TABLE s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE u (a int);
ALTER TABLE u FORCE ROW LEVEL SECURITY;
ALTER TABLE u NO FORCE ROW LEVEL SECURITY;
ALTER TABLE s DISABLE ROW LEVEL SECURITY;

--- replica identity
CREATE TABLE t (a int NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
CREATE TABLE s (a int);
ALTER TABLE s REPLICA IDENTITY FULL;
CREATE TABLE u (a int);
ALTER TABLE u REPLICA IDENTITY NOTHING;
CREATE TABLE w (a int);
ALTER TABLE w REPLICA IDENTITY FULL;
ALTER TABLE w REPLICA IDENTITY DEFAULT;

--- clustered tables
CREATE TABLE t (a int PRIMARY KEY, b int);
CREATE INDEX i ON t (b);
ALTER TABLE t CLUSTER ON i;
CREATE TABLE s (a int PRIMARY KEY);
CLUSTER s USING s_pkey;
CREATE TABLE u (a int PRIMARY KEY);
ALTER TABLE u CLUSTER ON u_pkey;
ALTER TABLE u SET WITHOUT CLUSTER;

--- tables of a type
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t OF pair;
CREATE TABLE s OF pair (a WITH OPTIONS PRIMARY KEY, b DEFAULT 'x' NOT NULL, CHECK (a > 0));

--- tables that come to be of a type
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t (a int, b text);
ALTER TABLE t OF pair;
CREATE TABLE s OF pair;
ALTER TABLE s NOT OF;

--- table of a type that changes
CREATE TYPE pair AS (a int, b text);
CREATE TABLE t OF pair;
ALTER TYPE pair ADD ATTRIBUTE c int CASCADE;
ALTER TYPE pair RENAME ATTRIBUTE a TO z CASCADE;
ALTER TYPE pair DROP ATTRIBUTE b CASCADE;

--- tables that are there already
CREATE TABLE t (a int);
CREATE TABLE IF NOT EXISTS t (a int, b int);
CREATE INDEX i ON t (a);
CREATE INDEX IF NOT EXISTS i ON t (a);
CREATE SEQUENCE IF NOT EXISTS q;
CREATE SEQUENCE IF NOT EXISTS q START 5;
CREATE SCHEMA IF NOT EXISTS s;
CREATE SCHEMA IF NOT EXISTS s;

--- tables in a schema's definition
CREATE SCHEMA s CREATE TABLE t (a int PRIMARY KEY) CREATE VIEW v AS SELECT a FROM s.t CREATE INDEX i ON t (a)
    CREATE SEQUENCE q;

--- periods [since 18]
CREATE TABLE p (id int4range, valid_at daterange, CONSTRAINT p_pk PRIMARY KEY (id, valid_at WITHOUT
    OVERLAPS));
CREATE TABLE c (pid int4range, at daterange, FOREIGN KEY (pid, PERIOD at) REFERENCES p (id, PERIOD valid_at));
CREATE TABLE d (pid int4range, at daterange, FOREIGN KEY (pid, PERIOD at) REFERENCES p);

--- indexes that become constraints
CREATE TABLE t (a int NOT NULL, b int);
CREATE UNIQUE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);
ALTER TABLE t ADD PRIMARY KEY USING INDEX i;
ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX j DEFERRABLE;

--- constraints of all kinds that are added
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (a int, b int);
ALTER TABLE t ADD CHECK (a > 0), ADD UNIQUE (b), ADD CONSTRAINT x EXCLUDE (a WITH =), ADD FOREIGN KEY (a)
    REFERENCES p, ADD PRIMARY KEY (a, b);
ALTER TABLE t ADD CONSTRAINT nv CHECK (b > 1) NOT VALID;
ALTER TABLE t ADD CONSTRAINT nw CHECK (b > 2) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT nw;

--- constraints that are altered
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (a int REFERENCES p, b int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE t ALTER CONSTRAINT t_a_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE t ALTER CONSTRAINT t_b_fkey NOT DEFERRABLE;

--- constraints that are renamed and dropped
CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE CHECK (b > 0), c int CHECK (c > 0));
ALTER TABLE t RENAME CONSTRAINT t_pkey TO pk;
ALTER TABLE t RENAME CONSTRAINT t_b_check TO bc;
ALTER TABLE t DROP CONSTRAINT t_b_key;
ALTER TABLE t DROP CONSTRAINT IF EXISTS none;
ALTER TABLE t DROP CONSTRAINT t_c_check;

--- key that is dropped with its foreign keys
CREATE TABLE p (id int PRIMARY KEY, u int UNIQUE);
CREATE TABLE c (a int REFERENCES p, b int REFERENCES p (u));
ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE;

--- index of a constraint that is renamed
CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE);
ALTER INDEX t_pkey RENAME TO pk;
ALTER TABLE t_b_key RENAME TO bk;

--- expressions of all shapes
CREATE TABLE t (a int, b text, c jsonb, d timestamptz, e int[], CHECK (a BETWEEN 1 AND 5), CHECK (b LIKE 'x%'
    OR b IS NULL),
    CHECK (a IN (1, 2, 3)), CHECK (b ~ '^[a-z]+$'), CHECK (c ->> 'k' <> ''), CHECK (d >
    '2020-01-01'::timestamptz), CHECK (e @> ARRAY[1]),
    CHECK (a = ANY (e)), CHECK (CASE WHEN a > 1 THEN b = 'x' ELSE true END), CHECK (NOT (a = 1 AND b = '2')),
    CHECK (b::int > 0),
    CHECK (CAST(b AS numeric(5,1)) > 0), CHECK (coalesce(a, 0) >= 0), CHECK (extract(year FROM d) > 2000),
    CHECK ((a, b) IS NOT NULL),
    CHECK (e[1] > 0), CHECK (a != 7), CHECK (a IS DISTINCT FROM 3), CHECK (substring(b FROM 1 FOR 2) = 'ab'),
    CHECK (b SIMILAR TO 'a|b'),
    CHECK (position('x' IN b) = 0), CHECK (trim(both ' ' from b) <> ''), CHECK (b COLLATE "C" > 'a'), CHECK
    ((a > 0) IS TRUE), CHECK (d AT TIME ZONE 'UTC' > '2001-01-01'));

--- defaults that are null
CREATE DOMAIN d AS int;
CREATE DOMAIN e AS varchar(3) DEFAULT NULL;
CREATE DOMAIN f AS int DEFAULT NULL;
CREATE TABLE t (a varchar(3) DEFAULT NULL, b text DEFAULT NULL, c char DEFAULT NULL, d d DEFAULT NULL,
    e numeric(5,2) DEFAULT NULL, f timestamp(3) DEFAULT NULL, g numeric DEFAULT NULL, h varchar DEFAULT NULL,
    i int[] DEFAULT NULL, j varchar(3)[] DEFAULT NULL, k interval(2) DEFAULT NULL, l bit DEFAULT NULL,
    m varchar(3) DEFAULT NULL::varchar, n int DEFAULT NULL::int, o bigint DEFAULT NULL::int,
    p int DEFAULT CAST(NULL AS integer), q int DEFAULT (NULL), r varchar(3) DEFAULT NULL::character varying(3));
ALTER TABLE t ALTER a SET DEFAULT NULL, ALTER b SET DEFAULT NULL;
CREATE TABLE u (b text DEFAULT 'x', c int DEFAULT 1);
CREATE TABLE w (b text DEFAULT NULL) INHERITS (u);

--- oids that are no more
CREATE TABLE t (a int) WITH (oids = false, fillfactor = 70);
CREATE TABLE s (a int) WITH (oids = false);
CREATE TABLE u (a int) WITHOUT OIDS;

--- tables that queries of a table make
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('glad');
CREATE DOMAIN s.short AS varchar(10) CHECK (VALUE <> '');
CREATE TABLE s.t (a serial PRIMARY KEY, b varchar(5) NOT NULL DEFAULT 'x', c numeric(10,2)[], d s.mood, e s.short, f text COLLATE "C",
    g int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE u AS SELECT * FROM s.t;
CREATE UNLOGGED TABLE IF NOT EXISTS s.v AS TABLE s.t WITH NO DATA;
CREATE TABLE w (one, two) WITH (fillfactor = 70) AS (SELECT t.b, t.d AS x, c y FROM ONLY s.t WHERE a > 0 ORDER BY 1 LIMIT 3) WITH DATA;
CREATE TABLE x AS SELECT DISTINCT k.*, a::numeric(5,1) AS n, 1, 1.5 AS m, 'z' AS o, b::s.mood AS p FROM s.t AS k;
CREATE TABLE IF NOT EXISTS x AS SELECT 1;
SELECT a, b AS bb INTO y FROM s.t GROUP BY a, b HAVING count(*) > 1;
SELECT * INTO TEMP TABLE z FROM s.t;
SELECT 1 AS one INTO UNLOGGED TABLE s.z;
ALTER TABLE u ADD PRIMARY KEY (a), ALTER b SET DEFAULT 'y';
DROP TABLE s.t;
