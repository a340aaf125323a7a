"""Reads source files and checks that their content can stand in a bundle."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from confiture import _failures

# A named pipe must not make the build wait for a writer.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CHUNK_BYTES = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def source_chunks(path: str) -> Iterator[bytes]:
    """The bytes of a file, a piece at a time.

    Raises:
        SchemaError: The file cannot be read, or is no regular file.
    """
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
        try:
            refuse_special(path, os.fstat(descriptor).st_mode)
            while chunk := os.read(descriptor, _CHUNK_BYTES):
                yield chunk
        finally:
            os.close(descriptor)
    except OSError as error:
        failure = _failures.file_unreadable(path, error.errno or errno.EIO)
        raise failure from failure.__cause__


def text_source(path: str) -> bytes:
    """The bytes of a file, or those up to the piece that shows that it is no text.

    What holds a NUL byte may be larger than all memory, as a file with a hole in it.

    Raises:
        SchemaError: The file cannot be read, or is no regular file.
    """
    chunks: list[bytes] = []
    for chunk in source_chunks(path):
        chunks.append(chunk)
        if b"\0" in chunk:
            break
    return b"".join(chunks)


def bundle_content(path: str, source: bytes) -> bytes:
    """What a bundle takes of a file: all but its byte order mark.

    Args:
        path: The file's native path.
        source: Its bytes.

    Raises:
        SchemaError: It is not UTF-8 or holds a NUL byte; the first such place is reported.
    """
    nul = source.find(b"\0")
    if not source.isascii():
        try:
            source.decode("utf-8")
        except UnicodeDecodeError as error:
            if nul < 0 or error.start < nul:
                raise _failures.invalid_utf8(path, error.start) from None
    if nul >= 0:
        raise _failures.nul_byte(path, nul)
    return source.removeprefix(_BYTE_ORDER_MARK)


def refuse_special(path: str, mode: int) -> None:
    """Refuse what is neither a regular file nor a directory, which is left to fail when it is read.

    Raises:
        SchemaError: It is something else.
    """
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise _failures.special_file(path, _failures.file_kind(mode))
