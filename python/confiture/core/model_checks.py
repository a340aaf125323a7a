"""What a bundle's model tells: what breaks the grammar, and what is needed and not there, or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.core.psql_commands import is_conditional

if TYPE_CHECKING:
    from confiture.artifacts.checked import CheckedModel
    from confiture.core.findings import Findings
    from confiture.core.sources import Sources
    from confiture.core.statement_needs import StatementNeeds
    from confiture.models.schema.parts import Place

__all__ = ["PlacedFindings", "look_at_model"]


class PlacedFindings:
    """Findings at places of a model.

    Args:
        findings: Where they go.
        sources: The files of the bundle.
    """

    def __init__(self, findings: Findings, sources: Sources) -> None:
        self._findings = findings
        self._sources = sources
        self._places = findings.places()
        #: Of each file that was asked for, the offsets of its statements by their lines and columns.
        self._offsets: dict[int, dict[tuple[int, int], int]] = {}
        self._numbers = {path: number for number, path in enumerate(sources.paths)}

    def add(
        self, rule: tuple[str, str], message: str, hint: str, place: Place, other: Place | None = None
    ) -> None:
        """Add a finding of a code and severity, perhaps with another place.

        Of statements that depend on a condition of psql, nothing is told.
        """
        file = self.number(place)
        offset = self._offset(file, place)
        if is_conditional(offset, self._sources.conditions.get(file, ())):
            return
        related = None if other is None else (self.number(other), other.line, other.column)
        code, severity = rule
        self._findings.add(
            code,
            severity,
            message,
            hint,
            file=file,
            line=place.line,
            column=place.column,
            offset=offset,
            related=related,
        )

    def number(self, place: Place) -> int:
        """The number of the file of a place."""
        return self._numbers[place.file or ""]

    def had_at(self, place: Place) -> bool:
        """Whether there was a finding at a place before those of the model."""
        return self.order(place) in self._places

    def _offset(self, file: int, place: Place) -> int:
        offsets = self._offsets.get(file)
        if offsets is None:
            statements = self._sources.files[file][0]
            offsets = self._offsets[file] = {
                (statement[5], statement[6]): statement[3] for statement in statements
            }
        known = offsets.get((place.line, place.column))
        return self._sources.texts.offset(file, place.line, place.column) if known is None else known

    def order(self, place: Place) -> tuple[int, int, int]:
        """What sorts places by the order of the files."""
        return self.number(place), place.line, place.column


def look_at_model(model: CheckedModel, sources: Sources, needs: StatementNeeds, findings: Findings) -> None:
    """Add what is to be said of a model.

    Args:
        model: Of the model of a bundle, what is looked at.
        sources: The files of the bundle.
        needs: What its statements need.
        findings: Where it goes.
    """
    schemas = list(needs.schemas())
    if not model.opaque and not model.edges and not schemas:
        return
    from confiture.core.kept_statements import look_at_kept
    from confiture.core.undefined import look_at_undefined

    placed = PlacedFindings(findings, sources)
    look_at_kept(model.opaque, placed)

    late = look_at_undefined(model, sources, needs, schemas, placed)
    if late or any(edge.status == "late" for edge in model.edges):
        from confiture.core.late_needs import look_at_late

        look_at_late(model.edges, late, list(needs.edges()), sources, placed)
