"""Tables that queries make: ``CREATE TABLE … AS``, ``SELECT … INTO``.

Types of expressions are not worked out: a query is understood if it reads one table at most, and gives
columns of that, casts, numbers and strings.
"""

from __future__ import annotations

import re

from msgspec import Struct

from confiture._pure.schema.edges import add_references
from confiture._pure.schema.inheritance import copy_needs
from confiture._pure.schema.reading import NUMBER, STRING, Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import Column, Table, TypeRef
from confiture._pure.schema.sequences import read_persistence
from confiture._pure.schema.state import State
from confiture._pure.schema.tables import TableSpec, apply_table, read_storage
from confiture._pure.schema.types import read_type

__all__ = ["create_table_as", "select_into"]

#: What may follow the table of a query.
_CLAUSES = ("where", "group", "having", "window", "order", "limit", "offset", "fetch", "for")
_SETS = ("union", "intersect", "except")
#: What PostgreSQL calls a column that has no name of its own (`FigureColname`).
_NAMELESS = "?column?"


class _Output(Struct, eq=False):
    """A column that a query gives: one of its table, or of a type."""

    name: str
    type: TypeRef
    column: Column | None = None


class _Source(Struct, eq=False):
    """The table that a query reads, if it reads one, and what the query calls it."""

    table: Table | None = None
    name: str = ""

    def column(self, name: str) -> Column:
        """A column of the table."""
        found = None if self.table is None else self.table.columns.get(name)
        if found is None:
            raise _unknown()
        return found


def create_table_as(state: State, reader: Reader, form: str) -> None:
    """``CREATE [TEMPORARY | UNLOGGED] TABLE [IF NOT EXISTS] name … AS query [WITH [NO] DATA]``."""
    reader.expect("create")
    persistence = read_persistence(reader)
    reader.expect("table")
    reader.take("if", "not", "exists")
    name = reader.name()
    names = reader.columns() if reader.is_group() else ()
    spec = TableSpec()
    read_storage(reader, spec)
    reader.expect("as")
    query = reader.part(reader.at, reader.end)
    reader.at = reader.end
    if query.texts[query.at : query.end][-3:] == ["with", "no", "data"]:
        query.end -= 3
    elif query.texts[query.at : query.end][-2:] == ["with", "data"]:
        query.end -= 2
    schema = state.schema_of(name, is_temporary=persistence == "temporary")
    if form and (schema, name.name) in state.relations:
        return
    whole = query.part(query.at, query.end)
    while query.is_group() and query.closings[query.at] == query.end - 1:
        query = query.group()
    if query.take("table"):
        source = _read_table(state, query)
        outputs = _all_columns(source)
    else:
        targets = _read_targets(query)
        source = _read_source(state, query)
        outputs = [output for item in targets.items() for output in _read_target(item, source)]
    _make(state, name, spec, persistence, outputs, names, source, whole)


def select_into(state: State, reader: Reader, form: str) -> None:
    """``SELECT … INTO [TEMPORARY | UNLOGGED] [TABLE] name …``."""
    whole = reader.part(reader.at, reader.end)
    targets = _read_targets(reader)
    if not reader.take("into"):
        raise _unknown()
    persistence = read_persistence(reader)
    reader.take("table")
    name = reader.name()
    source = _read_source(state, reader)
    outputs = [output for item in targets.items() for output in _read_target(item, source)]
    reader.at = reader.end
    _make(state, name, TableSpec(), persistence, outputs, (), source, whole)


def _unknown() -> UnmodelledError:
    return UnmodelledError("the columns of its query are not known")


def _read_targets(query: Reader) -> Reader:
    """Go past ``SELECT`` and what it gives, and a reader of that."""
    if not query.take("select"):
        raise _unknown()
    query.take("all")
    if query.take("distinct") and query.take("on"):
        query.group()
    return query.until("into", "from", *_CLAUSES, *_SETS)


def _read_source(state: State, query: Reader) -> _Source:
    """Go past ``FROM`` and a table, and look whether the rest is simple."""
    source = _Source()
    if query.take("from"):
        query.take("only")
        source = _read_table(state, query)
        if query.take("as") or (query.is_name() and query.word() not in _CLAUSES):
            source.name = query.identifier()
    if not query.is_done and query.word() not in _CLAUSES:
        raise _unknown()
    rest = query.part(query.at, query.end)
    rest.until("into", *_SETS)
    if not rest.is_done:
        raise _unknown()
    return source


def _read_table(state: State, query: Reader) -> _Source:
    if not query.is_name():
        raise _unknown()
    name = query.name()
    query.take_sign("*")
    table = state.relation(name)
    if not isinstance(table, Table):
        raise _unknown()
    return _Source(table, name.name)


def _all_columns(source: _Source) -> list[_Output]:
    if source.table is None:
        raise _unknown()
    return [_Output(column.name, column.type, column) for column in source.table.columns.values()]


def _read_target(item: Reader, source: _Source) -> list[_Output]:
    """What an item of a query gives."""
    column: Column | None = None
    if item.take_sign("*"):
        found = _all_columns(source)
        if not item.is_done:
            raise _unknown()
        return found
    if item.is_name():
        first = item.identifier()
        if item.take_sign("."):
            if first != source.name:
                raise _unknown()
            if item.take_sign("*"):
                found = _all_columns(source)
                if not item.is_done:
                    raise _unknown()
                return found
            first = item.identifier()
        column = source.column(first)
        output = _Output(first, column.type, column)
    else:
        output = _Output(_NAMELESS, _literal(item))
    if item.take_sign("::"):
        if column is not None and column.collation is not None:
            raise _unknown()
        output = _Output(output.name, read_type(item))
        # Without one of its own, a constant has the name that its type has inside the server.
        is_nameless = column is None
    else:
        is_nameless = False
    if item.take("as") or item.is_name():
        output.name = item.identifier()
    elif is_nameless:
        raise _unknown()
    if not item.is_done:
        raise _unknown()
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
        raise _unknown()
    item.at += 1
    return TypeRef(base=base)


def _make(
    state: State,
    name: Name,
    spec: TableSpec,
    persistence: str,
    outputs: list[_Output],
    names: tuple[str, ...],
    source: _Source,
    query: Reader,
) -> None:
    if len(names) > len(outputs):
        raise UnmodelledError("it has more names than columns")
    apply_table(state, name, spec, persistence, is_foreign=False, may_exist=False)
    schema = state.schema_of(name, is_temporary=persistence == "temporary")
    table = state.relations[schema, name.name]
    assert isinstance(table, Table)
    for output, given in zip(outputs, (*names, *(each.name for each in outputs[len(names) :])), strict=True):
        if given in table.columns:
            raise UnmodelledError(f"column {shown(given)} is defined twice")
        made = Column(name=given, type=output.type)
        state.put(table.columns, given, made)
        if output.column is not None and source.table is not None:
            made.collation = output.column.collation
            copy_needs(state, source.table, output.column, table, made, "type")
        else:
            state.resolve(made.type, table, part=made)
    add_references(state, table, query, "like", is_tracked=False)
