"""Lists of names and values: storage parameters, options of foreign objects, definitions."""

from __future__ import annotations

from collections.abc import Callable

from confiture._pure.schema.reading import Reader, UnmodelledError, string_of, unquoted
from confiture._pure.schema.records import Settings
from confiture._pure.schema.text import text_of

__all__ = ["change_fdw_options", "read_definition", "read_fdw_options", "read_parameters", "value_text"]


def value_text(reader: Reader) -> str:
    """All that is left as a value: a string without its quotes, anything else as written."""
    if reader.end - reader.at == 1:
        value = string_of(reader.text())
        if value is not None:
            return value
    return text_of(reader)


def read_parameters(group: Reader) -> Settings:
    """The storage parameters in a parenthesis: ``name [= value]``, names perhaps with a namespace.

    A value that is left out is ``true`` (``transformRelOptions`` in
    ``src/backend/access/common/reloptions.c``).
    """
    read = _read_named(group, lambda item: ".".join(item.parts()))
    return {name: "true" if value is None else value for name, value in read.items()}


def read_definition(group: Reader) -> Settings:
    """A definition in a parenthesis: ``name [= value]``."""
    return _read_named(group, lambda item: item.identifier())


def _read_named(group: Reader, read_name: Callable[[Reader], str]) -> Settings:
    found: Settings = {}
    for item in group.items():
        name = read_name(item)
        if item.take_sign("="):
            if item.is_done:
                raise item.refused("a value")
            found[name] = value_text(item)
        else:
            item.expect_end()
            found[name] = None
    return found


def read_fdw_options(group: Reader) -> Settings:
    """The options of a foreign object in a parenthesis: ``name 'value'``."""
    found: Settings = {}
    for item in group.items():
        name = unquoted(item.text())
        item.identifier()
        found[name] = item.string()
        item.expect_end()
    return found


def change_fdw_options(options: Settings, group: Reader) -> Settings:
    """Options after ``[ADD | SET | DROP] name 'value'`` in a parenthesis."""
    changed = dict(options)
    for item in group.items():
        action = item.take_any("add", "set", "drop") if item.is_name(1) else ""
        name = item.identifier()
        if action == "drop":
            if name not in changed:
                raise UnmodelledError("there is no such option")
            del changed[name]
        else:
            changed[name] = item.string()
        item.expect_end()
    return changed
