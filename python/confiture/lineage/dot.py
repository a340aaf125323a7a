"""A lineage in the DOT language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path

if TYPE_CHECKING:
    from confiture.models.lineage import Lineage

__all__ = ["dot_label", "render_dot"]


def render_dot(lineage: Lineage) -> str:
    """The graph: an arrow leads from what needs to what is needed."""
    numbers = {item.called: f"n{number}" for number, item in enumerate(lineage.objects)}
    lines = [
        "digraph lineage {",
        "    rankdir=RL;",
        '    node [shape=box, style=rounded, fontname="sans-serif"];',
        '    edge [fontname="sans-serif", fontsize=10];',
    ]
    for item in lineage.objects:
        style = "" if item.is_defined else ', style="rounded,dashed"'
        if item.called == lineage.focus:
            style += ", penwidth=3"
        lines.append(f'    {numbers[item.called]} [label="{dot_label(item.called)}"{style}];')
    pairs: dict[tuple[str, str], list[str]] = {}
    for edge in lineage.edges:
        pairs.setdefault((edge.source, edge.target), []).append(edge.kind.replace("_", " "))
    for (source, target), kinds in pairs.items():
        label = dot_label(", ".join(kinds))
        lines.append(f'    {numbers[source]} -> {numbers[target]} [label="{label}"];')
    return "\n".join([*lines, "}", ""])


def dot_label(text: str) -> str:
    """A text inside of a label's quotes, where backslashes escape and ``&`` starts an entity."""
    text = display_path(text)
    for character, escaped in (("&", "&amp;"), ("\\", "\\\\"), ('"', '\\"')):
        text = text.replace(character, escaped)
    return text
