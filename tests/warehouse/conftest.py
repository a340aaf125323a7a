"""A store in an empty DuckDB file, and one in a schema of its own on a real PostgreSQL."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from confiture.warehouse import MetadataStore, Warehouse
from warehouse.support import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from postgres import Server

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def metadata_database(server: Server) -> str:
    """The URL of an empty database of the server."""
    return server.uri(server.create_database("metadata"))


@pytest.fixture(params=["duckdb", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where no store is yet: in each of the two databases."""
    schema = f'of "{request.param}" %s : {next(_NUMBERS)}'
    if request.param == "duckdb":
        return Place(f"duckdb:///{tmp_path / 'metadata.duckdb'}", schema)
    return Place(request.getfixturevalue("metadata_database"), schema)


@pytest.fixture
def store(place: Place) -> Iterator[MetadataStore]:
    """A store that is not made yet."""
    with Warehouse.from_url(place.url) as warehouse:
        yield MetadataStore(warehouse, place.schema)
