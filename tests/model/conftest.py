"""Servers that have loaded what a model is made from."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from .servers import is_installed, newer_server, older_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import psycopg

    from postgres import Server


class Postgres(NamedTuple):
    """A server of a major version, with an empty database of the name ``empty``."""

    version: int
    server: Server

    def roles(self) -> set[str]:
        """The names of all roles, which belong to all databases."""
        with self.server.connect("postgres") as connection:
            return {name for (name,) in connection.execute("SELECT rolname::text FROM pg_roles")}

    @contextmanager
    def loaded(self, text: str) -> Iterator[psycopg.Connection[Any]]:
        """A transaction in which a text was loaded; it is undone."""
        with self.server.connect("empty") as connection:
            connection.execute(text.encode())
            yield connection
            connection.rollback()


@pytest.fixture(scope="session")
def newer() -> Iterator[Server]:
    with newer_server() as server:
        yield server


@pytest.fixture(scope="session")
def older() -> Iterator[Server]:
    if not is_installed():
        pytest.skip("PostgreSQL 15 is not installed: Debian's package is postgresql-15")
    with older_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The server of the version that the test names."""
    version: int = request.param
    server: Server = request.getfixturevalue("newer" if version == 18 else "older")
    server.create_database("empty")
    return Postgres(version, server)
