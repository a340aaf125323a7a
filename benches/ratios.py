"""The ratios that tell whether something became slower: machines differ, ratios to a peer or a floor less.

They are written beside the page, as ``docs/benchmarks.json``; `check.py` compares two such files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comparisons import PEER
from dbt_manifests import EXTRACT, GROWN, LOADED, ORJSON
from metadata_store import FIRST, SAME
from parsers import FINGERPRINTED, GROWTH, OURS, SERVER

if TYPE_CHECKING:
    from page import Measurements

__all__ = ["ratios"]

#: Trees of so many files are compared with their floors, and trees of the larger size with those.
_FILES, _MORE_FILES = 10_000, 100_000


def ratios(measurements: Measurements) -> dict[str, float]:
    """Each ratio by its name; more is worse."""
    found = {
        **_of_trees(measurements),
        **_of_statements(measurements),
        **_of_processes(measurements),
        **_of_manifests(measurements),
    }
    return {name: round(value, 4) for name, value in found.items()}


def _of_trees(measurements: Measurements) -> dict[str, float]:
    core, engines = measurements.core, measurements.engines
    totals = {
        engine: sum(engines[engine, task][_FILES] for task in ("find", "hash", "build"))
        for engine in ("rust", "python")
    }
    found = {
        f"finding {_FILES:,} files / walking": core["find"][_FILES] / core["walk_floor"][_FILES],
        f"hash of {_FILES:,} files / reading": core["hash"][_FILES] / core["read_floor"][_FILES],
        f"build of {_FILES:,} files / keeping": core["build"][_FILES] / core["read_kept_floor"][_FILES],
        f"{_FILES:,} files, Rust / Python": totals["rust"] / totals["python"],
    }
    for task in ("find", "hash", "build", "write"):
        growth = core[task][_MORE_FILES] / core[task][_FILES] * _FILES / _MORE_FILES
        found[f"{task}, each of {_MORE_FILES:,} files / of {_FILES:,}"] = growth
    return found


def _of_statements(measurements: Measurements) -> dict[str, float]:
    statements, growth = measurements.statements, measurements.growth
    ((files, (reading, _)),) = statements["read_files"].items()
    divided = statements["split_and_name"]
    fewest, most = min(divided), max(divided)
    found = {
        f"reading and dividing {files:,} files / reading": (
            statements["read_split_and_name_files"][files][0] / reading
        ),
        f"dividing, each of {most:,} statements / of {fewest:,}": (
            divided[most][0] / most / (divided[fewest][0] / fewest)
        ),
    }
    for text in dict.fromkeys(name for name, _ in measurements.parsers):
        server = measurements.parsers[text, SERVER].seconds
        for call in (OURS, FINGERPRINTED):
            found[f"{call} of {text} / pglast"] = measurements.parsers[text, call].seconds / server
    for call in (OURS, FINGERPRINTED):
        each = {size: growth[size, call].seconds / size for size in GROWTH}
        name = f"{call}, each of {GROWTH[-1]:,} statements / of {GROWTH[0]:,}"
        found[name] = each[GROWTH[-1]] / each[GROWTH[0]]
    return found


def _of_processes(measurements: Measurements) -> dict[str, float]:
    processes = measurements.processes
    nothing = processes["python -c pass"]
    found = {
        f"{name} / python -c pass": seconds / nothing
        for name, seconds in processes.items()
        if name.startswith("confiture ")
    }
    compared = measurements.comparisons
    for tables, name in compared:
        if name.startswith("confiture "):
            floor = compared[tables, "reading both files"].seconds
            found[f"{name}, {tables:,} tables / reading"] = compared[tables, name].seconds / floor
    for tables, name in compared:
        if name.startswith(PEER):
            ours = compared[tables, "confiture diff"].seconds
            found[f"confiture diff, {tables:,} tables / {PEER}"] = ours / compared[tables, name].seconds
    for (tree, engine), peak in measurements.memory.items():
        found[f"peak memory of building {tree}, {engine} / 1 GiB"] = peak / (1 << 30)
    return found


def _of_manifests(measurements: Measurements) -> dict[str, float]:
    manifests, store = measurements.manifests, measurements.store.seconds
    found: dict[str, float] = {}
    for number, (name, size) in enumerate(manifests.sizes.items()):
        which = ("smaller", "larger")[number]
        reader = manifests.loads[name, ORJSON]
        found[f"loading the {which} manifest / orjson"] = manifests.loads[name, LOADED] / reader
        found[f"extraction of the {which} manifest / orjson"] = manifests.loads[name, EXTRACT] / reader
        found[f"peak memory of the {which} manifest / file"] = manifests.peaks[name] / size
    grown = manifests.growth
    name = f"loading, each of {GROWN[-1]:,} nodes / of {GROWN[0]:,}"
    found[name] = grown[GROWN[-1], LOADED] / GROWN[-1] / (grown[GROWN[0], LOADED] / GROWN[0])
    found[f"{SAME} / first"] = store[SAME] / store[FIRST]
    return found
