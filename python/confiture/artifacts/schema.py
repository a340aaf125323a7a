"""Schema models as they cross from the engines."""

from __future__ import annotations

import msgspec

from confiture.models.schema.model import SchemaModel
from confiture.models.schema.others import Edge, Extension, LedgerEntry, Opaque, Schema

__all__ = ["CheckedModel", "decode_checked", "decode_model"]


class CheckedModel(msgspec.Struct, frozen=True, kw_only=True):
    """What a check looks at of every model; its attributes are those of `SchemaModel`."""

    schemas: tuple[Schema, ...] = ()
    extensions: tuple[Extension, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    edges: tuple[Edge, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()


_decoder = msgspec.msgpack.Decoder(SchemaModel)
_checked_decoder = msgspec.msgpack.Decoder(CheckedModel)


def decode_model(document: bytes) -> SchemaModel:
    """The model in a MessagePack document of an engine."""
    return _decoder.decode(document)


def decode_checked(document: bytes) -> CheckedModel:
    """What a check looks at of the model in a document; the rest is passed over."""
    return _checked_decoder.decode(document)
