r"""The path that ``\i`` and its like name."""

from __future__ import annotations

import os
import re

__all__ = ["include_path"]

_NAME = re.compile(rb"\\[^\s\\]*\s*")

#: A piece of an argument: in quotes; in double quotes, which are a part of it; or plain.
_PIECE = re.compile(rb"""'((?:[^'\\]|\\.|'')*)'?|("[^"]*"?)|([^'"\\\s]+)""", re.DOTALL)

_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))|''", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"b": b"\b", b"r": b"\r", b"f": b"\f"}


def include_path(command: bytes) -> str:
    """The path that an include command names, if an engine has accepted it (``docs/bundle.md``)."""
    named = _NAME.match(command)
    at = 0 if named is None else named.end()
    path = b""
    while piece := _PIECE.match(command, at):
        at = piece.end()
        single, double, plain = piece.groups()
        if single is not None:
            path += _ESCAPE.sub(_unescaped, single)
        elif double is not None:
            path += double
        else:
            path += plain
    return os.fsdecode(path)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    octal, hexadecimal, character = escape.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    return _ESCAPED.get(character, character) if character else b"'"
