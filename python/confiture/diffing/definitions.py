"""Whether two definitions by clauses are one, in whatever order a server writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.diffing.clauses import items_of, options_of, plain_words
from confiture.diffing.fields import Difference
from confiture.diffing.publications import compare_publications
from confiture.diffing.scopes import Scope
from confiture.diffing.verdicts import Verdict, compare_expressions
from confiture.diffing.word_reader import UnknownError
from confiture.diffing.words import words_of

if TYPE_CHECKING:
    from confiture.models.schema.others import Definition
    from confiture.models.schema.routines import Aggregate

__all__ = ["aggregate_differences", "compare_definitions", "definition_differences", "table_of_statistics"]

#: Kinds that are built up by further statements, and those that can be defined after another one.
_BUILT_UP = frozenset(("publication", "text_search_configuration", "collation"))
_KINDS_OF_STATISTICS = frozenset(("ndistinct", "dependencies", "mcv"))
#: What aggregates have where nothing is said (`DefineAggregate`).
_OF_AGGREGATES = {
    "parallel": "unsafe",
    "finalfunc_modify": "read_only",
    "mfinalfunc_modify": "read_only",
    "sspace": "0",
    "msspace": "0",
}


def compare_definitions(old: Definition, new: Definition, scope: Scope) -> Verdict:
    """Whether the clauses of two objects of a kind say the same.

    Args:
        old: The old object.
        new: The new one.
        scope: What is known of names.
    """
    if (old.clauses, old.changes) == (new.clauses, new.changes):
        return Verdict.SAME
    if scope.is_exact:
        return Verdict.DIFFERENT
    if old.kind == "statistics":
        return _compare_statistics(old, new, scope)
    if old.kind == "publication":
        return compare_publications(old, new, scope)
    before, after = _plain(old, scope), _plain(new, scope)
    if before == after and old.changes == new.changes:
        return Verdict.SAME
    if old.kind == "collation" and not isinstance(before, tuple) and not isinstance(after, tuple):
        # Only what is made from another one is for a server to tell.
        return Verdict.DIFFERENT
    return Verdict.UNDECIDED if old.kind in _BUILT_UP else Verdict.DIFFERENT


def aggregate_differences(
    found: list[Difference], old: Aggregate, new: Aggregate, scope: Scope
) -> list[Difference]:
    """The differences of two aggregates without that of options which say the same in other words."""
    if scope.is_exact or _aggregate_options(old, scope) != _aggregate_options(new, scope):
        return found
    return [one for one in found if one.field != "options"]


def _aggregate_options(item: Aggregate, scope: Scope) -> dict[str, tuple[str, ...]]:
    """What an aggregate is defined by, without what it has anyway."""
    text = ", ".join(f"{one.name} = {one.value}" for one in item.options if one.value is not None)
    options = options_of(f"({text})", (item.schema,), scope) or {}
    # What has no value, or one that is no token, says it alone.
    options |= {one.name: () for one in item.options if one.value is None}
    defaults = _OF_AGGREGATES
    if item.ordered_arguments is not None:
        defaults = defaults | dict.fromkeys(("finalfunc_modify", "mfinalfunc_modify"), "read_write")
    return {name: value for name, value in options.items() if value != (defaults.get(name),)}


def _plain(item: Definition, scope: Scope) -> dict[str, tuple[str, ...]] | tuple[str, ...]:
    """The options of a definition, or its words."""
    schemas = [item.schema, *(argument.rpartition(".")[0] for argument in item.arguments or ())]
    options = options_of(item.clauses, schemas, scope)
    if options is None:
        head, _, rest = item.clauses.partition("options(")
        listed = sorted(" ".join(word.text for word in one) for one in items_of(words_of(rest.rstrip(") "))))
        # The options of foreign data are in no order.
        return (*plain_words(words_of(head), schemas, scope), *listed)
    collate = options.get("lc_collate")
    if item.kind == "collation" and collate is not None and collate == options.get("lc_ctype"):
        options["locale"] = collate
        del options["lc_collate"], options["lc_ctype"]
    if item.kind == "collation" and options.get("provider") == ("libc",):
        del options["provider"]
    return options


def _compare_statistics(old: Definition, new: Definition, scope: Scope) -> Verdict:
    changes = [[one for one in item.changes if one != "set statistics - 1"][-1:] for item in (old, new)]
    (head, columns, tail), (other_head, other_columns, other_tail) = (
        _statistics(item.clauses) for item in (old, new)
    )
    if changes[0] != changes[1] or _kinds(head) != _kinds(other_head) or len(columns) != len(other_columns):
        return Verdict.DIFFERENT
    if _table(tail, old, scope, 0) != _table(other_tail, new, scope, 1):
        return Verdict.DIFFERENT
    rest = list(other_columns)
    undecided = False
    for column in columns:
        verdicts = [compare_expressions(column, other, scope) for other in rest]
        if Verdict.SAME in verdicts:
            del rest[verdicts.index(Verdict.SAME)]
        elif Verdict.UNDECIDED in verdicts:
            del rest[verdicts.index(Verdict.UNDECIDED)]
            undecided = True
        else:
            return Verdict.DIFFERENT
    return Verdict.UNDECIDED if undecided else Verdict.SAME


def _table(text: str, item: Definition, scope: Scope, side: int) -> tuple[str, ...]:
    """The table behind ``FROM``, without its schema if it is that of the statistics."""
    words = words_of(text)
    if len(words) == 2 and scope.catalogues is not None:
        try:
            schema = scope.catalogues[side].relation((words[1].text,)).schema
        except UnknownError:
            schema = item.schema
        if schema not in (None, item.schema):
            return ("from", f"{schema}.{words[1].text}")
    return plain_words(words, (item.schema,), scope)


def table_of_statistics(item: Definition) -> str | None:
    """The name of the table that statistics in its schema are about."""
    words = words_of(_statistics(item.clauses)[2])
    return words[-1].text if words else None


def _kinds(head: str) -> frozenset[str]:
    """The kinds of statistics that are kept; all of them, if none is named."""
    found = frozenset(word.text for word in words_of(head)) - {"(", ")", ","}
    return found or _KINDS_OF_STATISTICS


def _statistics(text: str) -> tuple[str, list[str], str]:
    """What stands before the columns, these, and what stands behind."""
    head, _, rest = text.partition("on ")
    words, tail = rest, ""
    depth = 0
    for index, character in enumerate(rest):
        depth += (character == "(") - (character == ")")
        if depth == 0 and rest.startswith(" from ", index):
            words, tail = rest[:index], rest[index:]
            break
    return head.strip(), _texts(words), tail.strip()


def _texts(text: str) -> list[str]:
    items, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            items.append(text[start:index].strip())
            start = index + 1
    return [*items, text[start:].strip()]


def definition_differences(old: Definition, new: Definition, scope: Scope) -> list[Difference]:
    """The difference of two objects that are told by clauses, if there is one."""
    verdict = compare_definitions(old, new, scope)
    if verdict is Verdict.SAME:
        return []
    old_text, new_text = ("; ".join([one.clauses, *one.changes]) for one in (old, new))
    return [Difference("clauses", old_text, new_text, verdict)]
