"""Measure everything side by side, in one run, and write ``docs/benchmarks.md``.

Run by ``make bench``. It needs cargo, and PyPI for the peer. Trees and environments are kept in
``.cache/`` for the next run.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "benchmarks"
TREES = CACHE / "trees"
SIZES = [10, 100, 1_000, 10_000, 100_000]
PEER = "fraiseql-confiture"

#: Runs of each whole process, one after the other in turn.
RUNS = 30

GIB = 1 << 30


def main() -> None:
    TREES.mkdir(parents=True, exist_ok=True)
    os.environ["CONFITURE_BENCH_TREES"] = str(TREES)
    os.environ.pop("CONFITURE_ENGINE", None)
    core = measure_core()
    engines = measure_engines()
    processes = measure_processes()
    memory = measure_memory()
    page = render(core, engines, processes, memory)
    (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")
    print(page)


def measure_core() -> dict[str, dict[int, float]]:
    """Median seconds of the core and its floors, by name and number of files."""
    subprocess.run(["cargo", "bench", "--quiet", "-p", "confiture-benches"], cwd=ROOT, check=True)
    results: dict[str, dict[int, float]] = {}
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for estimates in (target / "criterion" / "engine").glob("*/*/new/estimates.json"):
        name, size = estimates.parts[-4], int(estimates.parts[-3])
        median = json.loads(estimates.read_text())["median"]["point_estimate"]
        results.setdefault(name, {})[size] = median / 1e9
    return results


def measure_engines() -> dict[tuple[str, str], dict[int, float]]:
    """Median seconds of both engines through Python, by (engine, task) and number of files."""
    output = CACHE / "engines.json"
    arguments = ["-q", "-p", "no:cacheprovider", f"--benchmark-json={output}", "benches/test_engines.py"]
    subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=True)
    results: dict[tuple[str, str], dict[int, float]] = {}
    for benchmark in json.loads(output.read_text())["benchmarks"]:
        parameters = benchmark["params"]
        key = (parameters["engine"], parameters["task"])
        results.setdefault(key, {})[parameters["size"]] = benchmark["stats"]["median"]
    return results


def environment_with(name: str, *packages: str, **variables: str) -> Path:
    """An environment of its own with these packages; returns its ``bin``."""
    directory = CACHE / name
    shutil.rmtree(directory, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", directory], check=True)
    binaries = directory / "bin"
    subprocess.run(
        [binaries / "pip", "install", "--quiet", *packages],
        env={**os.environ, **variables},
        cwd=ROOT,
        check=True,
    )
    return binaries


def project_for(tree: Path, name: str) -> Path:
    project = CACHE / "projects" / name
    (project / "db" / "environments").mkdir(parents=True, exist_ok=True)
    (project / "db" / "environments" / "local.yaml").write_text(
        f"name: local\ndatabase_url: postgresql://localhost/none\ninclude_dirs:\n  - {tree}\n"
    )
    return project


def measure_processes() -> dict[str, float]:
    """Median seconds of whole processes on 1,000 files."""
    ours = environment_with("environment", ".")
    peer = environment_with("peer", PEER)
    tree = TREES / "1000"
    project = project_for(tree, "small")
    pipeline = f"cd {tree} && find . -name '*.sql' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    commands: dict[str, list[str]] = {
        "python -c pass": [str(ours / "python"), "-c", "pass"],
        "confiture hash": [str(ours / "confiture"), "hash"],
        "confiture build": [str(ours / "confiture"), "build"],
        "find, sort, sha256sum, sha256sum": ["bash", "-c", pipeline],
        f"{PEER}: confiture build --show-hash": [
            str(peer / "confiture"),
            *("build", "--show-hash", "--output", str(CACHE / "peer.sql")),
        ],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(RUNS + 2):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, check=True)
            if turn >= 2:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def measure_memory() -> dict[tuple[str, str], int]:
    """Peak bytes in memory of building 1 GiB to a file, by (tree, engine)."""
    peaks: dict[tuple[str, str], int] = {}
    binaries = CACHE / "environment" / "bin"
    for name, files in [("8,192 files of 128 KiB", 8192), ("one file of 1 GiB", 1)]:
        tree = CACHE / "gib" / str(files)
        if not tree.exists():
            maker = ["cargo", "run", "--quiet", "--release", "-p", "confiture-benches", "--bin", "make-tree"]
            subprocess.run([*maker, "--", tree, str(files), str(GIB // files)], cwd=ROOT, check=True)
        project = project_for(tree, f"gib-{files}")
        for engine in ("rust", "python"):
            if engine == "python" and files == 1:
                continue  # The twin holds one file at a time, as documented.
            output = CACHE / "gib.sql"
            process = subprocess.Popen(
                [binaries / "confiture", "build", "--output", output],
                cwd=project,
                env={**os.environ, "CONFITURE_ENGINE": engine},
                stdout=subprocess.DEVNULL,
            )
            _, status, usage = os.wait4(process.pid, 0)
            assert status == 0, f"the build of {name} failed"
            peaks[name, engine] = usage.ru_maxrss * 1024
            output.unlink()
    return peaks


def render(
    core: dict[str, dict[int, float]],
    engines: dict[tuple[str, str], dict[int, float]],
    processes: dict[str, float],
    memory: dict[tuple[str, str], int],
) -> str:
    sections = [
        "# Benchmarks",
        "",
        "Written by `make bench`: everything on this page was measured side by side in one run, on",
        "",
        f"- {machine()};",
        f"- {platform.system()} {platform.release()}, Python {platform.python_version()}, {rustc()}.",
        "",
        "Times are medians, in milliseconds, on trees of SQL files of 1.2 KB on average whose content is "
        "in the page cache. A ratio is what to compare: machines differ, and this one is shared.",
        "",
        *core_section(core),
        *engine_section(engines),
        *process_section(processes),
        *memory_section(memory),
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


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}"


def machine() -> str:
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [line for line in information.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return f"{model}, {os.cpu_count()} processors"


def rustc() -> str:
    return subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
