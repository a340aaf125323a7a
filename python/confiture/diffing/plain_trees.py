"""Trees of expressions without what a server adds: the types that operands have anyway."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from confiture.diffing.grammar import OF_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.diffing.scopes import Scope

__all__ = ["number_of", "plain_tree", "without_casts"]

_COMPARING = frozenset(("=", "<>", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*"))


_MODIFIER = re.compile(r"\([\d,\s-]*\)")


#: Functions that take a `regclass`, to which a literal of `text` is cast when they run.
_OF_CLASSES = ("nextval", "currval", "setval", "lastval")


#: Functions whose arguments become of one type, which a literal takes from the others.
_OF_ONE_TYPE = (("coalesce",), ("greatest",), ("least",))


#: The function that compares its arguments.
_NULLIF = ("nullif",)


_STRINGS = ("text", "character varying")


_TRUE = ("t", "true", "y", "yes", "on", "1")


_FALSE = ("f", "false", "n", "no", "off", "0")


def plain_tree(tree: Any, scope: Scope) -> Any:
    """The tree without what the server adds to literals: the types that they have anyway."""
    tree = _shortened(tree, scope)
    if scope.wanted is None:
        return tree
    wanted = _base(scope.wanted, scope)
    while tree[0] == "cast" and tree[1] == wanted and _is_literal(tree[2]):
        if tree[2][0] == "number" and (wanted != "numeric" or "." not in tree[2][1]):
            # Numbers have a type of their own, and keep a cast that is written.
            break
        tree = tree[2]
    return _literal_of(wanted, tree)


def _shortened(tree: Any, scope: Scope) -> Any:
    if not isinstance(tree, tuple) or not tree:
        return tree
    label = tree[0]
    if label == "name":
        is_own = len(tree[1]) in (2, 3) and tree[1][-2] == scope.relation
        return ("name", tree[1][-1:]) if is_own else tree
    if not isinstance(label, str):
        return tuple(_shortened(part, scope) for part in tree)
    if label == "call" and tree[1][-1] in scope.homes:
        # A function of the schema's own may be there for `varchar` and for `text`.
        arguments = tuple(one if one[0] == "cast" else _shortened(one, scope) for one in tree[2])
        return _called(("call", tree[1], arguments, *tree[3:]), scope)
    written = tree
    tree = (label, *(_shortened(part, scope) for part in tree[1:]))
    if label == "cast":
        return _implicit(("cast", _at_home(tree[1], scope), tree[2]), scope)
    if label == "is" and written[2][0] == "cast" and tree[2][0] != "cast":
        # Nothing is cast by itself there.
        return (*tree[:2], ("cast", written[2][1], tree[2]))
    if label == "call" and tree[1] == _NULLIF and len(tree[2]) == 2:
        return ("call", tree[1], _compared(tree[2][0], tree[2][1], scope), *tree[3:])
    if label == "call" and tree[1] in _OF_ONE_TYPE:
        known = _common_type(written[2], scope)
        if known is not None:
            return (
                "call",
                tree[1],
                tuple(_uncast(one, known, scope, own=known) for one in tree[2]),
                *tree[3:],
            )
    if label == "call":
        return _called(tree, scope)
    if label == "case":
        known = _common_type([*(value for _, value in written[2]), written[3]], scope)
        branches = tuple((condition, _valued(value, known, scope)) for condition, value in tree[2])
        return ("case", tree[1], branches, _valued(tree[3], known, scope))
    if label == "operator" and tree[1] in ("->", "->>", "?"):
        return (*tree[:3], _untyped(tree[3]))
    if label == "operator" and tree[1] == "||":
        return (*tree[:2], _joined(tree[2], tree[3], scope), _joined(tree[3], tree[2], scope))
    if label == "operator" and tree[1] in ("@>", "<@", "&&"):
        left, right = tree[2], tree[3]
        return (*tree[:2], _array(left, right, scope), _array(right, left, scope))
    if label == "operator" and tree[1] in _COMPARING:
        left, right = _compared(tree[2], tree[3], scope)
        return ("operator", tree[1], left, right)
    if label == "distinct":
        left, right = _compared(tree[2], tree[3], scope)
        return ("distinct", tree[1], left, right)
    if label == "each" and tree[1] in _COMPARING and tree[4][0] == "array":
        subject, known = tree[3], _type_of(written[3], scope)
        elements = [_uncast(element, known, scope, own=known or "text") for element in tree[4][1]]
        for element in tree[4][1]:
            subject = _uncast(tree[3], _type_of(element, scope), scope)
        return ("each", tree[1], tree[2], subject, ("array", tuple(elements)))
    if label in ("and", "or"):
        parts: list[Any] = []
        for part in tree[1]:
            parts += part[1] if part[0] == label and not parts else [part]
        return (label, tuple(parts))
    return tree


def _compared(left: Any, right: Any, scope: Scope) -> tuple[Any, Any]:
    """The sides of a comparison without the casts that it has by itself."""
    left_type, right_type = _type_of(left, scope), _type_of(right, scope)
    return _uncast(left, right_type, scope), _uncast(right, left_type, scope)


def _implicit(tree: Any, scope: Scope) -> Any:
    """A column without the cast that the server adds to it: from a domain, and from `varchar` to `text`."""
    kind, inner = tree[1], tree[2]
    if kind in scope.domains and inner[0] == "cast" and inner[1] == _base(kind, scope):
        # A literal has the type below the domain first.
        return (*tree[:2], inner[2]) if _is_literal(inner[2]) else tree
    if inner[0] != "name":
        return tree
    known = _type_of(inner, scope)
    is_text = kind == "text" and known in ("text", "character varying")
    return inner if is_text or (known is not None and known == kind and _is_domain(inner, scope)) else tree


def _is_domain(tree: Any, scope: Scope) -> bool:
    return scope.columns.get(tree[1][-1]) in scope.domains


def _at_home(kind: str, scope: Scope) -> str:
    """A type's name with the schema that it is in."""
    element, suffix = (kind[:-2], "[]") if kind.endswith("[]") else (kind, "")
    home = None if "." in element else scope.homes.get(element)
    return kind if home is None else f"{home}.{element}{suffix}"


def _called(tree: Any, scope: Scope) -> Any:
    names, arguments, rest = tree[1], tree[2], tree[3:]
    if names[-1] in scope.homes:
        home = scope.homes[names[-1]]
        return ("call", (home, names[-1]) if len(names) == 1 else names, arguments, *rest)
    if names[-1] in _OF_CLASSES and len(arguments) == 1 and arguments[0][:2] == ("cast", "regclass"):
        inner = arguments[0][2]
        return ("call", names, (inner if inner[:2] == ("cast", "text") else arguments[0],), *rest)
    if names[-1] in _OF_CLASSES or len(names) > 1 or not all(isinstance(one, tuple) for one in arguments):
        return tree
    # A literal without a type is text wherever a function takes text.
    return ("call", names, tuple(_untyped(one) for one in arguments), *rest)


def _untyped(tree: Any) -> Any:
    """A string without the type that strings have by themselves."""
    while (
        tree
        and tree[:2] == ("cast", "text")
        and (
            tree[2][0] == "string"
            or tree[2] == ("constant", "null")
            or (tree[2][0] == "cast" and tree[2][1] in _STRINGS)
        )
    ):
        tree = tree[2]
    return tree


def _valued(tree: Any, known: str | None, scope: Scope) -> Any:
    """A branch of a ``CASE`` without the type that the others give it."""
    return _untyped(tree) if known is None else _uncast(tree, known, scope, own=known)


def _common_type(trees: Iterable[Any], scope: Scope) -> str | None:
    """The type of all that have one to see, if it is one."""
    found = {kind for tree in trees if (kind := _type_of(tree, scope)) is not None}
    return found.pop() if len(found) == 1 else None


def _joined(tree: Any, other: Any, scope: Scope) -> Any:
    """A string that is joined to something that is no array."""
    if other[0] in ("string", "call", "case") or (other[0] == "operator" and other[1] == "||"):
        return _untyped(tree)
    known = _type_of(other, scope)
    return tree if known is None or known.endswith("[]") or known in ("jsonb", "tsvector") else _untyped(tree)


def _literal_of(kind: str, tree: Any) -> Any:
    """A literal as a type has it: what a string says of a number, or of true and false."""
    if (
        tree[0] == "string"
        and kind in ("double precision", "real")
        and not isinstance(number_of(tree[1]), str)
    ):
        return ("string", str(float(tree[1])))
    if tree[0] != "string":
        return tree
    text = tree[1].strip()
    if kind == "integer" and not isinstance(number_of(text), str):
        return ("number", str(number_of(text)))
    if kind == "boolean" and text.lower() in _TRUE + _FALSE:
        return ("constant", "true" if text.lower() in _TRUE else "false")
    if kind == "bytea" and not text:
        return ("string", "\\x")
    return tree


def _uncast(tree: Any, other: str | None, scope: Scope, *, own: str = "text") -> Any:
    """A literal without the type that the other side gives it.

    Args:
        tree: The literal, or anything else.
        other: The type of the other side.
        scope: What is known.
        own: What a string is beside one of `varchar`: the operators are those of `text`, while elements of
            lists have their own type before they are cast.
    """
    if other is None:
        return tree
    if other in _STRINGS:
        return _string(tree, own)
    bare = tree
    while bare[0] == "cast":
        if bare[1] != other:
            return tree
        bare = bare[2]
    if bare is not tree and bare[0] == "number" and other not in ("numeric", "double precision"):
        # Of whole numbers there are comparisons between all types.
        return tree
    return _literal_of(other, bare) if _is_literal(bare) else tree


def _string(tree: Any, own: str) -> Any:
    """A literal as a string of one of two types, of which the one that it has without a cast is not told."""
    bare = tree[2] if tree[0] == "cast" and tree[1] == "text" and tree[2][0] == "cast" else tree
    kind = own
    if bare[0] == "cast" and bare[1] in _STRINGS:
        kind, bare = bare[1], bare[2]
    if not _is_literal(bare):
        return tree
    return bare if kind == "text" else ("cast", kind, bare)


def _type_of(tree: Any, scope: Scope) -> str | None:
    """The type of a column or a cast, without modifiers, and through domains."""
    if tree[0] == "name":
        name = tree[1][-1]
        is_own = len(tree[1]) == 1 or tree[1][0] in (scope.relation, "old", "new")
        known = scope.columns.get(name) if is_own else None
        return None if known is None else _base(known, scope)
    if tree[0] == "cast" and not _is_literal(tree[2]):
        return _base(tree[1], scope)
    if tree[0] == "call" and len(tree[1]) == 1:
        if tree[1][0] in OF_TEXT and tree[1][0] not in scope.homes:
            return "text"
        if tree[1] in _OF_ONE_TYPE:
            return _common_type(tree[2], scope)
        if tree[1] == _NULLIF and tree[2]:
            return _type_of(tree[2][0], scope)
    if tree[0] == "case":
        return _common_type([*(value for _, value in tree[2]), tree[3]], scope)
    if tree[0] == "collate":
        return _type_of(tree[2], scope)
    if tree[0] == "element" and len(tree[2]) == 1:
        known = _type_of(tree[1], scope)
        return known[:-2] if known is not None and known.endswith("[]") else None
    if tree[0] == "operator" and tree[1] == "->>":
        return "text"
    if tree[0] == "operator" and tree[1] == "||":
        sides = {_type_of(tree[2], scope), _type_of(tree[3], scope)} & {"text", "character varying"}
        return "text" if sides else None
    return None


def _array(tree: Any, other: Any, scope: Scope) -> Any:
    """An array of literals without the types that the array on the other side gives them."""
    known = _type_of(other, scope)
    if known is None or not known.endswith("[]"):
        return tree
    while tree[0] == "cast" and _base(tree[1], scope) == known and tree[2][0] == "array":
        tree = tree[2]
    if tree[0] != "array":
        return tree
    return ("array", tuple(_uncast(element, known[:-2], scope) for element in tree[1]))


def _base(kind: str, scope: Scope) -> str:
    for _ in range(32):
        over = scope.domains.get(kind)
        if over is None:
            break
        kind = over
    return _MODIFIER.sub("", kind)


def _is_literal(tree: Any) -> bool:
    return tree[0] in ("string", "number") or tree == ("constant", "null")


def without_casts(tree: Any) -> Any:
    """The tree without any casts, whose literals are numbers where they can be."""
    if not isinstance(tree, tuple) or not tree:
        return tree
    while tree and tree[0] == "cast":
        tree = tree[2]
    if tree[0] == "number":
        return ("literal", number_of(tree[1]))
    if tree[0] == "string":
        return ("literal", number_of(tree[1]))
    return tuple(without_casts(part) for part in tree)


def number_of(text: str) -> Any:
    """The number that a text says; the text, if it says none."""
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
