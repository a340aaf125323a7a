-- Types and domains.

--- enums
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy''s');
CREATE TYPE empty AS ENUM ();
ALTER TYPE mood ADD VALUE 'new';
ALTER TYPE mood ADD VALUE 'first' BEFORE 'sad';
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';
ALTER TYPE mood ADD VALUE 'between' AFTER 'sad';
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';

--- composite types
CREATE TYPE pair AS (a int, b varchar(3), c text COLLATE "C", d numeric(5)[]);
CREATE TYPE nothing AS ();
ALTER TYPE pair ADD ATTRIBUTE e timestamp(3);
ALTER TYPE pair DROP ATTRIBUTE b;
ALTER TYPE pair DROP ATTRIBUTE IF EXISTS missing;
ALTER TYPE pair ALTER ATTRIBUTE a TYPE bigint;
ALTER TYPE pair RENAME ATTRIBUTE d TO dd;
COMMENT ON TYPE pair IS 'two';
COMMENT ON COLUMN pair.a IS 'first';

--- ranges
CREATE TYPE float_range AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C", multirange_type_name = many_texts);
CREATE TABLE t (a float_range, b many_texts, c float_multirange);

--- shell and base types
CREATE TYPE shell;
CREATE TYPE base;
CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = text);
CREATE TABLE t (a base, b base[]);

--- changes of types
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('a');
CREATE TYPE pair AS (a mood);
CREATE TABLE t (a mood, b mood[], c pair);
CREATE FUNCTION f(mood) RETURNS pair LANGUAGE sql AS 'SELECT NULL::pair';
ALTER TYPE mood RENAME TO feeling;
ALTER TYPE pair SET SCHEMA s;
ALTER TYPE feeling SET SCHEMA s;

--- domains
CREATE DOMAIN d1 AS int;
CREATE DOMAIN d2 AS varchar(5) NOT NULL DEFAULT 'x' CHECK (VALUE <> '');
CREATE DOMAIN d3 text COLLATE "C" CONSTRAINT named CHECK (length(VALUE) > 1) CHECK (VALUE ~ 'a') CHECK (VALUE ~ 'b');
CREATE DOMAIN d4 AS d1 CHECK (VALUE > 0);
CREATE DOMAIN d5 AS int[] DEFAULT '{1}';
CREATE DOMAIN d6 AS int NULL;
CREATE DOMAIN "D 7" AS int CHECK (VALUE > 0);

--- changes of domains
CREATE SCHEMA s;
CREATE DOMAIN d AS int CHECK (VALUE > 0);
ALTER DOMAIN d SET NOT NULL;
ALTER DOMAIN d SET DEFAULT 5;
ALTER DOMAIN d ADD CONSTRAINT k CHECK (VALUE < 9);
ALTER DOMAIN d ADD CHECK (VALUE < 8);
ALTER DOMAIN d ADD CONSTRAINT later CHECK (VALUE < 7) NOT VALID;
ALTER DOMAIN d ADD CONSTRAINT valid CHECK (VALUE < 6) NOT VALID;
ALTER DOMAIN d VALIDATE CONSTRAINT valid;
ALTER DOMAIN d DROP CONSTRAINT k;
ALTER DOMAIN d DROP CONSTRAINT IF EXISTS missing;
ALTER DOMAIN d RENAME CONSTRAINT d_check TO positive;
COMMENT ON CONSTRAINT positive ON DOMAIN d IS 'above zero';
CREATE DOMAIN e AS int NOT NULL DEFAULT 3;
ALTER DOMAIN e DROP NOT NULL;
ALTER DOMAIN e DROP DEFAULT;
CREATE TABLE t (a d);
ALTER DOMAIN d RENAME TO dd;
ALTER DOMAIN dd SET SCHEMA s;
COMMENT ON DOMAIN s.dd IS 'moved';

--- not null of domains [since 17]
CREATE DOMAIN d AS int CONSTRAINT n NOT NULL;
CREATE DOMAIN e AS int NOT NULL;
CREATE DOMAIN f AS int;
ALTER DOMAIN f ADD CONSTRAINT fn NOT NULL;
ALTER DOMAIN e DROP NOT NULL;
CREATE DOMAIN g AS int;
ALTER DOMAIN g SET NOT NULL;

--- names that types and tables share
CREATE TABLE t (a int);
CREATE TYPE e AS ENUM ('a');
CREATE SCHEMA s;
CREATE TABLE s.e (a e, b t);

--- defaults that are nothing of the column's own type
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('glad');
CREATE TYPE s.mood AS ENUM ('sad');
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN d AS int;
CREATE TABLE lines (a int);
CREATE TABLE t (a mood DEFAULT NULL::mood, b mood DEFAULT CAST(NULL AS public.mood), c s.mood DEFAULT NULL::s.mood,
    d pair DEFAULT NULL::pair, e d DEFAULT NULL::d, f lines DEFAULT NULL::lines, g mood[] DEFAULT NULL::mood[],
    h int DEFAULT NULL::d);
