"""A database with the example project in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from confiture.core.builder import SchemaBuilder
from postgres import Server

from .library import PROJECT, Session


@pytest.fixture(scope="session")
def library(server: Server) -> str:
    """The name of a database with the whole bundle in it, loaded by a superuser."""
    name = server.create_database("library")
    server.load(name, SchemaBuilder("local", PROJECT).build())
    return name


@pytest.fixture
def db(server: Server, library: str) -> Iterator[Session]:
    with server.connect(library) as connection:
        yield Session(connection)
        connection.rollback()
