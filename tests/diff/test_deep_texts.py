"""However deep a text is, it is compared, if only as undecided."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from confiture.core.differ import SchemaDiffer

EXPRESSIONS: dict[str, Callable[[int, str], str]] = {
    "parentheses": lambda depth, name: "1 + (" * depth + name + ")" * depth,
    "chain": lambda depth, name: " || ".join([*["x"] * depth, name]),
    "negations": lambda depth, name: "(" + "not " * depth + name + ")",
    "signs": lambda depth, name: "- " * depth + name,
    "cases": lambda depth, name: "case when a then " * depth + name + " end" * depth,
    "casts": lambda depth, name: name + "::int::text" * depth,
    "subscripts": lambda depth, name: name + "[1]" * depth,
    "calls": lambda depth, name: "f(" * depth + name + ")" * depth,
    "coalesces": lambda depth, name: "coalesce(0, " * depth + name + ")" * depth,
}
QUERIES: dict[str, Callable[[int, str], str]] = {
    "scalars": lambda depth, name: "select (" * depth + f"select {name} from t" + ")" * depth,
    "derived": lambda depth, name: "select a from (" * depth + f"select {name} as a from t" + ") x" * depth,
    "unions": lambda depth, name: " union all ".join([*["select a from t"] * depth, f"select {name} from t"]),
    "exists": lambda depth, name: (
        "select a from t where exists (" * depth + f"select {name} from t" + ")" * depth
    ),
    "joins": lambda depth, name: (
        "select t.a from t"
        + "".join(f" join t t{n} on t.a = t{n}.a" for n in range(depth))
        + f" where t.{name} = 1"
    ),
    "common": lambda depth, name: (
        "with c0 as (select a, b from t)"
        + "".join(f", c{n} as (select a, b from c{n - 1})" for n in range(1, depth))
        + f" select {name} from c{depth - 1}"
    ),
    "groups": lambda depth, name: "(" * depth + f"select {name} from t" + ")" * depth,
    "relations": lambda depth, name: (
        "select t.a from " + "(" * depth + f"t join t u on t.{name} = u.a" + ")" * depth
    ),
}


def changes(old: str, new: str) -> list[str]:
    return [change.type for change in SchemaDiffer().compare(old, new).changes]


@pytest.mark.parametrize("depth", [20, 60, 500, 3000])
@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_expressions(kind: str, depth: int) -> None:
    old, new = (f"CREATE TABLE t (a int DEFAULT {EXPRESSIONS[kind](depth, name)});" for name in "pq")
    (change,) = changes(old, new)
    assert change in ("CHANGE_COLUMN_DEFAULT", "UNDECIDED")
    assert changes(old, f"{old}\n") == []


@pytest.mark.parametrize("depth", [5, 60, 500])
@pytest.mark.parametrize("kind", QUERIES)
def test_queries(kind: str, depth: int) -> None:
    old, new = (
        f"CREATE TABLE t (a int, b int); CREATE VIEW v AS {QUERIES[kind](depth, name)};" for name in "ab"
    )
    (change,) = changes(old, new)
    assert change in ("REPLACE_VIEW", "UNDECIDED")
    assert changes(old, f"{old}\n") == []


@pytest.mark.parametrize("depth", [5, 60, 500])
def test_views_on_views(depth: int) -> None:
    views = "CREATE TABLE t (a int, b int); CREATE VIEW v0 AS SELECT * FROM t;"
    views += "".join(f"CREATE VIEW v{n} AS SELECT * FROM v{n - 1};" for n in range(1, depth))
    old, new = (f"{views} CREATE VIEW w AS SELECT {name} FROM v{depth - 1};" for name in "ab")
    assert changes(old, new) == ["REPLACE_VIEW"]
