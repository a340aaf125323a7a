"""One slow pass over a document: strict JSON, the types of all known fields, where the resources stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from confiture._pure.dbt import fields
from confiture._pure.dbt.fields import ANY, LIST, NULL, OBJECT, Record, Shape, describe
from confiture._pure.dbt.scanning import Fault, Piece, Scanner, decoded, has_surrogates

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ASIDE_SECTIONS", "DEEPEST", "SLOTS", "Place", "Problem", "Walked", "problem_at", "walk"]

#: How deep values may be nested.
DEEPEST = 200

#: Fields of resources whose places are remembered.
SLOTS = frozenset(("unique_id", "resource_type", "depends_on"))

#: Keys of documents whose values are no resources.
ASIDE_SECTIONS = frozenset(
    ("metadata", "selectors", "parent_map", "child_map", "group_map", "errors", "_compile_results")
)

_LISTED = 20
_STARTS = b'"-0123456789ntfNI{['


@dataclass(frozen=True)
class Problem:
    """What is wrong, as ``confiture._manifest_failures.manifest_refused`` takes it."""

    kind: str
    offset: int
    line: int
    column: int
    path: str = ""
    expected: str = ""
    found: str = ""


class Stopped(Exception):
    """Reading cannot go on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass
class Place:
    """A resource: its key, its collection, and where some of its fields start."""

    key: Piece
    is_disabled: bool
    is_unknown: bool
    slots: dict[str, int] = field(default_factory=dict)


@dataclass
class Walked:
    """What a pass found."""

    places: list[Place] = field(default_factory=list)
    sections: list[tuple[str, int]] = field(default_factory=list)
    repeated: Problem | None = None
    wrong_type: Problem | None = None
    null: Problem | None = None
    unknown: list[tuple[int, str]] = field(default_factory=list)
    unknown_count: int = 0


class _Frame:
    __slots__ = ("element", "index", "is_list", "key", "keys", "record", "repeats", "role", "value", "values")

    def __init__(
        self, is_list: bool, role: str, element: Shape, values: Shape, record: Record | None
    ) -> None:
        self.is_list = is_list
        self.role = role
        self.element = element
        self.values = values
        self.record = record
        self.keys: set[str] = set()
        self.repeats = False
        self.key = Piece(0, 0)
        self.index = 0
        self.value = ANY


def problem_at(
    content: bytes, kind: str, offset: int, *, path: str = "", expected: str = "", found: str = ""
) -> Problem:
    """A problem at an offset of a text."""
    before = content[:offset]
    start = before.rfind(b"\n") + 1
    column = sum(byte & 0xC0 != 0x80 for byte in before[start:]) + 1
    return Problem(kind, offset, before.count(b"\n") + 1, column, path, expected, found)


def walk(content: bytes, root: Record, strict: bool) -> Walked:
    """Read a document whose root is a record of the table.

    Raises:
        Stopped: It is no JSON, nested too deep or no object.
    """
    walker = _Walker(content, strict)
    try:
        walker.document(root)
    except Fault as fault:
        rest = content[fault.offset : fault.offset + 4].decode(errors="ignore")
        problem = problem_at(content, "syntax", fault.offset, expected=fault.expected, found=rest[:1])
        raise Stopped(problem) from None
    return walker.walked


class _Walker:
    def __init__(self, content: bytes, strict: bool) -> None:
        self.content = content
        self.scanner = Scanner(content)
        self.frames: list[_Frame] = []
        self.section = "plain"
        self.resource_shape = ANY
        self.names_unknown = strict
        self.walked = Walked()

    def document(self, root: Record) -> None:
        if self.scanner.next_token() != b"{":
            start = self.scanner.position
            found = LIST
            if self.scanner.peek() == b"[":
                self.open_list(ANY)
            else:
                found = self.scanner.scalar()
            self.rest()
            raise Stopped(problem_at(self.content, "not_this", start, found=describe(found)))
        self.open_object(ANY, root)
        self.rest()

    def rest(self) -> None:
        while self.frames:
            self.step()
        if self.scanner.next_token():
            raise self.scanner.fault("the end of the text")

    def step(self) -> None:
        frame = self.frames[-1]
        shape = frame.element if frame.is_list else frame.value
        if shape.is_resource:
            shape = self.resource_shape
        byte = self.scanner.next_token()
        start = self.scanner.position
        if byte == b"{":
            self.check(shape.kinds, OBJECT, start)
            if shape.kinds & OBJECT:
                self.open_object(shape.values, shape.record)
            else:
                self.open_object(ANY, None)
        elif byte == b"[":
            self.check(shape.kinds, LIST, start)
            self.open_list(shape.element if shape.kinds & LIST else ANY)
        else:
            self.check(shape.kinds, self.scanner.scalar(), start)
            self.after_value()

    def after_value(self) -> None:
        scanner = self.scanner
        while self.frames:
            frame = self.frames[-1]
            byte = scanner.next_token()
            if byte == b",":
                scanner.position += 1
                if frame.is_list:
                    frame.index += 1
                    return
                if scanner.next_token() != b'"':
                    raise scanner.fault("a key")
                self.key()
                return
            if byte != (b"]" if frame.is_list else b"}"):
                raise scanner.fault("a comma or ]" if frame.is_list else "a comma or }")
            scanner.position += 1
            self.frames.pop()

    def open_list(self, element: Shape) -> None:
        self.check_depth()
        self.scanner.position += 1
        self.frames.append(_Frame(True, "plain", element, ANY, None))
        byte = self.scanner.next_token()
        if byte == b"]":
            self.after_value()
        elif not byte or byte not in _STARTS:
            raise self.scanner.fault("a value or ]")

    def open_object(self, values: Shape, record: Record | None) -> None:
        self.check_depth()
        role = "plain"
        depth = len(self.frames)
        if depth == 1 and self.section != "plain":
            role = "collection"
        elif (
            depth == (3 if self.section == "disabled" else 2)
            and self.section != "plain"
            and self.frames[1].role == "collection"
            and all(frame.is_list for frame in self.frames[2:])
        ):
            role = "resource"
            key = self.frames[1].key
            self.walked.places.append(Place(key, self.section == "disabled", self.section == "unknown"))
        self.scanner.position += 1
        self.frames.append(_Frame(False, role, ANY, values, record))
        byte = self.scanner.next_token()
        if byte == b"}":
            self.after_value()
        elif byte == b'"':
            self.key()
        else:
            raise self.scanner.fault("a key or }")

    def check_depth(self) -> None:
        if len(self.frames) >= DEEPEST:
            raise Stopped(problem_at(self.content, "depth", self.scanner.position))

    def key(self) -> None:
        piece = self.scanner.string()
        if self.scanner.next_token() != b":":
            raise self.scanner.fault("a colon")
        self.scanner.position += 1
        self.scanner.next_token()
        frame = self.frames[-1]
        frame.key = piece
        name = decoded(self.content, piece)
        known = None
        if frame.record is None:
            frame.value = frame.values
        else:
            known = frame.record.fields.get(name)
            frame.value = known or ANY
        if name in frame.keys and (known or not frame.repeats):
            frame.repeats = frame.repeats or not known
            self.note_repeated(problem_at(self.content, "duplicate_key", piece.start - 1, path=self.path()))
        frame.keys.add(name)
        if self.names_unknown and frame.record is not None and not known and not frame.record.is_open:
            self.walked.unknown_count += 1
            if len(self.walked.unknown) < _LISTED:
                self.walked.unknown.append((piece.start - 1, self.path()))
        if frame.role == "resource" and name in SLOTS and (known or frame.record is None):
            self.walked.places[-1].slots[name] = self.scanner.position
        if len(self.frames) == 1:
            self.walked.sections.append((name, self.scanner.position))
            if not known:
                self.section = "unknown"
            elif name in ASIDE_SECTIONS:
                self.section = "plain"
            else:
                self.section = "disabled" if name == "disabled" else "known"
        elif len(self.frames) == 2 and self.section != "plain":
            self.resource_shape = fields.resource_shape(_raw(self.content, piece))

    def check(self, allowed: int, found: int, start: int) -> None:
        if allowed & found:
            return
        if (self.walked.null if found == NULL else self.walked.wrong_type) is not None:
            return
        problem = problem_at(
            self.content,
            "wrong_type",
            start,
            path=self.path(),
            expected=describe(allowed),
            found=describe(found),
        )
        if found == NULL:
            self.walked.null = problem
        else:
            self.walked.wrong_type = problem

    def note_repeated(self, problem: Problem) -> None:
        first = self.walked.repeated
        if first is None or problem.offset < first.offset:
            self.walked.repeated = problem

    def path(self) -> str:
        return _path(self.content, self.frames)


def _path(content: bytes, frames: Sequence[_Frame]) -> str:
    """The path of keys and indices, as it is written in messages."""
    path = ""
    for frame in frames:
        if frame.is_list:
            path += f"[{frame.index}]"
            continue
        key = decoded(content, frame.key)
        if has_surrogates(key):
            key = _raw(content, frame.key)
        if key.isascii() and key.isidentifier():
            path += f".{key}" if path else key
        else:
            path += f'["{key}"]'
    return path


def _raw(content: bytes, piece: Piece) -> str:
    return content[piece.start : piece.end].decode()
