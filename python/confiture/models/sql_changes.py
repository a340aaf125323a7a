"""What a change of a query means for those who read what it gives (``docs/metadata.md``)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact

__all__ = ["ReachedColumn", "SqlChange", "SqlReason"]

_VERDICT = Annotated[str, Meta(pattern="^(unchanged|non_breaking|partly_breaking|breaking|unknown)$")]


class SqlReason(Artifact, frozen=True, kw_only=True):
    """One of the things that are different.

    Attributes:
        verdict: What it alone would mean; as in `SqlChange`.
        what: What it is about: ``column_added``, ``column_removed``, ``column_renamed``, ``column_type``,
            ``column_expression``, ``column_order``; ``distinct``, ``filter``, ``grouping``, ``join``,
            ``limit``, ``order``, ``set_operation``, ``source``, ``window``, ``rows``; ``undecidable``.
        name: The column, or the clause.
        detail: More of it, for people.
    """

    verdict: _VERDICT
    what: str
    name: str | None = None
    detail: str = ""


class SqlChange(Artifact, frozen=True, kw_only=True):
    """What a change of a query means.

    Attributes:
        verdict: ``unchanged``: it gives the same; ``non_breaking``: the same in all columns that it had;
            ``partly_breaking``: other rows or other values; ``breaking``: a column is gone, has another name
            or another type; ``unknown``: it cannot be told.
        reasons: Why.
    """

    verdict: _VERDICT
    reasons: tuple[SqlReason, ...] = ()


class ReachedColumn(Artifact, frozen=True, kw_only=True):
    """A column downstream whose values change, as a column that it comes from does.

    Attributes:
        node: What has it.
        column: The column.
        distance: How many steps away the nearest change is.
    """

    node: str
    column: str
    distance: int
