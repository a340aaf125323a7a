"""Definitions that get in each other's way, and those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .support import brief, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine

DUPLICATE = "error CHECK_004 b.sql:1:1 a.sql:1"
REPLACED = "warning CHECK_005 b.sql:1:1 a.sql:1"
SKIPPED = "warning CHECK_006 b.sql:1:1 a.sql:1"
REPEATED = "error CHECK_007 b.sql:1:1 a.sql:1"
REPEATED_WARNING = "warning CHECK_007 b.sql:1:1 a.sql:1"
REPEATED_NOTE = "note CHECK_007 b.sql:1:1 a.sql:1"

F = "FUNCTION f() RETURNS int LANGUAGE sql"

CLASHES = {
    "two tables": ("CREATE TABLE t (a int);", "CREATE TABLE t (b int);", DUPLICATE),
    "the default schema written out": (
        "CREATE TABLE t (a int);",
        "CREATE TABLE public.t (b int);",
        DUPLICATE,
    ),
    "a table and a view": ("CREATE TABLE t (a int);", "CREATE VIEW t AS SELECT 1;", DUPLICATE),
    "a table and an index": ("CREATE TABLE t (a int);", "CREATE INDEX t ON u (a);", DUPLICATE),
    "a sequence and a materialized view": (
        "CREATE SEQUENCE s;",
        "CREATE MATERIALIZED VIEW s AS SELECT 1;",
        DUPLICATE,
    ),
    "a table and a type of its row": ("CREATE TABLE t (a int);", "CREATE TYPE t AS ENUM ('a');", DUPLICATE),
    "a domain and a view's row": ("CREATE DOMAIN t AS int;", "CREATE VIEW t AS SELECT 1;", DUPLICATE),
    "a type and a domain": ("CREATE TYPE t AS ENUM ('a');", "CREATE DOMAIN t AS int;", DUPLICATE),
    "a replaced view over a table": (
        "CREATE TABLE t (a int);",
        "CREATE OR REPLACE VIEW t AS SELECT 1;",
        DUPLICATE,
    ),
    "a function and a procedure": (
        f"CREATE {F} AS 'SELECT 1';",
        "CREATE PROCEDURE f() AS 'x' LANGUAGE sql;",
        DUPLICATE,
    ),
    "types of two spellings": (
        "CREATE FUNCTION f(a int4) RETURNS int AS 'x' LANGUAGE sql;",
        "CREATE FUNCTION f(b integer, OUT c text) AS 'x' LANGUAGE sql;",
        DUPLICATE,
    ),
    "a function and an aggregate": (
        "CREATE FUNCTION f(int) RETURNS int AS 'x' LANGUAGE sql;",
        "CREATE AGGREGATE f(int) (SFUNC = g, STYPE = int);",
        DUPLICATE,
    ),
    "two triggers of one table": (
        "CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f();",
        "CREATE TRIGGER x AFTER UPDATE ON public.t EXECUTE FUNCTION f();",
        DUPLICATE,
    ),
    "two policies of one table": (
        "CREATE POLICY p ON t USING (true);",
        "CREATE POLICY p ON t USING (false);",
        DUPLICATE,
    ),
    "two rules of one view": (
        "CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING;",
        "CREATE RULE r AS ON UPDATE TO v DO INSTEAD NOTHING;",
        DUPLICATE,
    ),
    "two operators": (
        "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = f);",
        "CREATE OPERATOR === (LEFTARG = int4, RIGHTARG = integer, FUNCTION = g);",
        DUPLICATE,
    ),
    "two casts": (
        "CREATE CAST (int AS t) WITHOUT FUNCTION;",
        "CREATE CAST (integer AS t) WITH INOUT;",
        DUPLICATE,
    ),
    "two roles": ("CREATE ROLE r;", "CREATE USER r;", DUPLICATE),
    "two schemas": ("CREATE SCHEMA s;", "CREATE SCHEMA AUTHORIZATION s;", DUPLICATE),
    "two extensions": ("CREATE EXTENSION e;", "CREATE EXTENSION e SCHEMA s;", DUPLICATE),
    "two statistics": (
        "CREATE STATISTICS s ON a, b FROM t;",
        "CREATE STATISTICS s ON a, c FROM t;",
        DUPLICATE,
    ),
    "two user mappings": (
        "CREATE USER MAPPING FOR u SERVER s;",
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'x');",
        DUPLICATE,
    ),
    "quotes that are not needed": ('CREATE TABLE "t" (a int);', "CREATE TABLE T (b int);", DUPLICATE),
    "a table made from a query": ("CREATE TABLE t (a int);", "CREATE TABLE t AS SELECT 1;", DUPLICATE),
    "a function replaced": (f"CREATE {F} AS 'SELECT 1';", f"CREATE OR REPLACE {F} AS 'SELECT 2';", REPLACED),
    "a function replaced twice": (
        f"CREATE OR REPLACE {F} AS 'SELECT 1';",
        f"CREATE OR REPLACE {F} AS 'SELECT 2';",
        REPLACED,
    ),
    "a view replaced": ("CREATE VIEW v AS SELECT 1;", "CREATE OR REPLACE VIEW v AS SELECT 2;", REPLACED),
    "a table passed over": ("CREATE TABLE t (a int);", "CREATE TABLE IF NOT EXISTS t (b int);", SKIPPED),
    "a table passed over for a view": (
        "CREATE VIEW t AS SELECT 1;",
        "CREATE TABLE IF NOT EXISTS t (b int);",
        SKIPPED,
    ),
    "the same table": ("CREATE TABLE t (a int);", "create table  t ( a int ); -- again", REPEATED),
    "the same function, replaced": (
        f"CREATE OR REPLACE {F} AS 'SELECT 1';",
        f"CREATE OR REPLACE {F} AS $$select  1$$;",
        REPEATED_WARNING,
    ),
    "the same function, replaced once": (
        f"CREATE {F} AS 'SELECT 1';",
        f"CREATE OR REPLACE {F} AS 'SELECT 1';",
        REPEATED_WARNING,
    ),
    "the same schema, if it is not there": (
        "CREATE SCHEMA IF NOT EXISTS s;",
        "CREATE SCHEMA IF NOT EXISTS s;",
        REPEATED_NOTE,
    ),
    "the same schema, if it is not there the second time": (
        "CREATE SCHEMA s;",
        "CREATE SCHEMA IF NOT EXISTS s;",
        REPEATED_NOTE,
    ),
    "an index without a name": ("CREATE INDEX ON t (a);", "CREATE INDEX ON t (a);", REPEATED_WARNING),
    "temporary tables": (
        "CREATE TEMP TABLE t (a int);",
        "CREATE LOCAL TEMPORARY TABLE t (b int);",
        DUPLICATE,
    ),
}

PEACE = {
    "two schemas": ("CREATE TABLE a.t (a int);", "CREATE TABLE b.t (a int);"),
    "overloads": (
        "CREATE FUNCTION f(a int) RETURNS int AS 'x' LANGUAGE sql;",
        "CREATE FUNCTION f(a bigint) RETURNS int AS 'x' LANGUAGE sql;",
    ),
    "an overload with one argument more": (
        "CREATE FUNCTION f(a int) RETURNS int AS 'x' LANGUAGE sql;",
        "CREATE OR REPLACE FUNCTION f(a int, b int = 1) RETURNS int AS 'x' LANGUAGE sql;",
    ),
    "operators of other types": (
        "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = f);",
        "CREATE OPERATOR === (RIGHTARG = int, FUNCTION = f);",
    ),
    "triggers of two tables": (
        "CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f();",
        "CREATE TRIGGER x AFTER INSERT ON u EXECUTE FUNCTION f();",
    ),
    "a trigger and a policy": (
        "CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f();",
        "CREATE POLICY x ON t USING (true);",
    ),
    "a type and an index": ("CREATE TYPE t AS ENUM ('a');", "CREATE INDEX t ON u (a);"),
    "a function and a table": (f"CREATE {F} AS 'SELECT 1';", "CREATE TABLE f (a int);"),
    "a role and a schema": ("CREATE ROLE x;", "CREATE SCHEMA x;"),
    "names that differ in case": ('CREATE TABLE "T" (a int);', "CREATE TABLE t (a int);"),
    "a table dropped": ("CREATE TABLE t (a int); DROP TABLE t;", "CREATE TABLE t (b int);"),
    "a table dropped by its schema's name": (
        "CREATE TABLE t (a int); DROP TABLE public.t;",
        "CREATE TABLE t (a int);",
    ),
    "several tables dropped": (
        "CREATE TABLE t (a int); DROP TABLE IF EXISTS u, t;",
        "CREATE TABLE t (b int);",
    ),
    "an index dropped with its table": (
        "CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP TABLE t;",
        "CREATE INDEX i ON t (a);",
    ),
    "a trigger dropped with its table": (
        "CREATE TABLE t (a int); CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f(); DROP TABLE t;",
        "CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f();",
    ),
    "a schema dropped with what is in it": (
        "CREATE SCHEMA s; CREATE TABLE s.t (a int); DROP SCHEMA s;",
        "CREATE TABLE s.t (b int);",
    ),
    "a function dropped without its arguments": (
        "CREATE FUNCTION f(a int) RETURNS int AS 'x' LANGUAGE sql; DROP FUNCTION f;",
        "CREATE FUNCTION f(a int) RETURNS int AS 'y' LANGUAGE sql;",
    ),
    "something dropped with all that hangs on it": (
        "CREATE VIEW v AS SELECT * FROM t; DROP TABLE t CASCADE;",
        "CREATE VIEW v AS SELECT 1;",
    ),
    "a table renamed": ("CREATE TABLE t (a int); ALTER TABLE t RENAME TO u;", "CREATE TABLE t (b int);"),
    "a table renamed with its schema": (
        "CREATE TABLE t (a int); ALTER TABLE public.t RENAME TO u;",
        "CREATE TABLE t (b int);",
    ),
    "a view renamed as a table": (
        "CREATE VIEW t AS SELECT 1; ALTER TABLE t RENAME TO u;",
        "CREATE VIEW t AS SELECT 2;",
    ),
    "a table moved": ("CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA s;", "CREATE TABLE t (b int);"),
    "a function renamed without its arguments": (
        "CREATE FUNCTION f(a int) RETURNS int AS 'x' LANGUAGE sql; ALTER FUNCTION f RENAME TO g;",
        "CREATE FUNCTION f(a int) RETURNS int AS 'y' LANGUAGE sql;",
    ),
    "a schema renamed": (
        "CREATE SCHEMA s; CREATE TABLE s.t (a int); ALTER SCHEMA s RENAME TO r;",
        "CREATE TABLE s.t (b int);",
    ),
    "a base type after its shell": ("CREATE TYPE t;", "CREATE TYPE t (INPUT = i, OUTPUT = o);"),
    "a temporary table before a lasting one": ("CREATE TEMP TABLE t (a int);", "CREATE TABLE t (b int);"),
    "a temporary table after a lasting one": ("CREATE TABLE t (a int);", "CREATE TEMPORARY TABLE t (b int);"),
    "another search path": (
        "CREATE TABLE t (a int);",
        "SET search_path = app, public; CREATE TABLE t (b int);",
    ),
    "a search path with quotes": (
        "CREATE TABLE t (a int);",
        "SET search_path TO 'app'; CREATE TABLE t (b int);",
    ),
    "a search path that is a schema": (
        "CREATE TABLE t (a int);",
        "SET SCHEMA 'app'; CREATE TABLE t (b int);",
    ),
    "a search path for a transaction": (
        "BEGIN; SET LOCAL search_path = app; CREATE TABLE t (a int); COMMIT;",
        "CREATE TABLE t (b int);",
    ),
    "a search path of a dump": (
        "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE t (a int);",
        "RESET search_path; CREATE TABLE t (b int);",
    ),
    "branches of a condition": (
        "\\if :small\nCREATE TABLE t (a int);\n\\else\nCREATE TABLE t (a bigint);\n\\endif\n",
        "CREATE TABLE u (a int);",
    ),
    "a partition": (
        "CREATE TABLE t (a int) PARTITION BY LIST (a);",
        "CREATE TABLE t1 PARTITION OF t DEFAULT; ALTER TABLE t ATTACH PARTITION t2 DEFAULT;",
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), CLASHES.values(), ids=CLASHES)
def test_a_clash_is_one_finding_with_both_places(
    make_project: Callable[..., Path], engine: Engine, first: str, second: str, expected: str
) -> None:
    assert brief(check(make_project, {"a.sql": first, "b.sql": second})) == [expected]


@pytest.mark.parametrize(("first", "second"), PEACE.values(), ids=PEACE)
def test_what_does_not_clash_is_no_finding(
    make_project: Callable[..., Path], engine: Engine, first: str, second: str
) -> None:
    assert brief(check(make_project, {"a.sql": first, "b.sql": second})) == []


def test_the_second_of_three_is_not_the_first_again(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {f"{name}.sql": f"CREATE TABLE t ({name} int);" for name in "abc"}

    assert brief(check(make_project, files)) == [
        "error CHECK_004 b.sql:1:1 a.sql:1",
        "error CHECK_004 c.sql:1:1 a.sql:1",
    ]


def test_of_definitions_that_replace_each_other_the_last_one_is_the_other_place(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = {f"{name}.sql": f"CREATE OR REPLACE VIEW v AS SELECT '{name}';" for name in "abc"}

    assert brief(check(make_project, files)) == [
        "warning CHECK_005 b.sql:1:1 a.sql:1",
        "warning CHECK_005 c.sql:1:1 b.sql:1",
    ]


def test_a_definition_replaced_in_its_own_file_is_worth_a_note(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    report = check(
        make_project,
        {"a.sql": "CREATE VIEW v AS SELECT 1;\nCREATE OR REPLACE VIEW v AS SELECT 2;\n"},
    )

    assert brief(report) == ["note CHECK_005 a.sql:2:1 a.sql:1"]
    assert report.ok


def test_a_message_names_the_object_and_what_took_its_name(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    report = check(
        make_project,
        {"a.sql": 'CREATE TABLE app."Order" (a int);', "b.sql": 'CREATE VIEW app."Order" AS SELECT 1;'},
    )

    (finding,) = report.findings
    assert 'view app."Order" cannot be defined: there is a table of this name' in finding.message
