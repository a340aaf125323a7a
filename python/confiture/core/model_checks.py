"""What a bundle's model tells: what breaks the grammar, and what is needed and not there, or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.artifacts.checked import CheckedModel
    from confiture.core.findings import Findings
    from confiture.core.sources import Sources
    from confiture.models.schema.parts import Place

__all__ = ["PlacedFindings", "look_at_model"]


class PlacedFindings:
    """Findings at places of a model.

    Args:
        findings: Where they go.
        paths: The files as the model names them, by which findings number them.
    """

    def __init__(self, findings: Findings, paths: Iterable[str]) -> None:
        self._findings = findings
        self._numbers = {path: number for number, path in enumerate(paths)}

    def add(
        self, rule: tuple[str, str], message: str, hint: str, place: Place, other: Place | None = None
    ) -> None:
        """Add a finding of a code and severity, perhaps with another place."""
        related = None if other is None else (self.number(other), other.line, other.column)
        code, severity = rule
        self._findings.add(
            code,
            severity,
            message,
            hint,
            file=self.number(place),
            line=place.line,
            column=place.column,
            related=related,
        )

    def number(self, place: Place) -> int:
        """The number of the file of a place."""
        return self._numbers[place.file or ""]

    def order(self, place: Place) -> tuple[int, int, int]:
        """What sorts places by the order of the files."""
        return self.number(place), place.line, place.column


def look_at_model(model: CheckedModel, sources: Sources, findings: Findings) -> None:
    """Add what is to be said of a model.

    Args:
        model: Of the model of a bundle, what is looked at.
        sources: The files of the bundle.
        findings: Where it goes.
    """
    if not model.opaque and not model.edges:
        return
    placed = PlacedFindings(findings, sources.paths)
    for opaque in model.opaque:
        # What has no kind is CHECK_003.
        if opaque.is_refused and opaque.kind is not None and opaque.place is not None:
            placed.add(
                ("CHECK_013", "error"),
                f"{opaque.kind} cannot be understood: {opaque.reason}",
                "Correct the statement; if the server takes it, please report it.",
                opaque.place,
            )
    from confiture.core.undefined import look_at_undefined

    look_at_undefined(model, sources, placed)
    if any(edge.status == "late" for edge in model.edges):
        from confiture.core.late_needs import look_at_late

        look_at_late(model.edges, sources, placed)
