"""Writing the rows of a run: of its nodes, columns, texts and edges those that are not there yet."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

import confiture
from confiture.models.metadata import PushReport, StoredRun
from confiture.warehouse.bodies import text_digest
from confiture.warehouse.tables import has_keys
from confiture.warehouse.writing import insert_rows

if TYPE_CHECKING:
    from confiture._interface import Progress
    from confiture.warehouse.bodies import RunRows
    from confiture.warehouse.sources import RunSource
    from confiture.warehouse.store import MetadataStore

__all__ = ["write_known_run", "write_run"]


def _bodies_of(store: MetadataStore, run: StoredRun) -> set[str]:
    """The digests of a run's nodes that are there."""
    nodes, members = store.tables.nodes, store.tables.set_nodes
    query = select(nodes.c.digest).join_from(members, nodes, members.c.node_digest == nodes.c.digest)
    return {row[0] for row in store.rows(query.where(members.c.set_digest == run.nodes_digest))}


def write_run(
    store: MetadataStore, source: RunSource, rows: RunRows, last: StoredRun | None, progress: Progress | None
) -> PushReport:
    """Write a run, inside of a transaction.

    Args:
        store: The store.
        source: What the run says of itself.
        rows: What it consists of.
        last: A run of the store whose nodes are not sent again; None for none.
        progress: Told now and then how many rows of a table are written, of how many.

    Raises:
        DatabaseError: ``DATABASE_024``: a value is longer than the warehouse takes; or it cannot be written.
    """
    tables, warehouse = store.tables, store.warehouse
    node_rows = column_rows = edge_rows = 0
    # Where keys are enforced, who has written the row of a set writes its members; another writer of the
    # same set waits here. Elsewhere the row is written last: members without it count for nothing.
    keyed = has_keys(warehouse.dialect)
    node_set = {"digest": rows.nodes_digest, "header": rows.header}
    if _is_new(store, tables.node_sets, node_set):
        there = set() if last is None else _bodies_of(store, last)
        # Two writers who lock rows in one order do not wait for each other in a circle.
        by_digest = {node.digest: node for node in sorted(rows.nodes, key=lambda node: node.digest)}
        bodies = [
            {
                "digest": node.digest,
                "identity": node.identity,
                "kind": node.kind,
                "package": node.package,
                "name": node.name,
                "checksum": node.checksum,
                "code": node.code,
                "config": node.config,
                "columns": node.columns,
                "body": node.body,
            }
            for node in by_digest.values()
            if node.digest not in there
        ]
        written = insert_rows(warehouse, tables.nodes, bodies, "digest", progress)
        columns = [
            {"node_digest": digest, "position": position, "name": name, "data_type": kind}
            for digest in written
            for position, (name, kind) in enumerate(
                zip(by_digest[digest].names, by_digest[digest].types, strict=True), 1
            )
        ]
        members = [
            {
                "set_digest": rows.nodes_digest,
                "position": position,
                "identity": node.identity,
                "node_digest": node.digest,
                "location": node.location,
            }
            for position, node in enumerate(rows.nodes, 1)
        ]
        insert_rows(warehouse, tables.columns, columns, None, progress)
        insert_rows(warehouse, tables.set_nodes, members, None, progress)
        _write_texts(store, rows, progress)
        if not keyed:
            insert_rows(warehouse, tables.node_sets, [node_set])
        node_rows, column_rows = len(written), len(columns)
    if _is_new(store, tables.edge_sets, {"digest": rows.edges_digest}):
        edges = [
            {"set_digest": rows.edges_digest, "position": position, **edge._asdict()}
            for position, edge in enumerate(rows.edges, 1)
        ]
        insert_rows(warehouse, tables.edges, edges, None, progress)
        if not keyed:
            insert_rows(warehouse, tables.edge_sets, [{"digest": rows.edges_digest}])
        edge_rows = len(edges)
    known = StoredRun(
        id="-",
        created_at=datetime.now(UTC),
        source=rows.source,
        dataset="",
        tool_version="",
        digest=rows.digest,
        nodes_digest=rows.nodes_digest,
        edges_digest=rows.edges_digest,
        nodes=len(rows.nodes),
        edges=len(rows.edges),
    )
    return write_known_run(store, source, known, node_rows, column_rows, edge_rows)


def _write_texts(store: MetadataStore, rows: RunRows, progress: Progress | None) -> None:
    digests = {identity: text_digest(text) for identity, text in rows.texts.items()}
    texts = {digest: rows.texts[identity] for identity, digest in digests.items()}
    bodies = [{"digest": digest, "text": texts[digest]} for digest in sorted(texts)]
    members = [
        {"set_digest": rows.nodes_digest, "identity": identity, "text_digest": digest}
        for identity, digest in digests.items()
    ]
    insert_rows(store.warehouse, store.tables.texts, bodies, "digest", progress)
    insert_rows(store.warehouse, store.tables.set_texts, members, None, progress)


def _is_new(store: MetadataStore, table: Any, row: dict[str, str | None]) -> bool:
    """Whether a set is not there; where keys are enforced, its row is written then."""
    if has_keys(store.warehouse.dialect):
        return bool(insert_rows(store.warehouse, table, [row], "digest"))
    if store.rows(select(table.c.digest).where(table.c.digest == row["digest"])):
        return False
    # What a killed push has left.
    tables = store.tables
    left = (tables.set_nodes, tables.set_texts) if table is tables.node_sets else (tables.edges,)
    for members in left:
        store.warehouse.execute(members.delete().where(members.c.set_digest == row["digest"]))
    return True


def write_known_run(
    store: MetadataStore,
    source: RunSource,
    known: StoredRun,
    node_rows: int = 0,
    column_rows: int = 0,
    edge_rows: int = 0,
) -> PushReport:
    """Write the row of a run whose nodes and edges are there, inside of a transaction.

    Args:
        store: The store.
        source: What the run says of itself.
        known: A run with the same nodes and edges.
        node_rows: Rows of nodes that were written for it.
        column_rows: Rows of columns that were written for it.
        edge_rows: Rows of edges that were written for it.
    """
    from msgspec.structs import asdict, replace

    about = source.about
    run = replace(
        known,
        id=str(uuid.uuid4()),
        created_at=datetime.now(UTC),
        dataset=about.dataset,
        environment=about.environment,
        tool_version=confiture.__version__,
        dbt_version=about.dbt_version,
        adapter=about.adapter,
        git_sha=about.git_sha,
        git_branch=about.git_branch,
        git_is_modified=about.git_is_modified,
        has_catalog=about.has_catalog,
        source_digest=source.source_digest,
    )
    values = {**asdict(run), "created_at": run.created_at.replace(tzinfo=None)}
    store.warehouse.execute(store.tables.runs.insert().values(**values))
    return PushReport(
        ok=True,
        store=store.schema,
        run=run,
        node_rows=node_rows,
        column_rows=column_rows,
        edge_rows=edge_rows,
    )
