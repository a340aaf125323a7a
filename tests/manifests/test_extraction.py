"""What a project consists of is the same whichever dbt wrote it down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture.artifacts import dumps_json, loads_json
from confiture.dbt import DbtCatalog, DbtManifest, extract
from confiture.exceptions import ArtifactError, ManifestError
from confiture.models.dbt import DbtExtraction
from manifests.documents import FIXTURES, MANIFESTS, encoded, name_of, small_manifest

if TYPE_CHECKING:
    from confiture._interface import Engine
    from confiture.models.dbt import DbtResource

_VERSIONS = ("1.5", "1.8", "1.12")

#: What later versions alone have (docs/dbt.md): these resource types, and metrics on semantic models.
_LATER = ("semantic_model", "saved_query", "unit_test", "function", "metric")
_LATER_MODELS = ("model.library.metricflow_time_spine",)

#: What dbt itself changed between versions (docs/dbt.md).
_CHANGED_BY_DBT = ("checksum",)


def _extracted(version: str) -> DbtExtraction:
    manifest = DbtManifest.load(FIXTURES / f"manifest_{version}.json")
    return extract(manifest, DbtCatalog.load(FIXTURES / f"catalog_{version}.json"))


def _common(extraction: DbtExtraction) -> dict[str, DbtResource]:
    return {
        node.unique_id: node
        for node in extraction.nodes
        if node.resource_type not in _LATER and node.unique_id not in _LATER_MODELS
    }


def _facts(node: DbtResource) -> dict[str, Any]:
    return {name: getattr(node, name) for name in node.__struct_fields__ if name not in _CHANGED_BY_DBT}


@pytest.mark.parametrize("version", _VERSIONS[:-1])
def test_a_project_is_extracted_alike_from_all_schema_versions(version: str, engine: Engine) -> None:
    old, new = _extracted(version), _extracted(_VERSIONS[-1])

    assert {key: _facts(node) for key, node in _common(old).items()} == {
        key: _facts(node) for key, node in _common(new).items()
    }
    common = _common(new)
    edges = [{(edge.child, edge.parent) for edge in one.edges if edge.child in common} for one in (old, new)]
    assert edges[0] == edges[1]
    assert len(edges[0]) > 10


def test_a_resource_has_what_the_project_says_and_what_the_database_has(engine: Engine) -> None:
    nodes = {node.unique_id: node for node in _extracted("1.12").nodes}

    model = nodes["model.library.popular_books.v2"]
    assert (model.version, model.access, model.group, model.materialized) == ("2", "public", "desk", "table")
    assert (model.identifier, model.tags) == ("popular_books_v2", ("nightly",))
    assert model.config == {}
    assert [(column.name, column.data_type, column.index) for column in model.columns] == [
        ("book_id", "INTEGER", 1),
        ("title", "VARCHAR", 2),
        ("loans", "BIGINT", 3),
        ("rounded", "BIGINT", 4),
    ]
    source = nodes["source.library.desk.loans"]
    assert source.meta == {"kept": [1, 2.0, None, {"deep": True}]}
    assert source.config == {
        "freshness": {"warn_after": {"count": 12, "period": "hour"}},
        "loaded_at_field": "due",
    }
    assert source.columns[0].description == "The loan."
    exposure = nodes["exposure.library.shelf_plan"]
    assert exposure.owner == {"name": "Ada", "email": "ada@example.org"}
    assert (exposure.type, exposure.maturity, exposure.url) == (
        "dashboard",
        "high",
        "https://example.org/shelves",
    )
    seed = nodes["seed.library.books"]
    assert seed.checksum is not None
    assert seed.code_sha256 is None


@pytest.mark.parametrize("path", MANIFESTS, ids=name_of)
def test_both_engines_extract_alike(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engines import ENGINES

    found = []
    for engine in ENGINES:
        monkeypatch.setenv("CONFITURE_ENGINE", engine)
        found.append(dumps_json(extract(DbtManifest.load(path))))

    assert all(one == found[0] for one in found)


def test_defaults_are_left_out_and_what_is_the_projects_own_is_not(engine: Engine) -> None:
    config = {
        "enabled": True,
        "materialized": "view",
        "lookback": 1,
        "batch_size": None,
        "docs": {"show": True, "node_color": None},
        "contract": {"enforced": True, "alias_types": True},
        "grants": {},
        "persist_docs": {"relation": False},
        "ours": None,
        "post-hook": [],
    }
    node = {"unique_id": "model.p.m", "resource_type": "model", "config": config}
    manifest = DbtManifest.load(encoded(small_manifest(nodes={"model.p.m": node})))

    (resource,) = extract(manifest).nodes

    assert resource.config == {
        "contract": {"enforced": True},
        "persist_docs": {"relation": False},
        "ours": None,
    }
    assert resource.materialized == "view"


_FUTURE = "https://schemas.getdbt.com/dbt/manifest/v20.json"

_WRONG = [
    ({"fqn": 5}, ".fqn", "an integer"),
    ({"fqn": [5]}, ".fqn[0]", "an integer"),
    ({"raw_code": 5}, ".raw_code", "an integer"),
    ({"columns": [1]}, ".columns", "a list"),
    ({"columns": {"a": 5}}, ".columns.a", "an integer"),
    ({"columns": {"a b": {"name": 1.5}}}, '.columns["a b"].name', "a float"),
    ({"columns": {"a": {"tags": {}}}}, ".columns.a.tags", "an object"),
    ({"columns": {"a": {"meta": []}}}, ".columns.a.meta", "a list"),
    ({"owner": 5}, ".owner", "an integer"),
    ({"tags": 5}, ".tags", "an integer"),
    ({"tags": [5]}, ".tags[0]", "an integer"),
    ({"tags": {"a": 1}}, ".tags", "an object"),
    ({"meta": 5}, ".meta", "an integer"),
    ({"source_meta": True}, ".source_meta", "a boolean"),
    ({"description": 5}, ".description", "an integer"),
    ({"name": 5}, ".name", "an integer"),
    ({"version": {}}, ".version", "an object"),
    ({"config": {"tags": ["a", None]}}, ".config.tags[1]", "null"),
    ({"config": {"meta": "text"}}, ".config.meta", "a string"),
    ({"config": {"materialized": 1}}, ".config.materialized", "an integer"),
    ({"description": "\ud800"}, ".description", "unpaired surrogates"),
    ({"meta": {"a": [{"b": "\udc00"}]}}, ".meta.a[0].b", "unpaired surrogates"),
    ({"config": {"a": {"\ud800": 1}}}, '.config.a["\\ud800"]', "unpaired surrogates"),
]


@pytest.mark.parametrize("resource_type", ["flux", "model"])
@pytest.mark.parametrize(("told", "path", "found"), _WRONG, ids=[path for _, path, _ in _WRONG])
def test_what_was_not_checked_when_loaded_is_checked_when_extracted(
    told: dict[str, Any], path: str, found: str, resource_type: str, engine: Engine
) -> None:
    unique_id = f"{resource_type}.p.a"
    document = small_manifest(nodes={unique_id: {"resource_type": resource_type, **told}})
    document["metadata"]["dbt_schema_version"] = _FUTURE
    manifest = DbtManifest.load(encoded(document))

    with pytest.raises(ManifestError) as caught:
        extract(manifest)

    assert caught.value.error_code == "MANIFEST_008"
    assert caught.value.context == {"path": f'nodes["{unique_id}"]{path}', "unique_id": unique_id}
    assert f"has {found} at" in caught.value.message


def test_values_that_are_empty_or_rare_are_extracted(engine: Engine) -> None:
    told = {
        "fqn": None,
        "columns": {"Kept": {"name": None}, "b": {}},
        "raw_code": "\ud800",
        "config": {"\ud800": 1, "ours": 2},
        "version": 1.5,
        "description": "\U0001f600",
        "tags": "one",
    }
    manifest = DbtManifest.load(
        encoded(small_manifest(fluxes={"flux.p.a": {"resource_type": "flux", **told}}))
    )

    extraction = extract(manifest)

    (resource,) = extraction.nodes
    assert [column.name for column in resource.columns] == ["Kept", "b"]
    assert (resource.version, resource.tags, resource.fqn) == ("1.5", ("one",), ())
    assert resource.config == {"ours": 2}
    assert loads_json(dumps_json(extraction), DbtExtraction) == extraction


def _catalog(columns: object) -> DbtCatalog:
    schema = "https://schemas.getdbt.com/dbt/catalog/v20.json"
    nodes = {"model.p.a": {"columns": columns}}
    return DbtCatalog.load(encoded({"metadata": {"dbt_schema_version": schema}, "nodes": nodes}))


@pytest.mark.parametrize(
    ("columns", "path", "found"),
    [
        ([1], "", "a list"),
        ({"a": 5}, ".a", "an integer"),
        ({"a": {"index": "1"}}, ".a.index", "a string"),
        ({"a": {"name": 5}}, ".a.name", "an integer"),
        ({"a": {"type": {}}}, ".a.type", "an object"),
        ({"a": {"comment": "\ud800"}}, ".a.comment", "unpaired surrogates"),
    ],
)
def test_what_was_not_checked_of_a_catalog_is_checked_too(
    columns: object, path: str, found: str, engine: Engine
) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes={"model.p.a": {"resource_type": "model"}})))

    with pytest.raises(ManifestError, match=f"The catalog has {found} at") as caught:
        extract(manifest, _catalog(columns))

    assert caught.value.context["path"] == f'nodes["model.p.a"].columns{path}'


def test_a_column_without_a_name_is_called_as_its_key(engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes={"model.p.a": {"resource_type": "model"}})))
    catalog = _catalog(
        {"b": {"index": 2, "type": "int"}, "a": {"index": 1}, "c": {"index": None, "name": None}}
    )

    (resource,) = extract(manifest, catalog).nodes

    assert [(column.name, column.data_type) for column in resource.columns] == [
        ("c", None),
        ("a", None),
        ("b", "int"),
    ]


def test_a_resource_without_a_unique_id_is_not_extracted(engine: Engine) -> None:
    manifest = DbtManifest.load(encoded(small_manifest(nodes={"": {"resource_type": "model"}})))

    with pytest.raises(ManifestError, match="an empty key at nodes"):
        extract(manifest)


def test_a_digest_of_code_is_checked_when_an_extraction_is_read(engine: Engine) -> None:
    node: dict[str, Any] = {
        "artifact": "dbt_extraction/1",
        "nodes": [{"unique_id": "a", "resource_type": "model"}],
    }
    assert loads_json(dumps_json(node), DbtExtraction).nodes[0].code_sha256 is None

    for name, wrong in (("code_sha256", "ABC"), ("unique_id", "")):
        with pytest.raises(ArtifactError, match=name):
            loads_json(dumps_json({**node, "nodes": [{**node["nodes"][0], name: wrong}]}), DbtExtraction)
