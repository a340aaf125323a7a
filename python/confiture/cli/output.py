"""Writing data to the standard output: always UTF-8, whatever the locale, and one way to fail."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from confiture._failures import display_path
from confiture.exceptions import ConfiturError

__all__ = [
    "OUTPUT_UNWRITABLE",
    "discard",
    "encodable",
    "flush",
    "has_colour",
    "note",
    "shown",
    "write",
    "write_bytes",
    "write_document",
]


#: Code of the error that nothing can be said on the standard output.
OUTPUT_UNWRITABLE = "CONFITURE_001"


def write(text: str) -> None:
    """Write text as it is.

    Raises:
        ConfiturError: It cannot be written.
        BrokenPipeError: Nobody reads it any more.
    """
    # Digests are of bytes: a locale must not change them, nor the line ends.
    write_bytes(text.encode("utf-8", "surrogateescape"))


def write_bytes(content: bytes) -> None:
    """Write bytes as they are; raises what `write` raises."""
    if sys.stdout is None:
        raise ConfiturError(
            "There is no standard output to write to.",
            error_code=OUTPUT_UNWRITABLE,
            resolution_hint="Start the command with its standard output open.",
        )
    try:
        sys.stdout.buffer.write(content)
    except OSError as error:
        raise _unwritable(error) from error


def write_document(content: bytes, encoding: str) -> None:
    """Write an artifact; raises what `write` raises.

    Args:
        content: The artifact.
        encoding: ``json`` or ``msgpack``, which is not written to a terminal.

    Raises:
        UsageError: It would be.
    """
    if encoding == "msgpack" and sys.stdout is not None and sys.stdout.isatty():
        from confiture.cli.main import UsageError

        raise UsageError(
            "MessagePack is not for a terminal.",
            resolution_hint="Write it to a file with --output, or ask for JSON.",
        )
    write_bytes(content)


def note(text: str) -> None:
    """Write text that is no more than a word about work that is done: it may get lost.

    Raises:
        ConfiturError: There is a standard output, but it cannot be written.
        BrokenPipeError: Nobody reads it any more.
    """
    if sys.stdout is not None:
        write(text)


def encodable(path: str) -> str:
    r"""A path that JSON can hold: bytes that are not UTF-8 become ``\xHH``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def has_colour() -> bool:
    """Whether the standard output takes colours."""
    from confiture.cli import terminal

    return sys.stdout is not None and terminal.has_colour(sys.stdout)


def shown(path: str | None) -> str:
    """A path as a person would write it from here."""
    if path is None:
        return "-"
    try:
        relative = os.path.relpath(path)
    except OSError:
        # The current directory is gone.
        return display_path(path)
    return display_path(path if relative.startswith("..") else relative)


def flush() -> None:
    """Write what was held back; raises what `write` raises."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        raise _unwritable(error) from error


def discard(stream: TextIO | None) -> None:
    """Let what a stream still holds back go nowhere, so that it cannot fail once more on exit."""
    if stream is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _unwritable(error: OSError) -> OSError | ConfiturError:
    discard(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return error
    return ConfiturError(
        f"The standard output cannot be written: {error.strerror or error}.",
        error_code=OUTPUT_UNWRITABLE,
        resolution_hint="Check where the standard output leads, and its free space.",
    )
