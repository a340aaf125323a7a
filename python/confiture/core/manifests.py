"""Making the schema manifest of a build."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from confiture.artifacts.schema import decode_model
from confiture.lineage.objects import modelled_objects, opaque_object
from confiture.models.documents import file_digests
from confiture.models.fingerprints import objects_of_lines
from confiture.models.manifest import ManifestObject, SchemaManifest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture._interface import SqlFingerprints
    from confiture.models.lineage import LineageObject

__all__ = ["make_manifest"]


def make_manifest(
    environment: str, tree_digest: str, lines: str, fingerprints: SqlFingerprints
) -> SchemaManifest:
    """The manifest of a build.

    Args:
        environment: Name of the environment.
        tree_digest: Digest of the files.
        lines: The lines that it is the SHA-256 of.
        fingerprints: What an engine says of the text that the files are, with its document.
    """
    fingerprint, object_lines, _, document = fingerprints
    model = decode_model(document)
    by_name = {item.identity: item.fingerprint for item in objects_of_lines(object_lines)}
    found = {
        described.called: _object(described, by_name[described.called])
        for _, described in modelled_objects(model)
    }
    kept: dict[str, tuple[LineageObject, list[str]]] = {}
    for opaque in model.opaque:
        made = opaque_object(opaque)
        if made is not None and made.called not in found:
            kept.setdefault(made.called, (made, []))[1].append(opaque.fingerprint)
    for called, (made, statements) in kept.items():
        found[called] = _object(made, _of_lines(sorted(statements)))
    return SchemaManifest(
        environment=environment,
        tree_digest=tree_digest,
        semantic_fingerprint=fingerprint,
        files=tuple(file_digests(lines)),
        objects=tuple(found[called] for called in sorted(found, key=str.encode)),
        edges=model.edges,
        opaque=model.opaque,
    )


def _of_lines(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _object(described: LineageObject, fingerprint: str) -> ManifestObject:
    return ManifestObject(
        called=described.called,
        kind=described.kind,
        schema=described.schema,
        name=described.name,
        fingerprint=fingerprint,
        is_opaque=described.is_opaque,
        place=described.place,
    )
