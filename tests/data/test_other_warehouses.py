"""What comparisons say to warehouses that no test can reach: it is parsed as their SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import sqlglot

from confiture.data import ComparisonOptions
from confiture.data.dialects import Dialect
from confiture.data.families import family_of
from confiture.data.frequencies import compare_frequencies
from confiture.data.histograms import compare_histograms
from confiture.data.merging import merge_values
from confiture.data.names import parse_relation_name
from confiture.data.options import KINDS
from confiture.data.pairs import pair_relations
from confiture.data.profiling import compare_profiles
from confiture.data.relations import Column, Relation, Side, columns_query
from confiture.data.values import compare_values
from confiture.warehouse import QueryResult

if TYPE_CHECKING:
    from collections.abc import Callable

#: Types of all families.
_TYPES = {
    "snowflake": (
        "NUMBER FLOAT TEXT BOOLEAN DATE TIME TIMESTAMP_NTZ TIMESTAMP_TZ VARIANT BINARY ARRAY GEOGRAPHY"
    ),
    "bigquery": (
        "INT64 NUMERIC FLOAT64 STRING BOOL DATE TIME DATETIME TIMESTAMP JSON BYTES ARRAY<INT64> GEOGRAPHY"
    ),
    "redshift": (
        "bigint numeric double_precision varchar boolean date time timestamp timestamptz super varbyte "
        "geometry"
    ),
    "databricks": (
        "BIGINT DECIMAL(10,2) DOUBLE STRING BOOLEAN DATE TIMESTAMP TIMESTAMP_NTZ VARIANT BINARY ARRAY<INT> "
        "VOID"
    ),
}

_HOSTILE = "of \"a\" 'b' %s : \\ x"


class _Recording:
    """A warehouse that keeps what it is asked, and answers something that fits."""

    def __init__(self, kind: str) -> None:
        self.dialect = kind
        self.statements: list[str] = []

    def execute(self, sql: str, params: Any = None, *, timeout: float | None = None) -> QueryResult:
        self.statements.append(sql)
        if " GROUP BY b" in sql:
            return QueryResult([], [("00", 1, str(len(self.statements)), "1")] if "substr(r" in sql else [])
        if " LIMIT " in sql or " GROUP BY s" in sql:
            return QueryResult([], [(str(len(self.statements)), 1)] if " AS n FROM " in sql else [])
        return QueryResult([], [tuple(_answers(sql, self._width(sql)))])

    def stream(self, sql: str, **_: Any) -> Iterator[QueryResult]:
        self.statements.append(sql)
        return iter(())

    def _width(self, sql: str) -> int:
        (parsed,) = sqlglot.parse(sql, read=self.dialect)
        assert isinstance(parsed, sqlglot.exp.Select)
        return len(parsed.expressions)


def _answers(sql: str, width: int) -> list[Any]:
    if "AS g" in sql:
        return [7, 0, 0]
    if "stddev_samp" in sql:
        return [3] + [1] * (width - 1)
    if sql.startswith("SELECT min("):
        return [0.0, 9.0] * (width // 2)
    return [3] * width


def quoting(kind: str) -> Callable[[str], str]:
    mark = "`" if kind in ("bigquery", "databricks") else '"'
    return lambda name: mark + name.replace(mark, mark * 2) + mark


def _sides(kind: str) -> tuple[list[Side], list[_Recording]]:
    dialect = Dialect(kind, quoting(kind))
    types = [name.replace("_precision", " precision") for name in _TYPES[kind].split()]
    columns = tuple(
        Column(f"{_HOSTILE} {number}", name, True, family_of(name, kind)) for number, name in enumerate(types)
    )
    found: list[Side] = []
    recordings = [_Recording(kind), _Recording(kind)]
    for name, recording in zip(("old", "new"), recordings, strict=True):
        written = ".".join(map(dialect.quote, ("db", "sch", name + _HOSTILE)))
        warehouse: Any = recording
        found.append(Side(warehouse, dialect, Relation(written, columns, (columns[0].name,)), "1 = 1 -- x"))
    return found, recordings


def _statements(kind: str) -> list[str]:
    (old, new), recordings = _sides(kind)
    joined = Side(old.warehouse, new.dialect, new.relation, new.where)
    options = ComparisonOptions(kinds=KINDS, tolerance=0.5, limit=3)
    pair = pair_relations(old, joined, options)
    compare_values(pair, options)
    compare_profiles(pair, options)
    compare_frequencies(pair, options)
    compare_histograms(pair, options)
    merge_values(pair_relations(old, new, options), options)
    return [sql for recording in recordings for sql in recording.statements]


@pytest.mark.parametrize("kind", _TYPES)
def test_all_statements_of_a_comparison_are_sql_of_the_warehouse(kind: str) -> None:
    families = {column.family for column in _sides(kind)[0][0].relation.columns}
    assert families >= {
        "decimal",
        "float",
        "text",
        "boolean",
        "date",
        "timestamp",
        "timestamptz",
        "json",
        "binary",
    }
    statements = _statements(kind)
    assert len(statements) > 30
    for sql in statements:
        parsed = sqlglot.parse(sql, read=kind, error_level=sqlglot.ErrorLevel.RAISE)
        assert len(parsed) == 1, sql
        assert isinstance(parsed[0], sqlglot.exp.Select), sql


@pytest.mark.parametrize("kind", _TYPES)
def test_columns_are_asked_for_in_sql_of_the_warehouse(kind: str) -> None:
    for name in ("sch.t", 'db."s.c".t'):
        sql, values = columns_query(Dialect(kind, quoting(kind)), parse_relation_name(name))
        (parsed,) = sqlglot.parse(sql.replace(":name", "'t'").replace(":schema", "'s'"), read=kind)
        assert isinstance(parsed, sqlglot.exp.Select)
        assert values["name"] == "t"
