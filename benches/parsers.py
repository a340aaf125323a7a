"""Parsing whole schemas: both engines, and the server's own parser, one after the other in turn.

What is compared does not do the same: the server's parser gives a tree for each statement, while
Confiture's engines apply the statements and give the state that they lead to.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pglast.parser
from large_schema import make_schema

import confiture
from confiture import _core, _pure
from confiture.artifacts.schema import decode_model

if TYPE_CHECKING:
    from collections.abc import Callable

#: The calls, as the page names them.
OURS = "Confiture, Rust: parse_sql"
FINGERPRINTED = "Confiture, Rust: fingerprint_sql"
AS_STRUCTS = "confiture.parse_sql: the same as structs"
SERVER = "pglast.parser.parse_sql_json"
TWIN = "Confiture, Python: parse_sql"
TWIN_FINGERPRINTED = "Confiture, Python: fingerprint_sql"

#: Numbers of statements that show how the cost grows.
GROWTH = (1_000, 10_000, 100_000)

_SCHEMA = Path(__file__).resolve().parent.parent / "examples" / "library" / "db" / "schema"
#: Of 3,000 tables.
_LARGE = 10_600

_TURNS = 11
_TURNS_OF_TWIN = 3
_TURNS_OF_GROWTH = 5
#: A call that takes less is repeated until this many seconds are over.
_SHORTEST = 0.05


class Parsed(NamedTuple):
    """Median seconds of one call on one text, and the text's size."""

    seconds: float
    statements: int
    size: int


def measure_parsers() -> dict[tuple[str, str], Parsed]:
    """Of each call on each text, by (text, call)."""
    results: dict[tuple[str, str], Parsed] = {}
    for name, text in (("3,000 tables", make_schema(_LARGE)), ("the example project", _example())):
        calls: dict[str, Callable[[str], object]] = {
            OURS: _core.parse_sql,
            FINGERPRINTED: _core.fingerprint_sql,
            AS_STRUCTS: confiture.parse_sql,
            SERVER: pglast.parser.parse_sql_json,
        }
        assert _core.fingerprint_sql(text) == _pure.fingerprint_sql(text)
        twins: dict[str, Callable[[str], object]] = {
            TWIN: _pure.parse_sql,
            TWIN_FINGERPRINTED: _pure.fingerprint_sql,
        }
        medians = _in_turn(calls, text, _TURNS) | _in_turn(twins, text, _TURNS_OF_TWIN)
        count = _modelled(text)
        for call, seconds in medians.items():
            results[name, call] = Parsed(seconds, count, len(text.encode()))
    return results


def measure_growth() -> dict[tuple[int, str], Parsed]:
    """Of the native engine and the server's parser on growing texts, by (statements, call)."""
    calls: dict[str, Callable[[str], object]] = {
        OURS: _core.parse_sql,
        FINGERPRINTED: _core.fingerprint_sql,
        SERVER: pglast.parser.parse_sql_json,
    }
    results: dict[tuple[int, str], Parsed] = {}
    for statements in GROWTH:
        text = make_schema(statements)
        for call, seconds in _in_turn(calls, text, _TURNS_OF_GROWTH).items():
            results[statements, call] = Parsed(seconds, statements, len(text.encode()))
    return results


def _in_turn(calls: dict[str, Callable[[str], object]], text: str, turns: int) -> dict[str, float]:
    repeats = {name: max(1, round(_SHORTEST / _seconds(call, text))) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(turns):
        for name, call in calls.items():
            times[name].append(_seconds(call, text, repeats[name]))
    return {name: statistics.median(values) for name, values in times.items()}


def _seconds(call: Callable[[str], object], text: str, repeats: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call(text)
    return (time.perf_counter() - start) / repeats


def _modelled(text: str) -> int:
    """The number of a text's statements; whoever leaves one of the schema aside has not done the work."""
    ledger = decode_model(_core.parse_sql(text)).ledger
    assert not any(entry.refused for entry in ledger), ledger
    return sum(entry.modelled + entry.opaque + entry.passed for entry in ledger)


def _example() -> str:
    """The example project's schema, in one text."""
    files = sorted(path for path in _SCHEMA.rglob("*.sql") if ".draft." not in path.name)
    return "".join(path.read_text(encoding="utf-8") + "\n" for path in files)
