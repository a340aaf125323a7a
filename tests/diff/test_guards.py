"""The process that takes away what is made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from confiture.exceptions import DatabaseError
from confiture.servers import guard_process
from confiture.servers.guards import Guard
from confiture.servers.sessions import Session
from confiture.servers.urls import DatabaseUrl


def guard_of(guard: Guard) -> int:
    """The process of a guard, which leads the group of its programs."""
    return int(guard.joining()["process_group"])


def test_what_is_kept_is_taken_away_in_the_end() -> None:
    with Guard() as guard:
        directories = [guard.new_directory("confiture-guarded-") for _ in range(2)]
        Path(directories[0], "file").touch()
    assert [os.path.exists(directory) for directory in directories] == [False, False]


def test_a_guard_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", os.fspath(tmp_path / "python"))
    with pytest.raises(DatabaseError, match="No such file or directory") as error:
        Guard()
    assert error.value.error_code == "DATABASE_009"
    monkeypatch.undo()
    monkeypatch.setattr(guard_process, "__file__", os.fspath(tmp_path / "guard.py"))
    with pytest.raises(DatabaseError, match="it has ended") as error, Guard() as guard:
        guard.new_directory("confiture-guarded-")
    assert error.value.error_code == "DATABASE_009"


def run_without_guard() -> None:
    with Guard() as guard:
        os.kill(guard_of(guard), signal.SIGKILL)
        os.waitpid(guard_of(guard), 0)
        Session(DatabaseUrl("postgresql:///"), None, guard).run("true")


def test_nothing_is_made_without_a_guard() -> None:
    with pytest.raises(DatabaseError, match="it has ended") as error:
        run_without_guard()
    assert error.value.error_code == "DATABASE_009"


def test_a_guard_that_is_gone_in_the_end_is_an_error() -> None:
    with pytest.raises(DatabaseError, match="the process that does so is gone") as error, Guard() as guard:
        os.kill(guard_of(guard), signal.SIGKILL)
    assert error.value.error_code == "DATABASE_005"


def drop_without_psql() -> None:
    with Guard() as guard:
        visit = guard.keep("visit", "/no/psql", "postgresql://u@h/d", {}, "mine")
        guard.ask("drop", visit, "DROP DATABASE d;")


def test_what_cannot_be_taken_away_is_told() -> None:
    with pytest.raises(DatabaseError, match="No such file") as error:
        drop_without_psql()
    assert error.value.error_code == "DATABASE_005"


def test_signals_for_its_parent_do_not_end_a_guard() -> None:
    with Guard() as guard:
        directory = guard.new_directory("confiture-guarded-")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(guard_of(guard), number)
        guard.check()
    assert not os.path.exists(directory)


def test_programs_that_are_left_behind_are_ended() -> None:
    with Guard() as guard:
        program = subprocess.Popen(["sleep", "600"], **guard.joining())
    assert program.wait(10) == -signal.SIGTERM


_KILLED = """
import os, subprocess
from confiture.servers.guards import Guard
guard = Guard()
guard.new_directory("confiture-guarded-")
program = subprocess.Popen(["sleep", "600"], stdout=subprocess.DEVNULL, **guard.joining())
print(program.pid, flush=True)
os._exit(1)
"""


def is_running(process: int) -> bool:
    try:
        state = Path("/proc", str(process), "stat").read_text()
    except OSError:
        return False
    # Whoever gets the orphan may take its time to ask for its end.
    return state.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_process_without_standard_input_is_guarded_as_well(tmp_path: Path) -> None:
    result = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", sys.executable, "-c", _KILLED],
        env={**os.environ, "TMPDIR": os.fspath(tmp_path)},
        stdout=subprocess.PIPE,
        check=False,
    )
    program = int(result.stdout)
    end = time.monotonic() + 30
    while (is_running(program) or any(tmp_path.iterdir())) and time.monotonic() < end:
        time.sleep(0.02)
    assert not is_running(program)
    assert list(tmp_path.iterdir()) == []
