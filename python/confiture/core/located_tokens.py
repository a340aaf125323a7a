"""The tokens of a part of a text with their offsets."""

from __future__ import annotations

from typing import NamedTuple

from confiture._pure.tokens import WORD, skipped, tokens

__all__ = ["Located", "located"]


class Located(NamedTuple):
    """A token.

    Attributes:
        kind: One of the kinds of ``confiture._pure.tokens``.
        text: Its text in UTF-8.
        start: Offset of its first byte.
        end: Offset behind its last byte.
    """

    kind: int
    text: bytes
    start: int
    end: int

    @property
    def word(self) -> bytes:
        """Its text in lower case, if it is a word."""
        return self.text.lower() if self.kind == WORD else b""

    def is_word(self, word: bytes) -> bool:
        """Whether it is this word, given in lower case."""
        return self.word == word


def located(content: bytes, start: int, end: int) -> list[Located]:
    """The tokens of a part of a text that starts and ends between two of them."""
    found: list[Located] = []
    at = start
    for kind, text in tokens(content, start, end):
        at = skipped(content, at, end)
        if not content.startswith(text, at):
            # The backslash of psql's `\\;` is no part of the token.
            at += 1
        found.append(Located(kind, text, at, at + len(text)))
        at += len(text)
    return found
