"""Which columns the columns of a project come from (``docs/column-lineage.md``)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Count, Number

__all__ = [
    "DIRECT_USES",
    "ColumnGap",
    "ColumnLineage",
    "ColumnOrigin",
    "ColumnReached",
    "NodeColumns",
    "TracedColumn",
]

#: How a value goes into a column; all other uses are indirect.
DIRECT_USES = ("identity", "transformed", "aggregated")

_USE = Annotated[
    str,
    Meta(
        pattern="^(identity|transformed|aggregated|distinct|expansion|filter|grouping|join|order"
        "|set_operation|unknown|window)$"
    ),
]
_CONFIDENCE = Annotated[str, Meta(pattern="^(certain|inferred|unknown)$")]


class ColumnOrigin(Artifact, frozen=True, kw_only=True):
    """A column that something comes from.

    Attributes:
        node: What has the column.
        column: The column; ``*`` for those of which it is not known which they are.
        use: How it is used: as it is (``identity``), in an expression (``transformed``), in an aggregate
            (``aggregated``); or indirectly, in what decides which rows there are or where a value is taken
            from: ``filter``, ``join``, ``grouping``, ``window``, ``order``, ``distinct``,
            ``set_operation``, ``expansion``; or ``unknown``.
        confidence: ``certain``; ``inferred``, where the columns of a relation are not known and it can have
            no other; ``unknown``, where it may be so or not.
    """

    node: str
    column: str
    use: _USE
    confidence: _CONFIDENCE = "certain"


class TracedColumn(Artifact, frozen=True, kw_only=True):
    """A column and what it comes from.

    Attributes:
        name: Its name.
        origins: The columns that it comes from, those of `NodeColumns.rows` aside, by node, column and use.
    """

    name: str
    origins: tuple[ColumnOrigin, ...] = ()


class ColumnGap(Artifact, frozen=True, kw_only=True):
    """What could not be followed.

    Attributes:
        code: Which kind of gap: ``unparseable``, ``python_model``, ``unknown_column`` …
        reason: What it is, for people.
    """

    code: str
    reason: str


class NodeColumns(Artifact, frozen=True, kw_only=True):
    """A table, view, model or other relation.

    Attributes:
        identity: What it is called.
        kind: Its kind.
        columns: Its columns, in their order.
        is_complete: Whether these are all.
        rows: What decides which rows it has: each of its columns comes from these indirectly.
        gaps: What could not be followed.
    """

    identity: str
    kind: str
    columns: tuple[TracedColumn, ...] = ()
    is_complete: bool = True
    rows: tuple[ColumnOrigin, ...] = ()
    gaps: tuple[ColumnGap, ...] = ()


class ColumnReached(Artifact, frozen=True, kw_only=True):
    """A column that is upstream or downstream of the one that was asked for.

    Attributes:
        node: What has it.
        column: The column.
        upstream: How many steps away it is among what that one comes from; None if it is not among it.
        downstream: The same among what comes from that one.
        is_direct: Whether values of one go into the other all the way.
    """

    node: str
    column: str
    upstream: Count | None = None
    downstream: Count | None = None
    is_direct: bool = True


class ColumnLineage(Document, frozen=True, kw_only=True, tag="column_lineage/1"):
    """The columns of a project, or those around one of them, and what each comes from.

    Attributes:
        ok: Always true: what cannot be told is an error, and what cannot be followed a gap.
        source: ``dbt``, ``schema`` or ``run``.
        project: Its name.
        dialect: The dialect of its SQL, by sqlglot's name for it.
        node: The node that was asked for; None for all.
        column: The column of it that was asked for.
        direction: ``both``, ``upstream`` (what it comes from) or ``downstream`` (what comes from it).
        depth: How many steps away columns may be; None for any number.
        with_indirect: Whether indirect uses were followed from column to column.
        nodes: The nodes, by identity: all, or those with columns that are reached, with these alone.
        reached: The columns that are reached, by node and column, if one was asked for.
    """

    ok: bool
    source: Annotated[str, Meta(pattern="^(dbt|schema|run)$")]
    project: str
    dialect: str
    node: str | None = None
    column: str | None = None
    direction: Annotated[str, Meta(pattern="^(both|upstream|downstream)$")] = "both"
    depth: Number | None = None
    with_indirect: bool = False
    nodes: tuple[NodeColumns, ...] = ()
    reached: tuple[ColumnReached, ...] = ()
