"""Making the schema manifest of a build."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from confiture.artifacts.schema import decode_model
from confiture.lineage.objects import modelled_objects, objects_of, opaque_object
from confiture.models.documents import file_digests
from confiture.models.fingerprints import objects_of_lines
from confiture.models.manifest import ManifestObject, SchemaManifest
from confiture.models.schema.identities import identity_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture._interface import SqlFingerprints
    from confiture.models.lineage import LineageObject
    from confiture.models.schema.model import SchemaModel

__all__ = ["make_described_manifest", "make_manifest"]


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
    return _made(environment, tree_digest, lines, fingerprints)[0]


def make_described_manifest(
    environment: str, tree_digest: str, lines: str, fingerprints: SqlFingerprints
) -> tuple[SchemaManifest, tuple[LineageObject, ...]]:
    """The manifest of a build, and the objects of its lineage, sorted by what they are called.

    Arguments are those of `make_manifest`.
    """
    manifest, model = _made(environment, tree_digest, lines, fingerprints)
    objects = objects_of(model)
    return manifest, tuple(objects[called] for called in sorted(objects, key=str.encode))


def _made(
    environment: str, tree_digest: str, lines: str, fingerprints: SqlFingerprints
) -> tuple[SchemaManifest, SchemaModel]:
    fingerprint, object_lines, _, document = fingerprints
    model = decode_model(document)
    by_name = {item.identity: item.fingerprint for item in objects_of_lines(object_lines)}
    found = {}
    for item, described in modelled_objects(model):
        called = str(identity_of(item))
        found[called] = _object(called, described, by_name[called])
    kept: dict[str, tuple[LineageObject, list[str]]] = {}
    for opaque in model.opaque:
        made = opaque_object(opaque)
        if made is not None and made.called not in found:
            kept.setdefault(made.called, (made, []))[1].append(opaque.fingerprint)
    for called, (made, statements) in kept.items():
        found[called] = _object(called, made, _of_lines(sorted(statements)))
    manifest = SchemaManifest(
        environment=environment,
        tree_digest=tree_digest,
        semantic_fingerprint=fingerprint,
        files=tuple(file_digests(lines)),
        objects=tuple(found[called] for called in sorted(found, key=str.encode)),
        edges=model.edges,
        opaque=model.opaque,
    )
    return manifest, model


def _of_lines(lines: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _object(called: str, described: LineageObject, fingerprint: str) -> ManifestObject:
    return ManifestObject(
        called=called,
        kind=described.kind,
        schema=described.schema,
        name=described.name,
        fingerprint=fingerprint,
        is_opaque=described.is_opaque,
        place=described.place,
    )
