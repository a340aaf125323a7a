"""The fingerprint of each object of a schema."""

from __future__ import annotations

import hashlib
from typing import Any

from confiture.artifacts import convert, dumps_msgpack, loads_msgpack
from confiture.core.resolved_texts import resolve_texts
from confiture.lineage.objects import modelled_objects
from confiture.models.schema.model import SchemaModel

__all__ = ["object_fingerprints"]

#: Fields whose parts have places too.
_PARTS = ("constraints",)


def object_fingerprints(document: bytes) -> dict[str, str]:
    """The fingerprint of each object that is modelled by what it is called, 64 hexadecimal digits.

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
    return {
        described.called: hashlib.sha256(dumps_msgpack(item)).hexdigest()
        for item, described in modelled_objects(convert(plain, SchemaModel))
    }
