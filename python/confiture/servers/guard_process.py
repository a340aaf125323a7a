"""The program of a guard: it takes away what another process has made, when asked to, or when that is gone.

It runs from this file alone, beside the process that it guards (`confiture.servers.guards` starts it), and
imports nothing of the package. Each line of its standard input is a question in JSON, ``[number, name,
arguments…]``, and each gets an answer in a line, ``[number, complaint]``. The input ends when the process
that it guards closes it or ends, in whatever way. What is still kept then is taken away in reverse order,
after the programs that were left behind have ended: all of them are in the process group of the guard, and
hold the pipe open whose number is the only argument.

All waiting is bounded, so that no guard stays for long.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import Any, Protocol

#: Signals that are for the process which is guarded; `_end_programs` sends one of them to the whole group.
_NOT_FOR_US = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_POLL = 0.02
#: How long things may take, in seconds: programs to end, a server to end by itself, databases to be dropped,
#: a server to take a connection again when its last program was ended, and a directory to stay away.
_PROGRAMS_END, _SERVER_ENDS, _DROPPED, _CONNECTS_AGAIN, _REMOVED = 5, 15, 20, 3, 10
#: What psql returns if it cannot connect.
_NO_CONNECTION = 2


class _Thing(Protocol):
    """Something that was made."""

    def go_on(self) -> bool:
        """Do what is next in making it, if anything is; returns whether more may come."""

    def take_away(self) -> str:
        """Take it away; returns what is in the way of that."""


class _Directory:
    """A directory that is there, or will be."""

    def __init__(self, path: str) -> None:
        self._path = path

    def go_on(self) -> bool:
        return False

    def take_away(self) -> str:
        end = time.monotonic() + _REMOVED
        # What a server or its programs have started may write for a moment longer.
        while os.path.lexists(self._path):
            shutil.rmtree(self._path, ignore_errors=True)
            if time.monotonic() > end:
                return f"the directory {self._path} cannot be removed"
            time.sleep(_POLL)
        return ""


class _Server:
    """A server that is made by one program, and is another one, which ends with an immediate shutdown.

    Both run as `user`, if that is not empty, and write to `log`.
    """

    def __init__(
        self,
        programs: list[list[str]],
        directory: str,
        log: str,
        environment: dict[str, str],
        user: dict[str, Any],
    ) -> None:
        self._making, self._serving = programs
        self._settings: dict[str, Any] = {"cwd": directory, "env": environment, **user}
        self._log = log
        self._is_made = False
        self._process = self._start(self._making)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        # The log is opened as the user: in a directory of others, nothing is written as a superuser.
        return subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" >>"$0" 2>&1', self._log, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._settings,
        )

    def go_on(self) -> bool:
        if self._is_made:
            return False
        if self._process.poll() is None:
            return True
        if self._process.returncode == 0:
            self._is_made = True
            with contextlib.suppress(OSError):
                self._process = self._start(self._serving)
        return False

    @property
    def has_ended(self) -> bool:
        self.go_on()
        return self._process.poll() is not None

    def take_away(self) -> str:
        end = time.monotonic() + _SERVER_ENDS
        # A server ends its own processes, which are in sessions of their own, and does not hear the first
        # signals while it starts; initdb has its programs in its session.
        number = signal.SIGQUIT if self._is_made else signal.SIGTERM
        while self._is_living():
            late = time.monotonic() - end
            if late > _SERVER_ENDS:
                return "a server does not end"
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL if late > 0 else number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_POLL)
        return ""

    def _is_living(self) -> bool:
        if self._process.poll() is None:
            return True
        try:
            os.killpg(self._process.pid, 0)
        except OSError:
            return False
        time.sleep(_POLL)
        return True


class _Visit:
    """Statements that drop what is made on a server which belongs to somebody.

    What a program has asked a server for is done even if the program is gone meanwhile. Therefore all
    sessions of the name `application` are ended before the statements are run.
    """

    def __init__(self, psql: str, url: str, environment: dict[str, str], application: str) -> None:
        self._command = [
            *(psql, "--no-psqlrc", "--quiet", "--no-password", "--tuples-only", "--no-align"),
            f"--dbname={url}",
        ]
        self._environment = environment
        self._application = application
        self.statements: list[str] = []

    def go_on(self) -> bool:
        return False

    def take_away(self) -> str:
        if not self.statements:
            return ""
        start = time.monotonic()
        while True:
            try:
                result = self._run(start + _DROPPED - time.monotonic())
            except (OSError, subprocess.TimeoutExpired) as error:
                return "it takes too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
            taken = time.monotonic() - start
            # With a limit of connections, the one that was just ended may still count.
            is_refused = result.returncode == _NO_CONNECTION and taken < _CONNECTS_AGAIN
            has_ended_some = bool(result.stdout.strip()) and taken < _DROPPED
            if not is_refused and not has_ended_some:
                return result.stderr.decode("utf-8", "replace").strip()
            time.sleep(_POLL)

    def _run(self, seconds: float) -> subprocess.CompletedProcess[bytes]:
        lines = [
            "SET client_min_messages = warning;",
            "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
            f" WHERE application_name = '{self._application}' AND pid <> pg_catalog.pg_backend_pid();",
            *self.statements,
        ]
        return subprocess.run(
            self._command,
            input="\n".join([*lines, ""]).encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env=self._environment,
            timeout=max(seconds, 1),
        )


class _Kept:
    """All that is to be taken away, and the questions about it."""

    def __init__(self) -> None:
        self._things: dict[int, _Thing] = {}

    def answer(self, line: bytes) -> bytes:
        number, name, *arguments = json.loads(line)
        return json.dumps([number, getattr(self, f"_{name}")(number, *arguments)]).encode() + b"\n"

    def go_on(self) -> bool:
        """Do what is next; returns whether more may come soon."""
        states = [thing.go_on() for thing in self._things.values()]
        return any(states)

    def take_all_away(self) -> str:
        return self._take_away(0, *reversed(self._things))

    def _directory(self, number: int, path: str) -> str:
        self._things[number] = _Directory(path)
        return ""

    def _server(self, number: int, *arguments: Any) -> str:
        try:
            self._things[number] = _Server(*arguments)
        except OSError as error:
            return str(error)
        return ""

    def _has_ended(self, _number: int, server: int) -> str:
        thing = self._things[server]
        return "it has ended" if isinstance(thing, _Server) and thing.has_ended else ""

    def _visit(self, number: int, *arguments: Any) -> str:
        self._things[number] = _Visit(*arguments)
        return ""

    def _drop(self, _number: int, visit: int, statement: str) -> str:
        thing = self._things[visit]
        if isinstance(thing, _Visit):
            thing.statements.append(statement)
        return ""

    def _take_away(self, _number: int, *things: int) -> str:
        told = []
        for thing in things:
            try:
                told.append(self._things.pop(thing).take_away())
            except OSError as error:
                told.append(str(error))
        return "; ".join(filter(None, told))


def _serve(kept: _Kept) -> None:
    """Answer what is asked, until the input ends."""
    left = b""
    while True:
        seconds = _POLL if kept.go_on() else None
        if not _is_readable(0, seconds):
            continue
        content = os.read(0, 65536)
        if not content:
            return
        *lines, left = (left + content).split(b"\n")
        for line in lines:
            _tell(kept.answer(line))


def _tell(answer: bytes) -> None:
    """Answer, if somebody is there to hear it."""
    with contextlib.suppress(BrokenPipeError):
        os.write(1, answer)


def _end_programs(pipe: int) -> None:
    """End the programs that were started in this group, and wait until they have."""
    end = time.monotonic() + _PROGRAMS_END
    while not _is_readable(pipe, 0) and time.monotonic() < end:
        for number in (signal.SIGTERM, signal.SIGCONT):
            os.killpg(os.getpgrp(), number)
        _is_readable(pipe, _POLL)


def _is_readable(descriptor: int, seconds: float | None) -> bool:
    """Whether there is something to read, or an end, within a time; without one, that is waited for."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if seconds is None else seconds * 1000))


def _main() -> None:
    for number in _NOT_FOR_US:
        # Unlike a signal that is ignored, this is not passed on to programs.
        signal.signal(number, lambda *_: None)
    kept = _Kept()
    try:
        _serve(kept)
    finally:
        _end_programs(int(sys.argv[1]))
        _tell(json.dumps([0, kept.take_all_away()]).encode() + b"\n")


if __name__ == "__main__":
    _main()
