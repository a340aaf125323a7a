"""``DROP``, and what goes with an object or, with ``CASCADE``, needs it."""

from __future__ import annotations

from confiture._pure.schema.constraints import drop_constraint_record, drop_index_record
from confiture._pure.schema.definitions import definition_key
from confiture._pure.schema.inheritance import remove_children_link
from confiture._pure.schema.objects import find, find_named, find_on, read_kind
from confiture._pure.schema.policies import drop_policy
from confiture._pure.schema.publications import leave_out
from confiture._pure.schema.reading import Reader, UnmodelledError
from confiture._pure.schema.records import (
    Attribute,
    Column,
    Constraint,
    Definition,
    Domain,
    Index,
    Need,
    Policy,
    Record,
    Relation,
    Routine,
    Rule,
    Sequence,
    Table,
    Trigger,
    Type,
    Unknown,
)
from confiture._pure.schema.rules import drop_rule
from confiture._pure.schema.state import Missing, State

__all__ = ["drop", "drop_column", "drop_statement", "drop_trigger"]

_BY_NAME = (
    *("table", "foreign_table", "view", "materialized_view", "sequence", "index", "type", "domain"),
    *("schema", "extension", "role", "collation", "conversion", "statistics", "publication", "subscription"),
    *("foreign_data_wrapper", "foreign_server", "language", "access_method", "event_trigger", "database"),
    *("tablespace", "text_search_configuration", "text_search_dictionary", "text_search_parser"),
    *("text_search_template",),
)


def drop_statement(state: State, reader: Reader, form: str) -> None:
    """``DROP kind [IF EXISTS] name, … [CASCADE | RESTRICT]``."""
    reader.expect("drop")
    kind = read_kind(reader)
    if not kind:
        raise reader.refused("a kind of object")
    reader.take("concurrently")
    may_miss = reader.take("if", "exists")
    records: list[Record] = []
    is_missing = False
    while True:
        record = _find(state, kind, reader, may_miss=may_miss)
        if record is not None:
            records.append(record)
        elif not may_miss:
            is_missing = True
        if not reader.take_sign(","):
            break
    word = reader.take_any("cascade", "restrict")
    if kind == "database" and reader.take("with") | reader.is_group():
        reader.group()
    reader.expect_end()
    if is_missing:
        raise Missing
    drop(state, records, is_cascading=word == "cascade")


def _find(state: State, kind: str, reader: Reader, *, may_miss: bool) -> Record | None:
    if kind in ("trigger", "policy", "rule"):
        name = reader.identifier()
        reader.expect("on")
        return find_on(state.relation(reader.name()), kind, name)
    if kind not in _BY_NAME:
        return find(state, kind, reader)
    found = find_named(state, kind, reader.name())
    if isinstance(found, Index) and found.constraint is not None:
        raise UnmodelledError("the index is that of a constraint")
    if kind in ("type", "domain") and isinstance(found, Relation):
        raise UnmodelledError("it is no type of its own")
    return found


def drop(state: State, records: list[Record], *, is_cascading: bool) -> None:
    """Drop objects, what goes with them, and if that is wanted what needs them."""
    work = list(records)
    while work:
        record = work.pop()
        if record.is_dropped:
            continue
        work += _remove(state, record, is_cascading=is_cascading)
        state.change(record, is_dropped=True)
        for need in list(record.dependents):
            is_cut = is_cascading or _is_about(need.source, record)
            if is_cut and not need.is_void and need.is_tracked and not need.source.is_dropped:
                work += _cut_off(state, need)
        state.forget(record)


def _is_about(source: Record, record: Record) -> bool:
    """Whether an object is about a relation, and so never keeps it from being dropped."""
    is_about_relations = isinstance(source, Definition) and source.kind in ("publication", "statistics")
    return is_about_relations and isinstance(record, Relation)


def _remove(state: State, record: Record, *, is_cascading: bool) -> list[Record]:
    """Take an object from where it is known; what goes with it."""
    if isinstance(record, Trigger) and record.table is not None:
        drop_trigger(state, record)
        return []
    if isinstance(record, Policy):
        drop_policy(state, record)
        return []
    if isinstance(record, Rule):
        drop_rule(state, record)
        return []
    if isinstance(record, Index):
        drop_index_record(state, record)
        return _index_parts(record)
    if isinstance(record, Routine):
        key = (record.schema, record.name)
        overloads = state.routines.get(key, {})
        for types, routine in list(overloads.items()):
            if routine is record:
                state.remove(overloads, types)
        return []
    if isinstance(record, (Relation, Sequence, Type, Domain, Unknown)):
        return _remove_relation(state, record)
    if record.kind == "schema":
        state.remove(state.others, ("schema", record.name))
        return _in_schema(state, record.name) if is_cascading else []
    if record.kind == "role":
        return _remove_role(state, record)
    key_of_other = definition_key(record) if isinstance(record, Definition) else (record.kind, record.name)
    state.remove(state.others, key_of_other)
    return []


def _index_parts(index: Index) -> list[Record]:
    """The indexes of partitions that are parts of an index."""
    table = index.table
    if not isinstance(table, Table):
        return []
    return [own for child in table.children for own in child.indexes if own.parent is index]


def _remove_relation(state: State, record: Record) -> list[Record]:
    key = (record.schema, record.name)
    for names in (state.relations, state.types):
        if names.get(key) is record:
            state.remove(names, key)
    more: list[Record] = []
    if isinstance(record, Relation):
        for index in list(record.indexes):
            drop_index_record(state, index)
        more += [*record.triggers.values(), *record.rules.values()]
    if isinstance(record, Table):
        for made in record.constraints.values():
            _forget_constraint(state, record, made)
        more += record.policies.values()
        for parent in list(record.parents):
            remove_children_link(state, record, parent)
        more += [child for child in record.children if child.bound is not None]
        more += [
            need.source
            for need in record.dependents
            if need.kind == "owned_by" and not need.is_void and not need.source.is_dropped
        ]
    if isinstance(record, Domain):
        for made in record.constraints.values():
            _forget_constraint(state, record, made)
    if isinstance(record, Type) and record.multirange is not None:
        more.append(record.multirange)
    return more


def _forget_constraint(state: State, owner: Record, made: Constraint) -> None:
    from confiture._pure.schema.constraints import forget_name

    forget_name(state, owner.schema, made.name)


def _in_schema(state: State, schema: str) -> list[Record]:
    from confiture._pure.schema.owners import all_records

    return [record for record in all_records(state) if record.schema == schema and record.kind != "extension"]


def _remove_role(state: State, record: Record) -> list[Record]:
    from confiture._pure.schema.records import Role

    state.remove(state.others, ("role", record.name))
    for other in state.others.values():
        if isinstance(other, Role) and record.name in other.member_of:
            state.change(
                other,
                member_of={role: value for role, value in other.member_of.items() if role != record.name},
            )
    return []


def drop_trigger(state: State, trigger: Trigger) -> None:
    """Take a trigger from its table, and those of partitions that are parts of it."""
    work = [trigger]
    while work:
        each = work.pop()
        table = each.table
        if table is not None:
            state.remove(table.triggers, each.name)
        state.forget(each)
        state.change(each, is_dropped=True)
        if isinstance(table, Table):
            work += [own for child in table.children for own in child.triggers.values() if own.parent is each]


def _cut_off(state: State, need: Need) -> list[Record]:
    """What ``CASCADE`` does to something that needs what is dropped; what is to be dropped besides."""
    source, part, kind = need.source, need.part, need.kind
    if kind in ("like", "owned_by"):
        return []
    if kind == "body" and not need.is_tracked:
        return []
    if isinstance(source, Definition) and source.kind == "publication":
        state.change(need, is_void=True)
        if need.target is not None:
            leave_out(state, source, need.target)
        return []
    if isinstance(source, Table):
        if isinstance(part, Constraint):
            if source.constraints.get(part.name) is part:
                drop_constraint_tree(state, source, part)
            return []
        if isinstance(part, Column):
            if kind == "default":
                state.change(part, default=None, default_sequence=None)
                state.change(need, is_void=True)
                return []
            if source.columns.get(part.name) is part:
                return drop_column(state, source, part, is_cascading=True)
            return []
        return [source] if kind in ("partition", "inherits", "type") else []
    if isinstance(source, Domain) and isinstance(part, Constraint):
        state.remove(source.constraints, part.name)
        return []
    if isinstance(source, Type) and isinstance(part, Attribute):
        state.remove(source.attributes, part.name, is_ordered=True)
        state.forget(source, part=part)
        return []
    return [source]


def drop_constraint_tree(state: State, table: Table, made: Constraint) -> None:
    """Drop a constraint, and those of partitions and children that are there because of it."""
    work = [(table, made)]
    while work:
        owner, each = work.pop()
        if owner.constraints.get(each.name) is not each:
            continue
        drop_constraint_record(state, owner, each)
        for child in owner.children:
            for own in list(child.constraints.values()):
                if own.parent is each:
                    work.append((child, own))
                elif _is_inherited(own, each):
                    state.change(own, inherited=own.inherited - 1)
                    if own.inherited == 0 and not own.is_local:
                        work.append((child, own))


def _is_inherited(own: Constraint, each: Constraint) -> bool:
    if own.kind != each.kind or not own.inherited or not each.is_inheritable:
        return False
    if own.kind == "check":
        return own.name == each.name
    return own.kind == "not_null" and own.columns == each.columns


def drop_column(state: State, table: Table, column: Column, *, is_cascading: bool) -> list[Record]:
    """Drop a column with its constraints, indexes and sequence; what is to be dropped besides."""
    from confiture._pure.schema.inheritance import mentions
    from confiture._pure.schema.naming import has_statistics_of, naming_column, row_mentions

    more: list[Record] = []
    work = [(table, column)]
    while work:
        owner, each = work.pop()
        name = each.name
        state.remove(owner.columns, name, is_ordered=True)
        for made in list(owner.constraints.values()):
            if name in (*made.columns, *made.include) or _expression_mentions(made, name, owner.name):
                drop_constraint_record(state, owner, made)
                if made.kind in ("primary_key", "unique"):
                    _drop_referring(state, owner, made.columns)
        for index in list(owner.indexes):
            texts = [key.expression for key in index.keys if key.column is None]
            texts += [index.where] if index.where is not None else []
            if (
                any(key.column == name for key in index.keys)
                or name in index.include
                or any(mentions(text, name, owner.name) for text in texts)
            ):
                more.append(index)
        for trigger in list(owner.triggers.values()):
            if name in trigger.update_columns or (trigger.when and row_mentions(trigger.when, name)):
                more.append(trigger)
        for need in owner.dependents:
            other = need.source
            if need.kind not in ("owned_by", "definition") or need.is_void:
                continue
            is_own = need.kind == "owned_by" and need.part is each
            if is_own or has_statistics_of(other, name, owner):
                more.append(other)
        if is_cascading:
            more += naming_column(owner, name)
            for column in list(owner.columns.values()):
                if column.generated is not None and mentions(column.generated, name, owner.name):
                    work.append((owner, column))
        for need in list(owner.needs):
            if need.part is each and not need.is_void:
                state.change(need, is_void=True)
        for child in owner.children:
            own = child.columns.get(name)
            if own is not None and own.inherited:
                state.change(own, inherited=own.inherited - 1)
                if own.inherited == 0 and not own.is_local:
                    work.append((child, own))
                elif own.inherited == 0:
                    state.change(own, is_local=True)
    return [record for record in more if not record.is_dropped]


def _expression_mentions(made: Constraint, name: str, table: str) -> bool:
    from confiture._pure.schema.inheritance import mentions

    texts = [made.expression, made.where, *(key.expression for key in made.keys if key.column is None)]
    return any(text is not None and mentions(text, name, table) for text in texts)


def _drop_referring(state: State, table: Table, columns: tuple[str, ...]) -> None:
    """Drop the foreign keys that refer to columns that are no key any more."""
    for need in list(table.dependents):
        part = need.part
        if need.kind != "foreign_key" or need.is_void or not isinstance(part, Constraint):
            continue
        if part.referenced_columns == columns and isinstance(need.source, Table):
            drop_constraint_tree(state, need.source, part)
