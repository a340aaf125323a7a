"""What ``dbt ls --output json`` prints of a resource."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.dbt.node import DbtNode

__all__ = ["json_line"]

#: What is printed where nothing else is asked for.
_KEYS = frozenset(
    (
        "alias",
        "config",
        "depends_on",
        "direct_parents",
        "name",
        "original_file_path",
        "package_name",
        "resource_type",
        "source_name",
        "tags",
        "unique_id",
    )
)

#: The version of dbt from which on keys are printed in the order asked for, and may lead into what is nested.
_PATHS_SINCE = (1, 11)
#: The version from which on models have ``direct_parents`` there, which is not in the manifest.
_DIRECT_PARENTS_SINCE = (1, 12)


def json_line(node: DbtNode, keys: Sequence[str], version: tuple[int, int]) -> str:
    """A resource in one line, to the byte as dbt prints it.

    Args:
        node: The resource.
        keys: The keys asked for; none: what dbt prints by default.
        version: The version of dbt.
    """
    fields = node.to_dict()
    if version >= _DIRECT_PARENTS_SINCE and node.resource_type == "model":
        depended_on = fields.get("depends_on")
        fields["direct_parents"] = depended_on.get("nodes", []) if isinstance(depended_on, dict) else []
    if keys and version >= _PATHS_SINCE:
        told = _asked(fields, keys)
    else:
        wanted = frozenset(keys) or _KEYS
        told = {key: value for key, value in fields.items() if key in wanted}
    return json.dumps(told)


def _asked(fields: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    told = {}
    for key in keys:
        if "." not in key:
            if key in fields:
                told[key] = fields[key]
            continue
        value: Any = fields
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            told[key] = value
    return told
