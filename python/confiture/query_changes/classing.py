"""Which of the changes of a query break those who read what it gives."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from confiture.column_lineage.names import folding_of
from confiture.column_lineage.shapes import EVERY
from confiture.models.sql_changes import SqlChange, SqlReason
from confiture.query_changes.fingerprints import fingerprints_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confiture.column_lineage.shapes import Shape
    from confiture.query_changes.fingerprints import Fingerprints

__all__ = ["UNDECIDED", "class_of_change", "undecided"]

#: The verdicts, the worse later.
_ORDER = ("unchanged", "non_breaking", "partly_breaking", "unknown", "breaking")

UNDECIDED = "undecidable"

#: What clauses are about, for kinds that are not called so.
_ABOUT = {
    "aggregation": "grouping",
    "expansion": "rows",
    "fetch": "limit",
    "having": "filter",
    "locks": "other",
    "offset": "limit",
    "qualify": "filter",
    "source": "source",
    "values": "rows",
    "where": "filter",
}
_KNOWN = (
    "distinct",
    "filter",
    "grouping",
    "join",
    "limit",
    "order",
    "rows",
    "set_operation",
    "source",
    "window",
)


def undecided(reason: str) -> SqlChange:
    """The class of a change of which nothing can be told."""
    return SqlChange(
        verdict="unknown", reasons=(SqlReason(verdict="unknown", what=UNDECIDED, detail=reason),)
    )


def class_of_change(
    old: str,
    new: str,
    dialect: str,
    *,
    old_relation: Callable[[tuple[str, ...]], str] | None = None,
    new_relation: Callable[[tuple[str, ...]], str] | None = None,
) -> SqlChange:
    """What a change of a query means for those who read what it gives.

    Args:
        old: The query before.
        new: The query now.
        dialect: sqlglot's name for their dialect.
        old_relation: Gives what a relation of the old query is called, wherever it is, by the parts of its
            name; default: its name.
        new_relation: The same for the new query.
    """
    if old == new:
        return SqlChange(verdict="unchanged")
    from confiture.column_lineage.shaping import shape_of

    shapes = [shape_of(text, dialect, is_detailed=True) for text in (old, new)]
    for shape, when in zip(shapes, ("before", "now"), strict=True):
        gaps = [reason for _, reason in shape.gaps]
        if not shape.blocks or any(block.is_opaque for block in shape.blocks) or gaps:
            return undecided(f"the query {when} is not understood: {gaps[0] if gaps else 'no query'}")
    folding = folding_of(dialect)

    def named(parts: tuple[str, ...]) -> str:
        return ".".join(map(folding.key, parts))

    before = fingerprints_of(shapes[0], folding, old_relation or named)
    after = fingerprints_of(shapes[1], folding, new_relation or named)
    reasons = [*_columns(before, after), *_rows(before, after, shapes)]
    verdict = max((reason.verdict for reason in reasons), key=_ORDER.index, default="unchanged")
    return SqlChange(verdict=verdict, reasons=tuple(reasons))


def _columns(before: Fingerprints, after: Fingerprints) -> list[SqlReason]:
    old, new = before.columns, after.columns
    stars = [name for name in {**old, **new} if _is_star(name) and old.get(name) != new.get(name)]
    if stars:
        return [
            SqlReason(
                verdict="unknown",
                what=UNDECIDED,
                name=EVERY,
                detail="which columns a star stands for is not known",
            )
        ]
    if before.is_positional or after.is_positional:
        if list(old.values()) == list(new.values()):
            return []
        detail = "a column without a name of its own has another expression"
        return [SqlReason(verdict="unknown", what=UNDECIDED, detail=detail)]
    reasons = []
    added = [name for name in new if name not in old]
    by_value = {new[name]: name for name in reversed(added)}
    renamed: set[str] = set()
    for name, value in old.items():
        if name not in new:
            other = by_value.get(value)
            what = "column_removed" if other is None else "column_renamed"
            detail = "" if other is None else f"it is called {other} now"
            renamed |= {other} if other is not None else set()
            reasons.append(SqlReason(verdict="breaking", what=what, name=name, detail=detail))
        elif value != new[name]:
            reasons.append(SqlReason(verdict="partly_breaking", what="column_expression", name=name))
        if name in new and before.types.get(name) != after.types.get(name):
            told = f"{before.types.get(name, 'no cast')} -> {after.types.get(name, 'no cast')}"
            reasons.append(SqlReason(verdict="breaking", what="column_type", name=name, detail=told))
    reasons += [
        SqlReason(verdict="non_breaking", what="column_added", name=name)
        for name in added
        if name not in renamed
    ]
    if not reasons and list(old) != list(new):
        reasons.append(SqlReason(verdict="non_breaking", what="column_order"))
    return reasons


def _is_star(name: str) -> bool:
    return name.startswith(EVERY)


def _rows(before: Fingerprints, after: Fingerprints, shapes: Sequence[Shape]) -> list[SqlReason]:
    if before.rows == after.rows:
        return []
    gone, come = before.clauses - after.clauses, after.clauses - before.clauses
    kinds = Counter(_about(kind) for kind, _ in (*gone, *come))
    reasons = []
    for kind in sorted(kinds):
        was = sum(count for (each, _), count in gone.items() if _about(each) == kind)
        now = sum(count for (each, _), count in come.items() if _about(each) == kind)
        detail = "added" if not was else "removed" if not now else "changed"
        reasons.append(SqlReason(verdict="partly_breaking", what=kind, name=kind, detail=detail))
    if not reasons:
        detail = "clauses stand at other places"
        reasons.append(SqlReason(verdict="partly_breaking", what="rows", name="rows", detail=detail))
    return reasons


def _about(kind: str) -> str:
    word = kind.partition(" ")[0]
    word = _ABOUT.get(word, word)
    return word if word in _KNOWN else "rows"
