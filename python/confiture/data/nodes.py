"""Relations of the nodes of a dbt project, on two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.data.comparing import AskedPair
from confiture.data.failures import nothing_to_compare
from confiture.data.names import NamePart, parse_relation_name
from confiture.exceptions import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from confiture.dbt.manifest import DbtManifest
    from confiture.dbt.node import DbtNode
    from confiture.models.metadata import RunContents, StoredRun
    from confiture.warehouse.store import MetadataStore

__all__ = ["asked_pairs", "changed_in_manifests", "changed_in_runs", "of_manifest", "of_run", "selected"]

_KINDS = ("model", "seed", "snapshot")

#: Columns by which dbt itself tells the rows of a snapshot apart; its unique key is there once per version.
_OF_SNAPSHOTS = ("dbt_scd_id",)

_UNIQUE_TOGETHER = "unique_combination_of_columns"


class NodeRelation(NamedTuple):
    """The relation of a node.

    Attributes:
        name: Its name in parts.
        keys: Columns that tell its rows apart, the best first.
    """

    name: tuple[NamePart, ...]
    keys: tuple[tuple[str, ...], ...] = ()


def of_manifest(manifest: DbtManifest) -> dict[str, NodeRelation]:
    """The relations of the models, seeds and snapshots of a manifest, by unique id.

    Keys are the primary keys of models' constraints, ``unique_key``, and what tests say is unique.
    """
    tested = _tested_keys(manifest)
    found = {}
    for node in (each for kind in _KINDS for each in manifest.resources(kind)):
        name = _name(node.get("relation_name"), node)
        if name is None:
            continue
        keys = [*_constrained(node), *_unique_key(node.get("config")), *tested.get(node.unique_id, ())]
        if node.resource_type == "snapshot":
            keys = [_OF_SNAPSHOTS]
        found[node.unique_id] = NodeRelation(name, tuple(dict.fromkeys(keys)))
    return found


def of_run(contents: RunContents) -> dict[str, NodeRelation]:
    """The relations of the models, seeds and snapshots of a stored run, by unique id.

    Keys are what ``unique_key`` says.
    """
    found = {}
    for node in () if contents.dbt is None else contents.dbt.nodes:
        if node.resource_type not in _KINDS or node.materialized == "ephemeral":
            continue
        parts = {"database": node.database, "schema": node.schema, "alias": node.identifier or node.name}
        name = _name(node.relation_name, {**parts, "config": node.config})
        if name is not None:
            keys = _unique_key(node.config) if node.resource_type != "snapshot" else [_OF_SNAPSHOTS]
            found[node.unique_id] = NodeRelation(name, tuple(keys))
    return found


def _name(written: object, node: Mapping[str, Any]) -> tuple[NamePart, ...] | None:
    config = node.get("config")
    if isinstance(config, dict) and config.get("materialized") == "ephemeral":
        return None
    if isinstance(written, str) and written:
        try:
            return parse_relation_name(written)
        except ConfigurationError:
            # An adapter may quote names in other ways than SQL; the parts are there too.
            pass
    parts = [node.get(part) for part in ("database", "schema", "alias")]
    texts = [part for part in parts if isinstance(part, str) and part]
    return tuple(NamePart(text, is_quoted=True) for text in texts) or None


def _constrained(node: DbtNode) -> Iterable[tuple[str, ...]]:
    for constraint in node.get("constraints") or ():
        if isinstance(constraint, dict) and constraint.get("type") == "primary_key":
            yield _texts(constraint.get("columns"))
    columns = node.get("columns")
    for name, column in (columns if isinstance(columns, dict) else {}).items():
        of_column = column.get("constraints") if isinstance(column, dict) else None
        for constraint in of_column or ():
            if isinstance(constraint, dict) and constraint.get("type") == "primary_key":
                yield (name,)


def _unique_key(config: object) -> list[tuple[str, ...]]:
    told = config.get("unique_key") if isinstance(config, dict) else None
    names = (told,) if isinstance(told, str) and told else _texts(told)
    return [names] if names else []


def _tested_keys(manifest: DbtManifest) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for test in manifest.resources("test"):
        told, config = test.get("test_metadata"), test.get("config")
        if not isinstance(told, dict) or (isinstance(config, dict) and config.get("where")):
            # A condition leaves rows out that may not be unique.
            continue
        arguments = told.get("kwargs")
        arguments = arguments if isinstance(arguments, dict) else {}
        arguments = {**arguments, **(arguments.get("arguments") or {})}
        columns: tuple[str, ...] = ()
        if told.get("name") == "unique":
            columns = _texts([arguments.get("column_name")])
        elif told.get("name") == _UNIQUE_TOGETHER:
            columns = _texts(arguments.get("combination_of_columns"))
        about = test.get("attached_node")
        if not isinstance(about, str):
            needed = manifest.dependencies(test.unique_id)
            about = needed[0] if len(needed) == 1 else None
        if columns and about is not None:
            found.setdefault(about, []).append(columns)
    for keys in found.values():
        # One column says more than several.
        keys.sort(key=len)
    return found


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        return ()
    return tuple(value)


def changed_in_manifests(old: DbtManifest, new: DbtManifest, *, downstream: bool) -> set[str]:
    """The nodes that differ between two manifests, and with `downstream` all that depends on them."""
    from confiture.dbt.comparing import compare

    changed = {change.unique_id for change in compare(old, new).changes}
    waiting = [unique_id for unique_id in changed if unique_id in new] if downstream else []
    while waiting:
        following = [each for each in new.dependents(waiting.pop()) if each not in changed]
        changed.update(following)
        waiting += following
    return changed


def changed_in_runs(store: MetadataStore, old: StoredRun, new: StoredRun, *, downstream: bool) -> set[str]:
    """The nodes that differ between two stored runs, and with `downstream` all that depends on them.

    Raises:
        DifferError: ``DIFFER_024``: a run is of a schema tree.
        DatabaseError: As ``MetadataStore.diff``.
    """
    for run in (old, new):
        if run.source != "dbt":
            raise nothing_to_compare(f"the run {run.id} is of a schema tree, not of a dbt project")
    diff = store.diff(old, new)
    changed = {change.identity for change in diff.nodes}
    return changed | ({reached.identity for reached in diff.downstream} if downstream else set())


def selected(manifest: DbtManifest, selection: Sequence[str]) -> set[str]:
    """The models, seeds and snapshots that a selection of dbt's selects.

    Raises:
        ManifestError: The selection cannot be read, or a part of it selects nothing.
    """
    from confiture.dbt.selection import select

    return set(select(manifest, selection, resource_types=_KINDS, strict=True))


def asked_pairs(
    old: Mapping[str, NodeRelation],
    new: Mapping[str, NodeRelation],
    wanted: Collection[str],
    *,
    is_one_warehouse: bool,
) -> tuple[list[AskedPair], list[str]]:
    """The relations that are to be compared, by the nodes' unique ids, and what is to be said of others.

    Args:
        old: The relations of the old side.
        new: Those of the new side.
        wanted: The nodes that are meant; those without a relation on either side are passed over.
        is_one_warehouse: Whether both are in one, where a name means one relation.

    Raises:
        DifferError: ``DIFFER_024``: both sides of all of them are the same relations.
    """
    pairs, same = [], []
    for identity in sorted({*old, *new} & set(wanted)):
        was, now = old.get(identity), new.get(identity)
        if was is not None and now is not None and is_one_warehouse and was.name == now.name:
            same.append(identity)
            continue
        keys = () if now is None else now.keys
        keys += () if was is None else was.keys
        pairs.append(
            AskedPair(
                None if was is None else was.name,
                None if now is None else now.name,
                identity,
                tuple(dict.fromkeys(keys)),
            )
        )
    if same and not pairs:
        raise nothing_to_compare("both sides have the same relations in one database")
    notes = [f"{identity} is the same relation on both sides." for identity in same]
    return pairs, notes
