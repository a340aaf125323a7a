"""Measure everything side by side, in one run, and write ``docs/benchmarks.md``, its plots and its ratios.

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
from typing import TYPE_CHECKING, Any

from comparisons import PEER, measure_comparisons
from data_diff import measure_data
from dbt_columns import measure_columns
from dbt_manifests import measure_manifests
from dbt_rendering import measure_rendering
from metadata_store import measure_store
from page import Measurements, render
from parsers import measure_growth, measure_parsers
from plots import write_plots
from ratios import ratios

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "benchmarks"
TREES = CACHE / "trees"

#: Runs of each whole process, one after the other in turn.
RUNS = 30

GIB = 1 << 30


def main() -> None:
    TREES.mkdir(parents=True, exist_ok=True)
    os.environ["CONFITURE_BENCH_TREES"] = str(TREES)
    os.environ.pop("CONFITURE_ENGINE", None)
    binaries = environment_with("environment", ".")
    # First: what a process starts with counts as its own, and this one grows.
    memory = measure_memory(binaries)
    measurements = Measurements(
        core=measure_core(),
        statements=measure_statements(),
        engines=measure_engines(),
        splitters=measure_splitters(),
        parsers=measure_parsers(),
        growth=measure_growth(),
        processes=measure_processes(binaries),
        # In the environments of the processes.
        comparisons=measure_comparisons(binaries, CACHE / "peer" / "bin", CACHE / "comparisons"),
        memory=memory,
        manifests=measure_manifests(CACHE / "manifests", environment_with),
        # The manifest that was made for them.
        store=measure_store(CACHE / "manifests" / "manifest_smaller.json", CACHE / "metadata_store"),
        columns=measure_columns(CACHE / "manifests" / "manifest_smaller.json", CACHE / "column_lineage"),
        data=measure_data(CACHE / "data_diff"),
        # On the manifests that were made just before.
        rendering=measure_rendering(CACHE / "manifests"),
    )
    page = render(measurements, machine(), rustc())
    write_plots(measurements, ROOT / "docs" / "images" / "benchmarks")
    told = json.dumps({"machine": machine(), "ratios": ratios(measurements)}, indent=2, ensure_ascii=False)
    (ROOT / "docs" / "benchmarks.json").write_text(told + "\n", encoding="utf-8")
    (ROOT / "docs" / "benchmarks.md").write_text(page, encoding="utf-8")
    print(page)


def measure_core() -> dict[str, dict[int, float]]:
    """Median seconds of the core and its floors, by name and number of files."""
    subprocess.run(["cargo", "bench", "--quiet", "-p", "confiture-benches"], cwd=ROOT, check=True)
    results: dict[str, dict[int, float]] = {}
    for name, size, median, _ in criterion_results("engine"):
        results.setdefault(name, {})[size] = median
    return results


def measure_statements() -> dict[str, dict[int, tuple[float, int]]]:
    """Median seconds and bytes of dividing text, by name and number of statements or files.

    The benchmarks were run together with those of the core.
    """
    results: dict[str, dict[int, tuple[float, int]]] = {}
    for name, size, median, total in criterion_results("statements"):
        results.setdefault(name, {})[size] = median, total
    return results


def criterion_results(group: str) -> Iterator[tuple[str, int, float, int]]:
    """Name, size, median seconds and bytes of each benchmark of a group."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for estimates in (target / "criterion" / group).glob("*/*/new/estimates.json"):
        name, size = estimates.parts[-4], int(estimates.parts[-3])
        median = json.loads(estimates.read_text())["median"]["point_estimate"] / 1e9
        throughput = json.loads(estimates.with_name("benchmark.json").read_text())["throughput"] or {}
        yield name, size, median, throughput.get("Bytes", 0)


def measure_engines() -> dict[tuple[str, str], dict[int, float]]:
    """Median seconds of both engines through Python, by (engine, task) and number of files."""
    results: dict[tuple[str, str], dict[int, float]] = {}
    for benchmark in run_benchmarks("test_engines.py"):
        parameters = benchmark["params"]
        key = (parameters["engine"], parameters["task"])
        results.setdefault(key, {})[parameters["size"]] = benchmark["stats"]["median"]
    return results


def measure_splitters() -> dict[str, tuple[float, int]]:
    """Median seconds and bytes of dividing one text, by what divides it."""
    return {
        benchmark["params"]["splitter"]: (benchmark["stats"]["median"], benchmark["extra_info"]["bytes"])
        for benchmark in run_benchmarks("test_statements.py")
    }


def run_benchmarks(file: str) -> list[dict[str, Any]]:
    """What pytest-benchmark tells of a file's benchmarks."""
    output = CACHE / f"{file}.json"
    arguments = ["-q", "-p", "no:cacheprovider", f"--benchmark-json={output}", f"benches/{file}"]
    subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=True)
    benchmarks: list[dict[str, Any]] = json.loads(output.read_text())["benchmarks"]
    return benchmarks


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


def measure_processes(ours: Path) -> dict[str, float]:
    """Median seconds of whole processes on 1,000 files, with what is installed in ``ours``."""
    peer = environment_with("peer", PEER)
    tree = TREES / "1000"
    project = project_for(tree, "small")
    pipeline = f"cd {tree} && find . -name '*.sql' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    commands: dict[str, list[str]] = {
        "python -c pass": [str(ours / "python"), "-c", "pass"],
        "confiture hash": [str(ours / "confiture"), "hash"],
        "confiture build": [str(ours / "confiture"), "build"],
        "confiture check": [str(ours / "confiture"), "check"],
        "confiture hash --semantic": [str(ours / "confiture"), "hash", "--semantic"],
        "confiture lineage": [str(ours / "confiture"), "lineage"],
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


def measure_memory(binaries: Path) -> dict[tuple[str, str], int]:
    """Peak bytes in memory of building 1 GiB to a file, by (tree, engine)."""
    peaks: dict[tuple[str, str], int] = {}
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
