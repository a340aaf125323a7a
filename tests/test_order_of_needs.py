"""Statements in any order, sorted by what they need (``docs/bundle.md``): the same result, and it loads."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from confiture._interface import Engine
from confiture.core.builder import SchemaBuilder
from confiture.core.sorted_bundles import sort_body
from postgres import Server
from sorted_texts import HEADER_LINES, OUT_OF_ORDER, statements_of

EXAMPLE = Path(__file__).parent.parent / "examples" / "library"

#: Statements in an order that works.
CASES = {
    "a view needs its table": ["CREATE TABLE b (id int);", "CREATE VIEW a AS SELECT * FROM b;"],
    "a view needs a view": [
        "CREATE TABLE t (id int);",
        "CREATE VIEW z AS SELECT * FROM t;",
        "CREATE VIEW a AS SELECT * FROM z;",
    ],
    "a table needs its types, schema and sequence": [
        "CREATE SCHEMA z;",
        "CREATE TYPE z.mood AS ENUM ('a');",
        "CREATE DOMAIN z.d AS text;",
        "CREATE SEQUENCE z.q;",
        "CREATE TABLE z.a (m z.mood, d z.d, id int DEFAULT nextval('z.q'));",
    ],
    "a domain needs a function": [
        "CREATE FUNCTION valid(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';",
        "CREATE DOMAIN d AS text CHECK (valid(VALUE));",
    ],
    "a function in SQL needs what it names": [
        "CREATE TABLE z (id int);",
        "CREATE FUNCTION a() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM z';",
    ],
    "a foreign key needs the other table": [
        "CREATE TABLE z (id int PRIMARY KEY);",
        "CREATE TABLE a (z int REFERENCES z);",
    ],
    "a foreign key needs a unique key that comes later": [
        "CREATE TABLE a (id int);",
        "ALTER TABLE a ADD CONSTRAINT a_key UNIQUE (id);",
        "CREATE TABLE b (a int REFERENCES a (id));",
    ],
    "an index needs a column that comes later": [
        "CREATE TABLE t (a int);",
        "ALTER TABLE t ADD COLUMN b int;",
        "CREATE INDEX i ON t (b);",
        "COMMENT ON COLUMN t.b IS 'b';",
    ],
    "parents come before their children": [
        "CREATE TABLE z (id int) PARTITION BY LIST (id);",
        "CREATE TABLE b PARTITION OF z FOR VALUES IN (1);",
        "CREATE TABLE m (LIKE z);",
        "CREATE TABLE a (x int) INHERITS (m);",
    ],
    "an attached partition needs both": [
        "CREATE TABLE a (id int);",
        "CREATE TABLE z (id int) PARTITION BY LIST (id);",
        "ALTER TABLE z ATTACH PARTITION a FOR VALUES IN (1);",
    ],
    "a key needs its index": [
        "CREATE TABLE t (id int NOT NULL);",
        "CREATE UNIQUE INDEX a ON t (id);",
        "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX a;",
    ],
    "an attached index needs both": [
        "CREATE TABLE t (id int) PARTITION BY LIST (id);",
        "CREATE TABLE p PARTITION OF t FOR VALUES IN (1);",
        "CREATE INDEX a ON ONLY t (id);",
        "CREATE INDEX z ON p (id);",
        "ALTER INDEX a ATTACH PARTITION z;",
    ],
    "an owned sequence needs its table": [
        "CREATE TABLE z (id int);",
        "CREATE SEQUENCE a OWNED BY z.id;",
        "CREATE SEQUENCE b OWNED BY public.z.id;",
        "ALTER SEQUENCE b OWNED BY NONE;",
    ],
    "routines of one name need each other only where they say so": [
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT f(1)';",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';",
        "CREATE AGGREGATE f(boolean) (SFUNC = booland_statefunc, STYPE = boolean);",
        "COMMENT ON FUNCTION f(int) IS 'a';",
    ],
    "a table that is like another one takes the indexes of that": [
        "CREATE TABLE z (id int);",
        "CREATE INDEX i ON z (id);",
        "CREATE TABLE a (LIKE z INCLUDING DEFAULTS INCLUDING INDEXES);",
        "CREATE TABLE b (x int, LIKE public.z INCLUDING ALL);",
    ],
    "a name that PostgreSQL makes up is one that nobody asks for": [
        "CREATE TABLE t (id int);",
        "CREATE INDEX t_id_idx ON t (id);",
        "CREATE INDEX ON t (id);",
    ],
    "a trigger needs its table and its function": [
        "CREATE FUNCTION a() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';",
        "CREATE TABLE z (id int);",
        "CREATE TRIGGER b AFTER INSERT ON z FOR EACH ROW EXECUTE FUNCTION a();",
        "COMMENT ON TRIGGER b ON z IS 'b';",
    ],
    "a table that is like another one takes what is said of that": [
        "CREATE TABLE z (id int, a int);",
        "CREATE INDEX i ON z (id);",
        "CREATE STATISTICS s ON id, a FROM z;",
        "COMMENT ON COLUMN z.a IS 'a';",
        "COMMENT ON INDEX i IS 'b';",
        "CREATE TABLE b (LIKE z INCLUDING ALL);",
        "CREATE VIEW c AS SELECT * FROM b;",
    ],
    "what asks for a name comes before what PostgreSQL would give it to": [
        "CREATE SEQUENCE a_a_seq;",
        "CREATE TABLE b_a_key (x int);",
        "CREATE TABLE a (a serial);",
        "CREATE TABLE b (a int UNIQUE);",
    ],
    "settings and roles come first, rows last": [
        "SET client_min_messages = warning;",
        "DO $$ BEGIN CREATE ROLE order_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        "CREATE TABLE t (id int);",
        "GRANT SELECT ON t TO order_reader;",
        "INSERT INTO t VALUES (2);",
        "INSERT INTO t VALUES (1);",
    ],
}


@pytest.mark.parametrize("case", CASES)
def test_statements_come_after_what_they_need(engine: Engine, server: Server, case: str) -> None:
    wanted = CASES[case]
    rows = [statement for statement in wanted if statement.startswith("INSERT")]
    definitions = [statement for statement in wanted if statement not in rows]
    # No order of the others works around them.
    view, table = (re.sub(r"\b[yz]\b", r"out_of_order_\g<0>", item) for item in OUT_OF_ORDER)
    order = random.Random(case)
    bodies = set()
    for _ in range(8):
        order.shuffle(definitions)
        cut = order.randrange(len(definitions) + 1)
        text = "\n".join([view, *definitions[:cut], *rows, *definitions[cut:], table])
        bodies.add(sort_body(engine, text + "\n").text)
    (body,) = bodies
    assert sorted(statements_of(body)) == sorted([*wanted, view, table])
    assert statements_of(body)[len(definitions) + 2 :] == rows
    database = server.create_database("order_of_needs")
    server.load(database, body)


def _units(engine: Engine) -> list[str]:
    """The definitions of the example, each with the comments before it."""
    body = SchemaBuilder("local", EXAMPLE, order="dependencies").build(schema_only=True)
    text = "\n".join(body.split("\n")[HEADER_LINES:])
    statements = engine.split_statements(text)[0]
    ends = [end for _, _, _, _, end, *_ in statements]
    content = text.encode()
    starts = [0, *ends[:-1]]
    units = [content[start:end].decode().strip("\n") for start, end in zip(starts, ends, strict=True)]
    kinds = [statement[0] for statement in statements]
    # What is about rows keeps its order.
    return [
        unit
        for unit, kind in zip(units, kinds, strict=True)
        if kind not in ("DO", "SELECT", "REFRESH MATERIALIZED VIEW")
    ]


def test_the_example_in_any_order_is_the_same_bundle_and_loads(
    engine: Engine, make_project: Callable[..., Path], server: Server
) -> None:
    units = _units(engine)
    assert len(units) > 600
    first = "DO $$ BEGIN CREATE ROLE library_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    order = random.Random(11)
    bodies = set()
    roles = sorted(set(re.findall(r"\blibrary_[a-z]+\b", "\n".join(units))))
    makers = [first.replace("library_owner", role) for role in roles]
    for attempt in range(200 if engine.__name__ == "confiture._core" else 8):
        everything = [*units, *makers]
        order.shuffle(everything)
        files: dict[str, list[str]] = {}
        for unit in everything:
            name = f"db/schema/{order.choice('abc')}/{order.randrange(40)}.sql"
            files.setdefault(name, []).append(unit)
        root = make_project({})
        for old in (root / "db").glob("schema/*/*.sql"):
            old.unlink()
        make_project({name: "\n\n".join(content) + "\n" for name, content in files.items()})
        text = SchemaBuilder("local", root, order="dependencies").build()
        bodies.add("\n".join(text.split("\n")[HEADER_LINES:]))
        assert len(bodies) == 1, attempt
    database = server.create_database("order_of_needs")
    server.load(database, bodies.pop())
