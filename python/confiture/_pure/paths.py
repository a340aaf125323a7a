"""Paths in their two forms: as the file system gives them, and as text.

A *native* path is absolute and carries bytes that cannot be decoded as surrogates. A *text* path has
``/`` between its components and U+FFFD for what is not UTF-8; patterns and the digest's lines use it.
"""

from __future__ import annotations

import os


def text_of(name: str) -> tuple[str, bool]:
    """A native name as text, and whether its bytes are valid UTF-8."""
    if name.isascii():
        return name, True
    encoded = os.fsencode(name)
    try:
        return encoded.decode("utf-8"), True
    except UnicodeDecodeError:
        return encoded.decode("utf-8", "replace"), False


def text_path(path: str) -> str:
    """A native path as text."""
    if os.sep != "/":
        path = path.replace(os.sep, "/")
    return text_of(path)[0]


def as_prefix(directory: str) -> str:
    """A native directory with the separator that a name below it needs; the root has its own."""
    return directory if directory.endswith(os.sep) else directory + os.sep


def native_path(prefix: str, relative: str) -> str:
    """The native path of a relative text path; `prefix` comes from `as_prefix`."""
    if not relative.isascii():
        relative = os.fsdecode(relative.encode("utf-8", "surrogateescape"))
    if os.sep != "/":
        relative = relative.replace("/", os.sep)
    return prefix + relative


def contains(directory: str, path: str) -> bool:
    """Whether a native path is `directory` or lies below it."""
    return path == directory or path.startswith(as_prefix(directory))


def native_order(path: str) -> bytes:
    """Sort key of a native path: component by component, as bytes."""
    # NUL stands in no path and sorts before every other byte, so a parent comes before its children
    # and a component before those that it is a prefix of.
    return os.fsencode(path).replace(os.fsencode(os.sep), b"\0")


def path_refusal(relative: str, valid: bool) -> str | None:
    """What a relative path contains that the digest's lines cannot hold."""
    if not valid:
        return "bytes that are not UTF-8"
    if "\n" in relative:
        return "a newline"
    if "\r" in relative:
        return "a carriage return"
    if "\\" in relative:
        return "a backslash"
    return None
