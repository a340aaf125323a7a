"""Statements as typed values: ``confiture.split_sql`` and its like."""

from __future__ import annotations

import doctest
import gc
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import pytest

import confiture
from bad_input.processes import PACKAGE
from confiture.core import statements
from confiture.models.sql_names import RESERVED, quoted
from confiture.models.statement import Identity, Span, Statement
from postgres import Server

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine

TEXT = "\ufeff-- é\r\n  CREATE TABLE app.t (a text DEFAULT 'é');\nDROP FUNCTION IF EXISTS f(int4), g"

CALLED = {
    'CREATE TABLE app."Order" (a int)': 'table app."Order"',
    "CREATE TABLE IF NOT EXISTS t (a int)": "table t",
    'CREATE TABLE "select" (a int)': 'table "select"',
    'CREATE TABLE "say ""hi"" " (a int)': 'table "say ""hi"" "',
    'CREATE TABLE "action" (a int)': "table action",
    'CREATE TABLE :schema.:"t" (a int)': 'table :schema.:"t"',
    "CREATE MATERIALIZED VIEW v AS SELECT 1": "materialized view v",
    "CREATE FUNCTION app.f(a int4, b varchar(3)[]) RETURNS int AS 'x' LANGUAGE sql": (
        "function app.f(integer, character varying[])"
    ),
    "DROP FUNCTION f": "function f",
    "CREATE AGGREGATE f(*) (SFUNC = g, STYPE = int)": "aggregate f()",
    "CREATE TRIGGER audit AFTER INSERT ON app.users EXECUTE FUNCTION f()": "trigger audit on app.users",
    "CREATE POLICY p ON t USING (true)": "policy p on t",
    "CREATE INDEX ON app.t (a)": "index on app.t",
    "CREATE INDEX i ON app.t (a)": "index i on app.t",
    "DROP INDEX app.i": "index app.i",
    "COMMENT ON COLUMN app.t.a IS 'x'": "column app.t.a",
    "COMMENT ON CONSTRAINT c ON t IS 'x'": "constraint c on t",
    "CREATE OPERATOR app.=== (LEFTARG = int, FUNCTION = f)": "operator app.===(integer, none)",
    "CREATE OPERATOR CLASS app.c FOR TYPE t USING btree AS STORAGE t": "operator class app.c using btree",
    "CREATE CAST (int AS app.t) WITHOUT FUNCTION": "cast (integer AS app.t)",
    "CREATE TRANSFORM FOR hstore LANGUAGE plpython3u (FROM SQL WITH FUNCTION f(internal))": (
        "transform for hstore language plpython3u"
    ),
    "CREATE USER MAPPING FOR bob SERVER files": "user mapping for bob server files",
    "ALTER DEFAULT PRIVILEGES FOR ROLE r IN SCHEMA s GRANT SELECT ON TABLES TO x": (
        "default privileges for role r in schema s"
    ),
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x": "default privileges",
    "COMMENT ON LARGE OBJECT 42 IS 'x'": "large object 42",
    "SET search_path = app": "setting search_path",
}


def test_statements_have_places_in_characters_and_bytes(engine: Engine) -> None:
    first, second = confiture.split_sql(TEXT, file="a.sql")

    assert (first.kind, str(first.identity), first.form) == ("CREATE TABLE", "table app.t", "")
    assert (first.file, first.line, first.column, first.is_terminated) == ("a.sql", 2, 3, True)
    assert TEXT.encode()[first.start : first.end].decode() == "CREATE TABLE app.t (a text DEFAULT 'é');"
    assert (second.kind, second.form, second.line, second.column) == ("DROP FUNCTION", "if_exists", 3, 1)
    assert [str(identity) for identity in second.objects] == ["function f(integer)", "function g"]
    assert second.identity == second.objects[0]
    assert not second.is_terminated
    assert second.end == len(TEXT.encode())


@pytest.mark.parametrize(("text", "called"), CALLED.items(), ids=CALLED.values())
def test_an_identity_is_called_as_a_person_would(engine: Engine, text: str, called: str) -> None:
    (statement,) = confiture.split_sql(text)

    assert str(statement.identity) == called


def test_a_statement_without_an_identity_has_none(engine: Engine) -> None:
    (statement,) = confiture.split_sql("SELECT 1")

    assert (statement.kind, statement.identity, statement.objects) == ("SELECT", None, ())


def test_an_unknown_statement_has_no_kind(engine: Engine) -> None:
    (statement,) = confiture.split_sql("foo bar;")

    assert (statement.kind, statement.identity) == (None, None)


def test_fingerprints_are_blind_to_how_tokens_are_written(engine: Engine) -> None:
    one, same, other = confiture.split_sql("SELECT 'it''s' ; select /* x */ E'it\\'s'; SELECT 'its'")

    assert one.fingerprint == same.fingerprint
    assert one.fingerprint != other.fingerprint
    assert len(one.fingerprint) == 64


def test_spans_are_the_whole_text(engine: Engine) -> None:
    spans = confiture.split_spans(TEXT + "\n\\echo é\n")

    assert spans[0].start == 0
    assert all(one.end == other.start for one, other in pairwise(spans))
    assert spans[-1].end == len((TEXT + "\n\\echo é\n").encode())
    assert [span.kind for span in spans] == ["gap", "statement", "gap", "statement", "gap", "psql", "gap"]
    assert [span.statement for span in spans] == [None, 0, None, 1, None, None, None]


def test_no_text_has_no_statements(engine: Engine) -> None:
    assert (confiture.split_sql(""), confiture.split_spans(""), confiture.normalize_sql("")) == ([], [], [])


def test_the_garbage_collector_is_left_as_it_was(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("SELECT 1;", encoding="utf-8")
    assert gc.isenabled()
    try:
        for change in (gc.disable, gc.enable):
            change()
            before = gc.isenabled()
            engine.split_statements("SELECT 1;")
            engine.split_contents(engine.read_files(str(tmp_path), ["a.sql"]))
            assert gc.isenabled() == before
    finally:
        gc.enable()


def test_normalised_texts_are_those_of_the_statements(engine: Engine) -> None:
    assert confiture.normalize_sql('SELECT  1; CREATE  TABLE "t" (A int)') == [
        "select 1",
        "create table t ( a int )",
    ]


def test_values_survive_a_round_trip_and_refuse_what_they_do_not_know(engine: Engine) -> None:
    for statement in confiture.split_sql(TEXT):
        encoded = msgspec.json.encode(statement)
        assert msgspec.json.decode(encoded, type=Statement) == statement
    span = confiture.split_spans(TEXT)[0]
    assert msgspec.json.decode(msgspec.json.encode(span), type=Span) == span
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"kind": "table", "nmae": "t"}', type=Identity)
    with pytest.raises(TypeError):
        Identity("table", "app")  # type: ignore[misc]
    with pytest.raises(AttributeError):
        span.kind = "gap"  # type: ignore[misc]


def test_the_examples_of_the_docstrings_work(engine: Engine) -> None:
    result = doctest.testmod(statements)

    assert result.attempted == 3
    assert result.failed == 0


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import confiture; print(sorted(set(sys.modules) - before))"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code], env=PACKAGE, capture_output=True, text=True, check=True
    )

    assert ran.stdout == "['__future__', 'confiture']\n"


def test_what_the_package_does_not_have_is_an_attribute_error() -> None:
    assert set(confiture.__all__) == {"__version__", "normalize_sql", "parse_sql", "split_spans", "split_sql"}
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = confiture.nothing_of_the_kind


def test_names_are_quoted_as_the_server_quotes_them(server: Server) -> None:
    names = [
        *RESERVED,
        "a",
        "A",
        "a b",
        "a$1",
        "1a",
        "é",
        'a"b',
        "",
        "_",
        "name",
        "action",
        "date",
        "a-b",
        "type",
    ]
    with server.connect("postgres") as connection:
        rows = connection.execute(
            "SELECT name, quote_ident(name) FROM unnest(%s::text[]) AS given (name)", [names]
        ).fetchall()
        words = connection.execute("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'").fetchall()

    assert {word for (word,) in words} == RESERVED
    # The server quotes names with a dollar sign, though it takes them without quotes.
    assert {name: quoted(name) for name, _ in rows if name != "a$1"} == dict(
        row for row in rows if row[0] != "a$1"
    )
