"""Both engines through their Python interface, on trees of growing size.

The trees are those that the Rust benchmarks make below ``CONFITURE_BENCH_TREES``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture._backend import load_engine
from confiture._failures import OPEN_CONSTRUCTS
from confiture.config.environment import BuildConfig, DirectoryConfig
from confiture.core.layout import header_pieces, separator_pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

    from confiture._interface import Engine

TREES = Path(os.environ["CONFITURE_BENCH_TREES"]).resolve()
SIZES = [int(size) for size in os.environ.get("CONFITURE_BENCH_SIZES", "10,100,1000,10000,100000").split(",")]

HEADER = header_pieces("benchmark", 0)
SEPARATOR = separator_pieces(BuildConfig().separators)
FATAL = list(OPEN_CONSTRUCTS)


@pytest.fixture(params=["rust", "python"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("CONFITURE_ENGINE", request.param)
    return load_engine()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("task", ["find", "hash", "build", "write"])
def test_engine(benchmark: BenchmarkFixture, engine: Engine, task: str, size: int, tmp_path: Path) -> None:
    root = str(TREES / str(size))
    entries = [DirectoryConfig(path=root)]
    paths = engine.find_sql_files(root, entries)[0]
    assert len(paths) == size
    tasks: dict[str, Callable[[], Any]] = {
        "find": lambda: engine.find_sql_files(root, entries),
        "hash": lambda: engine.hash_files(root, paths),
        "build": lambda: engine.build_schema(root, paths, HEADER, SEPARATOR, fatal=FATAL),
        "write": lambda: engine.write_schema(
            root, paths, [(str(tmp_path / "bundle.sql"), HEADER, None)], SEPARATOR, fatal=FATAL
        ),
    }
    rounds = 3 if size > 10_000 else 10
    benchmark.pedantic(tasks[task], rounds=rounds, warmup_rounds=1)
