"""Whether two definitions by clauses are one, in whatever order a server writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.diffing.fields import Difference
from confiture.diffing.scopes import Scope
from confiture.diffing.verdicts import Verdict, compare_expressions
from confiture.diffing.words import Word, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.models.schema.others import Definition

__all__ = ["compare_definitions", "definition_differences"]

#: Kinds that are built up by further statements, and those that can be defined after another one.
_BUILT_UP = frozenset(("publication", "text_search_configuration", "collation"))
_OTHER_NAMES = {"procedure": "function"}
#: What is so where nothing is said.
_DEFAULTS = {
    "publication": {"publish": "insert, update, delete, truncate", "publish_via_partition_root": "false"}
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
    if old.kind == "statistics" and not old.changes and not new.changes:
        return _compare_statistics(old.clauses, new.clauses, scope)
    if old.kind == "publication":
        return Verdict.SAME if _published(old) == _published(new) else Verdict.DIFFERENT
    before, after = _options(old.clauses, scope), _options(new.clauses, scope)
    if before is not None and before == after and old.changes == new.changes:
        return Verdict.SAME
    return Verdict.UNDECIDED if old.kind in _BUILT_UP else Verdict.DIFFERENT


def _options(text: str, scope: Scope) -> dict[str, str] | None:
    """The options of ``(name = value, …)``; None for any other text."""
    words = words_of(text)
    if len(words) < 2 or words[0] != Word("sign", "(") or words[-1] != Word("sign", ")"):
        return None
    options = {}
    for item in _items(words[1:-1]):
        name = item[0].text
        value = item[2:] if len(item) > 1 and item[1].text == "=" else []
        options[_OTHER_NAMES.get(name, name)] = _qualified(value, scope)
    return options


def _items(words: Iterable[Word]) -> list[list[Word]]:
    """Words between commas outside parentheses."""
    items: list[list[Word]] = [[]]
    depth = 0
    for word in words:
        if word.kind == "sign":
            depth += (word.text == "(") - (word.text == ")")
        if depth == 0 and word == Word("sign", ","):
            items.append([])
        else:
            items[-1].append(word)
    return [item for item in items if item]


def _qualified(words: list[Word], scope: Scope) -> str:
    text = "".join(f"{word.kind} {word.text} " for word in words)
    if len(words) == 1 and words[0].text in scope.homes:
        return f"word {scope.homes[words[0].text]} sign . {text}"
    return text


def _compare_statistics(old: str, new: str, scope: Scope) -> Verdict:
    (head, columns, tail), (other_head, other_columns, other_tail) = _statistics(old), _statistics(new)
    if head != other_head or tail != other_tail or len(columns) != len(other_columns):
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


def _published(item: Definition) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """What a publication is of, and its options."""
    head, _, options = item.clauses.partition("with (")
    settings = dict(_DEFAULTS["publication"])
    for option in _items(words_of(options.rstrip(") "))):
        settings[option[0].text] = " ".join(word.text for word in option[2:])
    published: set[str] = set()
    for text in (head, *item.changes):
        kind = ""
        for words in _items(words_of(text)):
            texts = [word.text for word in words]
            for lead, name in (
                (["for", "tables", "in", "schema"], "schema"),
                (["add", "tables", "in", "schema"], "schema"),
                (["tables", "in", "schema"], "schema"),
                (["for", "all", "tables"], "all"),
                (["for", "table"], "table"),
                (["add", "table"], "table"),
                (["table"], "table"),
            ):
                if texts[: len(lead)] == lead:
                    kind, texts = name, texts[len(lead) :]
                    break
            if texts[:1] == ["only"]:
                texts = texts[1:]
            if kind:
                published.add(" ".join([kind, *texts]))
    return frozenset(published), tuple(sorted(settings.items()))


def definition_differences(old: Definition, new: Definition, scope: Scope) -> list[Difference]:
    """The difference of two objects that are told by clauses, if there is one."""
    verdict = compare_definitions(old, new, scope)
    if verdict is Verdict.SAME:
        return []
    old_text, new_text = ("; ".join([one.clauses, *one.changes]) for one in (old, new))
    return [Difference("clauses", old_text, new_text, verdict)]
