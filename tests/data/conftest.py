"""Two connections each to an empty DuckDB file and to an empty schema of a real PostgreSQL."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from confiture.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from postgres import Server

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def data_database(server: Server) -> str:
    """The URL of a database of the server."""
    return server.uri(server.create_database("data"))


@pytest.fixture(params=["duckdb", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty place in each of the two databases."""
    if request.param == "duckdb":
        return f"duckdb:///{tmp_path / 'data.duckdb'}"
    return _own_schema(request.getfixturevalue("data_database"))


def _own_schema(url: str) -> str:
    schema = f"place_{next(_NUMBERS)}"
    with Warehouse.from_url(url) as warehouse:
        warehouse.execute(f"CREATE SCHEMA {schema}")
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"


@pytest.fixture
def warehouse(url: str) -> Iterator[Warehouse]:
    """A connection to write with, and to compare in."""
    with Warehouse.from_url(url) as opened:
        yield opened


@pytest.fixture
def second(url: str, warehouse: Warehouse) -> Iterator[Warehouse]:
    """Another connection to the same place."""
    with Warehouse.from_url(url) as opened:
        yield opened


@pytest.fixture
def both(data_database: str, tmp_path: Path) -> Iterator[tuple[Warehouse, Warehouse]]:
    """A DuckDB file, and a schema in PostgreSQL."""
    with (
        Warehouse.from_url(f"duckdb:///{tmp_path / 'first.duckdb'}") as duckdb,
        Warehouse.from_url(_own_schema(data_database)) as postgresql,
    ):
        yield duckdb, postgresql
