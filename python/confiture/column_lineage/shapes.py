"""What tracing has to know of a query: its parts, and the names that each of them refers to.

A shape is flat: queries in queries are blocks of a list, each behind those that it needs. It depends on
nothing but the text and the dialect, and is what the cache keeps.
"""

from __future__ import annotations

import msgspec

__all__ = [
    "AGGREGATE",
    "ALL",
    "COLUMN",
    "DIRECT",
    "EPHEMERAL_PREFIX",
    "EVERY",
    "EXISTS",
    "ORDINAL",
    "QUERY",
    "UNKNOWN_FUNCTION",
    "Block",
    "Pivot",
    "Projection",
    "Reference",
    "Shape",
    "Source",
    "Star",
    "Value",
]

#: How a value goes into a column, the weaker first.
DIRECT = ("identity", "transformed", "aggregated")

#: The last part of a reference to all columns.
EVERY = "*"

#: The first part of a reference to a column by its number, or to `ALL`: no name is empty.
ORDINAL = ""
ALL = "all"

#: What tokens stand for a column and for a query, and how those of aggregates and unknown functions start.
COLUMN, QUERY = "\0column", "\0query"
AGGREGATE, UNKNOWN_FUNCTION = "aggregate ", "Anonymous"

#: What dbt calls the common table expressions that ephemeral models become.
EPHEMERAL_PREFIX = "__dbt__cte__"

#: How a query is used of which it only counts whether it has rows.
EXISTS = "exists"


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """A name of a column: its parts as the database has them, and how the column is used."""

    parts: tuple[str, ...]
    how: str


class Value(msgspec.Struct, frozen=True, array_like=True):
    """What an expression refers to.

    Attributes:
        references: The columns.
        queries: The blocks of the queries in it, with how they are used.
        tokens: The expression itself, operands before operators, in a detailed shape: `COLUMN` and `QUERY`
            with the number of a reference or query, or what is done with so many operands, and whether
            their order means nothing.
    """

    references: tuple[Reference, ...] = ()
    queries: tuple[tuple[int, str], ...] = ()
    tokens: tuple[tuple[str, int, bool], ...] = ()


class Star(msgspec.Struct, frozen=True, array_like=True):
    """All columns of the sources, or of the one that `qualifier` names, apart from some."""

    qualifier: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    replaced: tuple[tuple[str, Value], ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class Projection(msgspec.Struct, frozen=True, array_like=True):
    """A column of a query; one without a name is called as the database likes.

    Attributes:
        name: The name.
        value: What it is.
        star: The columns that stand here, if it is not one.
        type: The type that it is cast to, in a detailed shape.
    """

    name: str | None
    value: Value
    star: Star | None = None
    type: str = ""


class Pivot(msgspec.Struct, frozen=True, array_like=True):
    """Rows made columns, or the other way round.

    Attributes:
        value: What the new columns are made of.
        names: The names of the new columns, as far as they are known.
        used: The columns that are there no more.
        grouped: Whether the columns that stay are what rows are grouped by.
    """

    value: Value
    names: tuple[str, ...]
    used: tuple[str, ...]
    grouped: bool


class Source(msgspec.Struct, frozen=True, array_like=True):
    """A part of ``FROM``.

    Attributes:
        name: What its columns can be qualified with.
        relation: The parts of the name of a table or view.
        block: The number of the query that it is.
        value: What the arguments of the function that it is refer to.
        columns: New names of its columns, the first ones.
        side: ``left``, ``right``, ``full``, ``semi`` or nothing.
        using: The columns that it shares with what stands before it.
        is_natural: Whether it shares all of the same name.
        pivots: What is done to its rows.
        join: How it is joined, in full, in a detailed shape.
    """

    name: str
    relation: tuple[str, ...] = ()
    block: int | None = None
    value: Value | None = None
    columns: tuple[str, ...] = ()
    side: str = ""
    using: tuple[str, ...] = ()
    is_natural: bool = False
    pivots: tuple[Pivot, ...] = ()
    join: str = ""


class Block(msgspec.Struct, frozen=True, array_like=True):
    """A query.

    Attributes:
        parent: The number of the query whose sources it may refer to as well.
        sources: Its ``FROM``.
        projections: Its columns.
        uses: What decides which rows there are.
        is_distinct: Whether rows that are the same are one row.
        members: The queries that it combines, if it is a set operation.
        operation: ``union``, ``except`` or ``intersect``.
        by_name: Whether their columns are matched by name.
        columns: New names of its columns, the first ones.
        first: The number of the first block inside of it.
        is_opaque: Whether only the relations are known that it reads.
        clauses: What decides which rows there are, clause by clause, in a detailed shape without `uses`.
    """

    parent: int | None = None
    sources: tuple[Source, ...] = ()
    projections: tuple[Projection, ...] = ()
    uses: Value = Value()
    is_distinct: bool = False
    members: tuple[int, ...] = ()
    operation: str = ""
    by_name: bool = False
    columns: tuple[str, ...] = ()
    first: int = 0
    is_opaque: bool = False
    clauses: tuple[tuple[str, Value], ...] = ()


class Shape(msgspec.Struct, frozen=True, array_like=True):
    """A query with all in it.

    Attributes:
        blocks: The queries, each behind those in it; the last one is the whole. None if it cannot be read.
        functions: The names of functions that the dialect does not have itself.
        gaps: What is not understood: a code and a text for people.
    """

    blocks: tuple[Block, ...] = ()
    functions: tuple[tuple[str, ...], ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
