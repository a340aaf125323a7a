"""``confiture dbt diff``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import assert_orderly
from confiture.artifacts import loads_json
from confiture.models.dbt_changes import DbtChanges
from manifests.recorded import STATES, recording

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine

_STATES = ("before", "again", "body", "contract", "macro", "added", "disabled", "column added")


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with what dbt wrote, in one directory for each state."""
    directory = tmp_path_factory.mktemp("states")
    for name in _STATES:
        (directory / name).mkdir()
        (directory / name / "manifest.json").write_text(json.dumps(recording(STATES[0])[name]))
    return directory


def test_no_differences_are_told_in_one_line(states: Path, engine: Engine) -> None:
    ran = run("dbt", "diff", "before", "again/manifest.json", cwd=states)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (0, "No differences between before and again/manifest.json.\n")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "body",
            "~ model.library.stg_books  models/stg_books.sql\n"
            "    body: raw_code\n"
            "      @ 1\n"
            "      - select book_id, title, price from {{ ref('books') }}\n"
            "      + select book_id, title, price + 0 as price from {{ ref('books') }}\n"
            "1 changed between before and body.\n",
        ),
        ("added", "+ model.library.more  models/more.sql\n1 added between before and added.\n"),
        (
            "disabled",
            "- test.library.no_negative_price  tests/no_negative_price.sql\n"
            "    config: config.enabled: true -> false\n"
            "1 removed between before and disabled.\n",
        ),
    ],
)
def test_what_differs_is_told(name: str, told: str, states: Path, engine: Engine) -> None:
    ran = run("dbt", "diff", "before", name, cwd=states)

    assert_orderly(ran)
    assert (ran.code, ran.stderr, ran.stdout) == (1, "", told)


def test_values_and_ways_are_told_in_a_line(states: Path, engine: Engine) -> None:
    contract = run("dbt", "diff", "before", "contract", cwd=states).stdout
    macro = run("dbt", "diff", "before", "macro", cwd=states).stdout
    column = run("dbt", "diff", "before", "column added", cwd=states).stdout

    assert '    column: columns.price.data_type: "double" -> "float"\n' in contract
    assert "    macro: macro.library.rounded changed, called by macro.library.outer\n" in macro
    assert "    macro: macro.library.rounded changed\n" in macro
    assert column.count("    column: columns.title: {") == 2
    assert column.count(" (added)\n") == 2


def test_the_target_is_what_is_now(states: Path, engine: Engine) -> None:
    (states / "target").mkdir(exist_ok=True)
    (states / "target" / "manifest.json").write_bytes((states / "added" / "manifest.json").read_bytes())

    assert run("dbt", "diff", "before", cwd=states).stdout.endswith("1 added between before and target.\n")


def test_other_formats_tell_the_same(states: Path, engine: Engine) -> None:
    document = loads_json(run("dbt", "diff", "before", "body", "-f", "json", cwd=states).stdout, DbtChanges)
    assert (document.ok, document.counts, document.old, document.new) == (
        False,
        {"body": 1},
        "before",
        "body",
    )
    assert document.changes[0].path == "models/stg_books.sql"

    markdown = run("dbt", "diff", "before", "body", "-f", "markdown", cwd=states).stdout
    assert markdown.startswith("### dbt changes\n\n1 changed between before and body.\n")
    assert (
        "- ~ `model.library.stg_books` (`models/stg_books.sql`)\n  - `body: raw_code`\n    ```diff\n"
        in markdown
    )

    github = run("dbt", "diff", "before", "contract", "-f", "github", cwd=states).stdout
    title = "title=changed model.library.counted::"
    assert github.startswith(f"::notice file=models/counted.sql,{title}column: columns.price.data_type: ")
    assert "%0Acontract: contract.checksum: " in github


def test_a_report_is_written_to_a_file(states: Path, engine: Engine) -> None:
    ran = run("dbt", "diff", "before", "added", "-o", "report.txt", cwd=states)

    assert (ran.code, ran.stdout) == (1, "1 added between before and added.\nWrote report.txt\n")
    assert (states / "report.txt").read_text().startswith("+ model.library.more")


def test_a_side_that_is_not_there_is_an_error(states: Path, engine: Engine) -> None:
    ran = run("dbt", "diff", "nowhere", "before", cwd=states)

    assert_orderly(ran)
    assert ran.code == 5
    assert "dbt parse" in ran.stderr
