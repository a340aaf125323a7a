"""What is needed and not there, or not yet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import confiture
from confiture.cli.main import main
from confiture.core.kept_statements import _LIMITS

from .support import brief, check

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

#: No findings.
NOTHING: tuple[list[str], str, str] = ([], "", "")

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
        ["note CHECK_014 a.sql:1:27"],
        "function st_point, type geometry are defined by no file, but perhaps by the extension postgis",
        "Nothing is to be done",
    ),
    "a type that an extension is named after": (
        {"a.sql": "CREATE EXTENSION hstore; CREATE TABLE t (tags hstore);"},
        *NOTHING,
    ),
    "a type that another extension is named after": (
        {"a.sql": "CREATE EXTENSION postgis; CREATE TABLE t (tags hstore);"},
        ["warning CHECK_014 a.sql:1:27"],
        "table public.t needs type hstore, which no file defines",
        "CREATE EXTENSION hstore defines it.",
    ),
    "a table that an extension does not define": (
        {"a.sql": "CREATE EXTENSION pgcrypto; CREATE VIEW v AS SELECT crypt(a, b) FROM t;"},
        ["note CHECK_014 a.sql:1:28", "warning CHECK_014 a.sql:1:28"],
        "function crypt is defined by no file, but perhaps by the extension pgcrypto",
        "Nothing is to be done",
    ),
    "a name in a schema of the files that is none of an extension": (
        {
            "a.sql": "CREATE SCHEMA app; CREATE EXTENSION postgis WITH SCHEMA public;\n"
            "CREATE VIEW app.v AS SELECT * FROM app.t;"
        },
        ["warning CHECK_014 a.sql:2:1"],
        "view app.v needs table app.t, which no file defines",
        "Define it",
    ),
    "what a block of code makes": (
        {
            "a.sql": "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a');"
            " EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
            "b.sql": "CREATE TABLE t (m mood); COMMENT ON TYPE mood IS 'm';",
        },
        *NOTHING,
    ),
    "what a block of code is about": (
        {
            "a.sql": "DO $$ BEGIN PERFORM 1 FROM mood; END $$;",
            "b.sql": "CREATE TABLE t (m mood);",
        },
        ["warning CHECK_014 b.sql:1:1"],
        "table public.t needs type mood",
        "Define it",
    ),
    "what a routine makes and reads": (
        {
            "a.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN"
            " CREATE TABLE public.made (a int); RETURN (SELECT a FROM public.made); END$$;"
        },
        *NOTHING,
    ),
    "what a routine only reads": (
        {
            "a.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS"
            " $$BEGIN RETURN (SELECT a FROM public.made); END$$;"
        },
        ["warning CHECK_014 a.sql:1:1"],
        "function public.f() needs table public.made",
        "Define it",
    ),
    "what is imported": (
        {"a.sql": "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z; CREATE VIEW v AS SELECT * FROM z.t;"},
        ["note CHECK_017 a.sql:1:1"],
        "IMPORT FOREIGN SCHEMA of schema z is kept as it is: the model has no place for it",
        "Nothing is to be done",
    ),
    "what a statement makes that is kept as it is": (
        {"a.sql": "CREATE TYPE mood AS ENUM ('a', 'a'); CREATE TABLE t (m mood);"},
        ["warning CHECK_017 a.sql:1:1"],
        "CREATE TYPE of type mood does not fit to the rest: a label is there twice",
        "Correct it",
    ),
    "what a statement makes that cannot be understood": (
        {
            "a.sql": "CREATE TABLE t (a int PRIMARY);\nCREATE INDEX i ON t (a);\n"
            "CREATE VIEW v AS SELECT * FROM t;"
        },
        ["error CHECK_013 a.sql:1:1"],
        "CREATE TABLE cannot be understood",
        "Correct the statement",
    ),
    "a column that is not there": (
        {"a.sql": "CREATE TABLE t (a int);\nALTER TABLE t DROP COLUMN b;"},
        ["warning CHECK_017 a.sql:2:1"],
        "ALTER TABLE of table t does not fit to the rest: there is no column 'b'",
        "Correct it",
    ),
    "a statement that the model has no place for": (
        {"a.sql": "ALTER ROLE ALL SET work_mem = '1MB';"},
        ["note CHECK_017 a.sql:1:1"],
        "ALTER ROLE is kept as it is: settings of all roles have no place",
        "Nothing is to be done",
    ),
    "an index on a table that nothing defines": (
        {"a.sql": "CREATE INDEX i ON t (a);"},
        ["warning CHECK_014 a.sql:1:1"],
        "index i on t needs something that no file defines",
        "Define it",
    ),
    "a schema that nothing defines": (
        {"a.sql": "COMMENT ON SCHEMA app IS 'app';"},
        ["warning CHECK_014 a.sql:1:1"],
        "COMMENT is about something that no file defines: schema app",
        "Define it",
    ),
    "a table that is dropped and not there": (
        {"a.sql": "DROP TABLE t;"},
        ["warning CHECK_014 a.sql:1:1"],
        "DROP TABLE is about something that no file defines: table t",
        "Add IF EXISTS",
    ),
    "a table that a body needs and that is dropped": (
        {
            "a.sql": "CREATE TABLE t (a int);\n"
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM t';\nDROP TABLE t;"
        },
        ["warning CHECK_014 a.sql:2:1"],
        "function public.f() needs table public.t, which a later statement drops",
        "Change it",
    ),
    "a table that a body needs and that is made anew": (
        {
            "a.sql": "CREATE TABLE t (a int);\n"
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM t';\n"
            "DROP TABLE t;\nCREATE TABLE t (a int, b int);"
        },
        *NOTHING,
    ),
    "a table that another one was made like": (
        {"a.sql": "CREATE TABLE t (a int);\nCREATE TABLE u (LIKE t);\nDROP TABLE t;"},
        *NOTHING,
    ),
    "functions of a base type": (
        {
            "a.sql": "CREATE FUNCTION b_in(cstring) RETURNS b LANGUAGE c AS 'l';\n"
            "CREATE FUNCTION b_out(b) RETURNS cstring LANGUAGE c AS 'l';\n"
            "CREATE TYPE b (INPUT = b_in, OUTPUT = b_out);"
        },
        *NOTHING,
    ),
    "a body in SQL that needs what comes later": (
        {
            "a.sql": "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM t';\n"
            "CREATE TABLE t (a int);",
        },
        ["error CHECK_015 a.sql:1:1 a.sql:2"],
        "function public.f() needs table public.t, which is defined only later",
        "Move the definition",
    ),
    "a body in SQL that nobody checks": (
        {
            "a.sql": "SET check_function_bodies = off;\n"
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM t';\nCREATE TABLE t (a int);",
        },
        *NOTHING,
    ),
    "a statement that depends on a condition": (
        {"a.sql": "\\if :x\nDROP TABLE t;\n\\endif\nCREATE VIEW v AS SELECT * FROM u;"},
        ["warning CHECK_014 a.sql:4:1"],
        "view public.v needs table u",
        "Define it",
    ),
    "files of which one is left open": (
        {"a.sql": "CREATE TABLE t (a int)", "b.sql": "CREATE VIEW v AS SELECT * FROM t;"},
        ["error CHECK_002 a.sql:1:23"],
        "is not terminated",
        "semicolon",
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
    "a schema that no statement defines for what it holds": (
        {"a.sql": "CREATE TABLE a.t (i int);"},
        ["warning CHECK_014 a.sql:1:1"],
        "table a.t needs schema a, which no file defines",
        "Define it",
    ),
    "a schema that comes later": (
        {"a.sql": "CREATE TABLE b.u (i int);", "b.sql": "CREATE SCHEMA b;"},
        ["error CHECK_015 a.sql:1:1 b.sql:1"],
        "table b.u needs schema b, which is defined only later",
        "this order works: b.sql, a.sql.",
    ),
    "a table that is dropped before it is made": (
        {"a.sql": "DROP TABLE t;\nCREATE TABLE t (i int);"},
        ["warning CHECK_014 a.sql:1:1"],
        "DROP TABLE is about something that no file defines: table t",
        "Add IF EXISTS",
    ),
    "a schema that code defines": (
        {"a.sql": "DO $$ BEGIN CREATE SCHEMA a; END $$; CREATE TABLE a.t (i int);"},
        *NOTHING,
    ),
    "a schema that an extension may define": (
        {"a.sql": "CREATE EXTENSION nobody_knows; CREATE TABLE a.t (i int);"},
        ["note CHECK_014 a.sql:1:32"],
        "schema a is defined by no file, but perhaps by the extension nobody_knows",
        "Nothing is to be done",
    ),
    "schemas that are there": (
        {
            "a.sql": "CREATE SCHEMA a; ALTER SCHEMA a RENAME TO b; CREATE TABLE b.t (i int);\n"
            "CREATE TABLE public.t (i int); CREATE VIEW b.v AS SELECT * FROM b.t;"
        },
        *NOTHING,
    ),
    "a table that needs itself": (
        {"a.sql": "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t);"},
        [],
        "",
        "",
    ),
}


@pytest.mark.parametrize(
    ("statement", "needing"),
    [
        ("CREATE INDEX i ON t (i);", "index i on t"),
        ("ALTER TABLE t ADD x int;", "ALTER TABLE"),
        ("COMMENT ON TABLE t IS 'x';", "COMMENT"),
        ("COMMENT ON COLUMN public.t.i IS 'x';", "COMMENT"),
        ("GRANT SELECT ON t TO PUBLIC;", "GRANT"),
        ("CREATE POLICY p ON t;", "policy p on t"),
        ("CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f();", "trigger g on t"),
        ("CREATE TABLE q PARTITION OF t FOR VALUES IN (1);", "table public.q"),
        ("CREATE TABLE q (b int) INHERITS (t);", "table public.q"),
        ("CREATE TABLE q (LIKE t);", "table public.q"),
        ("CREATE STATISTICS s ON i, j FROM t;", "statistics s"),
    ],
)
def test_what_a_statement_is_about_comes_too_late(
    make_project: Callable[..., Path], engine: Engine, statement: str, needing: str
) -> None:
    table = "CREATE TABLE t (i int, j int) PARTITION BY LIST (i);"
    report = check(make_project, {"00.sql": statement, "01.sql": table}, ignore=())
    (finding,) = [one for one in report.findings if one.code != "CHECK_014" or " t" in one.message]
    assert brief(report)[0] == "error CHECK_015 00.sql:1:1 01.sql:1"
    assert finding.message == f"{needing} needs table t, which is defined only later"
    assert "this order works: 01.sql, 00.sql." in (finding.hint or "")


def test_the_order_that_works_knows_what_the_model_could_not_follow(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {
        "00.sql": "CREATE TABLE a (i int); CREATE INDEX i ON t (i);",
        "01.sql": "COMMENT ON TABLE a IS 'x';",
        "02.sql": "CREATE VIEW v AS SELECT * FROM a;",
        "03.sql": "CREATE TABLE t (i int);",
    }
    (finding,) = check(make_project, files, ignore=()).findings
    assert "this order works: 03.sql, 00.sql, 01.sql, 02.sql." in (finding.hint or "")


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


def test_findings_are_left_out_by_their_codes(
    make_project: Callable[..., Path], engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"db/schema/a.sql": "CREATE VIEW v AS SELECT * FROM app.t;\n", "db/schema/b.sql": ""}
    arguments = ["check", "--project-dir", str(make_project(files))]
    assert main(arguments) == 1
    said = capsys.readouterr().out
    assert "[CHECK_014]" in said
    assert "[CHECK_008]" in said
    assert main([*arguments, "--ignore", "check_014"]) == 1
    assert "[CHECK_014]" not in capsys.readouterr().out
    assert main([*arguments, "--ignore", "CHECK_014, CHECK_008"]) == 0
    assert main([*arguments, "--ignore", "CHECK_014", "--ignore", "CHECK_008"]) == 0
    capsys.readouterr()
    assert main([*arguments, "--ignore", "CHECK_999"]) == 2
    assert "'CHECK_999' is no code" in capsys.readouterr().err


def test_what_is_beyond_the_model_is_said_in_the_words_of_the_engine() -> None:
    package = Path(confiture.__file__).parent / "_pure" / "schema"
    words = {
        literal
        for file in package.glob("*.py")
        for literal in re.findall(r'"([a-z][^"\n]*)"', file.read_text(encoding="utf-8"))
    }
    assert sorted(_LIMITS - words) == []
    beyond = re.compile(
        r"has no place|place for|cannot be told|not known|not copied|kept as it is|stands for"
    )
    assert sorted(filter(beyond.search, words - _LIMITS)) == []


def test_what_is_needed_is_told_of_included_files(make_project: Callable[..., Path], engine: Engine) -> None:
    files = {
        "a.sql": "\\ir b.inc\nCREATE VIEW v AS SELECT * FROM t;\nCREATE VIEW x AS SELECT * FROM y;\n",
        "b.inc": "CREATE TABLE t (a int);\nCREATE VIEW w AS SELECT * FROM u;\n",
    }
    report = check(make_project, files, ignore=())
    assert brief(report) == ["warning CHECK_014 a.sql:3:1", "warning CHECK_014 b.inc:2:1"]


def test_many_statements_are_modelled(make_project: Callable[..., Path], engine: Engine) -> None:
    statements = 20_000
    text = "".join(f"CREATE SCHEMA s{number};\n" for number in range(statements))
    report = check(make_project, {"a.sql": text}, ignore=())
    assert report.ok
    (entry,) = report.ledger.model
    assert (entry.kind, entry.modelled) == ("CREATE SCHEMA", statements)
