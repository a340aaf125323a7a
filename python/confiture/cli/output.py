"""Writing data to the standard output: always UTF-8, whatever the locale, and one way to fail."""

from __future__ import annotations

import sys

from confiture.exceptions import ConfiturError

__all__ = ["encodable", "flush", "write"]


def write(text: str) -> None:
    """Write text as it is.

    Raises:
        ConfiturError: It cannot be written.
        BrokenPipeError: Nobody reads it any more.
    """
    try:
        # Digests are of bytes: a locale must not change them, nor the line ends.
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise _unwritable(error) from error


def encodable(path: str) -> str:
    r"""A path that JSON can hold: bytes that are not UTF-8 become ``\xHH``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def flush() -> None:
    """Write what was held back; raises what `write` raises."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> OSError | ConfiturError:
    if isinstance(error, BrokenPipeError):
        return error
    return ConfiturError(
        f"The standard output cannot be written: {error.strerror or error}.",
        error_code="CONFITURE_001",
        resolution_hint="Check where the standard output leads, and its free space.",
    )
