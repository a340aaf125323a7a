"""The tokens of a statement as a parser wants them: normalised, with the pairs of their parentheses.

``docs/model.md`` and ``docs/statements.md`` say what normalised is. Nothing here knows a statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from confiture._pure.normalizing import normalized
from confiture._pure.tokens import (
    COMMENT,
    DOLLAR_QUOTE,
    ESCAPES_STRING,
    LETTER_STRING,
    NUMBER,
    OPERATOR,
    PUNCTUATION,
    QUOTED_NAME,
    STRING,
    UNCLOSED,
    UNICODE_NAME,
    VARIABLE,
    WORD,
    Token,
)
from confiture._pure.values import cut

__all__ = [
    "NUMBER",
    "OPERATOR",
    "PUNCTUATION",
    "QUOTED_NAME",
    "STRING",
    "VARIABLE",
    "WORD",
    "Name",
    "Reader",
    "RefusedError",
    "UnmodelledError",
    "read_tokens",
    "shown",
    "string_of",
    "unquoted",
]

_STRINGS = (STRING, ESCAPES_STRING, DOLLAR_QUOTE)
_NAMES = (WORD, QUOTED_NAME)
_OPENING = {"(": ")", "[": "]"}


class RefusedError(Exception):
    """A statement breaks the rules of the grammar."""


class UnmodelledError(Exception):
    """A statement is beyond the model."""


class Name(NamedTuple):
    """A name and the schema that is written before it."""

    schema: str | None
    name: str


def shown(text: str) -> str:
    """A piece of SQL as a reason names it."""
    return f"'{cut(text.encode('utf-8')).decode('utf-8')}'"


def unquoted(text: str) -> str:
    """The name that a normalised token is."""
    return text[1:-1].replace('""', '"') if text[:1] == '"' else text


def string_of(text: str) -> str | None:
    """The value of a normalised string; None of what is left as it was written."""
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    if text[:2] in ("b'", "x'", "n'"):
        return text[2:-1].replace("''", "'")
    return None


def read_tokens(source: Iterable[Token]) -> Reader:
    """A reader of all tokens.

    Raises:
        RefusedError: Something is left open, or parentheses are no pairs.
    """
    kinds: list[int] = []
    texts: list[str] = []
    closings: dict[int, int] = {}
    opened: list[int] = []
    for token in source:
        kind = token[0]
        if kind == COMMENT:
            continue
        if kind == UNCLOSED:
            raise RefusedError("a quote is not closed")
        text = normalized(token).decode("utf-8")
        if kind == PUNCTUATION:
            if text in _OPENING:
                opened.append(len(kinds))
            elif text in (")", "]"):
                if not opened or _OPENING[texts[opened[-1]]] != text:
                    raise RefusedError(f"nothing is closed by {shown(text)}")
                closings[opened.pop()] = len(kinds)
        elif kind in _STRINGS:
            kind = STRING
        elif kind == UNICODE_NAME:
            raise RefusedError("a name has an escape that there is not")
        kinds.append(kind)
        texts.append(text)
    if opened:
        raise RefusedError(f"{shown(texts[opened[0]])} is not closed")
    return Reader(kinds, texts, closings, 0, len(kinds))


class Reader:
    """A place among the tokens of a statement or of a part of it.

    Attributes:
        kinds: The kinds of all tokens of the statement.
        texts: Their normalised texts.
        closings: For each opening parenthesis or bracket the one that closes it.
        at: The next token.
        end: Where the part ends.
    """

    __slots__ = ("at", "closings", "end", "kinds", "texts")

    def __init__(
        self, kinds: list[int], texts: list[str], closings: dict[int, int], start: int, end: int
    ) -> None:
        self.kinds = kinds
        self.texts = texts
        self.closings = closings
        self.at = start
        self.end = end

    def part(self, start: int, end: int) -> Reader:
        """A reader of some of the tokens."""
        return Reader(self.kinds, self.texts, self.closings, start, end)

    @property
    def is_done(self) -> bool:
        """Whether no token is left."""
        return self.at >= self.end

    def text(self, ahead: int = 0) -> str:
        """The text of the next token, or of one after it; nothing at the end."""
        index = self.at + ahead
        return self.texts[index] if index < self.end else ""

    def kind(self, ahead: int = 0) -> int:
        """The kind of the next token, or of one after it; 0 at the end."""
        index = self.at + ahead
        return self.kinds[index] if index < self.end else 0

    def word(self, ahead: int = 0) -> str:
        """The next token, or one after it, if it is a word; or nothing."""
        index = self.at + ahead
        return self.texts[index] if index < self.end and self.kinds[index] == WORD else ""

    def is_sign(self, text: str, ahead: int = 0) -> bool:
        """Whether a sign is next."""
        index = self.at + ahead
        return index < self.end and self.texts[index] == text and self.kinds[index] in (PUNCTUATION, OPERATOR)

    def are_words(self, *words: str) -> bool:
        """Whether these words are next."""
        at = self.at
        if at + len(words) > self.end:
            return False
        for word in words:
            if self.texts[at] != word or self.kinds[at] != WORD:
                return False
            at += 1
        return True

    def take(self, *words: str) -> bool:
        """Go past the words if they are next."""
        if self.are_words(*words):
            self.at += len(words)
            return True
        return False

    def take_any(self, *words: str) -> str:
        """Go past one of some words, and which it is; nothing if none is next."""
        word = self.word()
        if word in words:
            self.at += 1
            return word
        return ""

    def expect(self, *words: str) -> None:
        """Go past the words.

        Raises:
            RefusedError: They are not next.
        """
        if not self.take(*words):
            raise self.refused(" ".join(words).upper())

    def take_sign(self, text: str) -> bool:
        """Go past a sign if it is next."""
        if self.is_sign(text):
            self.at += 1
            return True
        return False

    def expect_sign(self, text: str) -> None:
        """Go past a sign.

        Raises:
            RefusedError: It is not next.
        """
        if not self.take_sign(text):
            raise self.refused(shown(text))

    def expect_end(self) -> None:
        """Be at the end.

        Raises:
            RefusedError: A token is left.
        """
        if not self.is_done:
            raise RefusedError(f"{shown(self.text())} is not expected")

    def refused(self, wanted: str) -> RefusedError:
        """What is to be raised where something else is wanted."""
        found = shown(self.text()) if not self.is_done else "the end"
        return RefusedError(f"{wanted} is expected instead of {found}")

    def is_name(self, ahead: int = 0) -> bool:
        """Whether a name is next; any word can be one."""
        return self.kind(ahead) in _NAMES

    def identifier(self) -> str:
        """Go past a name of one part."""
        kind = self.kind()
        if kind not in _NAMES:
            if kind == VARIABLE:
                raise UnmodelledError("a variable of psql stands for a name")
            raise self.refused("a name")
        text = self.texts[self.at]
        self.at += 1
        return unquoted(text)

    def parts(self) -> list[str]:
        """Go past a name of any number of parts."""
        found = [self.identifier()]
        while self.is_sign(".") and self.kind(1) in (*_NAMES, VARIABLE):
            self.at += 1
            found.append(self.identifier())
        return found

    def name(self) -> Name:
        """Go past a name with or without its schema."""
        parts = self.parts()
        return Name(parts[-2] if len(parts) > 1 else None, parts[-1])

    def names(self) -> list[Name]:
        """Go past such names between commas."""
        found = [self.name()]
        while self.take_sign(","):
            found.append(self.name())
        return found

    def identifiers(self) -> list[str]:
        """Go past names of one part between commas."""
        found = [self.identifier()]
        while self.take_sign(","):
            found.append(self.identifier())
        return found

    def is_group(self) -> bool:
        """Whether a parenthesis is next."""
        return self.is_sign("(")

    def group(self) -> Reader:
        """Go past a parenthesis and what closes it, and a reader of what is between."""
        if not self.is_sign("("):
            raise self.refused("'('")
        start, closing = self.at + 1, self.closings[self.at]
        self.at = closing + 1
        return self.part(start, closing)

    def columns(self) -> tuple[str, ...]:
        """Go past names between commas in parentheses."""
        group = self.group()
        found = group.identifiers()
        group.expect_end()
        return tuple(found)

    def skip(self) -> None:
        """Go past the next token, or all that it opens."""
        self.at = self.closings.get(self.at, self.at) + 1

    def until(self, *stops: str) -> Reader:
        """Go to the next of some words or signs that no parenthesis is around; what is before it."""
        start = self.at
        while self.at < self.end:
            text = self.texts[self.at]
            if text in stops and self.kinds[self.at] in (WORD, PUNCTUATION, OPERATOR):
                break
            self.skip()
        return self.part(start, min(self.at, self.end))

    def items(self) -> list[Reader]:
        """What commas part, to the end.

        Raises:
            RefusedError: Nothing is between two commas.
        """
        found: list[Reader] = []
        if self.is_done:
            return found
        while True:
            item = self.until(",")
            if item.is_done:
                raise self.refused("something")
            found.append(item)
            if not self.take_sign(","):
                return found

    def string(self) -> str:
        """Go past a string, and its value."""
        if self.kind() not in (STRING, LETTER_STRING):
            if self.kind() == VARIABLE:
                raise UnmodelledError("a variable of psql stands for a string")
            raise self.refused("a string")
        value = string_of(self.text())
        if value is None:
            raise RefusedError("a string has an escape that there is not")
        self.at += 1
        return value

    def number(self) -> str:
        """Go past a number with or without a sign, and its text."""
        sign = "-" if self.take_sign("-") else ""
        if not sign:
            self.take_sign("+")
        if self.kind() != NUMBER:
            raise self.refused("a number")
        text = self.texts[self.at]
        self.at += 1
        return sign + text

    def has_variable(self) -> bool:
        """Whether a variable of psql is among the tokens."""
        return VARIABLE in self.kinds[self.at : self.end]
