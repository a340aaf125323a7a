"""Which objects of two models are one and the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from confiture.diffing.kinds import Entry
from confiture.models.schema.others import Extension, Schema
from confiture.models.schema.tables import Sequence, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from confiture.models.schema.parts import SchemaObject

__all__ = [
    "NEVER_RENAMED",
    "Key",
    "Rename",
    "goes_with",
    "identity_sequences",
    "is_temporary",
    "is_there_anyway",
    "key_of",
    "nameless",
    "untouched",
]

Key = tuple[str, str | None, str | None, tuple[str, ...] | None, str | None]


class Rename(NamedTuple):
    """What a text says was renamed.

    Attributes:
        called: The object as it is called now: ``table app.users``.
        old_name: What it, or its column, was called.
        column: What the column is called now, if it is one.
    """

    called: str
    old_name: str
    column: str | None = None


#: Kinds of which two objects without a definition are not one that was renamed.
NEVER_RENAMED = frozenset(("SCHEMA", "EXTENSION", "ROLE", "SHELL_TYPE", "CAST", "TRANSFORM", "USER_MAPPING"))


def key_of(entry: Entry) -> Key:
    """What no two objects of a model share: kinds that share their names are one kind."""
    identity = entry.identity
    if entry.noun == "INDEX":
        return (identity.kind, identity.schema, identity.name, None, None)
    kind = "view" if identity.kind == "materialized_view" else identity.kind
    kind = "function" if kind in ("procedure", "aggregate") else kind
    return (kind, identity.schema, identity.name, identity.arguments, identity.parent)


def nameless(entry: Entry) -> Any:
    """What an object is, whatever it is called."""
    item: Any = replace(entry.item, name="", owner=None, comment=None, privileges=None, place=None)
    if isinstance(item, Table):
        columns = tuple(
            replace(
                column,
                default="nextval" if (column.default or "").startswith("nextval('") else column.default,
                comment=None,
                privileges=None,
            )
            for column in item.columns
        )
        constraints = tuple(
            sorted(
                (replace(one, name="", place=None, comment=None) for one in item.constraints),
                key=repr,
            )
        )
        item = replace(item, columns=columns, constraints=constraints)
    arguments = None if entry.noun == "OPERATOR" else entry.identity.arguments
    return (entry.noun, arguments, item)


def is_there_anyway(entry: Entry) -> bool:
    """Whether every database has it: the schema ``public``, and PL/pgSQL."""
    called = (entry.noun, entry.identity.name)
    return called in (("SCHEMA", "public"), ("EXTENSION", "plpgsql"))


def is_temporary(entry: Entry) -> bool:
    """Whether it is gone with the session that made it."""
    return entry.identity.schema == "pg_temp"


def untouched(item: SchemaObject) -> SchemaObject:
    """What every database has, as nothing has changed it."""
    if isinstance(item, Extension):
        return item
    return Schema(name=item.name)


def identity_sequences(gone: Mapping[Key, Entry], come: Mapping[Key, Entry]) -> Iterator[tuple[Key, Key]]:
    """The sequences of the same identity columns: a column has one, whatever that is called."""
    by_column = {
        column: key for key, entry in come.items() if (column := _identity_column(entry.item)) is not None
    }
    for key, entry in gone.items():
        other = by_column.get(_identity_column(entry.item) or ("", "", ""))
        if other is not None:
            yield key, other


def _identity_column(item: SchemaObject) -> tuple[str | None, str, str | None] | None:
    if not isinstance(item, Sequence) or not item.is_identity or item.owned_by is None:
        return None
    return item.owned_by.schema, item.owned_by.name, item.owned_by_column


def goes_with(
    entry: Entry,
    tables: Collection[tuple[str | None, str]],
    table_of: Callable[[str | None, str], Table | None],
) -> bool:
    """Whether a sequence comes or goes with the column that owns it.

    Args:
        entry: What comes or goes.
        tables: The tables that come or go with it.
        table_of: Finds a table of the other model.
    """
    item = entry.item
    if not isinstance(item, Sequence) or item.owned_by is None:
        return False
    owner = (item.owned_by.schema, item.owned_by.name)
    table = table_of(*owner)
    if table is None:
        return owner in tables
    return item.is_identity or all(column.name != item.owned_by_column for column in table.columns)
