"""The one place where structs are encoded.

Every artifact derives from `Artifact`. Its JSON has the fields in the order of their declaration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["Artifact", "dumps_json", "loads_json"]


class Artifact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of every artifact: immutable, keyword-only, strict; fields at their default are left out."""


def dumps_json(value: object) -> str:
    """The value as one line of JSON."""
    return msgspec.json.encode(value).decode()


def loads_json(content: bytes, kind: type[T]) -> T:
    """The value of this type in a JSON document.

    Raises:
        ValueError: It is no JSON, or of another type.
    """
    return msgspec.json.decode(content, type=kind)
