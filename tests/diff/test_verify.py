"""Loading a build into a real server."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from confiture.cli.main import main
from confiture.core.mapped_texts import MappedText
from confiture.core.verifying import RULES
from confiture.servers import own
from model.test_library import PROJECT

if TYPE_CHECKING:
    from model.conftest import Postgres


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two files."""
    (tmp_path / "db/environments").mkdir(parents=True)
    (tmp_path / "db/schema").mkdir()
    (tmp_path / "db/environments/local.yaml").write_text("name: local\ninclude_dirs: [db/schema]\n")
    (tmp_path / "db/schema/10_users.sql").write_text("CREATE TABLE users (id int PRIMARY KEY, name text);\n")
    (tmp_path / "db/schema/20_names.sql").write_text("CREATE VIEW names AS SELECT name FROM users;\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def verified(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["verify", *arguments, "-f", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_the_example_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "library"
    shutil.copytree(PROJECT, project)
    monkeypatch.chdir(project)
    code, document = verified(capsys)
    assert (code, document["ok"], document["loads"], document["server"]) == (0, True, True, 18)
    assert document["findings"] == []


def test_an_error_is_shown_at_its_place(
    project: Path, capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    (project / "more").mkdir()
    (project / "more/part.sql").write_text("-- names\n\nCREATE VIEW more AS\n  SELECT id, nom FROM users;\n")
    (project / "db/schema/20_names.sql").write_text("SELECT 1;\n\\ir ../../more/part.sql\nSELECT nothing;\n")
    assert main(["verify", *on_a_server]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == 'more/part.sql:4:14: error: column "nom" does not exist. [VERIFY_001]'
    assert told[1] == "  4 |   SELECT id, nom FROM users;"
    assert told[2] == "    |              ^"
    assert told[-1] == "The environment local does not load."


def test_an_error_in_data_is_shown_at_its_line(
    project: Path, capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    (project / "db/schema/30_seed.sql").write_text("COPY users FROM stdin;\n1\ta\nx\tb\n\\.\n")
    code, document = verified(capsys, *on_a_server)
    (finding,) = document["findings"]
    assert (code, finding["file"], finding["line"]) == (1, "30_seed.sql", 3)
    assert verified(capsys, "--schema-only", *on_a_server)[0] == 0


@pytest.mark.parametrize(
    ("text", "column", "what", "see"),
    [
        ("\nCREATE VIEW more AS\n  SELECT id FROM users\n", 1, "statement", ("30_next.sql", 2, 1)),
        ("\nCREATE TABLE more (\n  id int\n", 19, "parenthesis", ("30_next.sql", 2, 1)),
        ("\nCREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\n", 33, "body of a routine", None),
    ],
)
def test_what_a_file_does_not_finish_is_shown_where_it_begins(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    column: int,
    what: str,
    see: Any,
    on_a_server: tuple[str, str],
) -> None:
    (project / "db/schema/20_names.sql").write_text(text)
    if see is not None:
        (project / "db/schema/30_next.sql").write_text("\nCREATE TABLE next (id int);\n")
    code, document = verified(capsys, *on_a_server)
    (finding,) = document["findings"]
    place = (finding["file"], finding["line"], finding["column"])
    assert (code, place) == (1, ("20_names.sql", 2, column))
    assert finding["message"].startswith(f"this {what} does not end in its file: syntax error at ")
    related = finding["related"]
    assert (related["file"], related["line"], related["column"]) == (see or ("20_names.sql", 2, 55))


def test_an_extension_that_is_missing_is_shown_at_its_place(
    project: Path, capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    (project / "db/schema/20_names.sql").write_text("\nCREATE EXTENSION no_such;\n")
    assert main(["verify", *on_a_server]) == 3
    assert "error: db/schema/20_names.sql:2: The server, " in capsys.readouterr().err


def test_a_transaction_that_is_left_open_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    (project / "db/schema/30_open.sql").write_text("BEGIN;\nCREATE TABLE lost (id int);\n")
    code, document = verified(capsys, *on_a_server)
    (finding,) = document["findings"]
    assert (code, document["loads"]) == (1, False)
    assert "end it with COMMIT" in finding["message"]
    (project / "db/schema/30_open.sql").write_text("BEGIN;\nCREATE TABLE kept (id int);\nCOMMIT;\nSELECT 1")
    assert verified(capsys, *on_a_server)[0] == 0


def test_keys_in_a_circle_load_in_two_passes(
    project: Path, capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    (project / "db/schema/05_teams.sql").write_text(
        "CREATE TABLE teams (id int PRIMARY KEY,\n  lead int REFERENCES users);\n"
    )
    code, document = verified(capsys, *on_a_server)
    (finding,) = document["findings"]
    assert (code, finding["file"], finding["line"]) == (1, "05_teams.sql", 1)
    with (project / "db/environments/local.yaml").open("a") as file:
        file.write("build: {two_pass: true}\n")
    assert verified(capsys, *on_a_server)[0] == 0
    (project / "db/schema/20_names.sql").write_text("\n\nSELECT nothing;\n")
    (finding,) = verified(capsys, *on_a_server)[1]["findings"]
    assert (finding["file"], finding["line"], finding["column"]) == ("20_names.sql", 3, 8)


def test_what_code_makes_is_a_note(
    project: Path, capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    (project / "db/schema/30_code.sql").write_text(
        "DO $$ BEGIN CREATE TABLE made (id int); ALTER TABLE users ADD age int; END $$;\n"
    )
    code, document = verified(capsys, *on_a_server)
    told = {(one["severity"], one["file"], one["line"]) for one in document["findings"]}
    assert (code, told) == (0, {("note", "10_users.sql", 1)})
    assert any("table public.made" in one["message"] for one in document["findings"])


def test_what_the_model_has_not_is_a_warning(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    on_a_server: tuple[str, str],
) -> None:
    parse = MappedText.parse
    monkeypatch.setattr(MappedText, "parse", lambda mapped: replace(parse(mapped), views=()))
    code, document = verified(capsys, *on_a_server)
    (finding,) = document["findings"]
    assert (code, finding["severity"], finding["code"], finding["file"]) == (
        1,
        "warning",
        "VERIFY_002",
        "10_users.sql",
    )


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_every_format_names_the_place(
    project: Path, capsys: pytest.CaptureFixture[str], form: str, on_a_server: tuple[str, str]
) -> None:
    (project / "db/schema/30_bad.sql").write_text("SELECT 1;\nSELECT nothing;\n")
    assert main(["verify", *on_a_server, "-f", form, "-o", "out/report"]) == 1
    assert "Wrote out/report" in capsys.readouterr().out
    told = (project / "out/report").read_text()
    assert "30_bad.sql" in told
    assert "nothing" in told
    if form == "sarif":
        (run,) = json.loads(told)["runs"]
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(RULES)
        (result,) = run["results"]
        assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 8}
    if form == "github":
        assert told.startswith("::error file=db/schema/30_bad.sql,line=2,col=8,title=VERIFY_001")


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_another_server_is_used(
    project: Path, capsys: pytest.CaptureFixture[str], postgres: Postgres
) -> None:
    (project / "db/schema/30_grants.sql").write_text("GRANT SELECT ON users TO reader;\n")
    url = postgres.server.uri("postgres")
    before = postgres.roles()
    assert verified(capsys, "--server", url)[0] == 3
    code, document = verified(capsys, "--server", url, "--create-roles")
    assert (code, document["server"], document["findings"]) == (0, postgres.version, [])
    assert postgres.roles() == before


def test_what_cannot_be_verified_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["verify", "--server", "postgresql://bob:hunter2@127.0.0.1:1/shop"]) == 3
    assert "hunter2" not in capsys.readouterr().err
    assert main(["verify", "-e", "nowhere"]) == 5
    (project / "db/schema/30_open.sql").write_text("SELECT '\n")
    assert main(["verify"]) == 4
    (project / "db/schema/30_open.sql").write_text("\\c other\n")
    assert main(["verify"]) == 4
    assert "error: db/schema/30_open.sql:1:1: " in capsys.readouterr().err
    monkeypatch.setattr(own, "bundled_programs", lambda: None)
    assert main(["verify"]) == 5
    assert "pip install 'confiture[postgres]'" in capsys.readouterr().err
