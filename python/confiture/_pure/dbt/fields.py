"""The fields that dbt's manifests and catalogs are known to have: ``fields.txt``, which both engines read."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

__all__ = ["ANY", "BOOLEAN", "FLOAT", "INTEGER", "LIST", "NULL", "OBJECT", "TEXT", "Record", "Shape"]
__all__ += ["alternatives", "describe", "record", "resource_shape"]

NULL, BOOLEAN, INTEGER, FLOAT, TEXT, LIST, OBJECT = (1 << bit for bit in range(7))

_NAMES = ("null", "a boolean", "an integer", "a float", "a string", "a list", "an object")

_SCALARS = {
    "null": NULL,
    "boolean": BOOLEAN,
    "integer": INTEGER,
    "number": INTEGER | FLOAT,
    "text": TEXT,
    "object": OBJECT,
}


def describe(kinds: int) -> str:
    """The kinds of a set in words, such as ``null or a string``."""
    return " or ".join(name for bit, name in enumerate(_NAMES) if kinds & 1 << bit)


class Shape:
    """What a value can be.

    Attributes:
        kinds: The allowed kinds, as a set of bits.
        element: Shape of a list's elements.
        values: Shape of an object's values, if it is no record.
        record: The object's record.
        is_resource: Whether the unique id it stands under tells the shape.
    """

    __slots__ = ("element", "is_resource", "kinds", "record", "values")

    def __init__(self, kinds: int) -> None:
        self.kinds = kinds
        self.element: Shape = self
        self.values: Shape = self
        self.record: Record | None = None
        self.is_resource = False


class Record:
    """An object of known fields.

    Attributes:
        name: Its name in the table.
        is_open: Whether dbt's schemas allow further fields.
        fields: Shapes by the names of fields.
        versions: The dbt versions that have each field.
        defaults: What fields of configs have where nothing was said.
    """

    __slots__ = ("defaults", "fields", "is_open", "name", "versions")

    def __init__(self, name: str, is_open: bool) -> None:
        self.name = name
        self.is_open = is_open
        self.fields: dict[str, Shape] = {}
        self.versions: dict[str, str] = {}
        self.defaults: dict[str, object] = {}


#: The shape of what may be anything.
ANY = Shape(127)

_RESOURCE = Shape(127)
_RESOURCE.is_resource = True


class _Table:
    def __init__(self, text: str) -> None:
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        heads = [line for line in lines if not line.startswith(" ")]
        self.records = {(name := head.split(" ")[0]): Record(name, head.endswith(" open")) for head in heads}
        self._shapes: dict[str, Shape] = {"any": ANY, "resource": _RESOURCE}
        self.resources = {
            "sql operation" if name == "sql_operation" else name: self.shape(name)
            for name in self.records
            if "." not in name and name not in ("manifest", "catalog")
        }
        current = Record("", False)
        for line in lines:
            if not line.startswith(" "):
                current = self.records[line.split(" ")[0]]
                continue
            name, written, versions, *default = line.strip().split("  ")
            current.fields[name] = self.shape(written)
            current.versions[name] = versions
            if default:
                current.defaults[name] = json.loads(default[0])

    def shape(self, written: str) -> Shape:
        """The shape that is written so. The table is nested a few levels deep, and no input is in it."""
        shape = self._shapes.get(written)
        if shape is not None:
            return shape
        self._shapes[written] = shape = Shape(0)
        shape.element = shape.values = ANY
        for part in alternatives(written):
            if part.startswith("["):
                shape.kinds |= LIST
                shape.element = self.shape(part[1:-1])
            elif part.startswith("{"):
                shape.kinds |= OBJECT
                shape.values = self.shape(part[1:-1])
            elif part in self.records:
                shape.kinds |= OBJECT
                shape.record = self.records[part]
            else:
                shape.kinds |= _SCALARS[part]
        return shape


def alternatives(written: str) -> list[str]:
    """The parts of a shape between bars that are in no brackets."""
    depth, parts = 0, [""]
    for character in written:
        depth += (character in "[{") - (character in "]}")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


@cache
def _table() -> _Table:
    return _Table(Path(__file__).with_name("fields.txt").read_text(encoding="utf-8"))


def record(name: str) -> Record:
    """The record of a name."""
    return _table().records[name]


def resource_shape(unique_id: str) -> Shape:
    """The shape of the resource with a unique id."""
    return _table().resources.get(unique_id.split(".", 1)[0], ANY)
