"""Removing runs from a store, and what no other run has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from confiture.models.metadata import PruneReport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Column, Table

    from confiture._interface import Progress
    from confiture.models.metadata import StoredRun
    from confiture.warehouse.store import MetadataStore

__all__ = ["prune_store"]

_AT_ONCE = 500


def prune_store(
    store: MetadataStore,
    runs: Sequence[StoredRun],
    *,
    keep: int | None,
    before: datetime | None,
    progress: Progress | None = None,
) -> PruneReport:
    """Remove runs, inside of a transaction.

    Args:
        store: The store.
        runs: The runs that may go, the latest first.
        keep: As of ``MetadataStore.prune``.
        before: As of ``MetadataStore.prune``.
        progress: As of ``MetadataStore.prune``.
    """
    seen: dict[tuple[str, str | None], int] = {}
    going = []
    for run in runs:
        place = (run.dataset, run.environment)
        seen[place] = seen.get(place, 0) + 1
        if (keep is None or seen[place] > keep) and (before is None or run.created_at < before):
            going.append(run)
    tables = store.tables
    for start in range(0, len(going), _AT_ONCE):
        ids = [run.id for run in going[start : start + _AT_ONCE]]
        store.warehouse.execute(tables.runs.delete().where(tables.runs.c.id.in_(ids)))
    removed: dict[str, int] = {}
    # What is used by rows of another table is looked at when these are gone.
    unused = (
        (tables.set_nodes, tables.set_nodes.c.set_digest, tables.runs.c.nodes_digest),
        (tables.set_texts, tables.set_texts.c.set_digest, tables.runs.c.nodes_digest),
        (tables.texts, tables.texts.c.digest, tables.set_texts.c.text_digest),
        (tables.node_sets, tables.node_sets.c.digest, tables.runs.c.nodes_digest),
        (tables.columns, tables.columns.c.node_digest, tables.set_nodes.c.node_digest),
        (tables.nodes, tables.nodes.c.digest, tables.set_nodes.c.node_digest),
        (tables.edges, tables.edges.c.set_digest, tables.runs.c.edges_digest),
        (tables.edge_sets, tables.edge_sets.c.digest, tables.runs.c.edges_digest),
    )
    for done, (table, column, used) in enumerate(unused if going else (), 1):
        removed[table.name] = _remove(store, table, column, used)
        if progress is not None:
            progress(done, len(unused))
    return PruneReport(
        ok=True,
        store=store.schema,
        runs=tuple(going),
        node_rows=removed.get("nodes", 0),
        edge_rows=removed.get("edges", 0),
    )


def _remove(store: MetadataStore, table: Table, column: Column[object], used: Column[object]) -> int:
    """Remove the rows whose value nothing uses; returns how many these were."""
    # PostgreSQL would read the other table once for each row to see whether a long list does not have it.
    is_unused = ~select(used).where(used == column).correlate(table).exists()
    count = store.rows(select(func.count()).select_from(table).where(is_unused))[0][0]
    if count:
        store.warehouse.execute(table.delete().where(is_unused))
    return int(count)
