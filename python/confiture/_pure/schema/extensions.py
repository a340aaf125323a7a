"""Extensions."""

from __future__ import annotations

from confiture._pure.schema.objects import find, read_kind, require
from confiture._pure.schema.privileges import made
from confiture._pure.schema.reading import STRING, Reader, UnmodelledError
from confiture._pure.schema.records import Extension, Record
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import text_of

__all__ = ["alter_extension", "create_extension", "extension_of"]


def create_extension(state: State, reader: Reader, form: str) -> None:
    """``CREATE EXTENSION [IF NOT EXISTS] name [WITH] [SCHEMA s] [VERSION v] [CASCADE]``."""
    reader.expect("create")
    if reader.word() != "extension":
        _create_language(state, reader, form)
        return
    reader.expect("extension")
    reader.take("if", "not", "exists")
    name = reader.identifier()
    reader.take("with")
    extension = Extension(kind="extension", name=name, statement=state.statement)
    while not reader.is_done:
        if reader.take("schema"):
            extension.schema = reader.identifier()
        elif reader.take("version"):
            extension.version = _version(reader)
        elif reader.take("from"):
            _version(reader)
        elif not reader.take("cascade"):
            raise reader.refused("an option of an extension")
    _add(state, extension, form)


def _create_language(state: State, reader: Reader, form: str) -> None:
    """``CREATE LANGUAGE name`` without a handler: it makes the extension of that name."""
    reader.take("or", "replace")
    reader.take("trusted")
    reader.take("procedural")
    reader.expect("language")
    name = reader.string() if reader.kind() == STRING else reader.identifier()
    reader.expect_end()
    _add(state, Extension(kind="extension", name=name, statement=state.statement), form)


def _add(state: State, extension: Extension, form: str) -> None:
    key = ("extension", extension.name)
    if key in state.others:
        if form:
            return
        raise UnmodelledError("it is defined already")
    state.put(state.others, key, extension)
    made(state, extension)


def _version(reader: Reader) -> str:
    return reader.string() if reader.kind() == STRING else reader.identifier()


def extension_of(state: State, name: str) -> Extension:
    """The extension with a name.

    Raises:
        Missing: The text does not define it.
    """
    found = state.others.get(("extension", name))
    if not isinstance(found, Extension):
        raise Missing
    return found


def alter_extension(state: State, reader: Reader, form: str) -> None:
    """``ALTER EXTENSION name (UPDATE [TO v] | SET SCHEMA s | ADD object | DROP object)``."""
    reader.expect("alter", "extension")
    extension = extension_of(state, reader.identifier())
    if reader.take("update"):
        if reader.take("to"):
            state.change(extension, version=_version(reader))
        reader.expect_end()
    elif reader.take("set", "schema"):
        state.change(extension, schema=reader.identifier())
        reader.expect_end()
    else:
        verb = reader.take_any("add", "drop")
        if not verb:
            raise reader.refused("ADD or DROP")
        name = _member(state, reader)
        if verb == "add":
            state.put(extension.members, name, None)
        else:
            state.remove(extension.members, name)


def _member(state: State, reader: Reader) -> str:
    """Go past an object, and what it is called."""
    from confiture._pure.schema.structs import called

    start = reader.at
    kind = read_kind(reader)
    if not kind:
        raise reader.refused("a kind of object")
    try:
        found: Record | None = find(state, kind, reader)
    except UnmodelledError:
        found = None
    if found is None:
        return text_of(reader.part(start, reader.end))
    reader.expect_end()
    return called(require(found))
