"""The artifact of a comparison: its JSON, and the schema of it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError

from confiture.artifacts import dumps_json, loads_json
from confiture.cli.main import main
from confiture.core.differ import SchemaDiffer
from confiture.models.diff_report import DiffReport

from .test_changes import CASES

GOLDEN = Path(__file__).with_name("golden")
PUBLISHED = Path(__file__).parents[2] / "docs" / "diff.schema.json"

#: How to write the files anew, after looking at what changed.
REWRITE = "PYTHONPATH=tests python -m diff.write_golden"

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


def golden_json() -> str:
    return json.dumps(json.loads(dumps_json(report_of(OLD, NEW))), indent=2, ensure_ascii=False) + "\n"


def json_schema() -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(DiffReport)}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))


def test_the_document_is_the_golden_one() -> None:
    assert golden_json() == (GOLDEN / "diff.json").read_text(encoding="utf-8"), REWRITE


def test_the_document_is_the_golden_one_in_message_pack() -> None:
    golden = (GOLDEN / "diff.msgpack").read_bytes()

    assert msgspec.msgpack.encode(report_of(OLD, NEW)) == golden, REWRITE
    assert msgspec.msgpack.decode(golden, type=DiffReport) == report_of(OLD, NEW)


def test_the_published_schema_is_that_of_the_type() -> None:
    assert json_schema() == PUBLISHED.read_text(encoding="utf-8"), REWRITE


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
