"""What a statement is and what it touches; ``docs/statements.md`` says how that is told by tokens alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from confiture._pure.arguments import aggregate_arguments, operator_arguments, routine_arguments, type_name
from confiture._pure.arguments import word_of as _word_of
from confiture._pure.cursor import Cursor
from confiture._pure.normalizing import normalized
from confiture._pure.table import Entry, table
from confiture._pure.tokens import (
    DOLLAR_QUOTE,
    ESCAPES_STRING,
    LETTER_STRING,
    NUMBER,
    OPERATOR,
    STRING,
    UNCLOSED,
    UNICODE_STRING,
    Token,
)
from confiture._pure.values import string_value

if TYPE_CHECKING:
    from confiture._interface import SqlObject

__all__ = ["Named", "name_of"]

#: Kind, objects and form, as a `SqlStatement` starts.
Named = tuple[str | None, "tuple[SqlObject, ...]", str]

_UNNAMED: Named = (None, (), "")
_MAIN_WORDS = (b"select", b"insert", b"update", b"delete", b"merge", b"values", b"table")
#: Words of ``WITH`` that a name follows.
_BEFORE_NAMES = (b"by", b"cycle", b"recursive", b"set", b"using")
#: Words of ``WITH`` that a query in parentheses follows.
_BEFORE_QUERIES = (b"as", b"materialized")
_ROLE_OPTIONS = (b"grant", b"admin", b"inherit", b"set")


def name_of(source: Iterable[Token]) -> Named:
    """What the tokens of a statement say of it; no more of them are read than needed."""
    cursor = Cursor(source)
    if cursor.peek()[1] == b"(":
        return ("SELECT", (), "")
    if cursor.word() == b"with" and not _to_main_statement(cursor):
        return ("SELECT", (), "")
    sequences = cursor.sequences(table().statements)
    if not sequences:
        return _UNNAMED
    entry, end = sequences[-1]
    objects: tuple[SqlObject, ...] = ()
    # The last word may be the name.
    for shorter, shorter_end in reversed(sequences if entry.shape != "-" else ()):
        cursor.at = shorter_end
        if objects := _objects(cursor, shorter):
            entry, end = shorter, shorter_end
            break
    tag = entry.tag
    if entry.later_word:
        cursor.at = end
        if cursor.has_word_outside(entry.later_word):
            tag = entry.later_tag
    return (tag, objects, entry.form)


def _to_main_statement(cursor: Cursor) -> bool:
    """Go from ``WITH`` to the statement that it is a part of; whether that starts with a word."""
    cursor.at += 1
    name_follows = cursor.word() != b"recursive"
    group_follows = True
    # The values of a cycle's mark may be typed, with modifiers anywhere: `TO interval '1' second(3)`.
    in_values = False
    while (token := cursor.peek())[0]:
        if name_follows:
            name_follows, group_follows = False, True
        elif token[1] == b"(":
            if not (group_follows or in_values):
                return False
            cursor.skip_group()
            group_follows = False
            continue
        elif cursor.word() in _MAIN_WORDS:
            return True
        else:
            name_follows = token[1] == b"," or cursor.word() in _BEFORE_NAMES
            group_follows = cursor.word() in _BEFORE_QUERIES
            in_values = (in_values or cursor.word() == b"to") and cursor.word() != b"using"
        cursor.at += 1
    return False


def _objects(cursor: Cursor, entry: Entry) -> tuple[SqlObject, ...]:
    kind, shape = entry.kind, entry.shape
    if shape == "-":
        return ()
    if shape[0] == "=":
        return ((kind, None, shape[1:], None, None),)
    return tuple(_SHAPES[shape](cursor, kind))


def _named(kind: str, parts: list[str], arguments: tuple[str, ...] | None = None) -> SqlObject:
    return (kind, parts[-2] if len(parts) > 1 else None, parts[-1], arguments, None)


def _bare_name(cursor: Cursor, kind: str) -> list[SqlObject]:
    parts = cursor.name()
    return [_named(kind, parts)] if parts else []


def _name(cursor: Cursor, kind: str) -> list[SqlObject]:
    if cursor.peek()[1] == b"(":
        cursor.at += 1
    return _bare_name(cursor, kind)


def _names(cursor: Cursor, kind: str) -> list[SqlObject]:
    objects: list[SqlObject] = []
    while True:
        cursor.take_word(b"only")
        is_enclosed = cursor.peek()[1] == b"("
        cursor.at += is_enclosed
        parts = cursor.name()
        if not parts:
            return objects
        objects.append(_named(kind, parts))
        if is_enclosed and cursor.peek()[1] == b")":
            cursor.at += 1
        if cursor.peek()[1] == b"*":
            cursor.at += 1
        if cursor.peek()[1] != b",":
            return objects
        cursor.at += 1


def _column(cursor: Cursor, kind: str) -> list[SqlObject]:
    parts = cursor.name()
    if not parts:
        return []
    schema = parts[-3] if len(parts) > 2 else None
    return [(kind, schema, parts[-1], None, parts[-2] if len(parts) > 1 else None)]


def _number(cursor: Cursor, kind: str) -> list[SqlObject]:
    number, text = cursor.peek()
    return [(kind, None, text.decode().lower(), None, None)] if number == NUMBER else []


def _text(cursor: Cursor, kind: str) -> list[SqlObject]:
    token = cursor.peek()
    number, text = token
    if number == UNCLOSED and not cursor.is_at_name():
        return [(kind, None, None, None, None)]
    if number == LETTER_STRING:
        token = (STRING, text[1:])
    elif number == UNICODE_STRING:
        # It was left as it is because the server refuses it.
        return [(kind, None, None, None, None)]
    elif number not in (STRING, ESCAPES_STRING, DOLLAR_QUOTE):
        return []
    value = string_value(token)
    return [(kind, None, None if value is None else value.decode("utf-8"), None, None)]


def _unless_on(cursor: Cursor, kind: str) -> list[SqlObject]:
    return [] if cursor.word() == b"on" else _bare_name(cursor, kind)


def _schema(cursor: Cursor, kind: str) -> list[SqlObject]:
    cursor.take_word(b"authorization")
    return _bare_name(cursor, kind)


def _relation_after(cursor: Cursor, word: bytes) -> list[str]:
    """The name after the next such word outside parentheses."""
    if not cursor.find_word(word):
        return []
    cursor.take_word(b"only")
    if cursor.word() == b"domain" and cursor.is_at_name(1) and cursor.word(1) != b"is":
        cursor.at += 1
    return cursor.name()


def _in_relation(kind: str, parts: list[str], relation: list[str]) -> SqlObject:
    name = parts[-1] if parts else None
    if not relation:
        return (kind, parts[-2] if len(parts) > 1 else None, name, None, None)
    return (kind, relation[-2] if len(relation) > 1 else None, name, None, relation[-1])


def _on(cursor: Cursor, kind: str) -> list[SqlObject]:
    parts = cursor.name()
    return [_in_relation(kind, parts, _relation_after(cursor, b"on"))] if parts else []


def _rule(cursor: Cursor, kind: str) -> list[SqlObject]:
    parts = cursor.name()
    return [_in_relation(kind, parts, _relation_after(cursor, b"to"))] if parts else []


def _index(cursor: Cursor, kind: str) -> list[SqlObject]:
    if cursor.word() != b"on":
        return _on(cursor, kind)
    return [_in_relation(kind, [], _relation_after(cursor, b"on"))]


def _with_arguments(
    read: Callable[[list[Token]], tuple[str, ...]], *, is_list: bool
) -> Callable[[Cursor, str], list[SqlObject]]:
    """The shape of names with lists of arguments or none."""

    def objects_of(cursor: Cursor, kind: str) -> list[SqlObject]:
        objects: list[SqlObject] = []
        while True:
            parts = cursor.name()
            if not parts:
                return objects
            arguments = cursor.parenthesized()
            objects.append(_named(kind, parts, None if arguments is None else read(arguments)))
            if not is_list or cursor.peek()[1] != b",":
                return objects
            cursor.at += 1

    return objects_of


def _operators(cursor: Cursor, kind: str) -> list[SqlObject]:
    objects: list[SqlObject] = []
    while True:
        schema: list[str] = cursor.name()
        if schema and cursor.peek()[1] == b".":
            cursor.at += 1
        elif schema:
            return objects
        operator = cursor.peek()
        if operator[0] != OPERATOR:
            return objects
        cursor.at += 1
        tokens = cursor.parenthesized()
        arguments = None if tokens is None else operator_arguments(tokens)
        objects.append(_named(kind, [*schema[-1:], normalized(operator).decode()], arguments))
        if cursor.peek()[1] != b",":
            return objects
        cursor.at += 1


def _operator(cursor: Cursor, kind: str) -> list[SqlObject]:
    return _operators(cursor, kind)[:1]


def _operator_class(cursor: Cursor, kind: str) -> list[SqlObject]:
    parts = cursor.name()
    if not parts:
        return []
    method = cursor.name() if cursor.find_word(b"using") else []
    return [(*_named(kind, parts)[:4], method[-1] if method else None)]


def _cast(cursor: Cursor, kind: str) -> list[SqlObject]:
    tokens = cursor.parenthesized() or []
    depth = 0
    for index, token in enumerate(tokens):
        if token[1] == b"(":
            depth += 1
        elif token[1] == b")":
            depth = max(depth - 1, 0)
        elif not depth and _word_of(token) == b"as":
            types = (type_name(tokens[:index]), type_name(tokens[index + 1 :]))
            return [(kind, None, None, types, None)]
    return []


def _transform(cursor: Cursor, kind: str) -> list[SqlObject]:
    if not cursor.take_word(b"for"):
        return []
    tokens: list[Token] = []
    depth = 0
    while (token := cursor.peek())[0] and (depth or (token[1] != b")" and _word_of(token) != b"language")):
        depth += (token[1] in (b"(", b"[")) - (depth > 0 and token[1] in (b")", b"]"))
        tokens.append(token)
        cursor.at += 1
    if not cursor.take_word(b"language"):
        return []
    parts = cursor.name()
    return [(kind, None, parts[-1], (type_name(tokens),), None)] if parts else []


def _user_mapping(cursor: Cursor, kind: str) -> list[SqlObject]:
    if not cursor.take_word(b"for"):
        return []
    parts = cursor.name()
    if not parts:
        return []
    server = cursor.name() if cursor.take_word(b"server") else []
    return [(kind, None, parts[-1], None, server[-1] if server else None)]


def _default_privileges(cursor: Cursor, kind: str) -> list[SqlObject]:
    schemas: list[str | None] = []
    roles: list[str] = []
    while True:
        if cursor.take_word(b"in", b"schema"):
            schemas += _last_parts(cursor)
        elif cursor.take_word(b"for", b"role") or cursor.take_word(b"for", b"user"):
            roles += _last_parts(cursor)
        else:
            break
    first, *others = schemas or [None]
    arguments = tuple(roles) if roles else None
    return [(kind, first, None, arguments, None), *((kind, schema, None, None, None) for schema in others)]


def _last_parts(cursor: Cursor) -> list[str]:
    """Go past names between commas, and the last part of each."""
    found: list[str] = []
    while parts := cursor.name():
        found.append(parts[-1])
        if cursor.peek()[1] != b",":
            break
        cursor.at += 1
    return found


def _after_into(cursor: Cursor, kind: str) -> list[SqlObject]:
    return _bare_name(cursor, kind) if cursor.find_word(b"into") else []


def _object(cursor: Cursor, _: str) -> list[SqlObject]:
    sequences = cursor.sequences(table().objects, is_name_allowed=True)
    if not sequences:
        return _names(cursor, "table")
    entry, cursor.at = sequences[-1]
    return list(_objects(cursor, entry))


def _object_after_on(cursor: Cursor, kind: str) -> list[SqlObject]:
    return _object(cursor, kind) if cursor.find_word(b"on") else []


def _granted(cursor: Cursor, kind: str) -> list[SqlObject]:
    start = cursor.at
    if cursor.find_word(b"on"):
        sequences = cursor.sequences(table().objects)
        # A table may have the name of a kind of object.
        if sequences:
            ahead = sequences[-1][1] - cursor.at
            if cursor.word(ahead) in (b"to", b"from") or cursor.peek(ahead)[1] == b",":
                return _names(cursor, "table")
        return _object(cursor, kind)
    cursor.at = start
    if cursor.word() in _ROLE_OPTIONS and cursor.word(1) == b"option" and cursor.word(2) == b"for":
        cursor.at += 3
    return _names(cursor, kind)


_SHAPES: dict[str, Callable[[Cursor, str], list[SqlObject]]] = {
    "after_into": _after_into,
    "aggregate": _with_arguments(aggregate_arguments, is_list=False),
    "aggregates": _with_arguments(aggregate_arguments, is_list=True),
    "cast": _cast,
    "column": _column,
    "default_privileges": _default_privileges,
    "granted": _granted,
    "index": _index,
    "name": _name,
    "names": _names,
    "number": _number,
    "object": _object,
    "object_after_on": _object_after_on,
    "on": _on,
    "operator": _operator,
    "operator_class": _operator_class,
    "operators": _operators,
    "routine": _with_arguments(routine_arguments, is_list=False),
    "routines": _with_arguments(routine_arguments, is_list=True),
    "rule": _rule,
    "schema": _schema,
    "text": _text,
    "transform": _transform,
    # A parenthesis is no name.
    "unless_on": _unless_on,
    "unless_parenthesis": _bare_name,
    "user_mapping": _user_mapping,
}
