"""The text of a bundle after its header, as it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

__all__ = ["Body"]


class Body:
    """Takes the text of a bundle's body in order.

    Attributes:
        length: Bytes so far, written or to be.
        segments: ``(line, file, line, column)`` as in a `confiture._interface.Segment`, if they are asked
            for; files are numbered as the caller does.
    """

    __slots__ = ("_digest", "_held", "_is_at_start", "_is_file", "_line", "_write", "length", "segments")

    def __init__(self, write: Callable[[bytes], object], head: bytes | None) -> None:
        """`write` takes the bytes; `head` is what stands before them, if segments are asked for."""
        self._write = write
        self._digest = hashlib.sha256()
        self._held: list[bytes] = []
        self.length = 0
        self.segments: list[tuple[int, int, int, int]] | None = None
        # The bundle's line, whether nothing stands on it yet, and whether the text before is a file's.
        self._line = 1
        self._is_at_start = True
        self._is_file = False
        if head is not None:
            self.segments = [(1, -1, 0, 0)]
            self._line += head.count(b"\n")

    def digest(self) -> str:
        """The SHA-256 of what was written."""
        return self._digest.hexdigest()

    def flush(self) -> None:
        """Write what was added."""
        chunk = b"".join(self._held)
        self._held.clear()
        self._digest.update(chunk)
        self._write(chunk)

    def add_text(self, text: str | bytes) -> None:
        """Add text that is no file's."""
        if self.segments is not None and self._is_file and self._is_at_start:
            self.segments.append((self._line, -1, 0, 0))
            self._is_file = False
        self._add(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)

    def add_content(self, content: bytes, file: int, line: int, column: int) -> None:
        """Add what stands in a file from a place on."""
        if self.segments is not None and content:
            self.segments.append((self._line, file, line, column))
            self._is_file = True
        self._add(content)

    def _add(self, chunk: bytes) -> None:
        if not chunk:
            return
        self.length += len(chunk)
        self._held.append(chunk)
        if self.segments is not None:
            self._line += chunk.count(b"\n")
            self._is_at_start = chunk.endswith(b"\n")
