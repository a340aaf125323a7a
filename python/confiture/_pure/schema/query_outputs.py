"""The columns that queries give, where these can be told.

Types of expressions are not worked out: a query is understood if it reads one table at most, and gives
columns of that, casts, numbers and strings.
"""

from __future__ import annotations

import re

from msgspec import Struct

from confiture._pure.schema.reading import NUMBER, STRING, Reader, UnmodelledError
from confiture._pure.schema.records import Column, Table, TypeRef, View
from confiture._pure.schema.state import State
from confiture._pure.schema.text import reader_of
from confiture._pure.schema.types import read_type

__all__ = [
    "CLAUSES",
    "SETS",
    "Output",
    "Source",
    "outputs_of_view",
    "read_outputs",
    "read_query",
    "read_source",
    "read_targets",
    "unknown_columns",
]

#: What may follow the table of a query.
CLAUSES = ("where", "group", "having", "window", "order", "limit", "offset", "fetch", "for")
#: What puts several queries together.
SETS = ("union", "intersect", "except")
#: What PostgreSQL calls a column that has no name of its own (`FigureColname`).
_NAMELESS = "?column?"


class Output(Struct, eq=False):
    """A column that a query gives: one of its table, or of a type."""

    name: str
    type: TypeRef
    column: Column | None = None


class Source(Struct, eq=False):
    """The table that a query reads, if it reads one, and what the query calls it."""

    table: Table | None = None
    name: str = ""

    def column(self, name: str) -> Column:
        """A column of the table."""
        found = None if self.table is None else self.table.columns.get(name)
        if found is None:
            raise unknown_columns()
        return found


def unknown_columns() -> UnmodelledError:
    """That the columns of a query cannot be told."""
    return UnmodelledError("the columns of its query are not known")


def read_targets(query: Reader) -> Reader:
    """Go past ``SELECT`` and what it gives, and a reader of that."""
    if not query.take("select"):
        raise unknown_columns()
    query.take("all")
    if query.take("distinct") and query.take("on"):
        query.group()
    return query.until("into", "from", *CLAUSES, *SETS)


def read_source(state: State, query: Reader) -> Source:
    """Go past ``FROM`` and a table, and look whether the rest is simple."""
    source = Source()
    if query.take("from"):
        query.take("only")
        source = _read_table(state, query)
        if query.take("as") or (query.is_name() and query.word() not in CLAUSES):
            source.name = query.identifier()
    if not query.is_done and query.word() not in CLAUSES:
        raise unknown_columns()
    rest = query.part(query.at, query.end)
    rest.until("into", *SETS)
    if not rest.is_done:
        raise unknown_columns()
    return source


def _read_table(state: State, query: Reader) -> Source:
    if not query.is_name():
        raise unknown_columns()
    name = query.name()
    query.take_sign("*")
    table = state.relation(name)
    if not isinstance(table, Table):
        raise unknown_columns()
    return Source(table, name.name)


def _all_columns(source: Source) -> list[Output]:
    if source.table is None:
        raise unknown_columns()
    return [Output(column.name, column.type, column) for column in source.table.columns.values()]


def _read_target(item: Reader, source: Source) -> list[Output]:
    """What an item of a query gives."""
    column: Column | None = None
    if item.take_sign("*"):
        found = _all_columns(source)
        if not item.is_done:
            raise unknown_columns()
        return found
    if item.is_name():
        first = item.identifier()
        if item.take_sign("."):
            if first != source.name:
                raise unknown_columns()
            if item.take_sign("*"):
                found = _all_columns(source)
                if not item.is_done:
                    raise unknown_columns()
                return found
            first = item.identifier()
        column = source.column(first)
        output = Output(first, column.type, column)
    else:
        output = Output(_NAMELESS, _literal(item))
    if item.take_sign("::"):
        if column is not None and column.collation is not None:
            raise unknown_columns()
        output = Output(output.name, read_type(item))
        # Without one of its own, a constant has the name that its type has inside the server.
        is_nameless = column is None
    else:
        is_nameless = False
    if item.take("as") or item.is_name():
        output.name = item.identifier()
    elif is_nameless:
        raise unknown_columns()
    if not item.is_done:
        raise unknown_columns()
    return [output]


def _literal(item: Reader) -> TypeRef:
    """Go past a number or a string, and its type (`make_const`)."""
    text = item.text()
    if item.kind() == STRING and text.startswith("'"):
        base = "text"
    elif item.kind() == NUMBER and re.fullmatch(r"[0-9]{1,9}", text):
        base = "int4"
    elif item.kind() == NUMBER and re.fullmatch(r"[0-9]+\.[0-9]+", text):
        base = "numeric"
    else:
        raise unknown_columns()
    item.at += 1
    return TypeRef(base=base)


def read_outputs(targets: Reader, source: Source) -> list[Output]:
    """What the items of a query give."""
    return [output for item in targets.items() for output in _read_target(item, source)]


def read_query(state: State, query: Reader) -> tuple[Source, list[Output]]:
    """What a query reads, and what it gives."""
    while query.is_group() and query.closings[query.at] == query.end - 1:
        query = query.group()
    if query.take("table"):
        source = _read_table(state, query)
        return source, _all_columns(source)
    targets = read_targets(query)
    source = read_source(state, query)
    return source, read_outputs(targets, source)


def outputs_of_view(state: State, view: View) -> tuple[Source, list[Output]]:
    """What a view reads, and its columns, which have its own names for them."""
    source, outputs = read_query(state, reader_of(view.query))
    # Along the path of today, its names might mean something else.
    is_certain = source.table is None or any(
        need.target is source.table and not need.is_void for need in view.needs
    )
    if view.is_recursive or not is_certain or len(view.columns) > len(outputs):
        raise unknown_columns()
    for output, name in zip(outputs, view.columns, strict=False):
        output.name = name
    return source, outputs
