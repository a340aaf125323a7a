"""Whether two texts of a model say the same: yes, no, or a server has to tell.

Yes and no are certain. What is neither is undecided: the server may have rewritten one text into the other.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.diffing.expressions import Tree, tree_of
from confiture.diffing.words import Word, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Scope", "Verdict", "compare_expressions", "compare_queries"]


class Verdict(Enum):
    """What is known of two texts."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


class Scope(NamedTuple):
    """What is known where an expression stands.

    Attributes:
        relation: The name of its table, if it has one.
        columns: The types of its columns, by name.
        domains: The types that domains are over, by the domain's type.
        homes: The schemas of routines and types whose names are in one schema alone, by name.
        extended: The schemas that extensions are in, whose objects no text names in full.
        wanted: The type that the expression is made to have, such as that of a column for its default.
    """

    relation: str | None = None
    columns: Mapping[str, str] = {}
    domains: Mapping[str, str] = {}
    homes: Mapping[str, str] = {}
    extended: tuple[str, ...] = ()
    wanted: str | None = None


_TEXTS = ("text", "character varying", "name", '"char"', "citext")
_COMPARING = frozenset(("=", "<>", "<", ">", "<=", ">=", "~", "~*", "!~", "!~*", "~~", "!~~", "~~*", "!~~*"))
_MODIFIER = re.compile(r"\([\d,\s-]*\)")

#: Strings that a type may write in another way: dates and numbers have digits, the others are values of
#: booleans and times.
_REWRITABLE = re.compile(
    r"[0-9{\[(<]|^\s*(t|f|true|false|y|n|yes|no|on|off|now|today|tomorrow|yesterday|epoch|allballs|[-+]?infinity|nan)\s*$",
    re.IGNORECASE,
)


def compare_expressions(old: str, new: str, scope: Scope) -> Verdict:
    """Whether two expressions are one.

    Args:
        old: An expression of the old model.
        new: The one of the new model in its place.
        scope: What is known there; of both models, where they agree.
    """
    if old == new:
        return Verdict.SAME
    old_tree, new_tree = tree_of(old), tree_of(new)
    if old_tree is None or new_tree is None:
        return _compare_words(old, new)
    old_tree, new_tree = _plain(old_tree, scope), _plain(new_tree, scope)
    if old_tree == new_tree:
        return Verdict.SAME
    if _without_casts(old_tree) == _without_casts(new_tree):
        return Verdict.UNDECIDED
    return _by_atoms(list(_atoms(old_tree)), list(_atoms(new_tree)))


def compare_queries(old: str, new: str, scope: Scope | None = None) -> Verdict:
    """Whether two queries, or two statements of rules or bodies, are one."""
    if old == new:
        return Verdict.SAME
    if old.startswith("return") and new.startswith("return"):
        # The body of a function that is one expression.
        return compare_expressions(old[len("return") :], new[len("return") :], scope or Scope())
    old_words, new_words = words_of(old), words_of(new)
    if _squeezed(old_words) == _squeezed(new_words):
        # The server writes parentheses around every operation, which cannot tell two queries apart only
        # where precedence needs none.
        return Verdict.UNDECIDED
    names, other_names = _output_names(old_words), _output_names(new_words)
    if names is not None and other_names is not None:
        if len(names) != len(other_names):
            return Verdict.DIFFERENT
        pairs = zip(names, other_names, strict=True)
        if any(name is not None and other is not None and name != other for name, other in pairs):
            return Verdict.DIFFERENT
    return _compare_words(old, new)


def _plain(tree: Any, scope: Scope) -> Any:
    """The tree without what the server adds to literals: the types that they have anyway."""
    tree = _shortened(tree, scope)
    if scope.wanted is None:
        return tree
    wanted = _base(scope.wanted, scope)
    while tree[0] == "cast" and _base(tree[1], scope) == wanted and _is_literal(tree[2]):
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
    tree = (label, *(_shortened(part, scope) for part in tree[1:]))
    if label == "cast":
        return _implicit(("cast", _at_home(tree[1], scope), tree[2]), scope)
    if label == "call":
        return _called(tree, scope)
    if label == "case":
        branches = tuple((condition, _untyped(value)) for condition, value in tree[2])
        return ("case", tree[1], branches, _untyped(tree[3]))
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
        subject = tree[3]
        elements = []
        for element in tree[4][1]:
            subject, shown = _compared(tree[3], element, scope)
            elements.append(shown)
        return ("each", tree[1], tree[2], subject, ("array", tuple(elements)))
    if label in ("and", "or"):
        parts: list[Any] = []
        for part in tree[1]:
            parts += part[1] if part[0] == label else [part]
        return (label, tuple(parts))
    return tree


def _compared(left: Any, right: Any, scope: Scope) -> tuple[Any, Any]:
    """The sides of a comparison without the casts that it has by itself."""
    left_type, right_type = _type_of(left, scope), _type_of(right, scope)
    return _uncast(left, right_type, scope), _uncast(right, left_type, scope)


def _implicit(tree: Any, scope: Scope) -> Any:
    """A column without the cast that the server adds to it: from a domain, and from `varchar` to `text`."""
    kind, inner = tree[1], tree[2]
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


#: Functions that take a `regclass`, to which a literal of `text` is cast when they run.
_OF_CLASSES = ("nextval", "currval", "setval", "lastval")


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
    while tree and tree[0] == "cast" and tree[1] in ("text", "character varying") and (
        tree[2][0] in ("string", "cast") or tree[2] == ("constant", "null")
    ):
        if tree[2][0] == "cast" and tree[2][1] not in ("text", "character varying"):
            break
        tree = tree[2]
    return tree


def _joined(tree: Any, other: Any, scope: Scope) -> Any:
    """A string that is joined to something that is no array."""
    if other[0] in ("string", "call", "case") or (other[0] == "operator" and other[1] == "||"):
        return _untyped(tree)
    known = _type_of(other, scope)
    return tree if known is None or known.endswith("[]") or known in ("jsonb", "tsvector") else _untyped(tree)


_TRUE = ("t", "true", "y", "yes", "on", "1")
_FALSE = ("f", "false", "n", "no", "off", "0")


def _literal_of(kind: str, tree: Any) -> Any:
    """A literal as a type has it: what a string says of a number, or of true and false."""
    if tree[0] == "string" and kind in ("double precision", "real") and not isinstance(_number(tree[1]), str):
        return ("string", str(float(tree[1])))
    if tree[0] != "string":
        return tree
    text = tree[1].strip()
    if kind == "integer" and not isinstance(_number(text), str):
        return ("number", str(_number(text)))
    if kind == "boolean" and text.lower() in _TRUE + _FALSE:
        return ("constant", "true" if text.lower() in _TRUE else "false")
    if kind == "bytea" and not text:
        return ("string", "\\x")
    return tree


def _uncast(tree: Any, other: str | None, scope: Scope) -> Any:
    """A literal without the type that the other side gives it."""
    if other is None:
        return tree
    bare = tree
    while bare[0] == "cast":
        kind = _base(bare[1], scope)
        is_text = other in ("text", "character varying") and kind in ("text", "character varying")
        if kind != other and not is_text:
            return tree
        bare = bare[2]
    if bare is not tree and bare[0] == "number" and other not in ("numeric", "double precision"):
        # Of whole numbers there are comparisons between all types.
        return tree
    return _literal_of(other, bare) if _is_literal(bare) else tree


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
        if tree[1][0] in _OF_TEXT and tree[1][0] not in scope.homes:
            return "text"
        if tree[1][0] in ("coalesce", "nullif", "greatest", "least") and tree[2]:
            return _type_of(tree[2][0], scope)
    if tree[0] == "case":
        return _type_of(tree[2][0][1], scope) if tree[2] else None
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


#: PostgreSQL's own functions that give text.
_OF_TEXT = frozenset(
    """
    lower upper btrim ltrim rtrim trim substr substring replace regexp_replace concat concat_ws left right lpad rpad
    md5 to_char jsonb_typeof json_typeof split_part initcap reverse repeat translate encode format quote_ident
    quote_literal array_to_string chr overlay
    """.split()
)


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


def _without_casts(tree: Any) -> Any:
    if not isinstance(tree, tuple) or not tree:
        return tree
    while tree and tree[0] == "cast":
        tree = tree[2]
    if tree[0] == "number":
        return ("literal", _number(tree[1]))
    if tree[0] == "string":
        return ("literal", _number(tree[1]))
    return tuple(_without_casts(part) for part in tree)


def _number(text: str) -> Any:
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        return text


def _atoms(tree: Any) -> Iterator[tuple[str, Any]]:
    """Names, literals and operators, which a server does not change."""
    if not isinstance(tree, tuple) or not tree:
        return
    label = tree[0]
    if label == "cast":
        yield from _atoms(tree[2])
    elif label in ("string", "number"):
        yield "literal", _number(tree[1])
    elif label == "name":
        yield "name", tree[1][-1]
    elif label == "call":
        yield "name", tree[1][-1]
        for part in tree[2]:
            yield from _atoms(part)
    elif label in ("operator", "each"):
        yield "operator", tree[1]
        for part in tree[2:]:
            yield from _atoms(part)
    elif label in ("is", "constant"):
        yield label, tree[1]
        for part in tree[2:]:
            yield from _atoms(part)
    elif label == "row":
        # Rows are compared part by part.
        yield "row", ""
        for part in tree[1]:
            yield from _atoms(part)
    else:
        for part in tree[1:] if isinstance(label, str) else tree:
            yield from _atoms(part)


def _by_atoms(old: list[tuple[str, Any]], new: list[tuple[str, Any]]) -> Verdict:
    if ("row", "") in old or ("row", "") in new:
        return Verdict.UNDECIDED
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    if not gone and not come:
        return Verdict.UNDECIDED
    for kind, value in [*gone, *come]:
        if kind == "literal" and (not isinstance(value, str) or not _REWRITABLE.search(value)):
            return Verdict.DIFFERENT
        if kind in ("name", "operator", "is") and gone and come:
            return Verdict.DIFFERENT
    named = [kind for kind, _ in [*gone, *come] if kind in ("name", "operator", "is")]
    return Verdict.DIFFERENT if named else Verdict.UNDECIDED


#: Words that the server adds, leaves out, or writes in another way.
_GRAMMAR = frozenset(
    """
    abs all and any array as asc at between both by case cast coalesce collate cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user desc distinct else end except exists
    extract false fetch filter first following for from full greatest group having ilike in inner intersect
    interval into is isnull join last lateral leading least left like limit localtime localtimestamp
    materialized natural next not notnull null nullif nulls of offset on only or order ordinality outer over overlaps
    overlay partition placing position preceding range recursive row rows select session_user set similar
    some substring symmetric table then ties to trailing trim true unbounded union unknown user using values
    varying when where window with within without zone bigint bit bool boolean bpchar char character date dec
    decimal double float float4 float8 int int2 int4 int8 integer json jsonb numeric precision real smallint
    text time timestamp timestamptz timetz uuid varbit varchar year month day hour minute second name old new
    excluded pg_catalog public btrim ltrim rtrim timezone like_escape similar_to_escape escape date_part
    """.split()
)


def _compare_words(old: str, new: str) -> Verdict:
    """The verdict on texts that are not understood: only what no rewriting explains is a difference."""
    old_words, new_words = words_of(old), words_of(new)
    strings = [{word.text for word in words if word.kind == "string"} for words in (old_words, new_words)]
    if any(not _REWRITABLE.search(text) for text in strings[0] ^ strings[1]):
        return Verdict.DIFFERENT
    names = [_names(words) for words in (old_words, new_words)]
    if names[0] - names[1] and names[1] - names[0]:
        return Verdict.DIFFERENT
    return Verdict.UNDECIDED


def _names(words: list[Word]) -> set[str]:
    return {
        word.text
        for word in words
        if word.kind == "quoted" or (word.kind == "word" and word.text not in _GRAMMAR)
    }


def _squeezed(words: list[Word]) -> list[Word]:
    return [word for word in words if word.text not in ("(", ")") or word.kind != "sign"]


def _output_names(words: list[Word]) -> list[str | None] | None:
    """The names of a query's columns, None for those that have none to see; None if they cannot be told."""
    if not words or words[0] != Word("word", "select"):
        return None
    items: list[list[Word]] = [[]]
    depth = 0
    for word in words[1:]:
        if word.kind == "sign" and word.text in ("(", "["):
            depth += 1
        elif word.kind == "sign" and word.text in (")", "]"):
            depth -= 1
        if depth == 0 and word == Word("sign", ","):
            items.append([])
            continue
        if depth == 0 and word.kind == "word" and word.text in ("from", "where", "union", "group", "order", "limit"):
            if word.text != "from" or "distinct" not in [one.text for one in items[-1][-2:]]:
                break
        items[-1].append(word)
    if items == [[]] or items[0][:1] in ([Word("word", "distinct")], [Word("word", "all")]):
        return None
    names: list[str | None] = []
    for item in items:
        if not item or item[-1].text == "*":
            return None
        last = item[-1]
        before = item[-2] if len(item) > 1 else None
        is_plain = all(word.kind in ("word", "quoted") or word.text == "." for word in item) and "as" not in (
            word.text for word in item
        )
        if last.kind in ("word", "quoted") and (
            (before is not None and before == Word("word", "as")) or (is_plain and len(item) in (1, 3, 5))
        ):
            names.append(last.text)
        else:
            names.append(None)
    return names
