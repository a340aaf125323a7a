"""Shapes of many queries: those that are kept, and the others made side by side."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Thread
from typing import TYPE_CHECKING

from confiture.artifacts import dumps_json, dumps_msgpack, loads_msgpack
from confiture.column_lineage.shapes import Shape
from confiture.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture.column_lineage.cache import ShapeCache

__all__ = ["shapes_of"]

#: Bytes of SQL for which another process pays: it starts in the time in which one reads a tenth of that.
_WORTH_A_PROCESS = 100_000

_STARTING = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from confiture.column_lineage.worker import main
main()
"""


def shapes_of(
    texts: Iterable[str], dialect: str, *, cache: ShapeCache | None = None, processes: int | None = None
) -> dict[str, Shape]:
    """The shapes of queries, by their texts.

    Args:
        texts: The queries.
        dialect: sqlglot's name for their dialect.
        cache: Where shapes are kept; None for nowhere.
        processes: How many processes to use at most; default: as many as there are processors.
    """
    wanted = list(dict.fromkeys(texts))
    found: dict[str, Shape] = {} if cache is None else cache.read(wanted, dialect)
    missing = [text for text in wanted if text not in found]
    made = _made(missing, dialect, processes)
    if cache is not None:
        cache.write(made, dialect)
    return {**found, **made}


def _made(texts: Sequence[str], dialect: str, processes: int | None) -> dict[str, Shape]:
    size = sum(map(len, texts))
    most = _processors() if processes is None else processes
    number = max(1, min(most, 1 + size // _WORTH_A_PROCESS, len(texts))) if sys.executable else 1
    parts = [texts[start::number] for start in range(number)]
    answers: list[list[Shape] | None] = [None] * number

    def ask(index: int) -> None:
        answers[index] = _answer(parts[index], dialect)

    # The processes do the work; a thread for each of them waits.
    threads = [Thread(target=ask, args=(index,), daemon=True) for index in range(1, number)]
    for thread in threads:
        thread.start()
    answers[0] = _read_here(parts[0], dialect)
    for thread in threads:
        thread.join()
    found: dict[str, Shape] = {}
    for part, answer in zip(parts, answers, strict=True):
        # What another process could not do is done here, where its failure can be seen.
        shapes = _read_here(part, dialect) if answer is None else answer
        found.update(zip(part, shapes, strict=True))
    return found


def _read_here(texts: Sequence[str], dialect: str) -> list[Shape]:
    if not texts:
        return []
    try:
        from confiture.column_lineage.shaping import shape_of
    except ImportError as error:
        from confiture.artifacts.failures import library_missing

        raise library_missing("sqlglot", "a column lineage", "trees") from error
    return [shape_of(text, dialect) for text in texts]


def _answer(texts: Sequence[str], dialect: str) -> list[Shape] | None:
    """What another process makes of them; None if it fails."""
    try:
        command = [sys.executable, "-c", _STARTING, dumps_json(sys.path)]
        done = subprocess.run(
            command,
            input=dumps_msgpack((dialect, texts)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        shapes = loads_msgpack(done.stdout, list[Shape])
    except (OSError, subprocess.SubprocessError, ArtifactError):
        return None
    return shapes if len(shapes) == len(texts) else None


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
