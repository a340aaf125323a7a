"""Trees of expressions, and those that the server makes of what is written in another way."""

from __future__ import annotations

from typing import Any

from confiture.diffing.literals import numeric_text, whole_number

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
    if tree[0] == "cast" and tree[1] in ("bigint", "numeric") and tree[2][0] == "string":
        return ("cast", tree[1], ("string", _negated_text(tree[2][1])))
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
    if tree[0] == "string" and kind in ("integer", "numeric"):
        # So is written what is negative: '-1'::integer, '-1.5'::numeric.
        number = whole_number(tree[1]) if kind == "integer" else numeric_text(tree[1])
        if number is not None and (kind == "integer" or "." in number):
            return ("number", number)
    if kind == "integer" and tree[0] == "number" and tree[1].lstrip("-").isdigit():
        return tree
    return ("cast", kind, tree)


def number_tree(text: str) -> Tree:
    """A number as the server keeps it: ``0x1F`` is 31, what is no `integer` a `bigint` or `numeric`."""
    whole = whole_number(text)
    if whole is None:
        number = numeric_text(text) or text
        return ("number", number) if "." in number else ("cast", "numeric", ("string", number))
    if len(whole) > len(str(_GREATEST_BIG)) or int(whole) > _GREATEST_BIG:
        return ("cast", "numeric", ("string", whole))
    return ("number", whole) if int(whole) <= _GREATEST else ("cast", "bigint", ("string", whole))


def array_elements(array: Tree) -> Tree:
    """The array of an ``= ANY (…)``, with a cast of the whole given to its elements."""
    kind = ""
    while array[0] == "cast":
        kind = kind or array[1]
        array = array[2]
    if array[0] == "array" and kind.endswith("[]"):
        return ("array", tuple(cast_tree(kind[:-2], element) for element in array[1]))
    return ("cast", kind, array) if kind else array
