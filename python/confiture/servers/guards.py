"""A process that takes away what this one makes, whatever becomes of this one."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import subprocess
import sys
import tempfile
from typing import IO, TYPE_CHECKING, Any, cast

from confiture._failures import display_path
from confiture.exceptions import ConfiturError, DatabaseError
from confiture.servers import guard_process

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Guard", "not_taken_away"]


class Guard:
    """A process that keeps a list of what is made, and takes it away in the end, in reverse order.

    Everything is told to it before it is made (`confiture.servers.guard_process`). It has a process group of
    its own, so that an interrupt from the terminal does not reach it. Programs that may make something are
    started in that group, so that it can end them if this process is killed.

    Raises:
        DatabaseError: It cannot be started.
    """

    def __init__(self) -> None:
        ending, self._living = _pipe()
        try:
            # Without site-packages, it starts in a few milliseconds.
            self._process = subprocess.Popen(
                [
                    *(sys.executable or "python3", "-S", "-P", f"-Xutf8={sys.flags.utf8_mode}"),
                    *(guard_process.__file__, str(ending)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=[ending],
                process_group=0,
                cwd="/",
            )
        except OSError as error:
            os.close(self._living)
            raise _missing(f"{display_path(sys.executable)}: {error.strerror or error}") from error
        finally:
            os.close(ending)
        self._questions = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)
        self._number = 0

    def __enter__(self) -> Guard:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let it take away all that it still keeps, and wait until it has.

        An interrupt meanwhile ends the waiting and not the work.
        """
        os.close(self._living)
        # This closes its input, and reads what it says meanwhile.
        content, _ = self._process.communicate()
        answers = [json.loads(line) for line in content.splitlines()]
        told = answers[-1][1] if answers else "the process that does so is gone"
        if told:
            not_taken_away(
                f"Not everything could be taken away: {display_path(told)}.",
                "Remove what starts with confiture- in the temporary directory (TMPDIR).",
                error,
            )

    def ask(self, name: str, *arguments: Any) -> str:
        """Let it do something; returns its complaint, or nothing.

        Raises:
            DatabaseError: It is gone.
        """
        self._number += 1
        try:
            self._questions.write(json.dumps([self._number, name, *arguments]).encode() + b"\n")
            self._questions.flush()
            # An answer that was not waited for may stand before this one.
            while line := self._answers.readline():
                number, told = json.loads(line)
                if number == self._number:
                    return str(told)
        except BrokenPipeError:
            pass
        raise _missing("it has ended")

    def keep(self, name: str, *arguments: Any) -> int:
        """Tell it of something that is about to be made; returns a number for it.

        Raises:
            DatabaseError: It is gone, or cannot do its part.
        """
        told = self.ask(name, *arguments)
        if told:
            raise _missing(told)
        return self._number

    def check(self) -> None:
        """Make sure that it runs.

        Raises:
            DatabaseError: It is gone.
        """
        if self._process.poll() is not None:
            raise _missing("it has ended")

    def new_directory(self, prefix: str, parent: str | None = None) -> str:
        """A new directory that nobody else may use, which is removed in the end.

        Args:
            prefix: What its name starts with.
            parent: Where it is; default: the directory for temporary files.
        """
        path = os.path.join(parent or tempfile.gettempdir(), f"{prefix}{secrets.token_hex(8)}")
        self.keep("directory", path)
        os.mkdir(path, 0o700)
        return path

    def joining(self) -> dict[str, Any]:
        """Settings of `subprocess.Popen` for a program that is ended if this process is killed."""
        return {"process_group": self._process.pid, "pass_fds": [self._living]}


def _pipe() -> tuple[int, int]:
    """A pipe, of which no end has the number of a standard stream that this process was started without."""
    ends = os.pipe()
    try:
        reading, writing = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3) for end in ends)
    finally:
        for end in ends:
            os.close(end)
    return reading, writing


def not_taken_away(message: str, hint: str, error: BaseException | None) -> None:
    """Raise that something is left, or add it to the error that is raised anyway."""
    if error is None:
        raise DatabaseError(message, error_code="DATABASE_005", resolution_hint=hint)
    if isinstance(error, ConfiturError):
        error.message += f" {message}"


def _missing(reason: str) -> DatabaseError:
    return DatabaseError(
        f"The process that would take away what is made does not run: {display_path(reason)}.",
        error_code="DATABASE_009",
        resolution_hint="Check that Python can be started here, and run the command again.",
    )
