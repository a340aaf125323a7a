"""Columns upstream and downstream of one column, over a whole project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture._failures import display_path
from confiture.column_lineage.names import folding_of
from confiture.config.suggestions import listed
from confiture.exceptions import SchemaError
from confiture.models.column_lineage import DIRECT_USES, ColumnLineage, ColumnReached

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from confiture.column_lineage.project import Project
    from confiture.models.column_lineage import ColumnOrigin, NodeColumns

    Column = tuple[str, str]

__all__ = ["ColumnGraph", "column_lineage"]


class ColumnGraph:
    """Columns of a project, and which come from which.

    Args:
        nodes: The nodes with their columns.
        dialect: sqlglot's name for the dialect, which says what names are the same.
    """

    def __init__(self, nodes: Sequence[NodeColumns], dialect: str) -> None:
        self._key = folding_of(dialect).key
        self.nodes: Mapping[str, NodeColumns] = {node.identity: node for node in nodes}
        self._names: dict[str, dict[str, str]] = {
            node.identity: {self._key(column.name): column.name for column in node.columns} for node in nodes
        }
        self._upstream: dict[Column, dict[Column, bool]] = {}
        self._downstream: dict[Column, dict[Column, bool]] = {}
        #: The nodes whose rows a column decides: each is one end for all of the node's columns.
        self._decided: dict[Column, list[str]] = {}
        for node in nodes:
            for column in node.columns:
                here = (node.identity, column.name)
                for origin in column.origins:
                    self._join(here, origin)
            for there in dict.fromkeys(each for origin in node.rows for each in self.meant(origin)):
                self._decided.setdefault(there, []).append(node.identity)

    def _join(self, here: Column, origin: ColumnOrigin) -> None:
        is_direct = origin.use in DIRECT_USES
        for there in self.meant(origin):
            for graph, start, end in ((self._upstream, here, there), (self._downstream, there, here)):
                known = graph.setdefault(start, {})
                known[end] = known.get(end, False) or is_direct

    def _by_rows(self, column: Column, *, downstream: bool, seen: set[str]) -> Iterator[Column]:
        """What a column leads to through rows: told of one column of a node, as it is the same for all."""
        nodes = self._decided.get(column, ()) if downstream else (column[0],)
        for name in nodes:
            node = self.nodes.get(name)
            if node is None or name in seen:
                continue
            if downstream:
                seen.add(name)
                yield from ((name, each.name) for each in node.columns)
            elif any(each.name == column[1] for each in node.columns):
                seen.add(name)
                for origin in node.rows:
                    yield from self.meant(origin)

    def meant(self, origin: ColumnOrigin) -> Iterable[Column]:
        """The columns that an origin stands for, as their nodes have them."""
        names = self._names.get(origin.node, {})
        if origin.column == "*":
            return [(origin.node, name) for name in (*names.values(), "*")]
        return [(origin.node, names.get(self._key(origin.column), origin.column))]

    def named(self, node: str, column: str) -> str:
        """The name of a column as its node has it; as it is if it has none of that name."""
        return self._names.get(node, {}).get(self._key(column), column)

    def find(self, node: str, column: str) -> str:
        """The name of a column as its node has it.

        Raises:
            SchemaError: ``LINEAGE_003``: it has none of that name.
        """
        names = self._names.get(node, {})
        found = names.get(self._key(column)) or names.get(self._key(column.lower()))
        found = found or names.get(self._key(column.upper()))
        if found is None and ((node, column) in self._downstream or (node, column) in self._decided):
            return column
        if found is None:
            known = listed([f"'{display_path(name)}'" for name in names.values()], "and")
            raise SchemaError(
                f"'{display_path(node)}' has no column '{display_path(column)}'.",
                error_code="LINEAGE_003",
                context={"node": node, "column": column},
                resolution_hint=f"Its columns are {known}." if names else "No columns of it are known.",
            )
        return found

    def reached(
        self, start: Column, *, downstream: bool, depth: int | None = None, with_indirect: bool = False
    ) -> dict[Column, tuple[int, bool]]:
        """The columns that a column comes from, or that come from it, without itself.

        Args:
            start: The node and its column.
            downstream: Whether those that come from it are meant.
            depth: How many steps away they may be; None for any number.
            with_indirect: Whether what is used indirectly is followed too.

        Returns:
            For each, how many steps away it is, and whether each of the steps can be a direct one.
        """
        graph = self._downstream if downstream else self._upstream
        found = {start: (0, True)}
        row = [start]
        seen: set[str] = set()
        distance = 0
        while row and (depth is None or distance < depth):
            distance += 1
            following = []
            for column in row:
                leading = list(graph.get(column, {}).items())
                if with_indirect:
                    through = self._by_rows(column, downstream=downstream, seen=seen)
                    leading += [(other, False) for other in through]
                for other, is_direct in leading:
                    if not (is_direct or with_indirect):
                        continue
                    is_direct = is_direct and found[column][1]
                    known = found.get(other)
                    if known is None or (is_direct and not known[1]):
                        found[other] = (distance if known is None else known[0], is_direct)
                        following.append(other)
            row = following
        del found[start]
        return found


def column_lineage(
    project: Project,
    nodes: tuple[NodeColumns, ...],
    *,
    node: str | None = None,
    column: str | None = None,
    direction: str = "both",
    depth: int | None = None,
    with_indirect: bool = False,
) -> ColumnLineage:
    """The lineage of all columns, of those of a node, or of one.

    Args:
        project: What was traced.
        nodes: What is known of its columns.
        node: The node that is asked for; None for all.
        column: The column of it; None for all.
        direction: ``both``, ``upstream`` or ``downstream`` of the column.
        depth: How many steps away columns may be.
        with_indirect: Whether what is used indirectly is followed too.

    Raises:
        SchemaError: ``LINEAGE_003``: the node has no such column.
    """
    made = ColumnLineage(
        ok=True,
        source=project.source,
        project=project.name,
        dialect=project.dialect,
        node=node,
        direction=direction,
        depth=depth,
        with_indirect=with_indirect,
        nodes=nodes,
    )
    if node is None or column is None:
        return made if node is None else replace(made, nodes=tuple(n for n in nodes if n.identity == node))
    graph = ColumnGraph(nodes, project.dialect)
    start = (node, graph.find(node, column))
    ways: dict[str, dict[tuple[str, str], tuple[int, bool]]] = {}
    for way in ("upstream", "downstream"):
        is_wanted = direction in ("both", way)
        is_downstream = way == "downstream"
        ways[way] = (
            graph.reached(start, downstream=is_downstream, depth=depth, with_indirect=with_indirect)
            if is_wanted
            else {}
        )
    above, below = ways["upstream"], ways["downstream"]
    reached = tuple(
        ColumnReached(
            node=name,
            column=each,
            upstream=above[name, each][0] if (name, each) in above else None,
            downstream=below[name, each][0] if (name, each) in below else None,
            is_direct=(above.get((name, each)) or below[name, each])[1],
        )
        for name, each in sorted({*above, *below})
    )
    wanted = {start, *((one.node, one.column) for one in reached)}
    identities = {name for name, _ in wanted}
    kept = tuple(
        replace(each, columns=tuple(c for c in each.columns if (each.identity, c.name) in wanted))
        for each in nodes
        if each.identity in identities
    )
    return replace(made, column=start[1], nodes=kept, reached=reached)
