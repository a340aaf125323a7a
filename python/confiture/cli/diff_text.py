"""A comparison for people: objects, and below each what is different."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from confiture.models.diff import UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.models.diff import SchemaChange
    from confiture.models.diff_report import DiffReport
    from confiture.models.schema.parts import Place

__all__ = ["line_of", "render_text", "shown_place", "sign_of", "summary"]

_COLOURS = {"+": "32", "-": "31", "~": "33", "?": "35"}
_LONGEST = 200


def render_text(report: DiffReport, *, is_coloured: bool) -> str:
    """The report as text, coloured if a terminal shows it."""
    lines = []
    for called, changes in groupby(report.changes, key=lambda change: change.object):
        lines.append(_coloured(called, "1", is_coloured))
        for change in changes:
            sign = sign_of(change)
            text = _coloured(f"  {sign} {line_of(change)}", _COLOURS[sign], is_coloured)
            place = shown_place(change.location)
            lines.append(f"{text}  {_coloured(place, '2', is_coloured)}" if place else text)
            if change.type == UNDECIDED:
                for label, value in (("old", change.old_value), ("new", change.new_value)):
                    lines.append(f"      {label}: {_short(value or 'nothing')}")
    return "\n".join([*lines, summary(report), ""])


def sign_of(change: SchemaChange) -> str:
    """What stands in front of a change: ``+`` added, ``-`` dropped, ``~`` changed, ``?`` undecided."""
    if change.type == UNDECIDED:
        return "?"
    verb = change.type.partition("_")[0]
    return {"ADD": "+", "GRANT": "+", "DROP": "-", "REVOKE": "-"}.get(verb, "~")


def line_of(change: SchemaChange) -> str:
    """A change in one line."""
    details = change.details or {}
    words = change.type.replace("_", " ").lower()
    if change.type == UNDECIDED:
        what = str(details.get("change") or "").replace("_", " ").lower() or str(details.get("reason") or "")
        words = f"undecided: {what}" if what else "undecided"
    parts = [words]
    name = details.get("name")
    if change.column is not None:
        parts.append(change.column)
    elif (
        isinstance(name, str)
        and name
        and not change.object.endswith(name)
        and f" {name} on " not in change.object
    ):
        parts.append(name)
    line = " ".join(parts)
    if change.type == UNDECIDED:
        return line
    if change.old_value is not None and change.new_value is not None:
        line += f": {_short(change.old_value)} -> {_short(change.new_value)}"
    elif change.new_value is not None:
        line += f": {_short(change.new_value)}"
    elif change.old_value is not None:
        line += f": {_short(change.old_value)}"
    return f"{line} (inferred)" if details.get("inferred") is True else line


def summary(report: DiffReport) -> str:
    """How much is different, in one line."""
    if report.ok:
        return f"No differences between {report.old} and {report.new}."
    signs = [sign_of(change) for change in report.changes]
    counts = (("added", "+"), ("dropped", "-"), ("changed", "~"), ("undecided", "?"))
    listed = ", ".join(f"{signs.count(sign)} {word}" for word, sign in counts if sign in signs)
    return f"{listed}: {report.old} -> {report.new}"


def shown_place(place: Place | None) -> str:
    """``file:line``; nothing for what no file defines."""
    return "" if place is None or place.file is None else f"{place.file}:{place.line}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _coloured(text: str, code: str, is_coloured: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if is_coloured and text else text


def objects_of(changes: Iterable[SchemaChange]) -> list[tuple[str, list[SchemaChange]]]:
    """The changes by the object they are about."""
    return [(called, list(group)) for called, group in groupby(changes, key=lambda change: change.object)]
