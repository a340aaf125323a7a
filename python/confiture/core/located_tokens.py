"""The tokens of a part of a text with their offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture._pure.tokens import WORD, skipped, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Located", "Reader", "in_a_line", "located"]


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


def in_a_line(tokens: Sequence[Located]) -> bytes:
    """The tokens as they are written, with a space for whatever is between two of them."""
    pieces: list[bytes] = []
    for index, token in enumerate(tokens):
        if index and token.start > tokens[index - 1].end:
            pieces.append(b" ")
        pieces.append(token.text)
    return b"".join(pieces)


class Reader:
    """A place among tokens."""

    __slots__ = ("at", "tokens")

    def __init__(self, tokens: list[Located], at: int) -> None:
        self.tokens = tokens
        self.at = at

    def is_at_end(self) -> bool:
        """Whether there is no token any more."""
        return self.at >= len(self.tokens)

    def text(self) -> bytes:
        """The text of the next token; nothing at the end."""
        return b"" if self.is_at_end() else self.tokens[self.at].text

    def word(self, ahead: int = 0) -> bytes:
        """The next token in lower case, or one after it, if it is a word; else nothing."""
        index = self.at + ahead
        return self.tokens[index].word if index < len(self.tokens) else b""

    def rest(self) -> list[Located]:
        """The next token and all after it."""
        return self.tokens[self.at :]

    def take(self, *words: bytes) -> bool:
        """Go past the words if they are next; tells whether they were."""
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def qualified_name(self) -> bytes:
        """Go past a name with its qualifiers, and its text."""
        start = self.at
        self.at += 1
        while self.text() == b"." and self.at + 1 < len(self.tokens):
            self.at += 2
        return in_a_line(self.tokens[start : self.at])

    def group(self) -> list[Located] | None:
        """Go past the parentheses that are next, and what is between them."""
        if self.text() != b"(":
            return None
        start = self.at + 1
        depth = 0
        while not self.is_at_end():
            text = self.text()
            self.at += 1
            if text == b"(":
                depth += 1
            elif text == b")":
                depth -= 1
                if not depth:
                    return self.tokens[start : self.at - 1]
        return self.tokens[start:]
