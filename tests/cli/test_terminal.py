"""What people see: colour on a terminal that wants it, and nowhere else."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import PACKAGE, end, run, start
from bad_input.support import OUTPUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._backend import Engine

#: Cleared before every run, so that the machine's own settings do not count.
_AMBIENT = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLORTERM",
    "COLUMNS",
    "TTY_COMPATIBLE",
    "CI",
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _AMBIENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project({"db/schema/a.sql": "SELECT 1;\n"})


def _on_a_terminal(
    *arguments: str, cwd: Path, pause_in: Path | None = None, **environment: str
) -> tuple[int, str]:
    """Run the command line with a terminal for all three streams.

    Args:
        arguments: The command.
        cwd: Where it runs.
        pause_in: Stop the process for a while as soon as something appears in this folder.
        environment: Environment variables.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "confiture", *arguments],
        cwd=cwd,
        env={**os.environ, **PACKAGE, **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    if pause_in:
        _pause(process, pause_in)
    output = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:
            break
        if not read:
            break
        output += read
    os.close(ours)
    return process.wait(timeout=30), output.decode()


def _pause(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Let a build stand still for a while in the middle of its writing into the folder."""
    before = len(list(folder.iterdir()))
    while process.poll() is None and len(list(folder.iterdir())) == before:
        time.sleep(0.0005)
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.2)
    process.send_signal(signal.SIGCONT)


def test_a_terminal_shows_colour_without_no_color_only(project: Path, engine: Engine) -> None:
    for arguments, code in ((("build", "-e", "nowhere"), 5), (("build",), 0), (("build", "--list-files"), 0)):
        coloured = _on_a_terminal(*arguments, cwd=project)
        plain = _on_a_terminal(*arguments, cwd=project, NO_COLOR="1")

        assert (coloured[0], plain[0]) == (code, code)
        assert not _COLOUR.search(plain[1])
    assert _COLOUR.search(_on_a_terminal("build", "-e", "nowhere", cwd=project)[1])


def test_an_error_reads_the_same_with_and_without_colour(project: Path, engine: Engine) -> None:
    piped = run("build", "-e", "nowhere", cwd=project).stderr.split()
    _, coloured = _on_a_terminal("build", "-e", "nowhere", cwd=project)

    assert _COLOUR.sub("", coloured).split() == piped


def test_an_empty_no_color_does_not_count(project: Path, engine: Engine) -> None:
    """As https://no-color.org says: when present and not an empty string."""
    _, output = _on_a_terminal("build", "-e", "nowhere", cwd=project, NO_COLOR="")

    assert _COLOUR.search(output)


def test_a_dumb_terminal_shows_no_escape_codes(project: Path, engine: Engine) -> None:
    for arguments in (("build",), ("build", "-e", "nowhere"), ("build", "--list-files")):
        assert "\x1b" not in _on_a_terminal(*arguments, cwd=project, TERM="dumb")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("hash",),
        ("hash", "--files"),
        ("hash", "-f", "json"),
        ("build", "--stdout"),
        ("build", "-f", "json"),
        ("build", "-e", "nowhere", "-f", "json"),
        ("completion", "bash"),
    ],
    ids=" ".join,
)
def test_what_programs_read_has_no_escape_codes_even_when_colour_is_forced(
    project: Path, engine: Engine, arguments: tuple[str, ...]
) -> None:
    forced = run(*arguments, cwd=project, environment={"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"})
    assert "\x1b" not in forced.stdout

    _, shown = _on_a_terminal(*arguments, cwd=project)
    assert "\x1b" not in shown
    if "json" in arguments:
        json.loads(forced.stdout)
        json.loads(shown)


def test_no_markup_is_read_into_names(make_project: Callable[..., Path], engine: Engine) -> None:
    names = ["[bold]x.sql", "[-red] [red].sql", ":warning:.sql", "a[link=http:x]b.sql"]
    project = make_project({f"db/schema/{name}": "SELECT 1;\n" for name in names})

    _, listed = _on_a_terminal("build", "--list-files", cwd=project, COLUMNS="200")
    for name in names:
        assert f"db/schema/{name}" in _COLOUR.sub("", listed)

    (project / "db/schema" / names[1]).write_bytes(b"\0")
    code, error = _on_a_terminal("build", cwd=project)
    assert code == 4
    assert names[1] in _COLOUR.sub("", error).replace("\r\n", "")


def test_names_cannot_colour_a_terminal(make_project: Callable[..., Path], engine: Engine) -> None:
    project = make_project({"db/schema/\x1b]0;title\x07\x1b[31mred.sql": b"\0"})

    for arguments in (("build",), ("build", "--list-files")):
        _, shown = _on_a_terminal(*arguments, cwd=project, NO_COLOR="1")
        assert "\x1b" not in shown
        assert "\x07" not in shown


def test_a_quick_build_shows_no_progress(project: Path, engine: Engine) -> None:
    _, shown = _on_a_terminal("build", cwd=project)

    assert "\r" not in shown.replace("\r\n", "")
    assert "%" not in shown
    assert not re.search(r"\x1b\[\??[0-9;]*[A-HJKSTfhl]", shown)


def test_a_slow_build_shows_progress_on_a_terminal_only(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {f"db/schema/{index:04}.sql": "SELECT 'some text';\n" * 2_000 for index in range(200)}
    project = make_project(files)
    output = (project / OUTPUT).parent
    output.mkdir()

    quick = re.sub(r"time +\S+ \S+", "", run("build", cwd=project).stdout).split()
    code, shown = _on_a_terminal("build", cwd=project, pause_in=output)
    assert code == 0
    assert len(shown.split()) > len(quick) + 3, "no progress was shown"

    process = start("build", cwd=project)
    _pause(process, output)
    ran = end(process)
    assert (ran.code, ran.stderr) == (0, "")
    assert len(ran.stdout.split()) <= len(quick) + 3
