"""Columns of relations as a catalog tells them: that of a server, a warehouse or a file format."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact, Document

__all__ = ["Catalog", "CatalogColumn", "CatalogRelation"]


class CatalogColumn(Artifact, frozen=True, kw_only=True):
    """A column.

    Attributes:
        name: Its name, without quotes.
        type: Its type as PostgreSQL spells it; null for one that PostgreSQL has no counterpart of.
        is_nullable: Whether it takes nulls.
        comment: The comment on it.
        arrow_type: Its type as Arrow spells it, if it was given so.
    """

    name: Annotated[str, Meta(min_length=1)]
    type: str | None
    is_nullable: bool = True
    comment: str | None = None
    arrow_type: str | None = None


class CatalogRelation(Artifact, frozen=True, kw_only=True):
    """A relation and its columns.

    Attributes:
        schema: The schema it is in; missing where there are none.
        name: Its name, without quotes.
        columns: Its columns in their order.
    """

    schema: str | None = None
    name: Annotated[str, Meta(min_length=1)]
    columns: tuple[CatalogColumn, ...]


class Catalog(Document, frozen=True, kw_only=True, tag="catalog/1"):
    """The relations that a catalog tells of.

    Attributes:
        source: Who told it, for people.
        relations: The relations.
    """

    source: str
    relations: tuple[CatalogRelation, ...]
