"""Comparisons that a server settles."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from confiture.cli.main import main
from confiture.core.differ import SchemaDiffer
from confiture.exceptions import SchemaError
from confiture.servers import own, programs
from confiture.servers.guards import Guard
from confiture.servers.own import OwnServer

from .directories import open_directory

if TYPE_CHECKING:
    from model.conftest import Postgres

OLD = """CREATE TABLE t (a int, b text CHECK (b IN ('x', 'y')));
CREATE VIEW v AS SELECT a FROM t GROUP BY ROLLUP (a);
"""
RESPELT = """CREATE TABLE t (a int, b text CHECK (b = ANY (ARRAY['x', 'y'])));
CREATE VIEW v AS SELECT t.a
  FROM t GROUP BY ROLLUP(t.a);
"""

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.sql").write_text(OLD)
    return tmp_path


def compared(capsys: pytest.CaptureFixture[str], new: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of a comparison with ``old.sql``."""
    Path("new.sql").write_text(new)
    code = main(["diff", "--from", "old.sql", "--to", "new.sql", "--exact", "-f", "json", *arguments])
    return code, json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], new: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, document = compared(capsys, new, *arguments)
    assert document["ok"] is False
    return code, document["error"]


def state_of(postgres: Postgres) -> tuple[set[str], set[str]]:
    """The databases and the roles of a server."""
    with postgres.server.connect("postgres", autocommit=True) as connection:
        databases = {name for (name,) in connection.execute("SELECT datname::text FROM pg_database")}
    return databases, postgres.roles()


def test_what_is_undecided_is_settled(
    capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    Path("new.sql").write_text(RESPELT.replace("'y'", "'z'"))
    assert main(["diff", "--from", "old.sql", "--to", "new.sql"]) == 1
    assert "undecided" in capsys.readouterr().out
    code, document = compared(capsys, RESPELT)
    assert (code, document["changes"]) == (0, [])
    code, document = compared(capsys, RESPELT.replace("t.a\n", "t.a + 0 AS a\n"), *on_a_server)
    assert (code, document["counts"]) == (1, {"REPLACE_VIEW": 1})
    assert document["changes"][0]["location"] == {"file": "new.sql", "line": 2, "column": 1}


def test_texts_are_compared_exactly(on_a_server: tuple[str, str]) -> None:
    differ = SchemaDiffer()
    _, url = on_a_server
    assert not differ.compare_exact(OLD, RESPELT).has_changes()
    (change,) = differ.compare_exact(OLD, OLD.replace("'y'", "'z'") + "SELECT 1;", server=url).changes[:1]
    assert change.location is not None
    assert change.location.file in ("old", "new")
    with pytest.raises(SchemaError, match="new:3:8: new does not load"):
        differ.compare_exact(OLD, OLD + "SELECT nothing;", server=url)


def test_what_code_makes_is_compared_as_well(
    capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    new = OLD + "DO $$ BEGIN CREATE TABLE made (a int); END $$;\n"
    assert main(["diff", "--from", "old.sql", "--to", "old.sql"]) == 0
    capsys.readouterr()
    code, document = compared(capsys, new, *on_a_server)
    assert (code, document["counts"]) == (1, {"ADD_TABLE": 1})
    assert "location" not in document["changes"][0]


def test_roles_are_made_where_the_server_is_ours(capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.sql").write_text(
        "CREATE ROLE made; DO $$ BEGIN CREATE ROLE by_code; END $$;\n"
        "CREATE TABLE t (a int); ALTER TABLE t OWNER TO nobody_made; GRANT SELECT ON t TO made, by_code;\n"
        "SET ROLE of_setting;\n"
    )
    text = Path("old.sql").read_text()
    code, document = compared(capsys, text.replace("SELECT ON", "INSERT ON"))
    assert (code, document["counts"]) == (1, {"GRANT": 2, "REVOKE": 2})
    code, document = compared(capsys, text.replace("CREATE ROLE made", "CREATE ROLE made NOINHERIT"))
    assert (code, document["counts"]) == (1, {"CHANGE_ROLE": 1})


def test_data_and_variables_of_psql_are_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    new = RESPELT + "\\set n 1\n\\if :n\nCOPY t FROM stdin;\n1\tx\n\\.\n\\endif\n\\echo done\n"
    assert compared(capsys, new)[0] == 0


def test_a_side_that_does_not_load_is_named_with_its_place(
    capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    Path("more").mkdir()
    Path("more/part.sql").write_text("\n\nCREATE VIEW w AS\n  SELECT nothing FROM t;\n")
    code, error = refused(capsys, OLD + "\\ir more/part.sql\n", *on_a_server)
    assert (code, error["code"]) == (4, "SCHEMA_026")
    assert (error["file"], error["line"], error["column"]) == ("more/part.sql", 4, 10)
    assert 'column "nothing" does not exist' in error["message"]
    assert "old.sql" not in error["message"]


def test_extensions_that_are_missing_are_all_named(
    capsys: pytest.CaptureFixture[str], on_a_server: tuple[str, str]
) -> None:
    new = "CREATE EXTENSION no_such; CREATE EXTENSION plpgsql; CREATE EXTENSION nor_this;"
    code, error = refused(capsys, new, *on_a_server)
    assert (code, error["code"]) == (3, "DATABASE_006")
    assert "extensions no_such, nor_this" in error["message"]
    assert error["file"] == "new.sql"
    assert "--server" in error["hint"]


@pytest.mark.parametrize(
    "command",
    [
        "\\c postgres",
        "\\connect postgres",
        "\\! touch touched",
        "\\o touched",
        "\\set x `touch touched`",
        "SELECT 1 \\g touched",
        "SELECT 1 \\g |touch touched",
        "\\copy t to touched",
        "\\copy t from program 'touch touched'",
        "\\w touched",
        "\\cd more",
    ],
)
def test_no_command_of_psql_leaves_the_database(
    capsys: pytest.CaptureFixture[str], command: str, on_a_server: tuple[str, str]
) -> None:
    code, error = refused(capsys, f"{OLD}\n{command}\n", *on_a_server)
    assert (code, error["code"], error["line"]) == (4, "SCHEMA_025", 4)
    assert not Path("touched").exists()


def test_without_a_server_the_error_tells_the_way_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "bundled_programs", lambda: None)
    code, error = refused(capsys, RESPELT)
    assert (code, error["code"]) == (5, "DATABASE_003")
    assert "pip install 'confiture[postgres]'" in error["hint"]
    assert "--server" in error["hint"]


def test_without_programs_the_error_tells_the_way_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "bundled_programs", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    code, error = refused(capsys, RESPELT, "--server", "postgresql://h/shop")
    assert (code, error["code"]) == (5, "DIFFER_005")
    assert "psql" in error["message"]
    assert "pip install" in error["hint"]


@pytest.mark.parametrize(
    ("server", "code", "named"),
    [
        (f"postgresql://bob:{SECRET}@127.0.0.1:1/shop", 3, "bob@127.0.0.1:1/shop"),
        (f"postgresql://bob@127.0.0.1:1/shop?password={SECRET}", 3, "bob@127.0.0.1:1/shop"),
        (f"mysql://bob:{SECRET}@127.0.0.1/shop", 5, "mysql://"),
        (f"mysql://bob@127.0.0.1/shop?password={SECRET}", 5, "mysql://"),
        ("nonsense", 5, "nonsense"),
    ],
)
def test_a_server_that_is_none_is_an_error(
    capsys: pytest.CaptureFixture[str], server: str, code: int, named: str
) -> None:
    Path("new.sql").write_text(RESPELT)
    assert main(["diff", "--from", "old.sql", "--to", "new.sql", "--server", server]) == code
    told = capsys.readouterr()
    assert named in told.err
    assert "hint: " in told.err
    assert SECRET not in told.err + told.out


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_another_server_is_left_as_it_was(postgres: Postgres, capsys: pytest.CaptureFixture[str]) -> None:
    url = postgres.server.uri("postgres")
    before = state_of(postgres)
    assert compared(capsys, RESPELT, "--server", url)[0] == 0
    assert refused(capsys, "CREATE TABLE t (a nothing);", "--server", url)[0] == 4
    assert state_of(postgres) == before


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_roles_of_another_server_are_made_only_if_that_is_asked_for(
    postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.server.uri("postgres")
    before = state_of(postgres)
    granted = RESPELT + "GRANT SELECT ON t TO bob;\n"
    code, error = refused(capsys, granted, "--server", url)
    assert (code, error["code"]) == (3, "DATABASE_007")
    assert "role bob" in error["message"]
    assert "--create-roles" in error["hint"]
    code, error = refused(capsys, "CREATE ROLE bob;\n" + granted, "--server", url)
    assert (code, error["code"], error["line"]) == (4, "SCHEMA_025", 1)
    made = "CREATE ROLE bob; DO $$ BEGIN CREATE ROLE carol; END $$;\n" + granted
    code, document = compared(capsys, made, "--server", url, "--create-roles")
    assert (code, document["counts"]) == (1, {"ADD_ROLE": 1, "GRANT": 1})
    assert state_of(postgres) == before


@pytest.mark.parametrize("postgres", [18], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER ROLE standing SUPERUSER;",
        "DROP ROLE standing;",
        "DROP ROLE IF EXISTS nobody_at_all, standing;",
        "DO $$ BEGIN CREATE ROLE made; DROP ROLE standing; END $$;",
        "GRANT CONNECT ON DATABASE empty TO public;",
        "COMMENT ON ROLE standing IS 'x';",
        "CREATE DATABASE other;",
        "DROP DATABASE empty;",
        "ALTER DATABASE empty SET work_mem = '1MB';",
        "ALTER SYSTEM SET work_mem = '1MB';",
        "DO $$ BEGIN EXECUTE 'DROP DATABASE empty'; END $$;",
        "COMMENT ON DATABASE empty IS 'x';",
    ],
)
def test_what_others_have_on_a_server_is_never_touched(
    postgres: Postgres, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    with postgres.server.connect("postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE standing")
    try:
        before = state_of(postgres)
        code, error = refused(
            capsys, f"{OLD}{statement}\n", "--server", postgres.server.uri("postgres"), "--create-roles"
        )
        assert (code, error["code"], error["line"]) == (4, "SCHEMA_025", 3)
        assert state_of(postgres) == before
    finally:
        with postgres.server.connect("postgres", autocommit=True) as connection:
            connection.execute("DROP ROLE standing")


def test_a_lone_surrogate_is_an_error_of_the_schema() -> None:
    with pytest.raises(SchemaError, match="The text new cannot be written as UTF-8"):
        SchemaDiffer().compare_exact("CREATE TABLE a (i int);", "-- \udc80")


@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_roles_that_called_code_makes_are_named(
    postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    called = (
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE ROLE dave; RETURN 1; END $$;\n"
        "SELECT f();\n"
    )
    try:
        code, error = refused(capsys, called, "--server", postgres.server.uri("postgres"))
        assert (code, error["code"]) == (3, "DATABASE_008")
        assert "the role dave" in error["message"]
    finally:
        with postgres.server.connect("postgres", autocommit=True) as connection:
            connection.execute("DROP ROLE dave")


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_a_user_without_the_right_to_make_databases_is_told_so(
    postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.server.uri("postgres")
    with postgres.server.connect("postgres", autocommit=True) as connection:
        connection.execute("CREATE ROLE weak LOGIN")
        try:
            code, error = refused(capsys, RESPELT, "--server", url.replace("//postgres", "//weak", 1))
        finally:
            connection.execute("DROP ROLE weak")
    assert (code, error["code"]) == (3, "DATABASE_002")
    assert "ALTER ROLE weak CREATEDB" in error["hint"]


def test_a_server_that_is_too_old_is_told_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/psql").write_text('#!/bin/sh\ncase "$*" in *server_version_num*) echo 120022;; esac\n')
    (tmp_path / "bin/psql").chmod(0o755)
    monkeypatch.setenv("PATH", os.fspath(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setattr(programs, "bundled_programs", lambda: None)
    code, error = refused(capsys, RESPELT, "--server", "postgresql://h/shop")
    assert (code, error["code"]) == (3, "DATABASE_010")
    assert "PostgreSQL 12; 13 or later" in error["message"]


def test_nothing_is_left_behind_of_a_server_of_our_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_directory() as temporary:
        monkeypatch.setattr("tempfile.tempdir", temporary)
        assert compared(capsys, RESPELT)[0] == 0
        assert refused(capsys, "CREATE TABLE t (a nothing);")[0] == 4
        assert not os.listdir(temporary)


@pytest.mark.skipif(os.geteuid() != 0, reason="a server runs as who runs the tests unless that is root")
def test_programs_that_the_server_may_not_run_where_they_are_are_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(arguments: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        if arguments[1:] == ["--version"]:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return subprocess.run(arguments, **options)

    monkeypatch.setattr(own, "subprocess", SimpleNamespace(run=run))
    with Guard() as guard:
        session = OwnServer(guard).session()
        assert session.programs is not None
        assert session.programs.startswith(tempfile.gettempdir())
        assert session.query("SELECT 1") == [["1"]]
