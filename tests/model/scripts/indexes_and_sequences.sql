-- Indexes and sequences.

--- names of indexes
CREATE TABLE t (a int, b text, c jsonb, d int[]);
CREATE INDEX ON t (a);
CREATE INDEX ON t (a);
CREATE INDEX ON t (a, b);
CREATE INDEX ON t (lower(b));
CREATE INDEX ON t ((a + 1));
CREATE INDEX ON t ((a + 1), (a + 2));
CREATE INDEX ON t ((c ->> 'k'));
CREATE INDEX ON t ((b::varchar));
CREATE INDEX ON t (coalesce(b, ''));
CREATE INDEX ON t ((CASE WHEN a > 0 THEN 1 END));
CREATE INDEX ON t ((d[1]));
CREATE INDEX ON t (upper(b), lower(b), a);
CREATE INDEX ON t (a) INCLUDE (b);
CREATE UNIQUE INDEX ON t (b);

--- more names of indexes
CREATE TABLE t (a int, b text, e timestamptz, f point);
CREATE INDEX ON t (pg_catalog.lower(b));
CREATE INDEX ON t (("left"(b, 2)));
CREATE INDEX ON t ((a IS NULL));
CREATE INDEX ON t ((a > 0));
CREATE INDEX ON t (CAST(a AS text));
CREATE INDEX ON t ((b COLLATE "C"));
CREATE INDEX ON t (nullif(a, 1));
CREATE INDEX ON t (greatest(a, 2), least(a, 3));
CREATE INDEX ON t (((e AT TIME ZONE 'UTC')::date));
CREATE INDEX ON t ((ARRAY[a]));
CREATE INDEX ON t (substring(b, 1, 2));
CREATE INDEX ON t (substring(b FROM 1 FOR 2));
CREATE INDEX ON t (extract(epoch FROM e AT TIME ZONE 'UTC'));
CREATE INDEX ON t ((f[0]));
CREATE INDEX ON t (trim(b));
CREATE INDEX ON t ((-a));
CREATE INDEX ON t ((a || b));
CREATE INDEX ON t ((NOT a > 1));
CREATE INDEX ON t ((1));
CREATE INDEX ON t ((CASE WHEN a > 0 THEN 1 ELSE a END));
CREATE INDEX ON t (position('x' IN b));
CREATE INDEX ON t (overlay(b PLACING 'x' FROM 1));

--- long names of indexes
CREATE TABLE a_table_with_a_name_of_forty_characters_x (a_column_with_a_name_of_forty_characters_ int, b int);
CREATE INDEX ON a_table_with_a_name_of_forty_characters_x (a_column_with_a_name_of_forty_characters_);
CREATE INDEX ON a_table_with_a_name_of_forty_characters_x (a_column_with_a_name_of_forty_characters_);
CREATE INDEX ON a_table_with_a_name_of_forty_characters_x (a_column_with_a_name_of_forty_characters_, b);
CREATE INDEX ON a_table_with_a_name_of_forty_characters_x (b, a_column_with_a_name_of_forty_characters_);

--- kinds of indexes
CREATE TABLE t (a int, b text, c jsonb, d int4range, e tsvector);
CREATE UNIQUE INDEX i1 ON t (a DESC NULLS LAST, b ASC NULLS FIRST);
CREATE INDEX i2 ON t USING hash (b);
CREATE INDEX i3 ON t USING gin (c jsonb_path_ops);
CREATE INDEX i4 ON t USING gist (d);
CREATE INDEX i5 ON t USING brin (a) WITH (pages_per_range = 32);
CREATE INDEX i6 ON t (b text_pattern_ops) WHERE a > 0 AND b IS NOT NULL;
CREATE INDEX i7 ON t (b COLLATE "C" DESC);
CREATE UNIQUE INDEX i8 ON t (a) NULLS NOT DISTINCT WITH (fillfactor = 70, deduplicate_items = off);
CREATE INDEX i9 ON t USING gin (e) WITH (fastupdate = off);
CREATE INDEX i10 ON t USING gist (e tsvector_ops (siglen = 100));
CREATE INDEX i11 ON t USING spgist (b);
CREATE INDEX i12 ON t (a) TABLESPACE pg_default;

--- changes of indexes
CREATE SCHEMA s;
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a, (a + 1));
CREATE INDEX j ON t (b);
ALTER INDEX i RENAME TO k;
ALTER INDEX k SET (fillfactor = 60);
ALTER INDEX k ALTER COLUMN 2 SET STATISTICS 50;
ALTER INDEX j SET (fillfactor = 50);
ALTER INDEX j RESET (fillfactor);
ALTER INDEX IF EXISTS missing RENAME TO other;
COMMENT ON INDEX k IS 'of an index';

--- indexes of materialised views
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a, 'x'::text AS b;
CREATE UNIQUE INDEX ON m (a);
CREATE INDEX named ON m (lower(b));
ALTER MATERIALIZED VIEW m CLUSTER ON named;

--- names of indexes that others have
CREATE TABLE t (a int);
CREATE TABLE t_a_idx (x int);
CREATE VIEW t_a_idx1 AS SELECT 1 AS one;
CREATE INDEX ON t (a);

--- sequences
CREATE SEQUENCE q;
CREATE SEQUENCE q2 AS smallint INCREMENT BY 5 MINVALUE -10 MAXVALUE 100 START WITH 20 CACHE 4 CYCLE;
CREATE SEQUENCE q3 INCREMENT -1;
CREATE SEQUENCE q4 AS integer INCREMENT -2 NO MINVALUE NO MAXVALUE NO CYCLE;
CREATE SEQUENCE q5 START 5 MAXVALUE 9223372036854775807;
CREATE UNLOGGED SEQUENCE q6;
CREATE SEQUENCE q7 CYCLE CACHE 2 MAXVALUE 50 START 3 MINVALUE 2 INCREMENT 7 AS bigint;

--- changes of sequences
CREATE TABLE t (a int);
CREATE SEQUENCE q;
ALTER SEQUENCE q INCREMENT 2 MAXVALUE 50 CYCLE;
ALTER SEQUENCE q OWNED BY t.a;
CREATE SEQUENCE r AS integer;
ALTER SEQUENCE r AS smallint;
CREATE SEQUENCE r2 AS integer;
ALTER SEQUENCE r2 AS bigint START 9 RESTART;
CREATE SEQUENCE r3 AS integer INCREMENT -1;
ALTER SEQUENCE r3 AS smallint;
CREATE SEQUENCE r4 MINVALUE 5 MAXVALUE 100;
ALTER SEQUENCE r4 NO MINVALUE NO MAXVALUE;
ALTER SEQUENCE r4 RENAME TO r5;
CREATE SCHEMA s;
ALTER SEQUENCE r5 SET SCHEMA s;
ALTER SEQUENCE s.r5 SET UNLOGGED;
ALTER SEQUENCE IF EXISTS missing INCREMENT 3;

--- sequences of serial columns that change
CREATE TABLE t (a serial, b int GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE t_a_seq INCREMENT 10;
ALTER SEQUENCE t_a_seq RENAME TO my_seq;
ALTER SEQUENCE t_b_seq RESTART WITH 5;
ALTER TABLE t RENAME COLUMN a TO aa;

--- a default of a renamed sequence
CREATE SCHEMA s;
CREATE SEQUENCE q;
CREATE TABLE t (a int DEFAULT nextval('q'), b int DEFAULT nextval('public.q'::text));
ALTER SEQUENCE q RENAME TO "Q 2";
CREATE SEQUENCE q;
ALTER SEQUENCE "Q 2" SET SCHEMA s;

--- sequence owned by a table of a schema
CREATE SCHEMA s;
CREATE TABLE s.t (a int);
CREATE SEQUENCE s.q OWNED BY s.t.a;
DROP TABLE s.t;

--- defaults on sequences with odd names
CREATE SEQUENCE "odd-name";
CREATE SEQUENCE "Quoted";
CREATE SCHEMA "S 1";
CREATE SEQUENCE "S 1"."q.q";
CREATE TABLE t (a int DEFAULT nextval('odd-name'), b int DEFAULT nextval('"Quoted"'),
    c int DEFAULT nextval('"S 1"."q.q"'), d int DEFAULT nextval(' PUBLIC . odd-name '));

--- keys in parentheses
CREATE TABLE t (a int, b text);
CREATE INDEX ON t ((a));
CREATE INDEX ON t ((b COLLATE "C"), (((b))));
CREATE INDEX ON t ((a + 1), ((b)) COLLATE "C" DESC);
CREATE INDEX ON t ((CASE a WHEN 1 THEN 2 ELSE 3 END), (CASE WHEN a > 1 THEN b ELSE b END), (CASE WHEN a > 1 THEN 1 END + 1));
CREATE INDEX ON t ((CASE WHEN a > 1 THEN 1 ELSE CASE WHEN a > 0 THEN 2 ELSE a END END));
CREATE INDEX ON t (((CASE WHEN a > 1 THEN 1 ELSE 2 END)::text));

--- operator classes that keys have anyway
CREATE TYPE mood AS ENUM ('a'); CREATE TYPE pair AS (a int); CREATE DOMAIN d AS text;
CREATE TYPE span AS RANGE (subtype = int4);
CREATE TABLE t (a text, b varchar(9), c char(3), i int, l bigint, n numeric, u uuid, j jsonb, m mood, x int[],
    v tsvector, r int4range, p pair, d d, s span, q inet, g circle);
CREATE INDEX i1 ON t (a text_ops, b text_ops, c bpchar_ops, i int4_ops DESC, l pg_catalog.int8_ops, n numeric_ops NULLS FIRST);
CREATE INDEX i2 ON t (u uuid_ops, m enum_ops, x array_ops, r range_ops, p record_ops, d text_ops);
CREATE INDEX i3 ON t (a text_pattern_ops, b varchar_ops, c bpchar_pattern_ops, q cidr_ops, d varchar_pattern_ops);
CREATE INDEX i4 ON t USING gin (j jsonb_ops, x array_ops, v tsvector_ops);
CREATE INDEX i5 ON t USING gin (j jsonb_path_ops);
CREATE INDEX i6 ON t USING gist (r range_ops, s range_ops, v tsvector_ops (siglen = 100), q inet_ops, g circle_ops);
CREATE INDEX i7 ON t USING brin (i int4_minmax_ops, q inet_inclusion_ops, a text_bloom_ops);
CREATE INDEX i8 ON t USING hash (a text_ops);
CREATE INDEX i9 ON t USING spgist (r range_ops);
CREATE INDEX i10 ON t ((a || b) text_ops, (lower(a)) text_pattern_ops, (i) int4_ops);
ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (r range_ops WITH &&, g circle_ops WITH &&);
ALTER TABLE t ADD CONSTRAINT y EXCLUDE (a text_ops WITH =, b varchar_ops WITH =);

--- indexes of partitions with operator classes that keys have anyway
CREATE TABLE t (a int, b text) PARTITION BY LIST (a);
CREATE TABLE u (a int, b text);
CREATE INDEX own ON u (b text_ops);
CREATE INDEX ON t (b);
ALTER TABLE t ATTACH PARTITION u FOR VALUES IN (1);

--- operator classes and another type
CREATE TABLE t (a int, b text);
CREATE INDEX i1 ON t (a int4_ops);
CREATE INDEX i2 ON t (b text_pattern_ops);
ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE varchar(9);
