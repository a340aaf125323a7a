"""Names that a query leaves out: of columns (``FigureColname``) and of relations (``set_rtable_names``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["output_name", "printed_names"]

#: What the grammar calls types that it spells in words.
_INTERNAL = {
    "integer": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "boolean": "bool",
    "character varying": "varchar",
    "character": "bpchar",
    "double precision": "float8",
    "real": "float4",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "bit varying": "varbit",
}
_MODIFIER = re.compile(r"\([^()]*\)")
#: Functions that the grammar has under another name.
_FUNCTIONS = {"trim": "btrim"}
_UNNAMED = "?column?"


def output_name(tree: Any, inner: Mapping[int, str | None], *, has_cast: bool) -> str | None:
    """The name that a column without ``AS`` gets; None if that cannot be told.

    Args:
        tree: Its expression, as it is read.
        inner: The names of the first columns of the queries in it.
        has_cast: Whether there is a cast in the text: a number is what a cast of a string to one is, too.
    """
    return None if has_cast and tree[0] == "number" else _name_of(tree, inner)[0]


def _name_of(tree: Any, inner: Mapping[int, str | None]) -> tuple[str | None, bool]:
    """A name, and whether nothing that stands around the expression replaces it."""
    while tree[0] in ("element", "collate"):
        tree = tree[2] if tree[0] == "collate" else tree[1]
    label = tree[0]
    if label == "name":
        return tree[1][-1], True
    if label == "field":
        return tree[2], True
    if label == "call":
        return _FUNCTIONS.get(tree[1][-1], tree[1][-1]), True
    if label == "zone":
        return "timezone", True
    if label in ("exists", "array", "array of", "row"):
        return label.partition(" ")[0], True
    if label == "subquery":
        return inner.get(id(tree[1])), True
    if label == "cast":
        kind = tree[1]
        while tree[0] == "cast":
            tree = tree[2]
        name, is_strong = _name_of(tree, inner)
        return (name, True) if is_strong else (_type(kind), False)
    if label == "case":
        name, is_strong = _name_of(tree[3], inner)
        return (name, True) if is_strong else ("case", False)
    return _UNNAMED, False


def _type(kind: str) -> str:
    name = _MODIFIER.sub("", kind).removesuffix("[]").strip()
    return _INTERNAL.get(name, name.rpartition(".")[2]).strip('"')


def printed_names(called: Iterable[str], used: set[str]) -> list[str]:
    """The names under which the server writes the relations of a query (``set_rtable_names``).

    Args:
        called: What the query calls them.
        used: The names that the queries around it have, to which these are added.
    """
    counters: dict[str, int] = {}
    printed = []
    for name in called:
        shown = name
        while shown in used:
            counters[name] = counters.get(name, 0) + 1
            shown = f"{name}_{counters[name]}"
        used.add(shown)
        printed.append(shown)
    return printed
