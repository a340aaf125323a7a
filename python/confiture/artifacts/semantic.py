"""The semantic fingerprint of a schema's model (``docs/model.md``)."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

__all__ = ["semantic_fingerprint"]

#: Fields of the model that say where something stands, or follow from the rest.
_LEFT_OUT = ("edges", "ledger")

#: Fields of tables and domains whose parts have places too.
_PARTS = ("constraints",)


def semantic_fingerprint(document: bytes) -> tuple[str, int]:
    """The fingerprint of the model in a MessagePack document, and how many statements it keeps as they are.

    The fingerprint has 64 hexadecimal digits. Places, the ledger and edges are no part of it, the order
    of statements that are kept as they are does not count, and names of texts have their schemas.
    """
    from confiture.core.resolved_texts import resolve_texts

    model: dict[str, Any] = msgspec.msgpack.decode(document)
    resolve_texts(model)
    for field in _LEFT_OUT:
        model.pop(field, None)
    for items in model.values():
        for item in items:
            item.pop("place", None)
            for field in _PARTS:
                for part in item.get(field, ()):
                    part.pop("place", None)
    opaque = model.get("opaque", [])
    for item in opaque:
        # Which words explain it is no part of what it says.
        item.pop("reason", None)
    opaque.sort(key=lambda item: (item["fingerprint"], item.get("kind") or ""))
    return hashlib.sha256(msgspec.msgpack.encode(model)).hexdigest(), len(opaque)
