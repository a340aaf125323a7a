"""The JSON Schema of each kind of artifact, made from its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from confiture.artifacts.encoding import dumps_json, loads_json
from confiture.artifacts.payloads import RawMessagePack
from confiture.artifacts.registry import KINDS, registered

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["all_json_schemas", "json_schema", "schema_text"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind's documents; of a kind that is a stream, of each of its values.

    Raises:
        ArtifactError: ``ARTIFACT_005``: there is no such kind.
    """
    kind = registered(name)
    schema = {"$schema": _DIALECT, **msgspec.json.schema(kind.type(), schema_hook=_of_payload)}
    # Defaults are tuples in it, which JSON does not tell from lists.
    found: dict[str, Any] = loads_json(dumps_json(schema, sort_keys=False))
    return found


def all_json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schemas of all kinds, by name."""
    return {name: json_schema(name) for name in sorted(KINDS)}


def schema_text(schema: Mapping[str, Any]) -> str:
    """A JSON Schema as it is published: indented, with a newline at its end."""
    return dumps_json(schema, indent=2, sort_keys=False) + "\n"


def _of_payload(kind: type) -> dict[str, Any]:
    if kind is RawMessagePack:
        return {"title": "RawMessagePack", "description": "Whatever another program encoded."}
    raise NotImplementedError(kind.__name__)
