"""What resources say about themselves in every schema version."""

from __future__ import annotations

from typing import Any

from confiture._pure.dbt.fields import Record, resource_shape
from confiture._pure.dbt.scanning import has_surrogates

__all__ = ["copied", "told_config"]

#: What is told as it is, as it is a field of every extracted resource and not part of its config there.
_APART = frozenset(("access", "group", "tags", "meta", "materialized"))


#: A config of which no field is known.
_UNKNOWN = Record("", is_open=True)


def told_config(kind: str, node: dict[str, Any], *, is_printed: bool) -> dict[str, Any]:
    """What a resource's config says that is neither a default nor null nor empty.

    Fields that no schema has are all said, and `access`, `group`, `tags`, `meta` and `materialized`.

    Args:
        kind: The type of the resource.
        node: The resource.
        is_printed: Whether a dbt wrote it that prints its schemas; dbt 2 has nulls for all that was not said.
    """
    config = node.get("config")
    if not isinstance(config, dict):
        return {}
    resource = resource_shape(kind).record if "." not in kind else None
    known = resource.fields.get("config") if resource is not None else None
    if known is None or known.record is None:
        return _told(config, _UNKNOWN, is_printed)
    return _told(config, known.record, is_printed, _APART)


def _told(
    config: dict[str, Any], known: Record, is_printed: bool, apart: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The same of an object. Records of the table are not nested in themselves, which ends the recursion."""
    told = {}
    for name, value in config.items():
        if has_surrogates(name):
            continue
        field = known.fields.get(name)
        if field is None or name in apart:
            if is_printed or value is not None:
                told[name] = copied(value)
        elif isinstance(value, dict) and field.record is not None:
            inner = _told(value, field.record, is_printed)
            if inner:
                told[name] = inner
        elif not _says_nothing(value, known.defaults.get(name)):
            told[name] = copied(value)
    return told


def _says_nothing(value: object, default: object) -> bool:
    if value is None or value in ({}, []):
        return True
    return type(value) is type(default) and value == default


def copied(value: object) -> Any:
    """A value that its taker may change. Values are nested at most 200 levels deep."""
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if type(value) is list:
        return [copied(item) for item in value]
    return value
