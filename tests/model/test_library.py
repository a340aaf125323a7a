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
            found = compared(model, connection, known_roles=known_roles)
            connection.rollback()
    finally:
        with server.connect("postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE library")
            for role in postgres.roles() - known_roles:
                connection.execute(f"DROP ROLE {role}")
    assert not found, "\n".join(found)
