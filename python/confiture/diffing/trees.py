"""Trees of expressions, and those that the server makes of what is written in another way."""

from __future__ import annotations

import re
from typing import Any

__all__ = [
    "Tree",
    "array_elements",
    "cast_tree",
    "flattened",
    "is_constant",
    "is_too_deep",
    "negative_number",
    "number_tree",
]

#: A tree: a label and its parts, which are trees, texts or tuples of trees.
Tree = tuple[Any, ...]

#: The levels that a tree may have: each takes up to eight calls to go through.
_DEEPEST = 80

_NUMBER = re.compile(r"\s*-?\d+(\.\d*)?\s*")
_GREATEST = 2**31 - 1
_GREATEST_BIG = 2**63 - 1


def is_too_deep(tree: Any) -> bool:
    """Whether a tree has too many levels to go through, as a long chain of operators has."""
    level = [tree]
    for _ in range(_DEEPEST):
        level = [part for one in level if isinstance(one, tuple) for part in one]
        if not level:
            return False
    return True


def flattened(word: str, tree: Tree) -> list[Tree]:
    """The parts of a tree of this label; else the tree alone."""
    return list(tree[1]) if tree[0] == word else [tree]


def negative_number(tree: Tree) -> Tree | None:
    """A number with a minus in front of it, which is one number (``doNegate`` in ``gram.y``); else None."""
    if tree[0] == "number":
        return ("number", _negated_text(tree[1]))
    if tree[0] == "cast" and tree[1] == "bigint" and tree[2][0] == "string":
        return ("cast", "bigint", ("string", _negated_text(tree[2][1])))
    return None


def _negated_text(number: str) -> str:
    return number[1:] if number.startswith("-") else f"-{number}"


def is_constant(tree: Tree) -> bool:
    """Whether it is a literal, with or without casts."""
    while tree[0] == "cast":
        tree = tree[2]
    return tree[0] in ("string", "number", "constant")


def cast_tree(kind: str, tree: Tree) -> Tree:
    """A cast, without one that is there already, and without that of a number."""
    if tree[0] == "cast" and tree[1] == kind:
        return tree
    if tree[0] == "string" and kind in ("integer", "numeric") and _NUMBER.fullmatch(tree[1]):
        # So is written what is negative: '-1'::integer, '-1.5'::numeric.
        number = tree[1].strip()
        if kind == "integer" or "." in number:
            return ("number", number)
    if kind == "integer" and tree[0] == "number" and tree[1].lstrip("-").isdigit():
        return tree
    return ("cast", kind, tree)


def number_tree(text: str) -> Tree:
    """A number as the server keeps it: ``0x1F`` is 31, and what is no `integer` a `bigint`."""
    if text.isalnum() and not text.isdigit() and text[:2] in ("0x", "0o", "0b"):
        text = str(int(text, 0))
    if text.isdigit() and _GREATEST < int(text) <= _GREATEST_BIG:
        return ("cast", "bigint", ("string", text))
    return ("number", text)


def array_elements(array: Tree) -> Tree:
    """The array of an ``= ANY (…)``, with a cast of the whole given to its elements."""
    kind = ""
    while array[0] == "cast":
        kind = kind or array[1]
        array = array[2]
    if array[0] == "array" and kind.endswith("[]"):
        return ("array", tuple(cast_tree(kind[:-2], element) for element in array[1]))
    return ("cast", kind, array) if kind else array
