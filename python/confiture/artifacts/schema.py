"""Schema models as they cross from the engines."""

from __future__ import annotations

import msgspec

from confiture.models.schema.model import SchemaModel

__all__ = ["decode_model"]

_decoder = msgspec.msgpack.Decoder(SchemaModel)


def decode_model(document: bytes) -> SchemaModel:
    """The model in a MessagePack document of an engine."""
    return _decoder.decode(document)
