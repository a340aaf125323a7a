"""A comparison of two states of a dbt project for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from confiture._failures import display_path
from confiture.artifacts import dumps_json

if TYPE_CHECKING:
    from confiture.models.dbt_changes import DbtChange, DbtChanges, DbtDifference

__all__ = ["line_of", "render_text", "shown_lines", "sign_of", "summary"]

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}
_COLOURS = {"+": "32", "-": "31", "~": "33", "@": "36"}
_LONGEST = 160


def render_text(changes: DbtChanges, *, is_coloured: bool) -> str:
    """Each resource with what differs in it, and a summary; coloured if a terminal shows it."""
    lines = []
    for change in changes.changes:
        sign = sign_of(change)
        place = f"  {_coloured(display_path(change.path), '2', is_coloured)}" if change.path else ""
        title = _coloured(f"{sign} {display_path(change.unique_id)}", _COLOURS[sign], is_coloured)
        lines.append(f"{title}{place}")
        for difference in change.differences:
            lines.append(f"    {line_of(difference)}")
            lines += [
                f"      {_coloured(line, _COLOURS.get(line[:1], ''), is_coloured)}"
                for line in shown_lines(difference)
            ]
    return "\n".join([*lines, summary(changes), ""])


def sign_of(change: DbtChange) -> str:
    """What stands in front of a resource: ``+`` added, ``-`` removed, ``~`` changed."""
    return _SIGNS[change.type]


def line_of(difference: DbtDifference) -> str:
    """A difference in one line."""
    key = display_path(difference.key)
    if difference.category == "macro":
        by = f", called by {display_path(' <- '.join(reversed(difference.via)))}" if difference.via else ""
        return f"macro: {key} changed{by}"
    shown = f"{difference.category}: {key}" if difference.category != difference.key else key
    old, new = difference.old, difference.new
    if difference.lines or (old is UNSET and new is UNSET):
        return shown
    if old is UNSET or old is None:
        return f"{shown}: {_value(new)}" + (" (added)" if old is UNSET else "")
    if new is UNSET:
        return f"{shown}: {_value(old)} (removed)"
    return f"{shown}: {_value(old)} -> {_value(new)}"


def shown_lines(difference: DbtDifference) -> list[str]:
    """The lines of a text that differ, as they can be shown."""
    return [display_path(line) for line in difference.lines]


def summary(changes: DbtChanges) -> str:
    """How much is different, in one line."""
    sides = f"{display_path(changes.old)} and {display_path(changes.new)}"
    if changes.ok:
        return f"No differences between {sides}."
    kinds = [change.type for change in changes.changes]
    listed = ", ".join(f"{kinds.count(kind)} {kind}" for kind in _SIGNS if kind in kinds)
    return f"{listed} between {sides}."


def _value(value: object) -> str:
    text = display_path(dumps_json(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _coloured(text: str, code: str, is_coloured: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if is_coloured and text and code else text
