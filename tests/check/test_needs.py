"""What is needed and not there, or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confiture.cli.main import main

from .support import brief, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine

#: Files, what is found in them, and words of the first finding's message and hint.
CASES: dict[str, tuple[dict[str, str], list[str], str, str]] = {
    "a table that nothing defines": (
        {"a.sql": "CREATE VIEW v AS SELECT * FROM app.t;"},
        ["warning CHECK_014 a.sql:1:1"],
        "view public.v needs table app.t, which no file defines",
        "Define it",
    ),
    "a change of a table that nothing defines": (
        {"a.sql": "SELECT 1;\n  ALTER TABLE t ADD a int;"},
        ["warning CHECK_014 a.sql:2:3"],
        "ALTER TABLE is about something that no file defines: table t",
        "Define it",
    ),
    "a role that nothing defines": (
        {"a.sql": "COMMENT ON ROLE r IS 'r';"},
        ["note CHECK_014 a.sql:1:1"],
        "COMMENT is about something that no file defines: role r",
        "Define it",
    ),
    "what an extension may define": (
        {"a.sql": "CREATE EXTENSION postgis; CREATE TABLE t (g geometry DEFAULT st_point(1, 2));"},
        ["note CHECK_014 a.sql:1:27"] * 2,
        "table public.t needs ",
        "Nothing is to be done",
    ),
    "a table that comes later": (
        {
            "a.sql": "CREATE VIEW v AS SELECT * FROM t;",
            "b.sql": "SELECT 1;",
            "c.sql": "CREATE TABLE t (a int);",
        },
        ["error CHECK_015 a.sql:1:1 c.sql:1"],
        "view public.v needs table public.t, which is defined only later",
        "this order works: b.sql, c.sql, a.sql.",
    ),
    "a table that comes later in the same file": (
        {"a.sql": "CREATE VIEW v AS SELECT * FROM t;\nCREATE TABLE t (a int);"},
        ["error CHECK_015 a.sql:1:1 a.sql:2"],
        "view public.v needs table public.t",
        "Move the definition before the statement",
    ),
    "files that need each other": (
        {
            "a.sql": "CREATE TABLE a (x int PRIMARY KEY); CREATE TABLE b (y int REFERENCES c);",
            "b.sql": "CREATE TABLE c (y int PRIMARY KEY REFERENCES a);",
        },
        ["error CHECK_015 a.sql:1:37 b.sql:1"],
        "table public.b needs table public.c",
        "No order of the files works",
    ),
    "tables that need each other": (
        {
            "a.sql": "CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES b);",
            "b.sql": "CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);",
        },
        ["error CHECK_016 a.sql:1:1 b.sql:1"],
        "which needs it too, so that no order works: table public.a, table public.b",
        "--two-pass",
    ),
    "views that need each other": (
        {"a.sql": "CREATE VIEW a AS SELECT * FROM b;\nCREATE VIEW b AS SELECT * FROM a;"},
        ["error CHECK_016 a.sql:1:1 a.sql:2"],
        "view public.a needs view public.b, which needs it too",
        "complete it when both are there",
    ),
    "a statement that is none": (
        {"a.sql": "CREATE TABLE t (a int PRIMARY);"},
        ["error CHECK_013 a.sql:1:1"],
        "CREATE TABLE cannot be understood",
        "Correct the statement",
    ),
    "a body that needs what comes later": (
        {
            "a.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql"
            " AS 'BEGIN RETURN (SELECT a FROM t); END';",
            "b.sql": "CREATE TABLE t (a int);",
        },
        [],
        "",
        "",
    ),
    "a table that needs itself": (
        {"a.sql": "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t);"},
        [],
        "",
        "",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_needed_is_found(make_project: Callable[..., Path], engine: Engine, case: str) -> None:
    files, found, message, hint = CASES[case]
    report = check(make_project, files, ignore=())
    assert brief(report) == found
    if found:
        assert message in report.findings[0].message
        assert hint in report.findings[0].hint


def test_the_ledger_says_what_became_of_the_statements(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    text = (
        "CREATE TABLE t (a int); CREATE TABLE u (a int PRIMARY); SELECT 1; nonsense; ALTER TABLE x ADD a int;"
    )
    report = check(make_project, {"a.sql": text}, ignore=())
    assert [
        (entry.kind, entry.modelled, entry.opaque, entry.refused, entry.passed)
        for entry in report.ledger.model
    ] == [
        ("ALTER TABLE", 0, 1, 0, 0),
        ("CREATE TABLE", 1, 0, 1, 0),
        ("SELECT", 0, 0, 0, 1),
        (None, 0, 0, 1, 0),
    ]


def test_needs_are_looked_at_when_asked_for(
    make_project: Callable[..., Path], engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project({"db/schema/a.sql": "CREATE VIEW v AS SELECT * FROM app.t;\n"})
    assert main(["check", "--project-dir", str(project)]) == 0
    assert "CHECK_014" not in capsys.readouterr().out
    assert main(["check", "--needs", "--project-dir", str(project)]) == 1
    assert "[CHECK_014]" in capsys.readouterr().out


def test_many_statements_are_modelled(make_project: Callable[..., Path], engine: Engine) -> None:
    statements = 20_000
    text = "".join(f"CREATE SCHEMA s{number};\n" for number in range(statements))
    report = check(make_project, {"a.sql": text}, ignore=())
    assert report.ok
    (entry,) = report.ledger.model
    assert (entry.kind, entry.modelled) == ("CREATE SCHEMA", statements)
