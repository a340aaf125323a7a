"""A statement that fails half-way, and a transaction that is taken back, leave nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from .script import SCRIPTS

if TYPE_CHECKING:
    from confiture._interface import Engine

    from .script import Script

#: Statements that start and end transactions of their own.
_OF_TRANSACTIONS = (
    "BEGIN",
    "START TRANSACTION",
    "COMMIT",
    "ROLLBACK",
    "END",
    "SAVEPOINT",
    "RELEASE",
    "ABORT",
)
#: What starts a session anew, or changes something that outlives what is taken back.
_OF_SESSIONS = ("DISCARD ALL", "DISCARD TEMP")

#: What makes a change of a table fail after all the others in the statement.
_FAILING = ", DROP COLUMN no_such_column"

#: Statements of which the last part fails, and what they stand behind.
HALF = {
    "columns and constraints": (
        "CREATE TABLE t (a int, b int);",
        "ALTER TABLE t ADD c serial UNIQUE, ADD CHECK (b > 0), DROP COLUMN b, ALTER a SET NOT NULL, "
        "ADD a int;",
    ),
    "several that are dropped": (
        "CREATE TABLE t (a serial PRIMARY KEY, b int UNIQUE); CREATE INDEX ON t (b); "
        "CREATE VIEW v AS TABLE t;",
        "DROP TABLE t, missing CASCADE;",
    ),
    "elements of a schema": (
        "CREATE TABLE s (a int);",
        "CREATE SCHEMA made CREATE TABLE t (a serial PRIMARY KEY) CREATE VIEW v AS SELECT a FROM t "
        "CREATE TABLE t (b int);",
    ),
    "columns of a table": (
        "CREATE TYPE e AS ENUM ('a'); CREATE TABLE p (a int, b e DEFAULT 'a', CHECK (a > 0));",
        "CREATE TABLE t (x serial PRIMARY KEY, LIKE p INCLUDING ALL, y e, y int);",
    ),
    "what partitions get": (
        "CREATE TABLE t (a int, b int) PARTITION BY LIST (a); "
        "CREATE TABLE u PARTITION OF t FOR VALUES IN (1);",
        "ALTER TABLE t ADD c int DEFAULT 1 NOT NULL, ADD UNIQUE (a, c), ADD PRIMARY KEY (missing);",
    ),
    "what children get": (
        "CREATE TABLE p (a int); CREATE TABLE c () INHERITS (p);",
        "ALTER TABLE p ADD b int CHECK (b > 0), ALTER a TYPE bigint, ALTER missing SET NOT NULL;",
    ),
    "privileges": (
        "CREATE ROLE r; CREATE TABLE t (a int); GRANT INSERT ON t TO r;",
        "GRANT SELECT, UPDATE ON t, missing TO r WITH GRANT OPTION;",
    ),
    "members of a type": (
        "CREATE TYPE c AS (a int, b text); CREATE TABLE t OF c;",
        "ALTER TYPE c ADD ATTRIBUTE d int CASCADE, DROP ATTRIBUTE missing;",
    ),
}


def _state(engine: Engine, text: str) -> dict[str, Any]:
    """The model of a text without what says which statements it is made from."""
    model: dict[str, Any] = msgspec.msgpack.decode(engine.parse_sql(text))
    return {field: value for field, value in model.items() if field not in ("ledger", "opaque")}


def _statements(engine: Engine, text: str) -> list[tuple[str | None, str]]:
    content = text.encode()
    return [
        (kind, content[start:end].decode().rstrip().removesuffix(";"))
        for kind, _, _, start, end, *_ in engine.split_statements(text)[0]
    ]


@pytest.mark.parametrize("case", HALF)
def test_a_statement_that_fails_half_way_changes_nothing(engine: Engine, case: str) -> None:
    before, failing = HALF[case]
    model: dict[str, Any] = msgspec.msgpack.decode(engine.parse_sql(before + failing))
    assert len(model["opaque"]) == 1
    left = {field: value for field, value in model.items() if field not in ("ledger", "opaque")}
    assert left == _state(engine, before)
    # What comes behind it finds everything as it was.
    after = (
        "CREATE TABLE after (a int REFERENCES t, b serial); CREATE INDEX ON after (a); "
        "DROP TABLE IF EXISTS p CASCADE;"
    )
    padding = " " * len(failing)
    assert _state(engine, before + failing + after) == _state(engine, before + padding + after)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_changes_of_tables_that_fail_at_their_end_change_nothing(engine: Engine, script: Script) -> None:
    before = ""
    for kind, statement in _statements(engine, script.sql):
        if kind == "ALTER TABLE":
            failed = _state(engine, f"{before}{statement}{_FAILING};")
            assert failed == _state(engine, before), statement
        before += f"{statement};\n"


@pytest.mark.parametrize("index", range(0, len(SCRIPTS), 3))
def test_a_transaction_that_is_taken_back_leaves_nothing(engine: Engine, index: int) -> None:
    first, second = SCRIPTS[index].sql, SCRIPTS[(index * 7 + 1) % len(SCRIPTS)].sql
    kinds = {kind for kind, _ in _statements(engine, first + second)}
    if not kinds.isdisjoint((*_OF_TRANSACTIONS, *_OF_SESSIONS)):
        # They would end the transaction.
        first = second = "CREATE TABLE t (a serial PRIMARY KEY, b int UNIQUE CHECK (b > 0));"
    taken_back = f"{first}\n;BEGIN;\n{first}{second}\n;ROLLBACK;"
    assert _state(engine, taken_back) == _state(engine, first)
    kept = f"{first}\n;BEGIN;SAVEPOINT s;\n{second}\n;ROLLBACK TO s;\n"
    assert _state(engine, kept) == _state(engine, first)
