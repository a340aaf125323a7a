"""How a session's search path is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import confiture
from confiture.core.search_paths import EMPTYING_CALLS, SearchPath
from postgres import Server

if TYPE_CHECKING:
    from confiture._interface import Engine

VALUES = [
    ("SET search_path = app", ("app",)),
    ("SET search_path TO app, public", ("app", "public")),
    ("SET SESSION search_path = 'App', \"Other\", Third", ("App", "Other", "third")),
    ("SET search_path = '$user', \"$user\", app", ("app",)),
    ("SET search_path = 'a, b'", ("a, b",)),
    ("SET search_path = 'it''s', \"a\"\"b\"", ("it's", 'a"b')),
    ("SET search_path TO DEFAULT", ("public",)),
    ("SET search_path = \"$user\", 'app'", ("app",)),
    ("SET SCHEMA 'app'", ("app",)),
]

#: What the server does not take, or takes no new table for.
OTHER_VALUES = [
    ("SET search_path = ''", ("",)),
    ("SET search_path = pg_catalog, app", ("pg_catalog", "app")),
    ("SET LOCAL search_path = app", ("public",)),
    ("SET search_path = :schema", (":schema",)),
    ("SET search_path = a b, c", ("a b , c",)),
    ("SET work_mem = 'app'", ("public",)),
]


CALLS = [
    ("SELECT pg_catalog.set_config('search_path', 'app', false)", ("app",)),
    ("select set_config('SEARCH_PATH', 'App, \"Other\"', 'f')", ("app", "Other")),
    ("SELECT set_config('search_path', '\"it''s\",\"$user\" , app', FALSE);", ("it's", "app")),
    ("SELECT set_config('search_path', $$app$$, false)", ("app",)),
]

#: What says nothing of the path, or nothing that lasts.
OTHER_CALLS = [
    ("SELECT set_config('search_path', '', false)", ("",)),
    ("SELECT set_config('search_path', 'app', true)", ("public",)),
    ("SELECT set_config('work_mem', 'app', false)", ("public",)),
    ("SELECT set_config('search_path', 'app', false), 1", ("public",)),
    ("SELECT set_config('search_path', a, false) FROM b", ("public",)),
]


@pytest.mark.parametrize(("text", "schemas"), [*CALLS, *OTHER_CALLS])
def test_the_schemas_of_a_call_are_taken(engine: Engine, text: str, schemas: tuple[str, ...]) -> None:
    path = SearchPath()

    path.call(confiture.normalize_sql(text)[0])

    assert path.schemas == schemas


@pytest.mark.parametrize(("text", "schemas"), [*VALUES, *OTHER_VALUES])
def test_the_schemas_of_a_set_are_taken(engine: Engine, text: str, schemas: tuple[str, ...]) -> None:
    path = SearchPath()

    path.assign(confiture.normalize_sql(text)[0])

    assert path.schemas == schemas


@pytest.mark.parametrize(("text", "schemas"), [*VALUES, *CALLS])
def test_the_server_puts_new_tables_into_the_first(
    server: Server, engine: Engine, text: str, schemas: tuple[str, ...]
) -> None:
    with server.connect("postgres", autocommit=False) as connection:
        for schema in {"app", "App", "Other", "third", "a, b", "it's", 'a"b'}:
            connection.execute(f'CREATE SCHEMA "{schema.replace(chr(34), chr(34) * 2)}"')
        connection.execute(text)
        connection.execute("CREATE TABLE there (a int)")
        row = connection.execute(
            "SELECT nspname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 'there'"
        ).fetchone()
        connection.rollback()
    assert row is not None
    assert row[0] == schemas[0]


def test_a_local_path_ends_with_its_transaction(engine: Engine) -> None:
    path = SearchPath()
    path.assign("set search_path = app")
    path.begin()
    path.assign("set local search_path = other")
    path.assign("set local search_path = third")
    assert path.schemas == ("third",)

    path.end()

    assert path.schemas == ("app",)


def test_the_calls_that_empty_the_path_are_known_by_their_fingerprints(engine: Engine) -> None:
    texts = (
        "SELECT pg_catalog.set_config('search_path', '', false); select set_config('search_path','',FALSE)"
    )

    assert {statement.fingerprint for statement in confiture.split_sql(texts)} == EMPTYING_CALLS
