"""Two stored runs are compared: what changed, where, and what is downstream of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import UNSET

from confiture.cli.metadata_text import render_markdown, render_text
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import DatabaseError
from confiture.models.dbt import DbtChecksum, DbtColumn, DbtEdge, DbtExtraction
from confiture.models.metadata import EdgeChange, FieldChange, Reached, RunDiff
from confiture.warehouse.sources import dbt_source, schema_source
from warehouse.support import MANIFESTS, chain, many, resource, source, write_target

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture.warehouse import MetadataStore
    from confiture.warehouse.sources import RunSource


def _diff(store: MetadataStore, old: RunSource, new: RunSource) -> RunDiff:
    return store.diff(store.push(old).run, store.push(new).run)


def _fields(diff: RunDiff) -> dict[str, tuple[Any, Any]]:
    (node,) = diff.nodes
    assert node.change == "modified"
    return {field.path: (field.old, field.new) for field in node.fields}


def test_equal_runs_have_no_difference(store: MetadataStore) -> None:
    diff = _diff(store, many(10), many(10))
    assert (diff.ok, diff.nodes, diff.edges, diff.downstream, diff.notes) == (True, (), (), (), ())


def test_added_removed_and_modified_nodes_are_told_with_what_is_downstream(store: MetadataStore) -> None:
    a, b, c, d = (resource(name) for name in "abcd")
    new_b = resource("b", description="new", config={"enabled": False})
    diff = _diff(store, source(chain(a, b, c)), source(chain(a, new_b, d, c)))
    assert [(node.change, node.identity, node.kind) for node in diff.nodes] == [
        ("modified", "model.shop.b", "model"),
        ("added", "model.shop.d", "model"),
    ]
    assert diff.nodes[0].fields == (
        FieldChange(path="config.enabled", new=False),
        FieldChange(path="description", new="new"),
    )
    needs = {"source": "model.shop.c", "kind": "depends_on"}
    assert set(diff.edges) == {
        EdgeChange(change="removed", target="model.shop.b", **needs),
        EdgeChange(change="added", target="model.shop.d", **needs),
        EdgeChange(change="added", source="model.shop.d", target="model.shop.b", kind="depends_on"),
    }
    back = store.diff(diff.new, diff.old)
    assert [(node.change, node.identity) for node in back.nodes] == [
        ("modified", "model.shop.b"),
        ("removed", "model.shop.d"),
    ]
    assert (diff.ok, back.ok) == (False, False)


def test_downstream_is_everything_that_needs_a_change_by_its_distance(store: MetadataStore) -> None:
    nodes = [resource(name) for name in "abcde"]
    old = chain(*nodes)
    # One way around, and one in a circle.
    edges = (*old.edges, DbtEdge(parent="model.shop.b", child="model.shop.e"))
    edges = (*edges, DbtEdge(parent="model.shop.e", child="model.shop.b"))
    old = DbtExtraction(nodes=old.nodes, edges=edges)
    changed = tuple(resource("b", description="new") if node.name == "b" else node for node in old.nodes)
    diff = _diff(store, source(old), source(DbtExtraction(nodes=changed, edges=edges)))
    assert [node.identity for node in diff.nodes] == ["model.shop.b"]
    assert diff.edges == ()
    assert diff.downstream == (
        Reached(identity="model.shop.c", distance=1),
        Reached(identity="model.shop.d", distance=2),
        Reached(identity="model.shop.e", distance=1),
    )


_COLUMN = DbtColumn(name="id", data_type="integer", index=1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"tags": ("x",)}, {"tags": ("x", "y")}, {"tags": (["x"], ["x", "y"])}),
        ({}, {"meta": {"owner": {"name": "a"}}}, {"meta": (UNSET, {"owner": {"name": "a"}})}),
        (
            {"meta": {"owner": {"name": "a"}, "same": 1}},
            {"meta": {"owner": {"name": "b"}, "same": 1}},
            {"meta.owner.name": ("a", "b")},
        ),
        ({"config": {"x": 1}}, {"config": {"x": True}}, {"config.x": (1, True)}),
        ({"config": {"x": None}}, {"config": {}}, {"config.x": (None, UNSET)}),
        ({"code_sha256": "0" * 64}, {"code_sha256": "1" * 64}, {"code_sha256": ("0" * 64, "1" * 64)}),
        (
            {"columns": (_COLUMN,)},
            {"columns": (DbtColumn(name="id", data_type="bigint", index=1),)},
            {"columns.id.data_type": ("integer", "bigint")},
        ),
        (
            {"columns": (_COLUMN,)},
            {"columns": (_COLUMN, DbtColumn(name="b"))},
            {"columns.b": (UNSET, {"name": "b"})},
        ),
        (
            {"columns": (DbtColumn(name="a"), DbtColumn(name="b"))},
            {"columns": (DbtColumn(name="b"), DbtColumn(name="a"))},
            {"columns": (["a", "b"], ["b", "a"])},
        ),
    ],
)
def test_the_key_or_column_that_changed_is_named(
    old: dict[str, Any], new: dict[str, Any], expected: dict[str, Any], store: MetadataStore
) -> None:
    assert (
        _fields(_diff(store, source(chain(resource("a", **old))), source(chain(resource("a", **new)))))
        == expected
    )


def _of(environment: str | None, database: str) -> RunSource:
    return source(chain(resource("a", database=database, schema=database)), environment)


@pytest.mark.parametrize(
    ("old", "new", "is_change"),
    [("dev", "prod", False), (None, None, False), (None, "prod", False), ("prod", "prod", True)],
)
def test_where_relations_are_counts_inside_of_one_environment(
    old: str | None, new: str | None, is_change: bool, store: MetadataStore
) -> None:
    diff = _diff(store, _of(old, "one"), _of(new, "two"))
    assert diff.ok is not is_change
    if is_change:
        assert _fields(diff) == {"database": ("one", "two"), "schema": ("one", "two")}
        assert diff.nodes[0].kind == "model"
    else:
        assert "1 relations are in another place" in diff.notes[0]


def test_relations_that_moved_are_asked_for_at_once(
    store: MetadataStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    rows = store.rows

    def count(query: Any) -> Any:
        nonlocal asked
        asked += 1
        return rows(query)

    told = []
    for number in (2, 20):
        runs = [
            store.push(source(chain(*(resource(f"m{each}", schema=place) for each in range(number))), "prod"))
            for place in ("one", "two")
        ]
        asked = 0
        with monkeypatch.context() as patch:
            patch.setattr(store, "rows", count)
            diff = store.diff(runs[0].run, runs[1].run)
        assert [node.kind for node in diff.nodes] == ["model"] * number
        told.append(asked)
    assert told[0] == told[1]


def test_a_project_pushed_by_two_dbt_versions_from_two_environments_is_the_same(
    store: MetadataStore, tmp_path: Path
) -> None:
    document = json.loads((MANIFESTS / "manifest_1.12.json").read_text(encoding="utf-8"))
    old = dbt_source(write_target(tmp_path / "old", document), environment="dev")
    document["metadata"] |= {
        "generated_at": "2031-01-01T00:00:00Z",
        "invocation_id": "other",
        "env": {"A": "b"},
    }
    for node in [*document["nodes"].values(), *document["sources"].values()]:
        node["relation_name"] = str(node.get("relation_name")).replace("library", "other")
        node |= {"database": "other", "schema": f"other_{node['schema']}", "created_at": 1.5}
    new = dbt_source(write_target(tmp_path / "new", document), environment="prod")
    diff = _diff(store, old, new)
    assert (diff.nodes, diff.edges) == ((), ())
    assert old.source_digest != new.source_digest


def test_types_of_a_catalog_do_not_count_where_only_one_run_has_one(store: MetadataStore) -> None:
    told = (DbtColumn(name="id", description="key"), DbtColumn(name="x"))
    known = (
        DbtColumn(name="ID", description="key", data_type="integer", index=1, comment="c"),
        DbtColumn(name="X", data_type="text", index=2),
        DbtColumn(name="Y", data_type="text", index=3),
    )
    old = source(chain(resource("a", columns=told)))
    diff = _diff(store, old, source(chain(resource("a", columns=known)), has_catalog=True))
    assert diff.ok
    assert diff.notes == (
        "What only a database knows of columns is not compared: one of the runs has no catalog.",
    )
    changed = (DbtColumn(name="ID", description="other", data_type="integer", index=1),)
    diff = _diff(store, old, source(chain(resource("a", columns=changed)), has_catalog=True))
    assert _fields(diff) == {"columns.id.description": ("key", "other")}


def test_checksums_count_where_no_code_tells(store: MetadataStore) -> None:
    def seed(name: str, checksum: str, code: str | None = None) -> RunSource:
        return source(
            chain(resource("a", checksum=DbtChecksum(name=name, checksum=checksum), code_sha256=code))
        )

    assert _fields(_diff(store, seed("sha256", "x"), seed("sha256", "y"))) == {
        "checksum.checksum": ("x", "y")
    }
    assert _diff(store, seed("sha256", "x"), seed("path", "y")).ok
    assert _diff(store, seed("sha256", "x", "0" * 64), seed("sha256", "y", "0" * 64)).ok


def test_two_schema_runs_are_compared_by_what_their_objects_are(
    store: MetadataStore, make_project: Callable[..., Path]
) -> None:
    tables = "CREATE TABLE a (id int PRIMARY KEY, x text);\nCREATE VIEW v AS SELECT id FROM a;\n"
    more = "CREATE VIEW w AS SELECT id FROM v;\nCREATE TABLE gone (id int);\n"
    old = make_project({"db/schema/a.sql": tables + more}, "old")
    moved = (
        "-- Moved.\n\n" + tables.replace("x text", "x bigint, y int") + "CREATE VIEW w AS\nSELECT id FROM v;"
    )
    new = make_project({"db/schema/b.sql": moved}, "new")
    diff = _diff(store, *(schema_source(SchemaBuilder("local", one), dataset="d") for one in (old, new)))
    changes = {node.identity: node for node in diff.nodes}
    assert {called: node.change for called, node in changes.items()} == {
        "table public.a": "modified",
        "table public.gone": "removed",
    }
    fields = {field.path: (field.old, field.new) for field in changes["table public.a"].fields}
    assert fields.pop("fingerprint")[0] != UNSET
    assert fields == {
        "columns.x.type": ("text", "bigint"),
        "columns.y": (UNSET, {"name": "y", "type": "integer"}),
    }
    assert diff.edges == ()
    assert diff.downstream == (
        Reached(identity="view public.v", distance=1),
        Reached(identity="view public.w", distance=2),
    )


def test_nothing_of_a_run_tells_a_terminal_what_to_do(store: MetadataStore) -> None:
    escape = "\x1b[31m\u202e"
    name = f"a{escape}"
    old, new = (
        resource(name, resource_type=name, tags=tags, config={name: tags[0]}, meta={name: tags})
        for tags in ((name,), (name, name))
    )
    other = resource("b", resource_type=name, unique_id=name)
    diff = _diff(store, source(chain(old), name), source(chain(new, other), name))
    assert not diff.ok
    for text in (render_text(diff), render_markdown(diff)):
        assert [line for line in text.splitlines() if not line.isprintable()] == []


def test_runs_of_different_sources_are_not_compared(
    store: MetadataStore, make_project: Callable[..., Path]
) -> None:
    project = make_project({"db/schema/a.sql": "CREATE TABLE a (id int);"})
    with pytest.raises(DatabaseError, match="cannot be compared") as caught:
        _diff(store, many(1), schema_source(SchemaBuilder("local", project)))
    assert caught.value.error_code == "DATABASE_025"


def test_a_comparison_of_damaged_runs_is_an_error(store: MetadataStore) -> None:
    old, new = store.push(many(3)).run, store.push(many(4, mark="new")).run
    assert not store.diff(old, new).ok
    store.warehouse.execute(store.tables.nodes.update().values(columns='[{"x": 1}]'))
    with pytest.raises(DatabaseError, match="missing or changed"):
        store.diff(old, new)
    store.warehouse.execute(store.tables.edges.delete())
    with pytest.raises(DatabaseError, match="missing or changed"):
        store.diff(old, new)
    store.warehouse.execute(store.tables.nodes.delete())
    with pytest.raises(DatabaseError, match="missing or changed"):
        store.diff(old, new)
