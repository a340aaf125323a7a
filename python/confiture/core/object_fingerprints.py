"""The fingerprint of each object of a schema."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from confiture.artifacts import convert, dumps_msgpack, loads_msgpack
from confiture.core.resolved_texts import resolve_texts
from confiture.lineage.objects import modelled_objects, opaque_object
from confiture.models.schema.model import SchemaModel

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["object_fingerprints"]

#: Fields whose parts have places too.
_PARTS = ("constraints",)


def object_fingerprints(document: bytes) -> dict[str, str]:
    """The fingerprint of each object by what it is called, 64 hexadecimal digits.

    It is SHA-256 of the object as MessagePack without its place, its texts with the schemas of what they
    refer to. That of an object of which only statements are known that the model keeps as they are is SHA-256
    of their fingerprints, sorted, in one line each.

    Args:
        document: A model, as an engine gives it.
    """
    plain: dict[str, Any] = loads_msgpack(document)
    resolve_texts(plain)
    for items in plain.values():
        for item in items:
            item.pop("place", None)
            for field in _PARTS:
                for part in item.get(field, ()):
                    part.pop("place", None)
    model = convert(plain, SchemaModel)
    found = {
        described.called: hashlib.sha256(dumps_msgpack(item)).hexdigest()
        for item, described in modelled_objects(model)
    }
    statements: dict[str, list[str]] = {}
    for opaque in model.opaque:
        made = opaque_object(opaque)
        if made is not None and made.called not in found:
            statements.setdefault(made.called, []).append(opaque.fingerprint)
    return {**found, **{called: _of_lines(sorted(lines)) for called, lines in statements.items()}}


def _of_lines(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
