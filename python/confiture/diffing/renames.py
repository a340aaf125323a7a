"""What certain renames change in everything else that names a table or a column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from confiture.models.schema.parts import QualifiedName
from confiture.models.schema.tables import Constraint, Index, IndexKey, Sequence, Table
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from confiture.diffing.kinds import Entry

__all__ = ["Renames", "renamed_entry"]

#: A table's schema and name.
Home = tuple[str | None, str]


class Renames(NamedTuple):
    """What has another name now.

    Attributes:
        relations: New names of tables and views, by their schemas and old names.
        columns: New names of columns by their old ones, by their tables' schemas and old names.
    """

    relations: Mapping[Home, str] = {}
    columns: Mapping[Home, Mapping[str, str]] = {}

    def of_columns(self, schema: str | None, table: str) -> Mapping[str, str]:
        """New names of the columns of a table, by their old ones."""
        return self.columns.get((schema, table), {})

    def old_name(self, schema: str | None, name: str) -> str:
        """What a table that is called so now was called."""
        for (home, old), new in self.relations.items():
            if (home, new) == (schema, name):
                return old
        return name

    def names(self) -> list[tuple[str, ...]]:
        """Names of which all are in what refers to one that was renamed."""
        return [(name,) for _, name in self.relations] + [
            (table, column) for (_, table), columns in self.columns.items() for column in columns
        ]


def renamed_entry(entry: Entry, renames: Renames) -> Entry:
    """An object of the old model with the new names of what it refers to.

    Its own name, and those of its own columns, stay.
    """
    item: Any = entry.item
    values: dict[str, Any] = {}
    for field in ("references", "owned_by", "parent"):
        name = getattr(item, field, None)
        if isinstance(name, QualifiedName):
            values[field] = _moved(name, renames)
    if isinstance(item, Table):
        values["constraints"] = tuple(_constraint(one, item, renames) for one in item.constraints)
        values["inherits"] = tuple(_moved(name, renames) for name in item.inherits)
        if item.partition_of is not None:
            parent = _moved(item.partition_of.parent, renames)
            values["partition_of"] = replace(item.partition_of, parent=parent)
        if item.partition_by is not None:
            values["partition_by"] = _in_text(item.partition_by, renames.of_columns(item.schema, item.name))
    if isinstance(item, Sequence) and item.owned_by is not None and item.owned_by_column is not None:
        own = renames.of_columns(item.owned_by.schema, item.owned_by.name)
        values["owned_by_column"] = own.get(item.owned_by_column, item.owned_by_column)
    table = getattr(item, "table", None)
    if isinstance(table, str):
        own = renames.of_columns(item.schema, table)
        if isinstance(item, Index):
            values["keys"] = renamed_keys(item.keys, own)
        for field in ("include", "update_columns"):
            if hasattr(item, field):
                values[field] = tuple(own.get(name, name) for name in getattr(item, field))
        values["table"] = renames.relations.get((item.schema, table), table)
    if not values:
        return entry
    identity = entry.identity
    if "table" in values and identity.parent is not None:
        identity = replace(identity, parent=values["table"])
    return entry._replace(item=replace(item, **values), identity=identity)


def _moved(name: QualifiedName, renames: Renames) -> QualifiedName:
    new = renames.relations.get((name.schema, name.name))
    return name if new is None else replace(name, name=new)


def _constraint(one: Constraint, table: Table, renames: Renames) -> Constraint:
    own = renames.of_columns(table.schema, table.name)
    values: dict[str, Any] = {
        field: tuple(own.get(name, name) for name in getattr(one, field))
        for field in ("columns", "include", "on_delete_columns")
    }
    if one.references is not None:
        there = renames.of_columns(one.references.schema, one.references.name)
        values["references"] = _moved(one.references, renames)
        values["referenced_columns"] = tuple(there.get(name, name) for name in one.referenced_columns)
    return replace(one, keys=renamed_keys(one.keys, own), **values)


def renamed_keys(keys: Iterable[IndexKey], columns: Mapping[str, str]) -> tuple[IndexKey, ...]:
    """Keys with the new names of columns; what is no column alone stays."""
    new = {quoted(name): quoted(other) for name, other in columns.items()}
    return tuple(
        replace(key, expression=new.get(key.expression, key.expression)) if key.is_column else key
        for key in keys
    )


def _in_text(text: str, columns: Mapping[str, str]) -> str:
    """How a table is partitioned, with the new names of columns."""
    new = {quoted(name): quoted(other) for name, other in columns.items()}
    if not new:
        return text
    names = "|".join(map(re.escape, new))
    return re.sub(rf'(?<![\w".$]){"(?:" + names + ")"}(?![\w".$(])', lambda match: new[match[0]], text)
