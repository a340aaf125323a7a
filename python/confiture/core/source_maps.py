"""Making and reading source maps (``docs/source-map.md``)."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING

from confiture import _failures
from confiture.artifacts import dumps_json, loads_json
from confiture.exceptions import ArtifactError
from confiture.models.source_map import SourceMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Segment

__all__ = ["default_map", "make_map", "read_map", "stale_map"]

_VERSION = 1


def default_map(bundle: str) -> str:
    """Where the map of a bundle is looked for."""
    return f"{bundle}.map.json"


def make_map(
    path: str,
    *,
    bundle: str,
    body_sha256: str,
    base_dir: str,
    files: Sequence[str],
    segments: Sequence[Segment],
) -> bytes:
    """The content of a source map.

    Args:
        path: Absolute path of the map.
        bundle: Absolute path of the bundle.
        body_sha256: Of the bundle.
        base_dir: Absolute path of the directory that the paths of files start from.
        files: Relative paths by their index in the segments.
        segments: As an engine gives them.
    """
    source_map = SourceMap(
        version=_VERSION,
        bundle=_encodable(os.path.basename(bundle)),
        body_sha256=body_sha256,
        base_dir=_encodable(os.path.relpath(base_dir, os.path.dirname(path))),
        files=[_encodable(file) for file in files],
        segments=list(segments),
    )
    return (dumps_json(source_map) + "\n").encode()


def read_map(path: str) -> SourceMap:
    """A source map.

    Raises:
        ArtifactError: It is missing, cannot be read, or is no source map of this version.
    """
    shown = _failures.display_path(path)
    try:
        with open(path, "rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise ArtifactError(
            f"There is no source map {shown}.",
            error_code="ARTIFACT_001",
            context={"file": shown},
            resolution_hint=f"Build the bundle with --source-map {shown}, or name its map with --source-map.",
        ) from error
    except OSError as error:
        raise ArtifactError(
            f"The source map {shown} cannot be read: {error.strerror}.",
            error_code="ARTIFACT_002",
            context={"file": shown},
            resolution_hint="Name a file that you may read.",
        ) from error
    try:
        source_map = loads_json(content, SourceMap)
    except ArtifactError as error:
        raise _not_a_map(shown, error.message.rstrip(".")) from error
    if source_map.version != _VERSION:
        raise _not_a_map(shown, f"its version is {source_map.version}, not {_VERSION}")
    if not _is_sound(source_map):
        raise _not_a_map(shown, "its segments do not ascend, or name files that it does not list")
    return source_map


def stale_map(path: str, bundle: str) -> ArtifactError:
    """A map and a bundle that were not built together."""
    shown = _failures.display_path(path)
    return ArtifactError(
        f"The source map {shown} does not belong to the bundle {_failures.display_path(bundle)}: "
        "they come from two builds, or one of them was changed.",
        error_code="ARTIFACT_003",
        context={"file": shown},
        resolution_hint="Build both again with confiture build --source-map.",
    )


def _is_sound(source_map: SourceMap) -> bool:
    segments = source_map.segments
    if not segments or segments[0][0] != 1:
        return False
    files = len(source_map.files)
    return all(
        line > 0 and -1 <= file < files and (file < 0 or (place > 0 and column > 0))
        for line, file, place, column in segments
    ) and all(one[0] < other[0] for one, other in pairwise(segments))


def _not_a_map(shown: str, reason: str) -> ArtifactError:
    return ArtifactError(
        f"{shown} is no source map: {reason}.",
        error_code="ARTIFACT_002",
        context={"file": shown},
        resolution_hint="Name the file that confiture build --source-map wrote.",
    )


def _encodable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
