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


def digest_line(file_digest: str, path: str) -> str:
    """The line of the tree digest that a file has."""
    return f"{file_digest}  {path}\n"


def digest_of_lines(lines: str) -> str:
    """The tree digest: the SHA-256 of its lines, in lowercase hexadecimal digits."""
    return hashlib.sha256(lines.encode("utf-8")).hexdigest()


def hash_files(base_dir: str, paths: Sequence[str], *, progress: Progress | None = None) -> tuple[str, str]:
    """Digest of the files' bytes and paths.

    Args:
        base_dir: Directory the relative paths start from.
        paths: Relative paths in build order.
        progress: Told now and then how many files are done.

    Returns:
        The tree digest, and the lines it is the SHA-256 of.

    Raises:
        SchemaError: A file cannot be read.
    """
    prefix = as_prefix(base_dir)
    rows: list[str] = []
    for path in paths:
        digest = hashlib.sha256()
        for chunk in source_chunks(native_path(prefix, path)):
            digest.update(chunk)
        rows.append(digest_line(digest.hexdigest(), path))
        report(progress, len(rows), len(paths))
    report_end(progress, len(paths))
    lines = "".join(rows)
    return digest_of_lines(lines), lines
