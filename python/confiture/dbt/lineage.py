"""The resources of a manifest as a lineage: what needs what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._manifest_failures import unknown_resource
from confiture.dbt.selection import KNOWN_TYPES, LISTED_TYPES, select
from confiture.dbt.selection.failures import several_resources
from confiture.lineage.graph import LineageGraph
from confiture.models.lineage import LineageColumn, LineageObject
from confiture.models.schema.others import Edge

if TYPE_CHECKING:
    from collections.abc import Collection

    from confiture.dbt.manifest import DbtManifest
    from confiture.dbt.node import DbtNode
    from confiture.lineage.changes import LineageChanges

__all__ = ["DRAWN_TYPES", "called", "compared_manifests", "find_resource", "lineage_graph"]

#: The resource types that are drawn where none are asked for: tests would hide the rest.
DRAWN_TYPES = tuple(kind for kind in LISTED_TYPES if kind not in ("test", "unit_test"))


def called(unique_id: str, kind: str) -> str:
    """What a resource is called in a lineage: ``model library.stg_books``."""
    return f"{kind.replace('_', ' ')} {unique_id.partition('.')[2]}"


def lineage_graph(
    manifest: DbtManifest, types: Collection[str] = DRAWN_TYPES, focus: str | None = None
) -> LineageGraph:
    """The graph of a manifest's resources.

    Args:
        manifest: The manifest.
        types: The resource types that are in it.
        focus: The unique id of a resource that is in it whatever its type.
    """
    nodes = [node for node in manifest if node.resource_type in types or node.unique_id == focus]
    names = {node.unique_id: called(node.unique_id, node.resource_type) for node in nodes}
    edges = [
        Edge(source=names[unique_id], target=names[parent], kind="depends_on")
        for unique_id in names
        for parent in manifest.dependencies(unique_id)
        if parent in names
    ]
    return LineageGraph((_object(node, names[node.unique_id]) for node in nodes), edges)


def compared_manifests(
    old: DbtManifest,
    new: DbtManifest,
    types: Collection[str] = DRAWN_TYPES,
    focus: str | None = None,
    *,
    name: str = "old",
) -> tuple[LineageGraph, LineageChanges]:
    """One graph of two states of a project, and what is different in it (``confiture.dbt.compare``).

    Args:
        old: The manifest before.
        new: The manifest now.
        types: As of `lineage_graph`.
        focus: As of `lineage_graph`.
        name: What the first one is called.
    """
    from confiture.dbt.comparing import compare
    from confiture.lineage.changes import ChangedField, ObjectMark, compare_graphs

    marks = {
        called(change.unique_id, change.resource_type): ObjectMark(
            change="modified" if change.type == "changed" else change.type,
            fields=tuple(
                ChangedField(path=each.key, old=each.old, new=each.new, lines=each.lines)
                for each in change.differences
            ),
        )
        for change in compare(old, new).changes
    }
    graphs = lineage_graph(old, types, focus), lineage_graph(new, types, focus)
    return compare_graphs(*graphs, marks, names=(name, "now"))


def _object(node: DbtNode, name: str) -> LineageObject:
    fields = node.to_dict()
    own, package, description = (fields.get(field) for field in ("name", "package_name", "description"))
    columns = fields.get("columns")
    return LineageObject(
        called=name,
        kind=node.resource_type,
        schema=package if isinstance(package, str) else None,
        name=own if isinstance(own, str) else node.unique_id,
        comment=description if isinstance(description, str) and description else None,
        columns=tuple(
            LineageColumn(
                name=str(column.get("name") or key),
                type=_text(column.get("data_type")),
                comment=_text(column.get("description")),
            )
            for key, column in (columns if isinstance(columns, dict) else {}).items()
            if isinstance(column, dict)
        ),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def find_resource(manifest: DbtManifest, text: str) -> str:
    """The unique id of the resource that a person means: by it, or by what selects it alone.

    Raises:
        ManifestError: There is none, or several could be meant.
    """
    if text in manifest:
        return text
    # A unit test is found by the name of its model, too.
    found = select(manifest, text, indirect_selection="empty", resource_types=DRAWN_TYPES)
    if not found:
        found = select(manifest, text, indirect_selection="empty", resource_types=["all"])
    if len(found) == 1:
        return found[0]
    if found:
        raise several_resources(text, list(found))
    error = unknown_resource(text, [node.unique_id for node in manifest])
    hint = next((unmatched.hint for unmatched in found.unmatched if unmatched.hint), None)
    if hint is not None and text.partition(".")[0] not in KNOWN_TYPES:
        error.resolution_hint = hint
    raise error
