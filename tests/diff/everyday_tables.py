"""Constraints, indexes, partitions and tables as people write them, in several spellings each."""

from __future__ import annotations

from .everyday_columns import spelt

__all__ = ["TABLES"]

_TWO = "CREATE TABLE t (a int, b int, x text, v varchar(20), d date, at timestamptz, n numeric, f bool, <?>);"
_REFERENCE = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int <?>);"
_INDEX = "CREATE TABLE t (a int, b text, v varchar(20), j jsonb, at timestamptz); CREATE INDEX <?>;"

#: Constraints, indexes, partitions and what else is said of tables.
TABLES: dict[str, tuple[str, ...]] = {
    "primary key": (
        "CREATE TABLE t (a int PRIMARY KEY);",
        "CREATE TABLE t (a int, PRIMARY KEY (a));",
        "CREATE TABLE t (a int NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a));",
        "CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a);",
        "CREATE TABLE t (a int NOT NULL); ALTER TABLE ONLY t ADD CONSTRAINT t_pkey PRIMARY KEY (a);",
        "CREATE TABLE t (a int CONSTRAINT pk_t PRIMARY KEY);",
        "CREATE TABLE t (a int NOT NULL UNIQUE);",
    ),
    "unique": (
        "CREATE TABLE t (a int UNIQUE);",
        "CREATE TABLE t (a int, UNIQUE (a));",
        "CREATE TABLE t (a int, CONSTRAINT t_a_key UNIQUE (a));",
        "CREATE TABLE t (a int); ALTER TABLE t ADD UNIQUE (a);",
        "CREATE TABLE t (a int UNIQUE NULLS DISTINCT);",
        "CREATE TABLE t (a int UNIQUE NULLS NOT DISTINCT);",
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX t_a_key ON t (a);",
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX u ON t (a); ALTER TABLE t ADD CONSTRAINT t_a_key UNIQUE"
        " USING INDEX u;",
    ),
    "deferrable": spelt(
        "CREATE TABLE t (a int UNIQUE <?>);",
        "",
        "NOT DEFERRABLE",
        "NOT DEFERRABLE INITIALLY IMMEDIATE",
        "DEFERRABLE",
        "DEFERRABLE INITIALLY IMMEDIATE",
        "DEFERRABLE INITIALLY DEFERRED",
        "INITIALLY DEFERRED",
    ),
    "reference": spelt(
        _REFERENCE,
        "REFERENCES p",
        "REFERENCES p (id)",
        "REFERENCES p ON DELETE NO ACTION ON UPDATE NO ACTION",
        "REFERENCES p MATCH SIMPLE",
        "CONSTRAINT t_a_fkey REFERENCES p (id) NOT DEFERRABLE INITIALLY IMMEDIATE",
        ", FOREIGN KEY (a) REFERENCES p",
        "REFERENCES p ON DELETE RESTRICT",
        "REFERENCES p MATCH FULL",
        "REFERENCES p ON UPDATE CASCADE",
        "REFERENCES p DEFERRABLE",
    ),
    "not valid": (
        "CREATE TABLE t (a int); ALTER TABLE t ADD CHECK (a > 0) NOT VALID;",
        "CREATE TABLE t (a int CHECK (a > 0));",
        "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (a > 0) NOT VALID;"
        " ALTER TABLE t VALIDATE CONSTRAINT t_a_check;",
    ),
    "check named": spelt(
        "CREATE TABLE t (a int <?>);",
        "CHECK (a > 0)",
        "CONSTRAINT t_a_check CHECK ((a > 0))",
        ", CHECK (a > 0)",
        "CHECK (a > 0) NO INHERIT",
        "CHECK (a > 1)",
        "CONSTRAINT positive CHECK (a > 0)",
        "CHECK (0 < a)",
    ),
    "check number": spelt(
        _TWO, *(f"CHECK ({one})" for one in ("n > 0", "n > 0.0", "n > '0'", "n > 0::numeric", "n > '0.0'"))
    ),
    "check quoted number": spelt(
        _TWO,
        *(f"CHECK ({one})" for one in ("a > 10", "a > '10'", "a > 010", "a > 10::int", "a > '010'", "a>11")),
    ),
    "check date": spelt(
        _TWO,
        *(
            f"CHECK ({one})"
            for one in (
                "d > '2024-01-01'",
                "d > '2024-1-1'",
                "d > date '2024-01-01'",
                "d > '20240101'::date",
                "d > '2024-01-02'",
                "d > '2024-01-01'::timestamp",
                "d >= '2024-01-01'",
            )
        ),
    ),
    "check moment": spelt(
        _TWO,
        *(
            f"CHECK ({one})"
            for one in (
                "at > '2024-01-01 00:00:00+00'",
                "at > '2024-1-1 00:00+00'",
                "at > timestamptz '2024-01-01 00:00:00 UTC'",
                "at > '2024-01-01'",
                "at > '2024-01-01 00:00:00+02'",
            )
        ),
    ),
    "check boolean": spelt(
        _TWO,
        *(f"CHECK ({one})" for one in ("f = true", "f = 't'", "f", "f IS TRUE", "f = 'yes'", "f = false")),
    ),
    "check list": spelt(
        _TWO,
        *(
            f"CHECK ({one})"
            for one in (
                "x IN ('a', 'b')",
                "x = ANY (ARRAY['a', 'b'])",
                "x = ANY (ARRAY['a'::text, 'b'::text])",
                "x = 'a' OR x = 'b'",
                "x IN ('b', 'a')",
                "x = ANY ('{a,b}')",
            )
        ),
    ),
    "check list of varchar": spelt(
        _TWO,
        *(
            f"CHECK ({one})"
            for one in (
                "v IN ('a', 'b')",
                "v = ANY (ARRAY['a', 'b'])",
                "v = 'a' OR v = 'b'",
                "v::text IN ('a', 'b')",
                "v::text = ANY (ARRAY['a', 'b'])",
            )
        ),
    ),
    "check list of dates": spelt(
        _TWO,
        *(f"CHECK (d IN ({one}))" for one in ("'2024-01-01', '2024-01-02'", "'2024-1-1', '2024-1-2'")),
    ),
    "check row": spelt(
        _TWO,
        *(f"CHECK ({one})" for one in ("t IS NOT NULL", "t.* IS NOT NULL", "NOT t IS NULL", "t IS NULL")),
    ),
    "check length": spelt(
        _TWO,
        *(
            f"CHECK ({one})"
            for one in (
                "length(x) > 2",
                "char_length(x) > 2",
                "(length((x)) > 2)",
                "length(v) > 2",
                "length(x)>3",
            )
        ),
    ),
    "check pattern": spelt(
        _TWO,
        *(
            f"CHECK ({one})"
            for one in (
                "x ~ '^a'",
                "x ~ '^a'::text",
                "x ~* '^a'",
                "x LIKE 'a%'",
                "x ~~ 'a%'",
                "x SIMILAR TO 'a%'",
            )
        ),
    ),
    "exclusion": spelt(
        "CREATE TABLE t (r int4range, <?>);",
        "EXCLUDE USING gist (r WITH &&)",
        "CONSTRAINT t_r_excl EXCLUDE USING gist (r range_ops WITH OPERATOR(pg_catalog.&&))",
        "EXCLUDE USING gist (r WITH &&) WHERE (r IS NOT NULL)",
        "EXCLUDE USING gist (r WITH -|-)",
        "EXCLUDE USING gist (r WITH &&) DEFERRABLE",
        "EXCLUDE USING spgist (r WITH &&)",
    ),
    "table options": spelt(
        "CREATE TABLE t (a int) <?>;",
        "",
        "WITH (fillfactor = 70)",
        "WITH (fillfactor = '70')",
        "WITH (FILLFACTOR=70)",
        "WITH (autovacuum_enabled = false)",
        "WITH (autovacuum_enabled = off)",
        "WITH (autovacuum_enabled = 'false', fillfactor = 70)",
        "WITH (fillfactor = 70, autovacuum_enabled = false)",
        "WITHOUT OIDS",
        "TABLESPACE pg_default",
    ),
    "table options later": spelt(
        "CREATE TABLE t (a text); ALTER TABLE t <?>;",
        "SET (fillfactor = 70)",
        "SET (fillfactor = '70')",
        "RESET (fillfactor)",
        "SET (toast.autovacuum_enabled = false)",
        "SET (autovacuum_vacuum_scale_factor = 0.1)",
        "SET (autovacuum_vacuum_scale_factor = '0.1')",
        "SET (autovacuum_vacuum_scale_factor = .1)",
        "SET LOGGED",
        "SET UNLOGGED",
    ),
    "row security": spelt(
        "CREATE TABLE t (a int); <?>",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t NO FORCE ROW LEVEL SECURITY;",
        "ALTER TABLE t FORCE ROW LEVEL SECURITY;",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t DISABLE ROW LEVEL SECURITY;",
        "",
    ),
    "replica identity": spelt(
        "CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t REPLICA IDENTITY <?>;",
        "DEFAULT",
        "FULL",
        "NOTHING",
        "USING INDEX t_pkey",
    ),
    "cluster": spelt(
        "CREATE TABLE t (a int PRIMARY KEY); <?>",
        "ALTER TABLE t CLUSTER ON t_pkey;",
        "CLUSTER t USING t_pkey;",
        "ALTER TABLE t CLUSTER ON t_pkey; ALTER TABLE t SET WITHOUT CLUSTER;",
        "",
    ),
    "index": spelt(
        _INDEX,
        "ON t (a)",
        "t_a_idx ON t (a)",
        "ON t USING btree (a)",
        "ON t (a ASC)",
        "ON t (a ASC NULLS LAST)",
        "ON t (a int4_ops)",
        "ON t (a) TABLESPACE pg_default",
        "ON t (a NULLS FIRST)",
        "ON t (a DESC)",
        "ON t (a) WITH (fillfactor = 90)",
    ),
    "index descending": spelt(
        _INDEX, "i ON t (a DESC)", "i ON t (a DESC NULLS FIRST)", "i ON t (a DESC NULLS LAST)"
    ),
    "index of text": spelt(
        _INDEX,
        "i ON t (b)",
        'i ON t (b COLLATE "default")',
        "i ON t (b text_ops)",
        "i ON t (b text_pattern_ops)",
        'i ON t (b COLLATE "C")',
        "i ON t USING hash (b)",
    ),
    "index of varchar": spelt(
        _INDEX,
        "i ON t (v)",
        "i ON t (v varchar_ops)",
        "i ON t (v text_ops)",
        "i ON t (v varchar_pattern_ops)",
    ),
    "index of expression": spelt(
        _INDEX,
        "i ON t (lower(b))",
        "i ON t ((lower(b)))",
        "i ON t (lower((b)::text))",
        "i ON t (upper(b))",
        "i ON t (lower(b) text_pattern_ops)",
        "i ON t ((a + 1))",
        "i ON t ((a+1))",
    ),
    "index of json": spelt(
        _INDEX,
        "i ON t USING gin (j)",
        "i ON t USING gin (j jsonb_ops)",
        "i ON t USING gin (j jsonb_path_ops)",
        "i ON t ((j->>'k'))",
        "i ON t ((j ->> 'k'::text))",
        "i ON t ((j->'k'))",
    ),
    "index condition": spelt(
        _INDEX,
        "i ON t (a) WHERE b IS NOT NULL",
        "i ON t (a) WHERE (b IS NOT NULL)",
        "i ON t (a) WHERE b NOTNULL",
        "i ON t (a) WHERE b <> ''",
        "i ON t (a) WHERE b != ''::text",
        "i ON t (a) WHERE NOT b IS NULL",
        "i ON t (a)",
    ),
    "index of day": spelt(
        _INDEX,
        "i ON t (date_trunc('day', at AT TIME ZONE 'UTC'))",
        "i ON t (date_trunc('day'::text, (at AT TIME ZONE 'UTC'::text)))",
        "i ON t (date_trunc('day', timezone('UTC', at)))",
        "i ON t (date_trunc('hour', at AT TIME ZONE 'UTC'))",
    ),
    "index with": spelt(_INDEX, "i ON t (a) INCLUDE (b)", "i ON t (a, b)", "i ON t (a) INCLUDE (b, v)"),
    "partition": spelt(
        "CREATE TABLE p (a int, d date) PARTITION BY RANGE (d); <?>",
        "CREATE TABLE q PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');",
        "CREATE TABLE q (a int, d date); ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM ('2024-01-01') TO"
        " ('2024-02-01');",
        "CREATE TABLE q PARTITION OF p FOR VALUES FROM ('2024-01-01') TO (MAXVALUE);",
        "CREATE TABLE q PARTITION OF p DEFAULT;",
    ),
    "partition of texts": spelt(
        "CREATE TABLE p (a text) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p FOR VALUES IN (<?>);",
        "'a', 'b'",
        "'a','b'",
        "'b', 'a'",
        "'a', NULL",
        "'a'",
    ),
    "partition by": spelt(
        "CREATE TABLE p (a int, b text) PARTITION BY <?>;",
        "LIST (a)",
        "list (a)",
        "RANGE (a)",
        "RANGE (a int4_ops)",
        "RANGE (a pg_catalog.int4_ops)",
        "HASH (a)",
        "RANGE (a, b)",
        "RANGE ((a + 1))",
        "RANGE ((a+1))",
        "LIST (lower(b))",
    ),
    "partition of hash": spelt(
        "CREATE TABLE p (a int) PARTITION BY HASH (a); CREATE TABLE q PARTITION OF p FOR VALUES WITH (<?>);",
        "MODULUS 4, REMAINDER 0",
        "modulus 4, remainder 0",
        "MODULUS 4, REMAINDER 1",
    ),
    "inheritance": (
        "CREATE TABLE p (a int, b text); CREATE TABLE t (c int) INHERITS (p);",
        "CREATE TABLE p (a int, b text); CREATE TABLE t (a int, b text, c int) INHERITS (p);",
        "CREATE TABLE p (a int, b text); CREATE TABLE t (a int, b text, c int); ALTER TABLE t INHERIT p;",
        "CREATE TABLE p (a int, b text); CREATE TABLE t (a int, b text, c int);",
    ),
    "like": (
        "CREATE TABLE p (a int NOT NULL DEFAULT 1); CREATE TABLE t (LIKE p);",
        "CREATE TABLE p (a int NOT NULL DEFAULT 1); CREATE TABLE t (a int NOT NULL);",
        "CREATE TABLE p (a int NOT NULL DEFAULT 1); CREATE TABLE t (LIKE p INCLUDING DEFAULTS);",
        "CREATE TABLE p (a int NOT NULL DEFAULT 1); CREATE TABLE t (a int NOT NULL DEFAULT 1);",
    ),
    "altered": (
        "CREATE TABLE t (a bigint, b text NOT NULL DEFAULT '');",
        "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b text NOT NULL DEFAULT '', ALTER a TYPE bigint;",
        "CREATE TABLE u (a bigint, c text); ALTER TABLE u RENAME TO t; ALTER TABLE t RENAME c TO b;"
        " ALTER TABLE t ALTER b SET NOT NULL, ALTER b SET DEFAULT '';",
        "CREATE TABLE t (a bigint, x int, b text NOT NULL DEFAULT ''); ALTER TABLE t DROP x;",
        "CREATE TABLE t (b text NOT NULL DEFAULT '', a bigint);",
    ),
    "altered type": (
        "CREATE TABLE t (a int DEFAULT 1); ALTER TABLE t ALTER a TYPE bigint;",
        "CREATE TABLE t (a bigint DEFAULT 1);",
        "CREATE TABLE t (a bigint DEFAULT 1::bigint);",
    ),
    "comments": spelt(
        "CREATE TABLE t (a int); COMMENT ON COLUMN t.a IS <?>;", "'x'", "E'x'", "$$x$$", "'y'", "NULL", "''"
    ),
    "temporary": (
        "CREATE TABLE t (a int);",
        "CREATE TEMP TABLE x_<schema> (a int); CREATE TABLE t (a int);",
        "CREATE TEMPORARY TABLE y_<schema> (a int); CREATE INDEX ON y_<schema> (a); CREATE TABLE t (a int);"
        " DROP TABLE y_<schema>;",
        "CREATE TEMP VIEW z_<schema> AS SELECT 1 AS a; CREATE TEMP SEQUENCE s_<schema>;"
        " CREATE TABLE t (a int);",
    ),
}
