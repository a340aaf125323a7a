"""The documents that commands print with ``--format json``, where they are not a report of their own."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from confiture.artifacts import Artifact, Document
from confiture.models.build import SelectedFile, SkippedPath
from confiture.models.constraints import Bytes, Count, Digest, EngineName, Seconds
from confiture.models.fingerprints import ObjectFingerprint
from confiture.models.source_map import Location

__all__ = [
    "BuildDocument",
    "BundlePart",
    "ErrorDocument",
    "ErrorPart",
    "FileDigest",
    "FingerprintDocument",
    "LocationsDocument",
    "SelectionDocument",
    "SplitBuildDocument",
    "TreeDigestDocument",
    "file_digests",
]


class BuildDocument(Document, frozen=True, kw_only=True, tag="build_report/1"):
    """A build of one bundle, or the comparison of a bundle with what would be built.

    Attributes:
        ok: Whether all is as it should be.
        up_to_date: Whether the bundle is what would be built; missing if it was built and not compared.
        output: Absolute path of the bundle; null if it was not written to a file.
        files: Number of selected files in it.
        source_bytes: Bytes of these files on disk, and of those that they include.
        bundle_bytes: Bytes of the bundle.
        body_sha256: SHA-256 of all after the bundle's header.
        environment: Name of the environment.
        tree_digest: Digest of the files (``docs/digest.md``).
        engine: ``rust`` or ``python``.
        seconds: How long it took.
        included: Absolute paths of the files that others include and that are not selected themselves.
        warnings: Constructs left open that were not to make the build fail.
        skipped: What was left aside, by path.
        source_map: Absolute path of the source map; missing if none was asked for.
    """

    ok: bool
    up_to_date: bool | UnsetType = UNSET
    output: str | None
    files: Count
    source_bytes: Bytes
    bundle_bytes: Bytes
    body_sha256: Digest
    environment: str
    tree_digest: Digest
    engine: EngineName
    seconds: Seconds
    included: list[str]
    warnings: list[str]
    skipped: list[SkippedPath]
    source_map: str | UnsetType = UNSET


class BundlePart(Artifact, frozen=True, kw_only=True):
    """One of three bundles; the fields are those of `BuildDocument`."""

    output: str | None
    files: Count
    source_bytes: Bytes
    bundle_bytes: Bytes
    body_sha256: Digest


class SplitBuildDocument(Document, frozen=True, kw_only=True, tag="split_build_report/1"):
    """A build of three bundles, to be loaded in this order; other fields are those of `BuildDocument`.

    Attributes:
        superuser_pre: Files below ``superuser_dirs``.
        app: All other files.
        superuser_post: Files below ``superuser_post_dirs``.
    """

    ok: bool
    up_to_date: bool | UnsetType = UNSET
    superuser_pre: BundlePart
    app: BundlePart
    superuser_post: BundlePart
    environment: str
    tree_digest: Digest
    engine: EngineName
    seconds: Seconds
    included: list[str]
    warnings: list[str]
    skipped: list[SkippedPath]


class SelectionDocument(Document, frozen=True, kw_only=True, tag="selection/1"):
    """The files that a build would read.

    Attributes:
        ok: Always true: what cannot be told is an error.
        environment: Name of the environment.
        base_dir: Absolute path of the directory that relative paths start from.
        files: The selected files in build order.
        included: Absolute paths of the files that others include and that are not selected themselves; null
            if that is not known, as `warnings` says.
        warnings: What cannot be told, and why.
        skipped: What was left aside, by path.
    """

    ok: bool
    environment: str
    base_dir: str
    files: list[SelectedFile]
    included: list[str] | None
    warnings: list[str]
    skipped: list[SkippedPath]


class FileDigest(Artifact, frozen=True, kw_only=True):
    """A file, and the digest of its bytes.

    Attributes:
        path: Its path from the directory that relative paths start from, with ``/`` between components.
        sha256: SHA-256 of its bytes.
    """

    path: str
    sha256: Digest


def file_digests(lines: str) -> list[FileDigest]:
    """The files of a tree digest's lines (``docs/digest.md``)."""
    rows = (line.split("  ", 1) for line in lines.split("\n")[:-1])
    return [FileDigest(path=path, sha256=sha256) for sha256, path in rows]


class TreeDigestDocument(Document, frozen=True, kw_only=True, tag="tree_digest/1"):
    """The digest of a build's files (``docs/digest.md``).

    Attributes:
        ok: Whether all is as it should be.
        environment: Name of the environment.
        tree_digest: The digest.
        files: Number of files, included ones too.
        engine: ``rust`` or ``python``.
        skipped: What was left aside, by path.
        matches: Whether the digest is the expected one; missing if none was expected.
        digests: The files with their digests; missing if they were not asked for.
    """

    ok: bool
    environment: str
    tree_digest: Digest
    files: Count
    engine: EngineName
    skipped: list[SkippedPath]
    matches: bool | UnsetType = UNSET
    digests: list[FileDigest] | UnsetType = UNSET


class FingerprintDocument(Document, frozen=True, kw_only=True, tag="semantic_fingerprint/1"):
    """The fingerprint of what a build's files define (``docs/model.md``).

    Attributes:
        ok: Whether all is as it should be.
        environment: Name of the environment.
        semantic_fingerprint: The fingerprint.
        opaque: How many statements are kept as they are, and compared by their words.
        engine: ``rust`` or ``python``.
        skipped: What was left aside, by path.
        matches: Whether the fingerprint is the expected one; missing if none was expected.
        objects: The fingerprint of each object; missing if they were not asked for.
    """

    ok: bool
    environment: str
    semantic_fingerprint: Digest
    opaque: Count
    engine: EngineName
    skipped: list[SkippedPath]
    matches: bool | UnsetType = UNSET
    objects: tuple[ObjectFingerprint, ...] | UnsetType = UNSET


class LocationsDocument(Document, frozen=True, kw_only=True, tag="locations/1"):
    """Where places in a bundle come from (``docs/source-map.md``).

    Attributes:
        ok: Whether all places come from files.
        map_dir: Absolute path of the directory that the paths of files start from.
        locations: The places, in the order in which they were asked for.
    """

    ok: bool
    map_dir: str
    locations: list[Location]


class ErrorPart(Artifact, frozen=True, kw_only=True):
    """What went wrong (``docs/errors.md``).

    Attributes:
        code: Its stable code.
        message: The reason, with the place.
        hint: The way out, if there is one.
        file: The file it is about, if it is about one.
        line: Line in it, from 1.
        column: Column in it, in characters, from 1.
    """

    code: str
    message: str
    hint: str | None
    file: str | None
    line: int | None
    column: int | None


class ErrorDocument(Artifact, frozen=True, kw_only=True):
    """That a command could not do its work; it stands in the place of an artifact and is none.

    Attributes:
        ok: Always false.
        error: What went wrong.
    """

    ok: bool
    error: ErrorPart
