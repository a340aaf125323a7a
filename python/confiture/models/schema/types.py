"""Types and domains."""

from __future__ import annotations

from confiture.artifacts import Artifact
from confiture.models.schema.parts import SchemaObject, Setting
from confiture.models.schema.tables import Constraint

__all__ = ["Attribute", "Domain", "Type"]


class Attribute(Artifact, frozen=True, kw_only=True):
    """An attribute of a composite type.

    Attributes:
        name: Its name, without quotes.
        type: Its type, as a column's.
        collation: Its collation, as a column's.
        comment: The comment on it.
    """

    name: str
    type: str
    collation: str | None = None
    comment: str | None = None


class Type(SchemaObject, frozen=True, kw_only=True):
    """A type that is neither a domain nor that of a table.

    Attributes:
        kind: ``enum``, ``composite``, ``range``, ``base`` or ``shell``.
        labels: The labels of an enum, in their order.
        attributes: The attributes of a composite type, in their order.
        options: What a range or a base type is defined by, such as ``subtype``, by name.
    """

    kind: str
    labels: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    options: tuple[Setting, ...] = ()


class Domain(SchemaObject, frozen=True, kw_only=True):
    """A domain.

    Attributes:
        type: The type it is over, as a column's.
        collation: Its collation, as a column's.
        is_not_null: Whether it refuses nulls.
        default: The expression of its default.
        constraints: Its checks and its not-null constraint, by name.
    """

    type: str
    collation: str | None = None
    is_not_null: bool = False
    default: str | None = None
    constraints: tuple[Constraint, ...] = ()
