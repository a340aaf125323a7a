"""Runs for tests of the store."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from confiture.models.dbt import DbtChecksum, DbtColumn, DbtEdge, DbtExtraction, DbtResource
from confiture.models.metadata import RunContents
from confiture.warehouse.sources import AboutRun, RunSource

if TYPE_CHECKING:
    from confiture.warehouse import MetadataStore

MANIFESTS = Path(__file__).parents[1] / "manifests" / "fixtures"

#: Every table of a store but that of its version.
TABLES = (
    "runs",
    "node_sets",
    "set_nodes",
    "nodes",
    "columns",
    "edge_sets",
    "edges",
    "texts",
    "set_texts",
)


class Place(NamedTuple):
    """A URL, and the schema of a store there."""

    url: str
    schema: str


def resource(name: str, **fields: Any) -> DbtResource:
    """A model."""
    told: dict[str, Any] = {
        "unique_id": f"model.shop.{name}",
        "resource_type": "model",
        "package_name": "shop",
        "name": name,
        "database": "dev",
        "schema": "main",
        "relation_name": f'"dev"."main"."{name}"',
        "checksum": DbtChecksum(name="sha256", checksum=name),
        "code_sha256": hashlib.sha256(name.encode()).hexdigest(),
        "columns": (DbtColumn(name="id", data_type="integer", index=1), DbtColumn(name="amount", index=2)),
    }
    return DbtResource(**{**told, **fields})


def chain(*nodes: DbtResource) -> DbtExtraction:
    """Models of which each needs the one before it."""
    pairs = itertools.pairwise(nodes)
    edges = [DbtEdge(parent=one.unique_id, child=other.unique_id) for one, other in pairs]
    ordered = tuple(sorted(nodes, key=lambda node: node.unique_id))
    return DbtExtraction(nodes=ordered, edges=tuple(sorted(edges, key=lambda edge: edge.child)))


def source(extraction: DbtExtraction, environment: str | None = None, **about: Any) -> RunSource:
    """A run of a dbt project."""
    code = {node.unique_id: f"select '{node.name}'" for node in extraction.nodes}
    contents = RunContents(dbt=extraction, code=code)
    return RunSource(AboutRun(dataset="shop", environment=environment, **about), lambda: contents)


def many(number: int, *, mark: str = "") -> RunSource:
    """A run of so many models."""
    return source(chain(*(resource(f"m{index:05}", description=mark) for index in range(number))))


def row_counts(store: MetadataStore) -> dict[str, int]:
    """How many rows each table has."""
    tables = store.tables._asdict()
    return {name: store.rows(select(func.count()).select_from(tables[name]))[0][0] for name in TABLES}


def assert_whole(store: MetadataStore) -> None:
    """Every run can be read, and nothing is there that no run has, or twice."""
    found = store.runs()
    contents = {run.digest: store.read(run) for run in found}
    identities = {
        (node.unique_id, repr(node)) for one in contents.values() if one.dbt for node in one.dbt.nodes
    }
    counts = row_counts(store)
    assert counts["runs"] == len(found)
    assert counts["node_sets"] == len({run.nodes_digest for run in found})
    assert counts["edge_sets"] == len({run.edges_digest for run in found})
    assert counts["set_nodes"] == sum({run.nodes_digest: run.nodes for run in found}.values())
    assert counts["edges"] == sum({run.edges_digest: run.edges for run in found}.values())
    assert counts["nodes"] == len(identities)
    texts = {run.nodes_digest: contents[run.digest].rendered for run in found}
    assert counts["set_texts"] == sum(map(len, texts.values()))
    assert counts["texts"] == len({text for each in texts.values() for text in each.values()})
    assert counts["columns"] == sum(
        {
            repr(node): len(node.columns) for one in contents.values() if one.dbt for node in one.dbt.nodes
        }.values()
    )


def write_target(directory: Path, document: dict[str, Any]) -> Path:
    """A folder as dbt leaves it."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "manifest.json").write_text(json.dumps(document), encoding="utf-8")
    return directory
