"""The tables of the store, as SQLAlchemy knows them, for every kind of warehouse.

Where keys are enforced (DuckDB, PostgreSQL), they are declared: two pushes at once then write a row once. The
others declare none that they would not enforce.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, String, Table, Text
from sqlalchemy.sql.elements import quoted_name

__all__ = ["STORE_VERSION", "StoreTables", "has_keys", "make_tables"]

#: The version of the store's tables that this program reads and writes.
STORE_VERSION = 2


class StoreTables(NamedTuple):
    """The tables.

    Attributes:
        store: One row: the version of the tables.
        runs: The runs.
        node_sets: Which nodes runs have: one row for all runs with the same ones.
        set_nodes: The nodes of a set, and where its runs have them.
        nodes: Bodies of nodes, by digest.
        columns: The columns of these, to be asked for by SQL.
        edge_sets: Which edges runs have, as `node_sets`.
        edges: The edges of a set.
        texts: What queries were rendered to, by digest.
        set_texts: Which of these the nodes of a set have.
    """

    store: Table
    runs: Table
    node_sets: Table
    set_nodes: Table
    nodes: Table
    columns: Table
    edge_sets: Table
    edges: Table
    texts: Table
    set_texts: Table


def has_keys(dialect: str) -> bool:
    """Whether a kind of warehouse enforces primary keys."""
    return dialect in ("duckdb", "postgresql")


def make_tables(schema: str, dialect: str) -> StoreTables:
    """The tables in a schema."""
    metadata = MetaData(schema=quoted_name(schema, True))
    keyed = has_keys(dialect)
    # Its TEXT has 256 bytes, its longest type has these.
    text = Text().with_variant(String(65535), "redshift")

    def table(name: str, *columns: Column[object]) -> Table:
        return Table(quoted_name(name, True), metadata, *columns)

    def column(name: str, kind: object, *, key: bool = False, null: bool = False) -> Column[object]:
        return Column(
            quoted_name(name, True),
            kind,  # type: ignore[arg-type]
            primary_key=key and keyed,
            nullable=null,
            autoincrement=False,
        )

    return StoreTables(
        store=table(
            "store",
            column("version", Integer(), key=True),
            column("created_at", DateTime()),
            column("created_by", text),
        ),
        runs=table(
            "runs",
            column("id", text, key=True),
            column("created_at", DateTime()),
            column("source", text),
            column("dataset", text),
            column("environment", text, null=True),
            column("tool_version", text),
            column("dbt_version", text, null=True),
            column("adapter", text, null=True),
            column("git_sha", text, null=True),
            column("git_branch", text, null=True),
            column("git_is_modified", Boolean(), null=True),
            column("has_catalog", Boolean()),
            column("digest", text),
            column("source_digest", text, null=True),
            column("nodes_digest", text),
            column("edges_digest", text),
            column("nodes", Integer()),
            column("edges", Integer()),
        ),
        node_sets=table(
            "node_sets",
            column("digest", text, key=True),
            column("header", text, null=True),
        ),
        set_nodes=table(
            "set_nodes",
            column("set_digest", text),
            column("position", Integer()),
            column("identity", text),
            column("node_digest", text),
            column("location", text, null=True),
        ),
        nodes=table(
            "nodes",
            column("digest", text, key=True),
            column("identity", text),
            column("kind", text),
            column("package", text, null=True),
            column("name", text),
            column("checksum", text, null=True),
            column("code", text, null=True),
            column("config", text, null=True),
            column("columns", text, null=True),
            column("body", text),
        ),
        columns=table(
            "columns",
            column("node_digest", text),
            column("position", Integer()),
            column("name", text),
            column("data_type", text, null=True),
        ),
        edge_sets=table("edge_sets", column("digest", text, key=True)),
        edges=table(
            "edges",
            column("set_digest", text),
            column("position", Integer()),
            column("source", text),
            column("target", text),
            column("kind", text),
            column("body", text, null=True),
        ),
        texts=table(
            "texts",
            column("digest", text, key=True),
            column("text", text),
        ),
        set_texts=table(
            "set_texts",
            column("set_digest", text),
            column("identity", text),
            column("text_digest", text),
        ),
    )
