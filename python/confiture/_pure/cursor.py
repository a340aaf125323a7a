"""A place among the tokens of a statement, which are read no further than is looked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from confiture._pure.arguments import OPEN_NAMES
from confiture._pure.table import Entry, Node
from confiture._pure.tokens import COMMENT, QUOTED_NAME, UNCLOSED, UNICODE_NAME, VARIABLE, WORD, Token
from confiture._pure.values import cut, name_value

__all__ = ["Cursor"]

_BLOCK = 6
_NAMES = frozenset((WORD, QUOTED_NAME, VARIABLE, UNICODE_NAME))
_END: Token = (0, b"")
_OPENING = (b"(", b"[")
_CLOSING = (b")", b"]")


class Cursor:
    """The next token of a statement, and those after it.

    Attributes:
        at: Index of the next token.
    """

    __slots__ = ("_read", "_source", "at")

    def __init__(self, source: Iterable[Token]) -> None:
        self._source = iter(source)
        self._read: list[Token] = []
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        """The next token, or one after it; kind 0 at the end."""
        index = self.at + ahead
        read = self._read
        while index >= len(read):
            block = list(islice(self._source, _BLOCK))
            if not block:
                return _END
            # A comment that is left open is no token.
            read.extend(block if block[-1][0] != COMMENT else block[:-1])
        return read[index]

    def word(self, ahead: int = 0) -> bytes:
        """The same in lower case if it is a word, or nothing."""
        kind, text = self.peek(ahead)
        return text.lower() if kind == WORD else b""

    def take_word(self, *words: bytes) -> bool:
        """Go past the words if they are next."""
        if all(self.word(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def sequences(self, root: Node, *, is_name_allowed: bool = False) -> list[tuple[Entry, int]]:
        """What the sequences of words here say that say something, the longest last, and where each ends.

        Args:
            root: The empty sequence.
            is_name_allowed: Whether a name can stand in their place.
        """
        node: Node | None = root
        found: list[tuple[Entry, int]] = []
        ahead = 0
        while (node := node.words.get(self.word(ahead)) if node is not None else None) is not None:
            ahead += 1
            # A word before a dot is the start of a name, where there can be one.
            if (found or is_name_allowed) and self.peek(ahead)[1] == b".":
                break
            if node.entry is not None:
                found.append((node.entry, self.at + ahead))
        return found

    def find_word(self, *words: bytes) -> bytes:
        """Go past the next of some words outside parentheses, or to the end, and which it is."""
        depth = 0
        while (token := self.peek())[0]:
            kind, text = token
            self.at += 1
            if kind == WORD:
                if not depth and (word := text.lower()) in words:
                    return word
            elif text == b"(":
                depth += 1
            elif text == b")" and depth:
                depth -= 1
        return b""

    def has_word_outside(self, word: bytes) -> bool:
        """Whether a word follows outside parentheses and brackets, and not after a dot or ``AS``."""
        depth = 0
        ahead = 0
        before = b""
        while (token := self.peek(ahead))[0]:
            kind, text = token
            ahead += 1
            if kind == WORD:
                text = text.lower()
                if text == word and not depth and before != b"." and before != b"as":
                    return True
                before = text
                continue
            if text in _OPENING:
                depth += 1
            elif text in _CLOSING and depth:
                depth -= 1
            before = text if text == b"." else b""
        return False

    def is_at_name(self, ahead: int = 0) -> bool:
        """Whether a name is next."""
        kind, text = self.peek(ahead)
        return kind in _NAMES or (kind == UNCLOSED and text.startswith(OPEN_NAMES))

    def name(self) -> list[str]:
        """Go past a name, and its parts."""
        parts: list[str] = []
        while self.is_at_name():
            parts.append(_part(self.peek()))
            self.at += 1
            if self.peek()[1] != b"." or not self.is_at_name(1):
                break
            self.at += 1
        return parts

    def skip_group(self) -> None:
        """Go past the parenthesis or bracket that is next and what closes it."""
        depth = 0
        while (token := self.peek())[0]:
            self.at += 1
            if token[1] in _OPENING:
                depth += 1
            elif token[1] in _CLOSING:
                depth -= 1
                if not depth:
                    return

    def parenthesized(self) -> list[Token] | None:
        """Go past a parenthesis and what closes it, and what is between; None if none is next."""
        if self.peek()[1] != b"(":
            return None
        self.at += 1
        between: list[Token] = []
        depth = 1
        while (token := self.peek())[0]:
            self.at += 1
            if token[1] == b"(":
                depth += 1
            elif token[1] == b")":
                depth -= 1
                if not depth:
                    break
            between.append(token)
        return between


def _part(token: Token) -> str:
    kind, text = token
    if kind == WORD:
        text = cut(text.lower())
    elif kind != VARIABLE:
        # No name has a NUL byte: what the server refuses is kept as it is written.
        text = cut(name_value(text) if kind == QUOTED_NAME and 0 not in text else text)
    return text.decode("utf-8")
