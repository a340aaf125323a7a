"""Trees of expressions without what a server adds: the types that operands have anyway."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from confiture.diffing.grammar import ANY_FROM, ARGUMENTS, OF_ONE_TYPE
from confiture.diffing.literals import Canonical, literal_text, truth_of, whole_number
from confiture.diffing.tree_types import WHOLE, base_type, common_type, is_literal, output_type, type_of

if TYPE_CHECKING:
    from confiture.diffing.scopes import Scope

__all__ = ["number_of", "plain_tree", "renamed_tree", "untyped", "without_casts"]

_CALCULATING = frozenset(("+", "-", "*", "/", "%"))
_MATCHING = frozenset(("~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*"))
#: Operators where a string has the type of the other side.
_OF_ONE_KIND = frozenset(("@>", "<@", "&&", "<<", ">>", "<<=", ">>="))
_COMPARING = _MATCHING | {"=", "<>", "<", ">", "<=", ">="}


#: Functions whose result has the type of their arguments, modifiers included.
_OF_ARGUMENTS = frozenset(("coalesce", "greatest", "least", "nullif", "max", "min"))
#: Functions that take a `regclass`, to which a literal of `text` is cast when they run.
_OF_CLASSES = ("nextval", "currval", "setval", "lastval")


def plain_tree(tree: Any, scope: Scope, *, is_target: bool = False) -> Any:
    """The tree without what the server adds to literals: the types that they have anyway.

    Args:
        tree: The tree.
        scope: What is known where it stands.
        is_target: Whether it is a column that a query gives, where a string has the type `text`.
    """
    tree = _shortened(tree, scope)
    if is_target:
        return untyped(tree)
    if scope.wanted is None:
        return tree
    wanted = base_type(_at_home(scope.wanted, scope), scope)
    while tree[0] == "cast" and _is_taken(tree[1], wanted) and is_literal(tree[2]):
        if tree[2][0] == "number" and (wanted != "numeric" or "." not in tree[2][1]):
            # Numbers have a type of their own, and keep a cast that is written.
            break
        tree = tree[2]
    if wanted == "text[]" and tree[0] == "array":
        return ("array", tuple(map(untyped, tree[1])))
    return _literal_of(wanted, tree)


def _is_taken(kind: str, wanted: str) -> bool:
    """Whether a literal of a type is one of another type too: what has fields is an interval."""
    return kind == wanted or (wanted == "interval" and kind.startswith("interval "))


def renamed_tree(tree: Any, scope: Scope) -> Any:
    """An expression of the old model with the new names of its table and of the columns of that."""
    if not scope.renamed and scope.was_called in (None, scope.relation):
        return tree
    if not isinstance(tree, tuple) or not tree:
        return tree
    if tree[0] == "name" and len(tree) == 2:
        *before, name = tree[1]
        if not before or before[-1] in (scope.was_called, "old", "new"):
            before = [scope.relation if part == scope.was_called else part for part in before]
            name = scope.renamed.get(name, name)
        return ("name", (*before, name))
    return tuple(renamed_tree(part, scope) for part in tree)


def _shortened(tree: Any, scope: Scope) -> Any:
    if not isinstance(tree, tuple) or not tree:
        return tree
    label = tree[0]
    if label == "name":
        row = _row_of(tree[1], scope)
        if row is not None:
            return ("whole", row)
        is_own = len(tree[1]) in (2, 3) and tree[1][-2] == scope.relation
        return ("name", tree[1][-1:]) if is_own else tree
    if not isinstance(label, str):
        return tuple(_shortened(part, scope) for part in tree)
    if label == "call":
        return _called(tree, scope)
    tree = (label, *(_shortened(part, scope) for part in tree[1:]))
    if label == "cast":
        return _cast(("cast", _at_home(tree[1], scope), tree[2]), scope)
    if label == "case":
        values = _beside([value for _, value in tree[2]] + [tree[3]], scope)
        branches = tuple((condition, value) for (condition, _), value in zip(tree[2], values, strict=False))
        return ("case", tree[1], branches, values[-1])
    if label == "operator":
        sides = _operand(tree[2], scope), _operand(tree[3], scope)
        return ("operator", tree[1], *_operated(tree[1], sides, scope))
    if label == "zone":
        return (label, tree[1], untyped(tree[2]))
    if label == "distinct":
        return ("distinct", *_compared(_operand(tree[1], scope), _operand(tree[2], scope), scope))
    if label in ("each", "listed") and tree[1] in _COMPARING and tree[4][0] == "array":
        subject = _operand(tree[3], scope)
        known = type_of(subject, scope)
        elements = tuple(_uncast(element, known, scope, is_listed=True) for element in tree[4][1])
        if known in ("character varying", "character") and (
            label == "each" or type_of(tree[3], scope) != known
        ):
            # What stands behind `IN` gets the type of what is looked for; an array of strings is of `text`.
            elements = tuple(
                ("cast", "text", one) if before[0] == "string" else one
                for one, before in zip(elements, tree[4][1], strict=True)
            )
        shown = subject
        for element in tree[4][1]:
            shown = _uncast(shown, type_of(element, scope), scope)
        return ("each", tree[1], tree[2], shown, ("array", elements))
    if label == "each":
        kind = type_of(tree[4], scope) or ""
        subject = _uncast(tree[3], kind[:-2], scope) if kind.endswith("[]") else tree[3]
        return (*tree[:3], subject, tree[4])
    if label in ("and", "or"):
        parts: list[Any] = []
        for part in tree[1]:
            parts += part[1] if part[0] == label and not parts else [part]
        return (label, tuple(parts))
    return tree


def _row_of(name: tuple[str, ...], scope: Scope) -> str | None:
    """The relation of which a name is the whole row, with or without `.*`."""
    if name[-1] == "*" and len(name) > 1:
        return name[-2]
    is_row = len(name) == 1 and name[0] in (scope.relation, "old", "new") and name[0] not in scope.columns
    return name[0] if is_row and scope.relation is not None else None


def _cast(tree: Any, scope: Scope) -> Any:
    """A cast, without it where there is nothing to cast; its literal is spelt as its type spells it."""
    kind, inner = tree[1], tree[2]
    if kind in scope.domains and inner[0] == "cast" and inner[1] == base_type(kind, scope):
        # A literal has the type below the domain first.
        return (*tree[:2], inner[2]) if is_literal(inner[2]) else tree
    if inner[0] == "string" and "(" not in kind:
        literal = _literal_of(base_type(kind, scope), inner)
        # What is true or false is written without its type, and so are numbers.
        return ("cast", kind, literal) if literal[0] == "string" else literal
    if inner[0] == "array" and inner[1] and kind.endswith("[]"):
        # The elements are cast, and not the array.
        return ("array", tuple(_cast(("cast", kind[:-2], one), scope) for one in inner[1]))
    if inner[0] == "constant" and kind == "boolean" and inner[1] in ("true", "false"):
        return inner
    return inner if _is_exactly(inner, kind, scope) else tree


def _is_exactly(tree: Any, kind: str, scope: Scope) -> bool:
    """Whether an expression has a type without any modifier anyway, so that nothing is cast to it."""
    if tree[0] == "name":
        return len(tree[1]) == 1 and scope.columns.get(tree[1][0]) == kind and kind not in scope.domains
    return tree[0] == "call" and tree[1][-1] not in _OF_ARGUMENTS and type_of(tree, scope) == kind


def _operated(operator: str, sides: tuple[Any, Any], scope: Scope) -> tuple[Any, Any]:
    left, right = sides
    if operator in ("->", "->>", "?"):
        return left, untyped(right)
    if operator == "||":
        return _joined(left, right, scope), _joined(right, left, scope)
    if operator in ("#>", "#>>"):
        return left, _uncast(right, "text[]", scope)
    if operator in _OF_ONE_KIND:
        left, right = _array(left, right, scope), _array(right, left, scope)
        return _uncast(left, type_of(right, scope), scope), _uncast(right, type_of(left, scope), scope)
    if operator in _MATCHING and type_of(left, scope) in ("character", "name"):
        # There is none of them for these types, but for `text`.
        return left, untyped(right)
    if operator in _COMPARING:
        return _compared(left, right, scope)
    if operator in _CALCULATING:
        left, right = _as_operand(left, right, scope), _as_operand(right, left, scope)
        left, right = _calculated(left, right, scope)
        if operator == "%":
            # There is none of two types.
            kinds = type_of(left, scope), type_of(right, scope)
            return _uncast_literal(left, kinds[1] or "", scope), _uncast_literal(right, kinds[0] or "", scope)
        return left, right
    return left, right


def _as_operand(tree: Any, other: Any, scope: Scope) -> Any:
    """A string beside a number, which gets the type of that."""
    kind = type_of(other, scope)
    return _literal_of(kind, tree) if kind in ("integer", "numeric") else tree


def _beside(trees: list[Any], scope: Scope) -> list[Any]:
    """Expressions that get one type, such as the branches of ``CASE``, without the casts to it."""
    if all(is_literal(_bare(tree)) for tree in trees):
        plain = [untyped(tree) for tree in trees]
        return plain if all(tree[0] != "cast" for tree in plain) else trees
    # What gives the others its type: no literal, nothing with a cast as the server adds one, and no domain.
    own = [
        tree
        for tree in trees
        if not is_literal(_bare(tree)) and not _is_widened(tree, scope) and not _is_domain(tree, scope)
    ]
    if not own and any(_bare(tree)[0] == "number" for tree in trees):
        # A number takes domains to what they are over.
        own = [_bare(tree) for tree in trees if _is_domain(_bare(tree), scope)]
    kind = common_type(own, scope)
    if kind is None:
        return trees
    return [
        _literal_of(kind, tree)
        if tree[0] == "string"
        else _unwidened(_uncast_literal(tree, kind, scope), kind, scope)
        for tree in trees
    ]


def _bare(tree: Any) -> Any:
    while tree[0] == "cast":
        tree = tree[2]
    return tree


def _uncast_literal(tree: Any, kind: str, scope: Scope) -> Any:
    """A literal without the cast to the type that it gets anyway."""
    if tree[0] != "cast" or not is_literal(tree[2]) or tree[1] != kind:
        return tree
    if tree[2][0] == "number" and kind not in ("bigint", "numeric", "double precision"):
        return tree
    return _literal_of(kind, tree[2])


def _is_widened(tree: Any, scope: Scope) -> bool:
    """Whether it is cast as the server casts it to the type of something else."""
    return tree[0] == "cast" and _unwidened(tree, tree[1], scope) is not tree


def _unwidened(tree: Any, kind: str, scope: Scope) -> Any:
    """An expression without its cast to a type that its own is cast to without being asked."""
    if tree[0] != "cast" or tree[1] != kind or is_literal(tree[2]):
        return tree
    inner = tree[2]
    if inner[0] == "name" and _is_domain(inner, scope) and type_of(inner, scope) == kind:
        return inner
    if kind == "text":
        return inner if type_of(inner, scope) == "character varying" else tree
    if kind not in ("numeric", "double precision"):
        # Of whole numbers, there are operators between all types.
        return tree
    narrower = WHOLE if kind == "numeric" else (*WHOLE, "numeric")
    return inner if type_of(inner, scope) in narrower else tree


def _compared(left: Any, right: Any, scope: Scope) -> tuple[Any, Any]:
    """The sides of a comparison without the casts that it has by itself."""
    left, right = _calculated(left, right, scope)
    left_type, right_type = type_of(left, scope), type_of(right, scope)
    return _uncast(left, right_type, scope), _uncast(right, left_type, scope)


def _calculated(left: Any, right: Any, scope: Scope) -> tuple[Any, Any]:
    """Operands without the casts of the narrower one to the type of the wider one."""
    sides = (left, right)
    if any(_is_widened(side, scope) for side in sides) and all(
        _is_widened(side, scope) or (is_literal(_bare(side)) and not _is_decimal(side)) for side in sides
    ):
        # One of them is asked for, or both are: `a::numeric * b` has another operator than `a * b`.
        return sides
    kinds = [output_type(side, scope) for side in sides]
    return (
        _unwidened(_number_of(left, kinds[1], scope), kinds[1] or "", scope),
        _unwidened(_number_of(right, kinds[0], scope), kinds[0] or "", scope),
    )


def _is_decimal(tree: Any) -> bool:
    return tree[0] == "number" and "." in tree[1]


def _number_of(tree: Any, kind: str | None, scope: Scope) -> Any:
    """A whole number without the cast to the type of the other operand."""
    if kind in ("numeric", "double precision") and tree[0] == "cast" and tree[2][0] == "number":
        return tree[2] if tree[1] == kind else tree
    return tree


def _operand(tree: Any, scope: Scope) -> Any:
    """A column without the cast that operators add to it: from a domain, and from `varchar` to `text`."""
    if tree[0] != "cast" or tree[2][0] != "name":
        return tree
    kind, inner = tree[1], tree[2]
    known = type_of(inner, scope)
    if kind == "text" and known in ("text", "character varying"):
        return inner
    # Operators for enums and arrays of any kind take domains over these as they are.
    is_plain = known == kind and not kind.endswith("[]") and "." not in kind
    return inner if is_plain and _is_domain(inner, scope) else tree


def _is_domain(tree: Any, scope: Scope) -> bool:
    return tree[0] == "name" and scope.columns.get(tree[1][-1]) in scope.domains


def _at_home(kind: str, scope: Scope) -> str:
    """A type's name with the schema that it is in."""
    element, suffix = (kind[:-2], "[]") if kind.endswith("[]") else (kind, "")
    home = None if "." in element else scope.homes.get(element)
    return kind if home is None else f"{home}.{element}{suffix}"


def _called(tree: Any, scope: Scope) -> Any:
    _, names, arguments, *rest = tree
    rest = [_shortened(part, scope) for part in rest]
    name = names[-1]
    if name in scope.homes:
        # A function of the schema's own may be there for `varchar` and for `text`.
        kinds = scope.signatures.get(name, ())
        shown = [_shortened(one, scope) for one in arguments]
        shown[: len(kinds)] = [_argument(one, kind, scope) for one, kind in zip(shown, kinds, strict=False)]
        return ("call", (scope.homes[name], name) if len(names) == 1 else names, tuple(shown), *rest)
    arguments = tuple(_shortened(one, scope) for one in arguments)
    if name in _OF_CLASSES and len(arguments) == 1 and arguments[0][:2] == ("cast", "regclass"):
        inner = arguments[0][2]
        return ("call", names, (inner if inner[:2] == ("cast", "text") else arguments[0],), *rest)
    if name in _OF_CLASSES or len(names) > 1 or not all(isinstance(one, tuple) for one in arguments):
        return ("call", names, arguments, *rest)
    if name in ("coalesce", "greatest", "least"):
        return ("call", names, tuple(_beside(list(arguments), scope)), *rest)
    if name == "nullif" and len(arguments) == 2:
        return ("call", names, _compared(*arguments, scope), *rest)
    # A literal without a type is text wherever a function takes text.
    any_from = ANY_FROM.get(name, len(arguments))
    arguments = (*map(untyped, arguments[:any_from]), *arguments[any_from:])
    if name in OF_ONE_TYPE:
        arguments = tuple(_operand(one, scope) for one in arguments)
    kinds = ARGUMENTS.get(name, ())
    shown = [_argument(one, kind, scope) for one, kind in zip(arguments, kinds, strict=False)]
    return ("call", names, (*shown, *arguments[len(shown) :]), *rest)


def _argument(tree: Any, kind: str, scope: Scope) -> Any:
    """An argument without the cast to the only type that the function takes in its place."""
    if kind and tree[0] == "cast" and base_type(tree[1], scope) == base_type(kind, scope) == tree[1]:
        return _literal_of(tree[1], tree[2]) if tree[2][0] == "string" else tree[2]
    return tree


def untyped(tree: Any) -> Any:
    """A string without the type that strings have by themselves."""
    while (
        tree
        and tree[:2] == ("cast", "text")
        and (tree[2][0] == "string" or tree[2][:2] == ("cast", "text") or tree[2] == ("constant", "null"))
    ):
        tree = tree[2]
    return tree


def _joined(tree: Any, other: Any, scope: Scope) -> Any:
    """A string that is joined to something that is no array."""
    other = untyped(other)
    if other[0] in ("string", "call", "case") or (other[0] == "operator" and other[1] == "||"):
        return untyped(tree)
    known = type_of(other, scope)
    return tree if known is None or known.endswith("[]") or known in ("jsonb", "tsvector") else untyped(tree)


def _literal_of(kind: str, tree: Any) -> Any:
    """A string as a literal of a type, in the spelling of that."""
    if tree[0] != "string" or isinstance(tree[1], Canonical):
        return tree
    if kind == "integer" and (number := whole_number(tree[1])) is not None:
        return ("number", number)
    if kind == "boolean" and (truth := truth_of(tree[1])) is not None:
        return ("constant", "true" if truth else "false")
    spelt = literal_text(kind, tree[1])
    if spelt is None:
        return tree
    # So is written what has a point.
    return ("number", str(spelt)) if kind == "numeric" and "." in spelt else ("string", spelt)


def _uncast(tree: Any, other: str | None, scope: Scope, *, is_listed: bool = False) -> Any:
    """A literal without the type that the other side gives it.

    Args:
        tree: The literal.
        other: The type of the other side.
        scope: What is known there.
        is_listed: Whether it is one of several that are compared with the other side.
    """
    if other is None:
        return tree
    # Of `varchar`, there are operators of `text` alone; the literals of a list are of `varchar` before that.
    given = ["text"] if other == "character varying" else [other]
    if other == "character varying" and is_listed:
        given = ["text", "character varying"]
    bare = tree
    while bare[0] == "cast" and bare[1] in given:
        kind = bare[1]
        bare = bare[2]
        if kind == "character varying":
            given = []
    if bare[0] == "cast" or (
        is_listed and tree[:2] == ("cast", "text") and bare is tree[2] and other != "text"
    ):
        return tree
    if bare is not tree and bare[0] == "number" and other not in ("numeric", "double precision"):
        # Of whole numbers there are comparisons between all types.
        return tree
    return _literal_of(other, bare) if is_literal(bare) else tree


def _array(tree: Any, other: Any, scope: Scope) -> Any:
    """An array of literals without the types that the array on the other side gives them."""
    known = type_of(other, scope)
    if known is None or not known.endswith("[]"):
        return tree
    while tree[0] == "cast" and base_type(tree[1], scope) == known and tree[2][0] == "array":
        tree = tree[2]
    if tree[0] != "array":
        return tree
    return ("array", tuple(_uncast(element, known[:-2], scope) for element in tree[1]))


def without_casts(tree: Any) -> Any:
    """The tree without any casts, whose literals are numbers where they can be."""
    if not isinstance(tree, tuple) or not tree:
        return tree
    while tree and tree[0] == "cast":
        tree = tree[2]
    if tree[0] in ("number", "string"):
        return ("literal", number_of(tree[1]))
    if tree[:2] == ("sign", "-"):
        # A server takes a minus that it wrote in front of a number for a part of that.
        inner = without_casts(tree[2])
        if inner[0] == "literal" and not isinstance(inner[1], str):
            return ("literal", -inner[1])
        return ("sign", "-", inner)
    return tuple(without_casts(part) for part in tree)


def number_of(text: str) -> Any:
    """The number that a text says; the text, if it says none or is the spelling of a type."""
    if isinstance(text, Canonical):
        return text
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text
