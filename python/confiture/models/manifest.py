"""What a build consists of: files, objects and what needs what, each with its digest."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Digest
from confiture.models.documents import FileDigest
from confiture.models.schema.others import Edge, Opaque
from confiture.models.schema.parts import Place

__all__ = ["ManifestObject", "SchemaManifest"]


class ManifestObject(Artifact, frozen=True, kw_only=True):
    """An object of a schema.

    Attributes:
        called: What it is called, as in edges: ``table app.users``.
        kind: The words of its ``CREATE``, with ``_`` for spaces.
        schema: The schema it is in; missing for what is in none.
        name: Its name, without quotes.
        fingerprint: SHA-256 of what the files say of it: blind to places, comments and white space in them.
        is_opaque: Whether it is known by statements alone that the model keeps as they are.
        place: Where it is defined; missing if no statement defines it.
    """

    called: Annotated[str, Meta(min_length=1)]
    kind: str
    schema: str | None = None
    name: str
    fingerprint: Digest
    is_opaque: bool = False
    place: Place | None = None


class SchemaManifest(Document, frozen=True, kw_only=True, tag="schema_manifest/1"):
    """What a build consists of. Neither the machine, the time nor the engine has a part in it.

    Attributes:
        environment: Name of the environment.
        tree_digest: Digest of the files (``docs/digest.md``).
        semantic_fingerprint: Fingerprint of all that they define (``docs/model.md``).
        files: The files in build order, and then those that they include.
        objects: The objects, sorted by what they are called.
        edges: What needs what, sorted by source, target and kind.
        opaque: The statements that are kept as they are, in their order.
    """

    environment: str
    tree_digest: Digest
    semantic_fingerprint: Digest
    files: tuple[FileDigest, ...]
    objects: tuple[ManifestObject, ...]
    edges: tuple[Edge, ...] = ()
    opaque: tuple[Opaque, ...] = ()
