"""Rendering one template on both engines, importing dbt's plugin, and what syncing adds to dbt."""

from __future__ import annotations

import importlib
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dbt_plugin import Plugin, measure_plugin

from confiture.dbt import DbtManifest, render

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Rendering", "measure_rendering"]

_RECORDED = (
    Path(__file__).resolve().parent.parent / "tests" / "manifests" / "rendering" / "recorded_1.12.json"
)

#: What is rendered, as the page names it.
_TEMPLATES = {
    "two references": "model.bakery.with_one_expression",
    "nine references": "model.bakery.refers",
    "loops and lists": "model.bakery.loops",
}
_SETTINGS = {"vars": {"opened_on": "2021", "flours": ["rye", "wheat"], "prices": {"rye": 1.5}}}
_TURNS = 200


class Rendering(NamedTuple):
    """Median seconds."""

    #: By (engine, template).
    templates: dict[tuple[str, str], float]
    import_of_plugin: float
    #: Loading the file that dbt wrote, by its nodes: all that syncing adds.
    syncing: dict[str, float]
    #: What the plugin adds to a whole run of dbt; None where there is no dbt.
    plugin: Plugin | None


def measure_rendering(cache: Path) -> Rendering:
    """Measure everything; `cache` holds the manifests of the section before."""
    templates = {}
    content = json.dumps(json.loads(_RECORDED.read_bytes())["manifest"]).encode()
    for engine in ("rust", "python"):
        os.environ["CONFITURE_ENGINE"] = engine
        manifest = DbtManifest.load(content)
        for name, unique_id in _TEMPLATES.items():
            templates[engine, name] = _each(lambda: render(manifest, unique_id, **_SETTINGS), _TURNS)  # noqa: B023
    os.environ.pop("CONFITURE_ENGINE")
    files = [cache / f"manifest_{name}.json" for name in ("smaller", "larger")]
    syncing = {f"{DbtManifest.load(path).node_count:,} nodes": _synced(path) for path in files}
    plugin = measure_plugin(cache.with_name("plugin"))
    return Rendering(templates, _each(_import_plugin, _TURNS), syncing, plugin)


def _import_plugin() -> None:
    sys.modules.pop("dbt_confiture", None)
    importlib.import_module("dbt_confiture")


def _synced(path: Path) -> float:
    from confiture.dbt.current import make_current

    return _each(lambda: make_current(DbtManifest.load(path)), 11)


def _each(call: Callable[[], object], turns: int) -> float:
    call()
    times = []
    for _ in range(turns):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
