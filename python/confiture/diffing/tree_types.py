"""The types of expressions, where they are certain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confiture.diffing.grammar import OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.diffing.scopes import Scope

__all__ = ["WHOLE", "base_type", "common_type", "is_literal", "output_type", "type_of"]

_MODIFIER = re.compile(r"\([\d,\s-]*\)")

#: Types of whole numbers, the narrower ones first.
WHOLE = ("smallint", "integer", "bigint")
_NUMBERS = (*WHOLE, "numeric", "double precision")
_TEXTS = ("text", "character varying")
_MOMENTS = ("timestamp with time zone", "timestamp without time zone")

#: Of functions that give one type whatever they are called with.
_OF_FUNCTIONS = {
    **dict.fromkeys(("count", "row_number", "rank", "dense_rank", "ntile", "nextval"), "bigint"),
    "gen_random_uuid": "uuid",
    "extract": "numeric",
    **dict.fromkeys(("current_setting", "concat", "concat_ws"), "text"),
    **dict.fromkeys(("now", "transaction_timestamp", "clock_timestamp"), "timestamp with time zone"),
    **dict.fromkeys(("bool_and", "bool_or", "every"), "boolean"),
    **dict.fromkeys(("length", "char_length", "strpos", "cardinality", "array_length"), "integer"),
}
#: Of sums and means, by the type of what they are of.
_SUMS = {"smallint": "bigint", "integer": "bigint", "bigint": "numeric", "numeric": "numeric"}
_MEANS = dict.fromkeys((*WHOLE, "numeric"), "numeric") | {"double precision": "double precision"}
_OF_VALUES = {"current_date": "date", "current_timestamp": "timestamp with time zone", "true": "boolean"}


def base_type(kind: str, scope: Scope) -> str:
    """A type without its modifiers, and through domains."""
    for _ in range(32):
        over = scope.domains.get(kind)
        if over is None:
            break
        kind = over
    return _MODIFIER.sub("", kind)


def is_literal(tree: Any) -> bool:
    """Whether it is a literal, whose type another operand may give it."""
    return tree[0] in ("string", "number") or tree == ("constant", "null")


def type_of(tree: Any, scope: Scope) -> str | None:
    """The type of an expression that is no literal, without modifiers, and through domains."""
    label = tree[0]
    if label == "name":
        name = tree[1][-1]
        is_own = len(tree[1]) == 1 or tree[1][0] in (scope.relation, "old", "new")
        known = scope.columns.get(name) if is_own else None
        return None if known is None else base_type(known, scope)
    if label == "cast":
        return None if is_literal(tree[2]) else base_type(tree[1], scope)
    if label == "call":
        return _type_of_call(tree, scope)
    if label == "case":
        return common_type([value for _, value in tree[2]] + [tree[3]], scope)
    if label == "collate":
        return type_of(tree[2], scope)
    if label == "constant":
        return _OF_VALUES.get(tree[1])
    if label == "element" and len(tree[2]) == 1:
        known = type_of(tree[1], scope)
        return known[:-2] if known is not None and known.endswith("[]") else None
    if label == "operator":
        return _type_of_operation(tree, scope)
    if label in ("and", "or", "not", "is", "each", "exists", "among", "distinct"):
        return "boolean"
    return None


def output_type(tree: Any, scope: Scope) -> str | None:
    """The type of a column that a query gives."""
    if tree[0] == "string":
        return "text"
    if tree[0] == "number":
        return _type_of_number(tree[1])
    if tree[0] == "cast":
        return base_type(tree[1], scope)
    return type_of(tree, scope)


def common_type(trees: Iterable[Any], scope: Scope) -> str | None:
    """The type that expressions get that stand beside each other in ``coalesce`` (``select_common_type``)."""
    kinds = set()
    for tree in trees:
        if tree[0] == "string" or tree == ("constant", "null"):
            continue
        kind = output_type(tree, scope)
        if kind is None:
            return None
        kinds.add(kind)
    if len(kinds) == 1:
        return kinds.pop()
    if kinds and kinds <= set(_TEXTS):
        return "text"
    if kinds and kinds <= set(_NUMBERS):
        return max(kinds, key=_NUMBERS.index)
    return None


def _type_of_number(text: str) -> str | None:
    return "numeric" if "." in text or "e" in text else "integer"


def _type_of_call(tree: Any, scope: Scope) -> str | None:
    name = tree[1][-1]
    if len(tree[1]) > 1 or name in scope.homes:
        return None
    arguments = [one for one in tree[2] if isinstance(one, tuple)]
    if name in ("coalesce", "greatest", "least"):
        return common_type(arguments, scope)
    if name in _OF_FUNCTIONS:
        return _OF_FUNCTIONS[name]
    first = output_type(arguments[0], scope) if arguments else None
    if name in ("nullif", "max", "min", "abs"):
        return None if first == "character varying" and name != "nullif" else first
    if name == "sum":
        return _SUMS.get(first or "")
    if name == "avg":
        return _MEANS.get(first or "")
    if name in ("lower", "upper"):
        # They are there for ranges too.
        return "text" if first in (*_TEXTS, "character") else None
    return "text" if name in OF_TEXT else None


def _type_of_operation(tree: Any, scope: Scope) -> str | None:
    operator = tree[1]
    if operator == "->>":
        return "text"
    if operator == "||":
        return "text" if {type_of(tree[2], scope), type_of(tree[3], scope)} & set(_TEXTS) else None
    if operator in ("=", "<>", "<", ">", "<=", ">=", "~~", "!~~", "~~*", "!~~*", "~", "~*", "!~", "!~*"):
        return "boolean"
    left, right = _operand_type(tree[2], scope), _operand_type(tree[3], scope)
    if left is None or right is None:
        return None
    if operator in ("+", "-", "*", "/", "%") and {left, right} <= set(_NUMBERS):
        return max(left, right, key=_NUMBERS.index)
    if operator == "-" and left == right:
        if left == "date":
            return "integer"
        return "interval" if left in _MOMENTS else None
    if operator in ("+", "-") and left == "date" and right in WHOLE:
        return "date"
    return left if operator in ("+", "-") and left in _MOMENTS and right == "interval" else None


def _operand_type(tree: Any, scope: Scope) -> str | None:
    return _type_of_number(tree[1]) if tree[0] == "number" else output_type(tree, scope)
