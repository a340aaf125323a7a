"""What a project's queries are rendered to, the same in each environment.

The names of relations are those of an environment; in these texts the unique ids of resources stand for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from confiture.dbt.loading import is_encodable
from confiture.exceptions import ManifestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confiture.dbt.manifest import DbtManifest

__all__ = ["quoted_identity", "rendered_texts"]

_FIELDS = ("compiled_code", "raw_code", "language", "relation_name")

#: Adapters whose names are quoted by backquotes.
_BACKQUOTED = ("bigquery", "databricks", "spark")

_QUOTES = '"`'
_QUOTE = r"[\"`]?"

_WITH_QUERIES = ("model", "snapshot")


def quoted_identity(unique_id: str, adapter_type: object) -> str:
    """What stands in a text for the relation of a resource."""
    quote = "`" if adapter_type in _BACKQUOTED else '"'
    return f"{quote}{unique_id}{quote}"


def rendered_texts(manifest: DbtManifest) -> dict[str, str]:
    """What the queries of models and snapshots are rendered to, by unique id, where that can be told.

    It is what dbt compiled. What it did not, and incremental models as if their tables were there, are
    rendered as far as the manifest alone tells how.

    Args:
        manifest: The project.
    """
    document = manifest._document
    adapter = manifest.metadata.get("adapter_type")
    rows = document.resources()
    told = [dict(zip(_FIELDS, fields, strict=True)) for fields in document.rows(_FIELDS)]
    names = {row[0]: fields["relation_name"] for row, fields in zip(rows, told, strict=True)}
    found = {}
    for (unique_id, kind, _), fields in zip(rows, told, strict=True):
        if kind in _WITH_QUERIES and fields["language"] in (None, "sql"):
            text = _rendered(manifest, unique_id, fields)
            if text is not None and is_encodable(text):
                ids = _read_by(manifest, unique_id, names)
                relations = {names[each]: quoted_identity(each, adapter) for each in ids}
                found[unique_id] = _neutral(text, relations)
    return found


def _read_by(manifest: DbtManifest, unique_id: str, names: Mapping[str, str | None]) -> list[str]:
    """The resources whose relations a query may name: those of ephemeral models in it too."""
    found: dict[str, None] = {}
    seen = {unique_id}
    waiting = [unique_id]
    while waiting:
        each = waiting.pop()
        if names.get(each):
            found[each] = None
        if each == unique_id or not names.get(each):
            following = [other for other in manifest.dependencies(each) if other not in seen]
            seen.update(following)
            waiting += following
    return list(found)


def _rendered(manifest: DbtManifest, unique_id: str, fields: Mapping[str, Any]) -> str | None:
    compiled = fields["compiled_code"]
    compiled = compiled if isinstance(compiled, str) and compiled.strip() else None
    raw = fields["raw_code"] or ""
    # What dbt compiled of an incremental model depends on whether its table was there.
    if not raw or (compiled is not None and "is_incremental" not in raw):
        return compiled
    from confiture.dbt.rendering import render

    try:
        # What this process has for variables is no part of the project.
        return render(manifest, unique_id, env={}, is_incremental=True)
    except ManifestError:
        return compiled


def _neutral(text: str, relations: Mapping[str, str]) -> str:
    """A text with other names of relations; no name is looked for inside of a longer one.

    Queries may quote other parts of a name than the manifest does.
    """
    known = {}
    replaced: dict[str, str] = {}
    for number, (name, stands) in enumerate(relations.items()):
        identifier = _unquoted(name).rpartition(".")[2]
        if identifier not in text:
            continue
        parts = text.split(name) if name[-1] in _QUOTES and name[0] in _QUOTES else [text]
        if any(identifier in part for part in parts):
            known[_unquoted(name)] = stands
        else:
            # The name with its quotes cannot be a part of another one. What stands for it may hold others.
            replaced[f"\0{number}\0"] = stands
            text = f"\0{number}\0".join(parts)
    text = _replaced(text, known)
    for mark, stands in replaced.items():
        text = text.replace(mark, stands)
    return text


def _replaced(text: str, known: Mapping[str, str]) -> str:
    wanted = list(known)
    if not wanted:
        return text
    alternatives = "|".join(
        r"\.".join(f"{_QUOTE}{re.escape(part)}{_QUOTE}" for part in name.split("."))
        for name in sorted(wanted, key=len, reverse=True)
    )
    pattern = re.compile(f'(?<![\\w.$"`])(?:{alternatives})(?![\\w$"`])')
    return pattern.sub(lambda match: known[_unquoted(match[0])], text)


def _unquoted(name: str) -> str:
    return name.replace('"', "").replace("`", "")
