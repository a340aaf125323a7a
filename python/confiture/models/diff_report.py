"""What ``confiture diff`` reports (``docs/diff.md``)."""

from __future__ import annotations

from confiture.artifacts import Document
from confiture.models.constraints import Count, EngineName
from confiture.models.diff import SchemaChange

__all__ = ["DiffReport"]


class DiffReport(Document, frozen=True, kw_only=True, tag="diff/1"):
    """What is different between two schemas.

    Attributes:
        ok: Whether nothing is different and nothing undecided.
        old: What was compared, as it was asked for, without passwords.
        new: What it was compared with.
        changes: What is different, and what is undecided; files of locations are relative to the current
            directory, where they are below it.
        counts: How many changes there are of each type.
        engine: ``rust`` or ``python``.
    """

    ok: bool
    old: str
    new: str
    changes: tuple[SchemaChange, ...]
    counts: dict[str, Count]
    engine: EngineName
