"""What a check looks at of schema models, as they cross from the engines."""

from __future__ import annotations

import msgspec

from confiture.models.schema.others import Edge, Extension, LedgerEntry, Opaque, Schema

__all__ = ["CheckedModel", "decode_checked"]


class CheckedModel(msgspec.Struct, frozen=True, kw_only=True):
    """What a check looks at of every model; its attributes are those of `SchemaModel`."""

    schemas: tuple[Schema, ...] = ()
    extensions: tuple[Extension, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    edges: tuple[Edge, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()


_decoder = msgspec.msgpack.Decoder(CheckedModel)


def decode_checked(document: bytes) -> CheckedModel:
    """What a check looks at of the model in a document; the rest is passed over."""
    return _decoder.decode(document)
