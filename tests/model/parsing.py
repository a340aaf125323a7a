"""Models of small texts, for tests that look at single parts of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.artifacts.schema import decode_model

if TYPE_CHECKING:
    from confiture._interface import Engine
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.tables import Table


def model_of(engine: Engine, text: str) -> SchemaModel:
    """The model of a text, every statement of which is modelled or passed."""
    model = decode_model(engine.parse_sql(text))
    assert [(kept.kind, kept.reason) for kept in model.opaque] == []
    return model


def any_model_of(engine: Engine, text: str) -> SchemaModel:
    """The model of a text."""
    return decode_model(engine.parse_sql(text))


def table_of(model: SchemaModel, name: str) -> Table:
    """A table by its name."""
    return next(table for table in model.tables if table.name == name)


def constraint_names(model: SchemaModel, name: str) -> list[str]:
    """The names of a table's constraints."""
    return [constraint.name for constraint in table_of(model, name).constraints]


def edges_of(model: SchemaModel) -> list[tuple[str, str, str]]:
    """Source, target and kind of each edge to something that the text defines."""
    return [(edge.source, edge.target, edge.kind) for edge in model.edges if edge.is_defined]


def undefined_of(model: SchemaModel) -> list[tuple[str, str, str]]:
    """Source, target and kind of each edge to something that the text does not define."""
    return [(edge.source, edge.target, edge.kind) for edge in model.edges if not edge.is_defined]
