"""Extractions of dbt's manifests as they cross from the native engine."""

from __future__ import annotations

import msgspec

from confiture.models.dbt import DbtEdge, DbtExtraction, DbtResource

__all__ = ["decode_extraction"]

_decoder = msgspec.msgpack.Decoder(tuple[tuple[DbtResource, ...], tuple[DbtEdge, ...]])


def decode_extraction(packed: bytes) -> DbtExtraction:
    """The extraction whose resources and dependencies are two lists of maps in MessagePack."""
    nodes, edges = _decoder.decode(packed)
    return DbtExtraction(nodes=nodes, edges=edges)
