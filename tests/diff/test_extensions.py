"""The versions of extensions, of which pg_dump tells nothing, and their comments, which it tells always."""

from __future__ import annotations

import pytest

from confiture.core.differ import SchemaDiffer
from confiture.models.diff import SchemaChange
from confiture.servers.extension_versions import with_versions
from model.conftest import Postgres

NONE = "CREATE EXTENSION hstore;\n"
OLD = "CREATE EXTENSION hstore VERSION '1.4';\n"
NEW = "CREATE EXTENSION hstore VERSION '1.6';\n"
DUMP = (
    "--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.3\n"
    "CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;\n"
)


def test_a_dump_gets_the_versions_that_are_installed() -> None:
    body = "SELECT 'CREATE EXTENSION a WITH SCHEMA public;é';\n"
    dump = f'{body}CREATE EXTENSION IF NOT EXISTS "a-b" WITH SCHEMA public;\nCREATE EXTENSION c;\n{body}'
    named = dump.replace("public;\nCREATE", "public VERSION 'it''s 1';\nCREATE")
    assert with_versions(dump, {"a-b": "it's 1", "a": "2"}) == named


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (OLD, NEW, ["CHANGE_EXTENSION"]),
        (OLD, NONE, ["UNDECIDED"]),
        (NONE, NEW, ["UNDECIDED"]),
        (OLD, DUMP, []),
        (NONE, with_versions(DUMP, {"hstore": "1.4"}), []),
        (OLD, with_versions(DUMP, {"hstore": "1.4"}), []),
        (NEW, with_versions(DUMP, {"hstore": "1.4"}), ["CHANGE_EXTENSION"]),
    ],
)
def test_a_version_that_one_side_leaves_open(old: str, new: str, told: list[str]) -> None:
    differ = SchemaDiffer()
    for sides in ((old, new), (new, old)):
        assert [change.type for change in differ.compare(*sides).changes] == told


COMMENT = "COMMENT ON EXTENSION hstore IS 'data type for storing sets of (key, value) pairs';\n"
OTHER_COMMENT = "COMMENT ON EXTENSION hstore IS 'Kept for the old reports.';\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (NONE, DUMP + COMMENT, []),
        (NONE + COMMENT, DUMP + COMMENT, []),
        (NONE + OTHER_COMMENT, DUMP + COMMENT, ["CHANGE_COMMENT"]),
        (NONE, NONE + COMMENT, ["CHANGE_COMMENT"]),
    ],
)
def test_a_comment_that_the_extension_brings(old: str, new: str, told: list[str]) -> None:
    differ = SchemaDiffer()
    for sides in ((old, new), (new, old)):
        assert [change.type for change in differ.compare(*sides).changes] == told


@pytest.mark.parametrize("postgres", [15], indirect=True)
def test_a_server_tells_which_version_it_has(postgres: Postgres) -> None:
    differ = SchemaDiffer()
    url = postgres.server.uri("postgres")

    def told(old: str, new: str) -> list[SchemaChange]:
        return list(differ.compare_exact(old, new, server=url).changes)

    (change,) = told(OLD, NEW)
    assert (change.type, change.old_value, change.new_value) == ("CHANGE_EXTENSION", "1.4", "1.6")
    (change,) = told(OLD, NONE)
    assert (change.type, change.old_value) == ("CHANGE_EXTENSION", "1.4")
    assert told(NONE, f"CREATE EXTENSION hstore VERSION '{change.new_value}';") == []
    # What is not the same in any spelling is loaded twice, with the same versions.
    view = "CREATE TABLE t (v varchar CHECK (v IN ('a', 'b')));\n"
    types = [change.type for change in told(OLD + view, NEW + view.replace("'b'", "'c'"))]
    assert types == ["CHANGE_EXTENSION", "ADD_CHECK_CONSTRAINT", "DROP_CHECK_CONSTRAINT"]
    assert told(NONE, with_versions(DUMP, {"hstore": "1.4"})) == []
