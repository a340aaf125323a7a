"""Schemas that were changed over time, and expressions of every day, in several spellings each."""

from __future__ import annotations

from .everyday_columns import TABLE, spelt

__all__ = ["ALTERED", "EXPRESSIONS"]

_PEOPLE = """CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL,
    name varchar(100), born date, score numeric(6,2) DEFAULT 0, tags text[], data jsonb, active boolean,
    seen timestamptz, kind "char", price money, address inet, span interval);"""


def _checks(*conditions: str) -> tuple[str, ...]:
    return spelt(f"{_PEOPLE} ALTER TABLE people ADD CONSTRAINT c CHECK (<?>);", *conditions)


def _indexes(*definitions: str) -> tuple[str, ...]:
    return spelt(f"{_PEOPLE} CREATE INDEX i ON people <?>;", *definitions)


def _generated(kind: str, *expressions: str) -> tuple[str, ...]:
    return spelt(
        "CREATE TABLE t (a text, b text, n int, d date, j jsonb, g "
        f"{kind} GENERATED ALWAYS AS (<?>) STORED);",
        *expressions,
    )


#: What `ALTER` and its like make of schemas.
ALTERED: dict[str, tuple[str, ...]] = {
    "column added": (
        "CREATE TABLE t (a int, b text DEFAULT 'x');",
        "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN IF NOT EXISTS b text DEFAULT 'x';",
        "CREATE TABLE IF NOT EXISTS t (a int); ALTER TABLE IF EXISTS t ADD b text DEFAULT 'x'::text;",
        "CREATE TABLE t (a int); ALTER TABLE t ADD b text; ALTER TABLE t ALTER b SET DEFAULT 'x';",
        "CREATE TABLE t (a int); ALTER TABLE t ADD b text; ALTER TABLE t ALTER b SET DEFAULT 'y';",
    ),
    "constraint renamed": (
        "CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));",
        "CREATE TABLE t (a int CHECK (a > 0)); ALTER TABLE t RENAME CONSTRAINT t_a_check TO c;",
        "CREATE TABLE t (a int CHECK (a > 0)); ALTER TABLE t DROP CONSTRAINT t_a_check, ADD CONSTRAINT c"
        " CHECK"
        " ((a > 0));",
        "CREATE TABLE t (a int CHECK (a > 0));",
    ),
    "table renamed": (
        "CREATE TABLE t (a serial PRIMARY KEY, b int REFERENCES t);",
        "CREATE TABLE s (a serial PRIMARY KEY, b int REFERENCES s); ALTER TABLE s RENAME TO t;",
        "CREATE TABLE s (a serial CONSTRAINT t_pkey PRIMARY KEY, b int CONSTRAINT t_b_fkey REFERENCES s);"
        " ALTER TABLE s RENAME TO t; ALTER SEQUENCE s_a_seq RENAME TO t_a_seq;",
    ),
    "index altered": (
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a) WITH (fillfactor = 70);",
        "CREATE TABLE t (a int); CREATE INDEX IF NOT EXISTS j ON t (a); ALTER INDEX j RENAME TO i; ALTER"
        " INDEX i"
        " SET (fillfactor = 70);",
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a) WITH (fillfactor = '70');",
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a) WITH (fillfactor = 70); ALTER INDEX i RESET"
        " (fillfactor);",
    ),
    "key of an index": (
        "CREATE TABLE t (a int, CONSTRAINT k PRIMARY KEY (a));",
        "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX k ON t (a); ALTER TABLE t ADD CONSTRAINT k"
        " PRIMARY"
        " KEY USING INDEX k;",
        "CREATE TABLE t (a int PRIMARY KEY); ALTER INDEX t_pkey RENAME TO k;",
        "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX k ON t (a);",
    ),
    "type altered": (
        "CREATE TYPE c AS (a int, b text);",
        "CREATE TYPE c AS (a int); ALTER TYPE c ADD ATTRIBUTE b text;",
        "CREATE TYPE c AS (a smallint, b text, x int); ALTER TYPE c ALTER ATTRIBUTE a TYPE int; ALTER TYPE c"
        " DROP ATTRIBUTE x;",
        "CREATE TYPE c AS (a int, b varchar);",
    ),
    "domain constraint": (
        "CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0);",
        "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0);",
        "CREATE DOMAIN d AS int CHECK (VALUE > 0); ALTER DOMAIN d RENAME CONSTRAINT d_check TO c;",
        "CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID;",
    ),
    "sequence owned": (
        "CREATE TABLE t (a int); CREATE SEQUENCE s OWNED BY t.a;",
        "CREATE TABLE t (a int); CREATE SEQUENCE s; ALTER SEQUENCE s OWNED BY t.a;",
        "CREATE TABLE t (a int); CREATE SEQUENCE s OWNED BY t.a; ALTER SEQUENCE s OWNED BY NONE;",
        "CREATE TABLE t (a int); CREATE SEQUENCE s;",
    ),
    "trigger altered": spelt(
        f"{TABLE} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;"
        " CREATE OR REPLACE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); <?>",
        "",
        "ALTER TABLE t DISABLE TRIGGER x;",
        "ALTER TABLE t DISABLE TRIGGER ALL;",
        "ALTER TABLE t DISABLE TRIGGER USER;",
        "ALTER TABLE t DISABLE TRIGGER x; ALTER TABLE t ENABLE TRIGGER x;",
        "ALTER TABLE t ENABLE ALWAYS TRIGGER x;",
        "ALTER TRIGGER x ON t RENAME TO y;",
    ),
    "policy altered": (
        f"{TABLE} CREATE POLICY p ON t TO reader USING (f);",
        f"{TABLE} CREATE POLICY p ON t; ALTER POLICY p ON t TO reader USING (f);",
        f"{TABLE} CREATE POLICY q ON t TO reader USING (f); ALTER POLICY q ON t RENAME TO p;",
        f"{TABLE} CREATE POLICY p ON t TO reader USING (NOT f);",
    ),
    "view altered": (
        f"{TABLE} CREATE VIEW v WITH (security_barrier) AS SELECT id FROM t;",
        f"{TABLE} CREATE VIEW v AS SELECT id FROM t; ALTER VIEW v SET (security_barrier);",
        f"{TABLE} CREATE VIEW w AS SELECT id FROM t; ALTER VIEW w RENAME TO v; ALTER VIEW v SET"
        " (security_barrier = true);",
        f"{TABLE} CREATE VIEW v WITH (security_barrier) AS SELECT id FROM t; ALTER VIEW v RESET"
        " (security_barrier);",
    ),
    "view default": (
        f"{TABLE} CREATE VIEW v AS SELECT id, d FROM t; ALTER VIEW v ALTER d SET DEFAULT '2024-01-01';",
        f"{TABLE} CREATE VIEW v AS SELECT id, d FROM t; ALTER VIEW v ALTER COLUMN d SET DEFAULT date"
        " '2024-1-1';",
        f"{TABLE} CREATE VIEW v AS SELECT id, d FROM t; ALTER VIEW v ALTER d SET DEFAULT '2024-01-02';",
        f"{TABLE} CREATE VIEW v AS SELECT id, d FROM t;",
    ),
    "function replaced": (
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE OR REPLACE FUNCTION f()"
        " RETURNS int"
        " LANGUAGE sql AS 'SELECT 2';",
        "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 2'; ALTER FUNCTION g() RENAME TO f;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'; ALTER FUNCTION f() COST 100;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'; ALTER FUNCTION f() SET work_mem ="
        " '1MB';",
    ),
    "partition attached": (
        "CREATE TABLE p (a int, b text) PARTITION BY RANGE (a); CREATE TABLE q PARTITION OF p FOR VALUES"
        " FROM (1)"
        " TO (10); CREATE INDEX ON p (b);",
        "CREATE TABLE p (a int, b text) PARTITION BY RANGE (a); CREATE INDEX ON p (b); CREATE TABLE q"
        " PARTITION OF"
        " p FOR VALUES FROM (1) TO (10);",
        "CREATE TABLE p (a int, b text) PARTITION BY RANGE (a); CREATE INDEX ON p (b); CREATE TABLE q (a"
        " int, b"
        " text); ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (1) TO (10);",
        "CREATE TABLE p (a int, b text) PARTITION BY RANGE (a); CREATE TABLE q PARTITION OF p FOR VALUES"
        " FROM (1)"
        " TO (11); CREATE INDEX ON p (b);",
    ),
    "partition with a key": (
        "CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR"
        " VALUES IN (1);",
        "CREATE TABLE p (a int NOT NULL) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES"
        " IN (1);"
        " ALTER TABLE p ADD PRIMARY KEY (a);",
        "CREATE TABLE p (a int NOT NULL) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES"
        " IN (1);",
    ),
    "comments on all": spelt(
        f"{TABLE} CREATE VIEW v AS SELECT id FROM t; CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS"
        " 'SELECT 1'; COMMENT ON <?> IS 'x';",
        "TABLE t",
        "COLUMN t.a",
        "VIEW v",
        "COLUMN v.id",
        "FUNCTION f(integer)",
        "FUNCTION f(a int4)",
        "FUNCTION f",
        "CONSTRAINT t_pkey ON t",
        "INDEX t_pkey",
    ),
    "publication": spelt(
        f"{TABLE} CREATE PUBLICATION <schema> <?>;",
        "FOR TABLE t",
        "FOR TABLE ONLY t",
        "FOR TABLE t WITH (publish = 'insert, update, delete, truncate')",
        "FOR TABLE t (id, a)",
        "FOR TABLE t WITH (publish = 'insert')",
        "FOR TABLE t WHERE (id > 10)",
        "FOR TABLES IN SCHEMA <schema>",
        "",
    ),
    "foreign server": spelt(
        "CREATE FOREIGN DATA WRAPPER <schema>; CREATE SERVER s_<schema> FOREIGN DATA WRAPPER <schema> <?>;",
        "OPTIONS (host 'a', port '1')",
        "OPTIONS (port '1', host 'a')",
        "OPTIONS (host 'a', port '2')",
        "",
    ),
    "like with all": (
        "CREATE TABLE p (a int NOT NULL DEFAULT 1 CHECK (a > 0), b text UNIQUE); CREATE TABLE t (LIKE p"
        " INCLUDING"
        " ALL);",
        "CREATE TABLE p (a int NOT NULL DEFAULT 1 CHECK (a > 0), b text UNIQUE); CREATE TABLE t (a int"
        " NOT NULL"
        " DEFAULT 1 CONSTRAINT p_a_check CHECK (a > 0), b text UNIQUE);",
        "CREATE TABLE p (a int NOT NULL DEFAULT 1 CHECK (a > 0), b text UNIQUE); CREATE TABLE t (LIKE p"
        " INCLUDING"
        " ALL EXCLUDING INDEXES);",
    ),
    "table of a query": (
        f"{TABLE} CREATE TABLE c AS SELECT id, a FROM t;",
        f"{TABLE} CREATE TABLE c AS SELECT id, a FROM t WITH NO DATA;",
        f"{TABLE} CREATE TABLE c (id int, a text);",
        f"{TABLE} SELECT id, a INTO c FROM t;",
        f"{TABLE} CREATE TABLE c (id int NOT NULL, a text);",
    ),
}

#: Conditions, keys and generated columns.
EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "email": _checks(
        "email ~ '^[^@]+@[^@]+$'", "email ~ '^[^@]+@[^@]+$'::text", "(email) ~ E'^[^@]+@[^@]+$'"
    ),
    "lower": _checks(
        "email = lower(email)", "(email = lower(email))", "lower(email) = email", "email = upper(email)"
    ),
    "name": _checks(
        "name <> ''",
        "(name)::text <> ''::text",
        "name != ''",
        "length(name) > 0",
        "char_length(name) > 0",
        "name > ''",
    ),
    "name trimmed": _checks(
        "name = trim(name)", "name = btrim(name)", "(name)::text = btrim((name)::text)", "name = ltrim(name)"
    ),
    "score between": _checks(
        "score BETWEEN 0 AND 100",
        "score >= 0 AND score <= 100",
        "((score >= (0)::numeric) AND (score <= (100)::numeric))",
        "score >= 0 AND score < 100",
        "score NOT BETWEEN 0 AND 100",
        "score BETWEEN 0.0 AND 100.0",
    ),
    "born": _checks(
        "born > '1900-01-01' AND born <= CURRENT_DATE",
        "born > date '1900-1-1' AND born <= current_date",
        "((born > '1900-01-01'::date) AND (born <= CURRENT_DATE))",
        "born > '1900-01-02' AND born <= CURRENT_DATE",
        "born > '1900-01-01' AND born < CURRENT_DATE",
    ),
    "either": _checks(
        "email IS NOT NULL OR name IS NOT NULL",
        "(email IS NOT NULL) OR (name IS NOT NULL)",
        "num_nonnulls(email, name) > 0",
        "NOT (email IS NULL AND name IS NULL)",
        "coalesce(email, name) IS NOT NULL",
        "COALESCE(email, (name)::text) IS NOT NULL",
    ),
    "kind": _checks(
        "kind IN ('a', 'b')", "kind = ANY (ARRAY['a'::\"char\", 'b'::\"char\"])", "kind IN ('a', 'c')"
    ),
    "tags": _checks(
        "cardinality(tags) > 0",
        "array_length(tags, 1) > 0",
        "tags <> '{}'",
        "tags <> '{}'::text[]",
        "'a' = ANY (tags)",
        "'a'::text = ANY (tags)",
        "tags @> ARRAY['a']",
        "tags @> '{a}'",
        "tags @> ARRAY['a'::text]",
    ),
    "document": _checks(
        "jsonb_typeof(data) = 'object'",
        "jsonb_typeof(data) = 'object'::text",
        "data ? 'a'",
        "data ? 'a'::text",
        "data @> '{\"a\":1}'",
        "data @> '{\"a\": 1}'::jsonb",
        "data->>'a' = 'b'",
        "(data ->> 'a'::text) = 'b'::text",
        "(data->>'a')::int > 0",
        "((data ->> 'a'::text))::integer > 0",
    ),
    "truth": _checks(
        "active", "active IS TRUE", "active = true", "NOT active", "active IS NOT FALSE", "active = 't'"
    ),
    "moment": _checks(
        "seen > now() - interval '1 day'",
        "seen > (now() - '1 day'::interval)",
        "seen > now() - '24:00:00'::interval",
        "seen > CURRENT_TIMESTAMP - interval '1 day'",
    ),
    "span": _checks(
        "span > '1 hour'",
        "span > interval '60 minutes'",
        "span > '01:00:00'::interval",
        "span > '1 hour 1 second'",
    ),
    "address": _checks(
        "address <<= '10.0.0.0/8'",
        "address <<= '10.0.0.0/8'::inet",
        "address <<= inet '10.0.0.0/8'",
        "address << '10.0.0.0/8'",
        "family(address) = 4",
    ),
    "cases": _checks(
        "CASE WHEN active THEN score > 0 ELSE true END",
        "CASE WHEN active THEN (score > (0)::numeric) ELSE true END",
        "CASE WHEN active THEN score > 0 END",
        "NOT active OR score > 0",
        "CASE active WHEN true THEN score > 0 ELSE true END",
    ),
    "modulo": _checks("id % 2 = 0", "(id % (2)::bigint) = 0", "mod(id, 2) = 0", "id % 2 = 1", "(id & 1) = 0"),
    "rows": _checks("(id, score) > (1, 2)", "ROW(id, score) > ROW(1, 2)", "id > 1 AND score > 2"),
    "index on lower": _indexes(
        "(lower(email))",
        "(lower(email) ASC)",
        "USING btree (lower((email)::text))",
        "(lower(name))",
        "(lower((name)::text))",
    ),
    "index on document": _indexes(
        "((data->>'a'))",
        "((data ->> 'a'::text))",
        "((data->'a'))",
        "(((data->>'a')::int))",
        "((data#>>'{a}'))",
    ),
    "index on words": _indexes(
        "USING gin (to_tsvector('english', email))",
        "USING gin (to_tsvector('english'::regconfig, email))",
        "USING gin (to_tsvector('simple', email))",
        "USING gin (to_tsvector('english', name))",
        "USING gin (to_tsvector('english', email)) WITH (fastupdate = off)",
    ),
    "index on parts": _indexes(
        "(email) WHERE active",
        "(email) WHERE (active)",
        "(email) WHERE active IS TRUE",
        "(email) WHERE active = true",
        "(email) WHERE seen IS NULL",
        "(email) WHERE kind = 'a'",
        "(email) WHERE (kind = 'a'::\"char\")",
        "(email) WHERE born > '2024-1-1'",
        "(email) WHERE (born > '2024-01-01'::date)",
    ),
    "index on many": _indexes(
        "(email, name DESC, score NULLS FIRST)",
        "(email ASC NULLS LAST, name DESC NULLS FIRST, score ASC NULLS FIRST)",
        "(email, name, score NULLS FIRST)",
        "(name DESC, email, score NULLS FIRST)",
    ),
    "index by brin": _indexes(
        "USING brin (seen)",
        "USING brin (seen) WITH (pages_per_range = 32)",
        "USING brin (seen) WITH (pages_per_range = '32')",
        "USING brin (seen) WITH (autosummarize = on)",
    ),
    "index collated": _indexes(
        '(email COLLATE "C")', '(email COLLATE pg_catalog."C")', '((lower(email)) COLLATE "C")'
    ),
    "index on joined": _indexes(
        "((email || ' ' || name))",
        "((((email || ' '::text) || (name)::text)))",
        "((email || ' '::text || name))",
        "((name || ' ' || email))",
    ),
    "generated words": _generated(
        "tsvector",
        "to_tsvector('english', a)",
        "to_tsvector('english'::regconfig, a)",
        "to_tsvector('english', coalesce(a, ''))",
        "to_tsvector('english'::regconfig, COALESCE(a, ''::text))",
        "setweight(to_tsvector('english', coalesce(a, '')), 'A')",
        "setweight(to_tsvector('english'::regconfig, COALESCE(a, ''::text)), 'A'::\"char\")",
    ),
    "generated text": _generated(
        "text",
        "a || ' ' || b",
        "((a || ' '::text) || b)",
        "lower(a)",
        "upper(a)",
        "coalesce(a, b)",
        "COALESCE(b, a)",
    ),
    "generated number": _generated(
        "numeric",
        "n * 1.2",
        "(n)::numeric * 1.2",
        "n * 1.20",
        "(n * 1.2)",
        "n / 2",
        "n::numeric / 2",
        "round(n * 1.2, 2)",
    ),
    "generated part": _generated(
        "int",
        "extract(year FROM d)",
        "EXTRACT(YEAR FROM d)::int",
        "date_part('year', d)::int",
        "(j->>'n')::int",
        "((j ->> 'n'::text))::integer",
    ),
}
