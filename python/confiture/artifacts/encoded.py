"""Schema models whose objects stay encoded until somebody looks at them.

Most of what two models have is the same: as MessagePack such objects are the same bytes, apart from where
they are defined.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from confiture.models.schema.model import SchemaModel
from confiture.models.schema.others import DefaultPrivileges, Definition, Extension, Opaque, Role, Schema
from confiture.models.schema.routines import Aggregate, EventTrigger, Policy, Routine, Rule, Trigger
from confiture.models.schema.tables import Index, Sequence, Table, View
from confiture.models.schema.types import Domain, Type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from confiture.models.schema.parts import SchemaObject

    Object = TypeVar("Object", bound=SchemaObject)

__all__ = ["EncodedModel", "Head", "differing_parts", "has_same_without_owner"]

#: Where an object is defined, as the encoding has it: ``place`` and a map of two or three entries. That
#: starts in no text, as the byte of the map cannot follow a letter in UTF-8. Names of files may have bytes
#: like those of keys, so that they are passed over by their length; longer ones than 255 bytes stay.
_INTEGER = rb"(?:[\x00-\x7f]|\xcc.|\xcd..|\xce.{4}|\xcf.{8})"
_SHORT = b"|".join(b"\\x%02x.{%d}" % (0xA0 + length, length) for length in range(32))
_LONG = b"|".join(b"\\x%02x.{%d}" % (length, length) for length in range(32, 256))
_PLACE = re.compile(
    rb"\xa5place(?:\x82|\x83\xa4file(?:%b|\xd9(?:%b)))\xa4line%b\xa6column%b"
    % (_SHORT, _LONG, _INTEGER, _INTEGER),
    re.DOTALL,
)
_NO_PLACE = b"\xa5place\xc0"


class _Parts(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a model that are compared, as they are encoded."""

    schemas: tuple[msgspec.Raw, ...] = ()
    extensions: tuple[msgspec.Raw, ...] = ()
    roles: tuple[msgspec.Raw, ...] = ()
    types: tuple[msgspec.Raw, ...] = ()
    domains: tuple[msgspec.Raw, ...] = ()
    sequences: tuple[msgspec.Raw, ...] = ()
    tables: tuple[msgspec.Raw, ...] = ()
    indexes: tuple[msgspec.Raw, ...] = ()
    views: tuple[msgspec.Raw, ...] = ()
    routines: tuple[msgspec.Raw, ...] = ()
    aggregates: tuple[msgspec.Raw, ...] = ()
    triggers: tuple[msgspec.Raw, ...] = ()
    event_triggers: tuple[msgspec.Raw, ...] = ()
    policies: tuple[msgspec.Raw, ...] = ()
    rules: tuple[msgspec.Raw, ...] = ()
    definitions: tuple[msgspec.Raw, ...] = ()
    default_privileges: tuple[DefaultPrivileges, ...] = ()
    opaque: tuple[Opaque, ...] = ()


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of an object without decoding all of it: its attributes are those of the object."""

    schema: str | None = None
    name: str = ""
    owner: str | None = None
    kind: str | None = None


#: The types of the objects that are decoded when they are looked at.
_TYPES: dict[str, type[SchemaObject]] = {
    "schemas": Schema,
    "extensions": Extension,
    "roles": Role,
    "types": Type,
    "domains": Domain,
    "sequences": Sequence,
    "tables": Table,
    "indexes": Index,
    "views": View,
    "routines": Routine,
    "aggregates": Aggregate,
    "triggers": Trigger,
    "event_triggers": EventTrigger,
    "policies": Policy,
    "rules": Rule,
    "definitions": Definition,
}

#: What has columns, and what has queries that may name all of them.
_WITH_COLUMNS = ("tables", "views")
_WITH_QUERIES = ("views", "rules")
_STAR = re.compile(rb"(?:select|,|distinct) \*|\.\*")

_parts = msgspec.msgpack.Decoder(_Parts)
_head = msgspec.msgpack.Decoder(Head)


class EncodedModel:
    """A model in the MessagePack document of an engine.

    Args:
        document: The document.
    """

    def __init__(self, document: bytes) -> None:
        self._parts = _parts.decode(document)
        self._placeless = _parts.decode(_PLACE.sub(_NO_PLACE, document))

    @classmethod
    def of(cls, model: SchemaModel | EncodedModel) -> EncodedModel:
        """A model, which is encoded for it."""
        if isinstance(model, EncodedModel):
            return model
        return cls(msgspec.msgpack.encode(model))

    @property
    def opaque(self) -> tuple[Opaque, ...]:
        """Statements that are kept as they are."""
        return self._parts.opaque

    def heads(self, kind: str) -> Iterator[Head]:
        """What is in front of each object of a kind, such as ``tables``."""
        return map(_head.decode, getattr(self._parts, kind))

    def objects(self, kind: str) -> list[Any]:
        """The objects of a kind."""
        return self._decoded(kind, range(len(getattr(self._parts, kind))))

    def table(self, schema: str | None, name: str) -> Table | None:
        """A table, if there is one of this name."""
        found: Table | None = self._found("tables", schema, name)
        return found

    def view(self, schema: str | None, name: str) -> View | None:
        """A view, if there is one of this name."""
        found: View | None = self._found("views", schema, name)
        return found

    def _found(self, kind: str, schema: str | None, name: str) -> Any:
        index = self._places[kind].get((schema, name))
        return None if index is None else self._decoded(kind, [index])[0]

    @cached_property
    def _places(self) -> dict[str, dict[tuple[str | None, str], int]]:
        """Where the relations with columns are, by kind and name."""
        return {
            kind: {(head.schema, head.name): index for index, head in enumerate(self.heads(kind))}
            for kind in ("tables", "views")
        }

    def _decoded(self, kind: str, indexes: Iterable[int]) -> list[Any]:
        encoded = getattr(self._parts, kind)
        decode = msgspec.msgpack.Decoder(_TYPES[kind]).decode
        return [decode(encoded[index]) for index in indexes]

    def placeless(self, kind: str) -> list[bytes]:
        """The objects of a kind, each as the bytes that say all of it but where it is defined."""
        return [bytes(one) for one in getattr(self._placeless, kind)]

    def reduced(self, kept: Callable[[str, bytes], bool]) -> SchemaModel:
        """The model with some of its objects, and without edges and ledger.

        Args:
            kept: Whether an object is kept, by its kind and the bytes that `placeless` gives.
        """
        objects: dict[str, Any] = {
            kind: tuple(
                self._decoded(
                    kind, (index for index, one in enumerate(self.placeless(kind)) if kept(kind, one))
                )
            )
            for kind in _TYPES
        }
        return SchemaModel(
            **objects, default_privileges=self._parts.default_privileges, opaque=self._parts.opaque
        )


def differing_parts(
    old: EncodedModel, new: EncodedModel, names: Iterable[tuple[str, ...]] = ()
) -> tuple[SchemaModel, SchemaModel]:
    """Two models with those of their objects that are not the same in both, or may not be.

    Args:
        old: One model.
        new: The other one.
        names: What has all names of one of these in it is kept, even if it is the same.
    """
    same = {kind: _same(old, new, kind) for kind in _TYPES}
    if any(len(same[kind]) < len(model.placeless(kind)) for kind in _WITH_COLUMNS for model in (old, new)):
        # What `*` stands for may be something else, where a table has other columns.
        for kind in _WITH_QUERIES:
            same[kind] = {one for one in same[kind] if _STAR.search(one) is None}
    needles = [[name.encode() for name in group] for group in names]
    if needles:
        same = {
            kind: {one for one in objects if not any(all(name in one for name in group) for group in needles)}
            for kind, objects in same.items()
        }
    before, after = (model.reduced(lambda kind, one: one not in same[kind]) for model in (old, new))
    return before, after


def has_same_without_owner(old: EncodedModel, new: EncodedModel, kinds: Iterable[str]) -> bool:
    """Whether an object of these kinds, but a shell type, is the same in both models and has no owner."""
    heads = (_head.decode(one) for kind in kinds for one in _same(old, new, kind))
    return any(head.owner is None and head.kind != "shell" for head in heads)


def _same(old: EncodedModel, new: EncodedModel, kind: str) -> set[bytes]:
    return set(old.placeless(kind)).intersection(new.placeless(kind))
