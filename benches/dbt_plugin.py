"""What dbt's plugin adds to a real dbt, on a generated project of 2,000 models.

The dbt is that which ``make dbt`` installs. Where there is none, nothing is measured, and the page says so.
``python benches/dbt_plugin.py`` measures this alone and prints it.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

__all__ = ["Plugin", "measure_plugin"]

_ROOT = Path(__file__).resolve().parent.parent
_VERSION = "1.12"
_MODELS, _SOURCES = 2000, 60
_TURNS = 9

_PROJECT = """\
name: orders
version: '1.0'
config-version: 2
profile: orders
model-paths: [models]
flags: {send_anonymous_usage_stats: false}
"""
_PROFILES = "orders:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: orders.duckdb}\n"
_TOLD = re.compile(r"Confiture: (\d+) nodes synced in (\d+) ms")


class Plugin(NamedTuple):
    """Seconds, medians where nothing else is said."""

    version: str
    nodes: int
    #: What the plugin does while dbt runs, importing Confiture included.
    hook: float
    #: Whole processes of ``dbt parse`` on the project, which was parsed before.
    without: float
    with_plugin: float
    #: How long the processor works at least for one of them. Other processes of the machine make that longer,
    #: never shorter, and say much less about it than about how long a run takes.
    processor_without: float
    processor_with_plugin: float


def measure_plugin(directory: Path) -> Plugin | None:
    """Measure in a real dbt; None if there is none.

    Args:
        directory: Where to write the project.
    """
    environments = Path(os.environ.get("CONFITURE_DBT_ENVIRONMENTS", _ROOT / ".cache" / "dbt"))
    dbt = environments / _VERSION / "bin" / "dbt"
    if not dbt.exists():
        return None
    project, package = directory / "project", directory / "package"
    shutil.rmtree(directory, ignore_errors=True)
    _write(project)
    package.mkdir()
    for name in ("confiture", "dbt_confiture.py"):
        (package / name).symlink_to(_ROOT / "python" / name)
    _run(dbt, project, None)
    hooks, without, with_plugin, nodes = [], [], [], 0
    for turn in range(_TURNS + 1):
        bare = _run(dbt, project, None)
        full = _run(dbt, project, package)
        told = _TOLD.search(full.said)
        if told is None:
            raise RuntimeError(f"dbt parse did not sync anything: {full.said}")
        if turn:
            # The first turn writes what Python compiles.
            nodes = int(told[1])
            hooks.append(int(told[2]) / 1000)
            without.append(bare)
            with_plugin.append(full)
    return Plugin(
        _VERSION,
        nodes,
        hook=statistics.median(hooks),
        without=statistics.median(run.seconds for run in without),
        with_plugin=statistics.median(run.seconds for run in with_plugin),
        processor_without=min(run.processor for run in without),
        processor_with_plugin=min(run.processor for run in with_plugin),
    )


class _Run(NamedTuple):
    """A run of dbt: how long it took, how long the processor worked for it, and what it said."""

    seconds: float
    processor: float
    said: str


def _run(dbt: Path, project: Path, package: Path | None) -> _Run:
    """Run ``dbt parse``."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DBT", "PYTHON"))}
    if package is not None:
        environment["PYTHONPATH"] = str(package)
    start, worked = time.perf_counter(), _processor_of_children()
    done = subprocess.run(
        [dbt, "--no-use-colors", "parse", "--profiles-dir", "."],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds, worked = time.perf_counter() - start, _processor_of_children() - worked
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return _Run(seconds, worked, done.stdout)


def _processor_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _write(project: Path) -> None:
    """A project in which each model reads a source or up to three earlier models, the same on every run."""
    chance = random.Random(7)
    models = project / "models"
    models.mkdir(parents=True)
    (project / "dbt_project.yml").write_text(_PROJECT)
    (project / "profiles.yml").write_text(_PROFILES)
    tables = "".join(f"      - {{name: raw_{number}, description: Raw}}\n" for number in range(_SOURCES))
    (models / "sources.yml").write_text(f"sources:\n  - name: shop\n    tables:\n{tables}")
    described = ["models:"]
    for number in range(_MODELS):
        if number < _SOURCES:
            read = [f"source('shop', 'raw_{number}')"]
        else:
            chosen = {chance.randrange(max(0, number - 400), number) for _ in range(1 + number % 3)}
            read = [f"ref('model_{parent:04d}')" for parent in sorted(chosen)]
        joined = "\nunion all\n".join(f"select id, amount from {{{{ {relation} }}}}" for relation in read)
        (models / f"model_{number:04d}.sql").write_text(
            f"{{{{ config(tags=['group_{number % 7}']) }}}}\n-- Orders, step {number}.\n{joined}\n"
        )
        described += [f"  - name: model_{number:04d}", f"    description: Orders after step {number}."]
        described += ["    columns:", "      - {name: id, description: The order.}"]
        described += ["      - {name: amount, description: In cents.}"]
    (models / "models.yml").write_text("\n".join(described) + "\n")


if __name__ == "__main__":
    print(measure_plugin(_ROOT / ".cache" / "benchmarks" / "plugin"))
