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


def _each(change: str, first: int, last: int) -> str:
    return " ".join(change.format(i) for i in range(first, last))


_WIDE = f"CREATE TABLE t (a int, {_each('b{0} int,', 0, 60)} z int);"
#: Changes of single parts of large objects, and what is there before them.
PARTS = {
    "columns that are dropped": (_WIDE, _each("ALTER TABLE t DROP COLUMN b{0};", 3, 9)),
    "most columns": (_WIDE, "ALTER TABLE t DROP COLUMN z;" + _each("ALTER TABLE t DROP b{0};", 1, 55)),
    "columns from the end": (
        _WIDE,
        "ALTER TABLE t DROP b30, DROP z, DROP b59, DROP b58;ALTER TABLE t ADD y int; ALTER TABLE t DROP y;",
    ),
    "columns with other names": (
        _WIDE.replace("z int", "z int GENERATED ALWAYS AS (b7 + b8) STORED, CHECK (b7 > 0)"),
        _each("ALTER TABLE t RENAME b{0} TO c{0};", 5, 9)
        + "ALTER TABLE t RENAME b1 TO b5; ALTER TABLE t DROP b2;",
    ),
    "constraints": (
        _WIDE + _each("ALTER TABLE t ADD CONSTRAINT c{0} CHECK (b{0} > 0);", 0, 40),
        "ALTER TABLE t RENAME CONSTRAINT c3 TO d;"
        + _each("ALTER TABLE t DROP CONSTRAINT c{0};", 5, 40)
        + "ALTER TABLE t ALTER b1 SET NOT NULL; ALTER TABLE t ALTER b1 DROP NOT NULL;",
    ),
    "labels": (
        "CREATE TYPE e AS ENUM ('a', 'b', 'c');",
        "ALTER TYPE e ADD VALUE 'x' BEFORE 'b'; ALTER TYPE e RENAME VALUE 'x' TO 'y';"
        "ALTER TYPE e ADD VALUE 'z'; ALTER TYPE e RENAME VALUE 'a' TO 'x';",
    ),
    "members of roles": (
        "CREATE ROLE r; CREATE ROLE s ROLE r; CREATE ROLE q IN ROLE s;",
        "GRANT s TO q WITH ADMIN OPTION; REVOKE s FROM r; GRANT q TO r; REVOKE ADMIN OPTION FOR s FROM q;"
        "ALTER GROUP q ADD USER r; ALTER GROUP s DROP USER q;",
    ),
    "changes of definitions": (
        "CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE PUBLICATION p FOR TABLE t;"
        "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);",
        "ALTER PUBLICATION p ADD TABLE u; ALTER PUBLICATION p DROP TABLE t;"
        "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR word; DROP TABLE u;",
    ),
    "heirs": (
        "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE u PARTITION OF t DEFAULT;"
        "CREATE TABLE v (a int);",
        "ALTER TABLE t ATTACH PARTITION v FOR VALUES IN (1); ALTER TABLE t DETACH PARTITION u;"
        "CREATE TABLE w PARTITION OF t FOR VALUES IN (2); ALTER TABLE t ADD b int; DROP TABLE t;",
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


@pytest.mark.parametrize("case", PARTS)
def test_changes_of_parts_are_taken_back(engine: Engine, case: str) -> None:
    before, changes = PARTS[case]
    changed: dict[str, Any] = msgspec.msgpack.decode(engine.parse_sql(before + changes))
    assert "opaque" not in changed
    assert _state(engine, before + changes) != _state(engine, before)
    undone = f"BEGIN;{changes}ROLLBACK;"
    saved = f"BEGIN;SAVEPOINT s;{changes}ROLLBACK TO s;COMMIT;"
    after = (
        "DROP TYPE IF EXISTS e; ALTER TABLE IF EXISTS t ADD c int;"
        "ALTER TABLE IF EXISTS t DROP COLUMN IF EXISTS b4;"
        "CREATE TABLE after (LIKE t); DROP ROLE IF EXISTS s;"
    )
    for text in (undone, saved):
        untouched = before + " " * len(text) + after
        assert _state(engine, before + text + after) == _state(engine, untouched)
