"""A comparison of two states of a dbt project as workflow commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli.dbt_diff_text import line_of, summary
from confiture.cli.findings_github import workflow_command

if TYPE_CHECKING:
    from confiture.models.dbt_changes import DbtChanges

__all__ = ["render_github"]


def render_github(changes: DbtChanges) -> str:
    """One command for each resource, beside its file, and a summary."""
    lines = []
    for change in changes.changes:
        properties = {"title": f"{change.type} {change.unique_id}"}
        if change.path and change.type != "removed":
            properties = {"file": change.path, **properties}
        told = "\n".join(line_of(difference) for difference in change.differences) or change.type
        lines.append(workflow_command("notice", properties, told))
    return "\n".join([*lines, summary(changes), ""])
