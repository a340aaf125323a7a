"""Servers that have loaded what a model is made from."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from .servers import is_installed, newer_server, older_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import psycopg

    from postgres import Server


class Postgres(NamedTuple):
    """A server of a major version, and one connection to an empty database for all tests.

    A connection that is there already knows the catalogues: a new one reads them for longer than the rest of
    a test takes.
    """

    version: int
    server: Server
    connection: psycopg.Connection[Any]

    def roles(self) -> set[str]:
        """The names of all roles, which belong to all databases."""
        names = {name for (name,) in self.connection.execute("SELECT rolname::text FROM pg_roles")}
        self.connection.rollback()
        return names

    @contextmanager
    def loaded(self, text: str) -> Iterator[psycopg.Connection[Any]]:
        """A transaction in which a text was loaded; it is undone."""
        try:
            self.connection.execute(text.encode())
            yield self.connection
        finally:
            self.connection.rollback()


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[int, Postgres]]:
    """Servers by their versions, each started when a test first asks for it."""
    with ExitStack() as started:
        yield _Started(started)


class _Started(dict[int, Postgres]):
    def __init__(self, started: ExitStack) -> None:
        super().__init__()
        self._started = started

    def __missing__(self, version: int) -> Postgres:
        server = self._started.enter_context(newer_server() if version == 18 else older_server())
        server.create_database("empty")
        connection = self._started.enter_context(server.connect("empty"))
        self[version] = Postgres(version, server, connection)
        return self[version]


@pytest.fixture
def postgres(request: pytest.FixtureRequest, servers: dict[int, Postgres]) -> Postgres:
    """The server of the version that the test names."""
    if request.param != 18 and not is_installed():
        pytest.skip("PostgreSQL 15 is not installed: Debian's package is postgresql-15")
    return servers[request.param]
