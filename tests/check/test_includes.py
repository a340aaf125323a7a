"""Files that others include: checked once, in the place where psql runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from confiture.core.builder import SchemaBuilder
from confiture.exceptions import SchemaError

from .support import brief, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine, Written


def test_an_included_file_is_checked_and_counted(make_project: Callable[..., Path], engine: Engine) -> None:
    report = check(
        make_project,
        {
            "a.sql": "SELECT 1;\n\\ir parts/x.inc\n\\ir parts/x.txt\n",
            "parts/x.inc": "foo;\n\\echo x\n",
            "parts/x.txt": "",
        },
    )

    assert brief(report) == ["error CHECK_003 parts/x.inc:1:1", "warning CHECK_008 parts/x.txt:1:1"]
    ledger = report.ledger
    assert (ledger.files, ledger.included_files, ledger.bytes) == (1, 2, 42 + 13)
    assert ledger.psql_commands == {"echo": 1, "ir": 2}
    assert [place.file for place in ledger.unnamed] == ["parts/x.inc"]


def test_a_path_may_start_from_the_project_and_lead_out_of_the_base(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    report = check(
        make_project,
        {"a.sql": "CREATE TABLE t (a int);\n\\i 'other/it''s\\x20here.sql'\n"},
        **{"other__it's here.sql": "CREATE TABLE t (b int);\n"},
    )

    assert brief(report) == ["error CHECK_004 ../../other/it's here.sql:1:1 a.sql:1"]


def test_statements_are_followed_in_the_order_in_which_psql_runs_them(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {
        "a.sql": "SET search_path = app;\n\\ir x.inc\nCREATE TABLE t (a int);\n"
        "\\ir y.inc\nCREATE TABLE u (b int);\n",
        "x.inc": "RESET search_path;\nCREATE TABLE t (a bigint);\n\\ir z.inc\n",
        "y.inc": "DROP TABLE t;\n",
        "z.inc": "CREATE TABLE u (a int)",
        "b.sql": "CREATE TABLE t (c int);\n",
    }

    assert brief(check(make_project, files)) == [
        "error CHECK_004 a.sql:3:1 x.inc:2",
        "error CHECK_004 a.sql:5:1 z.inc:1",
        "note CHECK_002 z.inc:1:23",
    ]


def test_a_file_that_is_selected_and_included_is_told_once(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {
        "a.sql": "\\ir b.sql\n",
        "b.sql": "CREATE TABLE t (a int);\nCREATE INDEX ON t (a);\n",
        "c.sql": "SELECT 1;\n  \\include_relative b.sql\n",
    }

    report = check(make_project, files)

    assert brief(report) == ["warning CHECK_010 b.sql:1:1 a.sql:1", "warning CHECK_010 c.sql:2:3 a.sql:1"]
    assert "b.sql" in report.findings[1].message


def test_settings_may_be_included_as_often_as_one_likes(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {
        "a.sql": "\\ir app.inc\nCREATE TABLE t (a int);\nRESET search_path;\n",
        "app.inc": "SET search_path = app;\n",
        "b.sql": "CREATE TABLE t (a int, b int);\n\\ir app.inc\nCREATE TABLE t (c int);\n",
    }

    report = check(make_project, files)

    assert brief(report) == ["note CHECK_010 b.sql:2:1 a.sql:1", "error CHECK_004 b.sql:3:1 a.sql:2"]


def test_what_is_included_on_a_condition_is_not_compared(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {
        "a.sql": "\\if :small\n\\ir x.inc\n\\else\n\\ir y.inc\n\\endif\n",
        "x.inc": "CREATE TABLE t (a int);\n",
        "y.inc": "CREATE TABLE t (a bigint);\n",
    }

    assert brief(check(make_project, files)) == []


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("\\ir missing.sql", "missing.sql"),
        ("\\ir a.sql", "a.sql"),
        ("SELECT \\ir b.sql\n 1;", "b.sql"),
        ("\\i :file", ":file"),
    ],
)
def test_an_include_that_cannot_be_followed_is_an_error(
    make_project: Callable[..., Path], engine: Engine, command: str, says: str
) -> None:
    with pytest.raises(SchemaError, match=says) as caught:
        check(make_project, {"a.sql": f"\n{command}\n", "b.sql": "SELECT 1;"})
    assert caught.value.error_code == "SCHEMA_017"
    assert caught.value.context["line"] == 2


def test_a_file_that_changes_while_it_is_checked_is_an_error(
    make_project: Callable[..., Path], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_project({"db/schema/a.sql": "\\ir b.inc\n", "db/schema/b.inc": "", "db/schema/c.inc": ""})
    builder = SchemaBuilder("local", root)
    write_schema = engine.write_schema

    def write_and_change(*arguments: Any, **options: Any) -> Written:
        written = write_schema(*arguments, **options)
        (root / "db/schema/a.sql").write_text("\\ir c.inc\n")
        return written

    monkeypatch.setattr(engine, "write_schema", write_and_change)

    with pytest.raises(SchemaError, match=r"a\.sql changed while it was read") as caught:
        builder.check_statements()

    assert caught.value.error_code == "SCHEMA_004"


def test_files_that_come_to_include_each_other_while_they_are_checked_are_refused(
    make_project: Callable[..., Path], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_project(
        {"db/schema/a.sql": "\\ir b.inc\nCREATE TABLE a (x int);\n", "db/schema/b.inc": "SELECT 1;\n"}
    )
    builder = SchemaBuilder("local", root)
    write_schema = engine.write_schema

    def write_and_change(*arguments: Any, **options: Any) -> Written:
        written = write_schema(*arguments, **options)
        (root / "db/schema/b.inc").write_text("\\ir a.sql\nSELECT 1;\n")
        return written

    monkeypatch.setattr(engine, "write_schema", write_and_change)

    with pytest.raises(SchemaError, match="would include itself"):
        builder.check_statements()
