"""The kinds of objects that a model has, as a comparison of two models goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture.models.sql_names import quoted
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import SchemaObject
    from confiture.models.schema.routines import Argument

__all__ = [
    "OF_CLUSTERS",
    "OWNED",
    "OWNED_KINDS",
    "REPLACED",
    "UNOWNED",
    "Entry",
    "entries_of",
    "shown_name",
]

#: Kinds of which PostgreSQL replaces a whole definition.
REPLACED = frozenset(
    (
        *("VIEW", "MATERIALIZED_VIEW", "FUNCTION", "PROCEDURE", "AGGREGATE"),
        *("TRIGGER", "EVENT_TRIGGER", "POLICY", "RULE"),
    )
)
#: Kinds of objects that no database holds.
OF_CLUSTERS = frozenset(("role", "tablespace", "database"))
#: Kinds whose owners a dump names.
OWNED = frozenset(
    (
        *(
            "TABLE",
            "FOREIGN_TABLE",
            "VIEW",
            "MATERIALIZED_VIEW",
            "FUNCTION",
            "PROCEDURE",
            "AGGREGATE",
            "DOMAIN",
        ),
        *("ENUM_TYPE", "COMPOSITE_TYPE", "RANGE_TYPE", "BASE_TYPE", "EVENT_TRIGGER"),
    )
)
#: The parts of a model that hold them.
OWNED_KINDS = ("tables", "views", "routines", "aggregates", "domains", "types", "event_triggers")
#: Kinds that have no owner of their own.
UNOWNED = frozenset(
    (
        "INDEX",
        "TRIGGER",
        "POLICY",
        "RULE",
        "ROLE",
        "CAST",
        "TRANSFORM",
        "USER_MAPPING",
        "EXTENSION",
        "ACCESS_METHOD",
    )
)

_INPUT_MODES = ("in", "inout", "variadic")
_TYPE_NOUNS = {
    "enum": "ENUM_TYPE",
    "composite": "COMPOSITE_TYPE",
    "range": "RANGE_TYPE",
    "base": "BASE_TYPE",
    "shell": "SHELL_TYPE",
}


class Entry(NamedTuple):
    """An object with what it is called.

    Attributes:
        noun: What types of changes call its kind, such as ``MATERIALIZED_VIEW``.
        identity: What it is.
        item: The object of the model.
    """

    noun: str
    identity: Identity
    item: SchemaObject

    @property
    def relation(self) -> str:
        """The table it belongs to, or itself, with its schema unless that is ``public``."""
        identity = self.identity
        name = identity.parent if identity.kind in ("index", "trigger", "policy", "rule") else identity.name
        return shown_name(identity.schema, name or "")


def shown_name(schema: str | None, name: str) -> str:
    """A name with its schema, unless that is ``public``."""
    return quoted(name) if schema in (None, "public") else f"{quoted(schema or '')}.{quoted(name)}"


def entries_of(model: SchemaModel) -> Iterator[Entry]:
    """The objects of a model, kind by kind in the order in which a reader looks for them."""
    for kind, items in (("schema", model.schemas), ("extension", model.extensions), ("role", model.roles)):
        for item in items:
            yield Entry(kind.upper(), Identity(kind=kind, name=item.name), item)
    for one in model.types:
        yield _plain(_TYPE_NOUNS[one.kind], "type", one)
    for domain in model.domains:
        yield _plain("DOMAIN", "domain", domain)
    for table in model.tables:
        yield _plain("FOREIGN_TABLE" if table.is_foreign else "TABLE", "table", table)
    for sequence in model.sequences:
        yield _plain("SEQUENCE", "sequence", sequence)
    for index in model.indexes:
        identity = Identity(kind="index", schema=index.schema, name=index.name, parent=index.table)
        yield Entry("INDEX", identity, index)
    for view in model.views:
        kind = "materialized_view" if view.is_materialized else "view"
        yield _plain(kind.upper(), kind, view)
    for routine in model.routines:
        kind = "procedure" if routine.is_procedure else "function"
        yield _called(kind, routine, routine.arguments)
    for aggregate in model.aggregates:
        yield _called("aggregate", aggregate, aggregate.arguments + (aggregate.ordered_arguments or ()))
    for kind, parts in (("trigger", model.triggers), ("policy", model.policies), ("rule", model.rules)):
        for part in parts:
            identity = Identity(kind=kind, schema=part.schema, name=part.name, parent=part.table)
            yield Entry(kind.upper(), identity, part)
    for event in model.event_triggers:
        yield _plain("EVENT_TRIGGER", "event_trigger", event)
    for definition in model.definitions:
        identity = Identity(
            kind=definition.kind,
            schema=definition.schema,
            name=definition.name,
            arguments=definition.arguments,
            parent=definition.parent,
        )
        yield Entry(definition.kind.upper(), identity, definition)


def _plain(noun: str, kind: str, item: SchemaObject) -> Entry:
    return Entry(noun, Identity(kind=kind, schema=item.schema, name=item.name), item)


def _called(kind: str, item: SchemaObject, arguments: tuple[Argument, ...]) -> Entry:
    types = tuple(argument.type for argument in arguments if argument.mode in _INPUT_MODES)
    identity = Identity(kind=kind, schema=item.schema, name=item.name, arguments=types)
    return Entry(kind.upper(), identity, item)
