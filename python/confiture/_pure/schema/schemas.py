"""``CREATE SCHEMA`` with what it holds, and what the schema of a statement is: ``SET search_path``."""

from __future__ import annotations

from collections.abc import Callable

from confiture._pure.naming import name_of
from confiture._pure.schema.mentions import names_in_string
from confiture._pure.schema.privileges import made, read_role
from confiture._pure.schema.reading import STRING, WORD, Reader, RefusedError, UnmodelledError, string_of
from confiture._pure.schema.records import Record
from confiture._pure.schema.state import State

__all__ = ["create_schema", "follow_select", "follow_setting"]

_ELEMENTS = ("create", "grant")
#: What an element of a schema can be.
_ELEMENT_TAGS = ("CREATE TABLE", "CREATE VIEW", "CREATE INDEX", "CREATE SEQUENCE", "CREATE TRIGGER", "GRANT")


def create_schema(
    state: State,
    reader: Reader,
    form: str,
    apply: Callable[[str, str, Reader], None],
) -> None:
    """``CREATE SCHEMA [IF NOT EXISTS] [name] [AUTHORIZATION role] [elements]``.

    `apply` applies an element, of which it gets the kind, the form and the tokens.
    """
    reader.expect("create", "schema")
    reader.take("if", "not", "exists")
    owner: str | None = None
    name = ""
    if not reader.are_words("authorization"):
        name = reader.identifier()
    has_owner = reader.take("authorization")
    if has_owner:
        owner = read_role(state, reader)
        if not name:
            if owner is None:
                raise UnmodelledError("the schema has the name of an unknown role")
            name = owner
    elements = _elements(reader)
    if ("schema", name) in state.others:
        if not form:
            raise UnmodelledError("it is defined already")
        return
    record = Record(kind="schema", name=name, statement=state.statement)
    state.put(state.others, ("schema", name), record)
    made(state, record)
    if has_owner:
        record.owner = owner
    path, role = state.path, state.role
    state.path = (name, *path)
    if has_owner:
        state.role = owner
    try:
        for kind, element_form, element in elements:
            apply(kind, element_form, element)
    finally:
        state.path, state.role = path, role


def _elements(reader: Reader) -> list[tuple[str, str, Reader]]:
    """Go past the elements of a schema: kind, form and tokens of each, in the order of their making."""
    found: list[tuple[str, str, Reader]] = []
    if not reader.is_done and reader.word() not in _ELEMENTS:
        raise reader.refused("an element of a schema")
    while not reader.is_done:
        start = reader.at
        reader.at += 1
        while not reader.is_done and not (reader.word() in _ELEMENTS and _starts_element(reader)):
            reader.skip()
        element = reader.part(start, reader.at)
        tokens = [(element.kinds[at], element.texts[at].encode()) for at in range(start, element.end)]
        kind, _, form = name_of(tokens)
        if kind not in _ELEMENT_TAGS:
            raise RefusedError("a schema has no such element")
        found.append((kind, form, element))
    order = {tag: place for place, tag in enumerate(("CREATE SEQUENCE", "CREATE TABLE", "CREATE VIEW"))}
    return sorted(found, key=lambda element: order.get(element[0], 3 + (element[0] == "GRANT")))


def _starts_element(reader: Reader) -> bool:
    if reader.word() == "grant":
        return reader.texts[reader.at - 1] not in ("with", ".")
    return reader.kind(1) == WORD and reader.texts[reader.at - 1] != "."


def follow_setting(state: State, reader: Reader) -> None:
    """Follow a ``SET`` or ``RESET`` of what matters to later statements."""
    if reader.take("reset"):
        if reader.take("search_path"):
            state.set_lasting(path=("public",))
        elif reader.take("role"):
            state.set_lasting(role=state.session_role)
        elif reader.take("session", "authorization"):
            state.set_lasting(role=None, session_role=None)
        elif reader.take("all"):
            state.set_lasting(path=("public",))
        return
    reader.expect("set")
    changed = state.set_lasting
    if not reader.is_sign(".", 1) and not reader.are_words("session", "authorization"):
        if reader.take("local"):
            changed = state.set_local
        else:
            reader.take("session")
    if reader.take("session", "authorization"):
        role = None if reader.take("default") else _value(reader)
        changed(role=role, session_role=role)
    elif reader.take("role"):
        reader.take_any("to") or reader.take_sign("=")
        role = _value(reader)
        changed(role=state.session_role if role == "none" else role)
    elif reader.take("schema"):
        changed(path=_path([_value(reader)]))
    elif reader.take("search_path"):
        if not (reader.take_any("to") or reader.take_sign("=")):
            return
        if reader.take("default"):
            changed(path=("public",))
            return
        changed(path=_path([_value(item) for item in reader.items()]))


def _value(reader: Reader) -> str:
    if reader.kind() == STRING:
        return string_of(reader.text()) or ""
    return reader.identifier() if reader.is_name() else reader.text()


def _path(schemas: list[str]) -> tuple[str, ...]:
    return tuple(schema for schema in schemas if schema and schema != "$user")


def follow_select(state: State, reader: Reader) -> None:
    """Follow a ``SELECT`` that consists of a ``set_config`` of the search path."""
    if not reader.take("select"):
        return
    if reader.are_words("pg_catalog") and reader.is_sign(".", 1):
        reader.at += 2
    if not reader.take("set_config") or not reader.is_group():
        return
    group = reader.group()
    items = group.items()
    if not reader.is_done or len(items) < 2 or items[0].text().lower() != "'search_path'":
        return
    value = string_of(items[1].text()) if items[1].kind() == STRING else None
    if value is not None:
        state.set_lasting(path=_path([_unquoted(part) for part in value.split(",")]))


def _unquoted(part: str) -> str:
    name, _ = names_in_string(part.strip()) if part.strip() else (None, 0)
    return part.strip() if name is None else name.name
