"""What a project consists of is the same whichever dbt wrote it down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture.artifacts import dumps_json
from confiture.dbt import DbtCatalog, DbtManifest, extract
from confiture.models.dbt import DbtExtraction
from dbt.documents import FIXTURES, MANIFESTS, encoded, name_of, small_manifest

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
