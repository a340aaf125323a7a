"""A comparison of two states of a dbt project as a comment of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli.dbt_diff_text import line_of, shown_lines, sign_of, summary
from confiture.cli.diff_markdown import as_code, escaped

if TYPE_CHECKING:
    from confiture.models.dbt_changes import DbtChanges

__all__ = ["render_markdown"]


def render_markdown(changes: DbtChanges) -> str:
    """A heading with the counts, and a list for each resource."""
    lines = ["### dbt changes", "", escaped(summary(changes)), ""]
    for change in changes.changes:
        place = f" ({as_code(change.path)})" if change.path else ""
        lines.append(f"- {sign_of(change)} {as_code(change.unique_id)}{place}")
        for difference in change.differences:
            lines.append(f"  - {as_code(line_of(difference))}")
            if difference.lines:
                fence = "`" * (max(3, 1 + max(line.count("`") for line in difference.lines)))
                lines += [
                    f"    {fence}diff",
                    *(f"    {line}" for line in shown_lines(difference)),
                    f"    {fence}",
                ]
    return "\n".join(lines).rstrip() + "\n"
