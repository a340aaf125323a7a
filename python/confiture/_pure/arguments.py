"""The argument types in an object's identity; ``docs/statements.md`` says what is left out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from confiture._pure.normalizing import keywords, normalized
from confiture._pure.table import table
from confiture._pure.tokens import OPERATOR, QUOTED_NAME, UNCLOSED, UNICODE_NAME, VARIABLE, WORD, Token

__all__ = [
    "OPEN_NAMES",
    "aggregate_arguments",
    "operator_arguments",
    "routine_arguments",
    "type_name",
    "word_of",
]

_MODES = frozenset((b"in", b"out", b"inout", b"variadic"))
_FIELDS = frozenset((b"year", b"month", b"day", b"hour", b"minute", b"second"))
_FIELDS_AND_TO = _FIELDS | {b"to"}
#: Second words of types, by the first one.
_SECOND_WORDS = {
    b"double": frozenset((b"precision",)),
    **dict.fromkeys((b"character", b"char", b"nchar", b"bit"), frozenset((b"varying",))),
    b"national": frozenset((b"character", b"char")),
    **dict.fromkeys((b"timestamp", b"time"), frozenset((b"with", b"without"))),
    b"interval": _FIELDS,
}
_NAMES = (WORD, QUOTED_NAME, UNICODE_NAME)
#: What names start with that nothing closes.
OPEN_NAMES = (b'"', b'U&"', b'u&"')
_DEFAULTS = (b"=", b":=")
#: Names of types to the grammar alone: in quotes, or after a schema, they are others.
_GRAMMAR_TYPES = frozenset(
    (
        *(b"bigint", b"boolean", b"char", b"character", b"dec", b"decimal", b"double", b"float", b"int"),
        *(b"integer", b"national", b"nchar", b"precision", b"real", b"smallint"),
    )
)
_SINGLE_PRECISION = re.compile(rb"0*+(?:[1-9]|1[0-9]|2[0-4])\Z")


def word_of(token: Token) -> bytes:
    """A word in lower case, or nothing of another token."""
    return token[1].lower() if token[0] == WORD else b""


def _without_nested(tokens: list[Token]) -> Iterator[tuple[int, Token, int]]:
    """The tokens with their indices and the number of parentheses and brackets around them."""
    depth = 0
    for index, token in enumerate(tokens):
        text = token[1]
        if text in (b")", b"]") and depth:
            depth -= 1
        yield index, token, depth
        if text in (b"(", b"["):
            depth += 1


def split_at(tokens: list[Token], *, by_order: bool = False) -> list[list[Token]]:
    """What commas part, outside parentheses and brackets; `by_order`: and ``ORDER BY``."""
    if not tokens:
        return []
    items: list[list[Token]] = [[]]
    is_order = False
    for index, token, depth in _without_nested(tokens):
        if is_order:
            is_order = False
            items.append([])
        elif not depth and token[1] == b",":
            items.append([])
        elif (
            by_order
            and not depth
            and word_of(token) == b"order"
            and index + 1 < len(tokens)
            and word_of(tokens[index + 1]) == b"by"
        ):
            is_order = True
        else:
            items[-1].append(token)
    return [item for item in items if item]


def routine_arguments(tokens: list[Token]) -> tuple[str, ...]:
    """The types of a routine's arguments, of which these are the tokens between the parentheses."""
    return _types(split_at(tokens))


def aggregate_arguments(tokens: list[Token]) -> tuple[str, ...]:
    """The same of an aggregate, perhaps in the old form."""
    items = split_at(tokens, by_order=True)
    definition = _definition(items)
    if definition is not None:
        base = definition.get(b"basetype", [])
        text = b" ".join(text for _, text in base).lower()
        return () if text in (b"", b"'any'", b'"any"', b"any", b"*") else (type_name(base),)
    return _types(items)


def operator_arguments(tokens: list[Token]) -> tuple[str, ...]:
    """The same of an operator, perhaps of its definition."""
    items = split_at(tokens)
    definition = _definition(items)
    if definition is None:
        # Operators' arguments have neither names nor modes.
        return tuple(map(type_name, items))
    sides = (definition.get(b"leftarg"), definition.get(b"rightarg"))
    return tuple("none" if side is None else type_name(side) for side in sides)


def _definition(items: list[list[Token]]) -> dict[bytes, list[Token]] | None:
    """The values of a list of ``name = value``, by name."""
    if not any(len(item) > 1 and item[1] == (OPERATOR, b"=") for item in items):
        return None
    return {
        normalized(item[0]): item[2:]
        for item in items
        if len(item) > 2 and item[1] == (OPERATOR, b"=") and item[0][0] in (WORD, QUOTED_NAME)
    }


def _types(items: list[list[Token]]) -> tuple[str, ...]:
    return tuple(type_name(kept) for item in items if (kept := _argument_type(item)))


def _argument_type(tokens: list[Token]) -> list[Token]:
    """The tokens of an argument's type; nothing for what is no argument of the identity."""
    for index, token, depth in _without_nested(tokens):
        if not depth and (word_of(token) == b"default" or token[1] in _DEFAULTS):
            tokens = tokens[:index]
            break
    if not tokens or (len(tokens) == 1 and tokens[0][1] == b"*"):
        return []
    if _is_out(tokens):
        return []
    tokens = _without_mode(tokens)
    if len(tokens) > 1 and tokens[0][0] in _NAMES and word_of(tokens[1]) in _MODES:
        return [] if _is_out(tokens[1:]) else _without_mode(tokens[1:])
    return tokens[1:] if _starts_with_name(tokens) else tokens


def _is_out(tokens: list[Token]) -> bool:
    return word_of(tokens[0]) == b"out"


def _without_mode(tokens: list[Token]) -> list[Token]:
    mode = word_of(tokens[0])
    if mode == b"in" and len(tokens) > 1 and word_of(tokens[1]) == b"out":
        return tokens[2:]
    return tokens[1:] if mode in _MODES else tokens


def _starts_with_name(tokens: list[Token]) -> bool:
    """Whether the first token is the name of the parameter."""
    if len(tokens) < 2 or tokens[0][0] not in _NAMES:
        return False
    is_open_name = tokens[1][0] == UNCLOSED and tokens[1][1].startswith(OPEN_NAMES)
    if tokens[1][0] not in (*_NAMES, VARIABLE) and not is_open_name:
        return False
    first, second = word_of(tokens[0]), word_of(tokens[1])
    return second != b"array" and second not in _SECOND_WORDS.get(first, ())


def type_name(tokens: list[Token]) -> str:
    """A type as identities have it."""
    kept = [token for _, token, depth in _outside_parentheses(tokens) if not depth]
    if kept and word_of(kept[0]) == b"setof":
        kept = kept[1:]
    is_qualified = len(kept) > 1 and kept[1][1] == b"." and normalized(kept[0]) == b"pg_catalog"
    if is_qualified:
        kept = kept[2:]
    is_interval = bool(kept) and word_of(kept[0]) == b"interval"
    pieces: list[bytes] = []
    suffix = ""
    for token in kept:
        word = word_of(token)
        if token[1] == b"[" or word == b"array":
            suffix = "[]"
            break
        if is_interval and word in _FIELDS_AND_TO:
            continue
        text = _type_word(token, is_qualified=is_qualified or pieces[-1:] == [b"."])
        if pieces and text not in (b".", b"%") and pieces[-1] not in (b".", b"%"):
            pieces.append(b" ")
        pieces.append(text)
    name = b"".join(pieces).decode("utf-8")
    if name == "float" and _is_single_precision(tokens):
        return f"real{suffix}"
    return table().types.get(name, name) + suffix


def _type_word(token: Token, *, is_qualified: bool) -> bytes:
    """A token of a type; `is_qualified`: after a schema."""
    text = normalized(token)
    if token[0] == WORD:
        # There it is no keyword.
        return b'"%b"' % text if is_qualified and text in _GRAMMAR_TYPES else text
    if token[0] == QUOTED_NAME and text[:1] == b'"':
        name = text[1:-1]
        return name if name in keywords() and name not in _GRAMMAR_TYPES else text
    return text


def _is_single_precision(tokens: list[Token]) -> bool:
    """Whether a ``float`` has the digits of a ``real``."""
    texts = [text.lower() for _, text in tokens]
    opening = texts.index(b"float") + 1
    return texts[opening : opening + 1] == [b"("] and any(
        _SINGLE_PRECISION.match(digits) is not None for digits in texts[opening + 1 : opening + 2]
    )


def _outside_parentheses(tokens: list[Token]) -> Iterator[tuple[int, Token, int]]:
    """The tokens, parentheses counting as inside of themselves."""
    depth = 0
    for index, token in enumerate(tokens):
        if token[1] == b"(":
            depth += 1
        yield index, token, depth
        if token[1] == b")" and depth:
            depth -= 1
