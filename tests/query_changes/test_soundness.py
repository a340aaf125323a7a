"""What is classed as harmless gives the same rows in DuckDB."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from column_lineage.queries import TABLES, queries
from confiture.query_changes.classing import class_of_change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROWS = {
    "t": [(1, 2, 3), (2, 2, None), (3, 1, 1), (0, 3, 2), (2, 2, 1)],
    "u": [(1, 1), (2, 3), (2, 0), (None, 2)],
    "w": [(1, 2, 2), (3, 1, 0), (2, 3, 1)],
}


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"threads": 1})
    for table, rows in _ROWS.items():
        columns = ", ".join(f'"{name}" integer' for name in TABLES[table])
        connection.execute(f"create table {table} ({columns})")
        marks = ", ".join("?" for _ in TABLES[table])
        connection.executemany(f"insert into {table} values ({marks})", rows)
    yield connection
    connection.close()


def _edits(tree: exp.Expression) -> list[Callable[[], object]]:
    """Ways to change a tree at one place: some mean nothing, some very much."""
    found: list[Callable[[], object]] = []

    def swap(node: exp.Binary) -> None:
        left, right = node.this, node.expression
        node.set("this", right.copy())
        node.set("expression", left.copy())

    for node in tree.walk():
        if isinstance(node, exp.Binary):
            found.append(lambda node=node: swap(node))
        if isinstance(node, exp.Literal) and not node.is_string:
            found.append(lambda node=node: node.replace(exp.Literal.number(int(node.this) + 1)))
        if isinstance(node, exp.Select):
            projections = node.expressions
            if len(projections) > 1:
                found.append(lambda p=projections: p[-1].pop())
                found.append(lambda n=node, p=projections: n.set("expressions", p[::-1]))
            found.append(lambda n=node: n.select("1 as added", copy=False))
            found.append(lambda n=node: n.select("count(*) as added", copy=False))
            found.append(lambda n=node: n.set("distinct", None if n.args.get("distinct") else exp.Distinct()))
            for clause in ("where", "having", "limit", "group", "order"):
                if node.args.get(clause) is not None:
                    found.append(lambda n=node, clause=clause: n.set(clause, None))
            if projections:
                found.append(lambda p=projections: p[0].replace(p[-1].copy()))
        if isinstance(node, exp.Join) and node.side:
            found.append(lambda n=node: n.set("side", "FULL" if n.side != "FULL" else "LEFT"))
        if isinstance(node, exp.SetOperation):
            found.append(lambda n=node: n.set("distinct", not n.args.get("distinct")))
            found.append(lambda n=node: swap(n))
        if isinstance(node, exp.Column) and node.table:
            found.append(lambda n=node: n.set("this", exp.to_identifier("b")))
        if isinstance(node, exp.Table) and not isinstance(node.parent, exp.Column):
            found.append(lambda n=node: n.set("this", exp.to_identifier("u" if n.name != "u" else "t")))
        if isinstance(node, exp.Max):
            found.append(lambda n=node: n.replace(exp.Min(this=n.this.copy())))
        if isinstance(node, (exp.And, exp.Or, exp.EQ)):
            found.append(lambda n=node: n.replace(exp.paren(n.copy())))
    return found


@st.composite
def _pairs(draw: Callable[[Any], Any]) -> tuple[str, str]:
    # Without its condition, a query that uses itself may never end.
    sql, _ = draw(queries().filter(lambda query: "recursive" not in query[0]))
    tree = parse_one(sql, dialect="duckdb")
    for _ in range(draw(st.integers(1, 2))):
        edits = _edits(tree)
        edits[draw(st.integers(0, len(edits) - 1))]()
    return parse_one(sql, dialect="duckdb").sql("duckdb"), tree.sql("duckdb")


def _answer(
    connection: duckdb.DuckDBPyConnection, sql: str
) -> tuple[list[str], list[tuple[Any, ...]]] | None:
    try:
        rows = connection.execute(sql).fetchall()
    except duckdb.Error:
        return None
    return [column[0].lower() for column in connection.description or ()], rows


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(_pairs())
def test_what_is_called_harmless_gives_the_same_rows(
    database: duckdb.DuckDBPyConnection, pair: tuple[str, str]
) -> None:
    old, new = pair
    change = class_of_change(old, new, "duckdb")
    before, after = _answer(database, old), _answer(database, new)
    # An edit may make a query that does not run: nobody has that.
    if change.verdict not in ("unchanged", "non_breaking") or before is None or after is None:
        return
    names, rows = before
    places = [after[0].index(name) for name in names]
    if change.verdict == "unchanged":
        assert places == list(range(len(after[0]))), (old, new)
    if len(set(names)) == len(names):
        assert Counter(rows) == Counter(tuple(row[place] for place in places) for row in after[1]), (old, new)
