"""Normalised text; ``docs/statements.md`` says what it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from confiture._pure.tokens import (
    COMMENT,
    DOLLAR_QUOTE,
    ESCAPES_STRING,
    LETTER_STRING,
    NUMBER,
    OPERATOR,
    PARAMETER,
    PUNCTUATION,
    QUOTED_NAME,
    STRING,
    UNCLOSED,
    WORD,
    Token,
    tokens,
)
from confiture._pure.values import NAME_BYTES, cut, name_value, string_value, with_unicode

__all__ = [
    "keywords",
    "normalized",
    "normalized_body",
    "normalized_statement",
    "normalized_tokens",
    "resolved_tokens",
]

_FILE = "keywords.txt"
_PLAIN_NAME = re.compile(rb"[a-z_][a-z0-9_$]*+\Z")
_ROUTINES = ("CREATE FUNCTION", "CREATE PROCEDURE")
_LANGUAGES = (b"sql", b"plpgsql")
_STRINGS = (STRING, ESCAPES_STRING, DOLLAR_QUOTE)

_keywords: frozenset[bytes] = frozenset()


def keywords() -> frozenset[bytes]:
    """All keywords of the server, in lower case."""
    global _keywords
    if not _keywords:
        with open(os.path.join(os.path.dirname(__file__), _FILE), "rb") as file:
            _keywords = frozenset(line for line in file.read().split(b"\n") if line and line[:1] != b"#")
    return _keywords


def resolved_tokens(content: bytes, start: int, end: int, *, is_body: bool = False) -> Iterable[Token]:
    """`tokens`, without the prefix ``U&`` where what follows has a value."""
    source = tokens(content, start, end, is_body=is_body)
    return with_unicode(source) if content.find(b"&", start, end) >= 0 else source


def normalized(token: Token) -> bytes:
    """A token as normalised text has it."""
    kind, text = token
    if kind == WORD:
        return cut(text.lower()) if len(text) > NAME_BYTES else text.lower()
    if kind == PUNCTUATION:
        return text
    if kind == STRING:
        if b"\n" not in text and b"\r" not in text and 0 not in text and text.isascii():
            return text
        return _as_string(token)
    if kind == OPERATOR:
        return b"<>" if text == b"!=" else text
    if kind in (NUMBER, PARAMETER):
        return text.lower()
    if kind == QUOTED_NAME and 0 not in text:
        name = cut(name_value(text))
        if _PLAIN_NAME.match(name) is not None and name not in keywords():
            return name
        return b'"%b"' % name.replace(b'"', b'""')
    if kind in (DOLLAR_QUOTE, ESCAPES_STRING):
        return _as_string(token)
    if kind == LETTER_STRING:
        value = string_value((STRING, text[1:]))
        return text if value is None else text[:1].lower() + quoted(value)
    return text


def quoted(value: bytes) -> bytes:
    """A value as a string."""
    return b"'%b'" % value.replace(b"'", b"''")


def _as_string(token: Token) -> bytes:
    value = string_value(token)
    return token[1] if value is None else quoted(value)


def normalized_statement(kind: str | None, source: Iterable[Token]) -> bytes:
    """The normalised text of a statement.

    Args:
        kind: The statement's kind.
        source: Its tokens without a terminator, from `resolved_tokens`.
    """
    if kind != "DO" and kind not in _ROUTINES:
        return b" ".join([normalized(token) for token in source if token[0] != COMMENT])
    read = [token for token in source if token[0] != COMMENT]
    texts = list(map(normalized, read))
    body = _body_index(read, kind == "DO")
    if body >= 0 and (value := string_value(read[body])) is not None:
        inner = normalized_body(value)
        if inner is not None:
            texts[body] = quoted(inner)
    return b" ".join(texts)


def normalized_body(body: bytes) -> bytes | None:
    """The normalised text of a body, unless something is left open in it."""
    return normalized_tokens(resolved_tokens(body, 0, len(body), is_body=True))


def normalized_tokens(source: Iterable[Token]) -> bytes | None:
    """The normalised text of a body's tokens, unless something is left open in it."""
    texts: list[bytes] = []
    for token in source:
        if token[0] == COMMENT or token[0] == UNCLOSED:
            return None
        texts.append(normalized(token))
    return b" ".join(texts)


def _body_index(read: Sequence[Token], is_do: bool) -> int:
    """The index of the body, if it is in a language whose tokens are known; or -1."""
    language = b"plpgsql" if is_do else b""
    language_index = body = -1
    outside = _indices_outside(read)
    for index in outside:
        if language_index < 0 and _is_word(read[index], b"language") and index + 1 < len(read):
            name = _language_name(read[index + 1])
            if name is not None:
                language, language_index = name, index + 1
    if language not in _LANGUAGES:
        return -1
    for index in outside:
        if read[index][0] in _STRINGS and index != language_index and body < 0:
            is_body = is_do or (index > 0 and _is_word(read[index - 1], b"as"))
            if is_body:
                body = index
    if body >= 0 and not is_do and body + 1 < len(read) and read[body + 1][1] == b",":
        return -1
    return body


def _indices_outside(read: Sequence[Token]) -> list[int]:
    """The indices of the tokens outside parentheses and brackets."""
    indices: list[int] = []
    depth = 0
    for index, (_, text) in enumerate(read):
        if text in (b"(", b"["):
            depth += 1
        elif text in (b")", b"]"):
            depth = max(depth - 1, 0)
        elif not depth:
            indices.append(index)
    return indices


def _is_word(token: Token, word: bytes) -> bool:
    return token[0] == WORD and token[1].lower() == word


def _language_name(token: Token) -> bytes | None:
    if token[0] == WORD:
        return token[1].lower()
    if token[0] == QUOTED_NAME:
        return name_value(token[1]).lower()
    value = string_value(token) if token[0] in _STRINGS else None
    return None if value is None else value.lower()
