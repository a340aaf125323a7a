"""What changes in the answer of DuckDB when a column changes is what the lineage of that column reaches."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from column_lineage.queries import TABLES, queries
from confiture.column_lineage.names import folding_of
from confiture.column_lineage.shaping import shape_of
from confiture.column_lineage.tracing import Relation, trace

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROWS = {
    "t": [(1, 2, 3), (2, 2, None), (3, 1, 1), (0, 3, 2)],
    "u": [(1, 1), (2, 3), (2, 0), (None, 2)],
    "w": [(1, 2, 2), (3, 1, 0), (2, 3, 1)],
}
#: What a column's values become.
_CHANGES = ("3 - {0}", "case when rowid = 0 then 5 else {0} end", "0")


#: A schema for each change of a column, and one without any.
_SCHEMAS = {
    f"s{number}": (table, column, change)
    for number, (table, column, change) in enumerate(
        (table, column, change) for table in TABLES for column in TABLES[table] for change in _CHANGES
    )
}


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"threads": 1})
    for schema in ("main", *_SCHEMAS):
        connection.execute(f"create schema if not exists {schema}")
        for table, rows in _ROWS.items():
            columns = ", ".join(f'"{name}" integer' for name in TABLES[table])
            connection.execute(f"create table {schema}.{table} ({columns})")
            marks = ", ".join("?" for _ in TABLES[table])
            connection.executemany(f"insert into {schema}.{table} values ({marks})", rows)
    for schema, (table, column, change) in _SCHEMAS.items():
        connection.execute(f'update {schema}.{table} set "{column}" = {change.format(column)}')
    yield connection
    connection.close()


def _answer(
    connection: duckdb.DuckDBPyConnection, sql: str, schema: str = "main"
) -> list[Counter[Any]] | None:
    """The values of each column; None if the query fails on the values that there are."""
    connection.execute(f"use {schema}")
    try:
        rows = connection.execute(sql).fetchall()
    except duckdb.Error:
        return None
    width = len(connection.description or ())
    return [Counter(row[number] for row in rows) for number in range(width)]


def _relation(parts: tuple[str, ...]) -> Relation:
    return Relation(parts[-1].lower(), TABLES[parts[-1].lower()], is_complete=True)


def _unknown(parts: tuple[str, ...]) -> Relation:
    return Relation(parts[-1].lower())


def _reached(origins: object, table: str, column: str) -> bool:
    return any(
        (node, name.lower()) in ((table, column.lower()), (table, "*"))
        for node, name, _ in origins  # type: ignore[attr-defined]
    )


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(queries())
def test_a_column_that_changes_has_what_was_changed_among_its_origins(
    database: duckdb.DuckDBPyConnection, query: tuple[str, list[str]]
) -> None:
    sql, names = query
    before = _answer(database, sql)
    assert before is not None, sql
    shape = shape_of(sql, "duckdb")
    known = trace(shape, folding_of("duckdb"), _relation)
    assert not known.gaps, (sql, known.gaps)
    assert known.rows.is_complete
    assert [output.name.lower() for output in known.rows.outputs if output.name] == [
        name.lower() for name in names
    ]
    for schema, (table, column, _) in _SCHEMAS.items():
        after = _answer(database, sql, schema)
        for number, output in enumerate(known.rows.outputs):
            if after is not None and before[number] != after[number]:
                assert _reached(output.origins, table, column) or _reached(
                    known.rows.decided, table, column
                ), (sql, output.name, f"{table}.{column}")


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(queries())
def test_what_is_found_with_known_columns_is_found_without_them_too(query: tuple[str, list[str]]) -> None:
    sql, _ = query
    shape = shape_of(sql, "duckdb")
    known = trace(shape, folding_of("duckdb"), _relation).rows
    guessed = trace(shape, folding_of("duckdb"), _unknown).rows
    everything = {(node, name.lower()) for output in guessed.outputs for node, name, _ in output.origins} | {
        (node, name.lower()) for node, name, _ in (*guessed.decided, *guessed.unlisted())
    }
    for output in known.outputs:
        for node, name, _ in (*output.origins, *known.decided):
            assert (node, name.lower()) in everything or (node, "*") in everything, (sql, node, name)
