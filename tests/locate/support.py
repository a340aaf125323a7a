"""Bundles with their source maps, made by ``docs/bundle.md`` and ``docs/source-map.md`` alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bundles import Source, bundle_of, embedded, separator, take_apart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HEADER_LINES = 12
_MARK = b"\xef\xbb\xbf"


def segments_of(sources: Sequence[Source]) -> list[tuple[int, int, int, int]]:
    """Which lines of a bundle without includes are whose."""
    segments = [(1, -1, 0, 0)]
    line = _HEADER_LINES + 1
    for index, source in enumerate(sources):
        if segments[-1][1] >= 0:
            segments.append((line, -1, 0, 0))
        line += separator(source.path).count(b"\n")
        if source.content.removeprefix(_MARK):
            segments.append((line, index, 1, 1))
        line += embedded(source.content).count(b"\n")
    if not sources[-1].content.removeprefix(_MARK) and segments[-1][1] >= 0:
        segments.append((line - 1, -1, 0, 0))
    return segments


def map_of(name: str, bundle: bytes, sources: Sequence[Source], base_dir: str) -> dict[str, Any]:
    return {
        "version": 1,
        "bundle": name,
        "body_sha256": take_apart(bundle).body_sha256,
        "base_dir": base_dir,
        "files": [source.path for source in sources],
        "segments": segments_of(sources),
    }


def write_mapped(directory: Path, sources: Sequence[Source]) -> Path:
    """Write a bundle and its map, as if the files were in ``src`` beside them; returns the bundle."""
    content = bundle_of("local", sources)
    bundle = directory / "bundle.sql"
    bundle.write_bytes(content)
    written = json.dumps(map_of(bundle.name, content, sources, "src"))
    (directory / "bundle.sql.map.json").write_text(written, encoding="utf-8")
    return bundle
