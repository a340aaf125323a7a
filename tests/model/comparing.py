"""A model and a server that has loaded the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from confiture.models.schema.model import SchemaModel
from engines import LOADED

from .catalogue import Catalogue, differences
from .edges import edge_differences, edges_of_catalogue
from .model_rows import rows_of_model
from .reading import read
from .spelling import misspellings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    import psycopg

    from confiture._interface import Engine

__all__ = ["Comparison", "agreed", "compared", "parsed"]


def parsed(engine: Engine, text: str) -> SchemaModel:
    """The model of a text."""
    return msgspec.msgpack.decode(engine.parse_sql(text), type=SchemaModel)


def agreed(text: str) -> SchemaModel:
    """The model of a text, of which all engines write the same document."""
    first, *others = (engine.parse_sql(text) for engine in LOADED.values())
    assert all(other == first for other in others)
    return msgspec.msgpack.decode(first, type=SchemaModel)


class Comparison:
    """A server that has loaded a text, to compare models of the text with.

    Args:
        connection: A transaction in which the text was loaded.
        known_roles: Roles that were there before the text.
    """

    def __init__(self, connection: psycopg.Connection[Any], known_roles: Collection[str] = ()) -> None:
        self._catalogue = Catalogue(connection, known_roles)
        self._rows = read(self._catalogue)
        self._edges = edges_of_catalogue(self._catalogue)

    def differences(
        self, model: SchemaModel, *, path: str | None = None, stale: Collection[str] = ()
    ) -> Iterator[str]:
        """All that is not the same, in a line each: rows, then edges, then expressions.

        Args:
            model: The model.
            path: The search path that expressions are read along, if it is not all schemas.
            stale: What has expressions that cannot be read again.

        Raises:
            AssertionError: What is said to be stale is not.
        """
        yield from differences(self._rows, rows_of_model(model, self._catalogue))
        yield from edge_differences(model, self._catalogue, self._edges)
        misspelt = misspellings(model, self._catalogue, path=path)
        for called in stale:
            assert any(line.startswith(f"{called}: ") for line in misspelt), f"{called} is not stale"
            misspelt = [line for line in misspelt if not line.startswith(f"{called}: ")]
        yield from misspelt


def compared(
    model: SchemaModel,
    connection: psycopg.Connection[Any],
    *,
    known_roles: Collection[str] = (),
    path: str | None = None,
    stale: Collection[str] = (),
) -> list[str]:
    """All differences between a model and what a connection has loaded."""
    return list(Comparison(connection, known_roles).differences(model, path=path, stale=stale))
