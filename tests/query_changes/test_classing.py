"""Changes of queries are classed by what they mean for readers."""

from __future__ import annotations

import pytest

from confiture.query_changes.classing import class_of_change

_UNCHANGED = [
    ("select a, b from t", "SELECT a,  b /* x */\n FROM t -- y"),
    ("select a, b from t", "select a as a, t.b from T as t"),
    ("select a from t where a > 1 and b = 2", "select x.a from t as x where (2 = x.b) and ((x.a > 1))"),
    (
        "with p as (select a from t), q as (select b from u) select p.a, q.b from p join q on p.a = q.b",
        "with q as (select b from u), pp as (select a, c from t) "
        "select pp.a, q.b from pp join q on q.b = pp.a",
    ),
    ("select a from (select a from t where b) as s", "with z as (select a from t where b) select a from z"),
    ("with z as (select 1 as one) select a from t", "select a from t"),
    ("select a from t order by b", "select a from t order by a"),
    ("select a, count(*) as n from t group by a", "select a, count(*) as n from t group by 1"),
    ("select a, count(*) as n from t group by a, b", "select a, count(*) as n from t group by b, a"),
    ("select a from t inner join u on t.x = u.x", "select a from t join u on u.x = t.x"),
    ("select a from t where a = 1 or b = 2", "select a from t where b = 2 or a = 1"),
]

_CHANGED = [
    ("select a from t", "select a, b from t", "non_breaking", ["column_added b"]),
    ("select a, b from t", "select b, a from t", "non_breaking", ["column_order"]),
    (
        "select sum(a) as s from t",
        "select sum(a) as s, count(*) as n from t",
        "non_breaking",
        ["column_added n"],
    ),
    (
        "with x as (select a from t) select a from x",
        "with x as (select a, b from t) select a, b + 1 as c from x",
        "non_breaking",
        ["column_added c"],
    ),
    ("select a from t", "select a as z from t", "breaking", ["column_renamed a"]),
    ("select a, b from t", "select a from t", "breaking", ["column_removed b"]),
    ("select a::int as a from t", "select a::bigint as a from t", "breaking", ["column_type a"]),
    (
        "select a + 1 as x, b from t",
        "select a + 2 as x, b from t",
        "partly_breaking",
        ["column_expression x"],
    ),
    ("select a - b as x from t", "select b - a as x from t", "partly_breaking", ["column_expression x"]),
    (
        "with x as (select a + 1 as p, b from t) select p, b from x",
        "with x as (select a + 2 as p, b from t) select p, b from x",
        "partly_breaking",
        ["column_expression p"],
    ),
    (
        "select x.a from t x join t y on x.b = y.c",
        "select y.a from t x join t y on x.b = y.c",
        "partly_breaking",
        ["column_expression a"],
    ),
    ("select a from t", "select a from t where b", "partly_breaking", ["filter filter"]),
    ("select a from t where b > 1", "select a from t where b > 2", "partly_breaking", ["filter filter"]),
    ("select a from t group by a", "select a from t group by a, b", "partly_breaking", ["grouping grouping"]),
    ("select a from t", "select distinct a from t", "partly_breaking", ["distinct distinct"]),
    (
        "select distinct a from t",
        "select distinct a, b from t",
        "partly_breaking",
        ["column_added b", "distinct distinct"],
    ),
    (
        "select 1 as x from t",
        "select 1 as x, count(*) as n from t",
        "partly_breaking",
        ["column_added n", "grouping grouping"],
    ),
    (
        "select 1 as x from t",
        "select 1 as x, mine(a) as n from t",
        "partly_breaking",
        ["column_added n", "grouping grouping"],
    ),
    (
        "select a, b from t group by all",
        "select a, b, c from t group by all",
        "partly_breaking",
        ["column_added c", "grouping grouping"],
    ),
    (
        "select a from t join u on t.x = u.x",
        "select a from t left join u on t.x = u.x",
        "partly_breaking",
        ["join join"],
    ),
    (
        "select a from t semi join u on t.x = u.x",
        "select a from t anti join u on t.x = u.x",
        "partly_breaking",
        ["join join"],
    ),
    ("select a from t limit 3", "select a from t limit 4", "partly_breaking", ["limit limit"]),
    (
        "select a from t order by a limit 3",
        "select a from t order by b limit 3",
        "partly_breaking",
        ["order order"],
    ),
    (
        "select a from t order by a limit 3",
        "select a from t order by a desc limit 3",
        "partly_breaking",
        ["order order"],
    ),
    (
        "select a from t union all select a from u",
        "select a from t union select a from u",
        "partly_breaking",
        ["set_operation set_operation"],
    ),
    (
        "select a from t except select a from u",
        "select a from u except select a from t",
        "partly_breaking",
        ["column_expression a", "set_operation set_operation"],
    ),
    ("select a from t", "select a from u", "partly_breaking", ["column_expression a", "source source"]),
    ("select a from t tablesample (10 percent)", "select a from t", "partly_breaking", ["rows rows"]),
    (
        "select count(*) as n from (values (1), (2))",
        "select count(*) as n from (values (1))",
        "partly_breaking",
        ["rows rows"],
    ),
    ("select * from t", "select a from t", "unknown", ["undecidable *"]),
    ("select a from t", "select a from", "unknown", ["undecidable None"]),
    ("select a from t", "pivot t on a using sum(b)", "unknown", ["undecidable None"]),
]


@pytest.mark.parametrize(("old", "new"), _UNCHANGED)
def test_other_words_for_the_same_are_no_change(old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        change = class_of_change(one, other, "duckdb")
        assert (change.verdict, change.reasons) == ("unchanged", ())


@pytest.mark.parametrize(("old", "new", "verdict", "reasons"), _CHANGED, ids=[case[1] for case in _CHANGED])
def test_changes_are_classed_with_their_reasons(old: str, new: str, verdict: str, reasons: list[str]) -> None:
    change = class_of_change(old, new, "duckdb")
    assert change.verdict == verdict
    told = [
        f"{reason.what} {reason.name}" if reason.what != "column_order" else reason.what
        for reason in change.reasons
    ]
    assert told == reasons


def test_names_are_compared_as_the_dialect_folds_them() -> None:
    assert class_of_change("select A from t", 'select "a" from T', "postgres").verdict == "unchanged"
    assert (
        class_of_change("select A as x from t", 'select "A" as x from t', "postgres").verdict
        == "partly_breaking"
    )
    assert class_of_change("select A from t", 'select "A" from T', "snowflake").verdict == "unchanged"


def test_relations_are_compared_by_what_they_are_not_by_where() -> None:
    change = class_of_change(
        "select a from dev.orders",
        "select a from prod.orders",
        "duckdb",
        old_relation=lambda parts: parts[-1],
        new_relation=lambda parts: parts[-1],
    )
    assert change.verdict == "unchanged"
    assert (
        class_of_change("select a from dev.o", "select a from prod.o", "duckdb").verdict == "partly_breaking"
    )


def test_queries_of_many_parts_are_compared() -> None:
    steps = ", ".join(f"x{number} as (select a from x{number - 1})" for number in range(1, 500))
    conditions = " and ".join(f"b > {n}" for n in range(500))
    old = f"with x0 as (select a from t where {conditions}), {steps} select a from x499"
    assert class_of_change(old, f"{old} where a", "duckdb").verdict == "partly_breaking"
    assert class_of_change(old, f"{old} -- the same", "duckdb").verdict == "unchanged"
