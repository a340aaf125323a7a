"""The table of statements: ``statements.txt``, read when the first statement is named."""

from __future__ import annotations

import os
from typing import NamedTuple

__all__ = ["Entry", "Node", "Table", "table"]

_FILE = "statements.txt"


class Entry(NamedTuple):
    """What a sequence of first words says of a statement.

    Attributes:
        tag: The command tag; empty for what only names objects.
        kind: Kind of its objects, or ``-``.
        shape: How they are named, or ``-``.
        later_word: A word that gives the statement another tag, in lower case; empty if there is none.
        later_tag: That tag.
        form: What of the words says whether something may or must be there: ``"or_replace"``,
            ``"if_not_exists"``, ``"if_exists"`` or ``""``.
    """

    tag: str
    kind: str
    shape: str
    later_word: bytes
    later_tag: str
    form: str


class Node:
    """A sequence of first words.

    Attributes:
        words: The sequences that are longer by a word, which is in lower case.
        entry: What the sequence says, if it says anything.
    """

    __slots__ = ("entry", "words")

    def __init__(self) -> None:
        self.words: dict[bytes, Node] = {}
        self.entry: Entry | None = None


class Table(NamedTuple):
    """The file, ready to be asked.

    Attributes:
        statements: The empty sequence before all first words of statements.
        objects: The same of the words that name an object's kind.
        types: Names of types, and the name that stands for each in identities.
    """

    statements: Node
    objects: Node
    types: dict[str, str]


_loaded: Table | None = None

_FORMS = (("OR REPLACE", "or_replace"), ("IF NOT EXISTS", "if_not_exists"), ("IF EXISTS", "if_exists"))


def table() -> Table:
    """The table."""
    global _loaded
    if _loaded is None:
        with open(os.path.join(os.path.dirname(__file__), _FILE), encoding="utf-8") as file:
            _loaded = _parse(file.read())
    return _loaded


def _parse(text: str) -> Table:
    statements, objects = Node(), Node()
    types: dict[str, str] = {}
    for line in text.split("\n"):
        if not line or line[0] == "#":
            continue
        columns = line.split(" | ")
        if columns[0] == "type":
            for name in columns[2].split(", "):
                types[name] = columns[1]
            continue
        is_object = columns[0] == "object"
        kind, shape = columns[2].split(" ")
        tag, words = ("", columns[1]) if is_object else (columns[0], columns[1])
        later_word, _, later_tag = columns[3].partition(": ") if len(columns) > 3 else ("", "", "")
        sequences, required = _sequences(objects if is_object else statements, words)
        entry = Entry(
            required if tag == "=" else tag, kind, shape, later_word.lower().encode(), later_tag, ""
        )
        for node, form in sequences:
            node.entry = entry._replace(form=form) if form else entry
    return Table(statements, objects, types)


def _sequences(root: Node, words: str) -> tuple[list[tuple[Node, str]], str]:
    """What a line's words stand for, each with its form, and the words without the optional ones."""
    ends = [(root, "")]
    required: list[str] = []
    for group in _groups(words):
        alternatives = group.strip("[]()").split("/")
        if group[0] not in "[(":
            required.append(group)
        longer: list[tuple[Node, str]] = list(ends) if group[0] == "[" else []
        for alternative in alternatives:
            form = next((name for phrase, name in _FORMS if phrase == alternative), "")
            steps = alternative.lower().encode().split()
            for node, before in ends:
                for word in steps:
                    following = node.words.get(word)
                    if following is None:
                        following = node.words[word] = Node()
                    node = following
                longer.append((node, form or before))
        ends = longer
    return ends, " ".join(required)


def _groups(words: str) -> list[str]:
    """The words and bracketed groups of a line."""
    groups: list[str] = []
    for piece in words.split(" "):
        if groups and groups[-1][0] in "[(" and groups[-1][-1] not in "])":
            groups[-1] += f" {piece}"
        else:
            groups.append(piece)
    return groups
