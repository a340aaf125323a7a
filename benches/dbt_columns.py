"""Column lineage of a whole project and changed queries of two runs, beside what sqlglot does by itself."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

from confiture.column_lineage.cache import ShapeCache
from confiture.column_lineage.dbt_project import dbt_project
from confiture.column_lineage.project import trace_project
from confiture.dbt import DbtManifest
from confiture.warehouse import MetadataStore, Warehouse
from confiture.warehouse.sources import dbt_source

if TYPE_CHECKING:
    from pathlib import Path

    from confiture.column_lineage.project import Project

__all__ = ["ColumnTimes", "column_section", "measure_columns"]

FIRST = "all columns of the project, nothing kept"
KEPT = "the same again"
CLASSED = "diff of two runs, 20 queries changed"

_TURNS = 3
_SAMPLE = 20
_CHANGED = 20


class ColumnTimes(NamedTuple):
    """Median seconds by what was done, with how many columns, processors and seconds of sqlglot for one."""

    columns: int
    processors: int
    seconds: dict[str, float]
    sqlglot: float


def measure_columns(manifest: Path, cache: Path) -> ColumnTimes:
    """Measure with a manifest; everything is made in `cache`."""
    shutil.rmtree(cache, ignore_errors=True)
    times: dict[str, list[float]] = {}
    nodes = ()
    project = dbt_project(DbtManifest.load(manifest))
    for turn in range(_TURNS):
        kept = ShapeCache(str(cache / str(turn)))
        for what in (FIRST, KEPT):
            start = time.perf_counter()
            nodes = trace_project(dbt_project(DbtManifest.load(manifest)), cache=kept)
            times.setdefault(what, []).append(time.perf_counter() - start)
    for turn in range(_TURNS):
        times.setdefault(CLASSED, []).append(_classed(manifest, cache / f"runs-{turn}"))
    return ColumnTimes(
        sum(len(node.columns) for node in nodes),
        os.cpu_count() or 1,
        {what: statistics.median(each) for what, each in times.items()},
        _by_sqlglot(project),
    )


def _classed(manifest: Path, directory: Path) -> float:
    """Seconds of comparing two stored runs."""
    document = json.loads(manifest.read_bytes())
    with Warehouse.from_url("duckdb:///:memory:") as warehouse:
        store = MetadataStore(warehouse)
        for name in ("old", "new"):
            target = directory / name
            target.mkdir(parents=True)
            (target / "manifest.json").write_text(json.dumps(document), encoding="utf-8")
            store.push(dbt_source(target))
            models = [node for node in document["nodes"].values() if node.get("compiled_code")]
            for node in models[:_CHANGED]:
                for code in ("raw_code", "compiled_code"):
                    node[code] = f"select * from (\n{node[code].rstrip()}\n) where 1 = 1"
        new, old = store.runs(limit=2)
        start = time.perf_counter()
        diff = store.diff(old, new)
        seconds = time.perf_counter() - start
    assert sum(node.sql is not None for node in diff.nodes) == _CHANGED
    return seconds


def _by_sqlglot(project: Project) -> float:
    """Seconds of `sqlglot.lineage` for one column, by a sample."""
    from sqlglot.lineage import lineage

    queries = [body.query for body in project.bodies if body.query is not None]
    sample = queries[:: max(1, len(queries) // _SAMPLE)]
    seconds = []
    for query in sample:
        start = time.perf_counter()
        lineage("amount", query, {}, dialect=project.dialect)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def column_section(times: ColumnTimes) -> list[str]:
    """The section's lines on the page."""
    rows = [f"| {what} | {seconds * 1e3:,.0f} |" for what, seconds in times.seconds.items()]
    alone = times.seconds[FIRST] / times.columns
    return [
        "## Column lineage",
        "",
        f"A project of {times.columns:,} columns on {times.processors} processors, from its manifest on, as "
        "docs/column-lineage.md has it; and the comparison of two of its runs in DuckDB.",
        "",
        "| | ms |",
        "|---|---:|",
        *rows,
        "",
        f"`sqlglot.lineage` takes {times.sqlglot * 1e3:.1f} ms for one column inside of one query, in one "
        f"process: {times.sqlglot / alone:,.0f} times what one takes here, all queries read anew.",
        "",
    ]
