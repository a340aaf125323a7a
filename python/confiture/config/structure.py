"""Plain values checked against the structs they are read into.

The structs' annotations say what is allowed; `msgspec.inspect` makes them data. `msgspec.convert` is
not used because its errors cannot say where a value stands or which key was meant, and because
references to variables are expanded on the way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

import msgspec.inspect as kinds

from confiture.config.documents import Document
from confiture.config.failures import (
    MISSING_KEY,
    NOT_A_MAPPING,
    UNKNOWN_KEY,
    WRONG_TYPE,
    KeyPath,
    Refusal,
    refusal,
)
from confiture.config.suggestions import listed, nearest
from confiture.config.variables import expand
from confiture.exceptions import ConfigurationError

T = TypeVar("T")

_EXPECTED: dict[type[kinds.Type], str] = {
    kinds.StrType: "a string",
    kinds.BoolType: "true or false",
    kinds.IntType: "a whole number",
    kinds.ListType: "a list",
    kinds.StructType: "a mapping",
}
_PYTHON_TYPES: dict[type[kinds.Type], type] = {
    kinds.StrType: str,
    kinds.BoolType: bool,
    kinds.IntType: int,
    kinds.ListType: list,
    kinds.StructType: dict,
    kinds.NoneType: type(None),
}
#: A bool is an int too, so it comes first. What is none of these is a date.
_GOT: tuple[tuple[type, str], ...] = (
    (type(None), "nothing (null)"),
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a decimal number"),
    (str, "a string"),
    (bytes, "binary data"),
    (list, "a list"),
    (dict, "a mapping"),
)
_HOW_TO_WRITE = {
    "true or false": "Write true or false, without quotes.",
    "a whole number": "Write a whole number, without quotes.",
    "a list": "Write a list: one '- item' in each line below the key.",
    "a mapping": "Write its keys below it, indented, as 'key: value'.",
}


def read_struct(
    document: Document,
    struct: type[T],
    *,
    given: Mapping[str, object],
    internal: Collection[str] = (),
    verbatim: Collection[KeyPath] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> T:
    """Read a document's mapping into `struct`.

    Values under fields of type ``Any`` are handed on as they are. In all other strings ``${NAME}`` is
    expanded. The structs refuse further values when they are made, by raising `Refusal`.

    Args:
        document: The document; its value has to be a mapping.
        struct: A msgspec Struct that forbids unknown fields.
        given: Fields that do not come from the document, whatever it says.
        internal: Fields of `struct` that are no keys of the document.
        verbatim: Paths of strings that are not expanded.
        elsewhere: Hints for keys at the top that people write although they belong somewhere else.

    Raises:
        ConfigurationError: The document is no such mapping (``CONFIG_006``), has an unknown key
            (``CONFIG_008``), a value of the wrong type (``CONFIG_009``) or lacks a key
            (``CONFIG_011``), `expand` refuses a reference, or a struct refuses a value. The first
            such place in the document is reported.
    """
    kind = kinds.type_info(struct)
    assert isinstance(kind, kinds.StructType)
    reader = _Reader(kind, frozenset(internal), frozenset(verbatim), elsewhere or {})
    try:
        if not isinstance(document.value, dict):
            raise _no_mapping(document.value)
        value: T = reader.struct(document.value, kind, (), given)
    except Refusal as error:
        raise placed(error, document) from None
    return value


def placed(error: Refusal, document: Document) -> ConfigurationError:
    """`error` with the place in `document` of the value it is about."""
    return error.in_file(document.source, document.offset(error.path, at_key=error.at_key))


class _Reader:
    def __init__(
        self,
        top: kinds.StructType,
        internal: frozenset[str],
        verbatim: frozenset[KeyPath],
        elsewhere: Mapping[str, str],
    ) -> None:
        self._top = top
        self._internal = internal
        self._verbatim = verbatim
        self._elsewhere = elsewhere

    def struct(
        self, value: dict[Any, Any], kind: kinds.StructType, path: KeyPath, given: Mapping[str, object]
    ) -> Any:
        fields = {field.name: field for field in kind.fields if path or field.name not in self._internal}
        read: dict[str, Any] = {}
        for key, item in value.items():
            if key not in fields:
                raise self._unknown_key(key, fields, path)
            read[key] = self._value(item, fields[key].type, (*path, key))
        read.update(given)
        for name, field in fields.items():
            if field.required and name not in read:
                raise refusal(
                    MISSING_KEY,
                    (*path, name),
                    "this key is missing",
                    f"Add '{name}:' with {_expected(field.type)}.",
                )
        try:
            return kind.cls(**read)
        except Refusal as error:
            raise error.below(path) from None

    def _value(self, value: Any, kind: kinds.Type, path: KeyPath) -> Any:
        if isinstance(kind, kinds.UnionType):
            member = next((member for member in kind.types if _fits(value, member)), None)
            if member is None:
                raise _wrong_type(value, kind, path)
            kind = member
        if not _fits(value, kind):
            raise _wrong_type(value, kind, path)
        if isinstance(kind, kinds.StructType):
            return self.struct(value, kind, path, {})
        if isinstance(kind, kinds.ListType):
            return [self._value(item, kind.item_type, (*path, at)) for at, item in enumerate(value)]
        if isinstance(kind, kinds.StrType) and path not in self._verbatim:
            return expand(value, path)
        return value

    def _unknown_key(self, key: object, fields: Collection[str], path: KeyPath) -> Refusal:
        word = str(key)
        hint = self._elsewhere.get(word) if not path else None
        if hint is None:
            near = nearest(word, fields)
            others = [place for name, place in _places(self._top, self._internal) if name == word]
            if near:
                hint = f"Did you mean '{near}'?"
            elif others:
                hint = f"Write it as {listed(others)}."
            else:
                hint = f"Known keys here: {listed(fields, 'and')}."
        reason = "there is no such key"
        if not isinstance(key, str):
            reason += f"; YAML reads it as {_described(key)}, not as a name"
        return refusal(UNKNOWN_KEY, (*path, key), reason, hint, at_key=True)


def _fits(value: object, kind: kinds.Type) -> bool:
    if isinstance(kind, kinds.AnyType):
        return True
    if isinstance(value, bool):
        return isinstance(kind, kinds.BoolType)
    return isinstance(value, _PYTHON_TYPES.get(type(kind), ()))


def _wrong_type(value: object, kind: kinds.Type, path: KeyPath) -> Refusal:
    got = _described(value)
    expected = _expected(kind)
    if value is None:
        hint = "Give it a value, or remove the key."
    elif "a string" in expected and not isinstance(value, (str, list, dict)):
        hint = "YAML reads this value that way: put it in quotes if it is meant as text."
    elif isinstance(value, str) and "${" in value:
        hint = "A variable always stands for a string: write the value itself."
    else:
        hint = _HOW_TO_WRITE.get(expected, f"Write {expected}.")
    return refusal(WRONG_TYPE, path, f"expected {expected}, got {got}", hint)


def _no_mapping(value: object) -> Refusal:
    reason = "the file is empty" if value is None else f"expected keys and values, got {_described(value)}"
    return refusal(NOT_A_MAPPING, (), reason, "Write keys and values, at least 'include_dirs: [db/schema]'.")


def _expected(kind: kinds.Type) -> str:
    members = kind.types if isinstance(kind, kinds.UnionType) else (kind,)
    return listed(_EXPECTED[type(member)] for member in members if not isinstance(member, kinds.NoneType))


def _described(value: object) -> str:
    for python_type, name in _GOT:
        if isinstance(value, python_type):
            return name
    return "a date"


def _places(kind: kinds.Type, internal: Collection[str], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each key at or below `kind` with its whole path."""
    if isinstance(kind, kinds.UnionType):
        for member in kind.types:
            yield from _places(member, internal, prefix)
    elif isinstance(kind, kinds.ListType):
        yield from _places(kind.item_type, internal, f"{prefix}[]")
    elif isinstance(kind, kinds.StructType):
        for field in kind.fields:
            if prefix or field.name not in internal:
                place = f"{prefix}.{field.name}" if prefix else field.name
                yield field.name, place
                yield from _places(field.type, internal, place)
