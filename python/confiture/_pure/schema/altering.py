"""``ALTER`` of what is no relation: what all kinds have in common, and what each has of its own."""

from __future__ import annotations

from confiture._pure.schema.definitions import alter_definition
from confiture._pure.schema.objects import find, read_kind
from confiture._pure.schema.owners import set_owner
from confiture._pure.schema.privileges import read_role
from confiture._pure.schema.reading import Reader, UnmodelledError
from confiture._pure.schema.records import Definition, Domain, Record, Relation, Routine, Trigger, Type
from confiture._pure.schema.renaming import move, rename
from confiture._pure.schema.routines import alter_options
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.triggers import alter_event_trigger
from confiture._pure.schema.types_and_domains import alter_domain, alter_type

__all__ = ["alter_object"]


def alter_object(state: State, reader: Reader, form: str, tag: str) -> None:
    """``ALTER kind name …``."""
    reader.expect("alter")
    kind = read_kind(reader)
    if not kind:
        raise reader.refused("a kind of object")
    if kind == "large_object":
        raise UnmodelledError("it is no object of a schema")
    may_miss = reader.take("if", "exists")
    record = find(state, kind, reader)
    if reader.is_done:
        raise reader.refused("an action")
    if record is None:
        if may_miss:
            return
        raise Missing
    if isinstance(record, Relation):
        raise UnmodelledError(f"it is no {kind.replace('_', ' ')}")
    if _common(state, reader, record):
        reader.expect_end()
        return
    if isinstance(record, Routine):
        alter_options(state, reader, record)
    elif isinstance(record, Domain) and kind == "domain":
        alter_domain(state, reader, record)
    elif isinstance(record, Type) and kind == "type":
        alter_type(state, reader, record)
    elif isinstance(record, Trigger):
        alter_event_trigger(state, reader, record)
    elif isinstance(record, Definition):
        alter_definition(state, reader, record)
    else:
        raise reader.refused("an action")


def _common(state: State, reader: Reader, record: Record) -> bool:
    if reader.take("rename", "to"):
        name = reader.identifier()
        reader.expect_end()
        rename(state, record, name)
    elif reader.are_words("set", "schema") and reader.end - reader.at == 3:
        reader.at += 2
        move(state, record, reader.identifier())
    elif reader.take("owner", "to"):
        owner = read_role(state, reader)
        reader.expect_end()
        set_owner(state, record, owner)
    else:
        return False
    return True
