"""``RENAME`` and ``SET SCHEMA``."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from confiture._pure.schema.constraints import forget_name, take_name
from confiture._pure.schema.definitions import definition_key
from confiture._pure.schema.mentions import column_at
from confiture._pure.schema.objects import identity_types
from confiture._pure.schema.owners import all_records
from confiture._pure.schema.reading import QUOTED_NAME, WORD, Name, UnmodelledError, unquoted
from confiture._pure.schema.records import (
    Acl,
    Column,
    Constraint,
    Definition,
    Domain,
    Extension,
    Index,
    Key,
    Policy,
    Record,
    Relation,
    Role,
    Routine,
    Sequence,
    Table,
    Type,
    View,
)
from confiture._pure.schema.renamed_columns import rename_in_queries
from confiture._pure.schema.respelling import respell
from confiture._pure.schema.starred_views import expand_stars
from confiture._pure.schema.state import State
from confiture._pure.schema.text import changed_partitioning, quoted_name, reader_of, spaced

__all__ = ["move", "rename", "rename_column", "rename_grantee"]


def rename(state: State, record: Record, name: str) -> None:
    """Give an object another name, also in the texts that name it."""
    old = Name(record.schema, record.name)
    keys = _keys_of_types(state, [record])
    _rename(state, record, name)
    _enter_again(state, keys)
    respell(state, [(record, old)])


def _rename(state: State, record: Record, name: str) -> None:
    if isinstance(record, Index) and record.constraint is not None:
        table = record.table
        if isinstance(table, Table):
            rename_table_constraint(state, table, record.constraint, name)
        return
    if isinstance(record, (Relation, Sequence, Index, Type, Domain)):
        old = record.name
        state.rename(record, record.schema, name)
        if isinstance(record, Table):
            _rename_in_own_texts(state, record, old, name)
    elif isinstance(record, Routine):
        _enter_routine(state, record, record.schema, name)
    elif isinstance(record, Definition):
        _enter_definition(state, record, record.schema, name)
    elif record.kind == "schema":
        _rename_schema(state, record, name)
    else:
        key, new = (record.kind, record.name), (record.kind, name)
        if new in state.others:
            raise UnmodelledError("it is defined already")
        state.remove(state.others, key)
        state.put(state.others, new, record)
        state.change(record, name=name)


def move(state: State, record: Record, schema: str) -> None:
    """Put an object into another schema, with what is in its schema because of it."""
    if record.schema == schema:
        return
    old = Name(record.schema, record.name)
    keys = _keys_of_types(state, [record])
    moved = [record, *_move(state, record, schema)]
    _enter_again(state, keys)
    respell(state, [(each, Name(old.schema, each.name)) for each in moved])


def _move(state: State, record: Record, schema: str) -> list[Record]:
    """Put an object into another schema; what else of its own names is there now."""
    if isinstance(record, Extension):
        state.change(record, schema=schema)
    elif isinstance(record, Routine):
        _enter_routine(state, record, schema, record.name)
    elif isinstance(record, Definition):
        _enter_definition(state, record, schema, record.name)
    elif isinstance(record, Index):
        raise UnmodelledError("an index is where its table is")
    elif isinstance(record, Relation):
        return _move_relation(state, record, schema)
    elif isinstance(record, (Sequence, Type, Domain)):
        if isinstance(record, Sequence) and record.owner_table is not None:
            raise UnmodelledError("the sequence is where its table is")
        if isinstance(record, Domain):
            _move_constraints(state, record.schema, schema, record.constraints.values())
        # The multirange of a range stays where it is.
        state.rename(record, schema, record.name)
    else:
        raise UnmodelledError("it is in no schema")
    return []


def _keys_of_types(state: State, types: Iterable[Record]) -> list[tuple[Record, tuple[object, ...]]]:
    """What is found by some types, and how it is found."""
    found: dict[Record, tuple[object, ...]] = {}
    for record in types:
        for need in record.dependents:
            source = need.source
            if need.is_void or source in found:
                continue
            if isinstance(source, Routine):
                found[source] = identity_types(source)
            elif isinstance(source, Definition) and source.types is not None:
                found[source] = definition_key(source)
    return list(found.items())


def _enter_again(state: State, keys: list[tuple[Record, tuple[object, ...]]]) -> None:
    """Make what is found by types known by the names that these have now."""
    for record, old in keys:
        if isinstance(record, Routine):
            key = (record.schema, record.name)
            overloads = state.routines.get(key, {}).items()
            types = identity_types(record)
            state.put(
                state.routines,
                key,
                {types if other is record else known: other for known, other in overloads},
            )
        elif isinstance(record, Definition) and state.others.get(old) is record:
            state.remove(state.others, old)
            state.put(state.others, definition_key(record), record)


def _move_relation(state: State, record: Relation, schema: str) -> list[Record]:
    moved: list[Record] = [*record.indexes]
    for index in record.indexes:
        state.rename(index, schema, index.name)
    for trigger in record.triggers.values():
        state.change(trigger, schema=schema)
    for rule in record.rules.values():
        state.change(rule, schema=schema)
    if isinstance(record, Table):
        for policy in record.policies.values():
            state.change(policy, schema=schema)
        for need in record.dependents:
            sequence = need.source
            if need.kind == "owned_by" and not need.is_void and not sequence.is_dropped:
                state.rename(sequence, schema, sequence.name)
                moved.append(sequence)
        _move_constraints(state, record.schema, schema, record.constraints.values())
    state.rename(record, schema, record.name)
    return moved


def _move_constraints(state: State, old: str | None, new: str, made: Iterable[Constraint]) -> None:
    for constraint in made:
        forget_name(state, old, constraint.name)
        take_name(state, new, constraint.name)


def _enter_routine(state: State, routine: Routine, schema: str | None, name: str) -> None:
    overloads = state.routines.get((schema, name))
    if overloads is None:
        overloads = {}
        state.put(state.routines, (schema, name), overloads)
    types = identity_types(routine)
    if types in overloads:
        raise UnmodelledError("it is defined already")
    old = state.routines[(routine.schema, routine.name)]
    for key, other in list(old.items()):
        if other is routine:
            state.remove(old, key)
    state.put(overloads, types, routine)
    state.change(routine, schema=schema, name=name)


def _enter_definition(state: State, record: Definition, schema: str | None, name: str) -> None:
    old = definition_key(record)
    state.change(record, schema=schema, name=name)
    new = definition_key(record)
    if new in state.others:
        raise UnmodelledError("it is defined already")
    state.remove(state.others, old)
    state.put(state.others, new, record)


def _rename_schema(state: State, record: Record, name: str) -> None:
    old = record.name
    if ("schema", name) in state.others:
        raise UnmodelledError("it is defined already")
    members = [member for member in all_records(state) if member.schema == old]
    owners: list[Record] = []
    for member in members:
        if isinstance(member, Relation):
            owners += [*member.triggers.values(), *member.rules.values()]
            if isinstance(member, Table):
                owners += member.policies.values()
                _move_constraints(state, old, name, member.constraints.values())
        if isinstance(member, Domain):
            _move_constraints(state, old, name, member.constraints.values())
    keys = _keys_of_types(state, members)
    for member in members:
        if isinstance(member, (Relation, Sequence, Index, Type, Domain)):
            state.rename(member, name, member.name)
    _enter_again(state, keys)
    for member in members:
        if isinstance(member, (Relation, Sequence, Index, Type, Domain)):
            continue
        if isinstance(member, Routine):
            _enter_routine(state, member, name, member.name)
        elif isinstance(member, Definition):
            _enter_definition(state, member, name, member.name)
        else:
            state.change(member, schema=name)
    for owned in owners:
        state.change(owned, schema=name)
    for key, defaults in list(state.defaults.items()):
        if key[1] == old:
            state.remove(state.defaults, key)
            state.change(defaults, schema=name)
            state.put(state.defaults, (key[0], name, key[2]), defaults)
    state.remove(state.others, ("schema", old))
    state.put(state.others, ("schema", name), record)
    state.change(record, name=name)
    respell(state, [(member, Name(old, member.name)) for member in members])


def renamed_text(text: str, old: str, new: str, table: str) -> str:
    """An expression in which a column has another name."""
    reader = reader_of(text)
    kinds, texts = list(reader.kinds), list(reader.texts)
    for index in range(reader.end):
        if column_at(reader, index, table) == old:
            texts[index] = quoted_name(new)
            kinds[index] = QUOTED_NAME if texts[index][:1] == '"' else WORD
    return spaced(kinds, texts, 0, reader.end)


def _renamed_in_rows(text: str, old: str, new: str) -> str:
    """The condition of a trigger in which a column of ``old`` and ``new`` has another name."""
    reader = reader_of(text)
    kinds, texts = list(reader.kinds), list(reader.texts)
    for index in range(2, reader.end):
        if texts[index - 1] == "." and texts[index - 2] in ("old", "new") and unquoted(texts[index]) == old:
            texts[index] = quoted_name(new)
            kinds[index] = QUOTED_NAME if texts[index][:1] == '"' else WORD
    return spaced(kinds, texts, 0, reader.end)


def _rename_in_own_texts(state: State, table: Table, old: str, new: str) -> None:
    """Call a table by its new name in its own conditions and expressions."""

    def renamed(value: str) -> str:
        reader = reader_of(value)
        kinds, texts = list(reader.kinds), list(reader.texts)
        for index in range(reader.end - 1):
            if (
                texts[index + 1] == "."
                and kinds[index] in (WORD, QUOTED_NAME)
                and unquoted(texts[index]) == old
            ):
                texts[index] = quoted_name(new)
                kinds[index] = QUOTED_NAME if texts[index][:1] == '"' else WORD
        return spaced(kinds, texts, 0, reader.end)

    def text(value: str | None) -> str | None:
        return None if value is None else renamed(value)

    def expressions(keys: tuple[Key, ...]) -> tuple[Key, ...]:
        return tuple(
            key if key.column is not None else replace(key, expression=renamed(key.expression))
            for key in keys
        )

    for column in table.columns.values():
        if column.generated is not None:
            state.change(column, generated=text(column.generated))
    for made in table.constraints.values():
        state.change(
            made, expression=text(made.expression), keys=expressions(made.keys), where=text(made.where)
        )
    for index in table.indexes:
        state.change(index, keys=expressions(index.keys), where=text(index.where))
    if table.partition_by is not None:
        state.change(table, partition_by=changed_partitioning(table.partition_by, renamed))
    for policy in table.policies.values():
        state.change(policy, using=text(policy.using), check=text(policy.check))


def rename_column(state: State, table: Table, column: Column, new: str) -> None:
    """Give a column another name, also in the tables that inherit it."""
    work = [(table, column)]
    seen = {table}
    while work:
        owner, each = work.pop()
        if new in owner.columns:
            raise UnmodelledError("there is such a column already")
        old = each.name
        expand_stars(state, owner)
        state.change(
            owner, columns={new if name == old else name: value for name, value in owner.columns.items()}
        )
        state.change(each, name=new)
        _rename_in_table(state, owner, old, new)
        rename_in_queries(state, owner, old, new)
        for child in owner.children:
            own = child.columns.get(old)
            if own is not None and own.inherited and child not in seen:
                seen.add(child)
                work.append((child, own))


def _renamed(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if name == old else name for name in names)


def _rename_in_table(state: State, table: Table, old: str, new: str) -> None:
    def text(value: str | None) -> str | None:
        return None if value is None else renamed_text(value, old, new, table.name)

    for column in table.columns.values():
        if column.generated is not None:
            state.change(column, generated=text(column.generated))
    for made in table.constraints.values():
        state.change(
            made,
            columns=_renamed(made.columns, old, new),
            include=_renamed(made.include, old, new),
            on_delete_columns=_renamed(made.on_delete_columns, old, new),
            expression=text(made.expression),
            where=text(made.where),
            keys=_renamed_keys(made.keys, old, new, table.name),
        )
    for index in table.indexes:
        state.change(
            index,
            keys=_renamed_keys(index.keys, old, new, table.name),
            include=_renamed(index.include, old, new),
            where=text(index.where),
        )
    for trigger in table.triggers.values():
        state.change(
            trigger,
            update_columns=_renamed(trigger.update_columns, old, new),
            when=None if trigger.when is None else _renamed_in_rows(trigger.when, old, new),
        )
    for policy in table.policies.values():
        state.change(policy, using=text(policy.using), check=text(policy.check))
    if table.partition_by is not None:
        partition_by = changed_partitioning(
            table.partition_by, lambda keys: renamed_text(keys, old, new, table.name)
        )
        state.change(table, partition_by=partition_by)
    for need in table.dependents:
        part = need.part
        source = need.source
        if isinstance(source, Definition) and source.kind == "statistics" and not need.is_void:
            columns, word, rest = source.clauses.rpartition(" from ")
            state.change(source, clauses=f"{renamed_text(columns, old, new, table.name)}{word}{rest}")
        if need.kind == "foreign_key" and isinstance(part, Constraint) and part.referenced is table:
            state.change(part, referenced_columns=_renamed(part.referenced_columns, old, new))


def _renamed_keys(keys: tuple[Key, ...], old: str, new: str, table: str) -> tuple[Key, ...]:
    from msgspec.structs import replace

    return tuple(
        replace(key, column=new if key.column == old else key.column)
        if key.column is not None
        else replace(key, expression=renamed_text(key.expression, old, new, table))
        for key in keys
    )


def rename_table_constraint(state: State, table: Table, made: Constraint, new: str) -> None:
    """Give a table's constraint, its index, and those that are inherited from it another name."""
    work = [(table, made)]
    seen = {table}
    while work:
        owner, each = work.pop()
        if new in owner.constraints:
            raise UnmodelledError("it is defined already")
        old = each.name
        state.change(
            owner,
            constraints={new if name == old else name: value for name, value in owner.constraints.items()},
        )
        forget_name(state, owner.schema, old)
        take_name(state, owner.schema, new)
        state.change(each, name=new)
        if each.index is not None:
            state.rename(each.index, each.index.schema, new)
        if each.kind not in ("check", "not_null"):
            continue
        for child in owner.children:
            own = child.constraints.get(old)
            if own is not None and own.inherited and own.kind == each.kind and child not in seen:
                seen.add(child)
                work.append((child, own))


def rename_grantee(state: State, old: str, new: str) -> None:
    """Give a role another name wherever it owns something, may do something or is named."""

    def acl(before: Acl) -> Acl:
        return {(new if who == old else who, privilege): value for (who, privilege), value in before.items()}

    for record in all_records(state):
        if record.owner == old:
            state.change(record, owner=new)
        if record.privileges is not None:
            state.change(record, privileges=acl(record.privileges))
        if isinstance(record, Table):
            for column in record.columns.values():
                if column.privileges:
                    state.change(column, privileges=acl(column.privileges))
            for policy in record.policies.values():
                _rename_in_policy(state, policy, old, new)
        elif isinstance(record, View) and record.column_privileges:
            changed = {name: acl(before) for name, before in record.column_privileges.items()}
            state.change(record, column_privileges=changed)
        elif isinstance(record, Role) and old in record.member_of:
            changed_roles = {new if role == old else role: value for role, value in record.member_of.items()}
            state.change(record, member_of=changed_roles)
    for key, defaults in list(state.defaults.items()):
        state.change(defaults, granted=acl(defaults.granted), revoked=acl(defaults.revoked))
        if key[0] == old:
            state.remove(state.defaults, key)
            state.change(defaults, role=new)
            state.put(state.defaults, (new, key[1], key[2]), defaults)


def _rename_in_policy(state: State, policy: Policy, old: str, new: str) -> None:
    if old in policy.roles:
        roles = {new if role == old else role for role in policy.roles}
        state.change(policy, roles=tuple(sorted(roles, key=lambda role: role.encode("utf-8"))))
