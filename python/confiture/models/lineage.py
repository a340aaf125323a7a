"""What an object of a schema needs, and what needs it (``docs/lineage.md``)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact, Document
from confiture.models.build import SkippedPath
from confiture.models.constraints import Count, Number
from confiture.models.schema.others import Edge
from confiture.models.schema.parts import Place

__all__ = ["Lineage", "LineageColumn", "LineageObject"]


class LineageColumn(Artifact, frozen=True, kw_only=True):
    """A column of a table or a view, or an attribute of a composite type.

    Attributes:
        name: Its name, without quotes.
        type: Its type as PostgreSQL spells it; None for a view's, which the text does not tell.
        is_not_null: Whether it refuses nulls.
        is_key: Whether it is a part of the primary key.
        comment: The comment on it.
    """

    name: str
    type: str | None = None
    is_not_null: bool = False
    is_key: bool = False
    comment: str | None = None


class LineageObject(Artifact, frozen=True, kw_only=True):
    """An object that takes part in a lineage.

    Attributes:
        called: What it is called, as in edges: ``table app.users``.
        kind: The words of its ``CREATE``, with ``_`` for spaces: ``table``, ``materialized_view`` …;
            ``unknown`` where nothing tells.
        schema: The schema it is in; None for what is in none.
        name: Its name, without quotes.
        table: The table of a trigger, a policy, a rule or an index.
        comment: The comment on it.
        place: Where it is defined; None if no statement defines it.
        is_defined: Whether the text defines it.
        is_opaque: Whether the model knows it by its statement alone.
        columns: Its columns in their order.
        labels: The labels of an enum, in their order.
        upstream: How many edges away it is from the object that was asked for, among what that one
            needs; None if it is not among it.
        downstream: The same among what needs that object.
    """

    called: str
    kind: str
    schema: str | None = None
    name: str
    table: str | None = None
    comment: str | None = None
    place: Place | None = None
    is_defined: bool = True
    is_opaque: bool = False
    columns: tuple[LineageColumn, ...] = ()
    labels: tuple[str, ...] = ()
    upstream: Count | None = None
    downstream: Count | None = None


class Lineage(Document, frozen=True, kw_only=True, tag="lineage/1"):
    """The objects of a schema, or those around one of them, and what needs what.

    Attributes:
        ok: Always true: what cannot be told is an error.
        environment: Name of the environment.
        base_dir: Absolute path of the directory that the files of places start from.
        focus: The object that was asked for, as it is called; None for all.
        direction: ``both``, ``upstream`` (what it needs) or ``downstream`` (what needs it).
        depth: How many edges away objects may be; None for any number.
        kinds: The kinds that objects are of, those of `focus` aside; none for all.
        objects: The objects, sorted by what they are called, as UTF-8 bytes.
        edges: What needs what among them, sorted by source, target and kind.
        engine: ``rust`` or ``python``.
        skipped: What was left aside when files were selected, by path.
    """

    ok: bool
    environment: str
    base_dir: str
    focus: str | None = None
    direction: Annotated[str, Meta(pattern="^(both|upstream|downstream)$")]
    depth: Number | None = None
    kinds: tuple[str, ...] = ()
    objects: tuple[LineageObject, ...]
    edges: tuple[Edge, ...]
    engine: str
    skipped: tuple[SkippedPath, ...] = ()
