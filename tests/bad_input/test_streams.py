"""Outputs that go away or fill up: the error is told once, and never with a traceback."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .processes import Ran, end, run, start
from .support import ENVIRONMENT, OLD_BUNDLE, OUTPUT, assert_orderly

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._backend import Engine

#: What prints something, and leaves alone what stands in the project.
PRINTING = {
    "hash": ("hash",),
    "lines": ("hash", "--files"),
    "bundle": ("build", "--stdout"),
    "selection": ("build", "--list-files"),
    "selection_json": ("build", "--list-files", "-f", "json"),
    "error_json": ("build", "-e", "nowhere", "-f", "json"),
    "help": ("build", "--help"),
    "completion": ("completion", "bash"),
}

#: Of these, what prints more than a pipe holds.
LONG = {name: PRINTING[name] for name in ("lines", "bundle", "selection", "selection_json")}

CLOSED = "import os; os.close(1)"
ALL_CLOSED = "import os; os.closerange(0, 3)"

needs_full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project({"db/schema/a.sql": "SELECT 1;\n", OUTPUT: OLD_BUNDLE})


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("wide")
    for folder in (ENVIRONMENT, OUTPUT, "db/schema/a.sql"):
        (root / folder).parent.mkdir(parents=True)
    (root / ENVIRONMENT).write_text("include_dirs: [db/schema]\n")
    (root / OUTPUT).write_bytes(OLD_BUNDLE)
    for index in range(1200):
        (root / f"db/schema/{index:04}_{'x' * 100}.sql").write_text("SELECT 1;\n")
    return root


@pytest.mark.parametrize("arguments", LONG.values(), ids=LONG)
def test_a_reader_that_has_seen_enough_is_no_error(
    wide: Path, engine: Engine, arguments: tuple[str, ...]
) -> None:
    process = start(*arguments, cwd=wide)
    assert process.stdout
    assert process.stderr
    assert process.stdout.read(10)
    process.stdout.close()
    stderr = process.stderr.read().decode()
    process.stderr.close()
    code = process.wait(timeout=30)

    assert stderr == ""
    assert code in (0, -signal.SIGPIPE, 128 + signal.SIGPIPE)
    assert (wide / OUTPUT).read_bytes() == OLD_BUNDLE


@pytest.mark.parametrize("arguments", PRINTING.values(), ids=PRINTING)
def test_a_reader_that_has_gone_before_is_no_error(
    project: Path, engine: Engine, arguments: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*arguments, cwd=project, stdout=writing)
    os.close(writing)
    ran = end(process)

    assert "Traceback" not in ran.stderr
    assert "Exception ignored" not in ran.stderr
    assert "Broken" not in ran.stderr


@needs_full_device
@pytest.mark.parametrize("arguments", PRINTING.values(), ids=PRINTING)
def test_a_full_standard_output_is_a_clear_error(
    project: Path, engine: Engine, arguments: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = run(*arguments, cwd=project, stdout=full)

    assert_orderly(ran)
    assert "Exception ignored" not in ran.stderr
    assert "standard output" in ran.stderr
    assert "space" in ran.stderr
    assert ran.code in ((4, 5) if "nowhere" in arguments else (4,))


@needs_full_device
def test_a_bundle_larger_than_all_buffers_on_a_full_standard_output_is_a_clear_error(
    wide: Path, engine: Engine
) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = run("build", "--stdout", cwd=wide, stdout=full)

    assert_orderly(ran)
    assert "standard output" in ran.stderr
    assert ran.code == 4


@pytest.mark.parametrize("arguments", PRINTING.values(), ids=PRINTING)
def test_a_closed_standard_output_leads_to_no_traceback(
    project: Path, engine: Engine, arguments: tuple[str, ...]
) -> None:
    ran = run(*arguments, cwd=project, before=CLOSED)

    assert_orderly(ran)
    assert "Exception ignored" not in ran.stderr
    assert (project / OUTPUT).read_bytes() == OLD_BUNDLE


def test_a_bundle_for_a_closed_standard_output_is_an_error(project: Path, engine: Engine) -> None:
    ran = run("build", "--stdout", cwd=project, before=CLOSED)

    assert_orderly(ran)
    assert ran.code == 4
    assert "standard output" in ran.stderr


def test_a_digest_for_a_closed_standard_output_is_an_error(project: Path, engine: Engine) -> None:
    ran = run("hash", cwd=project, before=CLOSED)

    assert_orderly(ran)
    assert ran.code == 4
    assert "standard output" in ran.stderr


def test_no_file_takes_the_place_of_a_closed_standard_output(project: Path, engine: Engine) -> None:
    """The first file opened gets the number of the stream that is closed; no report may land in it."""
    ran = run("build", cwd=project, before=ALL_CLOSED)

    assert ran.code == 0
    expected = run("build", "--stdout", cwd=project)
    assert (project / OUTPUT).read_text() == expected.stdout


@needs_full_device
@pytest.mark.parametrize("arguments", [("build", "-e", "nowhere"), ("bild",), ("build", "--frobnicate")])
def test_an_error_that_cannot_be_printed_keeps_its_exit_code(
    project: Path, engine: Engine, arguments: tuple[str, ...]
) -> None:
    expected = run(*arguments, cwd=project).code
    assert expected in (2, 5)

    with Path("/dev/full").open("wb") as full:
        assert run(*arguments, cwd=project, stderr=full) == Ran(expected, "", "")

    ran = run(*arguments, cwd=project, before="import os; os.close(2)")
    assert ran == Ran(expected, "", "")
