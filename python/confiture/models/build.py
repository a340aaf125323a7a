"""What selecting, hashing and building give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.artifacts import Artifact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "BuildReport",
    "BundleReport",
    "SelectedFile",
    "SelectionReport",
    "SkippedPath",
    "SplitBuildReport",
    "TreeDigest",
]


class SelectedFile(Artifact, frozen=True, kw_only=True):
    """A file of a build, and why it is in it.

    Attributes:
        file: Its absolute path.
        entry: Absolute path of the ``include_dirs`` entry it belongs to.
        order: That entry's order.
        pattern: The first of that entry's include patterns that selects it.
    """

    file: str
    entry: str
    order: int
    pattern: str

    @property
    def path(self) -> Path:
        """`file` as a path."""
        from pathlib import Path

        return Path(self.file)


class SkippedPath(Artifact, frozen=True, kw_only=True):
    """Something that was left aside.

    Attributes:
        path: Its absolute path.
        reason: ``missing_directory`` (of an entry with ``auto_discover``), ``linked_directory`` (a
            symbolic link to a directory, which is not followed) or ``missing_exclusion`` (of
            ``exclude_dirs``).
    """

    path: str
    reason: str


class SelectionReport(Artifact, frozen=True, kw_only=True):
    """The selection of a build; iterating gives its files.

    Attributes:
        environment: Name of the environment.
        base_dir: Absolute path of the directory that relative paths start from.
        files: The files in build order.
        skipped: What was left aside, by path.
    """

    environment: str
    base_dir: str
    files: list[SelectedFile]
    skipped: list[SkippedPath]

    def __iter__(self) -> Iterator[SelectedFile]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


class TreeDigest(Artifact, frozen=True, kw_only=True):
    """The digest of a build's files (``docs/digest.md``).

    Attributes:
        environment: Name of the environment.
        tree_digest: 64 lowercase hexadecimal digits.
        files: Number of files, included ones too.
        lines: The lines that `tree_digest` is the SHA-256 of.
        engine: ``rust`` or ``python``.
        skipped: What was left aside, by path.
    """

    environment: str
    tree_digest: str
    files: int
    lines: str
    engine: str
    skipped: list[SkippedPath]


class BundleReport(Artifact, frozen=True, kw_only=True):
    """One bundle.

    Attributes:
        output: Absolute path, or None if it was not written to a file.
        files: Number of selected files in it.
        source_bytes: Bytes of these files on disk, and of those that they include.
        bundle_bytes: Bytes of the bundle.
        body_sha256: 64 lowercase hexadecimal digits: SHA-256 of all after the header.
    """

    output: str | None
    files: int
    source_bytes: int
    bundle_bytes: int
    body_sha256: str


class BuildReport(Artifact, frozen=True, kw_only=True):
    """A build of one bundle.

    Attributes:
        environment: Name of the environment.
        bundle: The bundle.
        tree_digest: Digest of its files (``docs/digest.md``).
        engine: ``rust`` or ``python``.
        seconds: How long it took.
        included: Absolute paths of the files that others include and that are not selected themselves, in
            the order of the digest's lines.
        warnings: Constructs left open that were not to make the build fail, as
            ``path:line:column: message``.
        skipped: What was left aside, by path.
        source_map: Absolute path of the source map, if there is one.
        lines: The lines that `tree_digest` is the SHA-256 of.
    """

    environment: str
    bundle: BundleReport
    tree_digest: str
    engine: str
    seconds: float
    included: list[str]
    warnings: list[str]
    skipped: list[SkippedPath]
    source_map: str | None = None
    lines: str = ""


class SplitBuildReport(Artifact, frozen=True, kw_only=True):
    """A build of three bundles, to be loaded in this order.

    Attributes:
        environment: Name of the environment.
        superuser_pre: Files below ``superuser_dirs``.
        app: All other files.
        superuser_post: Files below ``superuser_post_dirs``, also if they are below ``superuser_dirs``.
        tree_digest: Digest of all files (``docs/digest.md``).
        engine: ``rust`` or ``python``.
        seconds: How long it took.
        included: As in `BuildReport`.
        warnings: As in `BuildReport`.
        skipped: What was left aside, by path.
        lines: As in `BuildReport`.
    """

    environment: str
    superuser_pre: BundleReport
    app: BundleReport
    superuser_post: BundleReport
    tree_digest: str
    engine: str
    seconds: float
    included: list[str]
    warnings: list[str]
    skipped: list[SkippedPath]
    lines: str = ""
