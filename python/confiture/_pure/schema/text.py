"""The text of the model: tokens with spaces where ``docs/model.md`` has them."""

from __future__ import annotations

from collections.abc import Callable

from confiture._pure.normalizing import resolved_tokens
from confiture._pure.schema.reading import NUMBER, PUNCTUATION, QUOTED_NAME, WORD, Reader, read_tokens
from confiture.models.sql_names import RESERVED

__all__ = ["bare", "changed_partitioning", "expression_text", "quoted_name", "reader_of", "text_of"]

#: Words that a parenthesis stands after with a space between.
_SPACED_TEXT = """
    all and any array as asc between by case check conflict cross default desc distinct do else end
    except exclude exists filter for from full group having ilike in include inner intersect into is
    isnull join key lateral left like limit materialized natural not notnull of offset on only or
    order outer over overlaps partition primary recursive references returning right select set
    similar some symmetric then to union unique using values when where window with within
"""
_SPACED = frozenset(_SPACED_TEXT.split())
_TIGHT_AFTER = frozenset(("(", "["))
_TIGHT_BEFORE = frozenset((")", "]", ","))


def text_of(reader: Reader) -> str:
    """The text of all tokens that are left."""
    return spaced(reader.kinds, reader.texts, reader.at, reader.end)


def spaced(kinds: list[int], texts: list[str], start: int, end: int) -> str:
    """Tokens with spaces between them where some belong."""
    if start >= end:
        return ""
    pieces = [texts[start]]
    before_kind, before = kinds[start], texts[start]
    for index in range(start + 1, end):
        kind, text = kinds[index], texts[index]
        if _has_space(before_kind, before, kind, text):
            pieces.append(" ")
        pieces.append(text)
        before_kind, before = kind, text
    return "".join(pieces)


def _has_space(before_kind: int, before: str, kind: int, text: str) -> bool:
    if before_kind == PUNCTUATION:
        if before in _TIGHT_AFTER or before == "::":
            return False
        if before == ".":
            return kind == NUMBER
    if kind != PUNCTUATION:
        return True
    if text in _TIGHT_BEFORE or text == "::":
        return False
    if text == ".":
        return before_kind == NUMBER
    if text == "[":
        return not (
            before_kind in (WORD, QUOTED_NAME) or (before_kind == PUNCTUATION and before in (")", "]"))
        )
    if text == "(":
        return not (before_kind == QUOTED_NAME or (before_kind == WORD and before not in _SPACED))
    return True


def bare(reader: Reader) -> Reader:
    """The tokens without the parentheses around them all."""
    start, end = reader.at, reader.end
    while end - start > 2 and reader.texts[start] == "(" and reader.closings.get(start) == end - 1:
        start, end = start + 1, end - 1
    return reader.part(start, end)


def expression_text(reader: Reader) -> str:
    """The text of an expression, which parentheses around it make no other."""
    return text_of(bare(reader))


_FIRST = frozenset("abcdefghijklmnopqrstuvwxyz_")
_REST = _FIRST | frozenset("0123456789")


def quoted_name(name: str) -> str:
    """A name as `quote_identifier` of PostgreSQL has it: in quotes where it needs them."""
    if name and name[0] in _FIRST and _REST.issuperset(name) and name not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def reader_of(text: str) -> Reader:
    """A reader of text that the model has."""
    content = text.encode("utf-8")
    return read_tokens(resolved_tokens(content, 0, len(content)))


def changed_partitioning(text: str, change: Callable[[str], str]) -> str:
    """What a table is partitioned by, with its keys changed; the strategy before them is no part of these."""
    strategy, parenthesis, keys = text.partition("(")
    return strategy + change(parenthesis + keys)
