"""A comparison as workflow commands, which GitHub shows beside the lines they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli.diff_text import line_of, shown_place, summary
from confiture.cli.findings_github import workflow_command
from confiture.models.diff import UNDECIDED
from confiture.servers.urls import SCHEMES

if TYPE_CHECKING:
    from confiture.models.diff_report import DiffReport

__all__ = ["render_github"]


def render_github(report: DiffReport) -> str:
    """One command for each change, and a summary."""
    lines = []
    elsewhere = tuple(
        _elsewhere(side) for side in (report.old, report.new) if side.startswith(("git:", *SCHEMES))
    )
    for change in report.changes:
        place = change.location
        properties = {"title": change.type}
        message = f"{change.object}: {line_of(change)}"
        if place is not None and place.file is not None:
            if place.file.startswith(elsewhere):
                message += f" ({shown_place(place)})"
            else:
                at = {"file": place.file, "line": str(place.line), "col": str(place.column)}
                properties = {**at, **properties}
        level = "warning" if change.type == UNDECIDED else "notice"
        lines.append(workflow_command(level, properties, message))
    return "\n".join([*lines, summary(report), ""])


def _elsewhere(called: str) -> str:
    """What the files of a side start with that are none of the work tree: of a revision, or a database."""
    kind, _, rest = called.partition(":")
    return f"{rest.partition(':')[0]}:" if kind == "git" else called
