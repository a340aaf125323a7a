"""Loading manifests and asking them."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import pytest

from confiture.dbt import (
    DbtCatalog,
    DbtManifest,
    DbtNode,
    current,
    get_node_count,
    get_node_dependencies,
    load_manifest,
)
from confiture.exceptions import ManifestError
from manifests.documents import CATALOGS, MANIFESTS, NEWEST, OLDEST, encoded, models, name_of, small_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import DbtDocument, Engine


@pytest.mark.parametrize("path", MANIFESTS, ids=name_of)
def test_every_field_of_a_real_manifest_is_known_and_it_is_written_back_as_it_was(
    path: Path, engine: Engine
) -> None:
    content = path.read_bytes()

    manifest = DbtManifest.load(path, strict=True)

    assert manifest.to_json() == content
    assert manifest.to_json("dbt") == content
    assert (
        manifest.to_json("compact")
        == json.dumps(json.loads(content), separators=(",", ":"), ensure_ascii=True).encode()
    )


@pytest.mark.parametrize("path", CATALOGS, ids=name_of)
def test_every_field_of_a_real_catalog_is_known_and_it_is_written_back_as_it_was(
    path: Path, engine: Engine
) -> None:
    content = path.read_bytes()

    catalog = DbtCatalog.load(content, strict=True)

    assert catalog.to_json("dbt") == content
    parsed = json.loads(content)
    tables = parsed["nodes"] | parsed["sources"]
    assert catalog.unique_ids == list(tables)
    for unique_id, table in tables.items():
        assert catalog.columns(unique_id) == sorted(table["columns"].values(), key=lambda one: one["index"])
        assert unique_id in catalog
    assert catalog.columns("model.no.such") == []


@pytest.mark.parametrize("path", MANIFESTS, ids=name_of)
def test_resources_are_those_of_the_document(path: Path, engine: Engine) -> None:
    parsed = json.loads(path.read_bytes())
    manifest = DbtManifest.load(path)
    aside = ("metadata", "selectors", "disabled", "parent_map", "child_map", "group_map")
    expected = {
        unique_id: resource
        for section, resources in parsed.items()
        if section not in aside
        for unique_id, resource in resources.items()
    }

    assert {node.unique_id: node.to_dict() for node in manifest} == expected
    assert [node.unique_id for node in manifest] == list(expected)
    assert {node.unique_id: dict(node) for node in manifest} == expected
    assert len(manifest) == len(expected)
    assert manifest.node_count == len(parsed["nodes"])
    assert manifest.metadata == parsed["metadata"]
    assert manifest.sections == list(parsed)
    disabled = [node for nodes in (parsed["disabled"] or {}).values() for node in nodes]
    assert [node.to_dict() for node in manifest.disabled()] == disabled
    for kind, count in manifest.counts.items():
        found = list(manifest.resources(kind))
        assert len(found) == count
        assert all(node["resource_type"] == kind for node in found)


@pytest.mark.parametrize("path", MANIFESTS, ids=name_of)
def test_neighbours_are_those_of_the_maps_that_dbt_writes(path: Path, engine: Engine) -> None:
    manifest = DbtManifest.load(path)
    parents, children = manifest.section("parent_map"), manifest.section("child_map")

    for unique_id, expected in parents.items():
        assert sorted(manifest.dependencies(unique_id)) == sorted(expected)
    for unique_id, expected in children.items():
        assert sorted(manifest.dependents(unique_id)) == sorted(expected)
    assert sorted(manifest.topological_order()) == sorted(parents)
    assert manifest.dangling() == []
    assert manifest.find_cycle() is None


def test_a_topological_order_has_dependencies_first_and_else_the_order_of_the_manifest(
    engine: Engine,
) -> None:
    content = encoded(small_manifest(nodes=models(d=["b", "c"], c=["a"], b=["a"], a=[], e=[])))

    order = DbtManifest.load(content).topological_order()

    assert [unique_id.rpartition(".")[2] for unique_id in order] == ["a", "c", "b", "d", "e"]


def test_ancestors_and_descendants_go_as_far_as_asked(engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes=models(a=[], b=["a"], c=["b"], d=["c", "a"]))))

    assert manifest.ancestors("model.p.d") == ["model.p.a", "model.p.b", "model.p.c"]
    assert manifest.ancestors("model.p.d", 1) == ["model.p.a", "model.p.c"]
    assert manifest.ancestors("model.p.d", 0) == []
    assert manifest.descendants("model.p.a", 2) == ["model.p.b", "model.p.c", "model.p.d"]
    assert manifest.subgraph(["model.p.d", "model.p.a"]) == {"model.p.d": ["model.p.a"], "model.p.a": []}


def test_a_cycle_is_found_and_named(engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes=models(x=["b"], a=["b"], b=["c"], c=["a"]))))

    assert manifest.find_cycle() == ["model.p.a", "model.p.b", "model.p.c"]
    assert manifest.ancestors("model.p.a") == ["model.p.a", "model.p.b", "model.p.c"]
    with pytest.raises(ManifestError) as raised:
        manifest.topological_order()
    assert raised.value.error_code == "MANIFEST_021"
    assert raised.value.message == ("There is a cycle: model.p.a -> model.p.b -> model.p.c -> model.p.a.")


def test_a_dependency_on_what_is_not_there_is_kept(engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes=models(a=["gone", "gone"]))))

    assert manifest.dependencies("model.p.a") == ["model.p.gone"]
    assert manifest.dangling() == ["model.p.gone"]
    assert manifest.get("model.p.gone") is None
    assert "model.p.gone" not in manifest
    assert manifest.topological_order() == ["model.p.a"]


def test_resource_types_and_fields_that_nobody_knows_are_kept(engine: Engine) -> None:
    thing = {"resource_type": "thing", "unique_id": "thing.p.t", "x": [1.0, None]}
    document = small_manifest(
        nodes={"robot.p.r": {"unique_id": "robot.p.r", "depends_on": {"nodes": ["thing.p.t"]}, "new": {}}},
        things={"thing.p.t": thing, "notes": {"about": "things"}},
        numbers=[1, 2],
    )

    manifest = DbtManifest.load(encoded(document))

    assert manifest.counts == {"robot": 1, "thing": 1}
    assert manifest["thing.p.t"].to_dict() == thing
    assert list(manifest["robot.p.r"]) == ["unique_id", "depends_on", "new"]
    assert manifest.dependents("thing.p.t") == ["robot.p.r"]
    assert manifest.section("numbers") == [1, 2]


def test_values_are_those_that_json_has(engine: Engine) -> None:
    written = (
        '{"i": 18446744073709551615, "f": 3.0, "n": -0.0, "z": -0, "x": NaN, "y": [Infinity, -Infinity], '
        '"e": 1e400, "b": 123456789012345678901234567890, "s": "\\ud83d\\ude00 \\u00e9\\/\\n", '
        '"l": "\\ud800 and \\udc00", "d": {"k\\u0065y": true, "": {}}, "m": []}'
    )
    content = encoded(small_manifest(nodes={"model.p.m": {"meta": 0}})).replace(
        b"0}}", written.encode() + b"}}"
    )

    manifest = DbtManifest.load(content)

    assert repr(manifest["model.p.m"]["meta"]) == repr(json.loads(written))
    assert manifest.to_json() == content
    compact = manifest.to_json("compact")
    assert b'"n":-0.0,"z":-0,"x":NaN' in compact
    assert manifest.to_json("dbt") == content.replace(b"\\/", b"/").replace(b"k\\u0065y", b"key")


def test_a_unique_id_that_is_no_text_counts_for_nothing(engine: Engine) -> None:
    content = encoded(small_manifest(nodes={"model.p.m": {"unique_id": "\ud800"}}))

    assert DbtManifest.load(content)["model.p.m"]["unique_id"] == "\ud800"


def test_what_is_returned_is_the_callers_own(engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes=models(a=[]))))

    manifest["model.p.a"]["depends_on"]["nodes"].append("model.p.b")
    manifest.metadata["new"] = 1
    manifest["model.p.a"].to_dict().clear()
    manifest.dependencies("model.p.a").append("x")

    assert manifest["model.p.a"]["depends_on"]["nodes"] == []
    assert "new" not in manifest.metadata
    assert manifest.dependencies("model.p.a") == []


def test_an_unknown_id_is_an_error_that_knows_a_better_one(engine: Engine) -> None:
    manifest = DbtManifest.load(NEWEST)

    for ask in (manifest.dependencies, manifest.ancestors, manifest.dependents, manifest.descendants):
        with pytest.raises(ManifestError) as raised:
            ask("model.library.stg_book")
        assert raised.value.error_code == "MANIFEST_020"
        assert raised.value.message == "The manifest has no resource model.library.stg_book."
        assert "model.library.stg_books" in (raised.value.resolution_hint or "")
    with pytest.raises(ManifestError):
        manifest["model.library.stg_book"]
    assert manifest.get("model.library.stg_book") is None


@pytest.mark.parametrize("path", [OLDEST, NEWEST], ids=name_of)
def test_references_lead_where_dbt_leads_them(path: Path, engine: Engine) -> None:
    manifest = DbtManifest.load(path)

    assert manifest.resolve_ref("stg_books").unique_id == "model.library.stg_books"
    assert manifest.resolve_ref("books", "library").unique_id == "seed.library.books"
    assert manifest.resolve_ref("popular_books").unique_id == "model.library.popular_books.v2"
    assert manifest.resolve_ref("popular_books", version=1).unique_id == "model.library.popular_books.v1"
    assert manifest.resolve_ref("popular_books", version="1")["version"] == 1
    assert manifest.resolve_source("desk", "loans").unique_id == "source.library.desk.loans"
    for resource in manifest.resources("model"):
        expected = [
            manifest.resolve_ref(ref["name"], ref["package"], ref["version"]).unique_id
            for ref in resource["refs"]
        ] + [manifest.resolve_source(*source).unique_id for source in resource["sources"]]
        assert sorted(expected) == sorted(resource["depends_on"]["nodes"])


def _node(unique_id: str, **fields: Any) -> dict[str, Any]:
    return {unique_id: {"unique_id": unique_id, "resource_type": "model", **fields}}


def test_references_that_lead_nowhere_or_to_several_are_errors(engine: Engine) -> None:
    nodes = _node("model.a.m", name="m", package_name="a") | _node("model.b.m", name="m", package_name="b")
    document = small_manifest(nodes=nodes)
    manifest = DbtManifest.load(encoded(document))

    with pytest.raises(ManifestError) as ambiguous:
        manifest.resolve_ref("m")
    assert ambiguous.value.message == "ref('m') leads to more than one resource: model.a.m, model.b.m."
    assert ambiguous.value.error_code == "MANIFEST_023"
    with pytest.raises(ManifestError) as unknown:
        manifest.resolve_ref("mm", "a", 2)
    assert unknown.value.message == "ref('a', 'mm', version=2) leads to no resource of the manifest."
    assert unknown.value.resolution_hint == "Did you mean m?"
    with pytest.raises(ManifestError):
        manifest.resolve_ref("m", version=1)
    with pytest.raises(ManifestError):
        manifest.resolve_source("m", "m")
    assert manifest.resolve_ref("m", "b").unique_id == "model.b.m"
    document["metadata"]["project_name"] = "a"
    assert DbtManifest.load(encoded(document)).resolve_ref("m").unique_id == "model.a.m"


def test_the_plain_functions_answer_from_the_manifest_that_was_loaded_last(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "_current", None)
    with pytest.raises(ManifestError) as raised:
        get_node_count()
    assert raised.value.error_code == "MANIFEST_024"

    load_manifest(encoded(small_manifest(nodes=models(a=[], b=["a"]))).decode())

    assert get_node_count() == 2
    assert get_node_dependencies("model.p.b") == ["model.p.a"]
    with pytest.raises(ManifestError):
        load_manifest("{}")
    assert get_node_count() == 2


def test_eight_threads_get_the_answers_of_one(engine: Engine) -> None:
    manifest = DbtManifest.load(NEWEST)
    ids = [node.unique_id for node in manifest]

    def answers() -> list[object]:
        return [
            manifest.topological_order(),
            [manifest.dependencies(unique_id) for unique_id in ids],
            [manifest.ancestors(unique_id) for unique_id in ids],
            [manifest[unique_id].to_dict() for unique_id in ids],
            manifest.resolve_ref("popular_books").unique_id,
            manifest.to_json("compact"),
            manifest.counts,
        ]

    expected = answers()
    found: list[list[object]] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        for _ in range(5):
            found.append(answers())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [expected] * 40


@pytest.mark.parametrize("question", ["ancestors", "descendants"])
def test_depths_are_whole_numbers_from_nothing_on(question: str, engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes=models(a=["b"], b=["c"], c=[]))))
    ask = getattr(manifest, question)

    assert ask("model.p.b", 0) == []
    assert ask("model.p.b", 2**100) == ask("model.p.b") != []
    for negative in (-1, -(2**100)):
        with pytest.raises(ValueError, match="depth is at least 0"):
            ask("model.p.b", negative)
    for other in ("1", 1.0, True):
        with pytest.raises(TypeError, match="depth is an integer or None"):
            ask("model.p.b", other)


def test_an_id_that_is_no_text_of_a_document_is_unknown(engine: Engine) -> None:
    manifest = DbtManifest.load(NEWEST)
    asked: list[Callable[[str], object]] = [
        manifest.__getitem__,
        manifest.dependencies,
        manifest.dependents,
        manifest.ancestors,
        manifest.descendants,
    ]

    assert "\ud800" not in manifest
    assert manifest.get("\ud800") is None
    for ask in asked:
        with pytest.raises(ManifestError) as caught:
            ask("\ud800")
        assert caught.value.error_code == "MANIFEST_020"


@pytest.mark.parametrize("path", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("kind", [DbtManifest, DbtCatalog])
def test_a_path_that_no_file_can_have_cannot_be_read(
    path: str, kind: type[DbtManifest | DbtCatalog], engine: Engine
) -> None:
    with pytest.raises(ManifestError, match="cannot be read: Invalid argument") as caught:
        kind.load(path)

    assert caught.value.error_code == "MANIFEST_001"


def test_items_and_values_are_those_of_the_fields_in_one_pass(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = {"resource_type": "model", "name": "a", "meta": {"b": [1]}, "\ud800": 1}
    resource = DbtManifest.load(encoded(small_manifest(nodes={"model.p.a": node})))["model.p.a"]
    told = dict(resource)
    monkeypatch.delattr(type(resource), "__getitem__")

    assert list(resource.items()) == list(told.items())
    assert list(resource.values()) == list(told.values())
    assert list(told) == ["resource_type", "name", "meta"]


def test_a_node_is_searched_through_once_however_many_fields_are_asked_for(engine: Engine) -> None:
    document = DbtManifest.load(NEWEST)._document
    asked: list[str] = []

    class Asked:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(document, name)

    row = document.resources()[0]
    node = DbtNode(cast("DbtDocument", Asked()), 0, row)

    told = dict(node)

    assert told == document.node(0)
    assert list(told) == list(node)
    assert all(name in node for name in told)
    assert Counter(asked) == {"places": 1, "value_at": len(told)}


def test_a_field_that_is_no_text_of_a_document_is_missing(engine: Engine) -> None:
    node = DbtManifest.load(encoded(small_manifest(nodes={"model.p.a": {"\ud800": 1}})))["model.p.a"]

    assert "\ud800" not in node
    assert node.get("\ud800") is None


def test_the_names_that_could_be_meant_are_listed_only_for_an_error(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = DbtManifest.load(NEWEST)
    seed = next(manifest.resources("seed"))
    source = next(manifest.resources("source"))
    assert manifest.resolve_ref(seed["name"]).unique_id == seed.unique_id

    class Known(dict[Any, Any]):
        def __iter__(self) -> Any:
            raise AssertionError("the names are listed")

    for held in ("_nodes", "_sources"):
        monkeypatch.setattr(manifest._references, held, Known(getattr(manifest._references, held)))

    assert manifest.resolve_ref(seed["name"]).unique_id == seed.unique_id
    assert manifest.resolve_source(source["source_name"], source["name"]).unique_id == source.unique_id
    with pytest.raises(AssertionError, match="listed"):
        manifest.resolve_ref("nothing")


def test_sections_and_types_may_be_as_many_as_there_are(engine: Engine) -> None:
    count = 2**16 + 10
    sections = {f"s{number}": {f"t{number}.p.a": {"resource_type": f"t{number}"}} for number in range(count)}

    manifest = DbtManifest.load(encoded(small_manifest(**sections)))

    assert manifest.counts == {f"t{number}": 1 for number in range(count)}
    assert [node.collection for node in manifest] == list(sections)
