"""What tables get from others: from parents, from partitioned tables, and by ``LIKE``."""

from __future__ import annotations

from msgspec import structs

from confiture._pure.schema.constraint_specs import ConstraintSpec
from confiture._pure.schema.constraints import add_not_null, copied, not_null_of, register
from confiture._pure.schema.mentions import column_at
from confiture._pure.schema.reading import UnmodelledError, shown
from confiture._pure.schema.records import (
    Column,
    Constraint,
    Record,
    Table,
)
from confiture._pure.schema.starred_views import expand_stars
from confiture._pure.schema.state import State
from confiture._pure.schema.text import expression_text, reader_of
from confiture._pure.schema.types import type_text

__all__ = ["add_children_link", "inherit_constraints", "merge_check", "merge_parents", "remove_children_link"]


def merge_parents(state: State, table: Table, parents: list[Table]) -> None:
    """Give a new table the columns of its parents (``MergeAttributes``)."""
    for parent in parents:
        for column in parent.columns.values():
            known = table.columns.get(column.name)
            if known is not None:
                known.inherited += 1
                if known.default is None and known.default_sequence is None and column.default is not None:
                    known.default = column.default
                    copy_needs(state, parent, column, table, known, "default")
                continue
            made = Column(
                name=column.name,
                type=column.type,
                collation=column.collation,
                default=column.default,
                default_sequence=column.default_sequence,
                generated=column.generated,
                is_virtual=column.is_virtual,
                storage=column.storage,
                compression=column.compression,
                inherited=1,
                is_local=False,
            )
            if parent.partition_by is not None and column.identity is not None:
                made.identity = column.identity
            state.put(table.columns, made.name, made)
            copy_needs(state, parent, column, table, made)


def copy_needs(
    state: State, parent: Record, column: object, table: Table, made: Column | Constraint, *kinds: str
) -> None:
    for need in list(parent.needs):
        if need.part is column and not need.is_void and (not kinds or need.kind in kinds):
            state.need(table, need.target, need.kind, part=made, missing=need.missing)


def add_children_link(state: State, table: Table, parent: Table) -> None:
    """Make a table a child of another one."""
    state.append(table.parents, parent)
    state.put(parent.children, table, None)
    state.need(table, parent, "inherits" if table.bound is None else "partition")


def remove_children_link(state: State, table: Table, parent: Table) -> None:
    """Make it one no longer."""
    state.change(table, parents=[other for other in table.parents if other is not parent])
    state.remove(parent.children, table)
    for need in table.needs:
        if need.target is parent and need.kind in ("inherits", "partition") and not need.is_void:
            state.change(need, is_void=True)


def inherit_constraints(state: State, table: Table, parents: list[Table]) -> dict[str, Constraint]:
    """Give a table the checks and not-null constraints of its parents; the checks by name."""
    checks: dict[str, Constraint] = {}
    for parent in parents:
        for made in list(parent.constraints.values()):
            if not made.is_inheritable or made.kind not in ("check", "not_null"):
                continue
            inherit_constraint(state, table, parent, made)
            if made.kind == "check":
                checks[made.name] = table.constraints[made.name]
    return checks


def inherit_constraint(state: State, table: Table, parent: Table, made: Constraint) -> Constraint:
    """Give a table a check or a not-null constraint of a parent, or merge it with its own."""
    if made.kind == "not_null":
        known = not_null_of(table, made.columns[0])
        if known is not None:
            state.change(
                known,
                inherited=known.inherited + 1,
                is_inheritable=known.is_inheritable or table.bound is not None,
            )
            return known
        name = made.name
        if name in table.constraints:
            name = ""
        child = Constraint(
            name=name,
            kind="not_null",
            columns=made.columns,
            inherited=1,
            is_local=False,
            is_valid=made.is_valid,
        )
        child.statement = state.statement
        return add_not_null(state, table, child)
    known = table.constraints.get(made.name)
    if known is not None:
        if known.kind != "check" or known.expression != made.expression:
            raise UnmodelledError("a constraint of the parent has its name")
        state.change(known, inherited=known.inherited + 1)
        return known
    child = copied(made, inherited=1, is_local=False, comment=None, statement=state.statement, index=None)
    register(state, table, child)
    copy_needs(state, parent, made, table, child)
    return child


def merge_check(state: State, table: Table, spec: ConstraintSpec, inherited: dict[str, Constraint]) -> bool:
    """Merge a check with the one of a parent that has its name and condition; whether there is one."""
    made = spec.constraint
    known = inherited.get(made.name)
    if not made.name or known is None or spec.expression is None:
        return False
    if expression_text(spec.expression) != known.expression:
        return False
    state.change(known, is_local=True)
    return True


def _is_above(table: Table, other: Table) -> bool:
    """Whether a table is another one, or one that that inherits from."""
    seen = {other}
    work = [other]
    while work:
        each = work.pop()
        if each is table:
            return True
        for parent in each.parents:
            if parent not in seen:
                seen.add(parent)
                work.append(parent)
    return False


def adopt(state: State, table: Table, parent: Table, *, is_partition: bool) -> None:
    """Count the columns, checks and not-null constraints of a parent as inherited."""
    if _is_above(table, parent):
        raise UnmodelledError("it would inherit from itself")
    for column in parent.columns.values():
        own = table.columns.get(column.name)
        if own is None:
            raise UnmodelledError(f"there is no column {shown(column.name)}")
        if type_text(own.type) != type_text(column.type):
            raise UnmodelledError(f"column {shown(column.name)} has another type")
        state.change(own, inherited=own.inherited + 1)
        if is_partition:
            state.change(own, is_local=False, identity=column.identity or own.identity)
    for made in parent.constraints.values():
        if made.kind not in ("check", "not_null") or not made.is_inheritable:
            continue
        if made.kind == "not_null":
            known = not_null_of(table, made.columns[0])
        else:
            known = table.constraints.get(made.name)
            if known is not None and known.expression != made.expression:
                known = None
        if known is None:
            if made.kind == "not_null" and is_partition:
                inherit_constraint(state, table, parent, made)
                continue
            raise UnmodelledError(f"there is no constraint {shown(made.name)}")
        state.change(known, inherited=known.inherited + 1)
        if is_partition:
            state.change(known, is_local=False)


def mentions(text: str, column: str, table: str) -> bool:
    """Whether an expression of the model mentions a column."""
    reader = reader_of(text)
    return any(column_at(reader, index, table) == column for index in range(reader.end))


def inherit_column(state: State, table: Table, parent: Table, column: Column) -> bool:
    """Give a table a column that its parent has got, or merge it with its own; whether it is new."""
    known = table.columns.get(column.name)
    if known is not None:
        if type_text(known.type) != type_text(column.type):
            raise UnmodelledError(f"column {shown(column.name)} has another type")
        state.change(known, inherited=known.inherited + 1)
        return False
    made = structs.replace(
        column, inherited=1, is_local=False, comment=None, privileges=None, statistics=None, is_not_null=False
    )
    if parent.partition_by is None:
        made.identity = None
    expand_stars(state, table)
    state.put(table.columns, made.name, made)
    copy_needs(state, parent, column, table, made)
    return True
