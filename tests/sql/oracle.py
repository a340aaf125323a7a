"""PostgreSQL's own grammar as the judge of boundaries, command tags and identities.

``pglast`` 8 parses with the grammar of PostgreSQL 18, before any look at a catalogue. What a file has for
psql (backslash commands, variables, the data of ``COPY … FROM stdin``) is not in that grammar: such a file is
not accepted as a whole.

The parser tells where a statement ends; where it begins is read from the tokens. It counts characters, in a
time that grows with the square of those that are not ASCII. So it is handed the text with a letter for each
such byte: PostgreSQL's lexer treats those as letters too, and what it counts are bytes then.

It ends the process, rather than fail, on trees that are some ten thousand levels deep to the left (a sum of
that many terms, a chain of ``UNION``); brackets nested that deep it refuses.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from pglast import ast, parser

from .command_tags import command_tag
from .identities import Identity, identity, written_type

__all__ = [
    "GRAMMAR",
    "Identity",
    "Place",
    "accepts",
    "command_tag",
    "identity",
    "node_of",
    "statements",
    "written_type",
]

#: The version of the grammar, like ``(18, 6)``.
GRAMMAR: tuple[int, int] = parser.get_postgresql_version()

_COMMENTS = ("C_COMMENT", "SQL_COMMENT")
_SEMICOLON = "ASCII_59"

#: How deep a tree in JSON may be: some levels for each of its nodes.
_DEPTH = 20_000

#: A letter, and doubled (as no character beyond ASCII is a single byte) in no keyword.
_LETTER = ord("z")
_AS_LETTERS = bytes(byte if byte < 0x80 else _LETTER for byte in range(256))


Result = TypeVar("Result")


class Place(NamedTuple):
    """A statement in a text: from its first token to its last, in bytes of UTF-8, and its tag."""

    start: int
    end: int
    tag: str


def _as_ascii(text: str) -> str:
    return text.encode().translate(_AS_LETTERS).decode("ascii")


def _accepted(text: str, parse: Callable[[str], Result]) -> Result | None:
    """What is parsed of a text; None if the grammar does not accept it."""
    # The parser takes a C string.
    if "\0" in text:
        return None
    try:
        return parse(text)
    except parser.ParseError:
        return None


def _parse(text: str) -> list[dict[str, Any]] | None:
    """The statements of a text in JSON, which is there sooner than the nodes of Python."""
    written = _accepted(text, parser.parse_sql_json)
    if written is None:
        return None
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(_DEPTH)
    try:
        parsed: list[dict[str, Any]] = json.loads(written).get("stmts", [])
    finally:
        sys.setrecursionlimit(limit)
    return parsed


def statements(text: str) -> list[Place] | None:
    """The statements of a text, without the empty ones.

    Returns:
        None if the grammar does not accept the whole text, or has no room for it (it nests too deep).
        White space, comments and semicolons between statements belong to none of them.
    """
    text = _as_ascii(text)
    parsed = _parse(text)
    if parsed is None:
        return None
    tokens = [token for token in parser.scan(text) if token.name not in _COMMENTS]
    places = []
    index = 0
    for raw in parsed:
        length = raw.get("stmt_len", 0)
        boundary = raw.get("stmt_location", 0) + length if length else len(text)
        while tokens[index].name == _SEMICOLON:
            index += 1
        start = tokens[index].start
        while index < len(tokens) and tokens[index].start < boundary:
            index += 1
        end = tokens[index - 1].end + 1
        assert boundary == len(text) or text[boundary] == ";", text[start : boundary + 1]
        places.append(Place(start, end, command_tag(raw["stmt"])))
    return places


def node_of(text: str) -> ast.Node | None:
    """The parse tree of a text that is one statement; semicolons after it are allowed.

    Returns:
        None if the grammar does not accept it as exactly one.
    """
    parsed = _accepted(text, parser.parse_sql)
    return parsed[0].stmt if parsed is not None and len(parsed) == 1 else None


def accepts(text: str) -> str | None:
    """The command tag of a text that is one statement; semicolons after it are allowed.

    Returns:
        None if the grammar does not accept it as exactly one.
    """
    parsed = _parse(_as_ascii(text))
    return command_tag(parsed[0]["stmt"]) if parsed is not None and len(parsed) == 1 else None
