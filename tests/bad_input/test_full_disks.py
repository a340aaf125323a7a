"""A disk that is really full: the error names it, and what was there is still there."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from .processes import run
from .support import OLD_BUNDLE, assert_orderly, error_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from confiture._backend import Engine

PARTS = [f"schema_local_{part}.sql" for part in ("superuser_pre", "app", "superuser_post")]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    try:
        mounting = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if mounting.returncode:
        pytest.skip(f"no file system may be mounted: {mounting.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    """A project with 500 KB in what a superuser runs last."""
    environment = "include_dirs: [db/schema]\nsuperuser_post_dirs: [db/schema/post]\n"
    return make_project(
        {
            "db/environments/local.yaml": environment,
            "db/schema/a.sql": "SELECT 1;\n",
            "db/schema/post/large.sql": "SELECT 2;\n" * 50_000,
        }
    )


def test_a_full_disk_keeps_the_old_bundle(project: Path, disk: Path, engine: Engine) -> None:
    output = disk / "out.sql"
    output.write_bytes(OLD_BUNDLE)

    text = run("build", "-o", output, cwd=project)
    document = run("build", "-o", output, "-f", "json", cwd=project)

    for ran in (text, document):
        assert_orderly(ran)
        assert ran.code == 4
    assert "No space left on device" in text.stderr
    assert error_document(document.stdout)["file"] == str(output)
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == {"out.sql": OLD_BUNDLE}


def test_a_disk_that_is_full_after_two_of_three_parts_keeps_all_old_bundles(
    project: Path, disk: Path, engine: Engine
) -> None:
    for part in PARTS:
        (disk / part).write_bytes(OLD_BUNDLE)

    ran = run("build", "--split", disk, cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert str(disk / PARTS[2]) in ran.stderr
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == dict.fromkeys(PARTS, OLD_BUNDLE)


def test_a_disk_with_room_for_one_bundle_but_not_for_two_keeps_the_old_one(
    make_project: Callable[..., Path], disk: Path, engine: Engine
) -> None:
    """The new bundle is complete before the old one goes."""
    project = make_project({"db/schema/a.sql": "SELECT 1;\n" * 8_000})
    output = disk / "out.sql"
    assert run("build", "-o", output, cwd=project).code == 0
    before = output.read_bytes()
    (project / "db/schema/b.sql").write_text("SELECT 2;\n")

    ran = run("build", "-o", output, cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == {"out.sql": before}


def test_a_bundle_fits_after_room_was_made(project: Path, disk: Path, engine: Engine) -> None:
    output = disk / "out.sql"
    assert run("build", "-o", output, cwd=project).code == 4
    (project / "db/schema/post/large.sql").write_text("SELECT 2;\n")

    assert run("build", "-o", output, cwd=project).code == 0
    assert run("build", "--check", "-o", output, cwd=project).code == 0
