"""``confiture build --source-map`` and ``confiture locate``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import PACKAGE, run
from bad_input.support import OUTPUT, assert_orderly, error_document, picture
from bundles import Source
from confiture.core.builder import SchemaBuilder
from confiture.core.locating import MappedBundle
from confiture.core.source_maps import read_map
from example.library import PROJECT

from .support import segments_of
from .test_locating import SOURCES, find_all, planted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bad_input.processes import Ran
    from confiture._interface import Engine
    from postgres import Server

MAP = f"{OUTPUT}.map.json"

FILES = {
    "db/schema/a.sql": "CREATE TABLE t (a int);\n\\ir parts/x.inc\n"
    "SELECT 1; \\i 'db/schema/parts/y.inc' \\\\ SELECT 2;\n",
    "db/schema/b.sql": "\ufeffSELECT 3;\r\n\\ir parts/x.inc\\ir parts/y.inc\n",
    "db/schema/c.sql": "",
    "db/schema/parts/x.inc": "\ufeff-- é表\nSELECT 'x'",
    "db/schema/parts/y.inc": "\\ir z.inc\n",
    "db/schema/parts/z.inc": "SELECT 'z';\n\n",
}


def _in_base(sources: list[Source]) -> dict[str, bytes]:
    return {f"db/schema/{path}": content for path, content in sources}


def _locate(project: Path, *arguments: str) -> Ran:
    ran = run("locate", OUTPUT, *arguments, cwd=project)
    assert_orderly(ran)
    return ran


def test_a_map_of_plain_files_is_as_documented(make_project: Callable[..., Path], engine: Engine) -> None:
    sources = sorted(SOURCES, key=lambda source: source.path.split("/"))
    project = make_project(_in_base(sources))

    report = SchemaBuilder("local", project).write(project / OUTPUT, source_map=project / MAP)

    assert report.source_map == str(project / MAP)
    source_map = read_map(str(project / MAP))
    assert source_map.files == [source.path for source in sources]
    assert source_map.segments == segments_of(sources)
    assert (source_map.version, source_map.bundle) == (1, "schema_local.sql")
    assert source_map.base_dir == "../schema"
    assert source_map.body_sha256 == report.bundle.body_sha256


def test_lines_of_included_files_are_theirs(make_project: Callable[..., Path], engine: Engine) -> None:
    project = make_project(FILES)
    SchemaBuilder("local", project).write(project / OUTPUT, source_map=project / MAP)
    bundle = MappedBundle(engine, project / OUTPUT, project / MAP)
    content = (project / OUTPUT).read_bytes().decode()
    expected = {
        "CREATE TABLE": [("a.sql", 1, 1)],
        "SELECT 1": [("a.sql", 3, 1)],
        "SELECT 2": [("a.sql", 3, 41)],
        "SELECT 3": [("b.sql", 1, 1)],
        "表": [("parts/x.inc", 1, 5)] * 2,
        "'x'": [("parts/x.inc", 2, 8)] * 2,
        "SELECT 'z'": [("parts/z.inc", 1, 1)] * 2,
    }

    found: dict[str, list[tuple[str, int | None, int | None]]] = {}
    for mark in expected:
        at = content.find(mark)
        while at >= 0:
            before = content[:at]
            location = bundle.locate(before.count("\n") + 1, at - before.rfind("\n"))
            assert location.path is not None
            found.setdefault(mark, []).append(
                (location.path.removeprefix("../schema/"), location.line, location.column)
            )
            at = content.find(mark, at + 1)

    assert found == expected


def test_a_thousand_marks_in_the_example_are_found_again(tmp_path: Path, engine: Engine) -> None:
    project = tmp_path / "library"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("generated"))
    sources, expected = planted(2)
    for path, content in sources:
        (project / "db" / path).write_bytes(content)
    builder = SchemaBuilder("local", project)
    built = {path.relative_to(project / "db").as_posix() for path in builder.find_sql_files()}
    environment = project / "db/environments/local.yaml"
    environment.write_text(environment.read_text() + "build: {validate_comments: {enabled: false}}\n")
    assert len(expected) == 1000

    SchemaBuilder("local", project).write(project / OUTPUT, source_map=project / MAP)

    marks = {mark: place for mark, place in expected.items() if place[0] in built}
    content = (project / OUTPUT).read_bytes().decode()
    found = find_all(MappedBundle(engine, project / OUTPUT, project / MAP), content, marks)
    assert found == {mark: (f"../{path}", line, column) for mark, (path, line, column) in marks.items()}
    assert len(marks) > 950


def test_a_real_error_in_the_example_is_found(tmp_path: Path, server: Server, engine: Engine) -> None:
    project = tmp_path / "library"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("generated"))
    path = project / "db/schema/70_views/40_circulation.sql"
    text = path.read_text(encoding="utf-8")
    at = text.index("l.loan_id")
    path.write_text(f"{text[:at]}l.loan_idea{text[at + len('l.loan_id') :]}", encoding="utf-8")
    ran = run("build", "--source-map", MAP, cwd=project)
    assert ran.code == 0
    psql = subprocess.run(
        [
            *(server.program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", OUTPUT),
            *("-d", server.uri(server.create_database("located"))),
        ],
        cwd=project,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "loan_idea" in psql.stderr

    located = subprocess.run(
        [sys.executable, "-m", "confiture", "locate", OUTPUT, "-"],
        cwd=project,
        env={**PACKAGE, "CONFITURE_ENGINE": _name_of(engine)},
        input=psql.stderr,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    line, column = text[:at].count("\n") + 1, at - text[:at].rfind("\n")
    assert (located.returncode, located.stderr) == (0, "")
    assert f"\ndb/schema/70_views/40_circulation.sql:{line}:{column}: ERROR:" in located.stdout


def _name_of(engine: Engine) -> str:
    return "rust" if getattr(engine, "__name__", "").endswith("_core") else "python"


@pytest.fixture
def built(make_project: Callable[..., Path], engine: Engine) -> Path:
    project = make_project(_in_base(SOURCES))
    assert run("build", "--source-map", MAP, cwd=project).code == 0
    return project


def test_a_place_is_printed_with_its_line(built: Path) -> None:
    assert _locate(built, "18:8") == (
        0,
        "db/schema/a.sql:1:8\n  1 | SELECT 1;\n    |        ^\n  in SELECT, from 1:1 on\n",
        "",
    )


@pytest.mark.parametrize(
    ("place", "where"), [("3", "its header"), ("14:2", "a separator before db/schema/a.sql")]
)
def test_what_comes_from_no_file_is_told_as_such(built: Path, place: str, where: str) -> None:
    ran = _locate(built, place)

    assert (ran.code, ran.stdout) == (1, "")
    line = place.split(":")[0]
    assert ran.stderr == f"Line {line} of the bundle is in {where}, which comes from no file.\n"
    assert json.loads(_locate(built, place, "-f", "json").stdout)["ok"] is False


def test_the_document_has_the_same_place(built: Path) -> None:
    document = json.loads(_locate(built, "18:8", "-f", "json").stdout)

    assert document["ok"] is True
    assert document["map_dir"] == str(built / "db/generated")
    (location,) = document["locations"]
    assert location == {
        "kind": "source",
        "bundle_line": 18,
        "bundle_column": 8,
        "path": "../schema/a.sql",
        "line": 1,
        "column": 8,
        "statement": {"kind": "SELECT", "identity": None, "line": 1, "column": 1},
        "excerpt": "SELECT 1;",
        "excerpt_column": 8,
    }


@pytest.mark.parametrize("place", ["", "x", "1:", ":1", "-1", "1:2:3", "1.5", "١", "9" * 20])
def test_what_is_no_place_is_a_mistake_of_usage(built: Path, place: str) -> None:
    ran = _locate(built, "--", place)

    assert ran.code == 2
    assert "120:5" in ran.stderr


@pytest.mark.parametrize("place", ["0", "99999", "18:99"])
def test_a_place_that_is_not_there_is_an_error(built: Path, place: str) -> None:
    ran = _locate(built, place, "-f", "json")

    assert ran.code == 4
    error = error_document(ran.stdout)
    assert (error["code"], error["line"]) == ("SCHEMA_018", int(place.split(":")[0]))


def test_a_bundle_that_was_built_again_without_its_map_is_told(built: Path) -> None:
    (built / "db/schema/a.sql").write_text("SELECT 4;\n")
    assert run("build", cwd=built).code == 0

    ran = _locate(built, "18", "-f", "json")

    assert ran.code == 5
    assert error_document(ran.stdout)["code"] == "ARTIFACT_003"


def test_a_bundle_without_a_map_says_how_to_get_one(built: Path) -> None:
    (built / MAP).unlink()

    ran = _locate(built, "18")

    assert ran.code == 5
    assert "--source-map" in ran.stderr


def test_two_builds_have_the_same_map(built: Path) -> None:
    before = (built / MAP).read_bytes()

    assert run("build", "-o", "other.sql", "--source-map", "maps/m.json", cwd=built).code == 0
    assert run("build", "--source-map", MAP, cwd=built).code == 0

    assert (built / MAP).read_bytes() == before
    assert _locate(built, "18", "--source-map", "maps/m.json").code == 0
    assert json.loads((built / "maps/m.json").read_text())["base_dir"] == "../db/schema"


def test_a_check_compares_the_map_too(built: Path) -> None:
    assert run("build", "--check", "--source-map", MAP, cwd=built).code == 0
    (built / MAP).write_text((built / MAP).read_text() + "\n")
    before = picture(built)

    assert run("build", "--check", "--source-map", MAP, cwd=built).code == 1
    assert run("build", "--check", "--source-map", "missing.json", cwd=built).code == 1
    assert run("build", "--check", cwd=built).code == 0
    assert picture(built) == before


def test_the_report_of_a_build_names_the_map(built: Path) -> None:
    text = run("build", "--source-map", MAP, cwd=built)
    document = run("build", "--source-map", MAP, "-f", "json", cwd=built)

    assert MAP in text.stdout
    assert json.loads(document.stdout)["source_map"] == str(built / MAP)


@pytest.mark.parametrize("options", [("--stdout",), ("--split", "out"), ("--list-files",)])
def test_a_map_goes_with_one_bundle_in_a_file(built: Path, options: tuple[str, ...]) -> None:
    before = picture(built)

    ran = run("build", *options, "--source-map", "m.json", cwd=built)

    assert_orderly(ran)
    assert ran.code == 2
    assert "--source-map" in ran.stderr
    assert picture(built) == before


@pytest.mark.parametrize("place", [OUTPUT, "db/schema/a.sql", "db/environments/local.yaml", "db/schema"])
def test_a_map_replaces_neither_the_bundle_nor_an_input(built: Path, place: str) -> None:
    before = picture(built)

    ran = run("build", "--source-map", place, cwd=built)

    assert_orderly(ran)
    assert ran.code == 4
    assert picture(built) == before


def test_an_error_leaves_the_old_bundle_and_its_map(built: Path) -> None:
    (built / "db/schema/b.sql").write_text("SELECT '")
    before = picture(built)

    assert run("build", "--source-map", MAP, cwd=built).code == 4
    assert picture(built) == before
    assert _locate(built, "18").code == 0


def test_messages_of_nothing_are_no_findings(built: Path) -> None:
    assert _locate(built, "-") == (0, "", "")
