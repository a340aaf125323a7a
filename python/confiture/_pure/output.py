"""A file that is written under another name and takes its place when it is complete."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable

from confiture import _failures
from confiture.exceptions import SchemaError

_CREATE_FLAGS = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)


class Output:
    """An output that nobody wants: it takes everything and keeps nothing.

    `open`, `write`, `finish` and `replace` follow one another; whatever happens, `discard` comes last.
    """

    __slots__ = ()

    def open(self) -> None:
        """Get ready to be written."""

    def write(self, chunk: bytes) -> None:
        """Add bytes at the end."""

    def finish(self, head: bytes) -> None:
        """Write `head` over as many bytes at the start; nothing is written after that."""

    def replace(self) -> None:
        """Take the place of what was there before."""

    def discard(self) -> None:
        """Leave nothing behind unless the place was taken. Raises nothing."""


class FileOutput(Output):
    """An output and the temporary file beside it.

    All methods but `discard` raise `SchemaError` when the system refuses.
    """

    __slots__ = ("_descriptor", "_path", "_temporary")

    def __init__(self, path: str) -> None:
        """Nothing is created yet; `path` is native."""
        self._path = path
        self._descriptor = -1
        self._temporary = ""

    def open(self) -> None:
        """Create the temporary file, with the permissions of the output that it is to replace."""
        folder = os.path.dirname(self._path)
        temporary = os.path.join(folder, f".confiture-{os.urandom(8).hex()}.tmp")
        # Named before it exists: an interrupt right after its creation must not leave it behind.
        self._temporary = temporary
        try:
            self._descriptor = os.open(temporary, _CREATE_FLAGS, 0o666)
        except OSError as error:
            self._temporary = ""
            failure = self._unwritable(error)
            raise failure from failure.__cause__
        try:
            mode = os.stat(self._path).st_mode
        except OSError:
            return
        if stat.S_ISREG(mode):
            self._attempt(lambda: os.chmod(temporary, mode & 0o777))

    def write(self, chunk: bytes) -> None:
        """Add bytes at the end."""
        self._attempt(lambda: self._write_whole(chunk))

    def finish(self, head: bytes) -> None:
        """Write `head` over as many bytes at the start, and close the temporary file."""

        def overwrite() -> None:
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            self._write_whole(head)
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)

        self._attempt(overwrite)

    def replace(self) -> None:
        """Put the finished file in the output's place."""
        self._attempt(lambda: os.replace(self._temporary, self._path))
        self._temporary = ""

    def discard(self) -> None:
        """Remove the temporary file unless it has taken the output's place.

        Errors are passed over: they would hide the one which made the file superfluous.
        """
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._descriptor = -1
        if self._temporary:
            with contextlib.suppress(OSError):
                os.unlink(self._temporary)
            self._temporary = ""

    def _write_whole(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as error:
            failure = self._unwritable(error)
            raise failure from failure.__cause__

    def _unwritable(self, error: OSError) -> SchemaError:
        return _failures.output_unwritable(self._path, error.errno or errno.EIO)
