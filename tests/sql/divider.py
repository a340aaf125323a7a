"""Processes that divide texts, with a limit to their memory, so that an abort is one test's failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Seconds after which a text counts as one that would never be divided.
_HUNG = 120

#: Divides the texts that expressions make, line by line, and says what came of each.
_CHILD = """
import json, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from confiture import _backend
engine = _backend.load_engine()

def divided(expression, names, normalised):
    text = eval(expression, names)
    size = len(text.encode())
    statements, spans, left_open = engine.split_statements(text, fingerprints=True)
    end = 0
    for kind, start, span_end, line, column, index in spans:
        assert start == end < span_end, (start, end, span_end)
        end = span_end
    assert end == size, (end, size)
    found = engine.find_open_construct(text)
    swallowed = left_open is not None and left_open[0] not in ("parenthesis", "routine_body")
    assert found == (left_open if swallowed else None), (found, left_open)
    if normalised:
        assert len(engine.normalize_statements(text)) == len(statements)
    first = statements[0] if statements else None
    return len(statements), len(spans), left_open, first and (first[0], len(first[1]), first[7])

for line in sys.stdin:
    print(json.dumps(divided(*json.loads(line))), flush=True)
"""


class Divided(NamedTuple):
    """What came of a text.

    Attributes:
        statements: Number of statements.
        spans: Number of spans.
        left_open: Kind, line and column of what it leaves open.
        first: Kind and number of objects of the first statement, and whether it is terminated.
    """

    statements: int
    spans: int
    left_open: list[Any] | None
    first: list[Any] | None


class Divider:
    """A process with an engine, started anew when it was lost."""

    def __init__(self, engine: str, memory: int) -> None:
        self._engine = engine
        self._memory = memory
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed in `close`
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(self._memory)],
            env={**os.environ, "CONFITURE_ENGINE": self._engine, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
        )

    def divide(self, expression: str, names: Mapping[str, int], *, normalised: bool = True) -> Divided:
        """Divide the text that a Python expression makes of some names."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([expression, names, normalised]) + "\n")
        process.stdin.flush()
        timer = threading.Timer(_HUNG, process.kill)
        timer.start()
        answer = process.stdout.readline()
        timer.cancel()
        if not answer:
            self._end()
            self._errors.seek(0)
            said = self._errors.read()[-2000:]
            self._errors.seek(0)
            self._errors.truncate()
            self._process = self._start()
            raise AssertionError(f"{expression}: {process.returncode}\n{said}")
        return Divided(*json.loads(answer))

    def close(self) -> None:
        """End the process for good."""
        self._end()
        self._errors.close()

    def _end(self) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait()
        process.stdout.close()
