"""What a caller gives, made sure of before an engine gets it."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from confiture._backend import load_engine
from confiture._manifest_failures import manifest_unreadable

if TYPE_CHECKING:
    from confiture._interface import DbtDocument

__all__ = ["checked_depth", "is_encodable", "load_document"]

#: No path in a graph of resources is longer: a document has at most 4 GiB.
_DEEPEST = 2**31 - 1


def load_document(source: str | os.PathLike[str] | bytes, artifact: str, *, strict: bool) -> DbtDocument:
    """The document of a file or of bytes.

    Raises:
        ManifestError: It cannot be read, or is no such document.
    """
    engine = load_engine()
    if isinstance(source, bytes):
        return engine.load_dbt(source, artifact=artifact, strict=strict)
    path = os.fspath(source)
    if "\0" in path or not _is_path(path):
        raise manifest_unreadable(path, errno.EINVAL, artifact)
    return engine.load_dbt(path, artifact=artifact, strict=strict)


def _is_path(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True


def is_encodable(text: str) -> bool:
    """Whether a text is valid Unicode; no name of a document is otherwise."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def checked_depth(depth: int | None) -> int | None:
    """A number of steps that both engines take.

    Raises:
        TypeError: It is no integer.
        ValueError: It is negative.
    """
    if depth is None:
        return None
    if not isinstance(depth, int) or isinstance(depth, bool):
        raise TypeError(f"depth is an integer or None, not {type(depth).__name__}")
    if depth < 0:
        raise ValueError(f"depth is at least 0, not {depth}")
    return min(depth, _DEEPEST)
