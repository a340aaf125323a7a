"""What can be compared on the command line, and what happens where it cannot."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.cli.main import main

if TYPE_CHECKING:
    from model.conftest import Postgres

Run = Callable[..., subprocess.CompletedProcess[str]]

OLD = "CREATE TABLE users (id int PRIMARY KEY, name text);\n"
NEW = "CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project under git, with one commit."""
    (tmp_path / "db/environments").mkdir(parents=True)
    (tmp_path / "db/schema").mkdir()
    for name in ("local", "prod"):
        (tmp_path / f"db/environments/{name}.yaml").write_text(f"name: {name}\ninclude_dirs: [db/schema]\n")
    (tmp_path / "db/schema/10_users.sql").write_text(OLD)
    monkeypatch.chdir(tmp_path)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
            check=True,
            cwd=tmp_path,
        )
    return tmp_path


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    code = main(["diff", *arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def _commit(project: Path) -> None:
    for arguments in (["add", "."], ["commit", "-q", "-m", "next"]):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
            check=True,
            cwd=project,
        )


def test_links_of_a_revision_are_links_wherever_they_lead(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "shared.sql").write_text("CREATE TABLE shared (id int);\n")
    (project / "db/schema/20_shared.sql").symlink_to("../../shared.sql")
    (project / "absolute").symlink_to("/usr")
    (project / "above").symlink_to("../..")
    _commit(project)
    (project / "shared.sql").write_text("CREATE TABLE shared (id bigint);\n")

    code, told = report(capsys, "--from", "git:HEAD", "--to", "env:local")

    assert (code, told["counts"]) == (1, {"CHANGE_COLUMN_TYPE": 1})


def test_an_environment_is_compared_with_a_revision(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "--from", "git:HEAD", "--to", "env:local"]) == 0
    assert capsys.readouterr().out == "No differences between git:HEAD and env:local.\n"
    (project / "db/schema/10_users.sql").write_text("-- people\n" + NEW)
    before = subprocess.run(
        ["git", "status", "--porcelain"], cwd=project, capture_output=True, check=True
    ).stdout
    code, told = report(capsys, "--from", "git:HEAD:prod", "--to", "env:prod")
    assert code == 1
    assert told["counts"] == {"CHANGE_COLUMN_NULLABLE": 1}
    (change,) = told["changes"]  # type: ignore[misc]
    assert change["location"] == {"file": "db/schema/10_users.sql", "line": 2, "column": 1}
    after = subprocess.run(
        ["git", "status", "--porcelain"], cwd=project, capture_output=True, check=True
    ).stdout
    assert after == before


def test_a_revision_has_all_its_files_as_git_would_check_them_out(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "db/schema/20_orders.sql").write_bytes(b"CREATE TABLE orders (id int);\r\n-- $Format:%H$\r\n")
    (project / ".gitattributes").write_text("20_*.sql export-ignore export-subst text eol=crlf\n")
    _commit(project)
    subprocess.run(["git", "config", "core.sparseCheckout", "true"], cwd=project, check=True)
    (project / ".git/info/sparse-checkout").write_text("/db/environments/\n")
    for hook in ("post-checkout", "post-index-change"):
        path = project / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {project / 'hooked'}\n")
        path.chmod(0o755)
    index = (project / ".git/index").read_bytes()
    code, told = report(capsys, "--from", "git:HEAD", "--to", "env:local")
    assert (code, told["changes"]) == (0, [])
    assert not (project / "hooked").exists()
    assert (project / ".git/index").read_bytes() == index


def test_a_place_in_a_revision_names_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "db/schema/10_users.sql").write_text("SELECT 1;\n")
    _, told = report(capsys, "--from", "git:HEAD", "--to", "env:local")
    (change,) = told["changes"]  # type: ignore[misc]
    assert change["location"]["file"] == "HEAD:db/schema/10_users.sql"


def test_what_only_a_revision_has_is_no_file_of_the_checkout(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "db/schema/10_users.sql").write_text("CREATE TABLE others (id int);\n")
    assert main(["diff", "--from", "git:HEAD", "--to", "env:local", "-f", "github"]) == 1
    added, dropped, _ = capsys.readouterr().out.splitlines()
    assert added.startswith("::notice file=db/schema/10_users.sql,line=1,col=1,title=ADD_TABLE::")
    assert dropped.startswith("::notice title=DROP_TABLE::")
    assert dropped.endswith("(HEAD:db/schema/10_users.sql:1)")


def test_an_error_in_a_revision_names_its_file_there(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "--from", "git:HEAD:nowhere", "--to", "env:local"]) == 5
    assert capsys.readouterr().err.startswith("error: HEAD:db/environments/nowhere.yaml: ")
    (project / "db/schema/20_binary.sql").write_bytes(b"\xff\n")
    subprocess.run(["git", "add", "."], check=True)
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "two"],
        check=True,
    )
    (project / "db/schema/20_binary.sql").unlink()
    for more in ([], ["--exact"]):
        code, told = report(capsys, "--from", "env:local", "--to", "git:HEAD", *more)
        assert (code, told["error"]["file"]) == (4, "HEAD:db/schema/20_binary.sql")  # type: ignore[index]


def test_files_and_directories_are_compared(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "new").mkdir()
    (project / "new/a.sql").write_text("\\ir more/b.sql\n")
    (project / "new/more").mkdir()
    (project / "new/more/b.sql").write_text(NEW)
    (project / "old.sql").write_text(OLD)
    for side in ("new", "new/a.sql", "new/more", os.fspath(project / "new/more/b.sql")):
        code, told = report(capsys, "--from", "old.sql", "--to", side)
        assert (code, told["counts"]) == (1, {"CHANGE_COLUMN_NULLABLE": 1}) if side != "new" else code == 1
    (change,) = told["changes"]  # type: ignore[misc]
    assert change["location"]["file"] == "new/more/b.sql"


@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_a_database_is_compared(
    postgres: Postgres, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.path.dirname(postgres.server.program("pg_dump")), prepend=os.pathsep)
    name = postgres.server.create_database("compared")
    postgres.server.load(name, NEW)
    url = postgres.server.uri(name)
    assert main(["diff", "--from", url, "--to", "env:local"]) == 1
    told = capsys.readouterr().out
    assert "change column nullable name: not null -> null" in told
    assert "1 changed" in told


@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_the_newer_pg_dump_says_why_a_database_is_not_read(
    postgres: Postgres, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    older = project / "bin/pg_dump"
    older.parent.mkdir()
    older.write_text(
        "#!/bin/sh\necho 'pg_dump: error: aborting because of server version mismatch' >&2\nexit 1\n"
    )
    older.chmod(0o755)
    monkeypatch.setenv("PATH", os.fspath(older.parent), prepend=os.pathsep)
    url = postgres.server.uri("nowhere")
    assert main(["diff", "--from", url, "--to", "env:local"]) == 3
    assert 'database "nowhere" does not exist' in capsys.readouterr().err


SECRET = "hunter2"

REFUSED = [
    (["--from", "nowhere.sql", "--to", "env:local"], 5, "nowhere.sql"),
    (["--from", "env:nowhere", "--to", "env:local"], 5, "nowhere"),
    (["--from", "git:nowhere", "--to", "env:local"], 5, "nowhere"),
    (["--from", "git:--help", "--to", "env:local"], 5, "--help"),
    (["--from", "git:HEAD:nowhere", "--to", "env:local"], 5, "nowhere"),
    (["--from", "broken.sql", "--to", "env:local"], 5, "broken.sql:2:1"),
    (["--from", "env:local", "--to", "broken.sql"], 5, "broken.sql:2:1"),
    (["--from", "binary.sql", "--to", "env:local"], 4, "binary.sql"),
    ([f"--from=postgresql://bob:{SECRET}@127.0.0.1:1/shop", "--to", "env:local"], 3, "127.0.0.1"),
    ([f"--from=postgresql://bob@127.0.0.1:1/shop?password={SECRET}", "--to", "env:local"], 3, "127.0.0.1"),
    (["--to", "env:local"], 2, "--from"),
    (["--from", "", "--to", "env:local"], 2, "empty"),
]


@pytest.mark.parametrize(("arguments", "code", "named"), REFUSED)
def test_what_cannot_be_read_is_named_and_the_other_side_is_not(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, named: str
) -> None:
    (project / "broken.sql").write_text("SELECT 1;\nCREATE TABLE t (a int,,);\n")
    (project / "binary.sql").write_bytes(b"SELECT 1;\n\xff\xfe\n")
    assert main(["diff", *arguments]) == code
    told = capsys.readouterr()
    assert named in told.err
    assert told.err.startswith("error: ")
    assert "hint: " in told.err
    assert "10_users.sql" not in told.err
    assert SECRET not in told.err + told.out
    assert not told.out


def test_the_password_is_no_argument_of_the_process(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "bin/pg_dump"
    spy.parent.mkdir()
    spy.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > "$SPIED"\nprintf "%s" "$PGPASSWORD" > "$SPIED.password"\n'
        "echo 'CREATE TABLE users (id int PRIMARY KEY, name text);'\n"
    )
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SPIED", str(tmp_path / "spied"))
    assert main(["diff", "--from", f"postgresql://bob:{SECRET}%20@h/shop", "--to", "env:local"]) == 0
    assert SECRET not in (tmp_path / "spied").read_text()
    assert (tmp_path / "spied.password").read_text() == f"{SECRET} "


@pytest.mark.parametrize("form", ["text", "json", "github", "markdown"])
def test_every_format_says_where_and_what(
    project: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    (project / "db/schema/10_users.sql").write_text(NEW + "CREATE VIEW v AS SELECT '`|<b>%0A' AS a;\n")
    assert main(["diff", "--from", "git:HEAD", "--to", "env:local", "-f", form]) == 1
    told = capsys.readouterr().out
    assert "10_users.sql" in told
    assert "null -> not null" in told if form != "json" else '"new_value":"not null"' in told
    assert "view public.v" in told
    assert main(["diff", "--from", "git:HEAD", "--to", "env:local", "-f", form, "-o", "out/report"]) == 1
    assert (project / "out/report").read_text(encoding="utf-8") == told
    assert "Wrote out/report" in capsys.readouterr().out


def test_undecided_shows_both_texts(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.sql").write_text("CREATE VIEW v AS SELECT a FROM t;")
    (project / "b.sql").write_text("CREATE VIEW v AS SELECT t.a FROM t;")
    assert main(["diff", "--from", "a.sql", "--to", "b.sql"]) == 1
    told = capsys.readouterr().out
    assert "? undecided: replace view" in told
    assert "old: select a from t\n" in told
    assert "new: select t.a from t\n" in told
    assert "1 undecided: a.sql -> b.sql" in told


def test_a_file_that_pg_dump_wrote_is_known_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    head = "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.3\n"
    Path("own.sql").write_text("CREATE TABLE t (a int NOT NULL);\n")
    Path("dump.sql").write_text(f"{head}CREATE TABLE t (a int NOT NULL);\nALTER TABLE t OWNER TO postgres;\n")
    assert main(["diff", "--from", "own.sql", "--to", "dump.sql"]) == 0


@pytest.mark.parametrize("side", ["old.sql", "./new.sql"])
def test_a_report_does_not_overwrite_a_side(
    side: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.sql").write_text("CREATE TABLE t (id int);\n")
    Path("new.sql").write_text("CREATE TABLE t (id int, name text);\n")
    before = Path(side).read_bytes()

    assert main(["diff", "--from", "old.sql", "--to", "new.sql", "-o", side]) == 4

    assert "is one of the files that it is made of." in capfd.readouterr().err
    assert Path(side).read_bytes() == before


@pytest.mark.parametrize("sides", [("env:local", "old"), ("old", "env:local"), ("old", "other")])
@pytest.mark.parametrize("output", ["old/a.sql", "old/report.sql", "db/schema/a.sql"])
@pytest.mark.parametrize("exact", [(), ("--exact",)], ids=["read", "exact"])
def test_a_report_is_not_written_where_a_side_would_read_it(
    sides: tuple[str, str],
    output: str,
    exact: tuple[str, ...],
    make_project: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    table = "CREATE TABLE t (id int);\n"
    root = make_project({"db/schema/a.sql": table, "old/a.sql": table, "other/a.sql": table})
    monkeypatch.chdir(root)
    is_read = "env:local" in sides or output.startswith("old")

    code = main(["diff", "--from", sides[0], "--to", sides[1], "-o", output, *exact])

    assert code == (4 if is_read else 0)
    assert ("lies in the include directory" in capfd.readouterr().err) == is_read
    assert (root / "db/schema/a.sql").read_text() == table or not is_read
    assert (root / "old/a.sql").read_text() == table
    assert not (root / "old/report.sql").exists()
