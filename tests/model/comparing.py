"""A model and a server that has loaded the same text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from confiture.models.schema.model import SchemaModel

from .catalogue import Catalogue, differences
from .edges import edge_differences
from .model_rows import rows_of_model
from .reading import read
from .spelling import misspellings

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    import psycopg

    from confiture._interface import Engine

__all__ = ["compared", "parsed"]


def parsed(engine: Engine, text: str) -> SchemaModel:
    """The model of a text."""
    return msgspec.msgpack.decode(engine.parse_sql(text), type=SchemaModel)


def compared(
    model: SchemaModel,
    connection: psycopg.Connection[Any],
    *,
    known_roles: Collection[str] = (),
    path: str | None = None,
    stale: Collection[str] = (),
) -> list[str]:
    """All that is not the same, in a line each: rows, expressions, edges.

    Args:
        model: The model of the text.
        connection: A transaction in which the text was loaded.
        known_roles: Roles that were there before the text.
        path: The search path that expressions are read along, if it is not all schemas.
        stale: What has expressions that cannot be read again.

    Raises:
        AssertionError: What is said to be stale is not.
    """
    catalogue = Catalogue(connection, known_roles)
    found = differences(read(catalogue), rows_of_model(model, catalogue))
    misspelt = misspellings(model, catalogue, path=path)
    for called in stale:
        assert any(line.startswith(f"{called}: ") for line in misspelt), f"{called} is not stale"
        misspelt = [line for line in misspelt if not line.startswith(f"{called}: ")]
    return found + misspelt + edge_differences(model, catalogue)
