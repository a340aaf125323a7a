"""What is different between two schemas, as typed values (``docs/diff.md``)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from confiture.artifacts import Artifact
from confiture.models.schema.parts import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["UNDECIDED", "SchemaChange", "SchemaDiff"]

#: The type of what may be a change: two texts that a server alone can tell to be the same.
UNDECIDED = "UNDECIDED"

#: What the details of a change hold: names and values of the object it is about.
Detail = str | int | bool | list[str] | None


class SchemaChange(Artifact, frozen=True, kw_only=True):
    """One thing that is different.

    Attributes:
        type: What it is, such as ``ADD_COLUMN`` (``docs/diff.md`` lists all), or ``UNDECIDED``.
        object: The object that is different, as lineage and ``check`` call it: ``table app.users``.
        table: The table, view or other object it is about, with its schema unless that is ``public``;
            of an index, a constraint, a trigger, a policy or a rule the table that has it.
        column: The column, if it is about one.
        old_value: What was there, if that is one text.
        new_value: What is there now.
        details: More of it, by name; ``name`` is that of a part such as an index or a constraint,
            ``inferred`` is true where a rename is concluded from two definitions that are the same.
        location: Where the new schema defines it; the old one, where only that has it.
    """

    type: str
    object: str
    table: str | None = None
    column: str | None = None
    old_value: str | None = None
    new_value: str | None = None
    details: dict[str, Detail] | None = None
    location: Place | None = None


class SchemaDiff(Artifact, frozen=True, kw_only=True):
    """What is different between two schemas.

    Attributes:
        changes: All that is different, and what is undecided, sorted by kind of object, name and type.
    """

    changes: tuple[SchemaChange, ...] = ()

    def has_changes(self) -> bool:
        """Whether anything is different, or may be."""
        return bool(self.changes)

    def undecided(self) -> tuple[SchemaChange, ...]:
        """What a server alone can decide."""
        return tuple(change for change in self.changes if change.type == UNDECIDED)

    def count_by_type(self) -> Mapping[str, int]:
        """How many changes there are of each type, by type."""
        return dict(sorted(Counter(change.type for change in self.changes).items()))
