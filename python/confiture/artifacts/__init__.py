"""The one place where structs are encoded (``docs/artifacts.md``).

Every artifact derives from `Artifact`, and whole documents from `Document`. The order of what is written is
always the same: fields in the order of their declaration, keys of dicts sorted.
"""

from __future__ import annotations

from confiture.artifacts.base import Artifact, Document
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
