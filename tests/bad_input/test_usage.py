"""Mistakes on the command line that are not told alike as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .processes import run
from .support import OLD_BUNDLE, OUTPUT, assert_orderly, error_document, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine

JSON_SPELLINGS = (("--format", "json"), ("--format=json",), ("-f", "json"), ("-fjson",))


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project({"db/schema/a.sql": "SELECT 1;\n", OUTPUT: OLD_BUNDLE})


@pytest.mark.parametrize(
    "other",
    [("--output", "x.sql"), ("--split", "x"), ("--check",), ("--list-files",), ("--format", "json")],
    ids=lambda other: other[0],
)
def test_stdout_goes_with_nothing_that_writes_elsewhere(
    project: Path, engine: Engine, other: tuple[str, ...]
) -> None:
    before = picture(project)

    ran = run("build", "--stdout", *other, cwd=project)

    assert_orderly(ran)
    assert ran.code == 2
    if other[0] == "--format":
        assert "--stdout" in error_document(ran.stdout)["message"]
    else:
        assert ran.stdout == ""
        assert "--stdout" in ran.stderr or other[0] in ran.stderr
    assert picture(project) == before


def test_an_unknown_format_is_told_as_text(project: Path, engine: Engine) -> None:
    ran = run("build", "--format", "jsno", cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (2, "")
    assert "--format" in ran.stderr
    assert "json" in ran.stderr
    assert "text" in ran.stderr


@pytest.mark.parametrize("spelling", JSON_SPELLINGS, ids="_".join)
def test_a_mistake_before_or_after_the_format_is_told_in_json(
    project: Path, engine: Engine, spelling: tuple[str, ...]
) -> None:
    for arguments in (("build", *spelling, "--frobnicate"), ("build", "--frobnicate", *spelling)):
        ran = run(*arguments, cwd=project)

        assert_orderly(ran)
        assert ran.code == 2
        assert "--frobnicate" in error_document(ran.stdout)["message"]


def test_an_engine_that_does_not_exist_is_an_error_of_configuration(project: Path) -> None:
    text = run("build", cwd=project, environment={"CONFITURE_ENGINE": "ruts"})
    document = run("build", "-f", "json", cwd=project, environment={"CONFITURE_ENGINE": "ruts"})

    for ran in (text, document):
        assert_orderly(ran)
        assert ran.code == 5
    assert "CONFITURE_ENGINE" in text.stderr
    assert "rust" in error_document(document.stdout)["hint"]
    assert (project / OUTPUT).read_bytes() == OLD_BUNDLE


def test_help_can_be_had_with_an_engine_that_does_not_exist(project: Path) -> None:
    ran = run("--help", cwd=project, environment={"CONFITURE_ENGINE": "ruts"})

    assert_orderly(ran)
    assert ran.code == 0


def test_the_last_of_several_values_counts(project: Path, engine: Engine) -> None:
    ran = run("build", "-e", "nowhere", "-e", "local", cwd=project)

    assert_orderly(ran)
    assert ran.code == 0


def test_what_follows_two_dashes_is_no_option(project: Path, engine: Engine) -> None:
    ran = run("build", "--", "--check", cwd=project)

    assert_orderly(ran)
    assert ran.code == 2
    assert (project / OUTPUT).read_bytes() == OLD_BUNDLE
