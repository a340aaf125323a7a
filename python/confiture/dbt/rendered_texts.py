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

_WITH_QUERIES = ("model", "snapshot")


def quoted_identity(unique_id: str, adapter_type: object) -> str:
    """What stands in a text for the relation of a resource."""
    quote = "`" if adapter_type in _BACKQUOTED else '"'
    return f"{quote}{unique_id}{quote}"


def rendered_texts(manifest: DbtManifest) -> dict[str, str]:
    """What the queries of models and snapshots are rendered to, by unique id, where that can be told.

    It is what dbt compiled. What it did not, and incremental models, are rendered as far as the manifest alone
    tells how.

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
                ids = [unique_id, *manifest.dependencies(unique_id)]
                relations = {names[each]: quoted_identity(each, adapter) for each in ids if names.get(each)}
                found[unique_id] = _neutral(text, relations)
    return found


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
        return render(manifest, unique_id, env={})
    except ManifestError:
        return compiled


def _neutral(text: str, relations: Mapping[str, str]) -> str:
    """A text with other names of relations; no name is looked for inside of a longer one."""
    wanted = [name for name in relations if name in text]
    if not wanted:
        return text
    alternatives = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.$\"`]){'(?:' + alternatives + ')'}(?![\w$\"`])")
    return pattern.sub(lambda match: relations[match[0]], text)
