"""Dividing one text into statements: both engines, and what others do with it.

The text is the example project's schema, over and over, up to about a megabyte.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture import _pure
from confiture._backend import load_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_benchmark.fixture import BenchmarkFixture

_SCHEMA = Path(__file__).resolve().parent.parent / "examples" / "library" / "db" / "schema"
_BYTES = 1_000_000

#: The same text for all.
_FILES = sorted(path for path in _SCHEMA.rglob("*.sql") if ".draft." not in path.name)
_ONCE = "".join(path.read_text(encoding="utf-8") + "\n" for path in _FILES)
TEXT = _ONCE * (_BYTES // len(_ONCE.encode()))


def _rust(text: str) -> int:
    return len(load_engine().split_statements(text, spans=False)[0])


def _python(text: str) -> int:
    return len(_pure.split_statements(text, spans=False)[0])


def _pglast_split(text: str) -> int:
    from pglast import split

    return len(split(text))


def _pglast_scanner(text: str) -> int:
    from pglast import split

    return len(split(text, with_parser=False))


def _sqlparse(text: str) -> int:
    import sqlparse

    return len([statement for statement in sqlparse.split(text) if statement])


SPLITTERS: dict[str, Callable[[str], int]] = {
    "Confiture, Rust: split_statements": _rust,
    "Confiture, Python: split_statements": _python,
    "pglast.split, with the server's parser": _pglast_split,
    "pglast.split, with its scanner": _pglast_scanner,
    "sqlparse.split": _sqlparse,
}


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_splitting(benchmark: BenchmarkFixture, splitter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFITURE_ENGINE", "rust")
    benchmark.extra_info["bytes"] = len(TEXT.encode())
    rounds = 3 if splitter.startswith("sqlparse") else 7
    task: Callable[..., Any] = SPLITTERS[splitter]
    counted = benchmark.pedantic(task, args=(TEXT,), rounds=rounds, warmup_rounds=1)
    # Whoever finds fewer has not done the work; sqlparse also counts comments.
    assert counted >= _rust(TEXT)
