"""The same statement twice: where it is said, and where the second one has a meaning of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .support import brief, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine

REPEATED = [
    "ALTER TABLE t ADD COLUMN a int;",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO r;",
    "COMMENT ON TABLE t IS 'it''s';",
    "GRANT SELECT ON t TO r;",
    "GRANT a TO b;",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC;",
    "SECURITY LABEL ON TABLE t IS 'secret';",
]

HARMLESS = [
    "SELECT setval('s', 1);",
    "INSERT INTO t VALUES (1);",
    "SET client_min_messages = warning;",
    "BEGIN; COMMIT;",
    "DO $$ BEGIN NULL; END $$;",
    "REFRESH MATERIALIZED VIEW v;",
    "ANALYZE;",
    "DROP TABLE IF EXISTS t;",
    "UPDATE t SET a = 1;",
]

UNDONE = {
    "dropped and added": ("ALTER TABLE t ADD COLUMN a int;", "ALTER TABLE t DROP COLUMN a;"),
    "disabled and enabled": ("ALTER TABLE t DISABLE TRIGGER ALL;", "ALTER TABLE t ENABLE TRIGGER ALL;"),
    "set and reset": ("ALTER ROLE r SET work_mem = '1MB';", "ALTER ROLE r RESET work_mem;"),
    "owners": ("ALTER TABLE t OWNER TO a;", "ALTER TABLE t OWNER TO b;"),
    "granted and revoked": ("GRANT SELECT ON t TO r;", "REVOKE SELECT ON t FROM r;"),
    "granted and revoked in the schema": (
        "GRANT SELECT ON s.t TO r;",
        "REVOKE ALL ON ALL TABLES IN SCHEMA s FROM r;",
    ),
    "roles granted and revoked": ("GRANT a TO b;", "REVOKE a FROM b;"),
    "defaults granted and revoked": (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r;",
        "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM r;",
    ),
    "a table made anew": ("COMMENT ON TABLE t IS 'x';", "DROP TABLE t; CREATE TABLE t (a int);"),
    "a column of a table made anew": (
        "COMMENT ON COLUMN t.a IS 'x';",
        "DROP TABLE t; CREATE TABLE t (a int);",
    ),
    "something dropped with all that hangs on it": ("COMMENT ON VIEW v IS 'x';", "DROP TABLE t CASCADE;"),
    "another search path": ("COMMENT ON TABLE t IS 'x';", "SET search_path = app;"),
}


@pytest.mark.parametrize("statement", REPEATED)
def test_a_repetition_is_a_warning(make_project: Callable[..., Path], engine: Engine, statement: str) -> None:
    report = check(
        make_project, {"a.sql": f"{statement}\n", "b.sql": f"-- again\n {statement.replace(' ', '  ')}\n"}
    )

    assert brief(report) == ["warning CHECK_007 b.sql:2:2 a.sql:1"]


@pytest.mark.parametrize("statement", HARMLESS)
def test_what_may_run_twice_is_no_finding(
    make_project: Callable[..., Path], engine: Engine, statement: str
) -> None:
    assert brief(check(make_project, {"a.sql": statement, "b.sql": statement})) == []


@pytest.mark.parametrize(("statement", "between"), UNDONE.values(), ids=UNDONE)
def test_a_statement_that_was_undone_in_between_is_no_repetition(
    make_project: Callable[..., Path], engine: Engine, statement: str, between: str
) -> None:
    assert brief(check(make_project, {"a.sql": statement, "b.sql": between, "c.sql": statement})) == []


@pytest.mark.parametrize(
    "between", ["ALTER TABLE t ADD COLUMN b int;", "GRANT SELECT ON t TO r;", "DROP TABLE u;"]
)
def test_something_else_in_between_undoes_nothing(
    make_project: Callable[..., Path], engine: Engine, between: str
) -> None:
    statement = "ALTER TABLE t ADD COLUMN a int;"

    report = check(make_project, {"a.sql": statement, "b.sql": between, "c.sql": statement})

    assert brief(report) == ["warning CHECK_007 c.sql:1:1 a.sql:1"]


def test_the_third_time_the_second_one_is_the_other_place(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    files = dict.fromkeys(("a.sql", "b.sql", "c.sql"), "GRANT SELECT ON t TO r;")

    assert brief(check(make_project, files)) == [
        "warning CHECK_007 b.sql:1:1 a.sql:1",
        "warning CHECK_007 c.sql:1:1 b.sql:1",
    ]
