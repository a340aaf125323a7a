"""Constraints: as they are read, and as they become part of a table."""

from __future__ import annotations

from collections import ChainMap
from typing import Any

from msgspec import structs

from confiture._pure.schema.constraint_specs import ConstraintSpec
from confiture._pure.schema.edges import add_references
from confiture._pure.schema.implied import column_names, constraint_name, joined_names, relation_name
from confiture._pure.schema.indexes import key_name
from confiture._pure.schema.mentions import columns_in
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import Constraint, Index, Key, Table
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import expression_text
from confiture._pure.schema.type_defaults import forget_usual_classes

__all__ = ["add_constraint", "add_not_null", "forget_name", "register", "take_name"]

_LABELS = {"primary_key": "pkey", "unique": "key", "exclusion": "excl"}
INDEXED = ("primary_key", "unique", "exclusion")


def take_name(state: State, schema: str | None, name: str) -> None:
    """Count a constraint's name in its schema."""
    key = (schema, name)
    state.put(state.constraint_names, key, state.constraint_names.get(key, 0) + 1)


def forget_name(state: State, schema: str | None, name: str) -> None:
    """Count it no longer."""
    key = (schema, name)
    state.put(state.constraint_names, key, state.constraint_names.get(key, 1) - 1)
    state.numbers.clear()


def register(state: State, table: Table, made: Constraint) -> None:
    """Give a table a constraint with a name.

    Raises:
        UnmodelledError: It has one with this name.
    """
    if made.name in table.constraints:
        raise UnmodelledError("it is defined already")
    if made.statement < 0:
        made.statement = state.statement
    state.put(table.constraints, made.name, made)
    take_name(state, table.schema, made.name)


def not_null_of(table: Table, column: str) -> Constraint | None:
    """The not-null constraint of a column."""
    for made in table.constraints.values():
        if made.kind == "not_null" and made.columns == (column,):
            return made
    return None


def add_not_null(state: State, table: Table, spec: Constraint) -> Constraint:
    """Make a column not-null, and with it those of the tables that inherit."""
    column = table.columns.get(spec.columns[0])
    if column is None:
        raise Missing
    known = not_null_of(table, column.name) if column.is_not_null else None
    if known is not None:
        if spec.is_local and not known.is_local and known.statement == state.statement:
            # What a new table says itself has a name of its own, and not that of its parent's.
            state.remove(table.constraints, known.name)
            forget_name(state, table.schema, known.name)
            name = spec.name or constraint_name(
                state, table.name, column.name, "not_null", table.schema, table.constraints
            )
            state.change(known, name=name)
            register(state, table, known)
        elif spec.name and spec.name != known.name and spec.is_local:
            raise UnmodelledError("the column has a not-null constraint of another name")
        state.change(
            known,
            is_local=known.is_local or spec.is_local,
            inherited=known.inherited + spec.inherited,
            is_valid=known.is_valid or spec.is_valid,
            is_inheritable=known.is_inheritable or spec.is_inheritable,
        )
        made = known
    else:
        made = spec
        if not made.name:
            made.name = constraint_name(
                state, table.name, column.name, "not_null", table.schema, table.constraints
            )
        register(state, table, made)
        state.change(column, is_not_null=True)
    return made


def add_constraint(
    state: State, table: Table, spec: ConstraintSpec, mentioned: Table | None = None
) -> Constraint:
    """Give a table a constraint, with its name, its index and what it needs.

    Args:
        state: The state.
        table: The table.
        spec: The constraint.
        mentioned: The table whose columns its expression mentions, if it is another one.

    Raises:
        UnmodelledError: It has one with its name, or a column is missing.
    """
    made = spec.constraint
    if made.kind == "not_null":
        return add_not_null(state, table, made)
    for name in (*made.columns, *made.include):
        if name not in table.columns:
            raise UnmodelledError(f"there is no column {shown(name)}")
    if made.kind == "check":
        if spec.expression is not None:
            made.expression = expression_text(spec.expression)
        if not made.name:
            mentions = columns_of(spec.expression, table)
            label = mentions[0] if len(mentions) == 1 else None
            made.name = constraint_name(state, table.name, label, "check", table.schema, table.constraints)
        register(state, table, made)
        if spec.expression is not None:
            add_references(state, table, spec.expression, "check", part=made)
    elif made.kind == "foreign_key":
        add_foreign_key(state, table, made)
    elif spec.using_index:
        _adopt_index(state, table, made, spec.using_index)
    else:
        _add_indexed(state, table, spec)
    return made


#: System columns, which an expression can mention as well.
_SYSTEM_COLUMNS: dict[str, Any] = dict.fromkeys(("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"))


def columns_of(expression: Reader | None, table: Table) -> list[str]:
    """The columns of a table that an expression mentions."""
    if expression is None:
        return []
    return columns_in(expression, ChainMap(table.columns, _SYSTEM_COLUMNS), table.name)


def add_foreign_key(state: State, table: Table, made: Constraint) -> None:
    """Give a table a foreign key."""
    if not made.name:
        made.name = constraint_name(state, table.name, joined_names(made.columns), "fkey", table.schema)
    register(state, table, made)
    path, statement = state.path, state.statement
    name = Name(*made.referenced_name)

    def find(state: State, *, is_last: bool) -> bool:
        if made.referenced is None:
            found = state.relation(name, path)
            if isinstance(found, Table):
                state.change(made, referenced=found)
                state.need(table, found, "foreign_key", part=made, is_late=is_last)
            elif is_last:
                state.need(table, None, "foreign_key", part=made, missing=_called(name))
        target = made.referenced
        if target is None:
            return False
        if not made.referenced_columns:
            key = primary_key(target)
            if key is None:
                return False
            state.change(made, referenced_columns=key.columns)
        _need_index(state, table, made, target, is_late=is_last)
        return True

    def again(state: State) -> None:
        if table.constraints.get(made.name) is made and not table.is_dropped:
            state.statement = statement
            find(state, is_last=True)

    if not find(state, is_last=False):
        state.later(again)


def _need_index(state: State, table: Table, made: Constraint, target: Table, *, is_late: bool) -> None:
    """Say that a foreign key needs the unique index that it refers to, if that is no constraint's."""
    wanted = set(made.referenced_columns)
    best: Index | None = None
    for index in target.indexes:
        if not index.is_unique or index.where is not None:
            continue
        if {key.column for key in index.keys} == wanted and len(index.keys) == len(wanted):
            if index.constraint is not None:
                return
            best = best or index
    if best is not None:
        state.need(table, best, "foreign_key", part=made, is_late=is_late)


def _called(name: Name) -> str:
    from confiture.models.statement import Identity

    return str(Identity(kind="table", schema=name.schema, name=name.name))


def primary_key(table: Table) -> Constraint | None:
    """The primary key of a table."""
    return next((made for made in table.constraints.values() if made.kind == "primary_key"), None)


def _add_indexed(state: State, table: Table, spec: ConstraintSpec) -> None:
    made = spec.constraint
    schema = table.schema or "public"
    if made.kind == "primary_key" and primary_key(table) is not None:
        raise UnmodelledError("there is a primary key already")
    forget_usual_classes(table, made.method or "btree", list(made.keys))
    keys = list(made.keys) or [Key(expression="", column=name) for name in made.columns]
    if not made.name:
        if made.kind == "primary_key":
            made.name = relation_name(state, table.name, None, "pkey", schema, is_constraint=True)
        else:
            names = [key_name(key, tokens) for key, tokens in _with_tokens(keys, spec)]
            joined = joined_names(column_names([*names, *made.include]))
            label = _LABELS[made.kind]
            made.name = relation_name(state, table.name, joined, label, schema, is_constraint=True)
    if spec.expression is not None:
        made.where = expression_text(spec.expression)
    index = Index(
        kind="index",
        schema=table.schema,
        name=made.name,
        table=table,
        keys=tuple(keys),
        method=made.method or "btree",
        is_unique=made.kind != "exclusion",
        constraint=made,
        statement=state.statement,
    )
    state.add_relation(index)
    state.put(table.indexes, index, None)
    made.index = index
    register(state, table, made)
    for tokens in (*spec.keys, spec.expression):
        if tokens is not None:
            add_references(state, table, tokens, "index", part=made)
    if made.kind == "primary_key":
        for name in made.columns:
            if not table.columns[name].is_not_null:
                add_not_null(state, table, Constraint(name="", kind="not_null", columns=(name,)))


def _with_tokens(keys: list[Key], spec: ConstraintSpec) -> list[tuple[Key, Reader | None]]:
    tokens: list[Reader | None] = list(spec.keys)
    return list(zip(keys, tokens or [None] * len(keys), strict=True))


def _adopt_index(state: State, table: Table, made: Constraint, name: str) -> None:
    """Make an index that of a constraint, which gives it its name (``USING INDEX``)."""
    found = state.relation(Name(table.schema, name))
    if not isinstance(found, Index) or found.table is not table or found.constraint is not None:
        raise Missing
    if not found.is_unique or found.where is not None or any(key.column is None for key in found.keys):
        raise UnmodelledError("the index cannot be that of a constraint")
    made.name = made.name or found.name
    made.columns = tuple(key.column for key in found.keys if key.column is not None)
    made.include, made.options, made.tablespace = found.include, found.options, found.tablespace
    made.nulls_not_distinct = found.nulls_not_distinct
    if made.kind == "primary_key" and primary_key(table) is not None:
        raise UnmodelledError("there is a primary key already")
    state.rename(found, found.schema, made.name)
    state.change(found, constraint=made)
    made.index = found
    register(state, table, made)
    if made.kind == "primary_key":
        for column in made.columns:
            if not table.columns[column].is_not_null:
                add_not_null(state, table, Constraint(name="", kind="not_null", columns=(column,)))


def copied(made: Constraint, **changes: object) -> Constraint:
    """Another constraint like it."""
    return structs.replace(made, **changes)


def drop_constraint_record(state: State, table: Table, made: Constraint) -> None:
    """Take a constraint from its table, with its index and what it needs."""
    state.remove(table.constraints, made.name)
    forget_name(state, table.schema, made.name)
    state.forget(table, part=made)
    if made.index is not None:
        drop_index_record(state, made.index)
    if made.kind == "not_null" and made.columns[0] in table.columns:
        state.change(table.columns[made.columns[0]], is_not_null=False)


def drop_index_record(state: State, index: Index) -> None:
    """Take an index from its table."""
    table = index.table
    state.remove(state.relations, (index.schema, index.name))
    state.remove(table.indexes, index)
    state.forget(index)
    state.change(index, is_dropped=True)
    if table.clustered_on is index:
        state.change(table, clustered_on=None)
    if isinstance(table, Table) and table.replica_identity is index:
        state.change(table, replica_identity="nothing")
