"""A comparison as a comment of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli.diff_text import line_of, objects_of, shown_place, sign_of, summary
from confiture.models.diff import UNDECIDED

if TYPE_CHECKING:
    from confiture.models.diff_report import DiffReport

__all__ = ["as_code", "escaped", "render_markdown"]


def render_markdown(report: DiffReport) -> str:
    """The report as Markdown: a heading with the counts, and a list for each object."""
    lines = ["### Schema changes", "", escaped(summary(report)), ""]
    for called, changes in objects_of(report.changes):
        place = shown_place(next((change.location for change in changes if change.location), None))
        lines.append(f"- {as_code(called)}" + (f" ({as_code(place)})" if place else ""))
        for change in changes:
            lines.append(f"  - {sign_of(change)} {as_code(line_of(change))}")
            if change.type == UNDECIDED:
                for label, value in (("old", change.old_value), ("new", change.new_value)):
                    lines.append(f"    - {label}: {as_code(' '.join((value or 'nothing').split()))}")
    return "\n".join(lines).rstrip() + "\n"


def as_code(text: str) -> str:
    """The text as code, whatever backticks it holds."""
    longest, run = 0, 0
    for character in text:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"`{text}`"


def escaped(text: str) -> str:
    """The text as Markdown that means nothing but itself."""
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|" else character for character in text)
