"""What a run read, wrote and depended on: enough to repeat it, or to tell two runs apart."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Bytes, Count, Digest, EngineName, Seconds
from confiture.models.documents import FileDigest
from confiture.models.options import BuildOptions

__all__ = [
    "BuildSettings",
    "ConfigurationSnapshot",
    "DirectorySettings",
    "GitRevision",
    "OutputFile",
    "Platform",
    "RunManifest",
    "ToolVersions",
]


class DirectorySettings(Artifact, frozen=True, kw_only=True):
    """A directory of an environment (``docs/configuration.md``).

    Attributes:
        path: Its path from the project, with ``/`` between components; absolute if it is not below it.
        recursive: Whether directories below it are searched too.
        include: Patterns of the files to select.
        exclude: Patterns of what is left out.
        auto_discover: Whether it may be missing.
        order: Files of a lower order come first.
    """

    path: str
    recursive: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    auto_discover: bool
    order: int


class CommentSettings(Artifact, frozen=True, kw_only=True):
    """``build.validate_comments`` of an environment."""

    enabled: bool
    fail_on_unclosed_blocks: bool
    fail_on_spillover: bool


class SeparatorSettings(Artifact, frozen=True, kw_only=True):
    """``build.separators`` of an environment."""

    style: str
    custom_template: str | None


class BuildSettings(Artifact, frozen=True, kw_only=True):
    """``build`` of an environment, as far as a build depends on it."""

    sort_mode: str
    two_pass: bool
    validate_comments: CommentSettings
    separators: SeparatorSettings


class ConfigurationSnapshot(Artifact, frozen=True, kw_only=True):
    """What an environment said when it was used, defaults filled in.

    Neither its ``database_url`` nor sections of other tools are in it: a build does not depend on them, and
    they may hold passwords.

    Attributes:
        name: Name of the environment.
        include_dirs: Directories that were built from.
        exclude_dirs: Directories that were left out; their paths are as those of `DirectorySettings`.
        superuser_dirs: Directories of the first of three bundles.
        superuser_post_dirs: Directories of the last of three bundles.
        build: How bundles were built, with what the command line said differently.
    """

    name: str
    include_dirs: tuple[DirectorySettings, ...]
    exclude_dirs: tuple[str, ...]
    superuser_dirs: tuple[DirectorySettings, ...]
    superuser_post_dirs: tuple[DirectorySettings, ...]
    build: BuildSettings


class OutputFile(Artifact, frozen=True, kw_only=True):
    """A file that was written.

    Attributes:
        path: Its path from the project, with ``/`` between components; absolute if it is not below it; null
            if it was written to the standard output.
        sha256: SHA-256 of its bytes.
        bytes: Its size.
    """

    path: str | None
    sha256: Digest
    bytes: Bytes


class ToolVersions(Artifact, frozen=True, kw_only=True):
    """The programs that had a part in a run.

    Attributes:
        confiture: Version of Confiture.
        engine: ``rust`` or ``python``.
        python: Version of Python.
        libraries: Versions of libraries that decide what is written, by name.
        parsers: Versions of the parsers that read SQL, by name; that of Confiture's own is the number of its
            engines' interface.
    """

    confiture: str
    engine: EngineName
    python: str
    libraries: dict[str, str]
    parsers: dict[str, str]


class Platform(Artifact, frozen=True, kw_only=True):
    """Where a run took place.

    Attributes:
        system: Name of the operating system, as Python calls it: ``linux``, ``darwin``.
        machine: The kind of machine: ``x86_64``.
        implementation: The implementation of Python: ``cpython``.
    """

    system: str
    machine: str
    implementation: str


class GitRevision(Artifact, frozen=True, kw_only=True):
    """The revision that a project's files were of.

    Attributes:
        commit: The commit's whole hash.
        is_modified: Whether files of the project were changed, added or removed since.
    """

    commit: Annotated[str, Meta(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")]
    is_modified: bool


class RunManifest(Document, frozen=True, kw_only=True, tag="run_manifest/1"):
    """What a run read, wrote and depended on.

    Attributes:
        command: The command: ``build``.
        fingerprint: SHA-256 of all that decides what is written: the command, its options, the configuration,
            the inputs and the version of Confiture. Two runs with the same one write the same bundles.
        started_at: When it started.
        seconds: How long it took.
        environment: Name of the environment.
        options: What the command line said.
        configuration: What the environment said.
        configuration_sha256: SHA-256 of `configuration` as MessagePack.
        tree_digest: Digest of the inputs (``docs/digest.md``).
        files: Number of the inputs.
        inputs: The files that were read, in build order; paths are from the directory that the digest's start
            from.
        outputs: The files that were written.
        tool: The programs that had a part in it.
        platform: Where it took place.
        git: The revision of the project's files; null if they are in no repository, or in one without a
            commit; missing if git could not be asked.
    """

    command: str
    fingerprint: Digest
    started_at: Annotated[datetime, Meta(tz=True)]
    seconds: Seconds
    environment: str
    options: BuildOptions
    configuration: ConfigurationSnapshot
    configuration_sha256: Digest
    tree_digest: Digest
    files: Count
    inputs: tuple[FileDigest, ...]
    outputs: tuple[OutputFile, ...]
    tool: ToolVersions
    platform: Platform
    git: GitRevision | UnsetType | None = UNSET
