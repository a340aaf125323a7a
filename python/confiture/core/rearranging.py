"""Bundles whose text is rearranged after the files were put together, and where its lines come from then."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from typing import TYPE_CHECKING

from confiture import _failures
from confiture.core.foreign_keys import KeyNeededError, move_foreign_keys
from confiture.core.ordering import UnsortableError
from confiture.core.sorted_bundles import sort_body

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Engine, Header, Segment, Written
    from confiture.core.foreign_keys import MovedText

__all__ = ["in_order_of_needs", "in_two_passes"]


def in_two_passes(
    engine: Engine, text: str, written: Written, header: Header, base_dir: str, paths: Sequence[str]
) -> tuple[str, Written]:
    """A bundle with its foreign keys behind all tables.

    Args:
        engine: The engine in use.
        text: The bundle.
        written: Its facts, segments included.
        header: The pieces of its header.
        base_dir: Absolute path of the directory that the paths start from.
        paths: Relative paths of the selected files.

    Returns:
        The same of the rearranged bundle.

    Raises:
        SchemaError: A statement needs a key where it stands.
    """
    tree_digest, _, _, parts, included, (segments,) = written
    try:
        moved = move_foreign_keys(engine, text)
    except KeyNeededError as error:
        files = [*paths, *included]
        file, line, column = _origin(segments, *error.place)
        key_file, key_line, _ = _origin(segments, *error.key_place)
        raise _failures.foreign_key_needed(
            os.path.join(base_dir, files[file]),
            line,
            column,
            error.kind,
            os.path.join(base_dir, files[key_file]),
            key_line,
        ) from None
    if not moved.line:
        return text, written
    old_header = _header(header, tree_digest, parts[0][3])
    body = moved.text.removeprefix(old_header)
    return _rearranged(written, header, body, _moved(segments, moved))


def in_order_of_needs(
    engine: Engine, text: str, written: Written, header: Header, base_dir: str, paths: Sequence[str]
) -> tuple[str, Written]:
    """A bundle with its statements sorted by what they need.

    Arguments and results are those of `in_two_passes`.

    Raises:
        SchemaError: A statement cannot be sorted.
    """
    tree_digest, _, _, parts, included, (segments,) = written
    old_header = _header(header, tree_digest, parts[0][3])
    lines_before = old_header.count("\n")
    try:
        body = sort_body(engine, text.removeprefix(old_header))
    except UnsortableError as error:
        files = [*paths, *included]
        (path, line, column), *other = (
            (os.path.join(base_dir, files[file]), line, column)
            for at in (error.place, error.other_place)
            if at is not None
            for file, line, column in [_origin(segments, at[0] + lines_before, at[1])]
        )
        raise _failures.statement_unsortable(path, line, column, error.kind, error.reason, *other) from None
    new = [segments[0]]
    for line, old_line, old_column, is_first in body.places:
        if is_first:
            # An empty line stands before it.
            _add(new, (line + lines_before - 1, -1, 0, 0))
        _add(new, (line + lines_before, *_origin(segments, old_line + lines_before, old_column)))
    return _rearranged(written, header, body.text, new)


def _header(header: Header, tree_digest: str, body_sha256: str) -> str:
    return f"{header[0]}{tree_digest}{header[1]}{body_sha256}{header[2]}"


def _rearranged(written: Written, header: Header, body: str, segments: list[Segment]) -> tuple[str, Written]:
    tree_digest, lines, findings, parts, included, _ = written
    ((files, source_bytes, _, _),) = parts
    body_sha256 = hashlib.sha256(body.encode()).hexdigest()
    text = _header(header, tree_digest, body_sha256) + body
    facts = (files, source_bytes, len(text.encode()), body_sha256)
    return text, (tree_digest, lines, findings, [facts], included, [segments])


def _origin(segments: Sequence[Segment], line: int, column: int) -> tuple[int, int, int]:
    """Index of the file, line and column of what stands at a place of a bundle; index -1 is no file."""
    after = bisect_right(segments, line, key=lambda segment: segment[0])
    start, file, file_line, file_column = segments[after - 1]
    if file < 0:
        return -1, 0, 0
    if line == start:
        return file, file_line, file_column + column - 1
    return file, file_line + line - start, column


def _moved(segments: list[Segment], moved: MovedText) -> list[Segment]:
    """The segments of a text into which lines were put."""
    new = [segment for segment in segments if segment[0] < moved.line]
    for number, origin in enumerate(moved.origins, moved.line):
        _add(new, (number, *((-1, 0, 0) if origin is None else _origin(segments, *origin))))
    old_line, old_column = moved.resumed
    behind = moved.line + len(moved.origins)
    lines = moved.text.count("\n") + (not moved.text.endswith("\n"))
    if behind <= lines:
        _add(new, (behind, *_origin(segments, old_line, old_column)))
    for start, file, line, column in segments:
        if start > old_line:
            _add(new, (start - old_line + behind, file, line, column))
    return new


def _add(segments: list[Segment], segment: Segment) -> None:
    """Add a segment, unless it only goes on with the last one as text of no file."""
    if not (segment[1] < 0 and segments and segments[-1][1] < 0):
        segments.append(segment)
