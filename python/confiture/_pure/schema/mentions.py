"""Single names in expressions and strings."""

from __future__ import annotations

from collections.abc import Container
from string import ascii_lowercase, ascii_uppercase

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.reading import (
    NUMBER,
    PUNCTUATION,
    QUOTED_NAME,
    WORD,
    Name,
    Reader,
    RefusedError,
    unquoted,
)
from confiture._pure.values import cut

__all__ = ["column_at", "columns_in", "names_in_string"]

_NAMES = (WORD, QUOTED_NAME)
_SPACE = " \t\n\r\f\v"
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def _split_name(value: str) -> list[str] | None:
    """The parts of a name as the server reads one in a string (`SplitIdentifierString`); None for none.

    Without quotes a part holds anything but white space, dots and what it starts with: no quote.
    """
    parts: list[str] = []
    index, end = 0, len(value)
    while True:
        while index < end and value[index] in _SPACE:
            index += 1
        start = index
        if value[index : index + 1] == '"':
            index += 1
            while True:
                index = value.find('"', index)
                if index < 0:
                    return None
                if value[index + 1 : index + 2] != '"':
                    break
                index += 2
            part = value[start + 1 : index].replace('""', '"')
            index += 1
        else:
            while index < end and value[index] != "." and value[index] not in _SPACE:
                index += 1
            part = value[start:index].translate(_LOWER)
        if not part:
            return None
        parts.append(cut(part.encode("utf-8")).decode("utf-8"))
        while index < end and value[index] in _SPACE:
            index += 1
        if index >= end:
            is_number = len(parts) == 1 and value.strip(_SPACE).isascii() and value.strip(_SPACE).isdigit()
            return None if is_number or value == "-" else parts
        if value[index] != ".":
            return None
        index += 1


def names_in_string(value: str) -> tuple[Name | None, int]:
    """The name that a string holds, and how many arguments if it names them; None if it holds none."""
    from confiture._pure.schema.text import reader_of

    if "(" not in value:
        parts = _split_name(value)
        return (None, -1) if parts is None else (Name(parts[-2] if len(parts) > 1 else None, parts[-1]), -1)
    try:
        reader = reader_of(value)
        if not reader.is_name():
            return None, -1
        name = reader.name()
        count = -1
        if reader.is_group():
            count = len(reader.group().items())
        return (name, count) if reader.is_done else (None, -1)
    except RefusedError:
        return None, -1


def columns_in(reader: Reader, names: Container[str], table: str) -> list[str]:
    """The columns of a table that an expression mentions, each once, in their order.

    Args:
        reader: The expression.
        names: The columns' names.
        table: The table's name, which may stand before them.
    """
    found: dict[str, None] = {}
    for index in range(reader.at, reader.end):
        if (name := column_at(reader, index, table)) is not None and name in names:
            found[name] = None
    return list(found)


def column_at(reader: Reader, index: int, table: str) -> str | None:
    """The name at a token, if it can be that of a column of a table."""
    kinds, texts = reader.kinds, reader.texts
    kind = kinds[index]
    if kind not in _NAMES or (kind == WORD and texts[index] in RESERVED):
        return None
    following = texts[index + 1] if index + 1 < reader.end else ""
    if following in ("(", ".") and kinds[index + 1] == PUNCTUATION:
        return None
    if index > reader.at:
        before = texts[index - 1]
        if before == "." and kinds[index - 1] == PUNCTUATION:
            if index - 2 < reader.at or unquoted(texts[index - 2]) != table or kinds[index - 2] == NUMBER:
                return None
        elif before == "::":
            return None
    return unquoted(texts[index])
