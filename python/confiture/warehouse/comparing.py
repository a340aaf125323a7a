"""How two runs of a store differ: nodes, edges, and what is downstream of them.

Left out is what the environment decides and not the project: where relations are (unless both runs are of the
same named environment), lines of files, and dbt's own checksums where it took them of other things.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from confiture.artifacts import loads_json
from confiture.models.metadata import EdgeChange, FieldChange, NodeChange, Reached, RunDiff
from confiture.warehouse.bodies import edges_digest, node_digest
from confiture.warehouse.classing import classed_changes, reached_columns
from confiture.warehouse.store_failures import damaged_store, not_comparable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from confiture.column_lineage.cache import ShapeCache
    from confiture.models.metadata import StoredRun
    from confiture.warehouse.store import MetadataStore

__all__ = ["compare_runs"]

#: What a catalog says of a column.
_OF_CATALOGS = ("data_type", "index", "comment")


class _Member(NamedTuple):
    """A node of one of the runs."""

    digest: str
    location: str | None
    kind: str


def compare_runs(
    store: MetadataStore,
    old: StoredRun,
    new: StoredRun,
    *,
    with_columns: bool = False,
    cache: ShapeCache | None = None,
) -> RunDiff:
    """The differences between two runs of a store.

    Args:
        store: The store.
        old: The run that is compared with.
        new: The run that is compared.
        with_columns: Whether the columns downstream are looked for that come from those that are different.
        cache: Where what queries consist of is kept for that.

    Raises:
        DatabaseError: ``DATABASE_025``: one is of dbt and the other of a schema tree; ``DATABASE_023``: rows
            are missing or changed.
    """
    if old.source != new.source:
        raise not_comparable(old.source, new.source)
    rules = _Rules(old, new)
    nodes: tuple[NodeChange, ...] = ()
    if old.nodes_digest != new.nodes_digest:
        nodes = classed_changes(store, old, new, _node_changes(store, old, new, rules))
    edges = _edges(store, new)
    changed_edges: tuple[EdgeChange, ...] = ()
    if old.edges_digest != new.edges_digest:
        changed_edges = tuple(_edge_changes(_edges(store, old), edges))
    starts = {change.identity for change in nodes} | {edge.source for edge in changed_edges}
    downstream = tuple(_downstream(starts, edges)) if starts else ()
    columns = reached_columns(store, new, nodes, downstream, cache) if with_columns else ()
    return RunDiff(
        ok=not (nodes or changed_edges),
        old=old,
        new=new,
        nodes=nodes,
        edges=changed_edges,
        downstream=downstream,
        columns=columns,
        notes=tuple(rules.notes),
    )


class _Rules:
    """What counts as a difference between two runs."""

    def __init__(self, old: StoredRun, new: StoredRun) -> None:
        self.is_dbt = new.source == "dbt"
        self.with_locations = (
            self.is_dbt and old.environment is not None and old.environment == new.environment
        )
        self.with_catalog = old.has_catalog == new.has_catalog
        self.notes: list[str] = []
        if not self.with_catalog:
            self.notes.append(
                "What only a database knows of columns is not compared: one of the runs has no catalog."
            )


def _node_changes(
    store: MetadataStore, old: StoredRun, new: StoredRun, rules: _Rules
) -> Iterator[NodeChange]:
    before, after = _members(store, old), _members(store, new)
    bodies = {**_bodies(store, old, new), **_bodies(store, new, old)}

    def described(member: _Member, run: StoredRun) -> Mapping[str, Any]:
        found = bodies.get(member.digest)
        if found is None:
            raise damaged_store(store.schema, run.id)
        return found

    moved = 0
    for identity in sorted({*before, *after}, key=str.encode):
        one, other = before.get(identity), after.get(identity)
        if one is None and other is not None:
            yield NodeChange(change="added", identity=identity, kind=other.kind)
        elif other is None and one is not None:
            yield NodeChange(change="removed", identity=identity, kind=one.kind)
        elif one is not None and other is not None:
            fields: list[FieldChange] = []
            if one.digest != other.digest:
                fields += _field_changes(described(one, old), described(other, new), rules)
            if rules.is_dbt and one.location != other.location:
                moved += 1
            if rules.with_locations and one.location != other.location:
                fields += _mapping_changes(_loaded(one.location), _loaded(other.location), "")
            if fields:
                ordered = tuple(sorted(fields, key=lambda field: field.path))
                yield NodeChange(change="modified", identity=identity, kind=other.kind, fields=ordered)
    if moved and not rules.with_locations:
        rules.notes.append(
            f"{moved} relations are in another place, which is no change: the runs are not of the same named "
            "environment."
        )


def _members(store: MetadataStore, run: StoredRun) -> dict[str, _Member]:
    members, nodes = store.tables.set_nodes, store.tables.nodes
    rows = store.rows(
        select(members.c.identity, nodes.c.digest, members.c.location, nodes.c.kind)
        .join_from(members, nodes, members.c.node_digest == nodes.c.digest)
        .where(members.c.set_digest == run.nodes_digest)
    )
    if len(rows) != run.nodes:
        raise damaged_store(store.schema, run.id)
    return {row[0]: _Member(*row[1:]) for row in rows}


def _bodies(store: MetadataStore, run: StoredRun, other: StoredRun) -> dict[str, dict[str, Any]]:
    """The nodes that a run has and another one has not, by digest."""
    members, nodes = store.tables.set_nodes, store.tables.nodes
    theirs = members.alias()
    is_theirs = (
        select(theirs.c.node_digest)
        .where(theirs.c.set_digest == other.nodes_digest, theirs.c.node_digest == members.c.node_digest)
        .exists()
    )
    rows = store.rows(
        select(nodes.c.digest, nodes.c.identity, nodes.c.body, nodes.c.config, nodes.c.columns)
        .join_from(members, nodes, members.c.node_digest == nodes.c.digest)
        .where(members.c.set_digest == run.nodes_digest, ~is_theirs)
    )
    if any(node_digest(run.source, *row[1:]) != row[0] for row in rows):
        raise damaged_store(store.schema, run.id)
    return {
        digest: {
            "body": loads_json(body, dict[str, Any]),
            "config": _loaded(config),
            "columns": loads_json(columns, list[dict[str, Any]]) if columns else [],
        }
        for digest, _, body, config, columns in rows
    }


def _loaded(text: str | None) -> dict[str, Any]:
    return loads_json(text, dict[str, Any]) if text else {}


def _field_changes(old: Mapping[str, Any], new: Mapping[str, Any], rules: _Rules) -> Iterator[FieldChange]:
    before, after = dict(old["body"]), dict(new["body"])
    if rules.is_dbt:
        _fold_checksums(before, after)
    else:
        before = {**before.pop("object"), **before}
        after = {**after.pop("object"), **after}
    yield from _mapping_changes(before, after, "")
    yield from _mapping_changes(old["config"], new["config"], "config.")
    yield from _column_changes(old["columns"], new["columns"], rules)


def _fold_checksums(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Leave out checksums where the code itself tells, or where they are of different things."""
    if "code_sha256" in before and "code_sha256" in after:
        before.pop("checksum", None)
        after.pop("checksum", None)
        return
    one, other = before.get("checksum"), after.get("checksum")
    if one is not None and other is not None and one.get("name") != other.get("name"):
        before.pop("checksum")
        after.pop("checksum")


def _mapping_changes(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str) -> Iterator[FieldChange]:
    """The keys that differ; mappings in them are looked into, key by key."""
    waiting = [(prefix, old, new)]
    while waiting:
        above, before, after = waiting.pop()
        for key in {*before, *after}:
            path = f"{above}{key}"
            if key not in before:
                yield FieldChange(path=path, new=after[key])
            elif key not in after:
                yield FieldChange(path=path, old=before[key])
            elif isinstance(before[key], dict) and isinstance(after[key], dict):
                waiting.append((f"{path}.", before[key], after[key]))
            elif not _is_same(before[key], after[key]):
                yield FieldChange(path=path, old=before[key], new=after[key])


def _is_same(one: object, other: object) -> bool:
    """Whether two values are the same as JSON: there, true is not 1."""
    return type(one) is type(other) and one == other


def _column_changes(
    old: list[dict[str, Any]], new: list[dict[str, Any]], rules: _Rules
) -> Iterator[FieldChange]:
    before, after = _columns(old, rules), _columns(new, rules)
    yield from _mapping_changes(before, after, "columns.")
    if rules.with_catalog and before.keys() == after.keys() and list(before) != list(after):
        yield FieldChange(path="columns", old=list(before), new=list(after))


def _columns(columns: Iterable[dict[str, Any]], rules: _Rules) -> dict[str, dict[str, Any]]:
    if rules.with_catalog:
        return {column["name"]: column for column in columns}
    # Of which the project says nothing else, it cannot be told who has it: a catalog or the project.
    return {
        column["name"].lower(): {
            key: value for key, value in column.items() if key not in _OF_CATALOGS and key != "name"
        }
        for column in columns
        if column.keys() - {"name", *_OF_CATALOGS}
    }


def _edges(store: MetadataStore, run: StoredRun) -> list[tuple[str, str, str]]:
    edges = store.tables.edges
    rows = store.rows(
        select(edges.c.source, edges.c.target, edges.c.kind, edges.c.body)
        .where(edges.c.set_digest == run.edges_digest)
        .order_by(edges.c.position)
    )
    if edges_digest(rows) != run.edges_digest:
        raise damaged_store(store.schema, run.id)
    return [(row[0], row[1], row[2]) for row in rows]


def _edge_changes(
    old: Iterable[tuple[str, str, str]], new: Iterable[tuple[str, str, str]]
) -> Iterator[EdgeChange]:
    before, after = set(old), set(new)
    for edge in sorted(before ^ after):
        source, target, kind = edge
        change = "added" if edge in after else "removed"
        yield EdgeChange(change=change, source=source, target=target, kind=kind)


def _downstream(starts: set[str], edges: Iterable[tuple[str, str, str]]) -> Iterator[Reached]:
    """What needs one of these, directly or not, and is none of them."""
    needed_by: dict[str, list[str]] = {}
    for source, target, _ in edges:
        needed_by.setdefault(target, []).append(source)
    distances = dict.fromkeys(starts, 0)
    row = list(starts)
    while row:
        following = []
        for name in row:
            for one in needed_by.get(name, ()):
                if one not in distances:
                    distances[one] = distances[name] + 1
                    following.append(one)
        row = following
    for name in sorted(distances, key=str.encode):
        if distances[name]:
            yield Reached(identity=name, distance=distances[name])
