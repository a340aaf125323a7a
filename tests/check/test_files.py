"""What is wrong with a file on its own, and where every byte is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .support import brief, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine

#: One file each; those that follow it are fine.
FINDINGS = {
    "a comment": ("SELECT 1;\n/* a /* b */", ["error CHECK_001 a.sql:2:1"]),
    "a string": ("SELECT 'a;\n", ["error CHECK_001 a.sql:1:8"]),
    "a quoted name": ('SELECT 1 AS "a;\n', ["error CHECK_001 a.sql:1:13"]),
    "a dollar quote": ("DO $x$ BEGIN $$ END;\n", ["error CHECK_001 a.sql:1:4"]),
    "data": ("COPY t FROM stdin;\n1\n", ["error CHECK_001 a.sql:1:1"]),
    "a parenthesis": (
        "SELECT 1;\nCREATE TABLE t (\n  a int, b numeric(1)\n;\n",
        ["error CHECK_001 a.sql:2:16"],
    ),
    "a body": (
        "CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC\n  SELECT 1;\n",
        ["error CHECK_001 a.sql:2:1"],
    ),
    "a condition": ("SELECT 1;\n  \\if :x\n  \\if :y\n\\endif\nSELECT 2;\n", ["error CHECK_001 a.sql:2:3"]),
    "no terminator": ("SELECT 1;\nSELECT\n  'é表', 2 -- end\n\n", ["error CHECK_002 a.sql:3:10"]),
    "no terminator on one line": ("\ufeffSELECT 'é'", ["error CHECK_002 a.sql:1:11"]),
    "no statement of PostgreSQL": (
        "SELECT 1; SELEC 2;\n  foo;\n",
        ["error CHECK_003 a.sql:1:11", "error CHECK_003 a.sql:2:3"],
    ),
    "nothing": ("", ["warning CHECK_008 a.sql:1:1"]),
    "a byte order mark": ("\ufeff", ["warning CHECK_008 a.sql:1:1"]),
    "white space": ("\r\n\t \n", ["warning CHECK_008 a.sql:1:1"]),
    "comments": ("-- CREATE TABLE t (a int);\n/* x */", ["warning CHECK_008 a.sql:1:1"]),
    "semicolons": (";\n;\n", ["warning CHECK_008 a.sql:1:1"]),
    "dropped": ("SELECT 1;\n  SELECT 2\n\\r\nSELECT 3;\n", ["warning CHECK_009 a.sql:2:3"]),
    "dropped at the end": (
        "SELECT 2 \\; SELECT \\echo x\n 3 \\reset\nSELECT 4; SELECT 5 \\r",
        ["warning CHECK_009 a.sql:1:1", "warning CHECK_009 a.sql:3:11"],
    ),
    "psql told to quit": ("SELECT 1;\n \\q\nSELECT 2;\n", ["error CHECK_011 a.sql:2:2"]),
    "psql told to quit at length": ("\\quit", ["error CHECK_011 a.sql:1:1"]),
    "an end without a beginning": ("SELECT 1; \\endif\n", ["error CHECK_012 a.sql:1:11"]),
    "an else without a beginning": (
        "\\if 1\nSELECT 1;\n\\endif\n\\else\nSELECT 2;\n",
        ["error CHECK_012 a.sql:4:1"],
    ),
    "several of them": (
        "foo;\n\\r\nSELECT 1 \\r\nSELECT 'x",
        ["error CHECK_003 a.sql:1:1", "warning CHECK_009 a.sql:3:1", "error CHECK_001 a.sql:4:8"],
    ),
}

FINE = {
    "psql commands alone": "\\echo hello\n\\set x 1\n",
    "psql told to quit if something is so": "\\if :x\n\\q\n\\endif\nSELECT 1;\n",
    "sent by psql": "SELECT 1 \\gset\nSELECT 2 \\g\n",
    "data": "COPY t FROM stdin;\n\\q\n\\.\nSELECT 1;\n",
    "closed": "SELECT '''', $a$ ' $a$, \"\"\"\" /* /* */ */;\n-- '\n",
    "a separator at the end": "SELECT 1;; -- x",
    "conditions inside of each other": "\\if a\n\\if b\n\\else\n\\endif\n\\elif c\n\\endif\n",
}


@pytest.mark.parametrize(("text", "expected"), FINDINGS.values(), ids=FINDINGS)
def test_what_is_wrong_with_a_file_has_its_place(
    make_project: Callable[..., Path], engine: Engine, text: str, expected: list[str]
) -> None:
    report = check(make_project, {"a.sql": text, "b.sql": "SELECT 1;\n"})

    assert brief(report) == expected
    assert not report.ok


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_is_right_is_no_finding(make_project: Callable[..., Path], engine: Engine, text: str) -> None:
    report = check(make_project, {"a.sql": text, "b.sql": "SELECT 1;\n"})

    assert brief(report) == []
    assert report.ok


def test_a_missing_terminator_at_the_very_end_is_a_warning(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    assert brief(check(make_project, {"a.sql": "SELECT 1;", "b.sql": "SELECT 2"})) == [
        "warning CHECK_002 b.sql:1:9"
    ]


@pytest.mark.parametrize(
    ("text", "excerpt", "column"),
    [
        ("SELECT 1;\r\n\tfoo;\r\n", "\tfoo;", 2),
        ("\ufefffoo;", "foo;", 1),
        ("SELECT '表é'; foo;", "SELECT '表é'; foo;", 14),
        ("", "", 1),
        ("\ufeff\n", "", 1),
        (
            "SELECT 1;" * 1000 + "foo;" + "SELECT 1;" * 1000,
            "…" + ("SELECT 1;" * 7)[-60:] + "foo;" + ("SELECT 1;" * 20)[:96] + "…",
            62,
        ),
        ("SELECT '" + "表" * 90 + "';foo;", "…" + "表" * 58 + "';foo;", 62),
        ("foo" + "x" * 97, "foo" + "x" * 97, 1),
        ("foo" + "x" * 98, "foo" + "x" * 97 + "…", 1),
        ("/*" + "*" * 58 + "foo */ foo", None, None),
    ],
)
def test_the_source_line_is_shown_around_the_place(
    make_project: Callable[..., Path], engine: Engine, text: str, excerpt: str | None, column: int | None
) -> None:
    report = check(make_project, {"a.sql": text})

    finding = report.findings[0]
    if excerpt is not None:
        assert (finding.excerpt, finding.excerpt_column) == (excerpt, column)
    else:
        assert finding.excerpt[finding.excerpt_column - 1 :].startswith("foo")


def test_the_ledger_counts_everything(make_project: Callable[..., Path], engine: Engine) -> None:
    files = {
        "a.sql": "\ufeffCREATE TABLE t (a int);\r\n-- x\nCOPY t FROM stdin;\n1\n\\.\n"
        "\\echo a\n\\echo b \\\\ SELECT 1;\n",
        "b.sql": "INSERT INTO t VALUES (1);INSERT INTO t VALUES (1);\nfoo;\n"
        "SELECT 2 \\r\n\\copy t from 'x'\n",
        "c/d.sql": "",
    }

    ledger = check(make_project, files).ledger

    assert (ledger.files, ledger.included_files) == (3, 0)
    assert ledger.bytes == sum(len(text.encode()) for text in files.values())
    parts = (
        ledger.statement_bytes,
        ledger.gap_bytes,
        ledger.psql_bytes,
        ledger.data_bytes,
        ledger.discarded_bytes,
    )
    assert sum(parts) == ledger.bytes
    assert ledger.data_bytes == len("1\n\\.\n")
    assert ledger.discarded_bytes == len("SELECT 2")
    assert list(ledger.statements.items()) == [
        ("COPY", 1),
        ("CREATE TABLE", 1),
        ("INSERT", 2),
        ("SELECT", 1),
    ]
    assert list(ledger.psql_commands.items()) == [("copy", 1), ("echo", 2), ("r", 1)]
    assert ledger.data_blocks == 1
    assert ledger.discarded == 1
    assert [(place.file, place.line, place.column) for place in ledger.unnamed] == [("b.sql", 2, 1)]


def test_the_example_has_no_findings_and_nothing_unnamed(engine: Engine) -> None:
    from confiture.core.builder import SchemaBuilder
    from example.library import PROJECT

    report = SchemaBuilder("local", PROJECT).check_statements()

    assert brief(report) == []
    assert report.ledger.unnamed == []
    sizes = [path.stat().st_size for path in SchemaBuilder("local", PROJECT).find_sql_files()]
    assert (report.ledger.files, report.ledger.bytes) == (len(sizes), sum(sizes))


def test_many_statements_are_counted(make_project: Callable[..., Path], engine: Engine) -> None:
    statements = 100_000
    text = "".join(f"CREATE SCHEMA s{number};\n" for number in range(statements))

    report = check(make_project, {"a.sql": text})

    assert report.ok
    assert report.ledger.statements == {"CREATE SCHEMA": statements}


def test_many_findings_are_listed(make_project: Callable[..., Path], engine: Engine) -> None:
    text = (
        "CREATE TABLE t (a int);\n" * 3000
        + "ALTER TABLE t DISABLE TRIGGER a;\nALTER TABLE t ENABLE TRIGGER a;\n" * 3000
    )

    report = check(make_project, {"a.sql": text})

    assert len(report.findings) == 2999
    assert {finding.related and finding.related.line for finding in report.findings} == {1}
