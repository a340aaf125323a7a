"""What becomes of statements: modelled, opaque, refused or passed."""

from __future__ import annotations

import doctest
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from confiture.core import schema_models
from confiture.core.statements import split_sql

from .parsing import any_model_of, model_of

if TYPE_CHECKING:
    from confiture._interface import Engine

#: The depth of what would overflow the stack of a parser that recurs.
DEEP = 50_000


@pytest.mark.parametrize(
    ("text", "reason", "is_refused"),
    [
        ("ALTER TABLE nowhere ADD a int", "the text does not define it", False),
        ("CREATE TABLE t (a int); CREATE TABLE t (a int)", "it is defined already", False),
        ("IMPORT FOREIGN SCHEMA s FROM SERVER f INTO public", "the model has no place for it", False),
        ("CREATE TABLE t AS SELECT 1 + 1", "the columns of its query are not known", False),
        ("SELECT * INTO t FROM nowhere", "the columns of its query are not known", False),
        ("CREATE TABLE :name (a int)", "a variable of psql stands for a name", False),
        ("CREATE TABLE t (a int", "'(' is not closed", True),
        ("CREATE TABLE t (a int))", "nothing is closed by ')'", True),
        ("CREATE TABLE t (a int,)", "something is expected instead of the end", True),
        ("CREATE TABLE t (a)", "a type is expected instead of the end", True),
        ("CREATE INDEX ON t", "'(' is expected instead of the end", True),
        ("CREATE VIEW v", "AS is expected instead of the end", True),
        ("CREATE SEQUENCE s START x", "a number is expected instead of 'x'", True),
        ("SELEC 1", "it is no statement", True),
    ],
)
def test_what_is_not_modelled_is_kept_with_its_reason(
    engine: Engine, text: str, reason: str, is_refused: bool
) -> None:
    model = any_model_of(engine, text)
    (kept,) = model.opaque
    last = split_sql(text)[-1]
    assert (kept.reason, kept.is_refused) == (reason, is_refused)
    assert (kept.kind, kept.fingerprint) == (last.kind, last.fingerprint)
    assert kept.place is not None
    makes_a_relation = not is_refused and text.endswith(("t (a int)", "1 + 1"))
    schema = {"schema": "public"} if makes_a_relation else {}
    assert kept.identity == (last.identity and structs.replace(last.identity, **schema))
    assert (kept.place.line, kept.place.column) == (last.line, last.column)


@pytest.mark.parametrize(
    "text",
    [
        *("SELECT 1", "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t", "VALUES (1)"),
        *("DO 'BEGIN END'", "BEGIN", "COMMIT", "SET x = 1", "SHOW x", "ANALYZE", "VACUUM", "TRUNCATE t"),
        *("COPY t TO STDOUT", "LOCK t", "REINDEX TABLE t", "REFRESH MATERIALIZED VIEW v", "CLUSTER"),
        *("SECURITY LABEL ON TABLE t IS 'x'", "ALTER SYSTEM SET x = 1", "CALL p()", "EXPLAIN SELECT 1"),
    ],
)
def test_what_defines_nothing_is_passed(engine: Engine, text: str) -> None:
    model = model_of(engine, text)
    assert [(entry.modelled, entry.opaque, entry.refused, entry.passed) for entry in model.ledger] == [
        (0, 0, 0, 1)
    ]


def test_the_ledger_counts_all_statements_by_kind(engine: Engine) -> None:
    text = "CREATE TABLE t (); CREATE TABLE t (); DROP TABLE t; SELECT 1; wrong; CREATE TABLE ("
    model = any_model_of(engine, text)
    shown = [
        (entry.kind, entry.modelled, entry.opaque, entry.refused, entry.passed) for entry in model.ledger
    ]
    assert shown == [
        ("CREATE TABLE", 1, 1, 1, 0),
        ("DROP TABLE", 1, 0, 0, 0),
        ("SELECT", 0, 0, 0, 1),
        (None, 0, 0, 1, 0),
    ]


def test_places_are_those_of_the_files_of_a_bundle(engine: Engine) -> None:
    text = "-- head\nCREATE TABLE a ();\nCREATE TABLE b ();\n-- end\nCREATE TABLE c ();\n"
    origins = [(1, -1, 0, 0), (2, 0, 1, 1), (3, 1, 7, 5), (4, -1, 0, 0), (5, 0, 9, 1)]
    from confiture.artifacts.schema import decode_model

    model = decode_model(engine.parse_sql(text, origins=origins, files=["x.sql", "y.sql"]))
    places = [table.place for table in model.tables]
    assert [place and (place.file, place.line, place.column) for place in places] == [
        ("x.sql", 1, 1),
        ("y.sql", 7, 5),
        ("x.sql", 9, 1),
    ]


def test_a_file_is_named_in_all_places(engine: Engine) -> None:
    from confiture.artifacts.schema import decode_model

    model = decode_model(engine.parse_sql("\n CREATE TABLE a ();", file="x.sql"))
    place = model.tables[0].place
    assert place is not None
    assert (place.file, place.line, place.column) == ("x.sql", 2, 2)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE VIEW v AS SELECT " + "(" * DEEP + "1" + ")" * DEEP,
        "CREATE VIEW v AS SELECT " + "f(" * DEEP + "1" + ")" * DEEP,
        "CREATE VIEW v AS SELECT " + "1 + " * DEEP + "1",
        "CREATE TABLE t (a int CHECK (" + "(" * DEEP + "a > 0" + ")" * DEEP + "))",
        "CREATE TABLE t (a int DEFAULT " + "(" * DEEP + "1" + ")" * DEEP + ")",
        "CREATE TABLE t (a int); CREATE INDEX ON t (" + "(" * DEEP + "a + 1" + ")" * DEEP + ")",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS '" + "SELECT (" * DEEP + "1" + ")" * DEEP + "'",
        "CREATE TABLE t (a int DEFAULT " + "CASE WHEN true THEN " * DEEP + "1 " + "END " * DEEP + ")",
    ],
    ids=["parentheses", "calls", "operators", "check", "default", "index", "body", "case"],
)
def test_depth_overflows_nothing(engine: Engine, text: str) -> None:
    assert model_of(engine, text).ledger


def test_a_chain_of_tables_overflows_nothing(engine: Engine) -> None:
    count = 1500
    text = "CREATE TABLE t0 (a int) PARTITION BY LIST (a);" + "".join(
        f"CREATE TABLE t{number} PARTITION OF t{number - 1} DEFAULT PARTITION BY LIST (a);"
        for number in range(1, count)
    )
    model = model_of(engine, f"{text} CREATE INDEX ON t0 (a); ALTER TABLE t0 ADD b int; DROP TABLE t0;")
    assert model.tables == ()


def test_the_examples_of_the_documentation_are_true(engine: Engine) -> None:
    result = doctest.testmod(schema_models)
    assert result.attempted == 4
    assert result.failed == 0
