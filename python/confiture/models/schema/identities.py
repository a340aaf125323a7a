"""What the objects of a model are called, as its edges call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.models.schema.others import Definition, Extension, Role, Schema
from confiture.models.schema.routines import Aggregate, EventTrigger, Policy, Routine, Rule, Trigger
from confiture.models.schema.tables import Index, Sequence, Table, View
from confiture.models.schema.types import Domain, Type
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.models.schema.parts import SchemaObject
    from confiture.models.schema.routines import Argument

__all__ = ["identity_of"]

_KINDS: dict[type[SchemaObject], str] = {
    Schema: "schema",
    Extension: "extension",
    Role: "role",
    Type: "type",
    Domain: "domain",
    Sequence: "sequence",
    Table: "table",
    Index: "index",
    View: "view",
    Routine: "function",
    Aggregate: "aggregate",
    Trigger: "trigger",
    EventTrigger: "event_trigger",
    Policy: "policy",
    Rule: "rule",
}
_GIVEN = ("in", "inout", "variadic")


def identity_of(item: SchemaObject) -> Identity:
    """The identity of an object of a model; its text is what edges call the object.

    Examples:
        >>> from confiture import parse_sql
        >>> model = parse_sql("CREATE FUNCTION f(a int, OUT b int) LANGUAGE sql AS 'SELECT a';")
        >>> str(identity_of(model.routines[0]))
        'function public.f(integer)'
    """
    kind, schema = _KINDS.get(type(item), ""), item.schema
    arguments: tuple[str, ...] | None = None
    parent: str | None = None
    if isinstance(item, Definition):
        kind, arguments, parent = item.kind, item.arguments, item.parent
    elif isinstance(item, Table):
        kind = "foreign_table" if item.is_foreign else "table"
    elif isinstance(item, View):
        kind = "materialized_view" if item.is_materialized else "view"
    elif isinstance(item, Routine):
        kind = "procedure" if item.is_procedure else "function"
        arguments = _given(item.arguments)
    elif isinstance(item, Aggregate):
        arguments = _given(item.arguments) + _sorted_by(item)
    elif isinstance(item, (Trigger, Policy, Rule)):
        parent = item.table
    elif isinstance(item, Extension):
        # Its schema is that of its objects; it is in none itself.
        schema = None
    return Identity(kind=kind, schema=schema, name=item.name, arguments=arguments, parent=parent)


def _given(arguments: Iterable[Argument]) -> tuple[str, ...]:
    return tuple(argument.type for argument in arguments if argument.mode in _GIVEN)


def _sorted_by(aggregate: Aggregate) -> tuple[str, ...]:
    """The types that an aggregate sorts by; a variadic one that it takes too counts once."""
    types = _given(aggregate.ordered_arguments or ())
    last = aggregate.arguments[-1:]
    if last and last[0].mode == "variadic" and types == (last[0].type,):
        return ()
    return types
