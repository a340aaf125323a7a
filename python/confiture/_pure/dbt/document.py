"""A manifest or catalog as Python objects, with the native handle's methods.

`reading` reads it. Where that fails, or a known field has a value of another type, `explain` reads the text
again to tell.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any

from confiture import _manifest_failures as failures
from confiture._pure.dbt import fields, layouts
from confiture._pure.dbt.explaining import KNOWN_VERSIONS, NEWEST_PRINTED, explain, is_of_later_dbt
from confiture._pure.dbt.extraction import copied, told_config
from confiture._pure.dbt.fields import ANY, BOOLEAN, FLOAT, INTEGER, LIST, NULL, OBJECT, TEXT
from confiture._pure.dbt.graph import Graph
from confiture._pure.dbt.reading import Doubtful, parsed
from confiture._pure.dbt.scanning import has_surrogates
from confiture._pure.dbt.walking import ASIDE_SECTIONS, DEEPEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._pure.dbt.fields import Shape

__all__ = ["DbtDocument", "load_dbt"]

_LONGEST = 2**32 - 1

#: Collections that dependencies do not lead to or from.
_WITHOUT_DEPENDENCIES = ("macros", "docs", "groups")

_KINDS: dict[type, int] = {
    type(None): NULL,
    bool: BOOLEAN,
    int: INTEGER,
    float: FLOAT,
    str: TEXT,
    list: LIST,
    dict: OBJECT,
}

_VERSION_START = "https://schemas.getdbt.com/dbt/"


def load_dbt(source: bytes | str, *, artifact: str = "manifest", strict: bool = False) -> DbtDocument:
    """Read a manifest or a catalog; ``_core.pyi`` documents it."""
    if artifact not in ("manifest", "catalog"):
        raise ValueError(f'unknown artifact "{artifact}"')
    path = None
    if isinstance(source, bytes):
        content = source
    else:
        path = os.fspath(source)
        try:
            with open(path, "rb") as file:
                content = file.read()
        except OSError as error:
            raise failures.manifest_unreadable(path, error.errno or 22, artifact) from error
    if not content:
        raise failures.manifest_refused("empty", path, artifact, (0, 1, 1, ""), "", "")
    if len(content) > _LONGEST:
        raise failures.manifest_refused("too_long", path, artifact, (0, 1, 1, ""), "", "")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(content, error.start, path, artifact) from None
    try:
        document = _document(content, text, artifact, strict)
    except (ValueError, RecursionError, Doubtful):
        problem = explain(content, artifact, strict)
        if problem is not None:
            place = (problem.offset, problem.line, problem.column, problem.path)
            raise failures.manifest_refused(
                problem.kind, path, artifact, place, problem.expected, problem.found
            ) from None
        raise
    return document


def _document(content: bytes, text: str, artifact: str, strict: bool) -> DbtDocument:
    """The document, made while the garbage collector waits: it would look through all again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        document = DbtDocument(text, len(content), parsed(content), artifact)
        if strict:
            document.check_strictly()
        return document
    finally:
        if was_enabled:
            gc.enable()


def _not_utf8(content: bytes, start: int, path: str | None, artifact: str) -> Exception:
    from confiture._pure.dbt.walking import problem_at

    problem = problem_at(content, "invalid_utf8", start)
    place = (problem.offset, problem.line, problem.column, "")
    return failures.manifest_refused("invalid_utf8", path, artifact, place, "", f"{content[start]:02x}")


class DbtDocument:
    """A manifest or catalog in memory; ``_core.pyi`` documents it."""

    def __init__(self, text: str, size: int, parsed: dict[str, Any], artifact: str) -> None:
        self._text = text
        self._parsed = parsed
        self._root = fields.record(artifact)
        self.size = size
        self.version = _version(parsed, artifact)
        later = is_of_later_dbt(parsed["metadata"].get("dbt_version"))
        self._is_printed = self.version <= NEWEST_PRINTED and not later
        self._check_types(lenient=not self._is_printed)
        if "nodes" not in parsed:
            raise Doubtful
        self._rows: list[tuple[str, str, str]] = []
        self._nodes: list[dict[str, Any]] = []
        self._disabled: list[tuple[str, str, str]] = []
        self._disabled_nodes: list[dict[str, Any]] = []
        self._numbers: dict[str, int] = {}
        for name, section in parsed.items():
            self._read_section(name, section)
        self._dangling: list[str] = []
        self._graph = self._connected()

    def check_strictly(self) -> None:
        """Raise `Doubtful` where strictness may refuse."""
        is_manifest = self._root.name == "manifest"
        if self._dangling or (is_manifest and self.version not in KNOWN_VERSIONS):
            raise Doubtful
        self._check_types(nulls=not self._is_printed, unknown=True)

    def _check_types(self, *, lenient: bool = False, nulls: bool = False, unknown: bool = False) -> None:
        """Check all values against their shapes, and how deep they are nested.

        Args:
            lenient: Whether values may be of other types.
            nulls: Whether nulls may be anywhere.
            unknown: Whether unknown fields are doubtful.
        """
        root = fields.Shape(OBJECT)
        root.record = self._root
        pending: list[tuple[Any, Shape, int]] = [(self._parsed, root, 1)]
        while pending:
            value, shape, depth = pending.pop()
            if depth > DEEPEST:
                raise Doubtful
            if type(value) is list:
                element = shape.element
                members = [(item, element) for item in value]
            elif shape.record is not None:
                known, is_open = shape.record.fields, shape.record.is_open
                members = []
                for key, item in value.items():
                    field = known.get(key)
                    if field is None and unknown and not is_open:
                        raise Doubtful
                    members.append((item, field or ANY))
            elif depth == 2 and shape.values.is_resource:
                members = [(item, fields.resource_shape(key)) for key, item in value.items()]
            elif depth == 2 and shape.values.element.is_resource:
                self._check_disabled(value, pending)
                continue
            else:
                members = [(item, shape.values) for item in value.values()]
            for item, expected in members:
                kind = _KINDS[type(item)]
                if not expected.kinds & kind:
                    if not (lenient or (nulls and kind == NULL)):
                        raise Doubtful
                    expected = ANY
                if kind & (LIST | OBJECT):
                    pending.append((item, expected, depth + 1))

    def _check_disabled(self, section: dict[str, Any], pending: list[tuple[Any, Shape, int]]) -> None:
        for key, nodes in section.items():
            if type(nodes) is not list:
                if self._is_printed:
                    raise Doubtful
                if type(nodes) is dict:
                    pending.append((nodes, ANY, 3))
                continue
            shape = fields.Shape(LIST)
            shape.element = fields.resource_shape(key)
            pending.append((nodes, shape, 3))

    def _read_section(self, name: str, section: object) -> None:
        if name in ASIDE_SECTIONS or not isinstance(section, dict):
            return
        is_known = name in self._root.fields
        for unique_id, value in section.items():
            if name == "disabled":
                for node in value if isinstance(value, list) else ():
                    if isinstance(node, dict):
                        self._disabled.append(_row(unique_id, node, name))
                        self._disabled_nodes.append(node)
            elif isinstance(value, dict) and (is_known or _is_text(value.get("resource_type"))):
                row = _row(unique_id, value, name)
                if unique_id in self._numbers:
                    raise Doubtful
                self._numbers[unique_id] = len(self._rows)
                self._rows.append(row)
                self._nodes.append(value)

    def _connected(self) -> Graph:
        numbers = dict(self._numbers)
        edges = []
        for number, node in enumerate(self._nodes):
            for parent in _depended_on(node, self._rows[number][2], self._root):
                found = numbers.get(parent)
                if found is None:
                    found = numbers[parent] = len(self._nodes) + len(self._dangling)
                    self._dangling.append(parent)
                edges.append((number, found))
        return Graph(len(numbers), edges)

    def __len__(self) -> int:
        return len(self._rows)

    def sections(self) -> list[str]:
        return list(self._parsed)

    def section(self, name: str) -> object:
        return copied(self._parsed[name])

    def resources(self) -> list[tuple[str, str, str]]:
        return list(self._rows)

    def disabled(self) -> list[tuple[str, str, str]]:
        return list(self._disabled)

    def number(self, unique_id: str) -> int | None:
        return self._numbers.get(unique_id)

    def _node(self, number: int) -> dict[str, Any]:
        nodes, index = (self._nodes, number) if number >= 0 else (self._disabled_nodes, -1 - number)
        if index >= len(nodes):
            raise IndexError("no resource has this number")
        return nodes[index]

    def fields(self, number: int) -> list[str]:
        return [name for name in self._node(number) if not has_surrogates(name)]

    def value(self, number: int, field: str) -> object:
        return copied(self._node(number)[field])

    def places(self, number: int) -> dict[str, Any]:
        return {name: value for name, value in self._node(number).items() if not has_surrogates(name)}

    def value_at(self, place: Any) -> object:
        return copied(place)

    def rows(self, fields: Sequence[str]) -> list[list[Any]]:
        return [[copied(node.get(name)) for name in fields] for node in self._nodes]

    def told_configs(self) -> list[dict[str, Any]]:
        rows = zip(self._rows, self._nodes, strict=True)
        return [told_config(row[1], node, is_printed=self._is_printed) for row, node in rows]

    def extraction(self, catalog: object = None) -> None:
        return None

    def node(self, number: int) -> object:
        return copied(self._node(number))

    def dependencies(self, unique_id: str) -> list[str]:
        return self._ids(self._graph.parents[self._known(unique_id)])

    def dependents(self, unique_id: str) -> list[str]:
        return self._ids(self._graph.children[self._known(unique_id)])

    def ancestors(self, unique_id: str, steps: int | None = None) -> list[str]:
        return self._ids(self._graph.ancestors(self._known(unique_id), steps))

    def descendants(self, unique_id: str, steps: int | None = None) -> list[str]:
        return self._ids(self._graph.descendants(self._known(unique_id), steps))

    def topological_order(self) -> list[str]:
        order, cycle = self._graph.topological_order()
        if cycle is not None:
            raise failures.manifest_cycle(self._ids(cycle))
        rows = self._rows
        kept = [
            number for number in order if number < len(rows) and rows[number][2] not in _WITHOUT_DEPENDENCIES
        ]
        return self._ids(kept)

    def find_cycle(self) -> list[str] | None:
        cycle = self._graph.topological_order()[1]
        return None if cycle is None else self._ids(cycle)

    def dangling(self) -> list[str]:
        return list(self._dangling)

    def differing(self, other: DbtDocument, ignored: Sequence[str]) -> list[tuple[str, list[str]]]:
        # Unlike values, texts tell 1 from 1.0 and from true, and one order of keys from another.
        aside = set(ignored)
        found = []
        for (unique_id, _, _), node in zip(self._rows, self._nodes, strict=True):
            number = other.number(unique_id)
            if number is None:
                continue
            old = other._nodes[number]
            names = [
                name
                for name in (*node, *(name for name in old if name not in node))
                if name not in aside
                and not has_surrogates(name)
                and (name not in node or name not in old or repr(node[name]) != repr(old[name]))
            ]
            if names:
                found.append((unique_id, names))
        return found

    def to_json(self, layout: str = "kept") -> bytes:
        return layouts.write(self._text, layout)

    def _known(self, unique_id: str) -> int:
        number = self._numbers.get(unique_id)
        if number is None:
            raise failures.unknown_resource(unique_id, [row[0] for row in self._rows])
        return number

    def _ids(self, numbers: Sequence[int]) -> list[str]:
        size = len(self._rows)
        return [
            self._rows[number][0] if number < size else self._dangling[number - size] for number in numbers
        ]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and not has_surrogates(value)


def _row(unique_id: str, node: dict[str, Any], collection: str) -> tuple[str, str, str]:
    own = node.get("unique_id")
    if has_surrogates(unique_id) or (_is_text(own) and own != unique_id):
        raise Doubtful
    kind = node.get("resource_type")
    is_told = isinstance(kind, str) and not has_surrogates(kind)
    return unique_id, str(kind) if is_told else unique_id.split(".", 1)[0], collection


def _depended_on(node: dict[str, Any], collection: str, root: fields.Record) -> list[str]:
    shape = root.fields.get(collection)
    if shape is not None and shape.values.record and "depends_on" not in shape.values.record.fields:
        return []
    depends_on = node.get("depends_on")
    parents = depends_on.get("nodes") if isinstance(depends_on, dict) else None
    return [parent for parent in parents if _is_text(parent)] if isinstance(parents, list) else []


def _version(parsed: dict[str, Any], artifact: str) -> int:
    metadata = parsed.get("metadata")
    schema = metadata.get("dbt_schema_version") if isinstance(metadata, dict) else None
    if not isinstance(schema, str):
        raise Doubtful
    start = f"{_VERSION_START}{artifact}/v"
    number = schema.removeprefix(start).removesuffix(".json")
    if schema != f"{start}{number}.json" or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Doubtful
    version = int(number)
    if artifact == "manifest" and version < 9:
        raise Doubtful
    return version
