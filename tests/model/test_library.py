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

PROJECT = Path(__file__).parents[2] / "examples" / "library"


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_the_model_of_the_example_is_what_a_server_has(engine: Engine, postgres: Postgres) -> None:
    text = SchemaBuilder("local", PROJECT).build()
    model = parsed(engine, text)
    known_roles = postgres.roles()
    postgres.server.create_database("library")
    postgres.server.load("library", text)
    with postgres.server.connect("library") as connection:
        found = compared(model, connection, known_roles=known_roles)
        connection.rollback()
    assert not found, "\n".join(found)
