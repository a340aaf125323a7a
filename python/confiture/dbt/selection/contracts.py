"""Contracts of versioned models that were broken: where dbt selects nothing by ``state:``, and says why.

https://docs.getdbt.com/reference/resource-configs/contract#detecting-breaking-changes describes what breaks
one. A model without versions may break it: dbt selects the model, and so is it here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confiture.dbt.selection.failures import contract_broken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from confiture.dbt.manifest import DbtManifest
    from confiture.dbt.selection.resources import Resources

__all__ = ["refuse_broken_contracts"]

_Fields = dict[str, Any]

#: The version of dbt from which on contracts of models that are gone count.
_REMOVED_SINCE = (1, 9)
#: The version from which on types may have another size or precision.
_SIZES_IGNORED_SINCE = (1, 11)

#: How models are materialized that have constraints in the database.
_WITH_CONSTRAINTS = ("table", "incremental")

#: The constraints that a database enforces, by dbt's name for its adapter
#: (https://docs.getdbt.com/reference/resource-properties/constraints).
_ENFORCED = {
    "bigquery": ("not_null",),
    "databricks": ("check", "not_null"),
    "duckdb": ("check", "not_null", "unique", "primary_key", "foreign_key"),
    "postgres": ("check", "not_null", "unique", "primary_key", "foreign_key"),
    "redshift": ("not_null",),
    "snowflake": ("not_null",),
    "spark": (),
}
_ENFORCED_BY_OTHERS = ("not_null", "foreign_key")


def refuse_broken_contracts(
    text: str, now: Resources, before: DbtManifest, differing: Collection[str]
) -> None:
    """Refuse a criterion if a versioned model does not keep the contract that it had.

    Args:
        text: The criterion.
        now: The resources.
        before: The manifest that they are compared with.
        differing: The unique ids of what is not the same on both sides.

    Raises:
        ManifestError: ``SELECTOR_010``: the first such model, with all that breaks its contract.
    """
    enforced = _ENFORCED.get(str(now.manifest.metadata.get("adapter_type")), _ENFORCED_BY_OTHERS)
    for resource in now:
        if resource.is_versioned and resource.unique_id in differing and resource.unique_id in before:
            old, new = (manifest[resource.unique_id].to_dict() for manifest in (before, now.manifest))
            reasons = list(_reasons(old, new, enforced, now.version))
            if reasons:
                raise contract_broken(text, resource.unique_id, reasons)
    if now.version >= _REMOVED_SINCE:
        disabled = {node.unique_id: node for node in reversed(now.manifest.disabled())}
        for node in before.resources("model"):
            if node.unique_id in now.by_id:
                continue
            gone = disabled.get(node.unique_id, node).to_dict()
            if _is_enforced(gone) and gone.get("version") is not None and not _is_past(gone):
                what = "it is disabled" if node.unique_id in disabled else "it is gone"
                raise contract_broken(text, node.unique_id, [what])


def _reasons(
    old: _Fields, new: _Fields, enforced: Collection[str], version: tuple[int, int]
) -> Iterator[str]:
    """What breaks the contract of a model."""
    if not _is_enforced(old):
        return
    if not _is_enforced(new):
        yield "its contract is no longer enforced"
    elif _object(new, "contract").get("checksum") == _object(old, "contract").get("checksum"):
        return
    old_columns, new_columns = _object(old, "columns"), _object(new, "columns")
    had_constraints = _materialized(old) in _WITH_CONSTRAINTS
    for key in sorted(old_columns):
        before, now = _object(old_columns, key), _object(new_columns, key)
        if key not in new_columns:
            yield f"the column {key} is gone"
            continue
        types = before.get("data_type"), now.get("data_type")
        if types[0] != types[1] and not (
            version >= _SIZES_IGNORED_SINCE and _without_size(types[0]) == _without_size(types[1])
        ):
            yield f"the type of the column {key} was {types[0]} and is {types[1]}"
        for constraint in _lost(before, now, enforced) if had_constraints else ():
            yield f"the constraint {constraint} of the column {key} is gone"
    for constraint in _lost(old, new, enforced) if had_constraints else ():
        yield f"the constraint {constraint} is gone"
    has_any = _constraints(old) or any(_constraints(_object(old_columns, key)) for key in old_columns)
    if had_constraints and _materialized(new) not in _WITH_CONSTRAINTS and has_any:
        yield f"it was materialized as {_materialized(old)} with constraints, and is as {_materialized(new)}"


def _lost(old: _Fields, new: _Fields, enforced: Collection[str]) -> Iterator[str]:
    """The constraints that were enforced and are not there as they were: their names, or else types."""
    kept = _constraints(new)
    for constraint in _constraints(old):
        if constraint not in kept and constraint.get("type") in enforced:
            yield str(constraint.get("name") or constraint["type"])


def _constraints(fields: _Fields) -> list[_Fields]:
    told = fields.get("constraints")
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _without_size(data_type: object) -> object:
    return data_type.partition("(")[0].strip().lower() if isinstance(data_type, str) else data_type


def _is_enforced(fields: _Fields) -> bool:
    return bool(_object(fields, "contract").get("enforced"))


def _is_past(fields: _Fields) -> bool:
    """Whether a model was announced to be gone by now."""
    try:
        date = datetime.fromisoformat(str(fields.get("deprecation_date")))
    except ValueError:
        return False
    return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)) < datetime.now(UTC)


def _materialized(fields: _Fields) -> object:
    return _object(fields, "config").get("materialized")


def _object(fields: _Fields, name: str) -> _Fields:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
