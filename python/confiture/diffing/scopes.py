"""What is known where an expression stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Scope"]


class Scope(NamedTuple):
    """What is known where an expression stands.

    Attributes:
        relation: The name of its table, if it has one.
        columns: The types of its columns, by name.
        domains: The types that domains are over, by the domain's type.
        homes: The schemas of routines and types whose names are in one schema alone, by name.
        extended: The schemas that extensions are in, whose objects no text names in full.
        is_exact: Whether both texts are in one server's spelling, so that their equality decides.
        wanted: The type that the expression is made to have, such as that of a column for its default.
    """

    relation: str | None = None
    columns: Mapping[str, str] = {}
    domains: Mapping[str, str] = {}
    homes: Mapping[str, str] = {}
    extended: tuple[str, ...] = ()
    wanted: str | None = None
    is_exact: bool = False
