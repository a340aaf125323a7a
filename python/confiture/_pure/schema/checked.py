"""What a check looks at of a state: far less than the model."""

from __future__ import annotations

from confiture._pure.schema import records
from confiture._pure.schema.encoding import all_objects, whole
from confiture._pure.schema.records import Need, Record
from confiture._pure.schema.state import State
from confiture._pure.schema.structs import PlaceOf, called, struct_of
from confiture.artifacts.checked import CheckedEdge, CheckedModel
from confiture.models.schema.others import LedgerEntry, Opaque
from confiture.models.schema.parts import QualifiedName

__all__ = ["checked_model"]

#: Languages whose routines PostgreSQL lets be about a type that is not defined yet: it makes a shell of it.
_OF_SHELLS = ("c", "internal")

#: What becomes of what an object needs; the later ones tell more.
_MISSING, _DROPPED, _LATE, _MET = range(4)
_WORDS = ("missing", "dropped", "late", "")

_RELATIONS = (records.Relation, records.Index, records.Sequence, records.Unknown)


def checked_model(
    state: State, place: PlaceOf, opaque: tuple[Opaque, ...], ledger: tuple[LedgerEntry, ...]
) -> CheckedModel:
    """What a check looks at of the model that a state is; the arguments are those of `model_of`."""
    return struct_of(
        CheckedModel,
        schemas=tuple(record.name for record in _of_kind(state, "schema")),
        extensions=tuple(
            struct_of(QualifiedName, schema=record.schema, name=record.name)
            for record in _of_kind(state, "extension")
        ),
        opaque=opaque,
        edges=_edges(state, place),
        ledger=ledger,
    )


def _of_kind(state: State, kind: str) -> list[Record]:
    found = [record for record in state.others.values() if record.kind == kind]
    return sorted(found, key=lambda record: record.name.encode("utf-8"))


def _edges(state: State, place: PlaceOf) -> tuple[CheckedEdge, ...]:
    """The edges, sorted by source, target and kind; of the same ones, the first statement counts."""
    found: dict[tuple[str, str, str], tuple[int, int, Record | None]] = {}
    names: dict[Record, str] = {}

    def name(record: Record) -> str:
        if record not in names:
            names[record] = called(whole(record))
        return names[record]

    for source, need, status in _looked_at(state):
        target = need.missing if need.target is None else name(need.target)
        key = (name(source), target, need.kind)
        if key[0] == key[1]:
            continue
        made = None if need.target is None else whole(need.target)
        known = found.setdefault(key, (status, need.statement, made))
        first = min(known[1], need.statement)
        found[key] = (status, first, made) if status > known[0] else (known[0], first, known[2])
    ordered = sorted(found.items(), key=lambda item: tuple(text.encode("utf-8") for text in item[0]))
    return tuple(
        struct_of(
            CheckedEdge,
            source=source,
            target=target,
            kind=kind,
            status=_WORDS[status],
            place=place(statement),
            defined=None if status < _LATE or made is None else place(made.statement),
        )
        for (source, target, kind), (status, statement, made) in ordered
    )


def _looked_at(state: State) -> list[tuple[Record, Need, int]]:
    """What is needed and not met; with all the rest, which tells orders that work, if some comes too late."""
    found = [
        (source, need, status)
        for source in all_objects(state)
        for need in source.needs
        if not need.is_void and (status := _status(state, source, need)) is not None
    ]
    if any(status == _LATE for _, _, status in found):
        return found
    return [(source, need, status) for source, need, status in found if status < _LATE]


def _status(state: State, source: Record, need: Need) -> int | None:
    """What becomes of something that is needed; None if a check does not look at it."""
    target = need.target
    if target is None:
        return _MISSING
    language = source.language if isinstance(source, records.Routine) else None
    if target.is_dropped:
        # What PostgreSQL tracks, it does not drop as long as it is needed.
        is_told = need.kind == "body" and not need.is_tracked
        return _DROPPED if is_told and not _is_there_again(state, target) else None
    if isinstance(target, records.Type) and (
        target.form == "multirange" or (target.form == "base" and language in _OF_SHELLS)
    ):
        return None
    # Of other languages, nothing is asked for before the routine runs.
    if need.kind == "body" and language != "sql":
        return None
    return _LATE if need.is_late else _MET


def _is_there_again(state: State, record: Record) -> bool:
    """Whether something of the name of what is dropped is there."""
    if record.schema is None:
        return False
    key = (record.schema, record.name)
    if isinstance(record, records.Routine):
        return bool(state.routines.get(key))
    if isinstance(record, (records.Type, records.Domain)):
        return key in state.types
    return isinstance(record, _RELATIONS) and key in state.relations
