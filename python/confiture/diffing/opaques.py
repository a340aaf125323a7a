"""Statements that models keep as they are, where only one of two texts has them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture.diffing.secrets import without_secrets
from confiture.diffing.texts import definition_text
from confiture.models.diff import UNDECIDED, SchemaChange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from confiture.diffing.kinds import Entry
    from confiture.diffing.matching import Key
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import Opaque

__all__ = [
    "altered_by",
    "lone_opaques",
    "opaque_change",
    "types_kept_as_they_are",
    "under_its_name",
    "with_kept_types",
]


def lone_opaques(model: SchemaModel, other: SchemaModel) -> Iterator[Opaque]:
    """Statements that a model keeps and another one does not have, in their order."""
    missing = Counter(one.fingerprint for one in model.opaque)
    missing.subtract(one.fingerprint for one in other.opaque)
    for one in model.opaque:
        if missing[one.fingerprint] > 0:
            missing[one.fingerprint] -= 1
            yield one


def under_its_name(opaque: Opaque, entries: Mapping[Key, Entry]) -> Key | None:
    """The object that a statement would define in the other model, if it is one that is there alone.

    Args:
        opaque: The statement.
        entries: The objects of the other model that this one does not have.
    """
    identity = opaque.identity
    if identity is None or not (opaque.kind or "").startswith("CREATE"):
        return None
    found = [
        key
        for key, entry in entries.items()
        if (entry.identity.kind, entry.identity.name) == (identity.kind, identity.name)
        and identity.schema in (None, entry.identity.schema)
    ]
    return found[0] if len(found) == 1 else None


def altered_by(opaque: Opaque) -> set[tuple[str | None, str | None]]:
    """The schema and name of what a statement changes, so that nobody can tell what that is now."""
    identity = opaque.identity
    if identity is None or not (opaque.kind or "").startswith("ALTER"):
        return set()
    return {(identity.schema, identity.name)}


def opaque_change(opaque: Opaque, entry: Entry | None, *, is_new: bool, is_exact: bool) -> SchemaChange:
    """That nobody can tell what a statement makes of the object of its name, or of any other one.

    Args:
        opaque: The statement.
        entry: The object of its name in the other model.
        is_new: Whether the new model has the statement.
        is_exact: Whether both are in one server's spelling, so that it is certain that something differs.
    """
    text = " ".join(part for part in (opaque.kind, _called(opaque)) if part)
    before = None if entry is None else without_secrets(entry.identity.kind, definition_text(entry))
    called = _called(opaque) or "statement"
    return SchemaChange(
        type=("ADD_STATEMENT" if is_new else "DROP_STATEMENT") if is_exact else UNDECIDED,
        object=called if entry is None else str(entry.identity),
        table=None if entry is None else entry.relation,
        old_value=before if is_new else text,
        new_value=text if is_new else before,
        details={"reason": opaque.reason, "fingerprint": opaque.fingerprint},
        location=opaque.place,
    )


def with_kept_types(entry: Entry, kept: Collection[str]) -> Entry:
    """A routine as one that takes types of these names, in whatever schemas they are."""
    arguments = entry.identity.arguments
    if not kept or not arguments:
        return entry
    shown = tuple(
        kind.rpartition(".")[2] if kind.rpartition(".")[2].removesuffix("[]") in kept else kind
        for kind in arguments
    )
    return entry._replace(identity=replace(entry.identity, arguments=shown))


def types_kept_as_they_are(opaques: tuple[Opaque, ...]) -> set[str]:
    """The names of the types that statements would define."""
    return {
        one.identity.name
        for one in opaques
        if one.identity is not None and one.identity.kind in ("type", "domain") and one.identity.name
    }


def _called(opaque: Opaque) -> str:
    return "" if opaque.identity is None else str(opaque.identity)
