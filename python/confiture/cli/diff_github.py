"""A comparison as workflow commands, which GitHub shows beside the lines they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli.diff_text import line_of, summary
from confiture.cli.findings_github import workflow_command
from confiture.models.diff import UNDECIDED

if TYPE_CHECKING:
    from confiture.models.diff_report import DiffReport

__all__ = ["render_github"]


def render_github(report: DiffReport) -> str:
    """One command for each change, and a summary."""
    lines = []
    for change in report.changes:
        place = change.location
        properties = {"title": change.type}
        if place is not None and place.file is not None:
            properties = {
                "file": place.file,
                "line": str(place.line),
                "col": str(place.column),
                **properties,
            }
        level = "warning" if change.type == UNDECIDED else "notice"
        lines.append(workflow_command(level, properties, f"{change.object}: {line_of(change)}"))
    return "\n".join([*lines, summary(report), ""])
