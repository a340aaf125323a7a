"""A column lineage as text for people: a tree, a table, and as diagrams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.column_lineage.queries import ColumnGraph
from confiture.lineage.dot import dot_label
from confiture.lineage.mermaid import mermaid_label
from confiture.models.column_lineage import DIRECT_USES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.models.column_lineage import ColumnLineage, NodeColumns

    Column = tuple[str, str]

__all__ = ["render_column_dot", "render_column_mermaid", "render_column_table", "render_column_tree"]

#: Levels after which a tree goes on at the left margin, so that a long chain is no wide page.
_LEVELS = 40


def render_column_table(lineage: ColumnLineage) -> str:
    """All columns with what they come from, then what could not be followed."""
    lines: list[str] = []
    for node in lineage.nodes:
        if not (node.columns or node.rows or node.gaps):
            continue
        lines.append(f"{node.kind} {display_path(node.identity)}")
        width = max((len(display_path(column.name)) for column in node.columns), default=0)
        for column in node.columns:
            origins = [_shown(o.node, o.column, o.use, o.confidence) for o in column.origins]
            lines.append(f"  {display_path(column.name).ljust(width)}  {', '.join(origins)}".rstrip())
        if node.rows:
            rows = [_shown(o.node, o.column, o.use, o.confidence) for o in node.rows]
            lines.append(f"  rows: {', '.join(rows)}")
        lines += _gaps(node)
    columns = sum(len(node.columns) for node in lineage.nodes)
    gaps = sum(bool(node.gaps) for node in lineage.nodes)
    open_ = f" {gaps} of them could not be followed as a whole." if gaps else ""
    lines.append(f"{columns} columns of {len(lineage.nodes)} relations.{open_}")
    return "\n".join([*lines, ""])


def _shown(node: str, column: str, use: str, confidence: str) -> str:
    told = use if confidence == "certain" else f"{use}, {confidence}"
    return f"{display_path(f'{node}.{column}')} ({told})"


def _gaps(node: NodeColumns) -> list[str]:
    return [f"  gap: {display_path(gap.reason)} ({gap.code})" for gap in node.gaps]


def render_column_tree(lineage: ColumnLineage) -> str:
    """What a column comes from, what comes from it, and what could not be followed on the way."""
    assert lineage.node is not None
    assert lineage.column is not None
    start = (lineage.node, lineage.column)
    lines = [_named(start)]
    drawing = _Drawing(lineage)
    for way, title in (("upstream", "comes from"), ("downstream", "goes into")):
        if lineage.direction in ("both", way):
            below = list(drawing.lines(start, way))
            lines += [f"{title}:" if below else f"{title}: nothing", *below]
    for node in lineage.nodes:
        if node.gaps:
            lines += [display_path(node.identity), *_gaps(node)]
    return "\n".join([*lines, ""])


def _named(column: Column) -> str:
    return display_path(f"{column[0]}.{column[1]}")


class _Drawing:
    def __init__(self, lineage: ColumnLineage) -> None:
        self._indirect = lineage.with_indirect
        self._distances: dict[str, dict[Column, int]] = {"upstream": {}, "downstream": {}}
        for one in lineage.reached:
            for way, distance in (("upstream", one.upstream), ("downstream", one.downstream)):
                if distance is not None:
                    self._distances[way][one.node, one.column] = distance
        self._next: dict[str, dict[Column, dict[Column, list[str]]]] = {"upstream": {}, "downstream": {}}
        for here, there, uses in _edges(lineage):
            self._next["upstream"].setdefault(here, {})[there] = uses
            self._next["downstream"].setdefault(there, {})[here] = uses
        self._found: dict[tuple[Column, str], list[tuple[Column, list[str]]]] = {}

    def lines(self, start: Column, way: str) -> Iterator[str]:
        later: dict[Column, None] = {start: None}
        seen: set[Column] = set()
        while later:
            root = next(iter(later))
            del later[root]
            if root != start:
                yield f"  {_named(root)}"
            seen.add(root)
            rows = [iter(self._below(root, way))]
            while rows:
                found = next(rows[-1], None)
                if found is None:
                    rows.pop()
                    continue
                column, uses = found
                children = self._below(column, way)
                mark = ""
                if children and column in seen:
                    mark = "  (shown below)" if column in later else "  (shown above)"
                elif children and len(rows) == _LEVELS:
                    mark = "  (shown below)"
                    later[column] = None
                yield f"{'  ' * len(rows)}  {_named(column)}  {', '.join(uses)}{mark}"
                if children and not mark:
                    rows.append(iter(children))
                seen.add(column)

    def _below(self, column: Column, way: str) -> list[tuple[Column, list[str]]]:
        """What a column leads to; it is asked for as often as something leads to the column."""
        known = self._found.get((column, way))
        if known is None:
            reached = self._distances[way]
            found = self._next[way].get(column, {})
            known = self._found[column, way] = [
                (other, uses)
                for other, uses in sorted(found.items())
                if other in reached and (self._indirect or any(use in DIRECT_USES for use in uses))
            ]
        return known


def _edges(lineage: ColumnLineage) -> Iterator[tuple[Column, Column, list[str]]]:
    """Which column comes from which, and how, each pair once."""
    graph = ColumnGraph(lineage.nodes, lineage.dialect)
    for node in lineage.nodes:
        for column in node.columns:
            found: dict[Column, dict[str, None]] = {}
            origins = (*column.origins, *(node.rows if lineage.with_indirect else ()))
            for origin in origins:
                for there in graph.meant(origin):
                    found.setdefault(there, {})[origin.use] = None
            for there, uses in found.items():
                yield (node.identity, column.name), there, list(uses)


def _drawn(lineage: ColumnLineage) -> tuple[dict[Column, str], list[tuple[Column, Column, list[str]]]]:
    """The columns with a number for each, and the edges between them."""
    columns = [(node.identity, column.name) for node in lineage.nodes for column in node.columns]
    columns += [(one.node, one.column) for one in lineage.reached]
    numbers = {column: f"c{number}" for number, column in enumerate(dict.fromkeys(columns))}
    edges = [
        (here, there, uses)
        for here, there, uses in _edges(lineage)
        if here in numbers and there in numbers
        if lineage.with_indirect or any(use in DIRECT_USES for use in uses)
    ]
    return numbers, edges


def render_column_mermaid(lineage: ColumnLineage) -> str:
    """The flowchart: an arrow leads from a column to what it comes from."""
    numbers, edges = _drawn(lineage)
    lines = ["flowchart RL"]
    for index, group in enumerate(_grouped(numbers)):
        lines.append(f'    subgraph g{index}["{mermaid_label(group[0][0])}"]')
        lines += [f'        {numbers[column]}["{mermaid_label(column[1])}"]' for column in group]
        lines.append("    end")
    for here, there, uses in edges:
        lines.append(f'    {numbers[here]} -->|"{mermaid_label(", ".join(uses))}"| {numbers[there]}')
    return "\n".join([*lines, ""])


def render_column_dot(lineage: ColumnLineage) -> str:
    """The graph in the DOT language: an arrow leads from a column to what it comes from."""
    numbers, edges = _drawn(lineage)
    lines = ["digraph columns {", "    rankdir=RL;", "    node [shape=box, style=rounded];"]
    for index, group in enumerate(_grouped(numbers)):
        lines.append(f'    subgraph cluster{index} {{ label="{dot_label(group[0][0])}";')
        lines += [f'        {numbers[column]} [label="{dot_label(column[1])}"];' for column in group]
        lines.append("    }")
    for here, there, uses in edges:
        lines.append(f'    {numbers[here]} -> {numbers[there]} [label="{dot_label(", ".join(uses))}"];')
    return "\n".join([*lines, "}", ""])


def _grouped(numbers: dict[Column, str]) -> list[list[Column]]:
    groups: dict[str, list[Column]] = {}
    for column in numbers:
        groups.setdefault(column[0], []).append(column)
    return list(groups.values())
