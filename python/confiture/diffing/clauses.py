"""Clauses and options of definitions in one way of writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.diffing.word_reader import type_name
from confiture.diffing.words import Word, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from confiture.diffing.scopes import Scope

__all__ = ["items_of", "options_of", "plain_words"]

#: Options under the names that they have now.
_OTHER_NAMES = {"procedure": "function", "sfunc1": "sfunc", "stype1": "stype", "initcond1": "initcond"}
#: Options that are types.
_TYPES = frozenset(("stype", "mstype", "leftarg", "rightarg", "subtype", "storage", "like", "basetype"))
_NAMED = ("word", "quoted", "operator")


def options_of(text: str, schemas: Collection[str | None], scope: Scope) -> dict[str, tuple[str, ...]] | None:
    """The options of ``(name = value, …)``; None for any other text.

    Args:
        text: The text.
        schemas: What a name may have in front of it or not.
        scope: What is known of names.
    """
    words = words_of(text)
    if len(words) < 2 or words[0] != Word("sign", "(") or words[-1] != Word("sign", ")"):
        return None
    options = {}
    for item in items_of(words[1:-1]):
        name = _OTHER_NAMES.get(item[0].text, item[0].text)
        value = item[2:] if len(item) > 1 and item[1].text == "=" else []
        options[name] = plain_option(name, value, schemas, scope)
    return options


def plain_option(
    name: str, value: list[Word], schemas: Collection[str | None], scope: Scope
) -> tuple[str, ...]:
    """The value of an option."""
    if name in _TYPES:
        text = "".join(f'"{word.text}" ' if word.kind == "quoted" else f"{word.text} " for word in value)
        spelt = type_name(text.replace(" . ", ".").strip())
        value = words_of(spelt)
    return plain_words(value, schemas, scope)


def plain_words(words: list[Word], schemas: Collection[str | None], scope: Scope) -> tuple[str, ...]:
    """Words without the schemas that names may have or not, and without ``OPERATOR(…)``."""
    found: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        is_wrapped = word == Word("word", "operator") and words[at + 1 : at + 2] == [Word("sign", "(")]
        at += 2 * is_wrapped
        chain = [word.text]
        if is_wrapped and at < len(words):
            chain = [words[at].text]
        while (
            at + 2 < len(words)
            and words[at].kind in _NAMED
            and words[at + 1].text == "."
            and words[at + 2].kind in _NAMED
        ):
            at += 2
            chain.append(words[at].text)
        at += 1 + is_wrapped
        if len(chain) == 1 and chain[0] in scope.homes:
            chain = [scope.homes[chain[0]], *chain]
        if len(chain) > 1 and (chain[0] == "pg_catalog" or chain[0] in schemas):
            chain = chain[1:]
        found.append(".".join(chain))
    return tuple(found)


def items_of(words: Iterable[Word]) -> list[list[Word]]:
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
