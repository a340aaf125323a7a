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
        is_plain: Whether they may be named alone.
        is_relation: Whether it is a relation to the server, and not the arguments of a routine.
    """

    called: str
    columns: Mapping[str, str]
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
        outer: What is around the queries there.
        catalogues: The relations of the old and of the new model, if queries are looked into.
        wanted: The type that the expression is made to have, such as that of a column for its default.
    """

    relation: str | None = None
    columns: Mapping[str, str] = {}
    domains: Mapping[str, str] = {}
    homes: Mapping[str, str] = {}
    extended: tuple[str, ...] = ()
    signatures: Mapping[str, tuple[str, ...]] = {}
    outer: tuple[Outer, ...] = ()
    catalogues: tuple[Catalogue, Catalogue] | None = None
    wanted: str | None = None
