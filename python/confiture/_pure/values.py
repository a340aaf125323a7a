r"""The values of strings and quoted names.

They are worked out as the server does (``scan.l``, and ``str_udeescape`` in ``parser.c``). A value that
the server refuses is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from confiture._pure.possessive import compiled
from confiture._pure.tokens import (
    DOLLAR_QUOTE,
    ESCAPES_STRING,
    QUOTED_NAME,
    STRING,
    UNICODE_NAME,
    UNICODE_STRING,
    WORD,
    Token,
)

__all__ = ["NAME_BYTES", "cut", "name_value", "string_value", "with_unicode"]

#: Bytes of the longest name.
NAME_BYTES = 63

_GAP = compiled(rb"(?:[ \t\n\r\f\v]++|--[^\r\n]*+)++")
_PLAIN_PART = compiled(rb"'([^']*+(?:''[^']*+)*+)'")
_ESCAPING_PART = compiled(rb"'([^'\\]*+(?:(?:''|\\[\s\S])[^'\\]*+)*+)'")
_DELIMITER = re.compile(rb"\$[^$]*+\$")
_ESCAPE = re.compile(
    rb"''|\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([uU])|([\s\S]))"
)
_CHARACTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_NO_ESCAPES = b"0123456789abcdefABCDEF+'\" \t\n\r\f\v"


class _RefusedError(Exception):
    """The server refuses it."""


def cut(name: bytes) -> bytes:
    """The first 63 bytes of a name, or less where that would be in the midst of a character."""
    if len(name) <= NAME_BYTES:
        return name
    end = NAME_BYTES
    while end and name[end] & 0xC0 == 0x80:
        end -= 1
    return name[:end]


def name_value(text: bytes) -> bytes:
    """The value of ``"…"``."""
    return text[1:-1].replace(b'""', b'"') if b'""' in text else text[1:-1]


def string_value(token: Token) -> bytes | None:
    """The value of a closed string without ``U&``, or of a dollar quote."""
    kind, text = token
    if kind == DOLLAR_QUOTE:
        delimiter = _DELIMITER.match(text)
        length = 2 if delimiter is None else delimiter.end()
        value = text[length:-length]
    elif kind == ESCAPES_STRING:
        try:
            value = b"".join(map(_unescaped, _parts(_ESCAPING_PART, text)))
        except _RefusedError:
            return None
    else:
        value = b"".join(_parts(_PLAIN_PART, text)).replace(b"''", b"'")
    return value if _is_text(value) else None


def _is_text(value: bytes) -> bool:
    if 0 in value:
        return False
    if value.isascii():
        return True
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parts(part: re.Pattern[bytes], text: bytes) -> Iterator[bytes]:
    """What stands in the quotes of a string, piece by piece where it is continued."""
    position = text.index(b"'")
    while (found := part.match(text, position)) is not None:
        yield found.group(1)
        gap = _GAP.match(text, found.end())
        position = found.end() if gap is None else gap.end()


def _unescaped(text: bytes) -> bytes:
    """The value of one piece of an ``E'…'``."""
    if b"\\" not in text:
        return text.replace(b"''", b"'")
    pieces: list[bytes] = []
    position = 0
    high = 0
    for found in _ESCAPE.finditer(text):
        between = text[position : found.start()]
        code = found.group(3) or found.group(4)
        if high and (between or code is None):
            raise _RefusedError
        pieces.append(between)
        position = found.end()
        if code is not None:
            high, character = _paired(high, int(code, 16))
            pieces.append(character)
        elif found.group() == b"''":
            pieces.append(b"'")
        elif found.group(1):
            pieces.append(bytes((int(found.group(1), 8) & 0xFF,)))
        elif found.group(2):
            pieces.append(bytes((int(found.group(2), 16),)))
        elif found.group(5):
            raise _RefusedError
        else:
            pieces.append(_CHARACTERS.get(found.group(6), found.group(6)))
    if high:
        raise _RefusedError
    pieces.append(text[position:])
    return b"".join(pieces)


def _paired(high: int, code: int) -> tuple[int, bytes]:
    """After the first half of a surrogate pair, or 0: such a half, or 0, and a character."""
    if high:
        if not 0xDC00 <= code <= 0xDFFF:
            raise _RefusedError
        code = 0x10000 + ((high & 0x3FF) << 10) + (code & 0x3FF)
    elif 0xD800 <= code <= 0xDBFF:
        return code, b""
    if not 0 < code <= 0x10FFFF or 0xDC00 <= code <= 0xDFFF:
        raise _RefusedError
    return 0, chr(code).encode("utf-8")


def _unicode_value(value: bytes, escape: bytes) -> bytes:
    """A value with the escapes of ``U&``, of which `escape` is the character."""
    if escape not in value:
        return value
    quoted = re.escape(escape)
    pattern = re.compile(rb"%b(?:(%b)|([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|)" % (quoted, quoted))
    pieces: list[bytes] = []
    position = 0
    high = 0
    for found in pattern.finditer(value):
        between = value[position : found.start()]
        code = found.group(2) or found.group(3)
        if (high and (between or code is None)) or (code is None and not found.group(1)):
            raise _RefusedError
        pieces.append(between)
        position = found.end()
        if code is None:
            pieces.append(escape)
        else:
            high, character = _paired(high, int(code, 16))
            pieces.append(character)
    if high:
        raise _RefusedError
    pieces.append(value[position:])
    return b"".join(pieces)


def with_unicode(source: Iterator[Token]) -> Iterator[Token]:
    """Tokens in which what starts with ``U&`` is what it would be without, unless the server refuses it.

    ``UESCAPE`` and its string are then part of it.
    """
    following = next(source, None)
    while following is not None:
        token, following = following, next(source, None)
        if token[0] != UNICODE_STRING and token[0] != UNICODE_NAME:
            yield token
            continue
        word = following
        if word is None or word[0] != WORD or word[1].lower() != b"uescape":
            yield _resolved(token, b"\\")
            continue
        following = next(source, None)
        escape = None if following is None else _escape_character(following)
        resolved = token if escape is None else _resolved(token, escape)
        yield resolved
        if resolved is token:
            yield word
        else:
            following = next(source, None)


def _escape_character(token: Token) -> bytes | None:
    if token[0] not in (STRING, ESCAPES_STRING, DOLLAR_QUOTE):
        return None
    value = string_value(token)
    return value if value is not None and len(value) == 1 and value not in _NO_ESCAPES else None


def _resolved(token: Token, escape: bytes) -> Token:
    kind, text = token
    try:
        if kind == UNICODE_NAME:
            value = _unicode_value(name_value(text[2:]), escape)
            return (QUOTED_NAME, b'"%b"' % value.replace(b'"', b'""')) if _is_text(value) else token
        plain = b"".join(_parts(_PLAIN_PART, text)).replace(b"''", b"'")
        value = _unicode_value(plain, escape)
        return (STRING, b"'%b'" % value.replace(b"'", b"''")) if _is_text(value) else token
    except _RefusedError:
        return token
