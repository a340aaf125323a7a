"""How a person may name an object."""

from __future__ import annotations

import pytest

import confiture
from confiture._failures import display_path
from confiture.exceptions import SchemaError
from confiture.lineage.graph import LineageGraph
from confiture.lineage.lookup import find_object
from confiture.models.schema.model import SchemaModel
from lineage.models import SHOP, needs, table

GRAPH = LineageGraph.of_model(SHOP)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("table app.users", "table app.users"),
        ("app.users", "table app.users"),
        ("orders", "table app.orders"),
        ("table orders", "table app.orders"),
        ("  table   app.users ", "table app.users"),
        ("TABLE App.Users", "table app.users"),
        ('app."Mood"', 'type app."Mood"'),
        ('"Mood"', 'type app."Mood"'),
        ("Mood", 'type app."Mood"'),
        ("app.Mood", 'type app."Mood"'),
        ("function app.f(integer)", "function app.f(integer)"),
        ("app.f(text)", "function app.f(text)"),
        ("f(text)", "function app.f(text)"),
        ("touch", "function app.touch()"),
        ("app.touch", "function app.touch()"),
        ("function touch", "function app.touch()"),
        ("materialized view totals", "materialized view app.totals"),
        ("materialized_view app.totals", "materialized view app.totals"),
        ("audit", "trigger audit on app.users"),
        ("audit on app.users", "trigger audit on app.users"),
        ("audit on users", "trigger audit on app.users"),
        ("trigger audit", "trigger audit on app.users"),
        ("missing", "table app.missing"),
        ("schema app", "schema app"),
        ("app", "schema app"),
    ],
)
def test_an_object_is_found_by_every_way_to_name_it(text: str, called: str) -> None:
    assert find_object(GRAPH, text).called == called


@pytest.mark.parametrize("name", ["new\nline", "two  spaces", "tab\t", "\u202ename", "Back\\slash"])
def test_an_object_with_an_unusual_name_is_found_as_it_is_and_as_it_is_shown(name: str) -> None:
    graph = LineageGraph.of_model(SchemaModel(tables=(table("app", name),)))
    called = f'table app."{name}"'

    assert list(graph.objects) == [called]
    assert find_object(graph, called).called == called
    assert find_object(graph, f'app."{name}"').called == called
    assert find_object(graph, display_path(called)).called == called


@pytest.mark.parametrize("text", ["mood", "type mood", "public.mood", "MOOD"])
def test_a_second_definition_is_not_what_is_meant(text: str) -> None:
    model = confiture.parse_sql("CREATE TYPE mood AS ENUM ('glad'); CREATE TYPE mood AS ENUM ('sad');")
    graph = LineageGraph.of_model(model)

    assert sorted(graph.objects) == ["type mood", "type public.mood"]
    assert find_object(graph, text).called == "type public.mood"


def test_a_second_definition_of_a_table_is_no_object() -> None:
    model = confiture.parse_sql("CREATE TABLE customer (id int); CREATE TABLE customer (id bigint);")

    assert list(LineageGraph.of_model(model).objects) == ["table public.customer"]


def test_what_is_kept_as_it_is_can_be_meant() -> None:
    graph = LineageGraph.of_model(confiture.parse_sql("CREATE TABLE t AS SELECT * FROM f() AS x"))

    assert [item.is_opaque for item in graph.objects.values() if item.kind == "table"] == [True]
    assert sorted(graph.objects) == ["function f", "table public.t"]
    assert find_object(graph, "t").called == find_object(graph, "table t").called == "table public.t"


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("users", ["table app.users", "table audit.users"]),
        ("table users", ["table app.users", "table audit.users"]),
        ("f", ["function app.f(integer)", "function app.f(text)"]),
        ("app.f", ["function app.f(integer)", "function app.f(text)"]),
    ],
)
def test_all_that_could_be_meant_is_listed(text: str, candidates: list[str]) -> None:
    with pytest.raises(SchemaError) as raised:
        find_object(GRAPH, text)

    assert raised.value.error_code == "LINEAGE_002"
    assert raised.value.context["candidates"] == candidates
    for called in candidates:
        assert f"'{called}'" in raised.value.message


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("app.user", "table app.users"),
        ("usres", "table app.users"),
        ("table app.ordres", "table app.orders"),
        ("app.active_user", "view app.active_users"),
        ("MOODY", 'type app."Mood"'),
    ],
)
def test_what_is_not_there_leads_to_what_is(text: str, suggested: str) -> None:
    with pytest.raises(SchemaError) as raised:
        find_object(GRAPH, text)

    assert raised.value.error_code == "LINEAGE_001"
    assert raised.value.exit_code == 4
    assert f"'{suggested}'" in (raised.value.resolution_hint or "")


@pytest.mark.parametrize("text", ["", " ", "zzzzzzzz", "\x1b[31m", "'; DROP TABLE users;"])
def test_nonsense_is_an_error_that_can_be_printed(text: str) -> None:
    with pytest.raises(SchemaError) as raised:
        find_object(GRAPH, text)

    assert str(raised.value).replace("\n", "").isprintable()


def test_what_is_defined_comes_before_what_is_not() -> None:
    model = SchemaModel(
        tables=(table("app", "users"),),
        edges=(needs("table app.users", "table old.users", is_defined=False),),
    )

    assert find_object(LineageGraph.of_model(model), "users").called == "table app.users"


def test_a_long_list_of_candidates_is_cut() -> None:
    model = SchemaModel(tables=tuple(table(f"s{number}", "users") for number in range(50)))

    with pytest.raises(SchemaError) as raised:
        find_object(LineageGraph.of_model(model), "users")

    assert "30 more" in raised.value.message
    assert len(raised.value.context["candidates"]) == 50
