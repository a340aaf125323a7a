"""Statements that a model keeps as they are: they break the grammar, contradict others, or are beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.core.model_checks import PlacedFindings
    from confiture.models.schema.others import Opaque

__all__ = ["NOT_DEFINED", "look_at_kept"]

#: Why a statement is kept as it is whose object the text does not define: a word of the engines.
NOT_DEFINED = "the text does not define it"

#: Words of the engines for what is beyond the model, which a server may well execute.
_LIMITS = frozenset(
    {
        "a variable of psql stands for a name",
        "a variable of psql stands for a string",
        "a view's extension has no place",
        "an index's extension has no place",
        "it is no object of a schema",
        "nothing can be granted on it",
        "settings of all roles have no place",
        "several have its name",
        "the column has its name from the query",
        "the columns of its query are not known",
        "the indexes of what it is like are not copied",
        "the model has no place for it",
        "the schema has the name of an unknown role",
        "what is in a tablespace cannot be told",
        "what it is about is kept as it is",
    }
)


def look_at_kept(statements: Iterable[Opaque], findings: PlacedFindings) -> None:
    """Say which statements are kept as they are, and why; but not those about something undefined.

    Args:
        statements: What is kept.
        findings: Where it goes; what is said of a statement already is enough.
    """
    for opaque in statements:
        # What has no kind is CHECK_003.
        if opaque.kind is None or opaque.place is None or findings.had_at(opaque.place):
            continue
        if opaque.is_refused:
            findings.add(
                ("CHECK_013", "error"),
                f"{opaque.kind} cannot be understood: {opaque.reason}",
                "Correct the statement; if the server takes it, please report it.",
                opaque.place,
            )
        elif opaque.reason in _LIMITS:
            findings.add(
                ("CHECK_017", "note"),
                f"{_described(opaque)} is kept as it is: {opaque.reason}",
                "Nothing is to be done: it is in the bundle, and compared by its text.",
                opaque.place,
            )
        elif opaque.reason != NOT_DEFINED:
            findings.add(
                ("CHECK_017", "warning"),
                f"{_described(opaque)} does not fit to the rest: {opaque.reason}",
                "Correct it; if the server takes it, please report it.",
                opaque.place,
            )


def _described(opaque: Opaque) -> str:
    return f"{opaque.kind} of {opaque.identity}" if opaque.identity is not None else f"{opaque.kind}"
