"""What can be followed of a run of a metadata store: the queries that were stored with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.column_lineage.dbt_project import FOLLOWED, ephemeral_names, snapshot_columns
from confiture.column_lineage.names import dialect_of
from confiture.column_lineage.project import Body, Project

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from confiture.models.dbt import DbtResource
    from confiture.models.lineage import LineageObject
    from confiture.models.metadata import RunContents, StoredRun

__all__ = ["run_dialect", "stored_project"]


def run_dialect(run: StoredRun) -> str:
    """Sqlglot's name for the dialect of the queries of a run; empty if it is not known."""
    return "postgres" if run.source == "schema" else dialect_of(run.adapter) or ""


def stored_project(
    run: StoredRun, contents: RunContents, identities: Collection[str] | None = None
) -> Project:
    """What can be followed of a stored run.

    Args:
        run: The run.
        contents: What it consists of.
        identities: The nodes whose queries are followed; None for all.
    """
    needs: dict[str, list[str]] = {}
    if contents.dbt is not None:
        for edge in contents.dbt.edges:
            needs.setdefault(edge.child, []).append(edge.parent)
        bodies = tuple(
            _resource(
                node, contents.rendered, tuple(needs.get(node.unique_id, ())), identities, run_dialect(run)
            )
            for node in contents.dbt.nodes
            if node.resource_type in FOLLOWED
        )
        return Project("run", run.dataset, run_dialect(run), bodies)
    schema = contents.schema
    found = []
    for need in () if schema is None else schema.manifest.edges:
        needs.setdefault(need.source, []).append(need.target)
    for item in () if schema is None else schema.objects:
        if item.kind in ("table", "foreign_table", "view", "materialized_view"):
            query = contents.rendered.get(item.called)
            found.append(
                Body(
                    identity=item.called,
                    kind=item.kind,
                    query=query,
                    gap=_schema_gap(item) if query is None else None,
                    names=((item.name,) if item.schema is None else (item.schema, item.name),),
                    columns=tuple(column.name for column in item.columns),
                    is_complete=item.kind.endswith("table") and bool(item.columns),
                    needs=tuple(needs.get(item.called, ())),
                )
            )
    return Project("run", run.dataset, "postgres", tuple(found))


def _schema_gap(item: LineageObject) -> tuple[str, str] | None:
    if item.is_opaque:
        return ("opaque", "its statement is not modelled")
    return ("no_code", "its query was not stored") if item.kind.endswith("view") else None


def _resource(
    node: DbtResource,
    rendered: Mapping[str, str],
    needs: tuple[str, ...],
    wanted: Collection[str] | None,
    dialect: str,
) -> Body:
    query = gap = None
    if node.resource_type in ("model", "snapshot") and (wanted is None or node.unique_id in wanted):
        query = rendered.get(node.unique_id)
        if query is None and node.language not in (None, "sql"):
            gap = ("python_model", f"it is written in {node.language}")
        elif query is None:
            gap = ("not_rendered", "what its code is rendered to was not stored")
    # BigQuery takes what is in quotes apart.
    names = [(node.unique_id,), tuple(node.unique_id.split("."))]
    if node.materialized == "ephemeral":
        names += ephemeral_names((node.identifier, node.name), dialect)
    told = [column for column in node.columns if column.index is not None]
    return Body(
        identity=node.unique_id,
        kind=node.resource_type,
        query=query,
        gap=gap,
        names=tuple(names),
        columns=tuple(column.name for column in told or node.columns),
        is_complete=bool(told),
        needs=needs,
        added=snapshot_columns(node.config, dialect) if node.resource_type == "snapshot" else (),
    )
