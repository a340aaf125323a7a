"""Objects without what they have anyway, so that a text may say it or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from confiture.models.schema.others import Schema
from confiture.models.schema.routines import Policy, Routine
from confiture.models.schema.tables import Index, Table, View

if TYPE_CHECKING:
    from confiture.models.schema.parts import SchemaObject

__all__ = ["without_defaults"]

#: What a routine costs where nothing is said, and how many rows a set of it is taken to have
#: (`compute_common_attribute`).
_COST, _COST_OF_C, _ROWS = "100", "1", "1000"
#: Where tables and indexes are, and how tables are kept, unless a database was told otherwise.
_TABLESPACE, _ACCESS_METHOD = "pg_default", "heap"
#: What a new database says of its schema.
_OF_PUBLIC = "standard public schema"
_RUNNING = frozenset(("current_user", "current_role", "session_user"))


def without_defaults(item: SchemaObject, runner: str | None = None) -> SchemaObject:
    """An object without what it has anyway.

    Args:
        item: The object.
        runner: Who runs its text, if that is known.
    """
    if isinstance(item, Routine):
        cost = _COST_OF_C if item.language in ("c", "internal") else _COST
        return replace(
            item,
            cost=None if item.cost == cost else item.cost,
            rows=None if item.rows == _ROWS else item.rows,
        )
    if isinstance(item, Schema) and (item.name, item.comment) == ("public", _OF_PUBLIC):
        return replace(item, comment=None)
    if isinstance(item, Policy) and runner is not None:
        roles = {runner if role in _RUNNING else role for role in item.roles}
        return replace(item, roles=tuple(sorted(roles)))
    if isinstance(item, Table | Index | View):
        return _where_it_is(item)
    return item


def _where_it_is(item: Table | Index | View) -> SchemaObject:
    values: dict[str, Any] = {}
    if item.tablespace == _TABLESPACE:
        values["tablespace"] = None
    if isinstance(item, Table | View) and item.access_method == _ACCESS_METHOD:
        values["access_method"] = None
    if isinstance(item, Table) and any(one.tablespace == _TABLESPACE for one in item.constraints):
        values["constraints"] = tuple(
            replace(one, tablespace=None) if one.tablespace == _TABLESPACE else one
            for one in item.constraints
        )
    return replace(item, **values) if values else item
