"""What the tests of bad input share: mistakes as data, and pictures of a directory."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .processes import Ran, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: What stands at the default output before every build; it must survive every error.
OLD_BUNDLE = b"-- the bundle of an earlier build\n"
OUTPUT = "db/generated/schema_local.sql"
ENVIRONMENT = "db/environments/local.yaml"

#: Where a line or column must be given, and any will do.
ANY = -1


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A project with something wrong in it, and what has to be said about it.

    Args:
        name: Names the test.
        code: Exit code.
        place: Path from the project that the message names; empty where there is none to name.
        line: Line the message names with the place.
        column: Column the message names with the line.
        says: What message and hint together have to contain.
        environment: Text of the environment ``local``.
        files: Further files of the project.
        prepare: Does to the project what cannot be written as files.
        arguments: The command line, started in the project's directory.
        before: Code that runs in the process before the command.
    """

    name: str
    code: int
    place: str = ""
    line: int | None = None
    column: int | None = None
    says: tuple[str, ...] = ()
    environment: str | bytes = "include_dirs: [db/schema]\n"
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    prepare: Callable[[Path], object] | None = None
    arguments: tuple[str | bytes, ...] = ("build",)
    before: str = ""

    def make(self, root: Path) -> Path:
        """Write the project into the directory and return it."""
        files: dict[str, str | bytes] = {
            ENVIRONMENT: self.environment,
            "db/schema/ok.sql": "SELECT 1;\n",
            OUTPUT: OLD_BUNDLE,
            **self.files,
        }
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        if self.prepare:
            self.prepare(root)
        return root


class Outcome(NamedTuple):
    """What became of a mistake, told as text and as JSON."""

    text: Ran
    json: Ran
    before: dict[bytes, object]
    after: dict[bytes, object]


def commit(mistake: Mistake, project: Path, engine: str) -> Outcome:
    """Run into a mistake with the engine, twice."""
    before = picture(project)
    text, document = (
        run(
            *mistake.arguments,
            *form,
            cwd=project,
            environment={"CONFITURE_ENGINE": engine},
            before=mistake.before,
        )
        for form in ((), ("--format", "json"))
    )
    return Outcome(text, document, before, picture(project))


def assert_clear(mistake: Mistake, outcome: Outcome, project: Path) -> None:
    """Place, reason, way out, exit code; nothing of the machinery, and nothing changed."""
    for ran in (outcome.text, outcome.json):
        assert_orderly(ran)
        assert ran.code == mistake.code, ran
    assert outcome.text.stdout == ""
    error = error_document(outcome.json.stdout)
    assert error["message"] in outcome.text.stderr
    assert error["hint"] in outcome.text.stderr
    whole = f"{error['message']}\n{error['hint']}"
    for words in mistake.says:
        assert words in whole
    assert_place(mistake, error, project)
    assert_unchanged(outcome.before, outcome.after)


def assert_unchanged(before: dict[bytes, object], after: dict[bytes, object]) -> None:
    """Nothing has come, gone or changed; only a folder made for an output may stay, if it is empty."""
    new = {path for path in after if path not in before and Path(os.fsdecode(path)).is_dir()}
    assert {path: facts for path, facts in after.items() if path not in new} == before


def assert_place(mistake: Mistake, error: dict[str, Any], project: Path) -> None:
    """The message names the place, and so do the fields ``file``, ``line`` and ``column``."""
    line, column = error["line"], error["column"]
    for expected, actual in ((mistake.line, line), (mistake.column, column)):
        assert (actual is not None and actual > 0) if expected == ANY else (actual == expected), error
    if not mistake.place:
        return
    place = mistake.place
    for number in (line, column):
        place += "" if number is None else f":{number}"
    assert place in error["message"]
    assert error["file"] is not None, error
    assert os.path.normpath(project / error["file"]) == os.path.normpath(project / mistake.place)


def assert_orderly(ran: Ran) -> None:
    """Whatever happened, the reader sees no traceback, no panic and no escape codes."""
    for output in (ran.stdout, ran.stderr):
        assert "Traceback" not in output
        assert "panicked" not in output
        assert "Error:" not in output, output
        assert "\x1b" not in output
    assert ran.code >= 0, ran


def error_document(stdout: str) -> dict[str, Any]:
    """The error of the one JSON document on the output, after checking its form."""
    document = json.loads(stdout)
    assert set(document) == {"ok", "error"}
    assert document["ok"] is False
    error: dict[str, Any] = document["error"]
    assert set(error) == {"code", "message", "hint", "file", "line", "column"}
    assert error["code"]
    assert error["message"]
    assert error["hint"]
    return error


def picture(root: Path) -> dict[bytes, object]:
    """Everything below a directory: kind, permissions, content and when it was last written."""
    seen: dict[bytes, object] = {}
    pending = [os.fsencode(root)]
    while pending:
        folder = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except PermissionError:
            continue
        for entry in entries:
            facts = entry.stat(follow_symlinks=False)
            content: object = None
            if entry.is_symlink():
                content = Path(os.fsdecode(entry.path)).readlink()
            elif entry.is_dir():
                pending.append(entry.path)
            elif stat.S_ISREG(facts.st_mode):
                try:
                    content = (Path(os.fsdecode(entry.path)).read_bytes(), facts.st_mtime_ns, facts.st_ino)
                except PermissionError:
                    content = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
            seen[entry.path] = (facts.st_mode, content)
    return seen
