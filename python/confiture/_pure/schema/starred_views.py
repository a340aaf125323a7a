"""Views that give all columns of a table: those that it had when the view was made.

The server writes them out then. Here ``*`` stands until the table gets other columns, or other names of
them, and only in queries that read nothing but that table: it is told what it stands for before.
"""

from __future__ import annotations

from typing import NamedTuple

from confiture._pure.schema.query_outputs import CLAUSES, SETS, read_targets
from confiture._pure.schema.reading import (
    PUNCTUATION,
    QUOTED_NAME,
    WORD,
    Name,
    Reader,
    RefusedError,
    UnmodelledError,
)
from confiture._pure.schema.records import Table, View
from confiture._pure.schema.state import State
from confiture._pure.schema.text import quoted_name, reader_of, spaced

__all__ = ["expand_stars", "note_stars"]

#: How many columns a table can have (``MaxHeapAttributeNumber``).
_MOST_COLUMNS = 1600
#: How many columns a query can give (``MaxTupleAttributeNumber``).
_MOST_TARGETS = 1664


class _Starred(NamedTuple):
    """A query of one table that gives all of its columns: its table, and the tokens that say so."""

    table: Name
    stars: list[int]
    #: Whether it is ``TABLE name``.
    is_command: bool


def note_stars(state: State, view: View, query: Reader) -> None:
    """Note that a view is of all columns of a table, if its query is one that can be told."""
    starred = _starred(query)
    if starred is None:
        return
    table = state.relation(starred.table)
    if isinstance(table, Table):
        if table not in state.starred:
            state.put(state.starred, table, [])
        state.append(state.starred[table], view)


def expand_stars(state: State, table: Table) -> None:
    """Say in the views of all columns of a table which these are, as they are about to change."""
    views = state.starred.get(table)
    if not views or len(table.columns) > _MOST_COLUMNS:
        return
    state.put(state.starred, table, [])
    for view in dict.fromkeys(views):
        if not view.is_dropped:
            state.change(view, query=_expanded(view.query, table))


def _expanded(text: str, table: Table) -> str:
    reader = reader_of(text)
    starred = _starred(reader)
    is_meant = starred is not None and starred.table.name == table.name
    if starred is None or not is_meant or starred.table.schema not in (None, table.schema):
        return text
    if len(starred.stars) * len(table.columns) > _MOST_TARGETS:
        return text
    kinds: list[int] = []
    texts: list[str] = []

    def put(kind: int, word: str) -> None:
        kinds.append(kind)
        texts.append(word)

    stars = set(starred.stars)
    for index in range(reader.end):
        if starred.is_command and index == 0:
            put(WORD, "select")
            _put_columns(kinds, texts, table, ())
            put(WORD, "from")
        elif index in stars:
            qualifier = reader.texts[index - 2 : index] if reader.texts[index - 1] == "." else ()
            del kinds[len(kinds) - len(qualifier) :], texts[len(texts) - len(qualifier) :]
            _put_columns(kinds, texts, table, tuple(qualifier))
        else:
            put(reader.kinds[index], reader.texts[index])
    return spaced(kinds, texts, 0, len(kinds))


def _put_columns(kinds: list[int], texts: list[str], table: Table, qualifier: tuple[str, ...]) -> None:
    for number, name in enumerate(table.columns):
        if number:
            kinds.append(PUNCTUATION)
            texts.append(",")
        for part in (*qualifier, quoted_name(name)):
            kinds.append(PUNCTUATION if part == "." else QUOTED_NAME if part[:1] == '"' else WORD)
            texts.append(part)


def _starred(whole: Reader) -> _Starred | None:
    """What a query gives all columns of, if it is one of one table."""
    query = whole.part(whole.at, whole.end)
    try:
        if query.take("table"):
            query.take("only")
            name = query.name() if query.is_name() else None
            return _Starred(name, [], True) if name is not None and query.is_done else None
        targets = read_targets(query)
        if not query.take("from"):
            return None
        query.take("only")
        if not query.is_name():
            return None
        name = query.name()
        called = name.name
        query.take_sign("*")
        if query.take("as") or (query.is_name() and query.word() not in (*CLAUSES, *SETS)):
            called = query.identifier()
        if not query.is_done and query.word() not in CLAUSES:
            return None
        query.until(*SETS)
        if not query.is_done:
            return None
        stars = [place for item in targets.items() if (place := _star(item, called)) is not None]
        return _Starred(name, stars, False) if stars else None
    except (RefusedError, UnmodelledError):
        return None


def _star(item: Reader, called: str) -> int | None:
    """The star, if an item of a query is one, or one behind what the table is called."""
    last = item.end - 1
    if last < item.at or item.texts[last] != "*":
        return None
    is_qualified = item.is_name() and item.is_sign(".", 1) and last == item.at + 2
    if last == item.at or (is_qualified and item.identifier() == called):
        return last
    return None
