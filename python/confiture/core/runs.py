"""Run manifests: what a run read, wrote and depended on."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from typing import TYPE_CHECKING

import msgspec
import yaml

import confiture
from confiture._backend import engine_name, load_engine
from confiture._failures import display_path
from confiture.artifacts import convert, dumps_msgpack
from confiture.core.git_revisions import git_revision
from confiture.models.documents import file_digests
from confiture.models.run import (
    BuildSettings,
    ConfigurationSnapshot,
    DirectorySettings,
    OutputFile,
    Platform,
    RunManifest,
    ToolVersions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from confiture.config.environment import DirectoryConfig, Environment
    from confiture.models.options import BuildOptions

__all__ = ["configuration_snapshot", "make_run_manifest", "output_file"]

_CHUNK = 1 << 20


def make_run_manifest(
    *,
    command: str,
    environment: Environment,
    options: BuildOptions,
    tree_digest: str,
    lines: str,
    outputs: Sequence[OutputFile],
    records: Sequence[str] = (),
    started_at: datetime,
    seconds: float,
) -> RunManifest:
    """The manifest of a run that has ended.

    Args:
        command: The command.
        environment: The environment it used, with what the command line said differently.
        options: What the command line said.
        tree_digest: Digest of the files it read.
        lines: The lines that this is the SHA-256 of.
        outputs: The files it wrote; their paths are absolute.
        records: Absolute paths of the files that it writes about itself: that they change does not count.
        started_at: When it started, with its time zone.
        seconds: How long it took.
    """
    configuration = configuration_snapshot(environment)
    inputs = tuple(file_digests(lines))
    decisive = (command, options, configuration, inputs, confiture.__version__)
    written = [output.path for output in outputs if output.path is not None]
    return RunManifest(
        command=command,
        fingerprint=_sha256(dumps_msgpack(decisive)),
        started_at=started_at,
        seconds=seconds,
        environment=environment.name,
        options=options,
        configuration=configuration,
        configuration_sha256=_sha256(dumps_msgpack(configuration)),
        tree_digest=tree_digest,
        files=len(inputs),
        inputs=inputs,
        outputs=tuple(
            output
            if output.path is None
            else msgspec.structs.replace(output, path=_below(environment, output.path))
            for output in outputs
        ),
        tool=ToolVersions(
            confiture=confiture.__version__,
            engine=engine_name(),
            python=platform.python_version(),
            libraries={"msgspec": msgspec.__version__, "pyyaml": yaml.__version__},
            parsers={"confiture": str(load_engine().INTERFACE)},
        ),
        platform=Platform(
            system=sys.platform, machine=platform.machine(), implementation=sys.implementation.name
        ),
        git=git_revision(environment.project_dir or os.curdir, [*written, *records]),
    )


def configuration_snapshot(environment: Environment) -> ConfigurationSnapshot:
    """What an environment says that a build depends on."""

    def directories(entries: Sequence[DirectoryConfig]) -> tuple[DirectorySettings, ...]:
        shown = [msgspec.structs.replace(entry, path=_below(environment, entry.path)) for entry in entries]
        return convert(shown, tuple[DirectorySettings, ...])

    return ConfigurationSnapshot(
        name=environment.name,
        include_dirs=directories(environment.include_entries()),
        exclude_dirs=tuple(_below(environment, path) for path in environment.excluded_directories()),
        superuser_dirs=directories(environment.superuser_entries()),
        superuser_post_dirs=directories(environment.superuser_post_entries()),
        build=convert(environment.build, BuildSettings),
    )


def output_file(path: str) -> OutputFile:
    """A file that was written, with its digest.

    Raises:
        SchemaError: It cannot be read.
    """
    from confiture._failures import file_unreadable

    digest = hashlib.sha256()
    size = 0
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise file_unreadable(path, error.errno or 0) from error
    return OutputFile(path=path, sha256=digest.hexdigest(), bytes=size)


def _below(environment: Environment, path: str) -> str:
    """A path from the project, if it is below it."""
    project = os.path.realpath(environment.project_dir or os.curdir)
    relative = os.path.relpath(path, project)
    is_outside = relative == ".." or relative.startswith("../")
    return display_path(path if is_outside else relative)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
