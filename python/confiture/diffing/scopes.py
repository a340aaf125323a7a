"""What is known where an expression stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from confiture.diffing.catalogues import Catalogue

__all__ = ["Outer", "Scope"]


class Outer(NamedTuple):
    """Something around a query whose columns it may name.

    Attributes:
        called: What it is called there.
        columns: The types of its columns, by name.
        renamed: The new names of columns that have others now, by their names there.
        is_plain: Whether they may be named alone.
        is_relation: Whether it is a relation to the server, and not the arguments of a routine.
    """

    called: str
    columns: Mapping[str, str]
    renamed: Mapping[str, str] = {}
    is_plain: bool = True
    is_relation: bool = True


class Scope(NamedTuple):
    """What is known where an expression stands.

    Attributes:
        relation: The name of its table, if it has one.
        columns: The types of its columns, by name.
        domains: The types that domains are over, by the domain's type.
        homes: The schemas of routines and types whose names are in one schema alone, by name.
        extended: The schemas that extensions are in, whose objects no text names in full.
        signatures: The types of the arguments of routines that have no other one of their names, by name.
        outer: What is around the queries there, in the new model.
        outer_before: The same in the old model.
        renamed: The new names of the table's columns that have others now, by their old ones.
        was_called: What the table was called.
        catalogues: The relations of the old and of the new model, if queries are looked into.
        kept: The names of types that a model keeps as they are, so that their schemas are not known.
        is_exact: Whether both texts are in one server's spelling, so that their equality decides.
        wanted: The type that the expression is made to have, such as that of a column for its default.
    """

    relation: str | None = None
    columns: Mapping[str, str] = {}
    domains: Mapping[str, str] = {}
    homes: Mapping[str, str] = {}
    extended: tuple[str, ...] = ()
    signatures: Mapping[str, tuple[str, ...]] = {}
    outer: tuple[Outer, ...] = ()
    outer_before: tuple[Outer, ...] = ()
    renamed: Mapping[str, str] = {}
    was_called: str | None = None
    catalogues: tuple[Catalogue, Catalogue] | None = None
    kept: frozenset[str] = frozenset()
    wanted: str | None = None
    is_exact: bool = False

    def renamed_names(self) -> set[tuple[str, str]]:
        """Old and new names of what was renamed, and what a text may name."""
        found = set(self.renamed.items())
        if self.was_called is not None and self.relation is not None:
            found.add((self.was_called, self.relation))
        if self.catalogues is not None:
            renames = self.catalogues[0].renames
            found.update((old, new) for (_, old), new in renames.relations.items())
            found.update(pair for columns in renames.columns.values() for pair in columns.items())
        return found
