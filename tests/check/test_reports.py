"""The report in each of its forms."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import jsonschema
import pytest

from bad_input.processes import run
from bad_input.support import assert_orderly, picture
from confiture.core.findings import RULES
from confiture.models.check import CheckReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

SARIF_SCHEMA = json.loads((Path(__file__).parent / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))

#: Names that mean something to some form of the report.
NAMES = [
    "plain.sql",
    "a b.sql",
    "c:d,e.sql",
    "50%0A.sql",
    "::error::x.sql",
    "é表.sql",
    "[x](1).sql",
    "#?.sql",
]

DUPLICATES = {f"db/schema/{name}": "SELECT 1;\n  CREATE TABLE t (a int);\n" for name in NAMES} | {
    "db/schema/zz/note.sql": "CREATE SCHEMA IF NOT EXISTS s;\nCREATE SCHEMA IF NOT EXISTS s;\n",
    "db/schema/zz/text.sql": "SELECT '\t表\x1b[31m\u202e';\tfoo;\n",
}


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project(DUPLICATES)


@pytest.fixture
def clean(make_project: Callable[..., Path]) -> Path:
    return make_project({"db/schema/a.sql": "CREATE TABLE t (a int);\n\\echo done\nSELECT 1;\n"})


def test_without_findings_the_ledger_is_the_report(clean: Path, engine: Engine) -> None:
    ran = run("check", cwd=clean)

    assert_orderly(ran)
    assert ran == (
        0,
        """\
                          count  bytes
statements                    2     32
psql commands                 1     10
blocks of data                0      0
dropped queries               0      0
white space and comments             3
all                                 45

1 CREATE TABLE   1 SELECT
1 \\echo

Nothing found. 1 file, 45 bytes: every byte is accounted for.
""",
        "",
    )


def test_findings_have_place_line_caret_and_way_out(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    project = make_project(
        {
            "db/schema/a.sql": "CREATE TABLE t (a int);\n",
            "db/schema/b.sql": "SELECT '表';\tCREATE VIEW t AS SELECT 1;\n",
        }
    )

    ran = run("check", cwd=project)

    assert_orderly(ran)
    assert ran.code == 1
    assert ran.stdout.startswith(
        """\
db/schema/b.sql:1:13: error: view t cannot be defined: there is a table of this name; \
see db/schema/a.sql:1:1. [CHECK_004]
  1 | SELECT '表';    CREATE VIEW t AS SELECT 1;
    |                 ^
  hint: Remove one of the two, or give one of them another name.

"""
    )
    assert "\n1 error, 0 warnings, 0 notes.\n2 files, " in ran.stdout
    assert ran.stderr == ""


def test_what_a_terminal_would_obey_is_shown_as_text(project: Path, engine: Engine) -> None:
    ran = run("check", cwd=project)

    assert_orderly(ran)
    assert "SELECT '" in ran.stdout
    line = next(line for line in ran.stdout.split("\n") if "\\x1b[31m\\u202e" in line)
    assert line.endswith("foo;")
    assert "\u202e" not in ran.stdout
    assert "\t" not in ran.stdout


def test_notes_alone_are_no_findings_for_the_exit_code(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    text = "CREATE SCHEMA IF NOT EXISTS s;\n"
    project = make_project({"db/schema/a.sql": text, "db/schema/b.sql": text})

    ran = run("check", cwd=project)

    assert ran.code == 0
    assert "0 errors, 0 warnings, 1 note." in ran.stdout
    assert json.loads(run("check", "-f", "json", cwd=project).stdout)["ok"] is True


def test_the_document_is_the_typed_report(project: Path, engine: Engine) -> None:
    import msgspec

    ran = run("check", "--format", "json", cwd=project)

    assert_orderly(ran)
    assert ran.code == 1
    report = msgspec.json.decode(ran.stdout, type=CheckReport)
    assert not report.ok
    assert report.base_dir == str(project / "db/schema")
    assert msgspec.json.encode(report).decode() + "\n" == ran.stdout
    places = [(finding.code, finding.file, finding.line, finding.column) for finding in report.findings]
    assert [code for code, *_ in places].count("CHECK_007") == len(NAMES)
    assert ("CHECK_003", "zz/text.sql", 1, 20) in places
    assert [file for _, file, *_ in places] == sorted((file for _, file, *_ in places), key=str.encode)


def _unescaped(text: str) -> str:
    """As the runner of workflows reads it."""
    for escape, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def test_annotations_are_workflow_commands(project: Path, engine: Engine) -> None:
    ran = run("check", "-f", "github", cwd=project)

    assert_orderly(ran)
    assert ran.code == 1
    *commands, counts, summary, end = ran.stdout.split("\n")
    assert (counts, end) == (f"{len(NAMES)} errors, 0 warnings, 1 note.", "")
    assert summary.endswith("every byte is accounted for.")
    files = []
    for command in commands:
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::([^:]*.*)", command)
        assert found is not None, command
        properties = dict(part.split("=", 1) for part in found[2].split(","))
        assert list(properties) == ["file", "line", "col", "title"]
        file = _unescaped(properties["file"])
        assert (project / file).is_file()
        files.append(Path(file).name)
        assert properties["title"][:9] in RULES
    assert set(NAMES) - {"#?.sql"} <= set(files)
    assert "notice" in {command.split(" ")[0][2:] for command in commands}


def test_annotations_start_from_the_workspace(project: Path, engine: Engine) -> None:
    ran = run("check", "-f", "github", cwd=project, environment={"GITHUB_WORKSPACE": str(project.parent)})

    assert "file=project/db/schema/" in ran.stdout


def _sarif(project: Path, *options: str, **environment: str) -> dict[str, Any]:
    ran = run("check", "-f", "sarif", *options, cwd=project, environment=environment)
    assert_orderly(ran)
    log: dict[str, Any] = json.loads(ran.stdout)
    jsonschema.validate(log, SARIF_SCHEMA, format_checker=jsonschema.FormatChecker())
    return log


def test_sarif_is_valid_and_says_the_same(project: Path, engine: Engine) -> None:
    log = _sarif(project)

    document = json.loads(run("check", "-f", "json", cwd=project).stdout)
    (only,) = log["runs"]
    assert (log["version"], only["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert only["tool"]["driver"]["name"] == "confiture"
    assert [rule["id"] for rule in only["tool"]["driver"]["rules"]] == list(RULES)
    assert len(only["results"]) == len(document["findings"])
    for result, finding in zip(only["results"], document["findings"], strict=True):
        assert result["ruleId"] == finding["code"]
        assert only["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == finding["code"]
        assert result["level"] == finding["severity"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"] == {"startLine": finding["line"], "startColumn": finding["column"]}
        assert physical["artifactLocation"]["uriBaseId"] in only["originalUriBaseIds"]
        assert unquote(physical["artifactLocation"]["uri"]) == f"db/schema/{finding['file']}"
        assert ("relatedLocations" in result) == ("related" in finding)
    fingerprints = [json.dumps(result["partialFingerprints"]) for result in only["results"]]
    assert len(set(fingerprints)) == len(fingerprints)


def test_sarif_without_findings_is_valid_too(clean: Path, engine: Engine) -> None:
    assert _sarif(clean)["runs"][0]["results"] == []


def test_sarif_of_files_elsewhere_names_them_whole(tmp_path: Path, project: Path, engine: Engine) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    log = _sarif(elsewhere, "--project-dir", str(project))

    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri).startswith(f"file://{project}/db/schema/")


def test_sarif_depends_neither_on_the_machine_nor_on_the_time(
    project: Path, make_project: Callable[..., Path], engine: Engine
) -> None:
    other = make_project(DUPLICATES, "other")

    assert run("check", "-f", "sarif", cwd=project).stdout == run("check", "-f", "sarif", cwd=other).stdout


def test_a_fingerprint_stays_when_lines_move(project: Path, engine: Engine) -> None:
    before = _sarif(project)["runs"][0]["results"]
    for name in NAMES:
        path = project / "db/schema" / name
        path.write_text(f"-- moved\n\n{path.read_text(encoding='utf-8')}", encoding="utf-8")

    after = _sarif(project)["runs"][0]["results"]

    assert [result["partialFingerprints"] for result in before] == [
        result["partialFingerprints"] for result in after
    ]


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_the_report_can_go_to_a_file(project: Path, engine: Engine, form: str) -> None:
    printed = run("check", "-f", form, cwd=project)

    ran = run("check", "-f", form, "-o", "reports/check.txt", cwd=project)

    assert_orderly(ran)
    assert ran.code == 1
    assert (project / "reports/check.txt").read_text(encoding="utf-8") == printed.stdout
    assert "reports/check.txt" in ran.stdout
    assert f"{len(NAMES)} errors" in ran.stdout


@pytest.mark.parametrize("output", ["db/schema/x.sql", "db/environments/local.yaml", "db/schema"])
def test_the_report_replaces_no_input(project: Path, engine: Engine, output: str) -> None:
    before = picture(project)

    ran = run("check", "-o", output, cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert picture(project) == before


def test_colours_are_for_terminals(project: Path, engine: Engine) -> None:
    import pty

    outputs = []
    for environment in ({}, {"NO_COLOR": "1"}, {"TERM": "dumb"}):
        controller, terminal = pty.openpty()
        child = run_on(terminal, project, {"TERM": "xterm", **environment})
        os.close(terminal)
        chunks = []
        try:
            while chunk := os.read(controller, 65536):
                chunks.append(chunk)
        except OSError:
            pass  # The terminal's other end is closed.
        os.close(controller)
        assert child.wait() == 1
        outputs.append(b"".join(chunks))
    assert b"\x1b[1;31merror:\x1b[0m" in outputs[0]
    assert b"\x1b" not in outputs[1]
    assert b"\x1b" not in outputs[2]


def run_on(terminal: int, project: Path, environment: dict[str, str]) -> Any:
    import subprocess
    import sys

    from bad_input.processes import PACKAGE

    return subprocess.Popen(
        [sys.executable, "-m", "confiture", "check"],
        cwd=project,
        env={**os.environ, **PACKAGE, **environment},
        stdin=subprocess.DEVNULL,
        stdout=terminal,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_errors_are_those_of_a_build(make_project: Callable[..., Path], engine: Engine, form: str) -> None:
    project = make_project({"db/schema/a.sql": b"\xff"})

    ran = run("check", "-f", form, cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    if form == "json":
        assert json.loads(ran.stdout)["error"]["code"] == "SCHEMA_009"
    else:
        assert ran.stdout == ""
        assert "a.sql" in ran.stderr


def test_seeds_can_be_left_out(make_project: Callable[..., Path], engine: Engine) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", "db/schema/seeds/b.sql": "foo;\n"})

    assert run("check", cwd=project).code == 1
    assert run("check", "--schema-only", cwd=project).code == 0


def test_nothing_is_written(project: Path, engine: Engine) -> None:
    before = picture(project)

    run("check", cwd=project)

    assert picture(project) == before
