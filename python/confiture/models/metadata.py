"""What a metadata store holds, and what was done with it (``docs/metadata.md``)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Count, Digest
from confiture.models.dbt import DbtExtraction
from confiture.models.documents import FileDigest
from confiture.models.lineage import LineageObject
from confiture.models.manifest import SchemaManifest
from confiture.models.schema.others import Opaque
from confiture.models.sql_changes import ReachedColumn, SqlChange

__all__ = [
    "EdgeChange",
    "FieldChange",
    "NodeChange",
    "PruneReport",
    "PushReport",
    "Reached",
    "RunContents",
    "RunDiff",
    "SchemaContents",
    "SchemaHeader",
    "StoredRun",
    "StoredRunContents",
    "StoredRuns",
]

_CHANGE = Annotated[str, Meta(pattern="^(added|removed|modified)$")]


class StoredRun(Artifact, frozen=True, kw_only=True):
    """A run: who wrote down what, and when.

    Attributes:
        id: Its id.
        created_at: When it was pushed, in UTC.
        source: ``dbt`` or ``schema``.
        dataset: What is compared from run to run: the name of a dbt project or of a schema tree.
        environment: Where it ran; null if nobody said.
        tool_version: Version of Confiture.
        dbt_version: Version of dbt that wrote the manifest.
        adapter: dbt's adapter.
        git_sha: The commit of the project's files.
        git_branch: The branch.
        git_is_modified: Whether files of the project differ from the commit.
        has_catalog: Whether columns and their types are those of a database too.
        digest: SHA-256 of the nodes and edges: equal ones are the same contents.
        source_digest: SHA-256 of the files that it was read from, if they alone decide what is stored.
        nodes_digest: SHA-256 of the nodes.
        edges_digest: SHA-256 of the edges.
        nodes: Number of nodes.
        edges: Number of edges.
    """

    id: str
    created_at: Annotated[datetime, Meta(tz=True)]
    source: Annotated[str, Meta(pattern="^(dbt|schema)$")]
    dataset: str
    environment: str | None = None
    tool_version: str
    dbt_version: str | None = None
    adapter: str | None = None
    git_sha: str | None = None
    git_branch: str | None = None
    git_is_modified: bool | None = None
    has_catalog: bool = False
    digest: Digest
    source_digest: Digest | None = None
    nodes_digest: Digest
    edges_digest: Digest
    nodes: Count
    edges: Count


class SchemaHeader(Artifact, frozen=True, kw_only=True):
    """What a schema manifest says besides its objects and edges; the fields are those of it."""

    environment: str
    tree_digest: Digest
    semantic_fingerprint: Digest
    files: tuple[FileDigest, ...] = ()
    opaque: tuple[Opaque, ...] = ()


class SchemaContents(Artifact, frozen=True, kw_only=True):
    """What a schema tree defines.

    Attributes:
        manifest: Files, objects and edges.
        objects: The objects of its lineage, with their columns: those of the manifest, and what they need
            that nothing defines.
    """

    manifest: SchemaManifest
    objects: tuple[LineageObject, ...]


class RunContents(Artifact, frozen=True, kw_only=True):
    """What a run consists of: one of the two.

    Attributes:
        dbt: The resources of a dbt project.
        schema: What a schema tree defines.
        code: The code of nodes before it was rendered, by identity, as far as it is known.
        rendered: What it was rendered to, by identity, with the identities of nodes for the names of their
            relations, so that it is the same in each environment.
    """

    dbt: DbtExtraction | None = None
    schema: SchemaContents | None = None
    code: dict[str, str] = field(default_factory=dict)
    rendered: dict[str, str] = field(default_factory=dict)


class StoredRuns(Document, frozen=True, kw_only=True, tag="stored_runs/1"):
    """Runs of a store.

    Attributes:
        ok: Always true: what cannot be told is an error.
        store: The schema that the store is in.
        runs: The runs, the latest first.
    """

    ok: bool
    store: str
    runs: tuple[StoredRun, ...]


class StoredRunContents(Document, frozen=True, kw_only=True, tag="stored_run/1"):
    """A run with all that it consists of.

    Attributes:
        ok: Always true: what cannot be told is an error.
        run: The run.
        contents: What it consists of.
    """

    ok: bool
    run: StoredRun
    contents: RunContents


class PushReport(Document, frozen=True, kw_only=True, tag="push_report/1"):
    """What was written by a push.

    Attributes:
        ok: Always true: what cannot be written is an error.
        store: The schema that the store is in.
        run: The run.
        node_rows: Rows written for bodies of nodes; what the store had already is not written again.
        column_rows: Rows written for columns.
        edge_rows: Rows written for edges.
    """

    ok: bool
    store: str
    run: StoredRun
    node_rows: Count
    column_rows: Count
    edge_rows: Count


class PruneReport(Document, frozen=True, kw_only=True, tag="prune_report/1"):
    """What was removed from a store.

    Attributes:
        ok: Always true: what cannot be removed is an error.
        store: The schema that the store is in.
        runs: The runs that were removed, the latest first.
        node_rows: Bodies of nodes that no run has any more.
        edge_rows: Edges that no run has any more.
    """

    ok: bool
    store: str
    runs: tuple[StoredRun, ...]
    node_rows: Count
    edge_rows: Count


class FieldChange(Artifact, frozen=True, kw_only=True):
    """A key or a column that is different.

    Attributes:
        path: Where: ``config.enabled``, ``columns.amount``, ``columns.amount.data_type``.
        old: What it was; missing if it was not there.
        new: What it is; missing if it is not there.
    """

    path: str
    old: Any | UnsetType = UNSET
    new: Any | UnsetType = UNSET


class NodeChange(Artifact, frozen=True, kw_only=True):
    """A node that is different.

    Attributes:
        change: ``added``, ``removed`` or ``modified``.
        identity: What it is called.
        kind: Its kind.
        fields: What is different, of one that is modified, by path.
        sql: What the change of its query means for those who read it; missing if that is the same or there
            is none.
    """

    change: _CHANGE
    identity: str
    kind: str
    fields: tuple[FieldChange, ...] = ()
    sql: SqlChange | None = None


class EdgeChange(Artifact, frozen=True, kw_only=True):
    """A dependency that is there in one run alone.

    Attributes:
        change: ``added`` or ``removed``.
        source: What needs.
        target: What is needed.
        kind: How.
    """

    change: _CHANGE
    source: str
    target: str
    kind: str


class Reached(Artifact, frozen=True, kw_only=True):
    """A node that is the same and needs what is different.

    Attributes:
        identity: What it is called.
        distance: How many edges away the nearest change is.
    """

    identity: str
    distance: Count


class RunDiff(Document, frozen=True, kw_only=True, tag="run_diff/1"):
    """How two runs differ.

    Attributes:
        ok: Whether they do not.
        old: The run that is compared with.
        new: The run that is compared.
        nodes: The nodes that are different, by identity.
        edges: The dependencies that are different, by source, target and kind.
        downstream: All that needs a changed node, directly or not, and is the same itself, by identity.
        columns: The columns of nodes downstream whose values go back to a column that is different, by node
            and column. Where rows differ, all that is downstream may.
        notes: What was left out of the comparison, and why.
    """

    ok: bool
    old: StoredRun
    new: StoredRun
    nodes: tuple[NodeChange, ...] = ()
    edges: tuple[EdgeChange, ...] = ()
    downstream: tuple[Reached, ...] = ()
    columns: tuple[ReachedColumn, ...] = ()
    notes: tuple[str, ...] = ()
