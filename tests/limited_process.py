"""Processes with an engine and a limit to their memory, so that an abort is one test's failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from typing import Any

#: Seconds after which a question counts as one that would never be answered.
_HUNG = 120

#: Answers the questions that come line by line.
_CHILD = """
import json, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from confiture import _backend
engine = _backend.load_engine()
{function}
for line in sys.stdin:
    print(json.dumps(answer(*json.loads(line))), flush=True)
"""


class LimitedProcess:
    """A process that answers questions, started anew when it was lost.

    Args:
        engine: Which engine is the global ``engine`` of the process.
        memory: How many bytes it may map.
        function: The Python source of a function ``answer``; its arguments and result are JSON.
    """

    def __init__(self, engine: str, memory: int, function: str) -> None:
        self._engine = engine
        self._memory = memory
        self._function = function
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed in `close`
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", _CHILD.format(function=self._function), str(self._memory)],
            env={**os.environ, "CONFITURE_ENGINE": self._engine, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            encoding="utf-8",
        )

    def ask(self, *arguments: object) -> Any:
        """What the function gives for these arguments."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(arguments) + "\n")
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
            raise AssertionError(f"{arguments[0]}: {process.returncode}\n{said}")
        return json.loads(answer)

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
