"""What dumps of a server tell, and what they leave to the server or take from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture.diffing.kinds import OF_CLUSTERS
from confiture.models.schema.others import Extension

if TYPE_CHECKING:
    from typing import TypeVar

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.tables import Table
    from confiture.models.schema.types import Domain

    Constrained = TypeVar("Constrained", Table, Domain)

__all__ = ["is_comment_left_open", "left_open_fields", "of_a_dump"]

#: The first version that keeps not-null constraints, with their names.
_WITH_NOT_NULL_CONSTRAINTS = 18


def of_a_dump(model: SchemaModel, version: int) -> SchemaModel:
    """What a dump of a server of a version tells."""
    if version < _WITH_NOT_NULL_CONSTRAINTS:
        model = replace(
            model,
            tables=tuple(map(_without_not_null_constraints, model.tables)),
            domains=tuple(map(_without_not_null_constraints, model.domains)),
        )
    return replace(
        model,
        roles=(),
        definitions=tuple(one for one in model.definitions if one.kind not in OF_CLUSTERS),
        opaque=tuple(
            one for one in model.opaque if one.identity is None or one.identity.kind not in OF_CLUSTERS
        ),
    )


def _without_not_null_constraints(item: Constrained) -> Constrained:
    kept = tuple(one for one in item.constraints if one.kind != "not_null")
    return item if len(kept) == len(item.constraints) else replace(item, constraints=kept)


def left_open_fields(one: object, other: object) -> tuple[str, ...]:
    """The fields that a text leaves to whatever server the other one is dumped from."""
    if not (isinstance(one, Extension) and isinstance(other, Extension)):
        return ()
    return ("version",) if None in (one.version, other.version) else ()


def is_comment_left_open(one: object, other: object) -> bool:
    """Whether a comment is the one that an extension brings, which its dump repeats and its text does not."""
    if not (isinstance(one, Extension) and isinstance(other, Extension)):
        return False
    return None in (one.comment, other.comment)
