"""The names that PostgreSQL gives to what has none.

They are those of `makeObjectName`, `ChooseRelationName`, `ChooseIndexName` and `ChooseIndexColumnNames`
(``src/backend/commands/indexcmds.c``), `ChooseConstraintName` (``src/backend/catalog/pg_constraint.c``) and
`FigureColname` (``src/backend/parser/parse_target.c``).
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from confiture._pure.schema.reading import (
    OPERATOR,
    STRING,
    WORD,
    Reader,
    RefusedError,
    UnmodelledError,
    unquoted,
)
from confiture._pure.schema.state import State
from confiture._pure.schema.text import bare
from confiture._pure.schema.types import read_type
from confiture._pure.values import NAME_BYTES, cut

__all__ = [
    "column_names",
    "constraint_name",
    "expression_name",
    "joined_names",
    "object_name",
    "relation_name",
]

_FUNCTION_WORDS = {"trim": "btrim"}
#: Words that make what they stand in no name.
_OPERATOR_WORDS_TEXT = """
    and or not is like ilike similar in between isnull notnull overlaps operator
"""
_OPERATOR_WORDS = frozenset(_OPERATOR_WORDS_TEXT.split())


def _clipped(name: str, length: int) -> str:
    content = name.encode("utf-8")
    if len(content) <= length:
        return name
    while length and content[length] & 0xC0 == 0x80:
        length -= 1
    return content[:length].decode("utf-8")


def object_name(first: str, second: str | None, label: str) -> str:
    """Two names and a label with ``_`` between them, the names cut so that they fit."""
    first_length = len(first.encode("utf-8"))
    second_length = 0 if second is None else len(second.encode("utf-8"))
    room = NAME_BYTES - len(label) - 1 - (second is not None)
    if first_length + second_length > room:
        # The longer one is cut until both are as long, and then the second one first.
        shorter = min(first_length, second_length)
        if shorter * 2 > room:
            second_length = room // 2
            first_length = room - second_length
        elif first_length > second_length:
            first_length = room - second_length
        else:
            second_length = room - first_length
    parts = [_clipped(first, first_length)]
    if second is not None:
        parts.append(_clipped(second, second_length))
    return "_".join([*parts, label])


def relation_name(
    state: State, first: str, second: str | None, label: str, schema: str, *, is_constraint: bool = False
) -> str:
    """A name that no relation of a schema has, nor a constraint if it is to be one's."""
    memo = ("relation" if is_constraint else "", first, second, label, schema)
    number = state.numbers.get(memo, 0)
    while True:
        name = object_name(first, second, f"{label}{number}" if number else label)
        key = (schema, name)
        if key not in state.relations and not (is_constraint and state.constraint_names.get(key)):
            state.numbers[memo] = number
            return name
        number += 1


def constraint_name(
    state: State, first: str, second: str | None, label: str, schema: str | None, others: Container[str] = ()
) -> str:
    """A name that no constraint of a schema has."""
    memo = ("constraint", first, second, label, schema)
    number = state.numbers.get(memo, 0)
    while True:
        name = object_name(first, second, f"{label}{number}" if number else label)
        if not state.constraint_names.get((schema, name)) and name not in others:
            state.numbers[memo] = number
            return name
        number += 1


def joined_names(names: Sequence[str]) -> str:
    """The names of columns as they stand in the name of an index or foreign key."""
    joined = ""
    for name in names:
        joined = f"{joined}_{name}" if joined else name
        if len(joined.encode("utf-8")) > NAME_BYTES:
            break
    return joined


def column_names(names: Sequence[str]) -> list[str]:
    """The names of an index's columns, which are all different."""
    chosen: list[str] = []
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for name in names:
        candidate, number = name, numbers.get(name, 0)
        while candidate in taken:
            number += 1
            candidate = _clipped(name, NAME_BYTES - len(str(number))) + str(number)
        numbers[name] = number
        taken.add(candidate)
        chosen.append(candidate)
    return chosen


def expression_name(reader: Reader) -> str | None:
    """The name that an expression gives to a column; None if it gives none."""
    return _figured(reader)[0]


def _figured(reader: Reader) -> tuple[str | None, int]:
    """A name, and how good it is: 2 for one of its own, 1 for that of a type or a ``case``."""
    casts: str | None = None
    cases = _cases(reader)
    while True:
        reader = bare(reader)
        if reader.is_done:
            break
        found = _of_primary(reader, cases)
        if found is None:
            break
        name, strength, inner, cast = found
        casts = casts or cast
        if inner is None:
            if name is not None and (strength > 1 or casts is None):
                return name, strength
            casts = casts or name
            break
        reader = inner
    return (casts, 1) if casts is not None else (None, 0)


def _cases(reader: Reader) -> dict[int, tuple[int, int]]:
    """Of each ``case``, where its ``end`` and its last ``else`` stand; -1 for none."""
    found: dict[int, tuple[int, int]] = {}
    opened: list[list[int]] = []
    for index in range(reader.at, reader.end):
        if reader.kinds[index] != WORD:
            continue
        text = reader.texts[index]
        if text == "case":
            opened.append([index, -1])
        elif text == "else" and opened:
            opened[-1][1] = index
        elif text == "end" and opened:
            start, other = opened.pop()
            found[start] = index, other
    return found


def _of_primary(
    reader: Reader, cases: dict[int, tuple[int, int]]
) -> tuple[str | None, int, Reader | None, str | None] | None:
    """Name and strength, or what gives them, and the type it is cast to; None for an operator."""
    word = reader.word()
    if word == "case":
        end, other = cases.get(reader.at, (-1, -1))
        if end == reader.end - 1:
            return ("case", 1, None, None) if other < 0 else (None, 0, reader.part(other + 1, end), "case")
    # Of `a::b::c`, the last type gives the name, and what stands before all of them.
    first_cast = last_cast = -1
    index = reader.at
    ends_with_zone = False
    depth = 0
    while index < reader.end:
        text, kind = reader.texts[index], reader.kinds[index]
        if (
            kind == WORD
            and text in ("case", "end")
            and (index == reader.at or reader.texts[index - 1] != ".")
        ):
            depth = depth + 1 if text == "case" else max(depth - 1, 0)
        if depth:
            index = reader.closings.get(index, index) + 1
            continue
        if kind == OPERATOR:
            return None
        if kind == WORD and index > reader.at and reader.texts[index - 1] != ".":
            if text in _OPERATOR_WORDS:
                return None
            if text == "at" and reader.texts[index + 1 : index + 2] in (["time"], ["local"]):
                ends_with_zone = True
            if text == "collate":
                return None, 0, reader.part(reader.at, index), None
        if text == "::":
            first_cast = index if first_cast < 0 else first_cast
            last_cast = index
        index = reader.closings.get(index, index) + 1
    if ends_with_zone:
        return "timezone", 2, None, None
    if last_cast >= 0:
        cast = _cast_name(reader.part(last_cast + 1, reader.end))
        return None, 0, reader.part(reader.at, first_cast), cast
    if word == "not":
        return None
    if word in ("cast", "treat") and reader.is_sign("(", 1):
        group = reader.part(reader.at + 1, reader.end).group()
        argument = group.until("as")
        group.take("as")
        return None, 0, argument, _cast_name(group)
    if reader.is_group():
        return _of_field(reader)
    if reader.kind() == STRING or not reader.is_name():
        return None
    start = reader.part(reader.at, reader.end)
    try:
        parts = start.parts()
    except RefusedError:
        return None
    name = parts[-1]
    if start.is_group() and len(parts) == 1:
        name = _FUNCTION_WORDS.get(name, name)
    return name, 2, None, None


def _of_field(reader: Reader) -> tuple[str | None, int, Reader | None, str | None]:
    """The last field that is taken from what stands in parentheses; without one, that gives the name."""
    start = reader.part(reader.at, reader.end)
    inner = start.group()
    name: str | None = None
    while not start.is_done:
        if start.take_sign(".") and start.is_name():
            name = start.identifier()
        elif not start.is_done:
            start.skip()
    return (None, 0, inner, None) if name is None else (name, 2, None, None)


def _cast_name(reader: Reader) -> str | None:
    try:
        ref = read_type(reader)
    except (RefusedError, UnmodelledError):
        return None
    if ref.base:
        return ref.base
    return unquoted(ref.name[-1]) if ref.name else None


def cut_name(name: str) -> str:
    """A name of at most 63 bytes."""
    return cut(name.encode("utf-8")).decode("utf-8")
