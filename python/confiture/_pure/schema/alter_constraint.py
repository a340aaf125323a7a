"""``ALTER TABLE`` of constraints, and of those that tables inherit."""

from __future__ import annotations

from itertools import islice

from confiture._pure.schema.constraint_specs import (
    ConstraintSpec,
    read_attributes,
)
from confiture._pure.schema.constraints import add_constraint, copied, not_null_of
from confiture._pure.schema.dropping import drop, drop_constraint_tree
from confiture._pure.schema.grouping import Key, needs_key
from confiture._pure.schema.inheritance import inherit_constraint
from confiture._pure.schema.partitions import clone_foreign_key, clone_index
from confiture._pure.schema.reading import Name, Reader
from confiture._pure.schema.records import Constraint, Record, Routine, Table, View
from confiture._pure.schema.state import State
from confiture._pure.schema.text import reader_of

__all__ = ["add_to_tree", "alter_constraint", "drop_constraint", "validate"]


def add_to_tree(state: State, table: Table, spec: ConstraintSpec, *, is_only: bool) -> None:
    """Give a table a constraint, and the tables that inherit what they get of it."""
    known = None
    if spec.constraint.kind == "check" and spec.constraint.name:
        known = table.constraints.get(spec.constraint.name)
    if known is not None and known.inherited and not known.is_local and spec.expression is not None:
        from confiture._pure.schema.text import expression_text

        if known.expression == expression_text(spec.expression):
            state.change(known, is_local=True)
            return
    before = len(table.constraints)
    made = add_constraint(state, table, spec)
    # New ones are the last.
    added = list(islice(reversed(table.constraints.values()), max(len(table.constraints) - before, 0)))
    added = [each for each in reversed(added) if each is not made]
    for each in [*added, made]:
        _spread(state, table, each, is_only=is_only)


def _spread(state: State, table: Table, made: Constraint, *, is_only: bool) -> None:
    if made.kind in ("check", "not_null"):
        if not made.is_inheritable or (is_only and table.partition_by is not None):
            return
        work = [(table, made)]
        while work:
            owner, each = work.pop()
            for child in owner.children:
                own = inherit_constraint(state, child, owner, each)
                if own.inherited == 1 and not own.is_local and own.statement == state.statement:
                    work.append((child, own))
        return
    if table.partition_by is None or is_only:
        return
    for child in list(table.children):
        if made.kind == "foreign_key":
            clone_foreign_key(state, table, made, child)
        elif made.index is not None:
            clone_index(state, made.index, child)


def drop_constraint(
    state: State, table: Table, made: Constraint, *, is_only: bool, is_cascading: bool
) -> None:
    if is_only:
        for child in table.children:
            for own in child.constraints.values():
                if own.kind == made.kind and own.inherited and own.name == made.name:
                    state.change(own, is_local=True)
    grouped = _grouped_by(state, table, made) if is_cascading and made.kind == "primary_key" else []
    drop_constraint_tree(state, table, made)
    if made.kind == "primary_key" or made.kind == "unique":
        from confiture._pure.schema.dropping import _drop_referring

        if is_cascading:
            _drop_referring(state, table, made.columns)
    drop(state, grouped, is_cascading=is_cascading)


def _grouped_by(state: State, table: Table, made: Constraint) -> list[Record]:
    """What has queries that are valid because of a primary key, or of those of partitions."""
    found: dict[Record, None] = {}
    work = [(table, made)]
    while work:
        owner, each = work.pop()
        key = Key(
            Name(owner.schema, owner.name),
            owner.columns,
            each.columns,
            lambda name: any(routine.kind == "aggregate" for routine in state.overloads(Name(None, name))),
        )
        for need in owner.dependents:
            source = need.source
            text = source.query if isinstance(source, View) else None
            if isinstance(source, Routine):
                text = source.sql_body
            if text and not need.is_void and source not in found and needs_key(reader_of(text), key):
                found[source] = None
        for child in owner.children:
            work += [(child, own) for own in child.constraints.values() if own.parent is each]
    return list(found)


def alter_constraint(state: State, action: Reader, table: Table, made: Constraint) -> None:
    if action.take("set", "no", "inherit") or action.take("no", "inherit"):
        state.change(made, is_inheritable=False)
        for child in table.children:
            own = not_null_of(child, made.columns[0]) if made.kind == "not_null" else None
            if own is not None and own.inherited:
                state.change(own, inherited=own.inherited - 1, is_local=own.is_local or own.inherited == 1)
        return
    if action.take("set", "inherit") or action.take("inherit"):
        state.change(made, is_inheritable=True)
        _spread(state, table, made, is_only=False)
        return
    attributes = action.part(action.at, action.end)
    action.at = action.end
    if attributes.is_done:
        raise attributes.refused("an attribute")
    work = [(table, made)]
    while work:
        owner, each = work.pop()
        changed = copied(each)
        reading = attributes.part(attributes.at, attributes.end)
        if reading.texts[reading.at : reading.end] == ["deferrable"]:
            changed.is_deferred = False
        while not reading.is_done:
            if not read_attributes(reading, changed):
                raise reading.refused("an attribute")
        if changed.is_enforced and not each.is_enforced:
            changed.is_valid = True
        state.change(
            each,
            is_deferrable=changed.is_deferrable,
            is_deferred=changed.is_deferred and changed.is_deferrable,
            is_enforced=changed.is_enforced,
            is_valid=changed.is_valid,
        )
        for child in owner.children:
            work += [(child, own) for own in child.constraints.values() if own.parent is each]


def validate(state: State, table: Table, made: Constraint) -> None:
    work = [(table, made)]
    while work:
        owner, each = work.pop()
        state.change(each, is_valid=True)
        for child in owner.children:
            for own in child.constraints.values():
                is_same = own.parent is each or (own.inherited and own.name == each.name)
                if is_same and own.kind == each.kind and not own.is_valid:
                    work.append((child, own))
