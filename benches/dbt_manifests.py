"""Loading dbt manifests: Confiture's engines and JSON readers, one after the other in turn, files included.

What is compared does not do the same: the JSON readers give untyped objects, Confiture checks every known
field and has the graph. The first file is the real one of 2,000 models in the directory that
``CONFITURE_DBT_DATA`` names, else one that is made of the tests' fixture; the second one is made of copies of
the first one's nodes. With ``CONFITURE_BENCH_DBT``, dbt's own typed load and dbt-artifacts-parser are
measured in an environment of their own.
"""

from __future__ import annotations

import gc
import json
import lzma
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import orjson
from dbt_commands import measure_commands

from confiture import _core, _pure
from confiture.dbt import DbtManifest, extract

if TYPE_CHECKING:
    from collections.abc import Callable

#: The calls, as the page names them.
LOADED = "Confiture, Rust: DbtManifest.load"
TWIN = "Confiture, Python: DbtManifest.load"
EXTRACT = "Confiture, Rust: extract of what is loaded"
ORJSON = "orjson.loads"
TYPED = "dbt: typed load"
PARSER = "dbt-artifacts-parser"

QUESTIONS = ("dependencies", "ancestors of the deepest node", "descendants of the widest node")

_FIXTURE = Path(__file__).resolve().parent.parent / "tests" / "manifests" / "fixtures" / "manifest_1.12.json"
_SMALLER, _LARGER = 3_600, 10_000
#: Numbers of nodes that show how the cost grows.
GROWN = (100, 1_000, 10_000)
_TURNS = 11
_TURNS_OF_TWIN = 3

#: A process that loads a file and says how much memory it took at most, over one that only imports.
_PEAK = r"""
import re, sys
from confiture.dbt import DbtManifest
from confiture._backend import load_engine
load_engine()
if len(sys.argv) > 1:
    held = DbtManifest.load(sys.argv[1])
# Not the peak of getrusage, which counts what the process that started this one holds.
print(int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) * 1024)
"""

_DBT = {
    TYPED: """
from dbt.artifacts.schemas.manifest import WritableManifest
def load(path): return WritableManifest.read_and_check_versions(path)
""",
    PARSER: """
import json
from dbt_artifacts_parser.parser import parse_manifest
def load(path): return parse_manifest(json.load(open(path)))
""",
}
_TIMED = """
import statistics, sys, time
times = []
for _ in range(5):
    start = time.perf_counter()
    held = load(sys.argv[1])
    times.append(time.perf_counter() - start)
    del held
print(statistics.median(times))
"""


class Manifests(NamedTuple):
    """Median seconds of loading, bytes at most, and median seconds of questions, by file."""

    sizes: dict[str, int]
    #: By (file, call).
    loads: dict[tuple[str, str], float]
    #: By file, over a process that only imports.
    peaks: dict[str, int]
    #: By (file, question).
    questions: dict[tuple[str, str], float]
    #: Median seconds of whole processes, by (file, command).
    commands: dict[tuple[str, str], float]
    #: By (nodes, call).
    growth: dict[tuple[int, str], float]


def measure_manifests(cache: Path, environment: Callable[..., Path]) -> Manifests:
    """Measure everything; `environment` makes one with packages and returns its ``bin``."""
    files = _files(cache)
    sizes = {name: path.stat().st_size for name, path in files.items()}
    results = Manifests(sizes, {}, {}, {}, {}, _growth(cache))
    baseline = _peak()
    for name, path in files.items():
        calls: dict[str, Callable[[Path], object]] = {
            LOADED: lambda path: _core.load_dbt(str(path)),
            ORJSON: lambda path: orjson.loads(path.read_bytes()),
            "msgspec.json.decode": lambda path: msgspec.json.decode(path.read_bytes()),
            "json.loads": lambda path: json.loads(path.read_bytes()),
            EXTRACT: _extraction(path),
        }
        times = _in_turn(calls, path, _TURNS)
        times |= _in_turn({TWIN: lambda path: _pure.load_dbt(str(path))}, path, _TURNS_OF_TWIN)
        results.loads.update({(name, call): seconds for call, seconds in times.items()})
        results.peaks[name] = _peak(path) - baseline
        results.questions.update({(name, asked): each for asked, each in _questions(path).items()})
        results.commands.update({(name, command): each for command, each in measure_commands(path).items()})
    if os.environ.get("CONFITURE_BENCH_DBT"):
        python = environment("dbt", "dbt-core~=1.11.0", "dbt-artifacts-parser") / "python"
        for name, path in files.items():
            for call, code in _DBT.items():
                done = subprocess.run(
                    [python, "-c", code + _TIMED, path], capture_output=True, text=True, check=False
                )
                if done.returncode == 0:
                    results.loads[name, call] = float(done.stdout)
                else:
                    # Of another version than the one that wrote the file, it may refuse it.
                    print(f"{call} does not read the manifest: {name}", file=sys.stderr)
    return results


def _growth(cache: Path) -> dict[tuple[int, str], float]:
    """Of manifests of so many nodes, by (nodes, call)."""
    found: dict[tuple[int, str], float] = {}
    for nodes in GROWN:
        path = cache / f"manifest_{nodes}.json"
        _copy(json.loads((cache / "manifest_smaller.json").read_bytes()), nodes, path)
        calls: dict[str, Callable[[Path], object]] = {
            LOADED: lambda path: _core.load_dbt(str(path)),
            EXTRACT: _extraction(path),
            ORJSON: lambda path: orjson.loads(path.read_bytes()),
        }
        found.update({(nodes, call): seconds for call, seconds in _in_turn(calls, path, _TURNS).items()})
    return found


def _extraction(path: Path) -> Callable[[Path], object]:
    manifest = DbtManifest.load(path)
    return lambda _: extract(manifest)


def _files(cache: Path) -> dict[str, Path]:
    cache.mkdir(parents=True, exist_ok=True)
    smaller, larger = cache / "manifest_smaller.json", cache / "manifest_larger.json"
    real = os.environ.get("CONFITURE_DBT_DATA")
    packed = Path(real, "large2000_manifest.json.xz") if real else None
    if packed is not None and packed.exists():
        smaller.write_bytes(lzma.decompress(packed.read_bytes()))
    else:
        _copy(json.loads(_FIXTURE.read_bytes()), _SMALLER, smaller)
    _copy(json.loads(smaller.read_bytes()), _LARGER, larger)
    return {f"{_nodes(path):,} nodes": path for path in (smaller, larger)}


def _nodes(path: Path) -> int:
    return len(json.loads(path.read_bytes())["nodes"])


def _copy(manifest: dict[str, Any], size: int, target: Path) -> None:
    """Write a manifest with copies of its nodes, which depend on each other as the first ones do."""
    nodes: dict[str, Any] = {}
    copy = 0
    while len(nodes) < size:
        for unique_id, node in manifest["nodes"].items():
            if len(nodes) == size:
                break
            made = dict(node, unique_id=_numbered(unique_id, copy), name=_numbered(node["name"], copy))
            depends_on = dict(node["depends_on"])
            if "nodes" in depends_on:
                depends_on["nodes"] = [
                    _numbered(parent, copy) if parent in manifest["nodes"] else parent
                    for parent in depends_on["nodes"]
                ]
            nodes[made["unique_id"]] = dict(made, depends_on=depends_on)
        copy += 1
    parents = {unique_id: node["depends_on"].get("nodes", []) for unique_id, node in nodes.items()}
    children: dict[str, list[str]] = {unique_id: [] for unique_id in nodes}
    for unique_id, of in parents.items():
        for parent in of:
            children.setdefault(parent, []).append(unique_id)
    target.write_text(json.dumps(dict(manifest, nodes=nodes, parent_map=parents, child_map=children)))


def _numbered(name: str, copy: int) -> str:
    return f"{name}_{copy}" if copy else name


def _in_turn(calls: dict[str, Callable[[Path], object]], path: Path, turns: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(turns):
        for name, call in calls.items():
            gc.collect()
            start = time.perf_counter()
            held = call(path)
            times[name].append(time.perf_counter() - start)
            del held
    return {name: statistics.median(values) for name, values in times.items()}


def _peak(*arguments: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *arguments], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def _questions(path: Path) -> dict[str, float]:
    manifest = DbtManifest.load(path)
    ids = manifest.topological_order()
    deepest = max(ids, key=lambda unique_id: len(manifest.ancestors(unique_id)))
    widest = max(ids, key=lambda unique_id: len(manifest.descendants(unique_id)))
    questions: tuple[tuple[Callable[[], object], int], ...] = (
        (lambda: manifest.dependencies(deepest), 20_000),
        (lambda: manifest.ancestors(deepest), 200),
        (lambda: manifest.descendants(widest), 200),
    )
    return {name: _each(ask, times) for name, (ask, times) in zip(QUESTIONS, questions, strict=True)}


def _each(ask: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(_TURNS):
        gc.collect()
        start = time.perf_counter()
        for _ in range(repeats):
            ask()
        times.append((time.perf_counter() - start) / repeats)
    return statistics.median(times)
