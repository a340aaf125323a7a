"""What two orders of the same statements say differently, by the models of their texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from confiture._interface import SqlObject

__all__ = ["DEFAULT_SCHEMA", "Meaning", "Subject", "subjects_of"]

#: The schema of names that have none: no statement that is sorted sets another search path.
DEFAULT_SCHEMA = "public"

#: Schema and name of an object, or of the table that it belongs to.
Subject = tuple[str, str]

#: What is about no object that has a name.
_NAMELESS: tuple[Subject, ...] = (("", ""),)

#: Fields of the model that say where something stands, or follow from the rest.
_LEFT_OUT = ("edges", "ledger")


class Meaning:
    """What a text of DDL says of each object.

    Args:
        document: The MessagePack document of its model.
        statements: The number of the statement that starts in a line.
    """

    def __init__(self, document: bytes, statements: Mapping[int, int]) -> None:
        model: dict[str, Any] = msgspec.msgpack.decode(document)
        self._said: defaultdict[_Key, list[bytes]] = defaultdict(list)
        self._made: defaultdict[Subject, set[int]] = defaultdict(set)
        self._opaque = Counter(item["fingerprint"] for item in model.get("opaque", ()))
        for field in _LEFT_OUT:
            model.pop(field, None)
        for field, items in model.items():
            for item in items:
                key = _key(field, item)
                for place in _places(item):
                    for subject in key.subjects:
                        self._made[subject].add(statements[place["line"]])
                item.pop("reason", None)
                self._said[key].append(msgspec.msgpack.encode(item))
        for said in self._said.values():
            said.sort()

    def differences(self, other: Meaning) -> set[Subject]:
        """What the two texts say different things of."""
        keys = self._said.keys() | other._said.keys()
        return {
            subject for key in keys if self._said.get(key) != other._said.get(key) for subject in key.subjects
        }

    def understands_less(self, other: Meaning) -> bool:
        """Whether statements are kept as they are here that the other text understands."""
        return bool(self._opaque - other._opaque)

    def made(self, subjects: Iterable[Subject]) -> set[int]:
        """The statements that make these objects, or parts of them."""
        return {number for subject in subjects for number in self._made.get(subject, ())}


class _Key(NamedTuple):
    field: str
    subjects: tuple[Subject, ...]
    arguments: tuple[str, ...] = ()


def _key(field: str, item: dict[str, Any]) -> _Key:
    if field == "opaque":
        identity = item.get("identity") or {}
        named = _subjects(identity.get("schema"), identity.get("name"), identity.get("parent"))
        return _Key(field, named, (item["fingerprint"],))
    arguments = item.get("arguments") or ()
    types = tuple(one if isinstance(one, str) else str(one.get("type")) for one in arguments)
    named = _subjects(item.get("schema"), item.get("name"), item.get("table") or item.get("parent"))
    return _Key(field, named, types)


def _subjects(schema: str | None, *names: str | None) -> tuple[Subject, ...]:
    return tuple((schema or DEFAULT_SCHEMA, name) for name in names if name is not None) or _NAMELESS


def subjects_of(touched: SqlObject) -> tuple[Subject, ...]:
    """What a statement that touches an object may be about."""
    _, schema, name, _, parent = touched
    return _subjects(schema, name, parent)


def _places(item: dict[str, Any]) -> Iterator[dict[str, int]]:
    """The places of an object and of its parts, which are taken from it."""
    parts = (item, *item.get("constraints", ()))
    for part in parts:
        place = part.pop("place", None)
        if place is not None:
            yield place
