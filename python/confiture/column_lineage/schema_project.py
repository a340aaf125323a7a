"""What can be followed of a schema tree: tables and the queries of views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.column_lineage.project import Body, Project
from confiture.models.statement import Identity

if TYPE_CHECKING:
    from confiture.models.schema.model import SchemaModel

__all__ = ["schema_project"]

_DIALECT = "postgres"

#: What makes a relation and is kept as it is, so that its columns are not known.
_OPAQUE_RELATIONS = ("table", "view", "materialized_view", "foreign_table")


def schema_project(model: SchemaModel, name: str) -> Project:
    """What can be followed of a schema.

    Args:
        model: The model of the schema.
        name: The name of the environment.
    """
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
                names=(_parts(table.schema, table.name),),
                columns=tuple(column.name for column in table.columns),
                is_complete=bool(table.columns),
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
    for opaque in model.opaque:
        found = opaque.identity
        if found is None or found.kind not in _OPAQUE_RELATIONS or str(found) in known:
            continue
        known.add(str(found))
        bodies.append(
            Body(
                identity=str(found),
                kind=found.kind,
                gap=("opaque", "its statement is not modelled"),
                names=(_parts(found.schema, found.name or ""),),
                needs=tuple(needs.get(str(found), ())),
            )
        )
    routines = {_parts(routine.schema, routine.name) for routine in model.routines}
    routines |= {parts[-1:] for parts in routines}
    return Project("schema", name, _DIALECT, tuple(bodies), frozenset(routines))


def _parts(schema: str | None, name: str) -> tuple[str, ...]:
    return (name,) if schema is None else (schema, name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
