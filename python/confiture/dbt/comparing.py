"""How two manifests of a project differ, and why."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from confiture._backend import engine_name
from confiture.dbt.differences import NOISE, Target, differences
from confiture.dbt.selection.resources import dbt_version
from confiture.dbt.selection.state import ModifiedMacros
from confiture.models.dbt_changes import DbtChange, DbtChanges, DbtDifference

if TYPE_CHECKING:
    from confiture.dbt.manifest import DbtManifest
    from confiture.dbt.node import DbtNode

__all__ = ["compare"]


def compare(
    old: DbtManifest, new: DbtManifest, *, old_name: str = "old", new_name: str = "new"
) -> DbtChanges:
    """What differs between two states of a project, and how.

    Where and when a manifest was written makes no difference, nor does the target: what counts is what the
    project's files say. A macro that was changed changes all that calls it, directly or through other macros.

    Args:
        old: The manifest before.
        new: The manifest now.
        old_name: What to call the first one.
        new_name: What to call the second one.
    """
    comparison = _Comparison(old, new)
    changes = sorted(comparison.changes(), key=lambda change: change.unique_id)
    counts = Counter(change.type for change in changes if change.type != "changed")
    counts.update(difference.category for change in changes for difference in change.differences)
    return DbtChanges(
        ok=not changes,
        old=old_name,
        new=new_name,
        old_dbt_version=old.dbt_version,
        new_dbt_version=new.dbt_version,
        changes=tuple(changes),
        counts=dict(sorted(counts.items())),
        engine=engine_name(),
    )


class _Comparison:
    """Two manifests."""

    def __init__(self, old: DbtManifest, new: DbtManifest) -> None:
        self._old = old
        self._new = new
        self._is_one_version = dbt_version(old) == dbt_version(new)

    @cached_property
    def _targets(self) -> tuple[Target, Target]:
        return _target(self._new), _target(self._old)

    def _both_targets(self) -> tuple[Target, Target]:
        return self._targets

    def changes(self) -> list[DbtChange]:
        old_ids, new_ids = ({row[0] for row in each._rows} for each in (self._old, self._new))
        disabled, formerly_disabled = (
            {node.unique_id for node in each.disabled()} for each in (self._new, self._old)
        )
        changes = [
            _one_sided("added", self._new[unique_id], unique_id in formerly_disabled)
            for unique_id in new_ids - old_ids
        ]
        changes += [
            _one_sided("removed", self._old[unique_id], unique_id in disabled)
            for unique_id in old_ids - new_ids
        ]
        found = self._by_fields()
        for unique_id, difference in self._by_macros():
            found.setdefault(unique_id, []).append(difference)
        return changes + [self._changed(unique_id, why) for unique_id, why in found.items()]

    def _changed(self, unique_id: str, why: list[DbtDifference]) -> DbtChange:
        node = self._new[unique_id]
        return DbtChange(
            type="changed",
            unique_id=unique_id,
            resource_type=node.resource_type,
            path=_path(node),
            differences=tuple(sorted(why, key=lambda difference: (difference.category, difference.key))),
        )

    def _by_fields(self) -> dict[str, list[DbtDifference]]:
        found = {}
        for unique_id, names in self._new._document.differing(self._old._document, NOISE):
            new, old = self._new[unique_id], self._old[unique_id]
            why = differences(
                new.resource_type,
                new.to_dict(),
                old.to_dict(),
                names,
                targets=self._both_targets,
                is_one_version=self._is_one_version,
            )
            if why:
                found[unique_id] = why
        return found

    def _by_macros(self) -> list[tuple[str, DbtDifference]]:
        macros = ModifiedMacros(self._new, self._old)
        if not macros.modified:
            return []
        found = []
        rows = zip(self._new._document.resources(), self._new._document.rows(("depends_on",)), strict=True)
        for (unique_id, _, collection), (depends_on,) in rows:
            if collection == "macros" or unique_id not in self._old:
                continue
            path = macros.path_from(depends_on)
            if path is not None:
                why = DbtDifference(category="macro", key=path[-1], via=tuple(path[:-1]))
                found.append((unique_id, why))
        return found


def _target(manifest: DbtManifest) -> Target:
    """The target that a manifest was written for, told by a model or seed with nothing configured."""
    for node in manifest.resources():
        if node.resource_type in ("model", "seed"):
            configured = node.get("unrendered_config")
            if isinstance(configured, dict) and not configured.keys() & {"database", "schema"}:
                return Target(node.get("database"), node.get("schema"))
    return Target(None, None)


def _one_sided(kind: str, node: DbtNode, is_disabled_elsewhere: bool) -> DbtChange:
    why: tuple[DbtDifference, ...] = ()
    if is_disabled_elsewhere:
        is_added = kind == "added"
        why = (DbtDifference(category="config", key="config.enabled", old=not is_added, new=is_added),)
    return DbtChange(
        type=kind,
        unique_id=node.unique_id,
        resource_type=node.resource_type,
        path=_path(node),
        differences=why,
    )


def _path(node: DbtNode) -> str | None:
    path = node.get("original_file_path")
    return path.encode(errors="backslashreplace").decode() if isinstance(path, str) else None
