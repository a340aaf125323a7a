"""The artifact of a comparison obeys its published schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError

from confiture.artifacts import dumps_json, loads_json
from confiture.cli.main import main
from confiture.core.differ import SchemaDiffer
from confiture.models.diff_report import DiffReport

from .test_changes import CASES

PUBLISHED = Path(__file__).parents[2] / "docs" / "diff.schema.json"

OLD = """
CREATE TABLE app_user (id int PRIMARY KEY, mail text, CHECK (mail <> ''));
CREATE VIEW addresses AS SELECT mail FROM app_user;
"""
NEW = """
-- confiture: renamed from app_user
CREATE TABLE person (id bigint PRIMARY KEY, mail text, CHECK (mail ~ '@'));
CREATE VIEW addresses AS SELECT mail FROM person;
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT 2 * a';
GRANT SELECT ON person TO reader;
ALTER TABLE elsewhere ADD a int;
"""


def report_of(old: str, new: str) -> DiffReport:
    diff = SchemaDiffer().compare(old, new)
    return DiffReport(
        ok=not diff.has_changes(),
        old="old.sql",
        new="new.sql",
        changes=diff.changes,
        counts=dict(diff.count_by_type()),
        engine="python",
    )


def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), *(case[:2] for case in CASES)])
def test_documents_obey_the_published_schema_and_survive_a_round_trip(old: str, new: str) -> None:
    report = report_of(old, new)

    text = dumps_json(report)

    validator().validate(json.loads(text))
    assert loads_json(text.encode(), DiffReport) == report


def test_the_published_schema_refuses_what_is_no_report() -> None:
    document = json.loads(dumps_json(report_of(OLD, NEW)))
    document["changes"][0]["unheard_of"] = 1

    with pytest.raises(ValidationError):
        validator().validate(document)


def test_what_the_command_prints_obeys_the_published_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("old.sql", OLD), ("new.sql", NEW)):
        (tmp_path / name).write_text(text)
    files = [str(tmp_path / name) for name in ("old.sql", "new.sql")]

    assert main(["diff", "--from", files[0], "--to", files[1], "--format", "json"]) == 1

    document = json.loads(capsys.readouterr().out)
    validator().validate(document)
    assert {change["type"] for change in document["changes"]} >= {"RENAME_TABLE", "ADD_FUNCTION", "GRANT"}
