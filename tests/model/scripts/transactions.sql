-- Transactions and sessions. What comes before the first ROLLBACK or COMMIT is part of the transaction
-- that tests load a script in.

--- a transaction that is taken back
BEGIN;
CREATE TABLE gone (a serial PRIMARY KEY, b int UNIQUE CHECK (b > 0));
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE e AS ENUM ('a');
CREATE VIEW v AS SELECT a FROM gone;
ROLLBACK;
BEGIN;
CREATE TABLE gone (c text);
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS 'SELECT $1';

--- savepoints that are taken back to
BEGIN;
CREATE TABLE t (a int, b int);
CREATE INDEX i ON t (a);
SAVEPOINT one;
ALTER TABLE t ADD c int NOT NULL DEFAULT 1, ADD PRIMARY KEY (a);
COMMENT ON TABLE t IS 'not for long';
DROP INDEX i;
SAVEPOINT two;
CREATE TABLE u (LIKE t INCLUDING ALL);
ROLLBACK TO SAVEPOINT one;
ALTER TABLE t ADD d text;
SAVEPOINT one;
DROP TABLE t CASCADE;
CREATE TABLE t (x int);
ROLLBACK WORK TO one;
RELEASE one;
ALTER TABLE t RENAME b TO bb;
ROLLBACK TO one;
ALTER TABLE t ADD e int;

--- a savepoint of a name that there is already
BEGIN;
SAVEPOINT s;
CREATE TABLE a (x int);
SAVEPOINT s;
CREATE TABLE b (x int);
ROLLBACK TO s;
CREATE TABLE b (y int);
RELEASE SAVEPOINT s;
CREATE TABLE c (x int);
ROLLBACK TO s;
CREATE TABLE c (z int);

--- partitions and what is inherited, taken back
BEGIN;
CREATE TABLE p (a int, b text) PARTITION BY LIST (a);
CREATE TABLE c (a int, b text);
CREATE TABLE parent (a int);
CREATE TABLE child () INHERITS (parent);
SAVEPOINT one;
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1);
CREATE INDEX ON p (b);
ALTER TABLE parent ADD CHECK (a > 0), ADD x int;
ALTER TABLE child NO INHERIT parent;
ROLLBACK TO one;
ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (2);
CREATE UNIQUE INDEX ON p (a, b);
ALTER TABLE parent ADD y int NOT NULL;

--- a transaction that ends and goes on
BEGIN;
CREATE TABLE one (a int);
ROLLBACK AND CHAIN;
CREATE TABLE two (a int);
ABORT AND NO CHAIN;
BEGIN;
CREATE TABLE two (b int);

--- tables that end with the transaction
START TRANSACTION;
CREATE TEMP TABLE t (a int PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE u (a int) ON COMMIT DELETE ROWS;
CREATE TEMP VIEW v AS SELECT a FROM t;
DROP TABLE u;
END;
BEGIN;
CREATE TEMP TABLE t (b text);

--- what a session has made for itself
BEGIN;
CREATE TEMP TABLE t (a serial PRIMARY KEY);
CREATE TEMP VIEW v AS SELECT a FROM t;
CREATE TYPE pg_temp.e AS ENUM ('a');
CREATE TABLE u (a int);
CREATE VIEW w AS SELECT a FROM u;
DISCARD TEMP;
CREATE TEMP TABLE t (b text);

--- a path for a transaction alone
BEGIN;
CREATE SCHEMA s;
SAVEPOINT one;
SET LOCAL search_path = s;
CREATE TABLE t (a int);
ROLLBACK TO one;
CREATE TABLE t (b int);
SET search_path = s;
CREATE TABLE u (a int);
