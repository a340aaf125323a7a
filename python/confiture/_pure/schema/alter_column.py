"""``ALTER TABLE … ALTER COLUMN``."""

from __future__ import annotations

from confiture._pure.schema.columns import collation_of
from confiture._pure.schema.constraints import add_not_null, not_null_of
from confiture._pure.schema.dropping import drop, drop_constraint_tree
from confiture._pure.schema.edges import add_references, need_collation
from confiture._pure.schema.inheritance import inherit_constraint
from confiture._pure.schema.reading import STRING, Reader, UnmodelledError
from confiture._pure.schema.records import Column, Constraint, Sequence, Table
from confiture._pure.schema.sequences import Options, column_sequence, integer, read_options, set_options
from confiture._pure.schema.settings import change_fdw_options, read_parameters
from confiture._pure.schema.state import State
from confiture._pure.schema.tables import set_default
from confiture._pure.schema.text import expression_text, reader_of
from confiture._pure.schema.type_defaults import forget_usual_storage
from confiture._pure.schema.types import read_type, type_text

__all__ = ["alter_column"]


def _same_in_tree(table: Table, column: Column, *, is_only: bool) -> list[tuple[Table, Column]]:
    """A column, and those that inherit it."""
    found = [(table, column)]
    if is_only:
        return found
    seen = {table}
    for owner, each in found:
        for child in owner.children:
            own = child.columns.get(each.name)
            if own is not None and own.inherited and child not in seen:
                seen.add(child)
                found.append((child, own))
    return found


def alter_column(state: State, action: Reader, table: Table, column: Column, *, is_only: bool) -> None:
    """What follows the name of a column."""
    if action.take("set", "data", "type") or action.take("type"):
        _set_type(state, action, table, column)
    elif action.take("set", "default"):
        tokens = action.part(action.at, action.end)
        if tokens.is_done:
            raise action.refused("an expression")
        action.at = action.end
        for owner, each in _same_in_tree(table, column, is_only=is_only):
            _forget_default(state, owner, each)
            set_default(state, owner, each, tokens)
    elif action.take("drop", "default"):
        for owner, each in _same_in_tree(table, column, is_only=is_only):
            _forget_default(state, owner, each)
            state.change(each, default=None, default_sequence=None)
    elif action.take("set", "not", "null"):
        _set_not_null(state, table, column, is_only=is_only)
    elif action.take("drop", "not", "null"):
        _drop_not_null(state, table, column)
    elif action.take("set", "expression", "as"):
        tokens = action.group()
        if column.generated is None:
            raise UnmodelledError("the column is not generated")
        for owner, each in _same_in_tree(table, column, is_only=is_only):
            _forget(state, owner, each, "generated")
            state.change(each, generated=expression_text(tokens))
            add_references(state, owner, tokens, "generated", part=each)
    elif action.take("drop", "expression"):
        may_miss = action.take("if", "exists")
        if column.generated is None and not may_miss:
            raise UnmodelledError("the column is not generated")
        for owner, each in _same_in_tree(table, column, is_only=is_only):
            _forget(state, owner, each, "generated")
            state.change(each, generated=None)
    elif action.are_words("add", "generated"):
        _add_identity(state, action, table, column)
    elif action.take("drop", "identity"):
        _drop_identity(state, table, column, may_miss=action.take("if", "exists"))
    elif action.take("set", "statistics"):
        value = None if action.take("default") else integer(action)
        for _, each in _same_in_tree(table, column, is_only=is_only):
            state.change(each, statistics=None if value == -1 else value)
    elif action.take("set", "storage"):
        storage = action.identifier()
        for _, each in _same_in_tree(table, column, is_only=is_only):
            state.change(each, storage=None if storage == "default" else storage)
            forget_usual_storage(state, each)
    elif action.take("set", "compression"):
        compression = action.identifier()
        state.change(column, compression=None if compression == "default" else compression)
    elif action.are_words("set") and action.is_sign("(", 1):
        action.at += 1
        state.change(column, options={**column.options, **read_parameters(action.group())})
    elif action.are_words("reset") and action.is_sign("(", 1):
        action.at += 1
        names = read_parameters(action.group())
        kept = {name: value for name, value in column.options.items() if name not in names}
        state.change(column, options=kept)
    elif action.take("options"):
        state.change(column, options=change_fdw_options(column.options, action.group()))
    elif action.word() in ("set", "restart"):
        _change_identity(state, action, table, column)
    else:
        raise action.refused("an action on a column")


def _forget(state: State, table: Table, column: Column, kind: str) -> None:
    state.forget(table, kind, part=column)


def _forget_default(state: State, table: Table, column: Column) -> None:
    if column.generated is not None or column.identity is not None:
        raise UnmodelledError("the column has no default of its own")
    _forget(state, table, column, "default")


def _set_type(state: State, action: Reader, table: Table, column: Column) -> None:
    ref = read_type(action)
    collation = collation_of(action) if action.take("collate") else None
    if action.take("using"):
        tokens = action.part(action.at, action.end)
        if tokens.is_done:
            raise action.refused("an expression")
        action.at = action.end
    if column.inherited:
        raise UnmodelledError("the column is inherited")
    for owner, each in _same_in_tree(table, column, is_only=False):
        _forget(state, owner, each, "type")
        if each.default is not None and _is_string(each.default):
            # The value of the default has the type that the column had.
            state.change(each, default=f"{each.default}::{type_text(each.type, has_modifiers=False)}")
        state.change(each, type=ref, collation=collation, storage=None, compression=None)
        state.resolve(ref, owner, part=each)
        need_collation(state, owner, collation, "type", each)
    sequence = identity_sequence(table, column)
    if sequence is not None and ref.base in ("int2", "int4", "int8"):
        options = Options()
        options.values["type"] = {"int2": "smallint", "int4": "integer", "int8": "bigint"}[ref.base]
        set_options(state, sequence, options, is_new=False)


def _is_string(text: str) -> bool:
    """Whether an expression is a string alone."""
    reader = reader_of(text)
    return reader.end == 1 and reader.kinds[0] == STRING


def _set_not_null(state: State, table: Table, column: Column, *, is_only: bool) -> None:
    known = not_null_of(table, column.name)
    if known is not None:
        state.change(known, is_local=True, is_valid=True)
        return
    made = add_not_null(state, table, Constraint(name="", kind="not_null", columns=(column.name,)))
    if is_only and table.partition_by is not None:
        return
    work = [(table, made)]
    while work:
        owner, each = work.pop()
        for child in owner.children:
            own = inherit_constraint(state, child, owner, each)
            if own.inherited == 1 and not own.is_local and own.statement == state.statement:
                work.append((child, own))


def _drop_not_null(state: State, table: Table, column: Column) -> None:
    if column.identity is not None:
        raise UnmodelledError("an identity column is not null")
    for made in table.constraints.values():
        if made.kind == "primary_key" and column.name in made.columns:
            raise UnmodelledError("the column is in the primary key")
    known = not_null_of(table, column.name)
    if known is None:
        return
    if known.inherited:
        raise UnmodelledError("the constraint is inherited")
    drop_constraint_tree(state, table, known)


def identity_sequence(table: Table, column: Column) -> Sequence | None:
    """The sequence of an identity column."""
    for need in table.dependents:
        sequence = need.source
        if (
            isinstance(sequence, Sequence)
            and sequence.is_identity
            and sequence.owner_column is column
            and not need.is_void
        ):
            return sequence
    return None


def _add_identity(state: State, action: Reader, table: Table, column: Column) -> None:
    action.expect("add", "generated")
    if action.take("by", "default"):
        identity = "by default"
    else:
        action.expect("always")
        identity = "always"
    action.expect("as", "identity")
    options = read_options(action.group()) if action.is_group() else Options()
    if column.identity is not None or column.default is not None or column.default_sequence is not None:
        raise UnmodelledError("the column has a default already")
    if not column.is_not_null:
        raise UnmodelledError("an identity column is not null")
    type_name = {"int2": "smallint", "int4": "integer"}.get(column.type.base, "bigint")
    sequence = column_sequence(state, table, column, type_name, options)
    state.change(sequence, is_identity=True)
    for _, each in _same_in_tree(table, column, is_only=table.partition_by is None):
        state.change(each, identity=identity)


def _drop_identity(state: State, table: Table, column: Column, *, may_miss: bool) -> None:
    if column.identity is None:
        if may_miss:
            return
        raise UnmodelledError("it is no identity column")
    sequence = identity_sequence(table, column)
    for _, each in _same_in_tree(table, column, is_only=table.partition_by is None):
        state.change(each, identity=None)
    if sequence is not None:
        drop(state, [sequence], is_cascading=False)


def _change_identity(state: State, action: Reader, table: Table, column: Column) -> None:
    sequence = identity_sequence(table, column)
    if column.identity is None or sequence is None:
        raise UnmodelledError("it is no identity column")
    while not action.is_done:
        if action.take("set", "generated"):
            identity = "by default" if action.take("by", "default") else ""
            if not identity:
                action.expect("always")
                identity = "always"
            for _, each in _same_in_tree(table, column, is_only=table.partition_by is None):
                state.change(each, identity=identity)
            continue
        if not action.are_words("restart"):
            action.expect("set")
        start = action.at
        while not action.is_done and not (action.at > start and action.word() in ("set", "restart")):
            action.at += 1
        set_options(state, sequence, read_options(action.part(start, action.at)), is_new=False)
