"""Whatever ends a comparison, nothing of it is left, and nobody sees a password."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from .directories import open_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from model.conftest import Postgres

SECRET = "hunter2"
_PATIENCE = 60
#: After how many steps of a command its process is ended: of one that loads into another server, and of one
#: that starts its own.
_STEPS = {
    signal.SIGKILL: range(1, 16),
    signal.SIGTERM: (8, 10),
    signal.SIGINT: (8, 10),
}
_STEPS_OF_SERVERS = (2, 7, 8, 11)
_CODES = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGINT: 130}
_SLOW = "CREATE TABLE t (a int);\nSELECT pg_sleep(600);\n"


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def processes_about(mark: bytes) -> list[int]:
    """All processes with a mark in their arguments or their environment."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            content = b"".join(Path("/proc", entry, name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:
            continue  # It has ended meanwhile.
        if mark in content:
            found.append(int(entry))
    return found


def command_lines() -> dict[int, bytes]:
    """The arguments of all processes, by their numbers."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found[int(entry)] = Path("/proc", entry, "cmdline").read_bytes()
            except OSError:
                continue  # It has ended meanwhile.
    return found


def throwaway_databases(postgres: Postgres) -> list[str]:
    with postgres.server.connect("postgres", autocommit=True) as connection:
        query = "SELECT datname::text FROM pg_database WHERE datname LIKE 'confiture_throwaway_%%'"
        return [name for (name,) in connection.execute(query, ())]


@pytest.fixture
def temporary() -> Iterator[Path]:
    with open_directory() as directory:
        yield Path(directory)


@pytest.fixture
def comparing(tmp_path: Path, temporary: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts comparisons that do not end by themselves, in sessions of their own."""
    (tmp_path / "slow.sql").write_text(_SLOW)
    started = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "confiture", "diff", "--from", "slow.sql", "--to", "slow.sql", *arguments],
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_a_comparison_that_is_ended_leaves_no_database(
    postgres: Postgres, comparing: Callable[..., subprocess.Popen[bytes]], ending: signal.Signals
) -> None:
    process = comparing("--server", postgres.server.uri("postgres"))
    until(lambda: len(throwaway_databases(postgres)) == 1, "no database is made")
    os.killpg(process.pid, ending)
    process.wait(_PATIENCE)
    until(lambda: not throwaway_databases(postgres), "the database is not dropped")
    if ending == signal.SIGINT:
        assert process.returncode == 130


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_comparison_that_is_ended_leaves_no_server(
    comparing: Callable[..., subprocess.Popen[bytes]], temporary: Path, ending: signal.Signals
) -> None:
    mark = os.fsencode(temporary)

    def is_loading() -> bool:
        return any(b"bundle.sql" in line and mark in line for line in command_lines().values())

    process = comparing("--exact")
    until(is_loading, "nothing is loaded")
    os.killpg(process.pid, ending)
    process.wait(_PATIENCE)
    until(lambda: not any(mark in line for line in command_lines().values()), "a process is left")
    until(lambda: not list(temporary.glob("confiture-server-*")), "a directory is left")


#: Runs a command, and sends its process alone a signal when it has told so many things to its guard or
#: started so many programs.
_ENDED = """
import os, subprocess, sys
left, ending = int(sys.argv.pop(1)), int(sys.argv.pop(1))

def counted(function):
    def call(*arguments, **settings):
        global left
        result = function(*arguments, **settings)
        left -= "has_ended" not in arguments
        if not left:
            os.kill(os.getpid(), ending)
        return result
    return call

from confiture.servers.guards import Guard
subprocess.Popen.__init__ = counted(subprocess.Popen.__init__)
Guard.ask = counted(Guard.ask)
from confiture.__main__ import run
run()
"""


class Ended(NamedTuple):
    """A command whose process alone was ended."""

    process: subprocess.Popen[bytes]
    temporary: Path

    def leaves_nothing(self) -> None:
        mark = os.fsencode(self.temporary)
        self.process.wait(_PATIENCE)
        ended = time.monotonic()
        until(lambda: not processes_about(mark), f"{processes_about(mark)} are left")
        assert time.monotonic() - ended < _PATIENCE / 2
        assert list(self.temporary.iterdir()) == []


@pytest.fixture
def ended(tmp_path: Path) -> Iterator[Callable[..., Ended]]:
    """Starts commands of which the process alone is ended after a number of steps."""
    (tmp_path / "a.sql").write_text("CREATE ROLE made;\nCREATE TABLE t (a int);\n")
    sides = ("--from", "a.sql", "--to", "a.sql")
    with ExitStack() as stack:

        def start(steps: int, ending: signal.Signals, *arguments: str) -> Ended:
            temporary = Path(stack.enter_context(open_directory()))
            process = subprocess.Popen(
                [sys.executable, "-c", _ENDED, str(steps), str(int(ending)), "diff", *sides, *arguments],
                cwd=tmp_path,
                env={**os.environ, "TMPDIR": str(temporary)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            return Ended(process, temporary)

        yield start


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_a_process_that_alone_is_ended_at_any_moment_leaves_no_database(
    postgres: Postgres, ended: Callable[..., Ended]
) -> None:
    url = postgres.server.uri("postgres")
    before = postgres.roles()
    options = ("--server", url, "--create-roles")
    for ending, moments in _STEPS.items():
        for steps in moments:
            one = ended(steps, ending, *options)
            one.leaves_nothing()
            assert one.process.returncode == _CODES[ending]
            assert throwaway_databases(postgres) == []
            assert postgres.roles() == before


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_process_that_alone_is_ended_at_any_moment_leaves_no_server(ended: Callable[..., Ended]) -> None:
    started = [ended(steps, signal.SIGKILL, "--exact") for steps in _STEPS_OF_SERVERS]
    for one in started:
        one.leaves_nothing()
        assert one.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("form", ["//postgres:{}@/postgres?host=", "//postgres@/postgres?password={}&host="])
@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_no_process_has_the_password_among_its_arguments(
    postgres: Postgres, comparing: Callable[..., subprocess.Popen[bytes]], form: str
) -> None:
    host = postgres.server.uri("postgres").partition("host=")[2]
    before = set(command_lines())
    process = comparing("--server", f"postgresql:{form.format(SECRET)}{host}")
    until(lambda: len(throwaway_databases(postgres)) == 1, "no database is made")
    seen: dict[int, bytes] = {}
    until(
        lambda: seen.update(command_lines()) or any(b"bundle.sql" in line for line in seen.values()),
        "nothing is loaded",
    )
    started = {number: line for number, line in seen.items() if number not in before}
    assert [number for number, line in started.items() if SECRET.encode() in line] == [process.pid]
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=_PATIENCE)
    assert SECRET.encode() not in out + err
    until(lambda: not throwaway_databases(postgres), "the database is not dropped")
