"""Strict JSON over bytes, token by token: the slow reading that knows where everything stands.

The twin reads documents with ``json``, and with this only when something is wrong with them.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from confiture._pure.dbt.fields import BOOLEAN, FLOAT, INTEGER, NULL, TEXT

__all__ = ["LONGEST_NUMBER", "Fault", "Piece", "Scanner", "decoded", "has_surrogates"]

#: Characters of a number that Python still converts.
LONGEST_NUMBER = 4300

_SPACE = re.compile(rb"[ \n\r\t]*")
_PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
_DIGITS = re.compile(rb"[0-9]*")
_HEXADECIMAL = b"0123456789abcdefABCDEF"
_WORDS = {
    b"n": (b"null", NULL),
    b"t": (b"true", BOOLEAN),
    b"f": (b"false", BOOLEAN),
    b"N": (b"NaN", FLOAT),
    b"I": (b"Infinity", FLOAT),
}


class Fault(Exception):
    """The text stops being JSON.

    Args:
        offset: Where, in bytes.
        expected: What should have stood there.
    """

    def __init__(self, offset: int, expected: str) -> None:
        super().__init__(offset, expected)
        self.offset = offset
        self.expected = expected


class Piece(NamedTuple):
    """The inside of a string token."""

    start: int
    end: int


class Scanner:
    """Reads tokens from the start of a text on."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.position = 0

    def peek(self) -> bytes:
        """The next byte; empty at the end."""
        return self.content[self.position : self.position + 1]

    def next_token(self) -> bytes:
        """Skip white space and give the byte behind it."""
        self.position = _end(_SPACE, self.content, self.position)
        return self.peek()

    def fault(self, expected: str) -> Fault:
        """That something else should stand here."""
        return Fault(self.position, expected)

    def string(self) -> Piece:
        """The string that starts here."""
        self.position += 1
        start = self.position
        while True:
            self.position = _end(_PLAIN, self.content, self.position)
            byte = self.peek()
            if byte == b'"':
                self.position += 1
                return Piece(start, self.position - 1)
            if byte == b"\\":
                self._escape()
            elif byte:
                raise self.fault("an escaped control character")
            else:
                raise self.fault("a closing quote")

    def _escape(self) -> None:
        self.position += 1
        byte = self.peek()
        if byte and byte in b'"\\/bfnrt':
            self.position += 1
        elif byte == b"u":
            self.position += 1
            for _ in range(4):
                digit = self.peek()
                if not digit or digit not in _HEXADECIMAL:
                    raise self.fault("four hexadecimal digits")
                self.position += 1
        else:
            raise self.fault('one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u')

    def scalar(self) -> int:
        """Read a value that is no list and no object; gives its kind."""
        byte = self.peek()
        if byte == b'"':
            self.string()
            return TEXT
        if byte and byte in b"-0123456789":
            return self._number()
        if byte in _WORDS:
            word, kind = _WORDS[byte]
            return self._word(word, kind)
        raise self.fault("a value")

    def _word(self, word: bytes, kind: int) -> int:
        if not self.content.startswith(word, self.position):
            raise self.fault("a value")
        self.position += len(word)
        return kind

    def _number(self) -> int:
        start = self.position
        kind = INTEGER
        if self.peek() == b"-":
            self.position += 1
            if self.peek() == b"I":
                return self._word(b"Infinity", FLOAT)
        if self.peek() == b"0":
            self.position += 1
        else:
            self._digits()
        if self.peek() == b".":
            kind = FLOAT
            self.position += 1
            self._digits()
        if self.peek() in (b"e", b"E"):
            kind = FLOAT
            self.position += 1
            if self.peek() in (b"+", b"-"):
                self.position += 1
            self._digits()
        if self.position - start > LONGEST_NUMBER:
            raise Fault(start, "a number of at most 4300 characters")
        return kind

    def _digits(self) -> None:
        end = _end(_DIGITS, self.content, self.position)
        if end == self.position:
            raise self.fault("a digit")
        self.position = end


def _end(pattern: re.Pattern[bytes], content: bytes, position: int) -> int:
    match = pattern.match(content, position)
    return match.end() if match else position


def decoded(content: bytes, piece: Piece) -> str:
    """What a well-formed string token says."""
    inside = content[piece.start : piece.end].decode()
    text: str = json.loads(f'"{inside}"') if "\\" in inside else inside
    return text


def has_surrogates(text: str) -> bool:
    """Whether a text has surrogates without a partner."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)
