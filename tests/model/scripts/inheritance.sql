-- Parents, partitions and LIKE.

--- tables that inherit
CREATE TABLE p (a int NOT NULL, b text DEFAULT 'x', CHECK (a > 0));
CREATE TABLE c (d int) INHERITS (p);
CREATE TABLE g () INHERITS (c);

--- columns that are merged
CREATE TABLE p (a int, b text DEFAULT 'x');
CREATE TABLE c (b text DEFAULT 'y', a int NOT NULL, e int) INHERITS (p);

--- two parents
CREATE TABLE p (a int, b text, CHECK (a > 0));
CREATE TABLE q (b text NOT NULL, c int DEFAULT 1);
CREATE TABLE r (d int) INHERITS (p, q);

--- defaults of two parents
CREATE TABLE p (a int DEFAULT 1);
CREATE TABLE q (a int DEFAULT 2);
CREATE TABLE r (a int DEFAULT 3) INHERITS (p, q);

--- keys and indexes are not inherited
CREATE TABLE p (a int PRIMARY KEY, b int UNIQUE);
CREATE INDEX ON p (b);
CREATE TABLE c (x int) INHERITS (p);

--- checks that are merged with those of a parent
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c (CONSTRAINT k CHECK (a > 0)) INHERITS (p);
CREATE TABLE d (CHECK (a > 0)) INHERITS (p);

--- checks of a parent that are not inherited
CREATE TABLE p (a int CHECK (a > 0) NO INHERIT, CHECK (a < 9));
CREATE TABLE c () INHERITS (p);

--- what is added to a parent
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (c);
ALTER TABLE p ADD b int DEFAULT 1, ADD CHECK (b > 0), ADD COLUMN e text NOT NULL;
ALTER TABLE p ADD CONSTRAINT n CHECK (a > 0) NO INHERIT;

--- column that is added to a parent and is there in a child
CREATE TABLE p (a int);
CREATE TABLE c (b int) INHERITS (p);
ALTER TABLE p ADD b int;

--- what is dropped from a parent
CREATE TABLE p (a int, b int, d int NOT NULL, CONSTRAINT k CHECK (a > 0), CHECK (b > 0));
CREATE TABLE c (b int, x int) INHERITS (p);
ALTER TABLE p DROP COLUMN a;
ALTER TABLE p DROP COLUMN b;
ALTER TABLE p ALTER d DROP NOT NULL;

--- what is dropped from a parent only
CREATE TABLE p (a int, b int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p);
ALTER TABLE ONLY p DROP COLUMN b;
ALTER TABLE ONLY p DROP CONSTRAINT k;

--- changes of a parent's columns
CREATE TABLE p (a int, b int);
CREATE TABLE c () INHERITS (p);
ALTER TABLE p ALTER a TYPE bigint, ALTER b SET DEFAULT 5, ALTER b SET NOT NULL;
ALTER TABLE p RENAME a TO z;
ALTER TABLE ONLY p ALTER b SET DEFAULT 6;
ALTER TABLE p ALTER z SET STATISTICS 50;

--- renamed columns and constraints of a parent
CREATE TABLE p (a int NOT NULL, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c () INHERITS (p);
ALTER TABLE p RENAME a TO b;
ALTER TABLE p RENAME CONSTRAINT k TO kk;

--- a table that comes to inherit
CREATE TABLE p (a int, CONSTRAINT k CHECK (a > 0));
CREATE TABLE c (a int, b int, CONSTRAINT k CHECK (a > 0));
ALTER TABLE c INHERIT p;

--- a table that comes to inherit not null
CREATE TABLE p (a int NOT NULL);
CREATE TABLE c (a int CONSTRAINT mine NOT NULL);
ALTER TABLE c INHERIT p;

--- a table that no longer inherits
CREATE TABLE p (a int NOT NULL, CHECK (a > 0));
CREATE TABLE c (b int) INHERITS (p);
ALTER TABLE c NO INHERIT p;

--- the order of parents
CREATE TABLE p (a int);
CREATE TABLE q (a int);
CREATE TABLE c (a int) INHERITS (q);
ALTER TABLE c INHERIT p;

--- not null of a parent
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
ALTER TABLE p ALTER a SET NOT NULL;
CREATE TABLE q (a int NOT NULL, b int CONSTRAINT bn NOT NULL);
CREATE TABLE d (a int CONSTRAINT own NOT NULL) INHERITS (q);

--- key that is added to a parent
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
ALTER TABLE p ADD PRIMARY KEY (a);

--- serial and identity of a parent
CREATE TABLE p (a serial, b int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE c () INHERITS (p);

--- generated columns of a parent
CREATE TABLE p (a int, b int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE c () INHERITS (p);

--- a child that is dropped with its parent
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (c);
CREATE VIEW v AS SELECT * FROM d;
DROP TABLE p CASCADE;

--- storage and comments of a parent
CREATE TABLE p (a text, b text COLLATE "C");
ALTER TABLE p ALTER a SET STORAGE EXTERNAL;
COMMENT ON COLUMN p.a IS 'x';
CREATE TABLE c () INHERITS (p);

--- range partitions
CREATE TABLE t (a int NOT NULL, b text, c date) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (MINVALUE) TO (1);
CREATE TABLE t3 PARTITION OF t DEFAULT;

--- list and hash partitions
CREATE TABLE t (a int, b text) PARTITION BY LIST (b);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('a', 'b', NULL);
CREATE TABLE s (a int, b text) PARTITION BY HASH (a, b);
CREATE TABLE s0 PARTITION OF s FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE s1 PARTITION OF s FOR VALUES WITH (modulus 2, remainder 1);

--- partition keys with expressions
CREATE TABLE t (a text, b int) PARTITION BY RANGE (lower(a) COLLATE "C" text_pattern_ops, (b + 1));
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('a', 1) TO ('m', MAXVALUE);

--- partitions of partitions
CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10) PARTITION BY LIST (b);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES IN (1);
CREATE INDEX i ON t (b);

--- keys of partitioned tables
CREATE TABLE t (a int PRIMARY KEY, b int, UNIQUE (a, b)) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE long_name_of_a_partition_that_makes_names_of_keys_too_long PARTITION OF t FOR VALUES FROM (10) TO (20);

--- keys that are added to partitioned tables
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
ALTER TABLE t ADD PRIMARY KEY (a), ADD CONSTRAINT u UNIQUE (a, b), ADD CHECK (b > 0);

--- indexes of partitioned tables
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX ON t (b);
CREATE INDEX named ON t (lower(b::text)) WHERE a > 1;
CREATE UNIQUE INDEX ON t (a);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);

--- indexes of the same names on partitions
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX t1_b_idx ON t1 (b);
CREATE INDEX ON t (b);
CREATE TABLE t2 (a int, b int);
CREATE INDEX mine ON t2 (b);
ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (10) TO (20);

--- indexes on a partitioned table only
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX i ON ONLY t (b);
CREATE INDEX i1 ON t1 (b);
ALTER INDEX i ATTACH PARTITION i1;

--- foreign keys of partitioned tables
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (a int, b int REFERENCES p ON DELETE CASCADE, FOREIGN KEY (a) REFERENCES p) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
ALTER TABLE t ADD CONSTRAINT late FOREIGN KEY (a) REFERENCES p;

--- foreign keys to partitioned tables
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE c (x int REFERENCES t);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);

--- triggers of partitioned tables
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (a int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TRIGGER each AFTER INSERT ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION f('x');
CREATE TRIGGER statement AFTER INSERT ON t EXECUTE FUNCTION f();
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
CREATE TABLE t3 (a int);
ALTER TABLE t ATTACH PARTITION t3 FOR VALUES FROM (20) TO (30);

--- partitions that are attached
CREATE TABLE t (a int NOT NULL, b text, CHECK (a > 0), PRIMARY KEY (a)) PARTITION BY RANGE (a);
CREATE TABLE t1 (a int NOT NULL, b text, CONSTRAINT t_a_check CHECK (a > 0));
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 (b text, a int PRIMARY KEY, CONSTRAINT t_a_check CHECK (a > 0));
ALTER TABLE t ATTACH PARTITION t2 DEFAULT;

--- partitions that are attached with foreign keys
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (a int REFERENCES p) PARTITION BY RANGE (a);
CREATE TABLE t1 (a int REFERENCES p);
CREATE TABLE t2 (a int);
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (10);
ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (10) TO (20);

--- partitions that are detached
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES p, CHECK (b > 0)) PARTITION BY RANGE (a);
CREATE INDEX i ON t (b);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
ALTER TABLE t DETACH PARTITION t1;

--- partitions with their own columns
CREATE TABLE t (a int NOT NULL, b int DEFAULT 1) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t (b DEFAULT 2 NOT NULL, CHECK (b > 0), CONSTRAINT u UNIQUE (b)) FOR VALUES FROM (0) TO (9);
CREATE TABLE t2 PARTITION OF t (a PRIMARY KEY) FOR VALUES FROM (9) TO (10) WITH (fillfactor = 50);

--- changes of a partitioned table
CREATE TABLE t (a int, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
ALTER TABLE t ADD c text DEFAULT 'x' NOT NULL, ALTER b SET NOT NULL, ALTER b SET DEFAULT 4;
ALTER TABLE t RENAME b TO bb;
ALTER TABLE t ALTER bb TYPE bigint;
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t1 RENAME TO first;

--- partitioned tables with identity
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY RANGE (b);
CREATE TABLE s (a serial, b int) PARTITION BY RANGE (b);
CREATE TABLE s1 PARTITION OF s FOR VALUES FROM (0) TO (10);

--- partitions of tables with identity [since 17]
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY RANGE (b);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE t2 (a int NOT NULL, b int);
ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (10) TO (20);

--- partitions of another schema
CREATE SCHEMA s;
CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY RANGE (a);
CREATE INDEX i ON t (b);
CREATE TABLE s.t PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE s.u PARTITION OF t DEFAULT;

--- dropped indexes and keys of partitioned tables
CREATE TABLE t (a int PRIMARY KEY, b int) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE INDEX i ON t (b);
DROP INDEX i;
ALTER TABLE t DROP CONSTRAINT t_pkey;

--- a partitioned table that is dropped
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE TABLE c (x int REFERENCES t);
DROP TABLE t CASCADE;

--- a partition that is dropped
CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
DROP TABLE t1;

--- like
CREATE TABLE t (a int NOT NULL DEFAULT 1, b text COLLATE "C", c varchar(5) CHECK (c <> ''), PRIMARY KEY (a));
CREATE TABLE s (LIKE t);
CREATE TABLE u (x int, LIKE t, y int);

--- like with defaults and constraints
CREATE TABLE t (a int DEFAULT 1, b int CHECK (b > 0), CONSTRAINT k CHECK (a > b));
CREATE TABLE s (LIKE t INCLUDING DEFAULTS);
CREATE TABLE u (LIKE t INCLUDING CONSTRAINTS);

--- like with indexes
CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int4range, EXCLUDE USING gist (c WITH &&));
CREATE INDEX named ON t (b DESC NULLS LAST) WHERE b > 0;
CREATE INDEX ON t (lower(b::text));
CREATE TABLE s (LIKE t INCLUDING INDEXES);

--- like with all
CREATE TABLE t (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY (START 5), c int DEFAULT 2 CHECK (c > 0),
    d int GENERATED ALWAYS AS (c * 2) STORED, e text COMPRESSION pglz);
ALTER TABLE t ALTER e SET STORAGE EXTERNAL;
CREATE INDEX i ON t (c);
CREATE STATISTICS st ON c, d FROM t;
COMMENT ON COLUMN t.a IS 'of a';
COMMENT ON CONSTRAINT t_pkey ON t IS 'of the key';
COMMENT ON CONSTRAINT t_c_check ON t IS 'of the check';
COMMENT ON INDEX i IS 'of the index';
COMMENT ON TABLE t IS 'of the table';
CREATE TABLE s (LIKE t INCLUDING ALL);
CREATE TABLE u (LIKE t INCLUDING ALL EXCLUDING INDEXES EXCLUDING COMMENTS);

--- like with identity, generated columns, storage and comments
CREATE TABLE t (a int GENERATED BY DEFAULT AS IDENTITY, b int, c int GENERATED ALWAYS AS (b + 1) STORED, d text);
ALTER TABLE t ALTER d SET STORAGE PLAIN;
COMMENT ON COLUMN t.b IS 'x';
CREATE TABLE s (LIKE t INCLUDING IDENTITY);
CREATE TABLE u (LIKE t INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMMENTS);

--- like of a view and of a type
CREATE TYPE pair AS (a int, b varchar(3));
CREATE TABLE t (LIKE pair);

--- like beside constraints of its own
CREATE TABLE t (a int CHECK (a > 0), b int NOT NULL);
CREATE TABLE s (c int PRIMARY KEY, LIKE t INCLUDING ALL, CHECK (c > a));

--- foreign keys and triggers are not copied
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE t (a int REFERENCES p);
CREATE TABLE s (LIKE t INCLUDING ALL);

--- compression, storage and statistics of a parent's columns
CREATE TABLE p (a text, b text, c int);
CREATE TABLE c () INHERITS (p);
ALTER TABLE p ALTER a SET COMPRESSION pglz;
ALTER TABLE p ALTER b SET STORAGE EXTERNAL;
ALTER TABLE p ALTER c SET STATISTICS 7;
ALTER TABLE ONLY p ALTER a SET STATISTICS 9;
ALTER TABLE p ALTER c SET (n_distinct = 5);

--- like of views
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (a int PRIMARY KEY, b varchar(5) COLLATE "C" DEFAULT 'x', c e[] NOT NULL, d numeric(8,2));
CREATE VIEW v AS SELECT * FROM t WHERE a > 1;
CREATE VIEW w (p, "Q q") AS SELECT x.c, x.b, 1 AS one, 'z' AS two, a::bigint, 2.5 AS half FROM t x;
CREATE VIEW u AS TABLE t;
CREATE MATERIALIZED VIEW m AS SELECT d, a AS b FROM t;
COMMENT ON COLUMN w."Q q" IS 'of a view';
CREATE TABLE like_v (LIKE v);
CREATE TABLE like_w (x int, LIKE w INCLUDING ALL, CHECK (one > 0));
CREATE TABLE like_u (LIKE u INCLUDING DEFAULTS);
CREATE TABLE like_m (LIKE m INCLUDING COMMENTS INCLUDING CONSTRAINTS, PRIMARY KEY (b));
ALTER TABLE t ADD f int;
CREATE TABLE later (LIKE v);

--- triggers of partitions that are replaced
CREATE TABLE t (a int, b int) PARTITION BY LIST (a);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE u PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE v PARTITION OF u FOR VALUES IN (1);
COMMENT ON TRIGGER x ON t IS 'stays';
CREATE OR REPLACE TRIGGER x AFTER UPDATE OF b ON t FOR EACH ROW WHEN (NEW.b > 0) EXECUTE FUNCTION f('new');
