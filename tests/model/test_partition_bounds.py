"""Bounds of partitions are spelt as servers spell them, where that is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString, cast

import pytest

from confiture._pure.schema.text import reader_of, text_of

from .comparing import parsed
from .test_scripts import VERSIONS

if TYPE_CHECKING:
    from confiture._interface import Engine

    from .conftest import Postgres

#: How a table is partitioned, by a column ``a`` of a type, and bounds.
SPELT: list[tuple[str, str, list[str]]] = [
    (
        "int",
        "range",
        [
            "FROM (1) TO ('10')",
            "FROM ('010') TO (+20)",
            "FROM (-5) TO (-04)",
            "FROM ('-2') TO (' 0 ')",
            "FROM (30::int) TO ('31'::bigint)",
            "FROM (int '40') TO ((041))",
            "FROM (minvalue) TO ('-99')",
            "FROM (99) TO (MAXVALUE)",
        ],
    ),
    ("int", "list", ["IN (1, '2', 03)", "IN (4, '4', 5)", "IN (-1, NULL)", "IN (6)"]),
    ("smallint", "list", ["IN (1, '2', 03)", "IN (-1)"]),
    ("bigint", "range", ["FROM (1) TO ('10')", "FROM ('-9223372036854775807') TO (-1)"]),
    (
        "numeric",
        "list",
        ["IN (1, '2', 1.50)", "IN (01.75, '.25')", "IN (5.)", "IN (-1.5, -0.0)", "IN ('-3', 4::numeric)"],
    ),
    ("numeric(6,2)", "list", ["IN (1, '2.5')", "IN (-1.25, '-3')"]),
    ("bool", "list", ["IN (true, 'f')"]),
    ("bool", "list", ["IN ('yes')", "IN ('OFF', null)"]),
    ("text", "list", ["IN ('a', 'it''s')", "IN ('b'::text)"]),
    ("text", "list", ["IN ('c'::varchar, text 'd', 'd')", r"IN (E'\\')"]),
    ("varchar", "range", ["FROM ('a') TO ('b')", "FROM ('B') TO ('C'::varchar)"]),
    (
        "date",
        "range",
        [
            "FROM ('2024-1-1') TO ('2024-02-01')",
            "FROM (date '2024-2-1') TO ('2024-2-29'::date)",
            "FROM ('0001-01-01') TO (' 2001-9-1 ')",
            "FROM ('2025-01-01') TO ('infinity')",
        ],
    ),
    (
        "timestamp",
        "range",
        [
            "FROM ('2024-1-1') TO ('2024-02-01 5:06')",
            "FROM (timestamp '2024-2-2') TO ('2024-2-29'::date)",
            "FROM ('2024-03-01T01:02:03.4500') TO ('2024-03-01 01:02:04.000000'::timestamp)",
            "FROM (date '2025-01-01') TO ('infinity')",
        ],
    ),
    ("timestamp(0)", "range", ["FROM ('2024-1-1') TO ('2024-02-01 5:06:07')"]),
    (
        "timestamptz",
        "range",
        [
            "FROM ('2024-01-01 00:00:00Z') TO ('2024-01-01 03:30+01:30')",
            "FROM ('2024-02-28 23:00-02') TO ('2024-12-31 23:59:59.5-0530')",
            "FROM ('2025-03-01 00:00:00+01'::timestamptz) TO (timestamptz '2025-03-01 00:30+00')",
        ],
    ),
    (
        "uuid",
        "list",
        [
            "IN ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')",
            "IN ('{a0eebc999c0b4ef8bb6d6bb9bd380a12}'::uuid)",
        ],
    ),
    ("int", "hash", ["WITH (MODULUS 04, REMAINDER 00)", "WITH (REMAINDER 1, modulus 4)"]),
]

#: Bounds that stay as they are written: a session decides, or a function.
LEFT: list[tuple[str, str, str]] = [
    ("date", "range", "from ('1.2.2024') to ('yesterday')"),
    ("date", "range", "from ('2024-02-30') to ('2024-13-01')"),
    ("timestamp", "range", "from ('2024-01-01 00:00:00+02') to (now())"),
    ("timestamp(0)", "range", "from ('2024-01-01 00:00:00.5') to ('2024-01-01 24:00')"),
    ("timestamptz", "range", "from ('2024-01-01 00:00 Europe/Berlin') to ('0001-01-01 00:00+14')"),
    ("int", "list", "in (1 + 1, 99999999999, 1.5, 0x1f, '1 2')"),
    ("text", "list", "in (1, x'1f', lower('A'))"),
    ("character(3)", "list", "in ('a')"),
    ("s.kind", "list", "in ('a'::s.kind)"),
    ("numeric(4,1)", "list", "in (1.25, 1e3, 'NaN')"),
    ("boolean", "list", "in ('maybe')"),
    ("uuid", "list", "in ('a0eebc99')"),
]


def _texts(kind: str, strategy: str, bounds: list[str]) -> list[str]:
    partitions = [f"CREATE TABLE p{i} PARTITION OF t FOR VALUES {bound};" for i, bound in enumerate(bounds)]
    return [f"CREATE TABLE t (a {kind}) PARTITION BY {strategy} (a);", *partitions]


def _bounds(engine: Engine, text: str) -> list[str]:
    tables = parsed(engine, text).tables
    return [one.partition_of.bound for one in tables if one.partition_of is not None]


@pytest.mark.parametrize("postgres", VERSIONS, indirect=True)
@pytest.mark.parametrize(("kind", "strategy", "bounds"), SPELT)
def test_a_bound_is_spelt_as_a_server_spells_it(
    engine: Engine, postgres: Postgres, kind: str, strategy: str, bounds: list[str]
) -> None:
    text = "\n".join(_texts(kind, strategy, bounds))
    with postgres.loaded("SET LOCAL TIME ZONE 'UTC';" + text) as connection:
        found = connection.execute(
            cast(
                "LiteralString",
                "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relispartition ORDER BY relname",
            )
        ).fetchall()
    assert _bounds(engine, text) == [text_of(reader_of(bound)) for (bound,) in found]


@pytest.mark.parametrize(("kind", "strategy", "bound"), LEFT)
def test_other_bounds_stay_as_they_are_written(engine: Engine, kind: str, strategy: str, bound: str) -> None:
    assert _bounds(engine, "\n".join(_texts(kind, strategy, [bound]))) == [f"for values {bound}"]


def test_an_attached_partition_has_its_bound_spelt(engine: Engine) -> None:
    text = (
        "CREATE TABLE t (a int, b date, c text) PARTITION BY RANGE (a, b, lower(c));"
        "CREATE TABLE u (a int, b date, c text);"
        "ALTER TABLE t ATTACH PARTITION u FOR VALUES FROM ('01', '2024-1-1', 'A') TO (2, minvalue, 'B');"
    )
    assert _bounds(engine, text) == ["for values from (1, '2024-01-01', 'A') to (2, minvalue, 'B')"]


@pytest.mark.parametrize("postgres", VERSIONS, indirect=True)
def test_operator_classes_that_partition_keys_have_anyway_are_left_out(
    engine: Engine, postgres: Postgres
) -> None:
    columns = '(a int, b text, c uuid, "D" numeric)'
    keys = [
        "RANGE (a int4_ops, b text_pattern_ops)",
        'RANGE ("D" pg_catalog.numeric_ops, (a + 1) int4_ops, lower(b), b)',
        'LIST (b COLLATE "C" text_ops)',
        "LIST (c uuid_ops)",
        "HASH (b text_ops, a)",
    ]
    text = "".join(f"CREATE TABLE t{i} {columns} PARTITION BY {key};" for i, key in enumerate(keys))
    with postgres.loaded(text) as connection:
        query = "SELECT pg_get_partkeydef(oid) FROM pg_class WHERE relkind = 'p' ORDER BY relname"
        found = [text_of(reader_of(key)).replace("(", " (", 1) for (key,) in connection.execute(query)]
    model = parsed(engine, text)
    # What stands behind an expression or a collation stays.
    found[1] = found[1].replace("((a + 1))", "(a + 1) int4_ops")
    found[2] = found[2].replace('"C"', '"C" text_ops')
    assert [table.partition_by for table in model.tables] == found
