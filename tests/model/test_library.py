"""The model of the example project is what a server has after loading its bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.core.builder import SchemaBuilder

from .comparing import compared, parsed

if TYPE_CHECKING:
    from confiture._interface import Engine

    from .conftest import Postgres

#: What the example does by code, so that it can be loaded again: the model takes it from statements.
BY_CODE = """
    CREATE ROLE library_owner NOLOGIN;
    CREATE ROLE library_desk NOLOGIN;
    CREATE ROLE library_cataloguer NOLOGIN;
    CREATE ROLE library_buyer NOLOGIN;
    CREATE ROLE library_member NOLOGIN;
    CREATE ROLE library_reporting NOLOGIN;
    CREATE ROLE library_web LOGIN NOINHERIT CONNECTION LIMIT 50;
"""

#: What else it does that is no definition: it fills a view, and makes what an extension is needed for where
#: there is one.
FILLED = ["view reporting.year_by_branch: has_data: True in the catalogue, False in the model"]
WITH_EXTENSION = ("about extension.pg_trgm:", "extension pg_trgm:", "index catalogue.title_trigram:")
ITS_INDEX = ("edge index catalogue.title_trigram ", "table catalogue.title: index title_trigram:")

PROJECT = Path(__file__).parents[2] / "examples" / "library"


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_the_model_of_the_example_is_what_a_server_has(engine: Engine, postgres: Postgres) -> None:
    text = BY_CODE + SchemaBuilder("local", PROJECT).build()
    model = parsed(engine, text)
    known_roles = postgres.roles()
    server = postgres.server
    server.create_database("library")
    try:
        server.load("library", text)
        with server.connect("library") as connection:
            ((has_extension,),) = connection.execute(
                "SELECT count(*) > 0 FROM pg_extension WHERE extname = 'pg_trgm'"
            )
            found = compared(model, connection, known_roles=known_roles)
            connection.rollback()
    finally:
        with server.connect("postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE library")
            for role in postgres.roles() - known_roles:
                connection.execute(f"DROP ROLE {role}")
    of_extension = [line for line in found if line.startswith((*WITH_EXTENSION, *ITS_INDEX))]
    assert len(of_extension) == (len(WITH_EXTENSION) + len(ITS_INDEX) if has_extension else 0)
    found = [line for line in found if line not in of_extension]
    assert found == FILLED, "\n".join(found)
