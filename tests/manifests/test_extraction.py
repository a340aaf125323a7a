"""What a project consists of is the same whichever dbt wrote it down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture.artifacts import dumps_json, loads_json
from confiture.artifacts.extraction import decode_extraction
from confiture.dbt import DbtCatalog, DbtManifest, extract
from confiture.dbt.extraction import _extracted as _extracted_with_care
from confiture.exceptions import ArtifactError, ManifestError
from confiture.models.dbt import DbtExtraction
from engines import ENGINES, LOADED
from manifests.documents import (
    FIXTURES,
    MANIFESTS,
    REAL_VERSIONS,
    WITHOUT_REAL,
    encoded,
    name_of,
    small_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine
    from confiture.models.dbt import DbtResource

#: What later versions alone have (docs/dbt.md): resource types, a model for them, metrics on semantic models.
_LATER = ("semantic_model", "saved_query", "unit_test", "function")
_LATER_MODEL = "metricflow_time_spine"
_FIRST_WITH_METRICS = (1, 6)


def _extracted(version: str) -> DbtExtraction:
    manifest = DbtManifest.load(FIXTURES / f"manifest_{version}.json")
    return extract(manifest, DbtCatalog.load(FIXTURES / f"catalog_{version}.json"))


def _facts(node: DbtResource) -> dict[str, Any]:
    # dbt itself takes it of other bytes since 1.12.
    return {name: getattr(node, name) for name in node.__struct_fields__ if name != "checksum"}


def _real_facts(node: DbtResource, version: tuple[int, int]) -> dict[str, Any]:
    """The same without what dbt itself wrote otherwise (docs/dbt.md), and the fixtures do not have."""
    facts = _facts(node)
    if version <= (1, 7) and node.resource_type == "source":
        del facts["relation_name"]
    if version <= (1, 6):
        del facts["access"]
        config = {key: value for key, value in node.config.items() if key != "store_failures_as"}
        facts["config"] = config
    if version <= (1, 5):
        facts["config"] = {key: value for key, value in config.items() if key != "persist_docs"}
        facts["columns"] = [(one.name, one.data_type, one.index, one.description) for one in node.columns]
    return facts


def _assert_alike(
    old: DbtExtraction,
    new: DbtExtraction,
    version: tuple[int, int],
    facts: Callable[[DbtResource], dict[str, Any]],
) -> None:
    def compared(extraction: DbtExtraction) -> dict[str, dict[str, Any]]:
        has_metrics = version >= _FIRST_WITH_METRICS
        nodes = [node for node in extraction.nodes if has_metrics or node.resource_type != "metric"]
        return {node.unique_id: facts(node) for node in nodes}

    before, after = compared(old), compared(new)
    assert before == {unique_id: told for unique_id, told in after.items() if unique_id in before}
    for unique_id in after.keys() - before.keys():
        kind, _, name = unique_id.split(".")[:3]
        assert kind in _LATER or name == _LATER_MODEL, unique_id
    edges = [{(edge.child, edge.parent) for edge in one.edges if edge.child in before} for one in (old, new)]
    assert edges[0] == edges[1]
    assert len(edges[0]) > 10


@pytest.mark.parametrize(("version", "schema"), [("1.5", 9), ("1.6", 10), ("1.7", 11), ("1.8", 12)])
def test_a_project_is_extracted_alike_from_all_schema_versions(
    version: str, schema: int, engine: Engine
) -> None:
    major, minor = map(int, version.split("."))
    assert DbtManifest.load(FIXTURES / f"manifest_{version}.json").schema_version == schema

    _assert_alike(_extracted(version), _extracted("1.12"), (major, minor), _facts)


@pytest.mark.skipif(not REAL_VERSIONS, reason=WITHOUT_REAL)
@pytest.mark.parametrize("directory", REAL_VERSIONS or [FIXTURES], ids=lambda directory: directory.name)
def test_a_real_project_is_extracted_alike_from_all_schema_versions(directory: Path, engine: Engine) -> None:
    major, minor = map(int, directory.name.split("."))
    newest = directory.parent / REAL_VERSIONS[-1].name
    old, new = (
        extract(DbtManifest.load(one / "manifest.json"), DbtCatalog.load(one / "catalog.json"))
        for one in (directory, newest)
    )

    _assert_alike(old, new, (major, minor), lambda node: _real_facts(node, (major, minor)))


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
    found = []
    for engine in ENGINES:
        monkeypatch.setenv("CONFITURE_ENGINE", engine)
        found.append(dumps_json(extract(DbtManifest.load(path))))

    assert all(one == found[0] for one in found)


@pytest.mark.parametrize("path", MANIFESTS, ids=name_of)
def test_the_native_engine_has_no_doubts_about_what_dbt_writes(path: Path) -> None:
    if "rust" not in ENGINES:
        pytest.skip("there is no native engine")
    native = LOADED["rust"]
    beside = path.with_name(path.name.replace("manifest", "catalog"))
    manifest = native.load_dbt(path.read_bytes())
    catalog = native.load_dbt(beside.read_bytes(), artifact="catalog") if beside.exists() else None

    packed = manifest.extraction(catalog)

    assert packed is not None
    told = _extracted_with_care(manifest, None if catalog is None else DbtCatalog(catalog))
    # The order of keys counts too.
    assert repr(decode_extraction(packed)) == repr(told)


def test_what_is_doubtful_to_the_native_engine_is_extracted_all_the_same(engine: Engine) -> None:
    node = {
        "resource_type": "model",
        "version": 1e300,
        "columns": {"\u03a3": {}, "\u03c3": {"description": "x"}},
    }
    manifest = DbtManifest.load(encoded(small_manifest(nodes={"model.p.a": node})))

    (resource,) = extract(manifest).nodes

    assert manifest._document.extraction() is None
    assert resource.version == "1e+300"
    assert [(column.name, column.description) for column in resource.columns] == [("\u03c3", "x")]


def test_documents_of_two_engines_are_extracted_together(both_engines: tuple[Engine, Engine]) -> None:
    content = (FIXTURES / "manifest_1.12.json").read_bytes()
    catalog = (FIXTURES / "catalog_1.12.json").read_bytes()
    found = [
        extract(DbtManifest(one.load_dbt(content)), DbtCatalog(other.load_dbt(catalog, artifact="catalog")))
        for one in both_engines
        for other in both_engines
    ]

    assert all(extraction == found[0] for extraction in found)
    assert any(column.index for node in found[0].nodes for column in node.columns)


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
        ({"b": {"name": "a", "type": "\ud800"}, "a": {}}, ".a.type", "unpaired surrogates"),
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
