"""The objects of a schema's model, each by what its edges call it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confiture.models.lineage import LineageColumn, LineageObject
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import Opaque
    from confiture.models.schema.parts import SchemaObject
    from confiture.models.schema.routines import Argument
    from confiture.models.schema.tables import Table, View
    from confiture.models.schema.types import Type

__all__ = ["KINDS", "UNKNOWN_KIND", "modelled_objects", "objects_of", "opaque_object"]

#: Kinds of objects that a model has, in the order in which a reader looks for them.
KINDS = (
    "table",
    "foreign_table",
    "view",
    "materialized_view",
    "function",
    "procedure",
    "aggregate",
    "type",
    "domain",
    "sequence",
    "index",
    "trigger",
    "event_trigger",
    "policy",
    "rule",
    "schema",
    "extension",
    "role",
    "collation",
    "operator",
    "operator_class",
    "operator_family",
    "cast",
    "conversion",
    "text_search_configuration",
    "text_search_dictionary",
    "text_search_parser",
    "text_search_template",
    "statistics",
    "publication",
    "subscription",
    "foreign_data_wrapper",
    "foreign_server",
    "user_mapping",
    "language",
    "access_method",
    "transform",
    "tablespace",
    "database",
)

UNKNOWN_KIND = "unknown"

#: The longest first, so that ``materialized view`` is not taken for another kind.
_BY_WORDS = sorted(((kind.replace("_", " "), kind) for kind in KINDS), key=lambda pair: -len(pair[0]))

#: A name with the schema before it, as `Identity` writes them.
_NAME = re.compile(r"""(?:("(?:[^"]|"")+"|[^".(\s]+)\.)?("(?:[^"]|"")+"|[^".(\s]+)""")

#: Kinds of objects that belong to a table, which is the parent in their identity.
_OF_A_TABLE = ("index", "policy", "rule", "trigger")

#: What an argument of a routine has to be to take part in its identity.
_INPUT_MODES = ("in", "inout", "variadic")


def objects_of(model: SchemaModel) -> dict[str, LineageObject]:
    """The objects of the model by what they are called, opaque ones and undefined targets included."""
    found = {item.called: item for _, item in modelled_objects(model)}
    for opaque in model.opaque:
        item = opaque_object(opaque)
        if item is not None:
            found.setdefault(item.called, item)
    for edge in model.edges:
        if edge.source not in found:
            found[edge.source] = _named_by_edge(edge.source, is_opaque=True)
        if edge.target not in found:
            found[edge.target] = _named_by_edge(edge.target, is_defined=edge.is_defined)
    return found


def _named_by_edge(called: str, *, is_defined: bool = True, is_opaque: bool = False) -> LineageObject:
    """An object of which an edge alone tells, with what its name says of it."""
    kind, rest = UNKNOWN_KIND, called
    for words, candidate in _BY_WORDS:
        if called.startswith(words + " "):
            kind, rest = candidate, called[len(words) + 1 :]
            break
    match = _NAME.fullmatch(rest)
    schema, name = (match[1], match[2]) if match else (None, rest)
    return LineageObject(
        called=called,
        kind=kind,
        schema=None if schema is None else _unquoted(schema),
        name=_unquoted(name),
        is_defined=is_defined,
        is_opaque=is_opaque,
    )


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') and name.endswith('"') else name


def opaque_object(opaque: Opaque) -> LineageObject | None:
    """What an opaque statement makes; None if it makes nothing that has a name."""
    identity = opaque.identity
    if identity is None or not (opaque.kind or "").startswith("CREATE "):
        return None
    return LineageObject(
        called=str(identity),
        kind=identity.kind,
        schema=identity.schema,
        name=identity.name or "",
        table=identity.parent if identity.kind in _OF_A_TABLE else None,
        place=opaque.place,
        is_opaque=True,
    )


def modelled_objects(model: SchemaModel) -> Iterator[tuple[SchemaObject, LineageObject]]:
    """The objects that the model knows by more than their statements, each with its description."""
    plain: tuple[tuple[str, Iterable[SchemaObject]], ...] = (
        ("schema", model.schemas),
        ("role", model.roles),
        ("domain", model.domains),
        ("sequence", model.sequences),
        ("event_trigger", model.event_triggers),
    )
    for kind, items in plain:
        for item in items:
            yield item, _described(Identity(kind=kind, schema=item.schema, name=item.name), item)
    for extension in model.extensions:
        # Its schema is that of its objects; it is in none itself.
        yield extension, _described(Identity(kind="extension", name=extension.name), extension)
    for each in model.types:
        yield each, _type(each)
    for table in model.tables:
        yield table, _table(table)
    for view in model.views:
        yield view, _view(view)
    for index in model.indexes:
        identity = Identity(kind="index", schema=index.schema, name=index.name)
        yield index, _described(identity, index, table=index.table)
    for routine in model.routines:
        kind = "procedure" if routine.is_procedure else "function"
        yield routine, _described(_called_with(kind, routine, routine.arguments), routine)
    for aggregate in model.aggregates:
        arguments = aggregate.arguments + (aggregate.ordered_arguments or ())
        yield aggregate, _described(_called_with("aggregate", aggregate, arguments), aggregate)
    on_tables = (("trigger", model.triggers), ("policy", model.policies), ("rule", model.rules))
    for kind, owned in on_tables:
        for part in owned:
            identity = Identity(kind=kind, schema=part.schema, name=part.name, parent=part.table)
            yield part, _described(identity, part, table=part.table)
    for definition in model.definitions:
        identity = Identity(
            kind=definition.kind,
            schema=definition.schema,
            name=definition.name,
            arguments=definition.arguments,
            parent=definition.parent,
        )
        yield definition, _described(identity, definition)


def _described(
    identity: Identity,
    item: SchemaObject,
    *,
    table: str | None = None,
    columns: tuple[LineageColumn, ...] = (),
    labels: tuple[str, ...] = (),
) -> LineageObject:
    return LineageObject(
        called=str(identity),
        kind=identity.kind,
        schema=identity.schema,
        name=item.name,
        table=table,
        comment=item.comment,
        place=item.place,
        columns=columns,
        labels=labels,
    )


def _called_with(kind: str, item: SchemaObject, arguments: tuple[Argument, ...]) -> Identity:
    types = tuple(argument.type for argument in arguments if argument.mode in _INPUT_MODES)
    return Identity(kind=kind, schema=item.schema, name=item.name, arguments=types)


def _table(table: Table) -> LineageObject:
    keys = next((item.columns for item in table.constraints if item.kind == "primary_key"), ())
    columns = tuple(
        LineageColumn(
            name=column.name,
            type=column.type,
            is_not_null=column.is_not_null,
            is_key=column.name in keys,
            comment=column.comment,
        )
        for column in table.columns
    )
    kind = "foreign_table" if table.is_foreign else "table"
    return _described(Identity(kind=kind, schema=table.schema, name=table.name), table, columns=columns)


def _view(view: View) -> LineageObject:
    comments = {item.name: item.value for item in view.column_comments}
    columns = tuple(LineageColumn(name=name, comment=comments.get(name)) for name in view.columns)
    kind = "materialized_view" if view.is_materialized else "view"
    return _described(Identity(kind=kind, schema=view.schema, name=view.name), view, columns=columns)


def _type(item: Type) -> LineageObject:
    columns = tuple(
        LineageColumn(name=attribute.name, type=attribute.type, comment=attribute.comment)
        for attribute in item.attributes
    )
    identity = Identity(kind="type", schema=item.schema, name=item.name)
    return _described(identity, item, columns=columns, labels=item.labels)
