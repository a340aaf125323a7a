"""Tables of all types, the same in both databases, and what a comparison of two should find."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confiture.warehouse import Warehouse

__all__ = ["TYPES", "Expected", "Rows", "SqlType", "expected", "make_rows", "write_table"]


class SqlType(NamedTuple):
    """A type, and texts of values of it; those in one tuple are the same value.

    Attributes:
        duckdb: What DuckDB calls it.
        postgresql: What PostgreSQL calls it.
        values: The texts.
    """

    duckdb: str
    postgresql: str
    values: tuple[tuple[str, ...], ...]

    def spelled(self, dialect: str) -> str:
        """What a database calls it."""
        return self.duckdb if dialect == "duckdb" else self.postgresql


def _type(name: str, *values: str | tuple[str, ...], postgresql: str | None = None) -> SqlType:
    each = tuple((value,) if isinstance(value, str) else value for value in values)
    return SqlType(name, postgresql or name, each)


TYPES = {
    "small": _type("smallint", "0", "-1", "32767"),
    "big": _type("bigint", "0", "9223372036854775807", "-9223372036854775808", "9007199254740993"),
    "decimal": _type("decimal(38, 10)", ("1.5", "1.50"), "100", "0", "-0.0000000001", "9" * 28),
    "share": _type("decimal(4, 4)", ("0.5", "0.50"), "-0.05", "0", "0.0001"),
    "real": _type("real", "0.1", ("0", "-0.0"), "nan", "inf", "1e30", postgresql="real"),
    "double": _type(
        "double",
        *(("0", "-0.0"), "nan", "inf", "-inf", "0.1", "0.30000000000000004", "1e300", "-1e300", "5e-324"),
        postgresql="double precision",
    ),
    "text": _type(
        "varchar",
        "",
        "a",
        "A",
        "ä",
        "a\u0308",
        "a ",
        " a",
        "é" * 300,
        "é" * 301,
        "NULL",
        "~",
        "1:a",
        "' \"%s:x",
    ),
    "boolean": _type("boolean", "true", "false"),
    "date": _type("date", "2024-02-29", "1969-12-31", "infinity", "0001-01-01", "12024-01-01"),
    "time": _type("time", "00:00:00", "23:59:59.999999", ("12:30:00", "12:30:00.000")),
    "timestamp": _type(
        "timestamp",
        "2024-01-01 00:00:00",
        ("2024-01-01 00:00:00.5", "2024-01-01 00:00:00.500000"),
        "-infinity",
    ),
    "zoned": _type(
        "timestamp with time zone",
        ("2024-01-01 00:00:00+00", "2024-01-01 02:00:00+02"),
        "2024-01-01 00:00:00+02",
        "1969-12-31 23:59:59.999999+00",
        "infinity",
    ),
    "interval": _type(
        "interval",
        *("1 month", "30 days", "720 hours", ("1 day 02:00:00", "1 day 2 hours"), "-1 day", "1.5 seconds"),
    ),
    "uuid": _type(
        "uuid",
        ("0b9cba50-3b24-4d2b-9a2a-0d1c2e3f4a5b", "0B9CBA50-3B24-4D2B-9A2A-0D1C2E3F4A5B"),
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ),
    "json": _type(
        "json",
        ('{"a": 1, "b": [true, null]}', '{"b":[true,null],"a":1.0}'),
        '{"a": 1, "b": [1, null]}',
        "null",
        '"1"',
        ("1", "1.0"),
        '{"a": {"c": {}}}',
        '{"a": {"c": []}}',
        postgresql="jsonb",
    ),
    "binary": _type("blob", "\\x00", "\\x00\\x01", "", "a", postgresql="bytea"),
    "array": _type("integer[]", "{1,2}", "{2,1}", "{}", "{NULL}", "{1,NULL}"),
}


class Rows(NamedTuple):
    """The rows of a table: for each key, and each column, the number of a value and of its spelling."""

    columns: tuple[str, ...]
    values: dict[int, tuple[tuple[int, int] | None, ...]]


def make_rows(generator: random.Random, count: int, columns: Sequence[str]) -> tuple[Rows, Rows]:
    """Two tables, of which many rows are the same."""

    def value(column: str) -> tuple[int, int] | None:
        if generator.random() < 0.15:
            return None
        values = TYPES[column].values
        number = generator.randrange(len(values))
        return number, generator.randrange(len(values[number]))

    def respelled(column: str, cell: tuple[int, int] | None) -> tuple[int, int] | None:
        if cell is None:
            return None
        return cell[0], generator.randrange(len(TYPES[column].values[cell[0]]))

    old: dict[int, tuple[tuple[int, int] | None, ...]] = {}
    new: dict[int, tuple[tuple[int, int] | None, ...]] = {}
    for key in range(count):
        row = tuple(value(column) for column in columns)
        where = generator.random()
        if where < 0.9:
            old[key] = row
        if where > 0.1:
            cells = (
                value(column) if generator.random() < 0.1 else respelled(column, cell)
                for column, cell in zip(columns, row, strict=True)
            )
            new[key] = tuple(cells)
    return Rows(tuple(columns), old), Rows(tuple(columns), new)


def write_table(warehouse: Warehouse, name: str, rows: Rows) -> None:
    """Write a table."""
    dialect = warehouse.dialect
    types = [TYPES[column].spelled(dialect) for column in rows.columns]
    defined = ", ".join(f'"{column}" {kind}' for column, kind in zip(rows.columns, types, strict=True))
    warehouse.execute(f"CREATE TABLE {name} (id integer PRIMARY KEY, {defined})")
    lines = []
    for key, cells in rows.values.items():
        texts = [
            "NULL"
            if cell is None
            else _literal(dialect, column, TYPES[column].values[cell[0]][cell[1]], kind)
            for column, kind, cell in zip(rows.columns, types, cells, strict=True)
        ]
        lines.append(f"({key}, {', '.join(texts)})")
    if lines:
        warehouse.execute(f"INSERT INTO {name} VALUES {', '.join(lines)}")


def _literal(dialect: str, column: str, text: str, kind: str) -> str:
    if dialect == "duckdb" and column == "array":
        text = text.replace("{", "[").replace("}", "]")
    if dialect == "postgresql" and column == "binary":
        text = "\\x" + text.encode().decode("unicode_escape").encode("latin-1").hex()
    doubled = text.replace("'", "''")
    return f"CAST('{doubled}' AS {kind})"


class Expected(NamedTuple):
    """What a comparison should find: rows changed, alone, and by column changed, became and was NULL."""

    common: int
    changed: int
    only_old: int
    only_new: int
    columns: Mapping[str, tuple[int, int, int]]


def expected(old: Rows, new: Rows) -> Expected:
    """The reference: values are the same if they are the same value of their type."""
    common = old.values.keys() & new.values.keys()
    counts = {column: [0, 0, 0] for column in old.columns}
    changed = 0
    for key in common:
        is_changed = False
        for column, was, now in zip(old.columns, old.values[key], new.values[key], strict=True):
            if (was and was[0]) == (now and now[0]) and (was is None) == (now is None):
                continue
            is_changed = True
            counts[column][1 if now is None else 2 if was is None else 0] += 1
        changed += is_changed
    return Expected(
        len(common),
        changed,
        len(old.values) - len(common),
        len(new.values) - len(common),
        {column: (each[0], each[1], each[2]) for column, each in counts.items()},
    )
