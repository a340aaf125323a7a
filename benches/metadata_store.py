"""A manifest's way into a metadata store in DuckDB, and the comparison of two runs; files are on disk."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from confiture.warehouse import MetadataStore, Warehouse
from confiture.warehouse.sources import dbt_source

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StoreTimes", "measure_store", "store_section"]

FIRST = "first push: manifest loaded, extracted, written"
SAME = "second push of the same files"
SAME_NODES = "second push of the same nodes, from other files"
SAME_CURSOR = "second push of the same files, with the cursor of the first"
PLUGIN = "first push by a process that has dbt's manifest: libraries imported, extracted, written"
EQUAL = "diff of two equal runs"
CHANGED = "diff of two runs, every node described otherwise"

_TURNS = 7


#: What the dbt plugin does when a command of dbt ends, but for asking dbt where it is.
_PLUGIN = """
import sys, time
import duckdb
from confiture.dbt.manifest import DbtManifest
target, url = sys.argv[1:]
manifest = DbtManifest.load(target + "/manifest.json")
start = time.perf_counter()
from confiture.warehouse import MetadataStore, Warehouse
from confiture.warehouse.sources import manifest_source
with Warehouse.from_url(url) as warehouse:
    store = MetadataStore(warehouse)
    source = manifest_source(manifest, target, project_dir=target)
    store.push(source, cursor=source.cursor(store))
print(time.perf_counter() - start)
"""


class StoreTimes(NamedTuple):
    """Median seconds by what was done, and what it was done with."""

    nodes: int
    edges: int
    seconds: dict[str, float]


def measure_store(manifest: Path, cache: Path) -> StoreTimes:
    """Measure with a manifest; everything is made in `cache`."""
    times: dict[str, list[float]] = {}
    shutil.rmtree(cache, ignore_errors=True)
    same = _target(cache / "same", manifest.read_bytes())
    document = json.loads(manifest.read_bytes())
    document["metadata"]["invocation_id"] = "another"
    others = _target(cache / "others", json.dumps(document).encode())
    for node in document["nodes"].values():
        node["description"] = "otherwise"
    changed = _target(cache / "changed", json.dumps(document).encode())

    def push(what: str, target: Path, store: MetadataStore, *, has_cursor: bool = False) -> None:
        start = time.perf_counter()
        source = dbt_source(target)
        store.push(source, cursor=source.cursor(store) if has_cursor else None)
        times.setdefault(what, []).append(time.perf_counter() - start)

    def compare(what: str, store: MetadataStore) -> None:
        new, old = store.runs(limit=2)
        start = time.perf_counter()
        store.diff(old, new)
        times.setdefault(what, []).append(time.perf_counter() - start)

    for turn in range(_TURNS):
        with Warehouse.from_url(f"duckdb:///{cache / f'{turn}.duckdb'}") as warehouse:
            store = MetadataStore(warehouse)
            push(FIRST, same, store)
            push(SAME, same, store)
            push(SAME_NODES, others, store)
            store.push(dbt_source(same), cursor=dbt_source(same).cursor(store))
            push(SAME_CURSOR, same, store, has_cursor=True)
            compare(EQUAL, store)
            store.push(dbt_source(changed))
            compare(CHANGED, store)
            run = store.run()
        command = [sys.executable, "-c", _PLUGIN, str(same), f"duckdb:///{cache / f'plugin-{turn}.duckdb'}"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        times.setdefault(PLUGIN, []).append(float(told))
    return StoreTimes(run.nodes, run.edges, {what: statistics.median(each) for what, each in times.items()})


def store_section(times: StoreTimes) -> list[str]:
    """The section's lines on the page."""
    rows = [f"| {what} | {seconds * 1e3:,.0f} |" for what, seconds in times.seconds.items()]
    return [
        "## Metadata store",
        "",
        f"A project of {times.nodes:,} nodes and {times.edges:,} edges in a DuckDB file, as docs/metadata.md "
        "has it; the database is open, the native engine loaded.",
        "",
        "| | ms |",
        "|---|---:|",
        *rows,
        "",
    ]


def _target(directory: Path, content: bytes) -> Path:
    directory.mkdir(parents=True)
    (directory / "manifest.json").write_bytes(content)
    return directory
