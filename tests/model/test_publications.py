"""What the model says of a publication makes the same one anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .comparing import parsed
from .script import SCRIPTS

if TYPE_CHECKING:
    from confiture._interface import Engine

    from .conftest import Postgres

(_SCRIPT,) = (script.sql for script in SCRIPTS if script.name == "publications that change")

_PUBLISHED = """
    SELECT pubname, puballtables, pubinsert, pubupdate, pubdelete, pubtruncate, pubviaroot,
        (SELECT array_agg(concat_ws(' ', prrelid::regclass, prattrs, pg_get_expr(prqual, prrelid))
            ORDER BY prrelid::regclass::text) FROM pg_publication_rel WHERE prpubid = p.oid),
        (SELECT array_agg(pnnspid::regnamespace::text ORDER BY 1) FROM pg_publication_namespace
            WHERE pnpubid = p.oid)
    FROM pg_publication AS p ORDER BY pubname
"""


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_a_publication_is_what_its_clauses_make(engine: Engine, postgres: Postgres) -> None:
    definitions = [item for item in parsed(engine, _SCRIPT).definitions if item.kind == "publication"]
    assert [(item.name, item.changes) for item in definitions] == [(name, ()) for name in "apqr"]
    with postgres.loaded(_SCRIPT) as connection:
        wanted = connection.execute(_PUBLISHED).fetchall()
        for item in definitions:
            connection.execute(f"DROP PUBLICATION {item.name}".encode())
            connection.execute(f"CREATE PUBLICATION {item.name} {item.clauses}".encode())
        assert connection.execute(_PUBLISHED).fetchall() == wanted


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("CREATE PUBLICATION p FOR TABLE t, TABLE u; DROP TABLE u;", "for table t"),
        ("CREATE PUBLICATION p FOR TABLE t, u; DROP TABLE t, u;", ""),
        (
            "CREATE PUBLICATION p FOR TABLE public.t, u WITH (a = 1); DROP TABLE t;",
            "for table u with (a = 1)",
        ),
        ("CREATE PUBLICATION p; ALTER PUBLICATION p ADD TABLE u, t (a); DROP TABLE u;", "for table t(a)"),
        ("CREATE PUBLICATION p FOR TABLE t; ALTER PUBLICATION p DROP TABLE public.t;", ""),
        ("CREATE PUBLICATION p FOR TABLE t; ALTER TABLE t RENAME TO x; DROP TABLE x;", ""),
        ("CREATE PUBLICATION p FOR TABLE t; ALTER PUBLICATION p SET TABLE u;", "for table u"),
        ("CREATE PUBLICATION p FOR TABLE u, t;", "for table t, u"),
        (
            "CREATE PUBLICATION p FOR TABLES IN SCHEMA public, TABLE u, t WITH (a);",
            "for table t, u, tables in schema public with (a)",
        ),
        ("CREATE PUBLICATION p FOR ALL TABLES; ALTER PUBLICATION p SET (a);", "for all tables with (a)"),
    ],
)
def test_a_publication_is_of_what_is_left(engine: Engine, text: str, clauses: str) -> None:
    model = parsed(engine, f"CREATE TABLE t (a int); CREATE TABLE u (a int); {text}")
    (publication,) = model.definitions
    assert (publication.clauses, publication.changes) == (clauses, ())
    targets = {edge.target for edge in model.edges if edge.source == "publication p"}
    tables = {f"table public.{name}" for name in "tu" if f"table {name}" in clauses or f", {name}" in clauses}
    assert targets == tables
