"""The part of ``docs/benchmarks.md`` about dbt manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbt_commands import COMPARED, LISTED
from dbt_manifests import EXTRACT, GROWN, LOADED, ORJSON, QUESTIONS

if TYPE_CHECKING:
    from dbt_manifests import Manifests
    from dbt_plugin import Plugin
    from dbt_rendering import Rendering

__all__ = ["manifest_section", "rendering_section"]


def manifest_section(manifests: Manifests) -> list[str]:
    """The section's lines."""
    files = list(manifests.sizes)
    calls = list(dict.fromkeys(call for _, call in manifests.loads))
    titles = [f"{name}, {manifests.sizes[name] / 1e6:.1f} MB" for name in files]
    rows = [
        "## dbt manifests",
        "",
        "Loading a manifest from its file. The JSON readers give objects without types; Confiture checks "
        "every known field, keeps everything as it was written, and has the graph. The extraction is of "
        "a manifest that was loaded before.",
        "",
        _row(["call", *(f"{title}: ms | / {ORJSON}" for title in titles)]),
        "|---|" + "---:|---:|" * len(files),
    ]
    for call in calls:
        cells: list[Any] = [f"`{call}`"]
        for name in files:
            seconds = manifests.loads[name, call]
            cells += [f"{seconds * 1e3:.0f}", f"{seconds / manifests.loads[name, ORJSON]:.2f}"]
        rows.append(_row(cells))
    rows += [
        "",
        "Growth, on manifests that are copies of the first one's nodes:",
        "",
        "| nodes | " + " | ".join(f"{call}: ms" for call in (LOADED, EXTRACT, ORJSON)) + f" | / {ORJSON} |",
        "|---:|---:|---:|---:|---:|",
    ]
    for nodes in GROWN:
        times = [manifests.growth[nodes, call] for call in (LOADED, EXTRACT, ORJSON)]
        milliseconds = [f"{seconds * 1e3:.2f}" for seconds in times]
        rows.append(_row([f"{nodes:,}", *milliseconds, f"{times[0] / times[-1]:.2f}"]))
    rows += [
        "",
        f"Peak memory of a process after `{LOADED}`, over one that only imports:",
        "",
        "| manifest | MB | / file |",
        "|---|---:|---:|",
    ]
    for name, title in zip(files, titles, strict=True):
        peak = manifests.peaks[name]
        rows.append(_row([title, f"{peak / 1e6:.1f}", f"{peak / manifests.sizes[name]:.2f}"]))
    rows += [
        "",
        "Questions, in microseconds:",
        "",
        _row(["question", *titles]),
        "|---|" + "---:|" * len(files),
    ]
    for asked in QUESTIONS:
        cells = [f"{manifests.questions[name, asked] * 1e6:,.1f}" for name in files]
        rows.append(_row([asked, *cells]))
    rows += [
        "",
        "Whole processes, in milliseconds. Two manifests are compared that another machine and another time "
        "wrote, with one model changed.",
        "",
        _row(["command", *titles]),
        "|---|" + "---:|" * len(files),
    ]
    for command in (LISTED, COMPARED):
        cells = [f"{manifests.commands[name, command] * 1e3:.0f}" for name in files]
        rows.append(_row([f"`{command}`", *cells]))
    return [*rows, ""]


def rendering_section(rendering: Rendering) -> list[str]:
    """The lines of the section about templates and the plugin."""
    names = list(dict.fromkeys(name for _, name in rendering.templates))
    rows = [
        "## dbt templates and plugin",
        "",
        "One template that was read before, with all that it refers to, in microseconds:",
        "",
        _row(["template", "Rust", "Python"]),
        "|---|---:|---:|",
    ]
    for name in names:
        cells = [f"{rendering.templates[engine, name] * 1e6:.0f}" for engine in ("rust", "python")]
        rows.append(_row([name, *cells]))
    synced = ", ".join(f"{seconds * 1e3:.0f} ms for {name}" for name, seconds in rendering.syncing.items())
    rows += [
        "",
        f"Importing `dbt_confiture` takes {rendering.import_of_plugin * 1e6:.0f} microseconds.",
        f"To what dbt does itself, syncing adds the loading of the file that dbt wrote: {synced}.",
        "",
        _told_of_plugin(rendering.plugin),
    ]
    return [*rows, ""]


def _told_of_plugin(plugin: Plugin | None) -> str:
    if plugin is None:
        return "What that adds to a whole run of dbt was not measured: there was no dbt (`make dbt`)."
    return (
        f"In dbt {plugin.version}, on a project of {plugin.nodes:,} models that was parsed before, the "
        f"plugin takes {plugin.hook * 1e3:.0f} ms, importing Confiture included. Whole runs of `dbt parse` "
        f"take {plugin.without:.2f} s without it and {plugin.with_plugin:.2f} s with it; at the "
        f"least, the processor works {plugin.processor_without:.2f} s and "
        f"{plugin.processor_with_plugin:.2f} s for them."
    )


def _row(cells: list[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
