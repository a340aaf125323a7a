"""A text with other names in place of some: what it names columns by stays.

A column of a query without a name of its own is named by the function that is called, or the type that it is
cast to; a function after ``FROM`` by itself. The server has kept these names, so that they are written out.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.implied import expression_name
from confiture._pure.schema.reading import (
    OPERATOR,
    PUNCTUATION,
    QUOTED_NAME,
    STRING,
    WORD,
    Name,
    Reader,
    string_of,
)
from confiture._pure.schema.references import Located
from confiture._pure.schema.renamed_relations import NO_ALIASES, renamed_relations
from confiture._pure.schema.text import quoted_name, spaced

__all__ = ["Change", "changed_text", "put_name", "string_with"]

#: What ends the columns of a query.
_AFTER_COLUMNS = (
    *("from", "into", "where", "group", "having", "window", "union", "intersect", "except", "order", "limit"),
    *("offset", "fetch", "for"),
)


class Change(NamedTuple):
    """A reference, and the name that it has now."""

    located: Located
    name: Name


def changed_text(reader: Reader, changes: list[Change]) -> str:
    """The text of all tokens, with other names in place of some."""
    changes = sorted(changes, key=lambda change: change.located.start)
    aliases = _column_aliases(reader, changes)
    for change in changes:
        if change.located.is_from and change.located.reference.name.name != change.name.name:
            place = _alias_place(reader, change.located.end)
            if place is not None:
                aliases[place] = (False, change.located.reference.name.name)
    names = {change.located.start: (change.located.end, change.name) for change in changes}
    more_names, more_aliases = renamed_relations(reader, changes)
    names |= more_names
    aliases |= {place: (True, alias) for place, alias in more_aliases.items()}
    kinds: list[int] = []
    texts: list[str] = []
    index = reader.at
    while index <= reader.end:
        if index in aliases:
            has_word, alias = aliases[index]
            if has_word:
                kinds.append(WORD)
                texts.append("as")
            put_name(kinds, texts, alias)
        if index == reader.end:
            break
        if index not in names:
            kinds.append(reader.kinds[index])
            texts.append(reader.texts[index])
            index += 1
            continue
        end, name = names[index]
        if reader.kinds[index] == STRING:
            kinds.append(STRING)
            texts.append(string_with(reader.texts[index], name))
        else:
            if name.schema is not None:
                put_name(kinds, texts, name.schema)
                kinds.append(PUNCTUATION)
                texts.append(".")
            put_name(kinds, texts, name.name)
        index = end
    return spaced(kinds, texts, 0, len(kinds))


def put_name(kinds: list[int], texts: list[str], name: str) -> None:
    """Add a name to tokens, in quotes where it needs them."""
    text = quoted_name(name)
    kinds.append(QUOTED_NAME if text[:1] == '"' else WORD)
    texts.append(text)


def string_with(text: str, name: Name) -> str:
    """A string with another name, and the arguments that it had."""
    _, parenthesis, arguments = (string_of(text) or "").partition("(")
    written = quoted_name(name.name)
    if name.schema is not None:
        written = f"{quoted_name(name.schema)}.{written}"
    content = f"{written}{parenthesis}{arguments}".replace("'", "''")
    return f"'{content}'"


def _column_aliases(reader: Reader, changes: list[Change]) -> dict[int, tuple[bool, str]]:
    """Before which tokens which names of columns belong, with ``AS``."""
    renamed = [
        change
        for change in changes
        if change.located.reference.name.name != change.name.name
        and reader.kinds[change.located.start] != STRING
    ]
    starts = [change.located.start for change in renamed]
    found: dict[int, tuple[bool, str]] = {}
    if not starts:
        return found
    for index in range(reader.at, reader.end):
        if not _is_word(reader, index, "select"):
            continue
        columns = reader.part(index + 1, reader.end)
        if columns.take("distinct"):
            if columns.take("on") and columns.is_group():
                columns.skip()
        else:
            columns.take("all")
        while True:
            item = columns.until(",", ")", ";", *_AFTER_COLUMNS)
            first, last = bisect_left(starts, item.at), bisect_left(starts, item.end)
            if first < last and not _has_alias(item):
                name = expression_name(item)
                if any(change.located.reference.name.name == name for change in renamed[first:last]):
                    found[item.end] = (True, name or "")
            if not columns.take_sign(","):
                break
    return found


def _is_word(reader: Reader, index: int, word: str) -> bool:
    return (
        reader.kinds[index] == WORD
        and reader.texts[index] == word
        and not (index > reader.at and reader.texts[index - 1] == ".")
    )


def _has_alias(item: Reader) -> bool:
    """Whether a column of a query has a name of its own, or it cannot be told."""
    start = item.part(item.at, item.end)
    if start.is_group() and start.word(1) in ("select", "with", "values"):
        # What the inner query names it is its name.
        return True
    start.until("as")
    if not start.is_done:
        return True
    last = item.end - 1
    if last <= item.at or item.kinds[last] not in (WORD, QUOTED_NAME):
        return False
    if item.kinds[last] == WORD and item.texts[last] in RESERVED:
        return False
    before = item.texts[last - 1]
    return not (item.kinds[last - 1] == OPERATOR or before in (".", "::"))


def _alias_place(reader: Reader, opened: int) -> int | None:
    """Before which token the alias of a function in ``FROM`` belongs; None if it has one."""
    rest = reader.part(reader.closings[opened] + 1, reader.end)
    rest.take("with", "ordinality")
    if rest.take("as"):
        return rest.at if rest.is_group() else None
    if rest.is_name() and (rest.kind() == QUOTED_NAME or rest.word() not in NO_ALIASES):
        return None
    return rest.at
