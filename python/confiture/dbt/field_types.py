"""What values must be before they become parts of an extraction.

Known fields of known versions are checked when a document is loaded. Resources of unknown types, and what
newer versions of dbt wrote, are kept as they are; here their values are checked when they are used.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any, cast

from confiture._manifest_failures import wrong_field
from confiture.dbt.loading import is_encodable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from confiture._interface import DbtResourceRow

__all__ = [
    "CATALOG_COLUMN",
    "COLUMN",
    "CONFIG",
    "RESOURCE",
    "FieldTypes",
    "path_below",
    "path_of",
    "surrogate_path",
]

_WORDS: dict[type, str] = {
    NoneType: "null",
    bool: "a boolean",
    int: "an integer",
    float: "a float",
    str: "a string",
    list: "a list",
    dict: "an object",
}

_Kinds = frozenset[type]

_ANY: _Kinds = frozenset(_WORDS)
_TEXT: _Kinds = frozenset((NoneType, str))
_LIST: _Kinds = frozenset((NoneType, list))
_OBJECT: _Kinds = frozenset((NoneType, dict))
_TEXTS: _Kinds = frozenset((NoneType, str, list))

#: The fields of resources that are no text.
RESOURCE: dict[str, _Kinds] = {
    "fqn": _LIST,
    "version": frozenset((NoneType, int, float, str)),
    "owner": _OBJECT,
    "tags": _TEXTS,
    "meta": _OBJECT,
    "source_meta": _OBJECT,
    "checksum": frozenset((NoneType, str, dict)),
    "columns": _OBJECT,
    "freshness": _ANY,
    "loaded_at_field": _ANY,
    "loaded_at_query": _ANY,
}

#: The same of configs and of columns.
CONFIG: dict[str, _Kinds] = {"tags": _TEXTS, "meta": _OBJECT}
COLUMN: dict[str, _Kinds] = {"tags": _TEXTS, "meta": _OBJECT}
CATALOG_COLUMN: dict[str, _Kinds] = {"index": frozenset((NoneType, int))}

#: Fields that are lists of texts where they are lists.
_OF_TEXTS = ("fqn", "tags")


class FieldTypes:
    """The types of some fields of many objects: texts or null, unless said otherwise.

    The types of most objects are those of one before, so what was found right once is remembered.

    Args:
        artifact: ``"manifest"`` or ``"catalog"``.
        names: The fields.
        others: The kinds of those that are no text.
    """

    def __init__(self, artifact: str, names: Sequence[str], others: Mapping[str, _Kinds]) -> None:
        self._artifact = artifact
        self._names = names
        self._kinds = [others.get(name, _TEXT) for name in names]
        self._lists = [position for position, name in enumerate(names) if name in _OF_TEXTS]
        self._right: set[tuple[type, ...]] = set()

    def check(self, row: DbtResourceRow, below: Sequence[str], values: Sequence[Any]) -> None:
        """Check an object's values.

        Args:
            row: The resource that it belongs to.
            below: The keys that lead to it from there.
            values: The values of the fields.

        Raises:
            ManifestError: One is of a wrong type.
        """
        types = tuple(map(type, values))
        if types not in self._right:
            for name, value, kinds in zip(self._names, values, self._kinds, strict=True):
                if type(value) not in kinds:
                    self._refuse(row, (*below, name), value, kinds)
            self._right.add(types)
        for position in self._lists:
            value = values[position]
            if type(value) is list:
                for index, item in enumerate(value):
                    if type(item) is not str:
                        self._refuse(row, (*below, self._names[position], index), item, frozenset((str,)))

    def check_object(self, row: DbtResourceRow, below: Sequence[str], value: Any) -> dict[str, Any]:
        """The value, which has to be an object.

        Raises:
            ManifestError: It is none.
        """
        if type(value) is not dict:
            self._refuse(row, below, value, frozenset((dict,)))
        return cast("dict[str, Any]", value)

    def _refuse(
        self,
        row: DbtResourceRow,
        keys: Sequence[str | int],
        value: object,
        kinds: _Kinds,
    ) -> None:
        expected = " or ".join(word for kind, word in _WORDS.items() if kind in kinds)
        path = path_below(path_of(row), keys)
        raise wrong_field(self._artifact, row[0], path, expected, _WORDS[type(value)])


def path_of(row: DbtResourceRow) -> str:
    """The path of a resource, as it is written in messages."""
    return path_below("", (row[2], row[0]))


def path_below(path: str, keys: Sequence[str | int]) -> str:
    """The path that keys and indices lead to from another one."""
    for key in keys:
        if isinstance(key, int):
            path += f"[{key}]"
        elif key.isascii() and key.isidentifier():
            path += f".{key}" if path else key
        else:
            path += f'["{key.encode(errors="backslashreplace").decode()}"]'
    return path


def surrogate_path(path: str, value: object) -> str | None:
    """The path of the first text in a value that has unpaired surrogates; None if none has.

    Args:
        path: The path of the value.
        value: What JSON is read as.
    """
    pending = [(path, value)]
    while pending:
        place, found = pending.pop()
        if isinstance(found, str):
            if not is_encodable(found):
                return place
        elif isinstance(found, list | dict):
            pending.extend(reversed([*_members(place, found)]))
    return None


def _members(path: str, value: list[Any] | dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        place = path_below(path, (key,))
        if isinstance(key, str):
            yield place, key
        yield place, item
