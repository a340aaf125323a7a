"""The tokens of the texts in a model: expressions and queries as ``docs/model.md`` spells them."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Word", "words_of"]


class Word(NamedTuple):
    """A token.

    Attributes:
        kind: ``word``, ``quoted``, ``string``, ``number``, ``parameter``, ``operator`` or ``sign``.
        text: Its text; of a quoted name or a string without the quotes, with single ones doubled no more.
    """

    kind: str
    text: str


_WORD = re.compile(
    r"""\s+
    | (?P<string>'(?:[^']|'')*')
    | (?P<prefixed>[a-zA-Z]&?'(?:[^'\\]|''|\\.)*')
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<number>(?:\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\.\d[\w]*))
    | (?P<word>[^\W\d][\w$]*|[\u0080-\U0010ffff][\w$]*)
    | (?P<parameter>\$\d+)
    | (?P<sign>::|:=|\.\.|[(),.\[\];:])
    | (?P<operator>[-+*/<>=~!@#%^&|?`]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def words_of(text: str) -> list[Word]:
    """The tokens of a text of the model, in their order."""
    words = []
    for match in _WORD.finditer(text):
        kind = match.lastgroup
        if kind is None:
            continue
        found = match[0]
        if kind == "string":
            words.append(Word("string", found[1:-1].replace("''", "'")))
        elif kind == "quoted":
            words.append(Word("quoted", found[1:-1].replace('""', '"')))
        else:
            words.append(Word("sign" if kind == "other" else kind, found))
    return words
