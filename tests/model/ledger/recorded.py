"""The runs that were recorded: which files, in which order, and which definitions a server refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

__all__ = ["Run", "Runs", "load", "spelt", "store"]

_PATH = Path(__file__).with_name("runs.json")

#: By path, in the order of the run: the number of statements, and which of them are definitions that the
#: server refused.
Run = dict[str, "Outcome"]
#: By corpus and package.
Runs = dict[str, dict[str, list[Run]]]


class Outcome(NamedTuple):
    """What a server made of a file."""

    count: int
    refused: frozenset[int]


def load() -> Runs:
    """All runs, of which there may be none yet."""
    if not _PATH.exists():
        return {}
    stored: dict[str, dict[str, list[dict[str, str]]]] = json.loads(_PATH.read_text(encoding="utf-8"))
    return {
        corpus: {
            package: [{path: _outcome(text) for path, text in run.items()} for run in runs]
            for package, runs in packages.items()
        }
        for corpus, packages in stored.items()
    }


def store(runs: Runs) -> None:
    """Write all runs."""
    spelled = {
        corpus: {
            package: [{path: spelt(*outcome) for path, outcome in run.items()} for run in recorded]
            for package, recorded in packages.items()
        }
        for corpus, packages in runs.items()
    }
    _PATH.write_text(json.dumps(spelled, indent=1) + "\n", encoding="utf-8")


def spelt(count: int, refused: frozenset[int]) -> str:
    """A number of statements and the refused ones, as ``12: 3-5 9``."""
    ranges: list[list[int]] = []
    for number in sorted(refused):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges]
    return " ".join([f"{count}:", *words])


def _outcome(text: str) -> Outcome:
    count, _, words = text.partition(":")
    refused: set[int] = set()
    for word in words.split():
        first, _, last = word.partition("-")
        refused.update(range(int(first), int(last or first) + 1))
    return Outcome(int(count), frozenset(refused))
