"""A lineage as a Mermaid flowchart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path

if TYPE_CHECKING:
    from confiture.models.lineage import Lineage

__all__ = ["mermaid_label", "render_mermaid"]

#: Characters of a name that mean nothing to Mermaid inside of a quoted label.
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._,()$")


def render_mermaid(lineage: Lineage) -> str:
    """The flowchart: an arrow leads from what needs to what is needed."""
    numbers = {item.called: f"n{number}" for number, item in enumerate(lineage.objects)}
    lines = ["flowchart RL"]
    for item in lineage.objects:
        marked = "" if item.is_defined else ":::undefined"
        if item.called == lineage.focus:
            marked = ":::focus"
        lines.append(f'    {numbers[item.called]}["{mermaid_label(item.called)}"]{marked}')
    pairs: dict[tuple[str, str], list[str]] = {}
    for edge in lineage.edges:
        pairs.setdefault((edge.source, edge.target), []).append(edge.kind.replace("_", " "))
    for (source, target), kinds in pairs.items():
        lines.append(f'    {numbers[source]} -->|"{mermaid_label(", ".join(kinds))}"| {numbers[target]}')
    lines.append("    classDef focus stroke-width:3px")
    lines.append("    classDef undefined stroke-dasharray:4 3")
    return "\n".join([*lines, ""])


def mermaid_label(text: str) -> str:
    """A text inside of a label's quotes; what could mean anything is written as its number.

    Mermaid reads ``#35;`` as the character of that number. Letters beyond ASCII stand for themselves.
    """
    return "".join(
        character if character in _PLAIN or not character.isascii() else f"#{ord(character)};"
        for character in display_path(text)
    )
