"""What is reached from an object, however the graph is made."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from confiture.lineage.graph import LineageGraph
from confiture.lineage.objects import objects_of
from confiture.models.lineage import LineageObject
from lineage.models import SHOP, needs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

LETTERS = "abcdef"


def graph_of(pairs: Iterable[tuple[str, str]], names: Iterable[str] = LETTERS) -> LineageGraph:
    objects = [LineageObject(called=name, kind="table", name=name) for name in names]
    return LineageGraph(objects, [needs(source, target) for source, target in pairs])


def reached(pairs: set[tuple[str, str]], start: str) -> dict[str, int]:
    """Distances by relaxing every edge until nothing changes."""
    distances = {start: 0}
    for _ in LETTERS:
        for source, target in sorted(pairs):
            if source in distances:
                distances[target] = min(distances.get(target, 99), distances[source] + 1)
    del distances[start]
    return distances


graphs = st.sets(st.tuples(st.sampled_from(LETTERS), st.sampled_from(LETTERS)))


@given(graphs, st.sampled_from(LETTERS))
def test_distances_are_those_of_the_shortest_ways(pairs: set[tuple[str, str]], start: str) -> None:
    graph = graph_of(pairs)
    turned = {(target, source) for source, target in pairs}

    assert graph.upstream(start) == reached(pairs, start)
    assert graph.downstream(start) == reached(turned, start)


@given(graphs, st.sampled_from(LETTERS), st.integers(1, 4))
def test_a_depth_leaves_out_what_is_further_away(pairs: set[tuple[str, str]], start: str, depth: int) -> None:
    every = reached(pairs, start)

    near = graph_of(pairs).upstream(start, depth)

    assert near == {name: distance for name, distance in every.items() if distance <= depth}


@given(graphs, st.randoms())
def test_the_order_in_which_a_graph_is_made_does_not_count(
    pairs: set[tuple[str, str]], random: Random
) -> None:
    shuffled = sorted(pairs)
    random.shuffle(shuffled)
    one, other = graph_of(sorted(pairs)), graph_of(shuffled, reversed(LETTERS))

    assert list(one.objects) == list(other.objects) == sorted(LETTERS)
    assert one.edges == other.edges


def test_a_long_chain_needs_no_recursion() -> None:
    names = [f"n{number:06}" for number in range(50_000)]
    graph = graph_of(pairwise(names), names)

    assert graph.upstream(names[0])[names[-1]] == 49_999
    assert graph.downstream(names[-1])[names[0]] == 49_999


def test_the_part_around_an_object_has_the_edges_between_its_objects() -> None:
    graph = graph_of([("a", "b"), ("b", "c"), ("d", "a"), ("d", "c"), ("e", "c")])

    part = graph.around("a")

    assert list(part.objects) == ["a", "b", "c", "d"]
    assert [(edge.source, edge.target) for edge in part.edges] == [
        ("a", "b"),
        ("b", "c"),
        ("d", "a"),
        ("d", "c"),
    ]
    distances = {name: (item.upstream, item.downstream) for name, item in part.objects.items()}
    assert distances == {"a": (0, 0), "b": (1, None), "c": (2, None), "d": (None, 1)}


def test_an_object_of_a_cycle_is_on_both_sides() -> None:
    part = graph_of([("a", "b"), ("b", "c"), ("c", "a")]).around("a")

    assert (part.objects["b"].upstream, part.objects["b"].downstream) == (1, 2)


def test_kinds_are_followed_alone() -> None:
    graph = LineageGraph.of_model(SHOP)

    tables = graph.of_kinds(["table"], "view app.active_users")

    assert list(tables.objects) == [
        "table app.missing",
        "table app.orders",
        "table app.users",
        "table audit.users",
        "view app.active_users",
    ]
    assert set(tables.upstream("view app.active_users")) == {"table app.users"}


def test_an_edge_of_several_kinds_is_one_need() -> None:
    objects = [LineageObject(called=name, kind="table", name=name) for name in "ab"]
    edges = [needs("a", "b", "type"), needs("a", "b", "default"), needs("a", "b", "type")]

    graph = LineageGraph(objects, edges)

    assert graph.needs("a") == {"b": ("default", "type")}
    assert graph.needed_by("b") == {"a": ("default", "type")}
    assert len(graph.edges) == 2


def test_every_end_of_an_edge_is_an_object() -> None:
    objects = objects_of(SHOP)

    for edge in SHOP.edges:
        assert edge.source in objects
        assert edge.target in objects
    assert len(LineageGraph.of_model(SHOP).edges) == len(SHOP.edges)


@pytest.mark.parametrize(
    ("called", "kind", "schema", "name"),
    [
        ("table app.missing", "table", "app", "missing"),
        ('table "a.b"."C""d"', "table", "a.b", 'C"d'),
        ("table missing", "table", None, "missing"),
        ("materialized view a.b", "materialized_view", "a", "b"),
        ("text search configuration x", "text_search_configuration", None, "x"),
        ("function app.f(integer)", "function", None, "app.f(integer)"),
        ("something odd", "unknown", None, "something odd"),
    ],
)
def test_an_undefined_target_is_what_its_name_says(
    called: str, kind: str, schema: str | None, name: str
) -> None:
    from confiture.models.schema.model import SchemaModel

    model = SchemaModel(edges=(needs("view v", called, is_defined=False),))

    target = objects_of(model)[called]

    assert (target.kind, target.schema, target.name, target.is_defined) == (kind, schema, name, False)


def test_opaque_definitions_are_objects_and_opaque_changes_are_not() -> None:
    objects = objects_of(SHOP)

    odd = objects["view app.odd"]
    assert odd.is_opaque
    assert odd.is_defined
    assert odd.place is not None
    assert odd.place.file == "odd.sql"
    assert not objects["table app.users"].is_opaque


def test_details_are_those_of_the_model() -> None:
    objects = objects_of(SHOP)

    users = objects["table app.users"]
    assert [(column.name, column.is_key, column.is_not_null) for column in users.columns] == [
        ("id", True, True),
        ("email", False, False),
        ("mood", False, False),
    ]
    assert users.comment == "People."
    assert objects['type app."Mood"'].labels == ("sad", "</script><b>", "happy")
    assert objects["trigger audit on app.users"].table == "users"
    assert "function app.f(text)" in objects  # an argument that is returned does not count
