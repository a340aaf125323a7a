"""Writing many rows with few statements, each below the limits of its warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Integer, Text, bindparam, cast, column, insert, literal, select
from sqlalchemy.sql.functions import Function

from confiture.artifacts import dumps_json
from confiture.exceptions import DatabaseError
from confiture.warehouse.tables import has_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Executable, Table

    from confiture._interface import Progress
    from confiture.warehouse.connections import Warehouse

__all__ = ["existing_keys", "insert_rows", "insert_statements"]

#: Bytes of values that one statement takes, well below the limit of the warehouse for a query or its values:
#: BigQuery's is 1 MiB, Redshift's 16 MB. Of the others it bounds the memory that a statement needs.
_STATEMENT_BYTES = {"bigquery": 500_000, "redshift": 4_000_000}
_MOST_BYTES = 8_000_000

#: Bytes that one value may have: Snowflake's limit is 16 MiB, Redshift's that of its longest type.
_VALUE_BYTES = {"bigquery": 450_000, "redshift": 65_535, "snowflake": 16_000_000, "databricks": 16_000_000}

#: Parameters that one statement may have.
_PARAMETERS = {"bigquery": 5_000, "databricks": 250}
_MOST_PARAMETERS = 16_000
_MOST_ROWS = 20_000


def insert_rows(
    warehouse: Warehouse,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    key: str | None = None,
    progress: Progress | None = None,
) -> list[str]:
    """Write rows.

    Args:
        warehouse: Where to.
        table: The table.
        rows: The rows, all with the same names of columns.
        key: A column; rows that the table has already by it are not written, nor is any twice.
        progress: Told after each statement how many rows are done, of how many.

    Returns:
        The keys of the rows that were written; none without `key`.

    Raises:
        DatabaseError: ``DATABASE_024``: a value is longer than the warehouse takes.
    """
    written: list[str] = []
    if key is not None and not has_keys(warehouse.dialect):
        there = existing_keys(warehouse, table, key, [row[key] for row in rows])
        rows = [row for row in rows if row[key] not in there]
        written = [row[key] for row in rows]
    done = 0
    for chunk in _chunks(warehouse.dialect, table, rows):
        result = warehouse.execute(*_insertion(warehouse.dialect, table, chunk, key))
        written += [row[0] for row in result.rows]
        done += len(chunk)
        if progress is not None:
            progress(done, len(rows))
    return written


def insert_statements(
    dialect: str, table: Table, rows: Sequence[Mapping[str, Any]], key: str | None = None
) -> Iterator[tuple[Executable, dict[str, Any] | None]]:
    """The statements that write rows, with their values; arguments and errors as of `insert_rows`."""
    for chunk in _chunks(dialect, table, rows):
        yield _insertion(dialect, table, chunk, key)


def _insertion(
    dialect: str, table: Table, chunk: Sequence[Mapping[str, Any]], key: str | None
) -> tuple[Executable, dict[str, Any] | None]:
    if has_keys(dialect):
        return _from_document(dialect, table, list(chunk[0]), key), {"rows": dumps_json(chunk)}
    return insert(table).values([dict(row) for row in chunk]), None


def existing_keys(warehouse: Warehouse, table: Table, key: str, values: Sequence[str]) -> set[str]:
    """Which of these values a column of a table has."""
    found: set[str] = set()
    most = min(_PARAMETERS.get(warehouse.dialect, _MOST_PARAMETERS), 1_000)
    for start in range(0, len(values), most):
        query = select(table.c[key]).where(table.c[key].in_(values[start : start + most]))
        found.update(row[0] for row in warehouse.execute(query).rows)
    return found


def _chunks(
    dialect: str, table: Table, rows: Sequence[Mapping[str, Any]]
) -> Iterator[list[Mapping[str, Any]]]:
    most_bytes = _STATEMENT_BYTES.get(dialect, _MOST_BYTES)
    most_rows = _MOST_ROWS
    if rows and not has_keys(dialect):
        most_rows = max(1, _PARAMETERS.get(dialect, _MOST_PARAMETERS) // len(rows[0]))
    chunk: list[Mapping[str, Any]] = []
    size = 0
    for row in rows:
        needed = sum(_size(dialect, table, name, value) for name, value in row.items())
        if chunk and (size + needed > most_bytes or len(chunk) == most_rows):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += needed
    if chunk:
        yield chunk


def _size(dialect: str, table: Table, name: str, value: object) -> int:
    if not isinstance(value, str):
        return 16
    size = len(value) if value.isascii() else len(value.encode(errors="surrogatepass"))
    limit = _VALUE_BYTES.get(dialect)
    if limit is not None and size > limit:
        raise DatabaseError(
            f"A value of '{name}' in the table {table.name} has {size} bytes; {dialect} takes {limit}.",
            error_code="DATABASE_024",
            resolution_hint="Keep the metadata in DuckDB or PostgreSQL, which take it.",
        )
    return size + 16


def _from_document(dialect: str, table: Table, names: list[str], key: str | None) -> Executable:
    """An insertion of rows that are given as one JSON document: the quickest way into both databases."""
    from sqlalchemy.dialects.postgresql import insert as insert_or_leave

    kinds = [Integer() if isinstance(table.c[name].type, Integer) else Text() for name in names]
    fields: list[ColumnElement[Any]]
    # Not `func`, whose names dialects of others take for functions of their own.
    if dialect == "duckdb":
        structure = {
            name: "INTEGER" if isinstance(kind, Integer) else "VARCHAR"
            for name, kind in zip(names, kinds, strict=True)
        }
        parsed: Function[Any] = Function(
            "from_json", cast(bindparam("rows"), Text()), literal(dumps_json([structure]))
        )
        given = select(Function("unnest", parsed).label("given_row")).subquery()
        fields = [Function("struct_extract", given.c.given_row, literal(name)) for name in names]
    else:
        record = Function("json_to_recordset", cast(cast(bindparam("rows"), Text()), JSON())).table_valued(
            *[column(name, kind) for name, kind in zip(names, kinds, strict=True)]
        )
        columns = record.render_derived(name="given", with_types=True)
        fields = [columns.c[name] for name in names]
    statement = insert_or_leave(table).from_select(names, select(*fields))
    return statement if key is None else statement.on_conflict_do_nothing().returning(table.c[key])
