"""The page of benchmarks: what was measured, as tables."""

from __future__ import annotations

import platform
from typing import Any, NamedTuple

from comparisons import PEER, Compared
from data_diff import DataTimes, data_section
from dbt_columns import ColumnTimes, column_section
from dbt_manifests import Manifests
from dbt_page import manifest_section, rendering_section
from dbt_rendering import Rendering
from metadata_store import StoreTimes, store_section
from parsers import FINGERPRINTED, GROWTH, OURS, SERVER, TWIN_FINGERPRINTED, Parsed

#: Numbers of files of the trees.
SIZES = [10, 100, 1_000, 10_000, 100_000]

#: The plots, by the names of their files, and what they say.
PLOTS = {
    "files": "Finding, hashing and building a tree of files",
    "statements": "Reading a schema of so many statements",
    "nodes": "Reading a dbt manifest of so many nodes",
    "processes": "Whole processes on 1,000 files",
}

_SPLITTER = "Confiture, Rust: split_statements"


class Measurements(NamedTuple):
    """What `run.py` measures; times are medians in seconds, sizes are in bytes."""

    #: By benchmark and number of files.
    core: dict[str, dict[int, float]]
    #: Times and sizes, by benchmark and number of statements or files.
    statements: dict[str, dict[int, tuple[float, int]]]
    #: By (engine, task) and number of files.
    engines: dict[tuple[str, str], dict[int, float]]
    #: Times and sizes of dividing one text, by what divides it.
    splitters: dict[str, tuple[float, int]]
    #: By (text, call).
    parsers: dict[tuple[str, str], Parsed]
    #: By (statements, call).
    growth: dict[tuple[int, str], Parsed]
    #: By process.
    processes: dict[str, float]
    #: By (tables, process).
    comparisons: dict[tuple[int, str], Compared]
    #: Peak memory, by (tree, engine).
    memory: dict[tuple[str, str], int]
    manifests: Manifests
    store: StoreTimes
    columns: ColumnTimes
    data: DataTimes
    rendering: Rendering


def render(measurements: Measurements, machine: str, rustc: str) -> str:
    """The page as Markdown."""
    sections = [
        "# Benchmarks",
        "",
        "Written by `make bench`: everything on this page was measured side by side in one run, on",
        "",
        f"- {machine};",
        f"- {platform.system()} {platform.release()}, Python {platform.python_version()}, {rustc}.",
        "",
        "Times are medians, in milliseconds, on trees of SQL files of 1.2 KB on average whose content is "
        "in the page cache. A ratio is what to compare: machines differ, and this one is shared.",
        "",
        "How cost grows with files, statements and nodes, and what whole processes take:",
        "",
        *(
            line
            for name, title in PLOTS.items()
            for line in (f"![{title}](images/benchmarks/{name}.svg)", "")
        ),
        "The ratios are in [benchmarks.json](benchmarks.json) too; `make bench-check` fails if one of them "
        "is more than half as much again as the committed one.",
        "",
        *core_section(measurements.core),
        *engine_section(measurements.engines),
        *statement_section(measurements.statements),
        *splitter_section(measurements.splitters),
        *parser_section(measurements.parsers),
        *growth_rows(measurements.growth),
        *process_section(measurements.processes),
        *comparison_section(measurements.comparisons),
        *memory_section(measurements.memory),
        *manifest_section(measurements.manifests),
        *store_section(measurements.store),
        *column_section(measurements.columns),
        *data_section(measurements.data),
        *rendering_section(measurements.rendering),
    ]
    return "\n".join(sections)


def core_section(core: dict[str, dict[int, float]]) -> list[str]:
    rows = [
        "## The core against its floors",
        "",
        "Floors: *walk* lists the tree with `walkdir` and keeps the paths; *read* reads the same files in "
        "parallel, each thread into one buffer; *keep* reads them in parallel and keeps what it read. "
        "*Build* gives the bundle as text, *write* writes it to a file, which the floors do not.",
        "",
        "| files | walk | find | / walk | read | hash | / read | keep | build | / keep | / read | write |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for size in SIZES:
        value = {name: sizes[size] for name, sizes in core.items()}
        walk, read, keep = value["walk_floor"], value["read_floor"], value["read_kept_floor"]
        cells = [
            f"{size:,}",
            *(ms(walk), ms(value["find"]), ratio(value["find"], walk)),
            *(ms(read), ms(value["hash"]), ratio(value["hash"], read)),
            *(ms(keep), ms(value["build"]), ratio(value["build"], keep), ratio(value["build"], read)),
            ms(value["write"]),
        ]
        rows.append(row(cells))
    growth = {
        name: (sizes[100_000] / 100_000) / (sizes[10_000] / 10_000)
        for name, sizes in core.items()
        if name in ("find", "hash", "build", "write", "read_floor")
    }
    rows += [
        "",
        "Cost per file at 100,000 files over that at 10,000: "
        + ", ".join(f"{name.removesuffix('_floor')} {value:.2f}" for name, value in sorted(growth.items()))
        + ".",
        "",
    ]
    return rows


def engine_section(engines: dict[tuple[str, str], dict[int, float]]) -> list[str]:
    rows = [
        "## Rust against Python",
        "",
        "The same calls from Python, on both engines; *total* is find, hash and build.",
        "",
        "| files | find Rust | Python | hash Rust | Python | build Rust | Python "
        "| total Rust | Python | Python / Rust |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    tasks = ("find", "hash", "build")
    for size in SIZES:
        cells = [f"{size:,}"]
        totals = {engine: sum(engines[engine, task][size] for task in tasks) for engine in ("rust", "python")}
        for task in tasks:
            cells += [ms(engines["rust", task][size]), ms(engines["python", task][size])]
        cells += [ms(totals["rust"]), ms(totals["python"]), ratio(totals["python"], totals["rust"])]
        rows.append(row(cells))
    return [*rows, ""]


def statement_section(statements: dict[str, dict[int, tuple[float, int]]]) -> list[str]:
    rows = [
        "## Dividing text into named statements",
        "",
        "The core on one thread: a text made of the example project's schema, over and over. "
        "*Fingerprints* also normalises and digests each statement.",
        "",
        "| statements | MB | ms | MB/s | µs per statement | with fingerprints, MB/s |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for size, (seconds, total) in sorted(statements["split_and_name"].items()):
        fingerprints = statements["fingerprint"].get(size)
        cells = [
            *(f"{size:,}", f"{total / 1e6:.1f}", ms(seconds), f"{total / seconds / 1e6:.0f}"),
            f"{seconds / size * 1e6:.2f}",
            f"{total / fingerprints[0] / 1e6:.0f}" if fingerprints else "",
        ]
        rows.append(row(cells))
    ((files, (read, _)),) = statements["read_files"].items()
    divided = statements["read_split_and_name_files"][files][0]
    return [
        *rows,
        "",
        f"On one thread, reading {files:,} files takes {ms(read)} ms; reading and dividing them takes "
        f"{ms(divided)} ms, {ratio(divided, read)} times as much.",
        "",
    ]


def splitter_section(splitters: dict[str, tuple[float, int]]) -> list[str]:
    rows = [
        "## Dividing one text, side by side",
        "",
        "From Python, on the same text. Confiture's calls give named and placed statements; the others give "
        "the statements' texts.",
        "",
        "| call | ms | MB/s | / Confiture, Rust |",
        "|---|---:|---:|---:|",
    ]
    ours = splitters[_SPLITTER][0]
    for name, (seconds, total) in splitters.items():
        rows.append(row([name, ms(seconds), f"{total / seconds / 1e6:.1f}", ratio(seconds, ours)]))
    return [*rows, ""]


def parser_section(parsers: dict[tuple[str, str], Parsed]) -> list[str]:
    rows = [
        "## The model of a schema",
        "",
        "From Python, on the same text, one after the other in turn. Confiture's engines divide the text, "
        "parse the statements and apply them; `parse_sql` gives the whole model as one MessagePack document, "
        "`fingerprint_sql` the semantic fingerprint of each object and of all. pglast is the server's own "
        "parser and gives the statements' trees as one JSON document.",
        "",
    ]
    for text in dict.fromkeys(name for name, _ in parsers):
        calls = {call: parsed for (name, call), parsed in parsers.items() if name == text}
        ours, server = calls[OURS], calls[SERVER]
        rows += [
            f"On {text}: {ours.statements:,} statements, {ours.size / 1e6:.2f} MB.",
            "",
            "| call | ms | MB/s | µs per statement | / pglast | / the same in Rust |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for call, parsed in calls.items():
            native = calls[FINGERPRINTED if call in (FINGERPRINTED, TWIN_FINGERPRINTED) else OURS]
            cells = [
                *(call, ms(parsed.seconds), f"{parsed.size / parsed.seconds / 1e6:.1f}", each(parsed)),
                *(ratio(parsed.seconds, server.seconds), ratio(parsed.seconds, native.seconds)),
            ]
            rows.append(row(cells))
        rows.append("")
    return rows


def growth_rows(growth: dict[tuple[int, str], Parsed]) -> list[str]:
    rows = [
        "Growth, on schemas of the first kind:",
        "",
        "| statements | MB | call | ms | µs per statement | / pglast |",
        "|---:|---:|---|---:|---:|---:|",
    ]
    for statements in GROWTH:
        server = growth[statements, SERVER]
        for call in (OURS, FINGERPRINTED, SERVER):
            parsed = growth[statements, call]
            cells = [
                *(f"{statements:,}", f"{parsed.size / 1e6:.2f}", call, ms(parsed.seconds), each(parsed)),
                ratio(parsed.seconds, server.seconds),
            ]
            rows.append(row(cells))
    return [*rows, ""]


def process_section(processes: dict[str, float]) -> list[str]:
    rows = [
        "## Whole processes",
        "",
        "On 1,000 files, from the start of the process to its end.",
        "",
        "| process | ms | / `python -c pass` | / peer |",
        "|---|---:|---:|---:|",
    ]
    floor = processes["python -c pass"]
    peer = next(value for name, value in processes.items() if name.startswith(PEER))
    for name, value in processes.items():
        rows.append(row([f"`{name}`", ms(value), ratio(value, floor), ratio(value, peer)]))
    return [*rows, ""]


def comparison_section(comparisons: dict[tuple[int, str], Compared]) -> list[str]:
    rows = [
        "## Comparing schemas",
        "",
        "Whole processes, each on two SQL files of so many tables with what belongs to them.",
        "",
        "| tables | changes | process | ms | µs per table | / reading both files |",
        "|---:|---:|---|---:|---:|---:|",
    ]
    for (tables, name), compared in comparisons.items():
        floor = comparisons[tables, "reading both files"].seconds
        cells = [
            *(f"{tables:,}", compared.changes, f"`{name}`", ms(compared.seconds)),
            *(f"{compared.seconds / tables * 1e6:.0f}", ratio(compared.seconds, floor)),
        ]
        rows.append(row(cells))
    return [*rows, ""]


def memory_section(memory: dict[tuple[str, str], int]) -> list[str]:
    rows = [
        "## Memory",
        "",
        "Peak memory of `confiture build` of 1 GiB to a file.",
        "",
        "| tree | engine | MiB |",
        "|---|---|---:|",
    ]
    for (tree, engine), peak in memory.items():
        rows.append(row([tree, engine, f"{peak / (1 << 20):.0f}"]))
    return [*rows, ""]


def row(cells: list[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f}" if seconds < 0.1 else f"{seconds * 1e3:.0f}"


def each(parsed: Parsed) -> str:
    """Microseconds per statement."""
    return f"{parsed.seconds / parsed.statements * 1e6:.2f}"


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}"
