"""Comparing two large schemas: whole processes, one after the other in turn."""

from __future__ import annotations

import statistics
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

from large_schema import make_schema

if TYPE_CHECKING:
    from pathlib import Path

PEER = "fraiseql-confiture"

#: Numbers of statements, and of the tables that these make.
_SIZES = {10_600: 3_000, 106_000: 30_000}
#: One line in so many that make a column is another one on the other side.
_CHANGED = 75
#: What the other side has in its place.
_COLUMN, _CHANGES = (
    "label text NOT NULL",
    ("label varchar(80) NOT NULL", "label text NOT NULL,\n    added integer"),
)

_TURNS = 11
#: The peer takes half a minute.
_TURNS_OF_PEER = 1

_READ = "import sys\nfor name in sys.argv[1:]: open(name, 'rb').read()"


class Compared(NamedTuple):
    """Median seconds of one process on one pair of schemas, and how many changes there are."""

    seconds: float
    changes: int


def measure_comparisons(ours: Path, peer: Path, directory: Path) -> dict[tuple[int, str], Compared]:
    """Of each process on each pair of schemas, by (tables, process).

    Args:
        ours: Where our program is, with its interpreter.
        peer: Where the peer's program is.
        directory: Where to write the schemas.
    """
    directory.mkdir(parents=True, exist_ok=True)
    results: dict[tuple[int, str], Compared] = {}
    for statements, tables in _SIZES.items():
        old = make_schema(statements)
        new, changes = _changed(old)
        paths = [directory / name for name in (f"old-{tables}.sql", f"new-{tables}.sql")]
        for path, text in zip(paths, (old, new), strict=True):
            path.write_text(text, encoding="utf-8")
        files = list(map(str, paths))
        arguments = ["diff", "--from", files[0], "--to", files[1]]
        commands = {
            "python -c pass": [str(ours / "python"), "-c", "pass"],
            "reading both files": [str(ours / "python"), "-c", _READ, *files],
            "confiture diff": [str(ours / "confiture"), *arguments],
            "confiture diff of a file with itself": [str(ours / "confiture"), *arguments[:-1], files[0]],
        }
        medians = _in_turn(commands, _TURNS)
        if statements == min(_SIZES):
            medians |= _in_turn(
                {f"{PEER}: confiture diff": [str(peer / "confiture"), *arguments]}, _TURNS_OF_PEER
            )
        for name, seconds in medians.items():
            results[tables, name] = Compared(seconds, changes)
    return results


def _changed(text: str) -> tuple[str, int]:
    """A text with every so-manieth column in another way, and how many these are."""
    pieces = text.split(_COLUMN)
    changes = 0
    changed = pieces[:1]
    for number, piece in enumerate(pieces[1:]):
        column = _COLUMN
        if number % _CHANGED == 0:
            column = _CHANGES[changes % len(_CHANGES)]
            changes += 1
        changed += [column, piece]
    return "".join(changed), changes


def _in_turn(commands: dict[str, list[str]], turns: int) -> dict[str, float]:
    """Median seconds of each process; the first turn warms up if there are several."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(turns + (turns > 1)):
        for name, command in commands.items():
            start = time.perf_counter()
            process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            # 1 tells of differences, but a failure of the interpreter itself is 1 too.
            failed = process.returncode not in (0, 1) or b"Traceback" in process.stderr
            assert not failed, f"{name} failed: {process.stderr.decode()}"
            if turn or turns == 1:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}
