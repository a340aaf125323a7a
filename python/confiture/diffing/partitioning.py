"""Whether two tables are partitioned by the same."""

from __future__ import annotations

from confiture.diffing.clauses import items_of
from confiture.diffing.expressions import ExpressionReader
from confiture.diffing.literals import literal_text
from confiture.diffing.scopes import Scope
from confiture.diffing.trees import Tree, is_too_deep
from confiture.diffing.verdicts import Verdict, compare_read
from confiture.diffing.word_reader import UnknownError
from confiture.diffing.words import Word, words_of

__all__ = ["compare_bounds", "compare_partitioning"]

#: Strings that are one moment without regard to their time zones may be one bound.
_MOMENT = "timestamp without time zone"


def compare_partitioning(old: str, new: str, scope: Scope) -> Verdict:
    """Whether two strategies with their keys, such as ``range (created_at)``, are one."""
    (strategy, keys), (other_strategy, other_keys) = _keys(old), _keys(new)
    if strategy != other_strategy or len(keys) != len(other_keys):
        return Verdict.DIFFERENT
    verdicts = [_compare_keys(one, other, scope) for one, other in zip(keys, other_keys, strict=True)]
    for verdict in (Verdict.DIFFERENT, Verdict.UNDECIDED):
        if verdict in verdicts:
            return verdict
    return Verdict.SAME


def compare_bounds(old: str, new: str) -> Verdict:
    """Whether the bounds of two partitions may be one: the model has spelt what does not need a server."""
    bare = [
        [
            (word.kind, literal_text(_MOMENT, word.text) or word.text) if word.kind == "string" else word
            for word in words_of(text)
        ]
        for text in (old, new)
    ]
    return Verdict.UNDECIDED if bare[0] == bare[1] else Verdict.DIFFERENT


def _keys(text: str) -> tuple[str, list[list[Word]]]:
    words = words_of(text)
    return words[0].text if words else "", items_of(words[2:-1])


def _compare_keys(old: list[Word], new: list[Word], scope: Scope) -> Verdict:
    if old == new:
        return Verdict.SAME
    (tree, tail), (other_tree, other_tail) = (_read(words) for words in (old, new))
    if tail != other_tail:
        return Verdict.DIFFERENT
    if tree is None or other_tree is None:
        return Verdict.UNDECIDED
    return compare_read(tree, other_tree, scope)


def _read(words: list[Word]) -> tuple[Tree | None, list[Word]]:
    """The expression of a key, and what stands behind it."""
    reader = ExpressionReader(words)
    try:
        tree = reader.expression()
    except UnknownError:
        return None, []
    return None if is_too_deep(tree) else tree, reader.rest()
