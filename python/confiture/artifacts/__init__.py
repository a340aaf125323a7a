"""The one place where structs are encoded (``docs/artifacts.md``).

Every artifact derives from `Artifact`, and whole documents from `Document`. The order of what is written is
always the same: fields in the order of their declaration, keys of dicts sorted. The functions are imported
when they are asked for, as most commands have results and few write them.
"""

from __future__ import annotations

import msgspec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from confiture.artifacts.encoding import (
        convert,
        dumps_json,
        dumps_msgpack,
        encode_into,
        encode_lines,
        loads_json,
        loads_msgpack,
        to_builtins,
    )

__all__ = [
    "Artifact",
    "Document",
    "convert",
    "dumps_json",
    "dumps_msgpack",
    "encode_into",
    "encode_lines",
    "loads_json",
    "loads_msgpack",
    "to_builtins",
]


class Artifact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of every part of an artifact: immutable, keyword-only, strict.

    Fields at their default are left out of what is written. A derived class has to say ``kw_only=True``
    again: it holds for the fields of one class alone.
    """


class Document(Artifact, frozen=True, kw_only=True, tag_field="artifact", tag="document/1"):
    """Base of what is written as a whole: its first member says what it is.

    That is the member ``artifact``, such as ``lineage/1``. A derived class has its kind and the version of
    its format as ``tag``, and a line in `confiture.artifacts.registry`.
    """


def __getattr__(name: str) -> Any:
    if name in __all__:
        from confiture.artifacts import encoding

        return getattr(encoding, name)
    raise AttributeError(f"module 'confiture.artifacts' has no attribute {name!r}")
