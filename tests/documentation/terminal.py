"""Runs the pages of ``docs/`` that are typed along: their files are written and their commands run, in order.

A block ``sql title="db/schema/a.sql"`` (or of another language, with a title) is a file. In a block
``console``, what follows ``$`` is run by bash, with the directory and variables of the commands before, and
must print the lines below it: all of them, with ``…`` for whatever is not the same each time, alone in a line
for any number of lines. A command without such lines prints what it likes. It has to succeed, unless
``echo $?`` follows.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from bad_input.processes import PACKAGE

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: A later command knows the directory, the variables and the exit code of the one before.
_STEP = """
test -f "$STATE/variables" && . "$STATE/variables"
test -f "$STATE/directory" && cd "$(cat "$STATE/directory")"
(exit "$(cat "$STATE/code" 2>/dev/null || echo 0)")
{command}
code=$?
echo $code > "$STATE/code"; pwd > "$STATE/directory"; export -p > "$STATE/variables"
exit $code
"""


class File(NamedTuple):
    """A file that a page has the reader write."""

    path: str
    text: str


class Command(NamedTuple):
    """A command that a page has the reader run."""

    line: str
    #: What it prints; empty if the page does not say.
    printed: str


def steps(page: str) -> list[File | Command]:
    """The files and commands of a page, in order."""
    found: list[File | Command] = []
    for language, title, body in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if title:
            found.append(File(title, body))
        elif language == "console":
            found += commands(body)
    return found


def commands(block: str) -> list[Command]:
    """The commands of a block, with what they print."""
    assert block.startswith("$ "), block
    return [
        Command(line, printed)
        for line, printed in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


def is_shown(printed: str, shown: str) -> bool:
    """Whether a page shows what a command printed."""
    pattern = "".join(
        r"(?:.*\n)*" if line == "…\n" else re.escape(line).replace("…", ".*")
        for line in shown.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, printed) is not None


class Terminal:
    """A terminal in an empty directory, in which ``confiture`` is the one that is tested."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory / "home"
        self.directory.mkdir()
        self._programs, state = directory / "programs", directory / "state"
        self._programs.mkdir()
        state.mkdir()
        python = shlex.quote(sys.executable)
        # What a page installs is here already; that extras exist is another test.
        self.provide("confiture", f'exec {python} -m confiture "$@"')
        self.provide("pip", 'test "$1" = install')
        self._state = state
        self.variables = {
            **os.environ,
            **PACKAGE,
            "HOME": str(directory),
            # As in a terminal, what is printed comes in its order.
            "PYTHONUNBUFFERED": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{
                f"GIT_{who}_{what}": "reader" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
            },
            "PATH": f"{self._programs}{os.pathsep}{os.environ['PATH']}",
            "STATE": str(state),
        }

    def provide(self, name: str, script: str) -> None:
        """Have a program that is a script of the shell."""
        (self._programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self._programs / name).chmod(0o755)

    def where(self) -> Path:
        """The directory in which the commands are by now."""
        told = self._state / "directory"
        return Path(told.read_text().strip()) if told.exists() else self.directory

    def write(self, file: File) -> None:
        """Write a file as the reader does."""
        path = self.where() / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")

    def run(self, line: str) -> tuple[int, str]:
        """Run a command; returns its exit code and what it printed."""
        done = subprocess.run(
            ["bash", "-c", _STEP.replace("{command}", line)],
            cwd=self.directory,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


def follow(page: str, terminal: Terminal) -> list[str]:
    """Do what a page says; returns what happens otherwise than it says."""
    wrong = []
    known = steps(page)
    for step, following in zip(known, [*known[1:], None], strict=True):
        if isinstance(step, File):
            terminal.write(step)
            continue
        code, printed = terminal.run(step.line)
        asked = isinstance(following, Command) and following.line == "echo $?"
        if step.printed and not is_shown(printed, step.printed):
            wrong.append(f"$ {step.line}\n{printed}")
        if code and not asked:
            wrong.append(f"$ {step.line}\nends with {code}: {printed}")
    return wrong
