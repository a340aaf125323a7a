"""Triggers and event triggers."""

from __future__ import annotations

from confiture._pure.schema.dropping import drop_trigger
from confiture._pure.schema.edges import add_references, missing_name
from confiture._pure.schema.partitions import clone_trigger
from confiture._pure.schema.reading import STRING, Name, Reader, RefusedError, UnmodelledError
from confiture._pure.schema.records import Relation, Routine, Table, Trigger
from confiture._pure.schema.references import Reference
from confiture._pure.schema.routines import depends_on
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import expression_text, text_of

__all__ = ["alter_event_trigger", "alter_trigger", "create_event_trigger", "create_trigger"]

_EVENTS = ("insert", "update", "delete", "truncate")
ENABLED = {
    ("enable",): "origin",
    ("enable", "replica"): "replica",
    ("enable", "always"): "always",
    ("disable",): "disabled",
}


def create_trigger(state: State, reader: Reader, form: str) -> None:
    """``CREATE [OR REPLACE] [CONSTRAINT] TRIGGER``."""
    reader.expect("create")
    reader.take("or", "replace")
    trigger = Trigger(kind="trigger", statement=state.statement)
    trigger.is_constraint = reader.take("constraint")
    reader.expect("trigger")
    trigger.name = reader.identifier()
    _read_events(reader, trigger)
    reader.expect("on")
    written = reader.name()
    if reader.take("from"):
        referenced = reader.name()
        trigger.referenced_name = (referenced.schema, referenced.name)
    while not reader.is_done:
        if reader.take("not", "deferrable"):
            trigger.is_deferrable = False
        elif reader.take("deferrable"):
            trigger.is_deferrable = True
        elif reader.take("initially", "deferred"):
            trigger.is_deferrable = trigger.is_deferred = True
        elif not reader.take("initially", "immediate"):
            break
    if reader.take("referencing"):
        _read_transitions(reader, trigger)
    if reader.take("for"):
        reader.take("each")
        level = reader.take_any("row", "statement")
        if not level:
            raise reader.refused("ROW")
        trigger.is_for_each_row = level == "row"
    condition = None
    if reader.take("when"):
        condition = reader.group()
        trigger.when = expression_text(condition)
    function = _read_call(reader, trigger)
    reader.expect_end()
    table = state.relation(written)
    if not isinstance(table, Relation):
        raise Missing
    trigger.table, trigger.schema = table, table.schema
    known = table.triggers.get(trigger.name)
    if known is not None:
        if form != "or_replace":
            raise UnmodelledError("it is defined already")
        if known.parent is not None:
            raise UnmodelledError("it is that of the partitioned table")
        trigger.comment = known.comment
        drop_trigger(state, known)
    state.put(table.triggers, trigger.name, trigger)
    state.need(trigger, table, "trigger")
    if trigger.referenced_name is not None:
        found = state.relation(Name(*trigger.referenced_name))
        if isinstance(found, Table):
            trigger.referenced = found
            state.need(trigger, found, "trigger")
    call(state, trigger, function)
    if condition is not None:
        add_references(state, trigger, condition, "trigger")
    if isinstance(table, Table) and table.partition_by is not None and trigger.is_for_each_row:
        for child in list(table.children):
            clone_trigger(state, trigger, child)


def _read_events(reader: Reader, trigger: Trigger) -> None:
    timing = reader.take_any("before", "after")
    if not timing:
        reader.expect("instead", "of")
        timing = "instead of"
    trigger.timing = timing
    events: set[str] = set()
    while True:
        event = reader.take_any(*_EVENTS)
        if not event or event in events:
            raise reader.refused("an event")
        events.add(event)
        if event == "update" and reader.take("of"):
            trigger.update_columns = tuple(reader.identifiers())
        if not reader.take("or"):
            break
    trigger.events = tuple(event for event in _EVENTS if event in events)


def _read_transitions(reader: Reader, trigger: Trigger) -> None:
    while reader.word() in ("old", "new"):
        when = reader.take_any("old", "new")
        reader.take_any("table", "row")
        reader.take("as")
        name = reader.identifier()
        if when == "old":
            trigger.old_table = name
        else:
            trigger.new_table = name


def _read_call(reader: Reader, trigger: Trigger) -> Name:
    reader.expect("execute")
    if not reader.take_any("function", "procedure"):
        raise reader.refused("FUNCTION")
    function = reader.name()
    arguments: list[str] = []
    for item in reader.group().items():
        if item.kind() == STRING:
            arguments.append(item.string())
        elif item.is_name():
            arguments.append(item.identifier())
        else:
            arguments.append(text_of(item))
            item.at = item.end
        item.expect_end()
    trigger.arguments = tuple(arguments)
    return function


def call(state: State, trigger: Trigger, name: Name) -> None:
    """Let a trigger call the function of a name, now or once it is defined."""
    trigger.function_name = (name.schema, name.name)
    path, statement = state.path, state.statement

    def find(state: State, *, is_late: bool) -> bool:
        found = [routine for routine in state.overloads(name, path) if _can_be_called(routine)]
        if not found:
            return False
        state.change(trigger, function=found[0])
        state.need(trigger, found[0], "trigger_function", is_late=is_late)
        return True

    def again(state: State) -> None:
        if trigger.is_dropped:
            return
        state.statement = statement
        if not find(state, is_late=True) and not state.is_system("routine", name):
            called = missing_name(Reference("routine", name))
            state.need(trigger, None, "trigger_function", missing=called)

    if not find(state, is_late=False):
        state.later(again)


def _can_be_called(routine: Routine) -> bool:
    return routine.kind == "function" and not any(
        parameter.mode in ("in", "inout", "variadic") for parameter in routine.parameters
    )


def alter_trigger(state: State, reader: Reader, form: str) -> None:
    """``ALTER TRIGGER name ON table (RENAME TO new | [NO] DEPENDS ON EXTENSION e)``."""
    reader.expect("alter", "trigger")
    name = reader.identifier()
    reader.expect("on")
    table = state.relation(reader.name())
    trigger = table.triggers.get(name) if isinstance(table, Relation) else None
    if trigger is None:
        raise Missing
    if not reader.take("rename", "to"):
        # Both have what they go away with.
        depends_on(state, reader, trigger)  # type: ignore[arg-type]
        return
    new = reader.identifier()
    reader.expect_end()
    work = [trigger]
    while work:
        each = work.pop()
        owner = each.table
        if owner is None or new in owner.triggers:
            raise UnmodelledError("it is defined already")
        old = each.name
        state.remove(owner.triggers, old)
        state.put(owner.triggers, new, each)
        state.change(each, name=new)
        for child in owner.children if isinstance(owner, Table) else ():
            clone = child.triggers.get(old)
            if clone is not None and clone.parent is each:
                work.append(clone)


def create_event_trigger(state: State, reader: Reader, form: str) -> None:
    """``CREATE EVENT TRIGGER name ON event [WHEN TAG IN (…)] EXECUTE FUNCTION f()``."""
    reader.expect("create", "event", "trigger")
    trigger = Trigger(kind="event_trigger", statement=state.statement)
    trigger.name = reader.identifier()
    reader.expect("on")
    trigger.event = reader.identifier()
    tags: list[str] = []
    if reader.take("when"):
        while True:
            if reader.identifier() != "tag":
                raise UnmodelledError("event triggers are filtered by tags")
            reader.expect("in")
            for item in reader.group().items():
                tags.append(item.string())
                item.expect_end()
            if not reader.take("and"):
                break
    trigger.tags = tuple(tags)
    function = _read_call(reader, trigger)
    reader.expect_end()
    key = ("event_trigger", trigger.name)
    if key in state.others:
        raise UnmodelledError("it is defined already")
    trigger.owner = state.role
    state.put(state.others, key, trigger)
    call(state, trigger, function)


def alter_event_trigger(state: State, reader: Reader, trigger: Trigger) -> None:
    """``ENABLE`` and ``DISABLE`` of an event trigger."""
    state.change(trigger, enabled=read_enabled(reader))
    reader.expect_end()


def read_enabled(reader: Reader) -> str:
    """Go past ``ENABLE [REPLICA | ALWAYS]`` or ``DISABLE``."""
    for words, enabled in sorted(ENABLED.items(), key=lambda item: -len(item[0])):
        if reader.take(*words):
            return enabled
    raise RefusedError("ENABLE or DISABLE is expected")
