"""Whether two publications are of the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture.diffing.clauses import items_of
from confiture.diffing.expressions import ExpressionReader
from confiture.diffing.scopes import Scope
from confiture.diffing.trees import Tree, is_too_deep
from confiture.diffing.verdicts import Verdict, compare_read
from confiture.diffing.word_reader import UnknownError
from confiture.diffing.words import Word, words_of

if TYPE_CHECKING:
    from confiture.models.schema.others import Definition

__all__ = ["compare_publications"]

#: What is so where nothing is said.
_DEFAULTS = {"publish": "insert, update, delete, truncate", "publish_via_partition_root": "false"}
#: What stands in front of what is published, and what that is.
_LEADS = (
    (["for", "tables", "in", "schema"], "schema"),
    (["add", "tables", "in", "schema"], "schema"),
    (["tables", "in", "schema"], "schema"),
    (["for", "all", "tables"], "all"),
    (["for", "table"], "table"),
    (["add", "table"], "table"),
    (["table"], "table"),
)


class _Published(NamedTuple):
    """What a publication is of.

    Attributes:
        settings: Its options.
        others: Schemas, and whether it is of all tables.
        tables: The columns and the condition of each table, by its schema and name.
    """

    settings: dict[str, str]
    others: set[tuple[str, ...]]
    tables: dict[tuple[str | None, str], tuple[tuple[str, ...], tuple[Word, ...]]]


def compare_publications(old: Definition, new: Definition, scope: Scope) -> Verdict:
    """Whether the clauses of two publications say the same."""
    before, after = _published(old, scope, 0), _published(new, scope, 1)
    if (before.settings, before.others) != (after.settings, after.others):
        return Verdict.DIFFERENT
    if before.tables.keys() != after.tables.keys():
        return Verdict.DIFFERENT
    verdict = Verdict.SAME
    for name, (columns, condition) in before.tables.items():
        other_columns, other_condition = after.tables[name]
        if columns != other_columns or bool(condition) != bool(other_condition):
            return Verdict.DIFFERENT
        if condition != other_condition:
            found = _compare_conditions(condition, other_condition, scope, name)
            if found is Verdict.DIFFERENT:
                return found
            verdict = Verdict.UNDECIDED if found is Verdict.UNDECIDED else verdict
    return verdict


def _compare_conditions(
    old: tuple[Word, ...], new: tuple[Word, ...], scope: Scope, table: tuple[str | None, str]
) -> Verdict:
    trees = [_read(list(words)) for words in (old, new)]
    if trees[0] is None or trees[1] is None:
        return Verdict.UNDECIDED
    columns = _columns(table, scope)
    return compare_read(trees[0], trees[1], scope._replace(relation=table[1], columns=columns))


def _columns(table: tuple[str | None, str], scope: Scope) -> dict[str, str]:
    if scope.catalogues is None:
        return {}
    try:
        found = scope.catalogues[1].relation(tuple(part for part in table if part is not None)).columns
    except UnknownError:
        return {}
    return {name: kind for name, kind in found or () if kind is not None}


def _read(words: list[Word]) -> Tree | None:
    reader = ExpressionReader(words)
    try:
        tree = reader.expression()
    except UnknownError:
        return None
    return None if reader.rest() or is_too_deep(tree) else tree


def _published(item: Definition, scope: Scope, side: int) -> _Published:
    head, _, options = item.clauses.partition("with (")
    found = _Published(dict(_DEFAULTS), set(), {})
    for option in items_of(words_of(options.rstrip(") "))):
        found.settings[option[0].text] = " ".join(word.text for word in option[2:])
    for text in (head, *item.changes):
        kind = ""
        for words in items_of(words_of(text)):
            texts = [word.text for word in words]
            for lead, name in _LEADS:
                if texts[: len(lead)] == lead:
                    kind, words, texts = name, words[len(lead) :], texts[len(lead) :]
                    break
            if kind == "table":
                _add_table(found, words[1:] if texts[:1] == ["only"] else words, scope, side)
            elif kind:
                found.others.add((kind, *texts))
    return found


def _add_table(found: _Published, words: list[Word], scope: Scope, side: int) -> None:
    at = next((index for index, word in enumerate(words) if word.text in ("(", "where", "*")), len(words))
    name = [word.text for word in words[:at] if word.text != "."]
    rest = [word for word in words[at:] if word.text != "*"]
    schema = name[0] if len(name) > 1 else None
    if schema is None and scope.catalogues is not None:
        try:
            schema = scope.catalogues[side].relation(tuple(name)).schema
        except UnknownError:
            schema = None
    where = next((index for index, word in enumerate(rest) if word == Word("word", "where")), len(rest))
    columns = sorted(word.text for word in rest[:where] if word.kind in ("word", "quoted"))
    found.tables[schema, name[-1] if name else ""] = (tuple(columns), tuple(rest[where + 1 :]))
