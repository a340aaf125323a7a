"""Pieces of source files that are read again, because there is something to say about them."""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from confiture import _failures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

__all__ = ["Excerpt", "SourceTexts"]

#: Text, and the column of the place in it: in characters, from 1.
Excerpt = tuple[str, int]

#: How much of a long line is shown before the place and after it, in characters.
_BEFORE = 60
_AFTER = 100

_BYTES_PER_CHARACTER = 4

_LEFT_OUT = "…"


class SourceTexts:
    """The files of a check, to read a piece of now and then.

    Args:
        base_dir: Directory the paths start from.
        paths: Relative paths of the files, by which they are numbered.
    """

    def __init__(self, base_dir: str, paths: Sequence[str]) -> None:
        self._base_dir = base_dir
        self._paths = paths
        # The file in which a place was asked for last, and where its lines start.
        self._asked = -1
        self._line_starts: list[int] = []

    def read(self, file: int, start: int, end: int) -> bytes:
        """The bytes of a file between two offsets.

        Raises:
            SchemaError: The file cannot be read.
        """
        return self.read_all(file, [(start, end)])[0]

    def read_all(self, file: int, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """The bytes of a file between several pairs of offsets.

        Raises:
            SchemaError: The file cannot be read.
        """
        with self._open(file) as source:
            return [os.pread(source.fileno(), end - start, start) for start, end in ranges]

    def read_whole(self, file: int) -> bytes:
        """The bytes of a file.

        Raises:
            SchemaError: The file cannot be read.
        """
        with self._open(file) as source:
            return source.read()

    def offset(self, file: int, line: int, column: int) -> int:
        """The offset of a place, in bytes.

        Raises:
            SchemaError: The file cannot be read.
        """
        if self._asked != file:
            source = self.read_whole(file)
            self._asked = file
            self._line_starts = [0, *(found.end() for found in re.finditer(b"\n", source))]
        start = self._line_starts[min(line, len(self._line_starts)) - 1]
        text = self.read(file, start, start + column * _BYTES_PER_CHARACTER).decode("utf-8", "replace")
        mark = "\ufeff" if start == 0 and text.startswith("\ufeff") else ""
        return start + len(text[: len(mark) + column - 1].encode())

    @contextmanager
    def _open(self, file: int) -> Iterator[BinaryIO]:
        path = os.path.join(self._base_dir, self._paths[file])
        try:
            with open(path, "rb") as source:
                yield source
        except OSError as error:
            raise _failures.file_unreadable(path, error.errno or errno.EIO) from error

    def excerpt(self, file: int, offset: int) -> Excerpt:
        """The line around an offset, or what is near it in a long one.

        Raises:
            SchemaError: The file cannot be read.
        """
        reach = _BEFORE * _BYTES_PER_CHARACTER
        first = max(0, offset - reach)
        window = self.read(file, first, offset + _AFTER * _BYTES_PER_CHARACTER)
        before, after = window[: offset - first], window[offset - first :]
        start = before.rfind(b"\n") + 1
        is_whole = start > 0 or first == 0
        left = before[start:].decode("utf-8", "ignore").removeprefix("\ufeff")
        if not is_whole or len(left) > _BEFORE:
            left = _LEFT_OUT + left[-_BEFORE:]
        right, break_, _ = after.partition(b"\n")
        text = right.decode("utf-8", "ignore").rstrip("\r").removeprefix("\ufeff" if offset == 0 else "")
        has_more = not break_ and len(after) == _AFTER * _BYTES_PER_CHARACTER
        if has_more or len(text) > _AFTER:
            text = text[:_AFTER] + _LEFT_OUT
        return left + text, len(left) + 1
