"""What can be followed of a schema tree: tables, and the queries that views and tables are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._backend import load_engine
from confiture.column_lineage.project import Body, Project
from confiture.lineage.objects import opaque_object
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confiture.models.schema.model import SchemaModel

__all__ = ["schema_project", "table_queries"]

_DIALECT = "postgres"

#: What makes a relation and is kept as it is, so that its columns are not known.
_OPAQUE_RELATIONS = ("table", "view", "materialized_view", "foreign_table")


#: What makes a table of a query.
_MAKE_OF_QUERIES = ("CREATE TABLE AS", "SELECT INTO")


def table_queries(text: str, model: SchemaModel) -> dict[str, str]:
    """The statements that make tables of queries, by the identities of these tables.

    Args:
        text: The text of the schema.
        model: What it was parsed to, with its own lines as places.
    """
    statements, _, _ = load_engine().split_statements(text, spans=False)
    content = text.encode()
    made = {
        (line, column): content[start:end].decode()
        for kind, _, _, start, end, line, column, _, _ in statements
        if kind in _MAKE_OF_QUERIES
    }
    tables = [
        (Identity(kind="table", schema=each.schema, name=each.name), each.place) for each in model.tables
    ]
    tables += [(each.identity, each.place) for each in model.opaque if each.identity is not None]
    return {
        str(identity): made[place.line, place.column]
        for identity, place in tables
        if place is not None and (place.line, place.column) in made
    }


def schema_project(model: SchemaModel, name: str, queries: Mapping[str, str] | None = None) -> Project:
    """What can be followed of a schema.

    Args:
        model: The model of the schema.
        name: The name of the environment.
        queries: What `table_queries` gives; None if that is not known.
    """
    queries = queries or {}
    needs: dict[str, list[str]] = {}
    for edge in model.edges:
        needs.setdefault(edge.source, []).append(edge.target)
    bodies = []
    for table in model.tables:
        kind = "foreign_table" if table.is_foreign else "table"
        identity = str(Identity(kind=kind, schema=table.schema, name=table.name))
        bodies.append(
            Body(
                identity=identity,
                kind=kind,
                query=queries.get(identity),
                names=(_parts(table.schema, table.name),),
                columns=tuple(column.name for column in table.columns),
                is_complete=bool(table.columns),
                needs=tuple(needs.get(identity, ())),
                is_made_once=identity in queries,
            )
        )
    for view in model.views:
        kind = "materialized_view" if view.is_materialized else "view"
        identity = str(Identity(kind=kind, schema=view.schema, name=view.name))
        query = view.query
        if view.columns:
            listed = ", ".join(_quoted(column) for column in view.columns)
            query = f"CREATE VIEW {_quoted(view.name)} ({listed}) AS {query}"
        bodies.append(
            Body(
                identity=identity,
                kind=kind,
                query=query,
                names=(_parts(view.schema, view.name),),
                columns=view.columns,
                needs=tuple(needs.get(identity, ())),
            )
        )
    known = {body.identity for body in bodies}
    made = [opaque_object(opaque) for opaque in model.opaque]
    #: What statements touch that define nothing; not all of them tell the schema.
    changed = {
        (opaque.identity.kind, opaque.identity.name)
        for opaque, defined in zip(model.opaque, made, strict=True)
        if opaque.identity is not None and defined is None
    }
    for found in made:
        if found is None or found.kind not in _OPAQUE_RELATIONS or found.called in known:
            continue
        called = found.called
        known.add(called)
        gap = None
        if called not in queries:
            gap = ("opaque", "its statement is not modelled")
        elif (found.kind, found.name) in changed:
            gap = ("altered", "a statement that is not modelled changes it")
        bodies.append(
            Body(
                identity=called,
                kind=found.kind,
                query=queries.get(called),
                gap=gap,
                names=(_parts(found.schema, found.name),),
                needs=tuple(needs.get(called, ())),
            )
        )
    routines = {_parts(routine.schema, routine.name) for routine in model.routines}
    routines |= {parts[-1:] for parts in routines}
    return Project("schema", name, _DIALECT, tuple(bodies), frozenset(routines))


def _parts(schema: str | None, name: str) -> tuple[str, ...]:
    return (name,) if schema is None else (schema, name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
