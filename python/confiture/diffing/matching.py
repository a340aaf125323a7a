"""Which objects of two models are one and the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from confiture.diffing.kinds import Entry
from confiture.models.schema.others import Extension, Schema
from confiture.models.schema.parts import QualifiedName
from confiture.models.schema.routines import Routine
from confiture.models.schema.tables import Sequence, Table, View
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import SchemaObject

__all__ = [
    "NEVER_RENAMED",
    "Key",
    "Rename",
    "goes_with",
    "homes_of",
    "is_there_anyway",
    "key_of",
    "moved_entry",
    "nameless",
    "untouched",
    "without_defaults",
    "without_recursion",
]

Key = tuple[str, str | None, str | None, tuple[str, ...] | None, str | None]


#: What a routine costs where nothing is said, and how many rows a set of it is taken to have.
_COST, _COST_OF_C, _ROWS = "100", "1", "1000"


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


def moved_entry(entry: Entry, moved: Mapping[tuple[str | None, str], str]) -> Entry:
    """An object with the new names of renamed tables."""
    item: Any = entry.item
    values: dict[str, Any] = {}
    table = getattr(item, "table", None)
    if isinstance(table, str) and (item.schema, table) in moved:
        values["table"] = moved[item.schema, table]
    for field in ("references", "owned_by", "parent"):
        name = getattr(item, field, None)
        if isinstance(name, QualifiedName) and (name.schema, name.name) in moved:
            values[field] = replace(name, name=moved[name.schema, name.name])
    if isinstance(item, Table):
        values["constraints"] = tuple(
            replace(
                one,
                references=replace(one.references, name=moved[one.references.schema, one.references.name]),
            )
            if one.references is not None and (one.references.schema, one.references.name) in moved
            else one
            for one in item.constraints
        )
    if not values:
        return entry
    identity = entry.identity
    if "table" in values and identity.parent is not None:
        identity = replace(identity, parent=values["table"])
    return entry._replace(item=replace(item, **values), identity=identity)


def is_there_anyway(entry: Entry) -> bool:
    """Whether every database has it: the schema ``public``, and PL/pgSQL."""
    called = (entry.noun, entry.identity.name)
    return called in (("SCHEMA", "public"), ("EXTENSION", "plpgsql"))


def untouched(item: SchemaObject) -> SchemaObject:
    """What every database has, as nothing has changed it."""
    if isinstance(item, Extension):
        return item
    return Schema(name=item.name)


def goes_with(entry: Entry, others: Iterable[Entry], model: SchemaModel) -> bool:
    """Whether a sequence comes or goes with the column that owns it."""
    item = entry.item
    if not isinstance(item, Sequence) or item.owned_by is None:
        return False
    owner = (item.owned_by.schema, item.owned_by.name)
    for table in model.tables:
        if (table.schema, table.name) == owner:
            if item.is_identity:
                return True
            return all(column.name != item.owned_by_column for column in table.columns)
    return any(isinstance(one.item, Table) and (one.item.schema, one.item.name) == owner for one in others)


def homes_of(models: Iterable[SchemaModel]) -> dict[str, str]:
    """The schemas of routines and types whose names no two schemas have."""
    found: dict[str, set[str]] = {}
    for model in models:
        for one in (*model.routines, *model.aggregates, *model.types, *model.domains):
            if one.schema is not None:
                found.setdefault(one.name, set()).add(one.schema)
    return {name: schemas.pop() for name, schemas in found.items() if len(schemas) == 1}


def without_defaults(item: SchemaObject) -> SchemaObject:
    """A routine without the cost and the number of rows that it has anyway (``compute_common_attribute``)."""
    if not isinstance(item, Routine):
        return item
    cost = _COST_OF_C if item.language in ("c", "internal") else _COST
    return replace(
        item,
        cost=None if item.cost == cost else item.cost,
        rows=None if item.rows == _ROWS else item.rows,
    )


def without_recursion(item: SchemaObject) -> SchemaObject:
    """A recursive view as the query that the server makes of it (``makeRecursiveViewSelect``)."""
    if not isinstance(item, View) or not item.is_recursive:
        return item
    columns = ", ".join(map(quoted, item.columns))
    name = quoted(item.name)
    query = f"with recursive {name}({columns}) as ({item.query}) select {columns} from {name}"
    return replace(item, query=query, columns=(), is_recursive=False)
