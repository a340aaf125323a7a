"""Tables that queries make: ``CREATE TABLE … AS``, ``SELECT … INTO``."""

from __future__ import annotations

from confiture._pure.schema.edges import add_references
from confiture._pure.schema.inheritance import copy_needs
from confiture._pure.schema.query_outputs import (
    Output,
    Source,
    read_outputs,
    read_query,
    read_source,
    read_targets,
    unknown_columns,
)
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import Column, Table
from confiture._pure.schema.sequences import read_persistence
from confiture._pure.schema.state import State
from confiture._pure.schema.tables import TableSpec, apply_table, read_storage

__all__ = ["create_table_as", "select_into"]


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
    source, outputs = read_query(state, query)
    _make(state, name, spec, persistence, outputs, names, source, whole)


def select_into(state: State, reader: Reader, form: str) -> None:
    """``SELECT … INTO [TEMPORARY | UNLOGGED] [TABLE] name …``."""
    whole = reader.part(reader.at, reader.end)
    targets = read_targets(reader)
    if not reader.take("into"):
        raise unknown_columns()
    persistence = read_persistence(reader)
    reader.take("table")
    name = reader.name()
    source = read_source(state, reader)
    outputs = read_outputs(targets, source)
    reader.at = reader.end
    _make(state, name, TableSpec(), persistence, outputs, (), source, whole)


def _make(
    state: State,
    name: Name,
    spec: TableSpec,
    persistence: str,
    outputs: list[Output],
    names: tuple[str, ...],
    source: Source,
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
