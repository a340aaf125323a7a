"""Whether two texts of a model say the same: yes, no, or a server has to tell.

Yes and no are certain. What is neither is undecided: the server may have rewritten one text into the other.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, Any

from confiture.diffing.expressions import tree_of
from confiture.diffing.grammar import GRAMMAR
from confiture.diffing.literals import Canonical
from confiture.diffing.plain_trees import number_of, plain_tree, renamed_tree, without_casts
from confiture.diffing.queries import condition_tree, statement_trees
from confiture.diffing.resolution import resolved_condition, resolved_statements
from confiture.diffing.scopes import Scope
from confiture.diffing.word_reader import UnknownError
from confiture.diffing.words import Word, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.diffing.resolution import Resolved
    from confiture.diffing.trees import Tree

__all__ = ["Verdict", "compare_expressions", "compare_queries", "compare_read"]


class Verdict(Enum):
    """What is known of two texts."""

    SAME = "same"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


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
    if old == new and (scope.is_exact or not scope.renamed):
        return Verdict.SAME
    if scope.is_exact:
        return Verdict.DIFFERENT
    old_tree, new_tree = tree_of(old), tree_of(new)
    if old_tree is None or new_tree is None:
        return _compare_conditions(old, new, scope)
    return compare_read(old_tree, new_tree, scope)


def compare_read(old: Tree, new: Tree, scope: Scope) -> Verdict:
    """Whether two trees of expressions, as they are read, are one."""
    before, after = plain_tree(renamed_tree(old, scope), scope), plain_tree(new, scope)
    return Verdict.SAME if before == after else _compare_trees(before, after)


def compare_queries(
    old: str,
    new: str,
    scope: Scope | None = None,
    names: tuple[tuple[str, ...] | None, tuple[str, ...] | None] = (None, None),
) -> Verdict:
    """Whether two queries, or two statements of rules or bodies, are one.

    Args:
        old: A query of the old model.
        new: The one of the new model in its place.
        scope: What is known there.
        names: Of views, the names of columns that their definitions give besides the queries.
    """
    scope = scope or Scope()
    is_one_text = old == new and names[0] == names[1]
    if scope.is_exact:
        return Verdict.SAME if is_one_text else Verdict.DIFFERENT
    old_resolved, new_resolved = (
        _resolved(text, scope, side, names[side]) for side, text in enumerate((old, new))
    )
    if is_one_text and old_resolved == new_resolved:
        return Verdict.SAME
    if old_resolved is not None and new_resolved is not None:
        # One text, too, can say two things: `*` is other columns, where a table has others.
        return _compare_resolved(old_resolved, new_resolved, scope)
    if is_one_text:
        return Verdict.SAME
    if names[0] and names[1] and names[0] != names[1]:
        return Verdict.DIFFERENT
    if old.startswith("return") and new.startswith("return"):
        # The body of a function that is one expression.
        return compare_expressions(old[len("return") :], new[len("return") :], scope)
    old_words, new_words = words_of(old), words_of(new)
    if _squeezed(old_words) == _squeezed(new_words):
        # The server writes parentheses around every operation, which cannot tell two queries apart only
        # where precedence needs none.
        return Verdict.UNDECIDED
    old_names, new_names = _output_names(old_words), _output_names(new_words)
    if old_names is not None and new_names is not None:
        if len(old_names) != len(new_names):
            return Verdict.DIFFERENT
        pairs = zip(old_names, new_names, strict=True)
        if not any(names) and any(
            name is not None and other is not None and name != other for name, other in pairs
        ):
            return Verdict.DIFFERENT
    return _compare_words(old, new, scope)


def _compare_conditions(old: str, new: str, scope: Scope) -> Verdict:
    """The verdict on expressions with queries in them."""
    if (catalogues := scope.catalogues) is not None:
        trees = condition_tree(old), condition_tree(new)
        try:
            resolved = [
                None if tree is None else resolved_condition(tree, catalogue, scope._replace(outer=outer))
                for tree, catalogue, outer in zip(
                    trees, catalogues, (scope.outer_before, scope.outer), strict=True
                )
            ]
        except UnknownError:
            return _compare_words(old, new, scope)
        if resolved[0] is not None and resolved[1] is not None:
            return _compare_resolved(resolved[0], resolved[1], scope)
    return _compare_words(old, new, scope)


def _resolved(text: str, scope: Scope, side: int, names: tuple[str, ...] | None) -> Resolved | None:
    trees = statement_trees(text)
    if scope.catalogues is None or trees is None:
        return None
    around = scope if side else scope._replace(outer=scope.outer_before)
    try:
        return resolved_statements(trees, scope.catalogues[side], around, names)
    except UnknownError:
        return None


def _compare_resolved(old: Resolved, new: Resolved, scope: Scope) -> Verdict:
    if old.facts != new.facts or len(old.names) != len(new.names):
        return Verdict.DIFFERENT
    # Where a column was renamed, the server keeps the name that a query gave it.
    renamed = scope.renamed_names()
    pairs = zip(old.names, new.names, strict=True)
    if any(
        name is not None and other is not None and name != other and (name, other) not in renamed
        for name, other in pairs
    ):
        return Verdict.DIFFERENT
    if old.expressions == new.expressions:
        # Who is called what else is for the server to say.
        is_same = (old.names, old.aliases) == (new.names, new.aliases) and None not in old.names
        return Verdict.SAME if is_same else Verdict.UNDECIDED
    return _compare_trees(old.expressions, new.expressions)


def _compare_trees(old: Any, new: Any) -> Verdict:
    """The verdict on trees that are not the same."""
    if without_casts(old) != without_casts(new):
        return _by_atoms(list(_atoms(old)), list(_atoms(new)))
    numbers, others = list(_numbers(old)), list(_numbers(new))
    # A server keeps the zeros of a number: 1.0 is not 1.00.
    return Verdict.DIFFERENT if len(numbers) == len(others) and numbers != others else Verdict.UNDECIDED


def _numbers(tree: Any) -> Iterator[str]:
    """The numbers that are no strings, in their order."""
    if isinstance(tree, tuple) and tree:
        if tree[0] == "number":
            yield tree[1]
        elif tree[:2] == ("sign", "-") and tree[2][0] == "number":
            yield f"-{tree[2][1]}"
        else:
            for part in tree:
                yield from _numbers(part)


def _atoms(tree: Any) -> Iterator[tuple[str, Any]]:
    """Names, literals and operators, which a server does not change."""
    if not isinstance(tree, tuple) or not tree:
        return
    label = tree[0]
    if label == "cast":
        yield from _atoms(tree[2])
    elif label in ("string", "number"):
        yield "literal", number_of(tree[1])
    elif label == "whole":
        yield "name", tree[1]
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
    changed = [*gone, *come]
    if _are_others([value for kind, value in changed if kind == "literal"]):
        return Verdict.DIFFERENT
    if gone and come and any(kind in ("name", "operator", "is") for kind, _ in changed):
        return Verdict.DIFFERENT
    if all(any(kind == "constant" for kind, _ in atoms) for atoms in (gone, come)):
        return Verdict.DIFFERENT
    named = [kind for kind, _ in changed if kind in ("name", "operator", "is")]
    return Verdict.DIFFERENT if named else Verdict.UNDECIDED


def _are_others(literals: list[Any]) -> bool:
    """Whether literals that only one of two texts has are other values, however a server writes them."""
    are_known = {isinstance(value, Canonical) for value in literals}
    if are_known == {False}:
        uncertain = [isinstance(value, str) and bool(_REWRITABLE.search(value)) for value in literals]
        return not all(uncertain) and (
            not any(uncertain)
            or any(isinstance(value, str) and not _REWRITABLE.search(value) for value in literals)
        )
    # Of a value whose type is known and one whose type is not, nothing can be told.
    return are_known == {True}


def _compare_words(old: str, new: str, scope: Scope) -> Verdict:
    """The verdict on texts that are not understood: only what no rewriting explains is a difference."""
    old_words, new_words = words_of(old), words_of(new)
    # The server writes a word for a string in `extract('year' from a)`.
    plain = {word.text for word in (*old_words, *new_words) if word.kind in ("word", "quoted")}
    strings = [
        {word.text for word in words if word.kind == "string"} - plain for words in (old_words, new_words)
    ]
    if any(not _REWRITABLE.search(text) for text in strings[0] ^ strings[1]):
        return Verdict.DIFFERENT
    names = [_names(words) for words in (old_words, new_words)]
    renamed = scope.renamed_names()
    gone, come = names[0] - names[1], names[1] - names[0]
    if gone.difference(old for old, _ in renamed) and come.difference(new for _, new in renamed):
        return Verdict.DIFFERENT
    return Verdict.UNDECIDED


def _names(words: list[Word]) -> set[str]:
    return {
        word.text
        for word in words
        if word.kind == "quoted" or (word.kind == "word" and word.text not in GRAMMAR)
    }


def _squeezed(words: list[Word]) -> list[Word]:
    return [word for word in words if word.text not in ("(", ")") or word.kind != "sign"]


#: Words that end the columns of a query.
_BEHIND_COLUMNS = ("from", "where", "union", "group", "order", "limit")


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
        is_after_distinct = word.text == "from" and "distinct" in [one.text for one in items[-1][-2:]]
        if depth == 0 and word.kind == "word" and word.text in _BEHIND_COLUMNS and not is_after_distinct:
            break
        items[-1].append(word)
    if items == [[]] or items[0][:1] in ([Word("word", "distinct")], [Word("word", "all")]):
        return None
    names: list[str | None] = []
    for item in items:
        if not item or item[0].text == "*" or any(word.text == "*" for word in item[2:4]):
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
