"""Where bundles go: checking the place before a build, and comparing what stands there."""

from __future__ import annotations

import errno
import os
import stat

from confiture import _failures

__all__ = ["check_output", "file_stands", "prepare_output", "standing_bundle", "write_file"]

_CHUNK = 1 << 20

#: Paths that lead to what a process has open already, which cannot be replaced by a new file.
_STREAMS = ("/dev/fd/", "/dev/stderr", "/dev/stdout", "/proc/")


def check_output(path: str) -> str:
    """The output's absolute path; of a symbolic link, that of the file it leads to.

    Raises:
        SchemaError: Something other than a regular file stands there, or it cannot be looked at.
    """
    if path.endswith(os.sep):
        raise _failures.output_not_a_file(path, "directory")
    try:
        absolute = os.path.abspath(path)
    except OSError as error:
        # The current directory is gone.
        raise _failures.output_unwritable(path, error.errno or errno.EINVAL) from error
    if absolute.startswith(_STREAMS):
        raise _failures.output_not_a_file(path, "stream")
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        mode = None
    except (OSError, ValueError) as error:
        raise _failures.output_unwritable(path, getattr(error, "errno", None) or errno.EINVAL) from error
    if mode is not None and not stat.S_ISREG(mode):
        raise _failures.output_not_a_file(path, _failures.file_kind(mode))
    try:
        return os.path.realpath(path)
    except OSError as error:
        raise _failures.output_unwritable(path, error.errno or errno.EINVAL) from error


def prepare_output(path: str) -> None:
    """Make the output's directory.

    Raises:
        SchemaError: It cannot be made.
    """
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    except OSError as error:
        raise _failures.output_unwritable(path, error.errno or 0) from error


def write_file(path: str, content: bytes) -> None:
    """Write a file that takes its place when it is complete.

    Raises:
        SchemaError: It cannot be written; what stood there is unchanged.
    """
    from confiture._pure.output import FileOutput

    output = FileOutput(path)
    try:
        output.open()
        output.write(content)
        output.finish(b"")
        output.replace()
    finally:
        output.discard()


def file_stands(path: str, content: bytes) -> bool:
    """Whether a file has this content.

    Raises:
        SchemaError: It cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read() == content
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _failures.file_unreadable(path, error.errno or 0) from error


def standing_bundle(path: str, header: bytes, body_sha256: str) -> bool:
    """Whether a file is the bundle with this header and this body, reading it once.

    Raises:
        SchemaError: It cannot be read.
    """
    import hashlib

    try:
        with open(path, "rb") as file:
            if file.read(len(header)) != header:
                return False
            body = hashlib.sha256()
            while chunk := file.read(_CHUNK):
                body.update(chunk)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _failures.file_unreadable(path, error.errno or 0) from error
    return body.hexdigest() == body_sha256
