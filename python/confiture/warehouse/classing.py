"""What changes of queries mean between two runs of a store: the class of each, and the columns reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture.column_lineage.stored_project import run_dialect, stored_project
from confiture.models.sql_changes import ReachedColumn
from confiture.query_changes.classing import class_of_change, undecided

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from confiture.column_lineage.cache import ShapeCache
    from confiture.models.metadata import NodeChange, Reached, StoredRun
    from confiture.models.sql_changes import SqlChange
    from confiture.warehouse.store import MetadataStore

__all__ = ["classed_changes", "reached_columns"]

#: The fields that tell that a query is another one.
_OF_CODE = ("code_sha256", "fingerprint")

_WITH_QUERIES = ("model", "snapshot", "view", "materialized_view")

#: Verdicts on which somebody may rely, and what code calls that is another text in another mode.
_HARMLESS = ("unchanged", "non_breaking")
_ONE_MODE = "is_incremental"

#: What is about one column: its name tells which.
_OF_COLUMNS = ("column_expression", "column_removed", "column_renamed", "column_type")


def classed_changes(
    store: MetadataStore, old: StoredRun, new: StoredRun, changes: Iterable[NodeChange]
) -> tuple[NodeChange, ...]:
    """The changes of nodes, those of queries with their class.

    Args:
        store: The store.
        old: The run that is compared with.
        new: The run that is compared.
        changes: The changes.
    """
    changes = tuple(changes)
    wanted = [
        change.identity
        for change in changes
        if change.change == "modified"
        and change.kind in _WITH_QUERIES
        and any(field.path in _OF_CODE for field in change.fields)
    ]
    if not wanted:
        return changes
    before, after = store.texts(old, wanted), store.texts(new, wanted)
    classes = {name: _class(name, before, after, old, new) for name in wanted}
    _doubt_modes(store, old, new, classes)
    return tuple(
        replace(change, sql=classes[change.identity]) if change.identity in classes else change
        for change in changes
    )


def _class(
    name: str, before: dict[str, str], after: dict[str, str], old: StoredRun, new: StoredRun
) -> SqlChange:
    for texts, run in ((before, old), (after, new)):
        if name not in texts:
            return undecided(f"run {run.id[:8]} does not have what its code was rendered to")
    dialect = run_dialect(new)
    if dialect != run_dialect(old) or not dialect:
        return undecided("the runs are of different adapters, or of one that is not known")
    try:
        return class_of_change(before[name], after[name], dialect)
    except ImportError:
        return undecided("sqlglot is not installed, which reads queries")


def _doubt_modes(store: MetadataStore, old: StoredRun, new: StoredRun, classes: dict[str, SqlChange]) -> None:
    """Call no change harmless that may be in a part of the code which is not in what is compared."""
    harmless = [name for name, change in classes.items() if change.verdict in _HARMLESS]
    if not harmless:
        return
    before, after = store.codes(old, harmless), store.codes(new, harmless)
    for name in harmless:
        one, other = before.get(name, ""), after.get(name, "")
        if _ONE_MODE in one + other and one.split() != other.split():
            classes[name] = undecided("only one of its modes, incremental or not, can be compared")


def reached_columns(
    store: MetadataStore,
    new: StoredRun,
    changes: Collection[NodeChange],
    downstream: Collection[Reached],
    cache: ShapeCache | None = None,
) -> tuple[ReachedColumn, ...]:
    """The columns downstream that come from columns that are different.

    Args:
        store: The store.
        new: The run that is compared.
        changes: The changes of nodes, with their classes.
        downstream: The nodes that need one of them.
        cache: Where shapes of queries are kept.
    """
    starts = set(_changed_columns(changes))
    if not starts:
        return ()
    from confiture.column_lineage.project import trace_project
    from confiture.column_lineage.queries import ColumnGraph

    project = stored_project(
        new, store.read(new), {*(node for node, _ in starts), *(one.identity for one in downstream)}
    )
    graph = ColumnGraph(trace_project(project, cache=cache), project.dialect)
    found: dict[tuple[str, str], int] = {}
    for node, column in starts:
        reached = graph.reached((node, graph.named(node, column)), downstream=True, with_indirect=True)
        for other, (distance, _) in reached.items():
            found[other] = min(distance, found.get(other, distance))
    return tuple(
        ReachedColumn(node=node, column=column, distance=found[node, column])
        for node, column in sorted(found)
    )


def _changed_columns(changes: Iterable[NodeChange]) -> Iterator[tuple[str, str]]:
    for change in changes:
        for reason in change.sql.reasons if change.sql is not None else ():
            if reason.what in _OF_COLUMNS and reason.name is not None:
                yield change.identity, reason.name
