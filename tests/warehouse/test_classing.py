"""Changes of queries between two runs are classed, and the columns that they reach are named."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from confiture.cli.metadata_text import render_markdown, render_text
from confiture.column_lineage.cache import ShapeCache
from confiture.column_lineage.project import trace_project
from confiture.column_lineage.queries import column_lineage
from confiture.column_lineage.stored_project import stored_project
from confiture.models.metadata import RunContents
from confiture.warehouse.sources import AboutRun, RunSource, dbt_source
from warehouse.support import MANIFESTS, chain, resource, row_counts

if TYPE_CHECKING:
    from pathlib import Path

    from confiture.models.metadata import RunDiff
    from confiture.warehouse import MetadataStore

VERSIONS = ("1.5", "1.6", "1.7", "1.8", "1.12")

_ORDERS = 'select id, amount, state from "source.shop.raw"'
_TOTALS = 'select id, sum(amount) as total, max(state) as state from "model.shop.orders" group by id'
_REPORT = 'select id, total + 1 as more from "model.shop.totals"'


def _run(adapter: str | None = "duckdb", language: str = "sql", **queries: str | None) -> RunSource:
    told = {"orders": _ORDERS, "totals": _TOTALS, "report": _REPORT, **queries}
    nodes = [
        resource(
            name, columns=(), language=language, code_sha256=hashlib.sha256(str(text).encode()).hexdigest()
        )
        for name, text in told.items()
    ]
    rendered = {f"model.shop.{name}": text for name, text in told.items() if text is not None}
    contents = RunContents(dbt=chain(*nodes), rendered=rendered)
    return RunSource(AboutRun("shop", adapter=adapter), lambda: contents)


def _diff(store: MetadataStore, old: RunSource, new: RunSource) -> RunDiff:
    return store.diff(store.push(old).run, store.push(new).run, with_columns=True)


def test_a_changed_expression_reaches_the_columns_that_come_from_it(store: MetadataStore) -> None:
    diff = _diff(store, _run(), _run(orders=_ORDERS.replace("amount,", "amount * 2 as amount,")))
    (node,) = diff.nodes
    assert node.sql is not None
    assert node.sql.verdict == "partly_breaking"
    assert [(reason.what, reason.name) for reason in node.sql.reasons] == [("column_expression", "amount")]
    assert [(one.node, one.column, one.distance) for one in diff.columns] == [
        ("model.shop.report", "more", 2),
        ("model.shop.totals", "total", 1),
    ]
    text = render_text(diff)
    assert "~ model model.shop.orders  [partly-breaking]\n    column amount: expression\n" in text
    assert "  model.shop.report.more (2 steps)\n" in text
    assert "queries: 1 partly-breaking" in text
    markdown = render_markdown(diff)
    assert "`model.shop.orders`: **partly-breaking**\n  - column amount: expression\n" in markdown


def test_another_layout_is_no_change_of_a_query(store: MetadataStore) -> None:
    diff = _diff(store, _run(), _run(totals=f"{_TOTALS} -- by customer"))
    (node,) = diff.nodes
    assert node.sql is not None
    assert (node.sql.verdict, node.sql.reasons, diff.columns) == ("unchanged", (), ())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (_run(), _run(orders=None), "does not have what its code was rendered to"),
        (_run(), _run(orders="select from"), "is not understood"),
        (_run(adapter=None), _run(adapter=None, orders="select 1 as a"), "of one that is not known"),
        (_run(), _run(adapter="postgres", orders="select 1 as a"), "different adapters"),
    ],
)
def test_what_cannot_be_told_is_unknown_and_says_why(
    old: RunSource, new: RunSource, reason: str, store: MetadataStore
) -> None:
    (node,) = _diff(store, old, new).nodes
    assert node.sql is not None
    assert node.sql.verdict == "unknown"
    assert reason in node.sql.reasons[0].detail


@pytest.mark.parametrize("version", VERSIONS)
def test_a_project_in_another_environment_has_the_same_queries(
    version: str, store: MetadataStore, tmp_path: Path
) -> None:
    text = (MANIFESTS / f"manifest_{version}.json").read_text(encoding="utf-8")
    runs = []
    for name in ("dev", "prod"):
        target = tmp_path / name
        target.mkdir()
        moved = text.replace('\\"main\\"', f'\\"{name}_main\\"').replace(
            '"schema": "main"', f'"schema": "{name}_main"'
        )
        assert f'{name}_main\\"' in moved
        (target / "manifest.json").write_text(moved, encoding="utf-8")
        runs.append(store.push(dbt_source(target, environment=name)).run)
    first, second = (store.texts(run) for run in runs)
    assert first
    assert first == second
    assert store.diff(*runs).ok


@pytest.mark.parametrize("version", VERSIONS)
def test_a_stored_run_has_the_lineage_of_the_files(
    version: str, store: MetadataStore, tmp_path: Path
) -> None:
    from confiture.column_lineage.dbt_project import dbt_project
    from confiture.dbt import DbtManifest

    target = tmp_path / "target"
    target.mkdir()
    (target / "manifest.json").write_bytes((MANIFESTS / f"manifest_{version}.json").read_bytes())
    run = store.push(dbt_source(target)).run
    stored = {node.identity: node for node in trace_project(stored_project(run, store.read(run)))}
    read = trace_project(dbt_project(DbtManifest.load(target / "manifest.json")))
    followed = [node for node in read if not node.gaps and node.kind == "model"]
    assert followed
    for node in followed:
        assert stored[node.identity].columns == node.columns
        assert stored[node.identity].rows == node.rows


def test_columns_of_a_stored_run_are_followed_with_a_cache(store: MetadataStore, tmp_path: Path) -> None:
    run = store.push(_run()).run
    project = stored_project(run, store.read(run))
    for _ in range(2):
        nodes = trace_project(project, cache=ShapeCache(str(tmp_path)))
        found = column_lineage(
            project, nodes, node="model.shop.orders", column="AMOUNT", direction="downstream"
        )
        assert [(one.node, one.column, one.downstream) for one in found.reached] == [
            ("model.shop.report", "more", 2),
            ("model.shop.totals", "total", 1),
        ]


def test_a_change_that_may_be_in_another_mode_is_not_called_harmless(store: MetadataStore) -> None:
    def run(code: str) -> RunSource:
        sha = hashlib.sha256(code.encode()).hexdigest()
        contents = RunContents(
            dbt=chain(resource("orders", language="sql", code_sha256=sha)),
            code={"model.shop.orders": code},
            rendered={"model.shop.orders": _ORDERS},
        )
        return RunSource(AboutRun("shop", adapter="duckdb"), lambda: contents)

    code = "select 1 {% if not is_incremental() %} where a {% endif %}"
    verdicts = []
    for other in (code.replace("where a", "where b"), code.replace(" ", "\n  ")):
        (node,) = _diff(store, run(code), run(other)).nodes
        assert node.sql is not None
        verdicts.append(node.sql.verdict)
    assert verdicts == ["unknown", "unchanged"]


def test_texts_of_queries_are_read_back_and_pruned(store: MetadataStore) -> None:
    run = store.push(_run()).run
    assert store.texts(run, ["model.shop.orders"]) == {"model.shop.orders": _ORDERS}
    assert store.read(run) == _run().contents()
    assert store.push(_run()).node_rows == 0
    store.push(_run(orders="select 1 as id"))
    assert row_counts(store)["texts"] == 4
    store.prune(keep=0)
    assert row_counts(store)["texts"] == row_counts(store)["set_texts"] == 0
