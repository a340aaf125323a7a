"""Texts that name what is called otherwise now: types, routines, and what ``'name'::regclass`` is.

The server keeps what an expression refers to, and spells it with the names of today. A text of the model is
spelt anew where it can mean nothing else: where the object that it is the text of needs no other one that
the name could mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from msgspec.structs import replace

from confiture._pure.schema.changed_texts import Change, changed_text
from confiture._pure.schema.edges import fits
from confiture._pure.schema.reading import Name, Reader
from confiture._pure.schema.records import (
    Attribute,
    Column,
    Constraint,
    Definition,
    Domain,
    Index,
    Key,
    Part,
    Policy,
    Record,
    Relation,
    Routine,
    Rule,
    Sequence,
    Table,
    Trigger,
    Type,
    View,
)
from confiture._pure.schema.references import Located, Reference, is_read_late, located_references
from confiture._pure.schema.state import State
from confiture._pure.schema.text import changed_partitioning, reader_of

__all__ = ["edit_texts", "respell"]


class Respelling(Protocol):
    """What makes one text of another one."""

    def __call__(self, text: str, *, has_options: bool = False) -> str:
        """The text anew; `has_options`: functions are options in it, which nothing calls."""


def respell(state: State, renamed: Iterable[tuple[Record, Name]]) -> None:
    """Spell texts that name some objects with the names that these have now.

    Args:
        state: The state.
        renamed: The objects, and what each was called before.
    """
    places: dict[tuple[Record, Part | None], dict[Record, Name]] = {}
    for record, old in renamed:
        for need in record.dependents:
            if not need.is_void and not need.source.is_dropped:
                places.setdefault((need.source, need.part), {})[record] = old
    for (source, part), records in places.items():
        _respell_in(state, source, part, records)


def _respell_in(state: State, source: Record, part: Part | None, renamed: dict[Record, Name]) -> None:
    """Spell anew what an object, or a part of it, says."""
    meant: dict[str, list[tuple[Record, Name]]] = {}
    for need in source.needs:
        target = need.target
        if target is not None and need.part is part and not need.is_void:
            name = renamed.get(target, Name(target.schema, target.name))
            meant.setdefault(name.name, []).append((target, name))

    def new_name(reference: Reference) -> Name | None:
        found: dict[Record, Name] = {
            target: name
            for target, name in meant.get(reference.name.name, ())
            if _can_mean(reference, target, name)
        }
        if len(found) != 1:
            return None
        record, old = found.popitem()
        if record not in renamed:
            return None
        is_bare = reference.name.schema is None and record.schema == old.schema
        return Name(None if is_bare else record.schema, record.name)

    def respelt(text: str, *, has_options: bool = False) -> str:
        reader = reader_of(text)
        changes = []
        options = _functions_of_options(reader) if has_options else []
        for located in [*located_references(reader), *options]:
            if is_read_late(reader, located):
                continue
            name = new_name(located.reference)
            if name is not None:
                changes.append(Change(located, name))
        return changed_text(reader, changes) if changes else text

    edit_texts(state, source, part, respelt)


def _functions_of_options(reader: Reader) -> list[Located]:
    """The functions that options of a definition are, as in ``(procedure = f)`` and ``HANDLER f``."""
    found = []
    for index in range(reader.at, reader.end):
        if reader.texts[index] in ("=", "handler", "inline", "validator"):
            rest = reader.part(index + 1, reader.end)
            if rest.is_name():
                name = rest.name()
                if not rest.is_group():
                    found.append(Located(Reference("routine", name), index + 1, rest.at))
    return found


def _can_mean(reference: Reference, target: Record, name: Name) -> bool:
    if reference.name.schema not in (None, name.schema):
        return False
    if isinstance(target, Routine):
        return reference.kind == "routine" and fits(target, reference.arity)
    if isinstance(target, (Relation, Sequence, Index)):
        return reference.kind == "relation" or (reference.kind == "type" and isinstance(target, Relation))
    return reference.kind == ("type" if isinstance(target, (Type, Domain)) else target.kind)


def edit_texts(state: State, source: Record, part: Part | None, respelt: Respelling) -> None:
    """Spell the texts of an object, or of a part of it, anew."""

    def text(value: str | None) -> str | None:
        return None if value is None else respelt(value)

    def option(value: str | None) -> str | None:
        return None if value is None else respelt(f"= {value}", has_options=True).removeprefix("= ")

    def collation(name: str | None) -> str | None:
        return None if name is None else respelt(f"collate {name}").removeprefix("collate ")

    def key(made: Key) -> Key:
        expression = made.expression if made.column is not None else respelt(made.expression)
        return replace(made, expression=expression, collation=collation(made.collation))

    def keys(made: tuple[Key, ...]) -> tuple[Key, ...]:
        return tuple(map(key, made))

    if isinstance(part, Column):
        state.change(part, default=text(part.default), generated=text(part.generated))
        state.change(part, collation=collation(part.collation))
    elif isinstance(part, Attribute):
        state.change(part, collation=collation(part.collation))
    elif isinstance(part, Constraint):
        state.change(part, expression=text(part.expression), where=text(part.where), keys=keys(part.keys))
        if part.index is not None:
            state.change(part.index, where=text(part.index.where), keys=keys(part.index.keys))
    elif isinstance(source, Domain):
        state.change(source, default=text(source.default), collation=collation(source.collation))
    elif part is not None:
        return
    elif isinstance(source, Table):
        if source.partition_by is not None:
            state.change(source, partition_by=changed_partitioning(source.partition_by, respelt))
    elif isinstance(source, View):
        state.change(source, query=respelt(source.query))
    elif isinstance(source, Index):
        state.change(source, keys=keys(source.keys), where=text(source.where))
    elif isinstance(source, Trigger):
        _change_condition(state, source, text(source.when))
    elif isinstance(source, Policy):
        state.change(source, using=text(source.using), check=text(source.check))
    elif isinstance(source, Rule):
        state.change(source, condition=text(source.condition), actions=tuple(map(respelt, source.actions)))
    elif isinstance(source, Routine):
        parameters = tuple(replace(each, default=text(each.default)) for each in source.parameters)
        state.change(source, parameters=parameters, sql_body=text(source.sql_body))
        state.change(source, definition={name: option(value) for name, value in source.definition.items()})
    elif isinstance(source, Definition):
        # What stands behind a sign there is a value of a condition.
        has_options = source.kind not in ("publication", "statistics")
        changes = tuple(respelt(change, has_options=has_options) for change in source.changes)
        state.change(source, clauses=respelt(source.clauses, has_options=has_options), changes=changes)


def _change_condition(state: State, trigger: Trigger, condition: str | None) -> None:
    """Give a trigger, and those of partitions that are parts of it, another condition."""
    work = [trigger]
    while work:
        each = work.pop()
        state.change(each, when=condition)
        if isinstance(each.table, Table):
            work += [
                own for child in each.table.children for own in child.triggers.values() if own.parent is each
            ]
