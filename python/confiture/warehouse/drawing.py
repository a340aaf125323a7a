"""Two stored runs as one lineage that shows how they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.dbt.lineage import DRAWN_TYPES, called
from confiture.lineage.changes import ChangedField, LineageChanges, ObjectMark, compare_graphs
from confiture.lineage.document import make_lineage
from confiture.lineage.graph import LineageGraph
from confiture.models.lineage import LineageColumn, LineageObject
from confiture.models.schema.others import Edge

if TYPE_CHECKING:
    from collections.abc import Collection

    from confiture.models.dbt import DbtResource
    from confiture.models.lineage import Lineage
    from confiture.models.metadata import NodeChange, RunContents, RunDiff
    from confiture.models.sql_changes import SqlReason

__all__ = ["compared_runs"]

_SHORT_ID = 8


def compared_runs(diff: RunDiff, old: RunContents, new: RunContents) -> tuple[Lineage, LineageChanges]:
    """The lineage of both runs, and what is different in it.

    Args:
        diff: How they differ.
        old: What the first one consists of.
        new: What the second one consists of.
    """
    identities = {node.identity for node in diff.nodes}
    names = {**_names(old), **_names(new)}
    graph, changes = compare_graphs(
        _graph(old, identities),
        _graph(new, identities),
        {names.get(node.identity, node.identity): _mark(node) for node in diff.nodes},
        names=(diff.old.id[:_SHORT_ID], diff.new.id[:_SHORT_ID]),
        downstream={names.get(each.identity, each.identity): each.distance for each in diff.downstream},
        notes=diff.notes,
    )
    return make_lineage(graph, environment=diff.new.dataset), changes


def _names(contents: RunContents) -> dict[str, str]:
    """What nodes are called in a lineage, by identity."""
    if contents.dbt is None:
        return {}
    return {node.unique_id: called(node.unique_id, node.resource_type) for node in contents.dbt.nodes}


def _graph(contents: RunContents, changed: Collection[str]) -> LineageGraph:
    if contents.schema is not None:
        return LineageGraph(contents.schema.objects, contents.schema.manifest.edges)
    if contents.dbt is None:
        return LineageGraph((), ())
    names = _names(contents)
    # Tests that are the same would hide the rest.
    nodes = [
        node for node in contents.dbt.nodes if node.resource_type in DRAWN_TYPES or node.unique_id in changed
    ]
    edges = (
        Edge(source=names[edge.child], target=names[edge.parent], kind="depends_on")
        for edge in contents.dbt.edges
        if edge.child in names and edge.parent in names
    )
    return LineageGraph((_object(node, names[node.unique_id]) for node in nodes), edges)


def _object(node: DbtResource, name: str) -> LineageObject:
    columns = tuple(
        LineageColumn(name=column.name, type=column.data_type, comment=column.description or None)
        for column in node.columns
    )
    return LineageObject(
        called=name,
        kind=node.resource_type,
        schema=node.package_name or None,
        name=node.name or node.unique_id,
        comment=node.description or None,
        columns=columns,
    )


def _mark(node: NodeChange) -> ObjectMark:
    fields = tuple(ChangedField(path=each.path, old=each.old, new=each.new) for each in node.fields)
    if node.sql is None:
        return ObjectMark(change=node.change, fields=fields)
    return ObjectMark(
        change=node.change,
        fields=fields,
        verdict=node.sql.verdict.replace("_", " "),
        reasons=tuple(map(_reason, node.sql.reasons)),
    )


def _reason(reason: SqlReason) -> str:
    what = " ".join(filter(None, (reason.what.replace("_", " "), reason.name)))
    return f"{what}: {reason.detail}" if reason.detail else what
