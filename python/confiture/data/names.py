"""Names of relations as people and dbt write them."""

from __future__ import annotations

from typing import NamedTuple

from confiture.data.failures import bad_relation_name

__all__ = ["NamePart", "parse_relation_name"]

_MOST_PARTS = 3


class NamePart(NamedTuple):
    """A database, a schema or a relation, as it was written.

    Attributes:
        text: Its name, without quotes.
        is_quoted: Whether it stood between quotes.
    """

    text: str
    is_quoted: bool = False


def parse_relation_name(text: str) -> tuple[NamePart, ...]:
    """The parts of a name: of a relation, of its schema too, or of its database too.

    Raises:
        ConfigurationError: ``CONFIG_050``: this is no such name.

    >>> [part.text for part in parse_relation_name('shop."a.""b"')]
    ['shop', 'a."b']
    """
    parts: list[NamePart] = []
    place = 0
    while True:
        opening = text[place : place + 1]
        if opening in ('"', "`"):
            name, place = _quoted(text, place, opening)
            parts.append(NamePart(name, is_quoted=True))
        else:
            end = text.find(".", place)
            end = len(text) if end < 0 else end
            parts.append(NamePart(text[place:end].strip()))
            place = end
        if not parts[-1].text:
            raise bad_relation_name(text, "a part of it is empty")
        if place >= len(text):
            break
        if text[place] != ".":
            raise bad_relation_name(text, "something follows a closing quote")
        place += 1
    if len(parts) > _MOST_PARTS:
        raise bad_relation_name(text, f"it has {len(parts)} parts; database, schema and name are three")
    if "\0" in text:
        raise bad_relation_name(text, "it holds a null character")
    return tuple(parts)


def _quoted(text: str, start: int, mark: str) -> tuple[str, int]:
    """What stands between quotes, with doubled ones for one, and where it ends."""
    pieces = []
    place = start + 1
    while True:
        end = text.find(mark, place)
        if end < 0:
            raise bad_relation_name(text, "a quote is not closed")
        pieces.append(text[place:end])
        if text[end + 1 : end + 2] != mark:
            return mark.join(pieces), end + 1
        place = end + 2
