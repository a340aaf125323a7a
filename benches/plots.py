"""The plots of the page, as SVG: how cost grows, and whole processes beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from comparisons import PEER
from dbt_manifests import EXTRACT, GROWN, LOADED, ORJSON
from matplotlib.figure import Figure
from page import PLOTS, SIZES
from parsers import FINGERPRINTED, GROWTH, OURS, SERVER

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from page import Measurements

__all__ = ["write_plots"]

_TASKS = ("find", "hash", "build")

#: Colours that differ for all eyes; each line has a marker of its own too.
_STYLES = (
    {"color": "#0072b2", "marker": "o"},
    {"color": "#d55e00", "marker": "s"},
    {"color": "#555555", "marker": "^", "linestyle": "--"},
    {"color": "#009e73", "marker": "D"},
)

_SETTINGS = {
    # Text stays text, and the same numbers give the same bytes.
    "svg.fonttype": "none",
    "svg.hashsalt": "confiture",
    "font.family": "sans-serif",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def write_plots(measurements: Measurements, directory: Path) -> None:
    """Write each plot of `page.PLOTS` into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(_SETTINGS):
        drawn = {
            "files": _files(measurements),
            "statements": _statements(measurements),
            "nodes": _nodes(measurements),
            "processes": _processes(measurements),
        }
        for name in PLOTS:
            figure = drawn[name]
            figure.tight_layout()
            metadata = {"Date": None, "Creator": None, "Title": PLOTS[name]}
            figure.savefig(directory / f"{name}.svg", metadata=metadata, transparent=False)


def _files(measurements: Measurements) -> Figure:
    engines, core = measurements.engines, measurements.core
    lines = {
        "Rust": [sum(engines["rust", task][size] for task in _TASKS) for size in SIZES],
        "Python": [sum(engines["python", task][size] for task in _TASKS) for size in SIZES],
        "floor: walking, reading, keeping": [
            core["walk_floor"][size] + core["read_floor"][size] + core["read_kept_floor"][size]
            for size in SIZES
        ],
    }
    return _growth(PLOTS["files"], "files", list(SIZES), lines)


def _statements(measurements: Measurements) -> Figure:
    growth = measurements.growth
    lines = {call: [growth[size, call].seconds for size in GROWTH] for call in (OURS, FINGERPRINTED, SERVER)}
    return _growth(PLOTS["statements"], "statements", list(GROWTH), lines)


def _nodes(measurements: Measurements) -> Figure:
    growth = measurements.manifests.growth
    lines = {call: [growth[size, call] for size in GROWN] for call in (LOADED, EXTRACT, ORJSON)}
    return _growth(PLOTS["nodes"], "nodes", list(GROWN), lines)


def _growth(title: str, what: str, sizes: list[int], lines: dict[str, list[float]]) -> Figure:
    figure, axes = _figure(title)
    for (name, seconds), style in zip(lines.items(), _STYLES, strict=False):
        axes.plot(sizes, [each * 1e3 for each in seconds], label=name, **style)
    axes.set(xscale="log", yscale="log", xlabel=what, ylabel="milliseconds")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.legend(frameon=False)
    return figure


def _processes(measurements: Measurements) -> Figure:
    figure, axes = _figure(PLOTS["processes"])
    processes = sorted(measurements.processes.items(), key=lambda item: -item[1])
    names = [name for name, _ in processes]
    milliseconds = [seconds * 1e3 for _, seconds in processes]
    colours = ["#d55e00" if name.startswith(PEER) else "#0072b2" for name in names]
    colours = [
        colour if "confiture" in name else "#888888" for name, colour in zip(names, colours, strict=True)
    ]
    bars = axes.barh(names, milliseconds, color=colours)
    axes.bar_label(bars, [f"{each:,.0f}" for each in milliseconds], padding=3)
    axes.set(xlabel="milliseconds")
    axes.margins(x=0.1)
    axes.grid(visible=False, axis="y")
    return figure


def _figure(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(8, 4.5))
    axes = figure.subplots()
    axes.set_title(title, loc="left", fontsize="medium")
    return figure, axes
