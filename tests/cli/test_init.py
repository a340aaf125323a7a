"""``confiture init``: a project that builds at once, and nothing overwritten."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import OBEY_PERMISSIONS, assert_permissions_bite, run
from bad_input.support import assert_orderly, picture
from confiture.cli import init
from confiture.cli.main import main

if TYPE_CHECKING:
    from confiture._backend import Engine


def test_a_new_project_works_at_once(tmp_path: Path, engine: Engine) -> None:
    started = run("init", "shop", cwd=tmp_path)
    assert (started.code, started.stderr) == (0, "")
    shop = tmp_path / "shop"

    assert run("build", cwd=shop).code == 0
    assert run("build", "--check", cwd=shop).code == 0
    assert run("hash", cwd=shop).code == 0
    assert run("build", "--schema-only", "--list-files", cwd=shop).code == 0
    everything = run("build", "--stdout", cwd=shop).stdout
    schema = run("build", "--stdout", "--schema-only", cwd=shop).stdout
    assert "CREATE TABLE" in schema
    assert "INSERT" in everything
    assert "INSERT" not in schema


def test_what_was_written_is_named_and_so_is_what_to_do_next(tmp_path: Path) -> None:
    started = run("init", "shop", cwd=tmp_path)

    for path in (tmp_path / "shop").rglob("*"):
        if path.is_file():
            assert str(path.relative_to(tmp_path / "shop")) in started.stdout
    _assert_next_command_builds(started.stdout, tmp_path)


def _assert_next_command_builds(said: str, directory: Path) -> None:
    command = shlex.split(said.splitlines()[-1].partition("confiture ")[2])
    assert command[0] == "build"
    assert run(*command, cwd=directory).code == 0


def test_a_project_starts_in_the_current_directory_and_beside_other_files(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("Jam.\n")
    (tmp_path / "db/schema").mkdir(parents=True)

    assert run("init", cwd=tmp_path).code == 0

    assert (tmp_path / "README.md").read_text() == "Jam.\n"
    assert run("build", cwd=tmp_path).code == 0


@pytest.mark.parametrize("path", ["deep/down/shop", "sp ace's", "é", "-shop", "[-red]"])
def test_a_project_starts_in_a_folder_of_any_name(tmp_path: Path, path: str) -> None:
    started = run("init", "--", path, cwd=tmp_path)

    assert_orderly(started)
    assert started.code == 0
    assert run("build", cwd=tmp_path / path).code == 0
    _assert_next_command_builds(started.stdout, tmp_path)


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    assert run("init", cwd=tmp_path).code == 0
    (tmp_path / "db/environments/local.yaml").write_text("include_dirs: [mine]\n")
    before = picture(tmp_path)

    again = run("init", cwd=tmp_path)

    assert_orderly(again)
    assert again.code == 5
    assert again.stdout == ""
    assert "db/environments/local.yaml" in again.stderr
    assert "overwrite" in again.stderr
    assert picture(tmp_path) == before


def _written(tmp_path: Path) -> list[str]:
    """What ``init`` writes, as paths from the project."""
    run("init", "model", cwd=tmp_path)
    model = tmp_path / "model"
    return sorted(str(path.relative_to(model)) for path in model.rglob("*") if path.is_file())


def test_any_file_that_stands_in_the_way_stops_all(tmp_path: Path) -> None:
    for number, name in enumerate(_written(tmp_path)):
        project = tmp_path / str(number)
        (project / name).parent.mkdir(parents=True)
        (project / name).write_text("mine\n")
        before = picture(project)

        ran = run("init", project, cwd=tmp_path)

        assert_orderly(ran)
        assert ran.code == 5
        assert name in ran.stderr
        assert picture(project) == before


@pytest.mark.parametrize("kind", ["link to nothing", "link to a file", "directory", "pipe"])
def test_whatever_stands_in_the_way_is_left_alone(tmp_path: Path, kind: str) -> None:
    way = tmp_path / "shop/db/environments/local.yaml"
    way.parent.mkdir(parents=True)
    (tmp_path / "precious").write_text("mine\n")
    match kind:
        case "link to nothing":
            way.symlink_to(tmp_path / "gone")
        case "link to a file":
            way.symlink_to(tmp_path / "precious")
        case "directory":
            way.mkdir()
        case "pipe":
            os.mkfifo(way)
    before = picture(tmp_path)

    ran = run("init", "shop", cwd=tmp_path)

    assert_orderly(ran)
    assert ran.code == 5
    assert "db/environments/local.yaml" in ran.stderr
    assert picture(tmp_path) == before


@pytest.mark.parametrize("target", ["file", "file/below", "x" * 300], ids=["file", "below", "long"])
def test_a_folder_that_cannot_be_is_an_error(tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_text("mine\n")

    ran = run("init", target, cwd=tmp_path)

    assert_orderly(ran)
    assert ran.code in (4, 5)
    assert target.partition("/")[0] in ran.stderr
    assert len(ran.stderr.splitlines()) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_may_not_be_written_is_an_error(tmp_path: Path) -> None:
    assert_permissions_bite(tmp_path)
    (tmp_path / "shop").mkdir(0o555)

    ran = run("init", "shop", cwd=tmp_path, before=OBEY_PERMISSIONS)

    assert_orderly(ran)
    assert ran.code in (4, 5)
    assert "shop" in ran.stderr
    assert "ermission" in ran.stderr
    assert list((tmp_path / "shop").iterdir()) == []


def test_a_start_that_fails_half_way_leaves_nothing_in_the_way_of_the_next(tmp_path: Path) -> None:
    assert_permissions_bite(tmp_path)
    (tmp_path / "shop/db/seeds").mkdir(parents=True)
    (tmp_path / "shop/db/seeds").chmod(0o555)

    failed = run("init", "shop", cwd=tmp_path, before=OBEY_PERMISSIONS)
    assert_orderly(failed)
    assert failed.code in (4, 5)

    (tmp_path / "shop/db/seeds").chmod(0o755)
    again = run("init", "shop", cwd=tmp_path)
    assert (again.code, again.stderr) == (0, "")
    assert run("build", cwd=tmp_path / "shop").code == 0


def test_a_start_that_fails_names_the_folder_it_may_not_write(tmp_path: Path) -> None:
    (tmp_path / "shop/db/seeds").mkdir(parents=True)
    (tmp_path / "shop/db/seeds").chmod(0o555)

    failed = run("init", "shop", cwd=tmp_path, before=OBEY_PERMISSIONS)

    assert failed.code in (4, 5)
    assert "shop/db/seeds" in failed.stderr


@pytest.mark.parametrize("before", range(3))
def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int) -> None:
    make_directories = init._make_directories
    calls = []

    def interrupted(path: str, made: list[str]) -> None:
        calls.append(path)
        if len(calls) > before:
            raise KeyboardInterrupt
        make_directories(path, made)

    monkeypatch.setattr(init, "_make_directories", interrupted)

    assert main(["init", str(tmp_path / "shop")]) == 130

    assert list(tmp_path.iterdir()) == []
