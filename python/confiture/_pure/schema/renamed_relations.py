"""What a query calls the relations that have other names now.

A relation without an alias is called by its name of today wherever it stands before a column, as the server
spells such a query. Where that name without a dot is something else in the query as well, it keeps the old
one as its alias.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._pure.schema.catalog import RESERVED
from confiture._pure.schema.reading import QUOTED_NAME, STRING, WORD, Name, Reader, unquoted

if TYPE_CHECKING:
    from confiture._pure.schema.changed_texts import Change

__all__ = ["NO_ALIASES", "renamed_relations"]

_NAMES = (WORD, QUOTED_NAME)
#: Words behind a relation that are no alias.
NO_ALIASES = RESERVED | {
    *("cross", "full", "inner", "join", "left", "natural", "overriding", "right", "set", "tablesample"),
    "values",
}


def renamed_relations(
    reader: Reader, changes: list[Change]
) -> tuple[dict[int, tuple[int, Name]], dict[int, str]]:
    """What else changes with relations.

    Args:
        reader: The query.
        changes: All names that change.

    Returns:
        Names before columns, by their first token with the token behind them, and aliases by what they are
        put before.
    """
    groups: dict[str, list[Change]] = {}
    named: set[int] = set()
    for change in changes:
        located = change.located
        if located.reference.kind == "relation" and reader.kinds[located.start] != STRING:
            groups.setdefault(located.reference.name.name, []).append(change)
            named.update(range(located.start, located.end))
    names: dict[int, tuple[int, Name]] = {}
    aliases: dict[int, str] = {}
    if not groups:
        return names, aliases
    qualifiers, others = _occurrences(reader, groups, named)
    for old, group in groups.items():
        bare = [change for change in group if not _has_alias(reader, change)]
        new = {change.name.name for change in bare}
        if not bare:
            continue
        called = old
        if new != {old}:
            if old in others or len(new) > 1:
                aliases.update((_alias_place(reader, change), old) for change in bare)
            else:
                called = bare[0].name.name
        for start, end in qualifiers.get(old, ()):
            if called != old or end - start > 1:
                names[start] = (end, Name(None, called))
    return names, aliases


def _occurrences(
    reader: Reader, groups: dict[str, list[Change]], named: set[int]
) -> tuple[dict[str, list[tuple[int, int]]], set[str]]:
    """Where names stand before columns, perhaps with a schema, and which stand for something else."""
    qualifiers: dict[str, list[tuple[int, int]]] = {}
    others: set[str] = set()
    texts = reader.texts
    for index in range(reader.at, reader.end):
        if reader.kinds[index] not in _NAMES or index in named:
            continue
        name = unquoted(texts[index])
        if name not in groups:
            continue
        before = texts[index - 1] if index > reader.at else ""
        after = texts[index + 1] if index + 1 < reader.end else ""
        if after == "." and before != ".":
            qualifiers.setdefault(name, []).append((index, index + 1))
        elif after == ".":
            schema = unquoted(texts[index - 2])
            if any(change.located.reference.name.schema == schema for change in groups[name]):
                qualifiers.setdefault(name, []).append((index - 2, index + 1))
        elif before not in (".", "::"):
            others.add(name)
    return qualifiers, others


def _rest(reader: Reader, change: Change) -> Reader:
    rest = reader.part(change.located.end, reader.end)
    rest.take_sign("*")
    return rest


def _has_alias(reader: Reader, change: Change) -> bool:
    """Whether a relation has an alias, or none can be given to it."""
    start = change.located.start
    if start > reader.at and reader.texts[start - 1] == "table":
        return True
    rest = _rest(reader, change)
    return rest.take("as") or (
        rest.is_name() and (rest.kind() == QUOTED_NAME or rest.word() not in NO_ALIASES)
    )


def _alias_place(reader: Reader, change: Change) -> int:
    return _rest(reader, change).at
