"""Queries that a primary key makes valid: grouped by it, they name other columns of its table as well.

PostgreSQL notes that such a query needs the key (`check_functional_grouping` in
``src/backend/catalog/pg_constraint.c``).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.reading import (
    NUMBER,
    QUOTED_NAME,
    WORD,
    Name,
    Reader,
    UnmodelledError,
    unquoted,
)

__all__ = ["Key", "needs_key"]

_NAMES = (WORD, QUOTED_NAME)
_QUERIES = ("select", "with", "values", "table")
#: What ends the columns of a query, and the other parts of it.
_PARTS = (
    *("from", "into", "where", "group", "having", "window", "union", "intersect", "except", "order", "limit"),
    *("offset", "fetch", "for"),
)
_JOINS = ("cross", "full", "inner", "join", "left", "natural", "right", "tablesample")
_AGGREGATES_TEXT = """
    any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
    cume_dist dense_rank every json_agg json_agg_strict json_arrayagg json_object_agg
    json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict json_objectagg jsonb_agg
    jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique
    jsonb_object_agg_unique_strict max min mode percent_rank percentile_cont percentile_disc range_agg
    range_intersect_agg rank regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx
    regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg
"""
_AGGREGATES = frozenset(_AGGREGATES_TEXT.split())


class Key(NamedTuple):
    """A primary key.

    Attributes:
        table: The name of its table.
        columns: The columns of the table.
        key: Those of the key.
        is_aggregate: Whether the text defines an aggregate of a name.
    """

    table: Name
    columns: Container[str]
    key: tuple[str, ...]
    is_aggregate: Callable[[str], bool]


def needs_key(query: Reader, key: Key) -> bool:
    """Whether a query, or one within it, is grouped by a primary key and names other columns of its table."""
    try:
        return any(
            _Grouped(query, select, group, key).needs_key() for select, group in _grouped_queries(query)
        )
    except UnmodelledError:
        # A variable of psql stands for a name.
        return False


def _grouped_queries(query: Reader) -> Iterator[tuple[int, int]]:
    """Where ``SELECT`` and ``GROUP BY`` of queries that have both stand."""
    selects: list[int] = [-1]
    for index in range(query.at, query.end):
        text = query.texts[index]
        if text == "(":
            selects.append(-1)
        elif text == ")" and len(selects) > 1:
            selects.pop()
        elif query.kinds[index] != WORD or (index > query.at and query.texts[index - 1] == "."):
            continue
        elif text == "select":
            selects[-1] = index
        elif text == "group" and query.texts[index + 1 : index + 2] == ["by"] and selects[-1] >= 0:
            yield selects[-1], index


class _Grouped:
    """A grouped query and the table that a key belongs to."""

    def __init__(self, query: Reader, select: int, group: int, key: Key) -> None:
        self.key = key
        rest = query.part(select + 1, query.end)
        if rest.take("distinct"):
            self.distinct = rest.group() if rest.take("on") and rest.is_group() else None
        else:
            self.distinct = None
            rest.take("all")
        self.outputs = [_without_alias(item) for item in _items(rest)]
        rest.until("from", "group", ")", ";")
        self.relations = rest.until("where", "group") if rest.take("from") else rest.part(rest.at, rest.at)
        rest = query.part(group + 2, query.end)
        rest.take_any("distinct", "all")
        self.items = _items(rest)
        self.having = rest.until(")", ";", *_PARTS[5:]) if rest.take("having") else None
        rest.until(")", ";", "union", "intersect", "except", "order")
        self.order = _items(rest) if rest.take("order", "by") else []

    def needs_key(self) -> bool:
        """Whether the query names columns that only the key makes one for each group."""
        aliases = self._aliases()
        if not aliases or any(item.word() in ("cube", "grouping", "rollup") for item in self.items):
            return False
        grouped = [self._meant(item) for item in self.items]
        names = [_column(item) for item in grouped]
        expressions: dict[str, list[list[str]]] = {}
        for item in grouped:
            texts = item.texts[item.at : item.end]
            expressions.setdefault(texts[0], []).append(texts)
        read = [output for output, _ in self.outputs]
        read += [part for part in (self.distinct, self.having) if part is not None]
        known = {alias for _, alias in self.outputs}
        read += [item for item in self.order if _bare_name(item) is None or _bare_name(item) not in known]
        for alias in aliases:
            columns = {
                column
                for table, column in filter(None, names)
                if table == alias or (table is None and len(aliases) == 1)
            }
            if set(self.key.key) <= columns:
                rest = _Rest(self.key, alias, columns, expressions, is_only=len(aliases) == 1)
                if any(rest.is_in(part) for part in read):
                    return True
        return False

    def _aliases(self) -> list[str]:
        """What the table is called in the query, for each time that it is read."""
        found: list[str] = []
        reader = self.relations.part(self.relations.at, self.relations.end)
        is_next = True
        while not reader.is_done:
            if is_next and reader.is_group() and reader.word(1) not in _QUERIES:
                reader.at += 1
                continue
            if is_next and reader.take_any("only", "lateral"):
                continue
            if not is_next or not reader.is_name():
                is_next = reader.word() == "join" or reader.is_sign(",")
                reader.at = reader.closings.get(reader.at, reader.at) + 1
                continue
            name = reader.name()
            is_next = False
            if reader.is_group() or name.name != self.key.table.name:
                continue
            if name.schema not in (None, self.key.table.schema):
                continue
            reader.take_sign("*")
            reader.take("as")
            is_alias = reader.is_name() and reader.word() not in RESERVED and reader.word() not in _JOINS
            found.append(reader.identifier() if is_alias else name.name)
        return found

    def _meant(self, item: Reader) -> Reader:
        """The column of the query that an item of ``GROUP BY`` means by its number or name, or the item."""
        if item.end - item.at != 1:
            return item
        text = item.texts[item.at]
        if item.kinds[item.at] == NUMBER and text.isascii() and text.isdigit():
            place = int(text) - 1 if len(text) < 5 else -1
            return self.outputs[place][0] if 0 <= place < len(self.outputs) else item
        name = _bare_name(item)
        if name is not None and name not in self.key.columns:
            return next((output for output, alias in self.outputs if alias == name), item)
        return item


class _Rest(NamedTuple):
    """What is named besides the columns of a table that a query is grouped by."""

    key: Key
    alias: str
    grouped: set[str]
    expressions: dict[str, list[list[str]]]
    is_only: bool

    def is_in(self, part: Reader) -> bool:
        """Whether such a column is named."""
        reader = part.part(part.at, part.end)
        inner = -1
        while not reader.is_done:
            length = self._grouped_length(reader)
            if length:
                reader.at += length
                continue
            if reader.is_group() and reader.word(1) in _QUERIES:
                # Names without a table can be those of the inner query.
                inner = max(inner, reader.closings[reader.at])
            if reader.is_sign("*") and reader.end - reader.at == 1 and reader.at == part.at:
                return True
            if not reader.is_name():
                is_cast = reader.is_sign("::")
                reader.at += 1
                if is_cast and reader.is_name():
                    reader.parts()
                continue
            kind, start = reader.kind(), reader.at
            parts = reader.parts()
            if reader.is_group():
                self._skip_aggregate(reader, parts[-1])
                continue
            is_row = reader.is_sign(".") and reader.is_sign("*", 1) and parts[-1] == self.alias
            is_column = kind != WORD or parts[0] not in RESERVED
            is_bare = self.is_only and is_column and start > inner
            is_own = parts[-2] == self.alias if len(parts) > 1 else is_bare
            if is_row or (is_own and self._is_other(parts[-1])):
                return True
        return False

    def _is_other(self, column: str) -> bool:
        return column in self.key.columns and column not in self.grouped

    def _grouped_length(self, reader: Reader) -> int:
        """The tokens of an expression that the query is grouped by, if it is next."""
        for texts in self.expressions.get(reader.text(), ()):
            if reader.texts[reader.at : min(reader.at + len(texts), reader.end)] == texts:
                return len(texts)
        return 0

    def _skip_aggregate(self, reader: Reader, name: str) -> None:
        """Go past what an aggregate is given, or into what another function is given."""
        if name not in _AGGREGATES and not self.key.is_aggregate(name):
            return
        rest = reader.part(reader.at, reader.end)
        rest.skip()
        if rest.take("within", "group"):
            rest.skip()
        if rest.take("filter"):
            rest.skip()
        if not rest.take("over"):
            reader.at = rest.at


def _items(reader: Reader) -> list[Reader]:
    """What commas part, to the next part of the query."""
    found = [reader.until(",", ")", ";", *_PARTS)]
    while reader.take_sign(","):
        found.append(reader.until(",", ")", ";", *_PARTS))
    return [item for item in found if not item.is_done]


def _without_alias(item: Reader) -> tuple[Reader, str | None]:
    """A column of a query without the name that it gets, and its name."""
    whole = item.part(item.at, item.end)
    before = whole.until("as")
    if whole.take("as") and whole.is_name():
        return before, whole.identifier()
    last = item.end - 1
    if last > item.at and item.kinds[last] in _NAMES and item.texts[last] not in RESERVED:
        previous = item.texts[last - 1]
        if item.kinds[last - 1] in _NAMES or previous in (")", "]") or item.kinds[last - 1] == NUMBER:
            return item.part(item.at, last), unquoted(item.texts[last])
    column = _column(item)
    return item, None if column is None else column[1]


def _bare_name(item: Reader) -> str | None:
    """The name that is all of an item."""
    column = _column(item)
    return column[1] if column is not None and column[0] is None else None


def _column(item: Reader) -> tuple[str | None, str] | None:
    """The table and the column that are all of an item."""
    reader = item.part(item.at, item.end)
    while reader.is_group() and reader.closings[reader.at] == reader.end - 1:
        reader = reader.group()
    if not reader.is_name() or (reader.kind() == WORD and reader.text() in RESERVED):
        return None
    parts = reader.parts()
    return (parts[-2] if len(parts) > 1 else None, parts[-1]) if reader.is_done else None
