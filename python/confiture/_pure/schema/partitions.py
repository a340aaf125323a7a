"""What partitions get from partitioned tables, and lose with them."""

from __future__ import annotations

from msgspec import structs

from confiture._pure.schema.constraint_specs import ConstraintSpec
from confiture._pure.schema.constraints import add_constraint, copied, not_null_of, register
from confiture._pure.schema.edges import add_references
from confiture._pure.schema.implied import constraint_name
from confiture._pure.schema.indexes import add_index, index_name
from confiture._pure.schema.inheritance import add_children_link, adopt, copy_needs, remove_children_link
from confiture._pure.schema.reading import Reader, UnmodelledError
from confiture._pure.schema.records import (
    Constraint,
    Index,
    Table,
    Trigger,
)
from confiture._pure.schema.state import State
from confiture._pure.schema.text import reader_of

__all__ = [
    "abandon",
    "attach",
    "clone_foreign_key",
    "clone_index",
    "clone_trigger",
    "copy_index",
    "index_partitions",
    "key_reader",
    "partition_from_parent",
]


def partition_from_parent(state: State, table: Table, parent: Table) -> None:
    """Give a partition the indexes, keys and triggers of the partitioned table."""
    for index in list(parent.indexes):
        clone_index(state, index, table)
    for made in list(parent.constraints.values()):
        if made.kind == "foreign_key":
            clone_foreign_key(state, parent, made, table)
    for trigger in list(parent.triggers.values()):
        if trigger.is_for_each_row:
            clone_trigger(state, trigger, table)


def clone_index(state: State, index: Index, table: Table) -> None:
    """Give a partition, and its own, an index like that of the partitioned table, or take theirs."""
    work = [(index, table)]
    while work:
        source, each = work.pop()
        made = _clone_index(state, source, each)
        if made is not None and each.partition_by is not None:
            work += [(made, child) for child in reversed(each.children)]


def _clone_index(state: State, index: Index, table: Table) -> Index | None:
    """Give a partition an index; the new one, if it is new."""
    for own in table.indexes:
        if own.parent is None and _is_alike(own, index):
            state.change(own, parent=index)
            if own.constraint is None:
                state.need(own, index, "partition")
            if own.constraint is not None and index.constraint is not None:
                state.change(own.constraint, parent=index.constraint, inherited=1, is_local=False)
            return None
    if index.constraint is not None:
        source = index.constraint
        made = copied(
            source,
            name="",
            inherited=1,
            is_local=False,
            parent=source,
            comment=None,
            index=None,
            statement=-1,
            keys=tuple(structs.replace(key) for key in source.keys),
        )
        spec = ConstraintSpec(
            constraint=made,
            expression=None if source.where is None else reader_of(source.where),
            keys=[key_reader(key) for key in source.keys],
        )
        add_constraint(state, table, spec)
        own_index = made.index
        if own_index is not None:
            state.change(own_index, parent=index)
        return own_index
    return copy_index(state, index, table, parent=index)


def key_reader(key: object) -> Reader:
    from confiture._pure.schema.indexes import key_text
    from confiture._pure.schema.records import Key

    assert isinstance(key, Key)
    text = key_text(key)
    return reader_of(text if key.column is not None else f"({text})")


def _is_alike(own: Index, index: Index) -> bool:
    if own.is_unique != index.is_unique or own.method != index.method or own.where != index.where:
        return False
    if (own.constraint is None) != (index.constraint is None) and index.constraint is not None:
        return False
    if own.nulls_not_distinct != index.nulls_not_distinct or own.include != index.include:
        return False
    return [_key_parts(key) for key in own.keys] == [_key_parts(key) for key in index.keys]


def _key_parts(key: object) -> tuple[object, ...]:
    return structs.astuple(key)  # type: ignore[arg-type]


def copy_index(state: State, index: Index, table: Table, *, parent: Index | None) -> Index:
    keys = [structs.replace(key) for key in index.keys]
    name = index_name(state, table, keys, [key_reader(key) for key in keys], index.include)
    made = Index(
        kind="index",
        schema=table.schema,
        name=name,
        owner=table.owner,
        table=table,
        keys=tuple(keys),
        method=index.method,
        is_unique=index.is_unique,
        nulls_not_distinct=index.nulls_not_distinct,
        include=index.include,
        where=index.where,
        parent=parent,
        options=index.options,
        tablespace=index.tablespace,
        statement=state.statement,
    )
    add_index(state, made)
    for key in keys:
        if key.column is None:
            add_references(state, made, reader_of(key.expression), "index")
    if index.where is not None:
        add_references(state, made, reader_of(index.where), "index")
    return made


def index_partitions(state: State, index: Index) -> None:
    """Give all partitions of a table an index like a new one."""
    table = index.table
    if isinstance(table, Table):
        for child in list(table.children):
            clone_index(state, index, child)


def clone_foreign_key(state: State, parent: Table, made: Constraint, table: Table) -> None:
    """Give a partition, and its own, a foreign key of the partitioned table, or take theirs."""
    work = [(parent, made, table)]
    while work:
        owner, each, partition = work.pop()
        clone = _clone_foreign_key(state, owner, each, partition)
        if clone is not None and partition.partition_by is not None:
            work += [(partition, clone, child) for child in reversed(partition.children)]


def _clone_foreign_key(state: State, parent: Table, made: Constraint, table: Table) -> Constraint | None:
    """Give a partition a foreign key; the new one, if it is new."""
    for own in table.constraints.values():
        if (
            own.kind == "foreign_key"
            and own.parent is None
            and own.columns == made.columns
            and own.referenced is made.referenced
            and own.referenced_columns == made.referenced_columns
            and (own.on_delete, own.on_update, own.match) == (made.on_delete, made.on_update, made.match)
        ):
            state.change(own, parent=made, inherited=1, is_local=False)
            return None
    name = made.name
    if name in table.constraints:
        from confiture._pure.schema.implied import joined_names

        name = constraint_name(state, table.name, joined_names(made.columns), "fkey", table.schema)
    child = copied(
        made,
        name=name,
        inherited=1,
        is_local=False,
        parent=made,
        comment=None,
        statement=state.statement,
    )
    register(state, table, child)
    copy_needs(state, parent, made, table, child)
    return child


def clone_trigger(state: State, trigger: Trigger, table: Table) -> None:
    """Give a partition, and its own, a row trigger of the partitioned table."""
    work = [(trigger, table)]
    while work:
        each, partition = work.pop()
        made = _clone_trigger(state, each, partition)
        if partition.partition_by is not None:
            work += [(made, child) for child in reversed(partition.children)]


def _clone_trigger(state: State, trigger: Trigger, table: Table) -> Trigger:
    if trigger.name in table.triggers:
        raise UnmodelledError("a partition has a trigger with its name")
    made = structs.replace(
        trigger,
        schema=table.schema,
        table=table,
        parent=trigger,
        comment=None,
        needs=[],
        dependents=[],
        statement=state.statement,
        depends_on={},
    )
    state.put(table.triggers, made.name, made)
    state.need(made, table, "trigger")
    state.need(made, trigger, "partition")
    if made.function is not None:
        state.need(made, made.function, "trigger_function")
    return made


def attach(state: State, table: Table, parent: Table, bound: str) -> None:
    """``ATTACH PARTITION``: merge columns and constraints, add indexes, keys and triggers."""
    if table.parents:
        raise UnmodelledError("it has a parent already")
    adopt(state, table, parent, is_partition=True)
    state.change(table, bound=bound)
    add_children_link(state, table, parent)
    partition_from_parent(state, table, parent)


def abandon(state: State, table: Table, parent: Table) -> None:
    """Count what a parent has as inherited no longer (``NO INHERIT``, ``DETACH``)."""
    is_partition = table.bound is not None
    for column in parent.columns.values():
        own = table.columns.get(column.name)
        if own is not None and own.inherited:
            state.change(own, inherited=own.inherited - 1)
            if own.inherited == 0:
                state.change(own, is_local=True)
            if is_partition and column.identity is not None:
                state.change(own, identity=None)
    for made in parent.constraints.values():
        if made.kind == "check":
            known = table.constraints.get(made.name)
        else:
            known = not_null_of(table, made.columns[0]) if made.kind == "not_null" else None
        if known is not None and known.inherited:
            state.change(known, inherited=known.inherited - 1)
            if known.inherited == 0:
                state.change(known, is_local=True)
    if is_partition:
        _make_independent(state, table)
    remove_children_link(state, table, parent)
    state.change(table, bound=None)


def _make_independent(state: State, table: Table) -> None:
    from confiture._pure.schema.dropping import drop_trigger

    for index in table.indexes:
        state.change(index, parent=None)
        state.forget(index, "partition")
    for made in table.constraints.values():
        if made.parent is not None:
            state.change(made, parent=None, inherited=0, is_local=True)
    for trigger in list(table.triggers.values()):
        if trigger.parent is not None:
            drop_trigger(state, trigger)
