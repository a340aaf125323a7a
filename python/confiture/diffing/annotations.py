"""Comments that say what was renamed: ``-- confiture: renamed from old_name``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confiture.diffing.matching import Rename
from confiture.diffing.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["annotated_renames"]

_ANNOTATION = re.compile(
    r"""--[ \t]*confiture:[ \t]*renamed[ \t]+from[ \t]+(?:(?P<schema>[\w$]+|"(?:[^"]|"")+")\.)?"""
    r"""(?P<name>[\w$]+|"(?:[^"]|"")+")[ \t]*\r?$""",
    re.IGNORECASE | re.MULTILINE,
)


def annotated_renames(text: str) -> list[Rename]:
    """What comments of a text say was renamed.

    A comment in front of a statement is about the object that it makes; one inside a ``CREATE TABLE``, in
    the line of a column or alone in front of it, is about that column.
    """
    if not _ANNOTATION.search(text):
        return []
    return list(_renames(text))


def _renames(text: str) -> Iterator[Rename]:
    from confiture._backend import load_engine
    from confiture.core.statements import identity_of

    content = text.encode()
    behind = 0
    for kind, objects, _, start, end, *_ in load_engine().split_statements(text, spans=False)[0]:
        before = content[behind:start].decode("utf-8", "replace")
        inside = content[start:end].decode("utf-8", "replace")
        behind = end
        if not objects:
            continue
        found = list(_ANNOTATION.finditer(before))
        identity = identity_of(objects[0])
        if identity.schema is None and identity.kind not in ("schema", "role", "extension"):
            from msgspec.structs import replace

            identity = replace(identity, schema="public")
        if found:
            yield Rename(str(identity), _unquoted(found[-1]["name"]))
        if kind == "CREATE TABLE":
            for match in _ANNOTATION.finditer(inside):
                column = _column_at(inside, match)
                if column is not None:
                    yield Rename(str(identity), _unquoted(match["name"]), column)


def _column_at(text: str, match: re.Match[str]) -> str | None:
    """The column that a comment is about."""
    line_start = text.rfind("\n", 0, match.start()) + 1
    before = text[line_start : match.start()].strip()
    if before.startswith("--"):
        return None
    line = before
    if not line:
        for following in text[match.end() :].splitlines():
            line = following.strip()
            if line and not line.startswith("--"):
                break
    words = words_of(line.lstrip("(, \t"))
    if not words or words[0].kind not in ("word", "quoted"):
        return None
    return words[0].text if words[0].kind == "quoted" else words[0].text.lower()


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
