"""Queries with one word changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.diffing.words import words_of

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from confiture.diffing.words import Word

__all__ = ["mutated"]

_OTHERS = {
    "=": "<>",
    "<>": "=",
    "<": "<=",
    ">": ">=",
    "<=": "<",
    ">=": ">",
    "+": "-",
    "-": "+",
    "*": "+",
    "and": "or",
    "or": "and",
    "left": "right",
    "right": "left",
    "inner": "left",
    "min": "max",
    "max": "min",
    "sum": "max",
    "count": "max",
    "union": "except",
    "all": "distinct",
    "asc": "desc",
    "desc": "asc",
    "is": "is not",
    "in": "not in",
    "true": "false",
    "coalesce": "greatest",
    "exists": "not exists",
    "distinct": "",
    "where": "where not",
    "select": "select distinct",
    "join": "left join",
}
#: What a server adds, or takes away, where it stands behind or in front of a word.
_BEHIND = ("::text", "::numeric", "::bigint", " desc", " as other", "")
_IN_FRONT = ("not ", "distinct ", "- ", "(", "")


def mutated(query: str, chance: random.Random, count: int) -> Iterator[str]:
    """Texts of a query with one change each, most of which a server accepts.

    Args:
        query: A query as a model has it.
        chance: What chooses.
        count: How many.
    """
    words = words_of(query)
    names = sorted({word.text for word in words if word.kind in ("word", "quoted")})
    for _ in range(count):
        place = chance.randrange(len(words))
        texts = [_text(word) for word in words]
        word = words[place]
        way = chance.randrange(6)
        if word.kind == "number":
            texts[place] = f"{word.text}0" if way < 4 else f"{word.text}::numeric"
        elif word.kind == "string":
            texts[place] = f"'{word.text}x'" if way < 4 else f"{texts[place]}::text"
        elif word.text in _OTHERS and way < 4:
            texts[place] = _OTHERS[word.text]
        elif word.kind in ("word", "quoted") and way < 3:
            texts[place] = f'"{chance.choice(names)}"' if word.text not in ("select", "from") else word.text
        elif way == 3:
            texts[place] += chance.choice(_BEHIND)
        elif way == 4:
            texts[place] = f"{chance.choice(_IN_FRONT)}{texts[place]}"
        elif place + 1 < len(texts):
            texts[place], texts[place + 1] = texts[place + 1], texts[place]
        yield _joined(texts)


def _text(word: Word) -> str:
    if word.kind == "string":
        return "'" + word.text.replace("'", "''") + "'"
    if word.kind == "quoted":
        return '"' + word.text.replace('"', '""') + '"'
    return word.text


def _joined(texts: list[str]) -> str:
    return " ".join(texts).replace(" . ", ".").replace(" :: ", "::").replace("[ ]", "[]")
