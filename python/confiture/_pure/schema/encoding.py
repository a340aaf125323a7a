"""The model as a document: what the state knows, as the structs of ``confiture.models.schema``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from confiture._pure.schema import records
from confiture._pure.schema.objects import identity_types, signature
from confiture._pure.schema.owners import all_records
from confiture._pure.schema.records import Record
from confiture._pure.schema.state import State
from confiture._pure.schema.structs import Encoder, PlaceOf, called, sort_key, struct_of
from confiture.models.schema import model, others

__all__ = ["all_objects", "model_of", "whole"]


def _owned(every: Iterable[Record], attribute: str) -> list[Any]:
    return [
        owned
        for record in every
        if isinstance(record, records.Relation)
        for owned in getattr(record, attribute, {}).values()
    ]


def _with_owned(every: list[Record]) -> list[Record]:
    owned = [each for attribute in ("triggers", "policies", "rules") for each in _owned(every, attribute)]
    return every + owned


def all_objects(state: State) -> list[Record]:
    """All objects, those included that have names of their own below a table."""
    return _with_owned(list(all_records(state)))


def _is_untouched(record: Record) -> bool:
    """Whether nothing in the text says anything of the schema ``public``."""
    return record.statement < 0 and (record.owner, record.comment, record.privileges) == (None, None, None)


def model_of(
    state: State,
    place: PlaceOf,
    opaque: tuple[others.Opaque, ...],
    ledger: tuple[others.LedgerEntry, ...],
) -> model.SchemaModel:
    """The model that a state is.

    Args:
        state: The state.
        place: Where a statement starts, by its number.
        opaque: The statements that are kept as they are.
        ledger: What became of the statements.
    """
    encoder = Encoder(state, place)
    every = list(all_records(state))
    by_kind: dict[type[Record], list[Any]] = {}
    for record in every:
        by_kind.setdefault(type(record), []).append(record)

    def named(kind: type[Record]) -> list[Any]:
        return sorted(by_kind.get(kind, ()), key=lambda each: sort_key(each.schema, each.name))

    def routine_key(each: records.Routine) -> tuple[object, ...]:
        types = [text.encode("utf-8") for text in identity_types(each)]
        return (sort_key(each.schema, each.name), types, signature(each.parameters))

    def of_table(attribute: str) -> list[Any]:
        owned = _owned(every, attribute)
        return sorted(owned, key=lambda each: sort_key(each.table.schema, each.table.name, each.name))

    indexes = sorted(
        (index for index in by_kind.get(records.Index, ()) if index.constraint is None),
        key=lambda each: sort_key(each.schema, each.table.name, each.name),
    )
    overloads = sorted(by_kind.get(records.Routine, ()), key=routine_key)
    schemas = [record for record in named(Record) if record.kind == "schema" and not _is_untouched(record)]
    definitions = sorted(
        by_kind.get(records.Definition, ()),
        key=lambda each: (sort_key(each.schema, each.parent, each.name), each.kind, called(each)),
    )
    defaults = sorted(
        state.defaults.values(), key=lambda each: sort_key(each.schema, each.role, each.objects)
    )
    return struct_of(
        model.SchemaModel,
        schemas=tuple(struct_of(others.Schema, **encoder.base(record)) for record in schemas),
        extensions=tuple(map(encoder.extension, named(records.Extension))),
        roles=tuple(map(encoder.role, named(records.Role))),
        types=tuple(encoder.type(each) for each in named(records.Type) if each.form != "multirange"),
        domains=tuple(map(encoder.domain, named(records.Domain))),
        sequences=tuple(map(encoder.sequence, named(records.Sequence))),
        tables=tuple(map(encoder.table, named(records.Table))),
        indexes=tuple(map(encoder.index, indexes)),
        views=tuple(map(encoder.view, named(records.View))),
        routines=tuple(encoder.routine(each) for each in overloads if each.kind != "aggregate"),
        aggregates=tuple(encoder.aggregate(each) for each in overloads if each.kind == "aggregate"),
        triggers=tuple(map(encoder.trigger, of_table("triggers"))),
        event_triggers=tuple(map(encoder.event_trigger, named(records.Trigger))),
        policies=tuple(map(encoder.policy, of_table("policies"))),
        rules=tuple(map(encoder.rule, of_table("rules"))),
        definitions=tuple(map(encoder.definition, definitions)),
        default_privileges=tuple(map(encoder.defaults, defaults)),
        opaque=opaque,
        edges=_edges(every, encoder),
        ledger=ledger,
    )


def _edges(every: list[Record], encoder: Encoder) -> tuple[others.Edge, ...]:
    found: dict[tuple[str, str, str], tuple[int, bool, bool]] = {}
    names: dict[Record, str] = {}

    def name(record: Record) -> str:
        if record not in names:
            names[record] = called(whole(record))
        return names[record]

    for source in _with_owned(every):
        for need in source.needs:
            if need.is_void:
                continue
            is_defined = need.target is not None and not need.target.is_dropped
            if isinstance(need.target, records.Type) and need.target.form == "multirange":
                continue
            target = need.missing if need.target is None else name(need.target)
            key = (name(source), target, need.kind)
            if key[0] == key[1]:
                continue
            known = found.get(key)
            if known is None:
                found[key] = (need.statement, is_defined, need.is_late)
            else:
                first = min(need.statement, known[0])
                found[key] = (first, is_defined or known[1], need.is_late and known[2])
    ordered = sorted(found.items(), key=lambda item: tuple(text.encode("utf-8") for text in item[0]))
    return tuple(
        struct_of(
            others.Edge,
            source=source,
            target=target,
            kind=kind,
            is_defined=is_defined,
            is_late=is_late,
            place=encoder.place(statement),
        )
        for (source, target, kind), (statement, is_defined, is_late) in ordered
    )


def whole(record: Record) -> Record:
    """The object that something is a part of."""
    if isinstance(record, records.Index) and record.constraint is not None:
        return record.table
    if isinstance(record, records.Type) and record.form == "multirange":
        return next((need.target for need in record.needs if need.target is not None), record)
    return record
