"""Makes the table of the fields of dbt's manifests and catalogs from the JSON Schemas that dbt prints.

In an environment of each dbt version: ``python build_support/dbt_fields.py print 1.8.json``. Then, anywhere:
``python build_support/dbt_fields.py merge 1.5.json ... 1.12.json``, which writes
``python/confiture/_pure/dbt/fields.txt``. The files are named after their versions, ``MAJOR.MINOR.json``.
``python build_support/dbt_fields.py structs`` writes the structs of the Rust crate, which are made from it.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLE = Path(__file__).parents[1] / "python" / "confiture" / "_pure" / "dbt" / "fields.txt"

STRUCTS = Path(__file__).parents[1] / "rust" / "core" / "src" / "dbt" / "records" / "structs.rs"

HEADER = """\
# The fields of dbt's manifests and catalogs, made by build_support/dbt_fields.py from dbt's own JSON Schemas.
#
# A record's line: its name, and "open" if it takes further fields. A field's line: its name, the shapes of
# its value, the dbt versions whose schemas have it, and in configs its default if it is a scalar. Shapes:
# null, boolean, integer, number, text, any, object, [shape] for a list, {shape} for an object with such
# values, another name for that record; "resource" is the record of the type that a unique id starts with.
# Manifest schemas: v9 is dbt 1.5, v10 is 1.6, v11 is 1.7, v12 is 1.8 and later.
"""

#: Collections of the manifest whose values are told apart by the start of their unique ids.
_MIXED = ("nodes", "disabled")

#: The resource type of each other collection.
_COLLECTIONS = {
    "sources": "source",
    "macros": "macro",
    "docs": "doc",
    "exposures": "exposure",
    "metrics": "metric",
    "groups": "group",
    "saved_queries": "saved_query",
    "semantic_models": "semantic_model",
    "unit_tests": "unit_test",
    "functions": "function",
}

#: The resource types of records whose schemas allow any type there.
_TITLES = {"SavedQuery": "saved_query", "SemanticModel": "semantic_model", "UnitTestDefinition": "unit_test"}

_SCALARS = {"null": "null", "boolean": "boolean", "integer": "integer", "number": "number", "string": "text"}

Version = tuple[int, int]


class Shape:
    """What a value can be: scalars, a list of some shape, an object."""

    def __init__(self) -> None:
        self.scalars: set[str] = set()
        self.element: Shape | None = None
        self.values: Shape | None = None
        self.record: Record | None = None


class Record:
    """An object of known fields."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.is_open = False
        self.fields: dict[str, tuple[Shape, set[Version]]] = {}
        self.defaults: dict[str, str] = {}


class Table:
    """The merged fields of all versions."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}

    def record(self, path: str) -> Record:
        """The record of a path."""
        return self.records.setdefault(path, Record(path))

    def read(self, schema: dict[str, Any], shape: Shape, path: str, version: Version) -> None:
        """Merge a schema into a shape."""
        for alternative in schema.get("anyOf", ()):
            self.read(alternative, shape, path, version)
        if "const" in schema:
            shape.scalars.add(_scalar_of(schema["const"]))
        elif "enum" in schema:
            shape.scalars |= {_scalar_of(value) for value in schema["enum"]}
        elif schema.get("type") == "array":
            self.read_list(schema, shape, path, version)
        elif schema.get("type") == "object":
            self.read_object(schema, shape, path, version)
        elif "type" in schema:
            shape.scalars.add(_SCALARS[schema["type"]])
        elif "anyOf" not in schema:
            shape.scalars.add("any")

    def read_list(self, schema: dict[str, Any], shape: Shape, path: str, version: Version) -> None:
        """Merge a list's schema."""
        shape.element = shape.element or Shape()
        if "prefixItems" in schema:
            for item in schema["prefixItems"]:
                self.read(item, shape.element, f"{path}.item", version)
        else:
            self.read(schema.get("items", {}), shape.element, f"{path}.item", version)

    def read_object(self, schema: dict[str, Any], shape: Shape, path: str, version: Version) -> None:
        """Merge an object's schema."""
        if "properties" not in schema:
            values = schema.get("additionalProperties")
            if isinstance(values, dict) and values:
                shape.values = shape.values or Shape()
                self.read(values, shape.values, f"{path}.value", version)
            else:
                shape.scalars.add("object")
            return
        shape.record = record = self.record(path)
        record.is_open |= schema.get("additionalProperties", True) is not False
        for name, value in schema["properties"].items():
            # What dbt keeps further fields in; it writes them beside the others.
            if name == "_extra":
                continue
            field, versions = record.fields.setdefault(name, (Shape(), set()))
            versions.add(version)
            default = value.get("default")
            if isinstance(default, bool | int | float | str):
                record.defaults[name] = json.dumps(default)
            self.read(value, field, f"{path}.{name}", version)


def _scalar_of(value: object) -> str:
    if value is None:
        return "null"
    return {bool: "boolean", int: "integer", float: "number", str: "text"}[type(value)]


def _plain(schema: Any, definitions: dict[str, Any]) -> Any:
    """A schema as later versions of dbt print it: references replaced, alternatives of one name.

    No record of dbt's refers to itself.
    """
    if isinstance(schema, list):
        return [_plain(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"title": name} | _plain(definitions[name], definitions)
    return {
        "anyOf" if key == "oneOf" else key: _plain(value, definitions)
        for key, value in schema.items()
        if key != "definitions"
    }


def merge(schemas: dict[Version, dict[str, Any]]) -> Table:
    """The table of all versions' schemas."""
    table = Table()
    manifest, catalog = table.record("manifest"), table.record("catalog")
    for version, schema in sorted(schemas.items()):
        for root, name in ((manifest, "manifest"), (catalog, "catalog")):
            part = _plain(schema[name], schema[name].get("definitions", {}))
            for name, value in part["properties"].items():
                field, versions = root.fields.setdefault(name, (Shape(), set()))
                versions.add(version)
                path = f"{root.path}.{name}"
                if root is manifest and name not in ("metadata", "selectors") and not name.endswith("_map"):
                    _read_collection(table, field, value, name, version)
                else:
                    table.read(value, field, path, version)
    return table


def _read_collection(table: Table, field: Shape, schema: dict[str, Any], name: str, version: Version) -> None:
    """Merge a collection of resources; those under mixed ids keep their own records."""
    scratch = Shape()
    target = scratch if name in _MIXED else field
    _read_resources(table, schema, target, _COLLECTIONS.get(name), version)
    if name in _MIXED:
        field.scalars |= scratch.scalars
        field.values = Shape()
        inner = field.values
        if name == "disabled":
            inner.element = inner = Shape()
        inner.scalars.add("resource")


def _read_resources(
    table: Table, schema: dict[str, Any], shape: Shape, only: str | None, version: Version
) -> None:
    for alternative in schema.get("anyOf", ()):
        _read_resources(table, alternative, shape, only, version)
    if schema.get("type") == "null":
        shape.scalars.add("null")
    if schema.get("type") != "object":
        return
    shape.values = shape.values or Shape()
    values = schema["additionalProperties"]
    values = values["items"] if values.get("type") == "array" else values
    for resource in values.get("anyOf", (values,)):
        # Singular and generic tests share a record, as they share the start of their ids.
        told = resource["properties"]["resource_type"]
        types = [told["const"]] if "const" in told else told.get("enum", ())
        constant = types[0] if len(types) == 1 else only or _TITLES[resource["title"]]
        table.read(resource, shape.values, constant.replace(" ", "_"), version)


def _ranges(versions: set[Version], known: list[Version]) -> str:
    runs: list[list[Version]] = []
    for index, version in enumerate(known):
        if version not in versions:
            continue
        if runs and index and runs[-1][-1] == known[index - 1]:
            runs[-1].append(version)
        else:
            runs.append([version])
    shown = [f"{_text(run[0])}-{_text(run[-1])}" if len(run) > 1 else _text(run[0]) for run in runs]
    return ",".join(shown)


def _text(version: Version) -> str:
    return ".".join(map(str, version))


def write(table: Table, known: list[Version]) -> str:
    """The table's text; records of the same fields are written once."""
    names = _unique_names(table)
    lines = [HEADER]
    written: set[str] = set()
    for path, record in table.records.items():
        if names[path] in written:
            continue
        written.add(names[path])
        lines.append(f"\n{names[path]}{' open' if record.is_open else ''}\n")
        for field, (shape, versions) in record.fields.items():
            default = record.defaults.get(field)
            ending = f"  {default}" if default is not None and ".config" in path else ""
            lines.append(f"  {field}  {_shape_text(shape, names)}  {_ranges(versions, known)}{ending}\n")
    return "".join(lines)


def _unique_names(table: Table) -> dict[str, str]:
    """A name for each record's path: that of the first record that has the same body."""
    names = {path: path for path in table.records}
    while True:
        bodies: dict[str, str] = {}
        changed = False
        for path, record in table.records.items():
            fields = [f"{field} {_shape_text(shape, names)}" for field, (shape, _) in record.fields.items()]
            body = "\n".join([str(record.is_open), *fields])
            # A resource's own record keeps its name, whatever else looks like it.
            first = path if "." not in path else bodies.setdefault(body, path)
            changed |= names[path] != first
            names[path] = first
        if not changed:
            return names


def _shape_text(shape: Shape, names: dict[str, str]) -> str:
    if "any" in shape.scalars:
        return "any"
    parts = sorted(shape.scalars)
    if "number" in parts and "integer" in parts:
        parts.remove("integer")
    if shape.element is not None:
        parts.append(f"[{_shape_text(shape.element, names)}]")
    objects = [shape.record is not None, shape.values is not None, "object" in shape.scalars]
    if sum(objects) > 1:
        parts = [part for part in parts if part != "object"]
        parts.append("object")
    elif shape.record is not None:
        parts.append(names[shape.record.path])
    elif shape.values is not None:
        parts.append("{" + _shape_text(shape.values, names) + "}")
    return "|".join(parts)


#: What fields are called that Rust does not allow as names.
_KEYWORDS = {"type": "r#type", "as": "r#as", "where": "r#where"}

_RUST_TYPES = {
    "boolean": "bool",
    "integer": "Integer<'a>",
    "number": "Number<'a>",
    "text": "JsonText<'a>",
}

_STRUCTS_HEADER = """\
//! The structs of all resources and of what they consist of: made by `build_support/dbt_fields.py` from
//! the table of fields, never by hand.

use super::{Entries, Integer, Member, Number, Read, Value, records, resources};
use crate::dbt::json::JsonText;

"""


def structs(table: str) -> str:
    """The structs of a table, as Rust."""
    records: dict[str, list[tuple[str, str]]] = {}
    for line in table.splitlines():
        if line.startswith("  "):
            field, shape, *_ = line.strip().split("  ")
            records[next(reversed(records))].append((field, shape))
        elif line and not line.startswith("#"):
            records[line.split(" ")[0]] = []
    # The documents hold resources by their unique ids, which `Manifest` finds.
    kept = {path: fields for path, fields in records.items() if path not in ("manifest", "catalog")}
    lines = [_STRUCTS_HEADER, "resources! {\n"]
    for path in kept:
        if "." not in path:
            lines.append(f'    {_struct_name(path)} = "{_kind(path)}",\n')
    lines.append("}\n\nrecords! {\n")
    for path, fields in kept.items():
        lines.append(f'    {_struct_name(path)} = "{path}" {{\n')
        for field, shape in fields:
            name = _KEYWORDS.get(field, field.replace("-", "_").lstrip("_"))
            lines.append(f'        {name}: {_rust_type(shape, records)} = "{field}",\n')
        lines.append("    }\n")
    lines.append("}\n")
    return "".join(lines)


def _kind(path: str) -> str:
    return "sql operation" if path == "sql_operation" else path


def _struct_name(path: str) -> str:
    words = re.split(r"[._-]", path)
    return "".join(word.capitalize() for word in words)


def _rust_type(shape: str, records: Mapping[str, object], *, is_inside: bool = False) -> str:
    """The type of a shape; inside of others, null is told apart."""
    # Not above: to print schemas, Confiture need not be there.
    from confiture._pure.dbt.fields import alternatives

    parts = alternatives(shape)
    told = [part for part in parts if part != "null"]
    if len(told) != 1:
        return "Value<'a>"
    part = told[0]
    if part.startswith("["):
        kind = f"Vec<{_rust_type(part[1:-1], records, is_inside=True)}>"
    elif part.startswith("{"):
        kind = f"Entries<'a, {_rust_type(part[1:-1], records, is_inside=True)}>"
    elif part in records:
        kind = f"{_struct_name(part)}<'a>"
    else:
        kind = _RUST_TYPES.get(part, "Value<'a>")
    return f"Member<'a, {kind}>" if is_inside and "null" in parts else kind


def print_schemas(target: Path) -> None:
    """Write the JSON Schemas of the dbt that is installed."""
    try:
        manifests = import_module("dbt.artifacts.schemas.manifest")
        catalogs = import_module("dbt.artifacts.schemas.catalog")
    except ModuleNotFoundError:
        # Before dbt 1.8.
        manifests = import_module("dbt.contracts.graph.manifest")
        catalogs = import_module("dbt.contracts.results")
    schemas = {
        "manifest": manifests.WritableManifest.json_schema(),
        "catalog": catalogs.CatalogArtifact.json_schema(),
    }
    target.write_text(json.dumps(schemas))


def main(command: str, *paths: str) -> None:
    """Run ``print FILE``, ``merge FILE...`` or ``structs``."""
    if command == "print":
        print_schemas(Path(paths[0]))
        return
    if command == "structs":
        STRUCTS.write_text(structs(TABLE.read_text()))
        return
    schemas = {}
    for path in map(Path, paths):
        match = re.fullmatch(r"(\d+)\.(\d+)", path.stem)
        if match is None:
            sys.exit(f"{path} is not named after a dbt version.")
        schemas[int(match[1]), int(match[2])] = json.loads(path.read_text())
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(write(merge(schemas), sorted(schemas)))


if __name__ == "__main__":
    main(*sys.argv[1:])
