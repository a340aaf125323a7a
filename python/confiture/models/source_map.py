"""Source maps of bundles, and places found with them (``docs/source-map.md``)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Digest, Number

__all__ = ["Location", "SourceMap", "StatementPlace"]


class SourceMap(Document, frozen=True, kw_only=True, tag="source_map/1"):
    """Where each line of a bundle comes from.

    Attributes:
        version: Of this format; 1.
        bundle: Name of the bundle's file.
        body_sha256: SHA-256 of all after the bundle's header, as in the header: 64 lowercase hexadecimal
            digits.
        base_dir: Path from the map's directory to the one that `files` start from, with ``/`` between
            components.
        files: The files of the bundle: the selected ones in build order, then those which are only included.
        segments: ``(bundle line, index of the file, line, column)``, ascending: from the start of this line
            of the bundle on, its text is that of the file from this place on, until the next segment. All
            count from 1; index -1, with line and column 0, is text of no file.
    """

    version: Number
    bundle: str
    body_sha256: Digest
    base_dir: str
    files: list[str]
    segments: list[tuple[int, int, int, int]]


class StatementPlace(Artifact, frozen=True, kw_only=True):
    """The statement that a place is in.

    Attributes:
        kind: Its command tag, if it has one.
        identity: What it touches first, as a person would call it.
        line: Line of its first character in the source file, from 1.
        column: Column of its first character, in characters, from 1.
    """

    kind: str | None
    identity: str | None
    line: Number
    column: Number


class Location(Artifact, frozen=True, kw_only=True):
    """What stands at a place of a bundle.

    Attributes:
        kind: ``source``, or ``header`` or ``separator``, which are no file's text.
        bundle_line: Line in the bundle, from 1.
        bundle_column: Column in the bundle, in characters, from 1.
        path: The source file: its path from the map's directory, with ``/`` between components. Of a
            separator, that of the file which follows it.
        line: Line in the source file, from 1.
        column: Column in the source file, in characters, from 1.
        statement: The statement that the place is in.
        message: What psql says of it.
        excerpt: The line of the bundle, or what is around the place in a long one.
        excerpt_column: Column of the place in `excerpt`, in characters, from 1.
    """

    kind: Annotated[str, Meta(pattern="^(source|header|separator)$")]
    bundle_line: Number
    bundle_column: Number
    path: str | None = None
    line: Number | None = None
    column: Number | None = None
    statement: StatementPlace | None = None
    message: str | None = None
    excerpt: str = ""
    excerpt_column: Number = 1
