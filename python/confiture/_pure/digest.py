"""The tree digest; ``docs/digest.md`` specifies it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from confiture._pure.paths import as_prefix, native_path
from confiture._pure.progress import report, report_end
from confiture._pure.sources import source_chunks

if TYPE_CHECKING:
    from confiture._interface import Progress


_INCLUDE_MARK = b"\\i"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def digest_line(file_digest: str, path: str) -> str:
    """The line of the tree digest that a file has."""
    return f"{file_digest}  {path}\n"


def digest_of_lines(lines: str) -> str:
    """The tree digest: the SHA-256 of its lines, in lowercase hexadecimal digits."""
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


def hash_files(
    base_dir: str,
    paths: Sequence[str],
    *,
    include_dir: str | None = None,
    never: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[str, str]:
    r"""Digest of the files' bytes and paths.

    Args:
        base_dir: Directory the relative paths start from.
        paths: Relative paths in build order.
        include_dir: Directory that the paths of ``\i`` start from; included files are then covered too.
            ``None``: nothing is included.
        never: Files that are never included: those that builds write.
        progress: Told now and then how many files are done.

    Returns:
        The tree digest, and the lines it is the SHA-256 of.

    Raises:
        SchemaError: A file cannot be read or included.
    """
    prefix = as_prefix(base_dir)
    rows: list[str] = []
    included: _IncludedFiles | None = None
    for index, path in enumerate(paths):
        native = native_path(prefix, path)
        if include_dir is None:
            digest = hashlib.sha256()
            for chunk in source_chunks(native):
                digest.update(chunk)
            rows.append(digest_line(digest.hexdigest(), path))
        else:
            source = b"".join(source_chunks(native))
            rows.append(digest_line(hashlib.sha256(source).hexdigest(), path))
            if _INCLUDE_MARK in source:
                included = included or _IncludedFiles(base_dir, include_dir, paths, never)
                rows += included.new_lines(index, native, source)
        report(progress, index + 1, len(paths))
    report_end(progress, len(paths))
    lines = "".join(rows)
    return digest_of_lines(lines), lines


class _IncludedFiles:
    """The included files of a tree, each looked at once."""

    def __init__(self, base_dir: str, include_dir: str, paths: Sequence[str], never: Sequence[str]) -> None:
        from confiture._pure.includes import Includer

        self._includer = Includer(base_dir, include_dir, paths, never)
        self._digests: dict[str, str] = {}
        # How many files are inside of each other in a file, itself counted.
        self._heights: dict[str, int] = {}

    def new_lines(self, index: int, native: str, source: bytes) -> list[str]:
        """The lines of the files that a selected file needs first."""
        known = set(self._digests)
        self._visit([native], source)
        return [
            digest_line(self._digests[file], self._includer.relative(file))
            for file in self._includer.needed_by(index)
            if file not in known
        ]

    def _visit(self, chain: list[str], source: bytes) -> int:
        from confiture._pure.includes import MOST_NESTED, scan

        height = 1
        includes = scan(source.removeprefix(_BYTE_ORDER_MARK)).includes if _INCLUDE_MARK in source else []
        for include in includes:
            native = self._includer.resolve(chain, include)
            inner = self._heights.get(native, MOST_NESTED)
            if len(chain) + inner > MOST_NESTED:
                included = b"".join(source_chunks(native))
                self._digests[native] = hashlib.sha256(included).hexdigest()
                inner = self._visit([*chain, native], included)
            height = max(height, inner + 1)
        self._heights[chain[-1]] = height
        return height
