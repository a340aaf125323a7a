"""MessagePack of values that are digested: one way to write each, with maps in the order that they have."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["packed", "struct_items"]


def struct_items(struct: msgspec.Struct) -> dict[str, Any]:
    """The fields of a struct in their order, as built-in values, without those that have their default."""
    items: dict[str, Any] = msgspec.to_builtins(struct)
    return items


def packed(*values: object) -> bytes:
    """The values one behind the other; maps are not sorted, and have the shortest headers."""
    return b"".join(map(msgspec.msgpack.encode, values))
