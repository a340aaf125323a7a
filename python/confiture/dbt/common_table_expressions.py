"""Ephemeral models as common table expressions, put into a statement as dbt puts them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["with_expressions"]

#: What is passed over as a whole while the first statement is searched, brackets, and words.
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>--[^\r\n]*|\#[ ][^\r\n]*|/\*.*?(?:\*/|\Z))
    | (?P<quoted>'(?:[^'\\]|''|\\.)*(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z)|`[^`]*(?:`|\Z)
        |\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))
    | (?P<word>\w+)
    | (?P<other>.)
    """,
    re.X | re.S,
)


def with_expressions(sql: str, expressions: Sequence[str], *, spaced: bool) -> str:
    """A statement with common table expressions before those of its own.

    As in dbt, only the first statement of a text counts: what follows its semicolon is left out.

    Args:
        sql: The statement.
        expressions: Each with its name, ``AS`` and parentheses, and a space before it.
        spaced: Whether there is a space behind them.
    """
    if not expressions:
        return sql
    place = _place_of_expressions(sql) if "with" in sql.lower() else None
    end = len(sql)
    if ";" in sql:
        ends = (token.end() for token in _TOKEN.finditer(sql, place or 0) if token[0] == ";")
        end = next(ends, end)
    listed = ", ".join(expressions)
    space = " " if spaced else ""
    if place is not None:
        return f"{sql[:place]}{listed},{space}{sql[place:end]}"
    start = len(sql) - len(sql.lstrip())
    return f"{sql[:start]}with{listed}{space}{sql[start:end]}"


def _place_of_expressions(sql: str) -> int | None:
    """Where the expressions of a statement's own start, if it has some."""
    place: int | None = None
    is_recursive = False
    depth = 0
    for token in _TOKEN.finditer(sql):
        kind = token.lastgroup if token.lastgroup != "tag" else "quoted"
        if kind == "space":
            continue
        if place is not None:
            if kind == "word" and token[0].upper() == "RECURSIVE" and not is_recursive:
                is_recursive = True
                continue
            # The expressions come behind the white space, as dbt puts them.
            return token.start()
        if token[0] == "(":
            depth += 1
        elif token[0] == ")":
            depth -= 1
        elif token[0] == ";":
            return None
        elif kind == "word" and depth == 0 and token[0].upper() == "WITH":
            place = token.end()
    return place
