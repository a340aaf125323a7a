"""Where values come from: sets of columns of relations, each with how it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.column_lineage.shapes import DIRECT

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Origins", "add", "used"]

#: Relation, column (or ``*``) and how, with whether that is certain.
Origins = dict[tuple[str, str, str], bool]

_RANKS = {how: rank for rank, how in enumerate(DIRECT)}


def used(origins: Mapping[tuple[str, str, str], bool], how: str) -> Origins:
    """The origins of a value that is used so: what comes in indirectly stays so."""
    if how == DIRECT[0]:
        return dict(origins)
    found: Origins = {}
    rank = _RANKS.get(how)
    for (relation, column, inner), is_certain in origins.items():
        known = _RANKS.get(inner)
        if known is not None:
            inner = how if rank is None or rank > known else inner
        key = (relation, column, inner)
        found[key] = found.get(key, False) or is_certain
    return found


def add(target: Origins, origins: Mapping[tuple[str, str, str], bool]) -> None:
    """Add origins to others; what is certain once is certain."""
    for key, is_certain in origins.items():
        if is_certain or key not in target:
            target[key] = is_certain
