"""What is wrong in the tree is wrong for every command that reads it, and none of them waits."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from .processes import run
from .support import OLD_BUNDLE, OUTPUT, assert_orderly, assert_unchanged, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine

COMMANDS = {
    "hash": ("hash",),
    "hash_files": ("hash", "--files"),
    "hash_check": ("hash", "--check", "0" * 64),
    "list_files": ("build", "--list-files"),
    "check": ("build", "--check"),
    "stdout": ("build", "--stdout"),
    "schema_only": ("build", "--schema-only"),
    "split": ("build", "--split", "deploy"),
    "check_of_split": ("build", "--split", "deploy", "--check"),
    "no_validation": ("build", "--no-validate-comments"),
}
READING = {name: COMMANDS[name] for name in COMMANDS if name != "list_files" and "hash" not in name}

each_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


def _fails(project: Path, command: tuple[str, ...], *says: str) -> None:
    before = picture(project)
    ran = run(*command, cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (4, "")
    for words in says:
        assert words in ran.stderr
    assert_unchanged(before, picture(project))


@each_command
def test_a_named_pipe_is_told_by_every_command(
    make_project: Callable[..., Path], engine: Engine, command: tuple[str, ...]
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", OUTPUT: OLD_BUNDLE})
    os.mkfifo(project / "db/schema/b.sql")

    _fails(project, command, "db/schema/b.sql", "pipe")


@each_command
def test_a_link_to_nothing_is_told_by_every_command(
    make_project: Callable[..., Path], engine: Engine, command: tuple[str, ...]
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", OUTPUT: OLD_BUNDLE})
    (project / "db/schema/b.sql").symlink_to("gone.sql")

    _fails(project, command, "db/schema/b.sql", "link")


@each_command
def test_an_empty_selection_is_told_by_every_command(
    make_project: Callable[..., Path], engine: Engine, command: tuple[str, ...]
) -> None:
    project = make_project({"db/schema/a.txt": "", OUTPUT: OLD_BUNDLE})

    _fails(project, command, "db/schema")


@pytest.mark.parametrize("command", READING.values(), ids=READING)
def test_a_nul_byte_is_told_by_every_command_that_bundles(
    make_project: Callable[..., Path], engine: Engine, command: tuple[str, ...]
) -> None:
    project = make_project({"db/schema/a.sql": b"SELECT 1;\0\n", OUTPUT: OLD_BUNDLE})

    _fails(project, command, "db/schema/a.sql", "NUL", "9")


def test_a_bundle_on_the_standard_output_is_whole_or_not_there(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    """A reader such as psql must not run the half that came before the error."""
    files = {f"db/schema/{index:03}.sql": "SELECT 'some text';\n" * 500 for index in range(100)}
    project = make_project({**files, "db/schema/zzz.sql": b"\xff"})

    _fails(project, ("build", "--stdout"), "db/schema/zzz.sql")


@pytest.mark.parametrize("kind", ["pipe", "link to nothing", "directory", "socket", "link to itself"])
def test_what_is_not_selected_is_no_mistake(
    make_project: Callable[..., Path], engine: Engine, kind: str
) -> None:
    project = make_project(
        {
            "db/schema/a.sql": "SELECT 1;\n",
            "db/environments/local.yaml": "include_dirs: [{path: db/schema, exclude: [odd.sql]}]\n",
        }
    )
    odd = project / "db/schema/odd.sql"
    match kind:
        case "pipe":
            os.mkfifo(odd)
        case "link to nothing":
            odd.symlink_to("gone")
        case "link to itself":
            odd.symlink_to(odd.name)
        case "directory":
            odd.mkdir()
            (odd / "b.sql").write_text("SELECT 2;\n")
        case "socket":
            os.mknod(odd, 0o140600)

    ran = run("hash", "--files", cwd=project)

    assert (ran.code, ran.stderr) == (0, "")
    assert [line[66:] for line in ran.stdout.splitlines()] == ["a.sql"]


def test_a_circle_of_directories_is_left_aside_and_reported(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n"})
    (project / "db/schema/up").symlink_to("..")

    ran = run("build", cwd=project)

    assert_orderly(ran)
    assert ran.code == 0
    assert "db/schema/up" in ran.stderr
    assert "-- Files Included: 1\n" in (project / OUTPUT).read_text()
