"""Where the columns of queries come from, of which that is known."""

from __future__ import annotations

import pytest

from confiture.column_lineage.names import folding_of
from confiture.column_lineage.shaping import shape_of
from confiture.column_lineage.tracing import Relation, Traced, trace

_COLUMNS = {"t": ("a", "b", "c"), "u": ("a", "d"), "list": ("items",)}


def _relation(parts: tuple[str, ...]) -> Relation:
    columns = _COLUMNS.get(parts[-1].lower(), ())
    return Relation(parts[-1], columns, is_complete=bool(columns))


def _traced(sql: str, dialect: str = "duckdb") -> Traced:
    return trace(shape_of(sql, dialect), folding_of(dialect), _relation)


def _told(origins: dict[tuple[str, str, str], bool]) -> str:
    return " ".join(
        sorted(f"{node}.{name}={use}{'' if sure else '?'}" for (node, name, use), sure in origins.items())
    )


def _outputs(traced: Traced) -> dict[str | None, str]:
    return {output.name: _told(output.origins) for output in traced.rows.outputs}


_CASES = [
    ("select a, b as z from t", {"a": "t.a=identity", "z": "t.b=identity"}, ""),
    ("select (a) as a, a + b as z from t", {"a": "t.a=identity", "z": "t.a=transformed t.b=transformed"}, ""),
    ("select sum(a) as s from t where b > 1", {"s": "t.a=aggregated"}, "t.b=filter"),
    ("select sum(a + 1) / max(b) as s from t", {"s": "t.a=aggregated t.b=aggregated"}, ""),
    ("select sum(a) filter (where b > 0) as s from t", {"s": "t.a=aggregated t.b=filter"}, ""),
    (
        "select sum(a) over (partition by b order by c) as s from t",
        {"s": "t.a=aggregated t.b=window t.c=window"},
        "",
    ),
    ("select lag(a) over (order by b) as s from t", {"s": "t.a=transformed t.b=window"}, ""),
    ("select row_number() over (order by b) as s from t", {"s": "t.b=window"}, ""),
    ("select sum(a) over x as s from t window x as (order by b)", {"s": "t.a=aggregated"}, "t.b=window"),
    ("select b, count(*) as n from t group by b", {"b": "t.b=identity", "n": ""}, "t.b=grouping"),
    (
        "select b as k, max(a) as n from t group by 1",
        {"k": "t.b=identity", "n": "t.a=aggregated"},
        "t.b=grouping",
    ),
    (
        "select b as k, max(a) as n from t group by all",
        {"k": "t.b=identity", "n": "t.a=aggregated"},
        "t.b=grouping",
    ),
    ("select b as k from t group by k having min(c) > 0", {"k": "t.b=identity"}, "t.b=grouping t.c=filter"),
    ("select a from t qualify row_number() over (order by b) = 1", {"a": "t.a=identity"}, "t.b=filter"),
    ("select a from t order by b", {"a": "t.a=identity"}, ""),
    ("select a from t order by b limit 3", {"a": "t.a=identity"}, "t.b=order"),
    ("select b as a from t order by a limit 3", {"a": "t.b=identity"}, "t.b=order"),
    ("select distinct a from t", {"a": "t.a=identity"}, "t.a=distinct"),
    ("select distinct on (b) a from t order by c", {"a": "t.a=identity"}, "t.b=distinct t.c=order"),
    (
        "select t.b, u.d from t join u on t.a = u.a",
        {"b": "t.b=identity", "d": "u.d=identity"},
        "t.a=join u.a=join",
    ),
    (
        "select * from t join u using (a)",
        {"a": "t.a=identity", "b": "t.b=identity", "c": "t.c=identity", "d": "u.d=identity"},
        "t.a=join u.a=join",
    ),
    ("select a from t full join u using (a)", {"a": "t.a=transformed u.a=transformed"}, "t.a=join u.a=join"),
    ("select a from t right join u using (a)", {"a": "u.a=identity"}, "t.a=join u.a=join"),
    ("select a, d from t natural join u", {"a": "t.a=identity", "d": "u.d=identity"}, "t.a=join u.a=join"),
    (
        "select * from u semi join t on u.a = t.b",
        {"a": "u.a=identity", "d": "u.d=identity"},
        "t.b=join u.a=join",
    ),
    ("select x.b from t x join t y on x.a = y.c", {"b": "t.b=identity"}, "t.a=join t.c=join"),
    ("select * exclude (a, b) from t", {"c": "t.c=identity"}, ""),
    ("select * exclude (b) replace (c + 1 as c) from t", {"a": "t.a=identity", "c": "t.c=transformed"}, ""),
    ("select * rename (a as z) from u", {"z": "u.a=identity", "d": "u.d=identity"}, ""),
    ("select u.* from t, u", {"a": "u.a=identity", "d": "u.d=identity"}, ""),
    ("from u", {"a": "u.a=identity", "d": "u.d=identity"}, ""),
    ("with t as (select d as z from u) select * from t", {"z": "u.d=identity"}, ""),
    ("with u as (select * from u) select a from u", {"a": "u.a=identity"}, ""),
    ("with x(p) as (select a from t) select p from x", {"p": "t.a=identity"}, ""),
    ("with x as (select sum(a) as s from t) select s + 1 as z from x", {"z": "t.a=aggregated"}, ""),
    ("select y.p from (select a as p from t where b > 1) as y", {"p": "t.a=identity"}, "t.b=filter"),
    ("select y.q from (select a, b from u, t) as y(p, q)", {"q": "t.b=identity"}, ""),
    (
        "with recursive r(n, m) as (select a, b from t union all select m, n + 1 from r where n < 5) "
        "select n from r",
        {"n": "t.a=identity t.a=transformed t.b=identity t.b=transformed"},
        "t.a=filter t.b=filter",
    ),
    (
        "select (select max(d) from u where u.a = t.b) as m from t",
        {"m": "t.b=filter u.a=filter u.d=aggregated"},
        "",
    ),
    (
        "select a from t where exists (select 1 from u where u.d = t.b)",
        {"a": "t.a=identity"},
        "t.b=filter u.d=filter",
    ),
    ("select a from t where b in (select d from u)", {"a": "t.a=identity"}, "t.b=filter u.d=filter"),
    ("select z from t, lateral (select t.b + 1 as z) as l", {"z": "t.b=transformed"}, ""),
    ("select a from t union all select d from u", {"a": "t.a=identity u.d=identity"}, ""),
    (
        "select a from t union select d from u",
        {"a": "t.a=identity u.d=identity"},
        "t.a=set_operation u.d=set_operation",
    ),
    ("select a from t except select d from u", {"a": "t.a=identity"}, "t.a=set_operation u.d=set_operation"),
    (
        "select a, b from t union all by name select d as b, a from u",
        {"a": "t.a=identity u.a=identity", "b": "t.b=identity u.d=identity"},
        "",
    ),
    ("select unnest(items) as i from list", {"i": "list.items=transformed"}, "list.items=expansion"),
    (
        "select i from list, unnest(list.items) as g(i)",
        {"i": "list.items=transformed"},
        "list.items=expansion",
    ),
    ("select list_transform(items, lambda a: a + 1) as l from list", {"l": "list.items=transformed"}, ""),
    ("select [a + 1 for a in items] as l from list", {"l": "list.items=transformed"}, ""),
    ("select items.x.y as v from list", {"v": "list.items=transformed"}, ""),
    ("select u from u", {"u": "u.a=transformed u.d=transformed"}, ""),
    ("select a + 1 as k, k * 2 as l from t", {"k": "t.a=transformed", "l": "t.a=transformed"}, ""),
    ("select b as a, a + 1 as l from t", {"a": "t.b=identity", "l": "t.a=transformed"}, ""),
    (
        "select * from t pivot (sum(b) for a in (1 as one, 2 as two))",
        {"c": "t.c=identity", "one": "t.a=aggregated t.b=aggregated", "two": "t.a=aggregated t.b=aggregated"},
        "t.c=grouping",
    ),
    (
        "select v, n, c from t unpivot (v for n in (a, b))",
        {
            "v": "t.a=transformed t.b=transformed",
            "n": "t.a=transformed t.b=transformed",
            "c": "t.c=identity",
        },
        "t.a=filter t.b=filter",
    ),
    ("select x from elsewhere", {"x": "elsewhere.x=identity?"}, ""),
    ("select x, a from elsewhere, u", {"x": "elsewhere.x=identity?", "a": "u.a=identity"}, ""),
    ("select x from one, two", {"x": "one.x=identity? two.x=identity?"}, ""),
    ("select x from (select * from elsewhere)", {"x": "elsewhere.x=identity?"}, ""),
    ("create table z as select a from t", {"a": "t.a=identity"}, ""),
    ("create view z(p) as with q as (select b from t) select b from q", {"p": "t.b=identity"}, ""),
    ("values (1, 2)", {"col0": "", "col1": ""}, ""),
]


@pytest.mark.parametrize(("sql", "columns", "rows"), _CASES, ids=[case[0] for case in _CASES])
def test_columns_come_from(sql: str, columns: dict[str | None, str], rows: str) -> None:
    traced = _traced(sql)
    assert _outputs(traced) == columns
    assert _told(traced.rows.decided) == rows
    assert not traced.gaps


@pytest.mark.parametrize(
    ("dialect", "sql", "name", "origins"),
    [
        ("postgres", 'select A as "Z" from t', "Z", "t.a=identity"),
        ("postgres", "select A as Z from T", "z", "t.a=identity"),
        ("duckdb", 'select "A" as Z from T', "Z", "T.a=identity"),
        ("snowflake", "select a as z from elsewhere", "Z", "ELSEWHERE.A=identity?"),
        ("snowflake", 'select "a" as z from elsewhere', "Z", "ELSEWHERE.a=identity?"),
        ("bigquery", "select A as Z from `p.d.t`", "Z", "t.a=identity"),
        ("databricks", "select k from t lateral view explode(b) e as k", "k", "t.b=transformed"),
    ],
)
def test_names_are_folded_as_the_dialect_folds_them(dialect: str, sql: str, name: str, origins: str) -> None:
    assert _outputs(_traced(sql, dialect)) == {name: origins}


def test_a_quoted_name_of_another_case_is_another_column() -> None:
    traced = _traced('select "A" from t', "postgres")
    assert traced.gaps == (("unknown_column", "no source has a column A"),)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("select from where", "unparseable"),
        ("", "unparseable"),
        (f"select {'(' * 5000}1{')' * 5000}", "unparseable"),
        (f"select {'not ' * 20000}true", "unparseable"),
    ],
)
def test_what_cannot_be_read_is_a_gap(sql: str, code: str) -> None:
    shape = shape_of(sql, "duckdb")
    assert not shape.blocks
    assert [gap[0] for gap in shape.gaps] == [code]


def test_a_statement_that_no_rule_is_known_for_may_use_all_that_its_tables_have() -> None:
    traced = _traced("pivot t on a using sum(b)")
    assert traced.rows.rest is not None
    assert _told(traced.rows.rest) == "t.a=unknown t.b=unknown t.c=unknown"
    assert "not_understood" in [code for code, _ in traced.gaps]


def test_long_chains_of_queries_and_operators_are_followed() -> None:
    steps = ", ".join(f"x{number} as (select a from x{number - 1})" for number in range(1, 800))
    assert _outputs(_traced(f"with x0 as (select a from t), {steps} select a from x799")) == {
        "a": "t.a=identity"
    }
    union = " union all ".join(["select a from t"] * 800)
    assert _outputs(_traced(union)) == {"a": "t.a=identity"}
    assert _outputs(_traced(f"select {' + '.join(['a'] * 3000)} as s from t")) == {"s": "t.a=transformed"}
