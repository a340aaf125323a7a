"""Imitations of vendors' drivers: what they document of stopping queries and of Arrow, over DuckDB.

A query that is stopped really stops, and only by what the vendor's server would stop it by.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pyarrow
from duckdb_engine import ConnectionWrapper, CursorWrapper
from duckdb_engine import Dialect as DuckDialect
from sqlalchemy import create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.pool import NullPool

from confiture.warehouse import Warehouse
from confiture.warehouse.addresses import Address
from confiture.warehouse.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SECRET", "ImitatedServer", "imitation"]

SECRET = "hunter2hunter2"


class ImitatedServer:
    """What all connections of a test have in common.

    Attributes:
        sessions: The connections by the number that the server has for each.
        told: What the server was told to stop.
        deaf: How often it does nothing when it is told.
        is_down: Whether it cannot be told anything.
    """

    def __init__(self) -> None:
        self.sessions: dict[int, duckdb.DuckDBPyConnection] = {}
        self.told: list[str] = []
        self.deaf = 0
        self.is_down = False
        self._numbers = itertools.count(7)

    def connect(self, client: _Client | None) -> _Driver:
        """A new connection."""
        if self.is_down and self.sessions:
            raise duckdb.IOException(f"no answer, password={SECRET}")
        number = next(self._numbers)
        connection = self.sessions[number] = duckdb.connect()
        return _Driver(connection, self, number, client)

    def stop(self, told: str, number: int) -> None:
        """Stop what a connection runs."""
        if self.is_down:
            raise OSError(f"no answer, password={SECRET}")
        self.told.append(told)
        if len(self.told) > self.deaf:
            self.sessions[number].interrupt()


class _Driver(ConnectionWrapper):  # type: ignore[misc]
    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        server: ImitatedServer,
        number: int,
        client: _Client | None,
    ) -> None:
        super().__init__(connection)
        self._parts = connection, server, number, client

    @property
    def session_id(self) -> int:
        return self._parts[2]

    def get_backend_pid(self) -> int:
        return self._parts[2]

    def cursor(self) -> _Cursor:
        connection, server, number, client = self._parts
        if client is not None:
            client.jobs.append(_Job(server, number, dict(client.default_query_job_config.labels)))
        return _Cursor(connection, self, server, number)


class _Cursor(CursorWrapper):  # type: ignore[misc]
    def __init__(
        self, connection: duckdb.DuckDBPyConnection, driver: _Driver, server: ImitatedServer, number: int
    ) -> None:
        super().__init__(connection, driver)
        self._parts = connection, server, number

    def execute(self, statement: str, *arguments: Any) -> None:
        stopping = re.fullmatch(r"SELECT (pg_cancel_backend|SYSTEM\$CANCEL_ALL_QUERIES)\((\d+)\)", statement)
        if stopping:
            self._parts[1].stop(statement, int(stopping[2]))
        else:
            super().execute(statement, *arguments)

    def cancel(self) -> None:
        self._parts[1].stop("cursor.cancel", self._parts[2])

    def to_arrow(self) -> pyarrow.Table:
        rows = self._parts[0].fetchall()
        names = [column[0] for column in self._parts[0].description or ()]
        return pyarrow.table({name: [row[index] for row in rows] for index, name in enumerate(names)})

    def fetch_arrow_all(self, force_return_table: bool = False) -> pyarrow.Table | None:
        table = self.to_arrow()
        return table if table.num_rows or force_return_table else None

    def fetchall_arrow(self) -> pyarrow.Table:
        return self.to_arrow()

    @property
    def query_job(self) -> _Cursor:
        return self


class _Labels:
    def __init__(self) -> None:
        self.labels: dict[str, str] = {"team": "data"}


class _Job(NamedTuple):
    server: ImitatedServer
    number: int
    labels: dict[str, str]
    state: str = "RUNNING"

    def cancel(self) -> None:
        self.server.stop(f"job of {self.labels['team']}", self.number)


class _Client:
    def __init__(self, server: ImitatedServer) -> None:
        self.default_query_job_config = _Labels()
        self.jobs: list[_Job] = []
        self._server = server

    def list_jobs(self, *, min_creation_time: Any) -> Iterator[_Job]:
        assert min_creation_time.tzinfo is not None
        done = self.jobs[:-1]
        yield from (job._replace(state="DONE") for job in done)
        yield _Job(self._server, -1, {"team": "others", "confiture_connection": "another"})
        yield _Job(self._server, -1, {})
        yield self.jobs[-1]


class Dialect(DuckDialect):  # type: ignore[misc]
    """DuckDB's SQL, and the connections of an imitated server."""

    supports_statement_cache = False

    def connect(self, *_: Any, server: ImitatedServer, client: _Client | None = None, **__: Any) -> Any:
        return server.connect(client)


registry.register("imitated", __name__, "Dialect")


def imitation(dialect: str) -> tuple[Warehouse, ImitatedServer]:
    """A warehouse that is taken for one of this kind, and its server."""
    server = ImitatedServer()
    arguments: dict[str, Any] = {"server": server}
    if dialect == "bigquery":
        arguments["client"] = _Client(server)
    address = Address(
        dialect,
        f"{dialect}://user@host",
        Secrets([SECRET]),
        lambda: create_engine("imitated:///:memory:", connect_args=arguments, poolclass=NullPool),
    )
    return Warehouse(address), server
