"""All rows of a server's catalogues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catalogue_others import read_others
from .catalogue_privileges import read_privileges
from .catalogue_routines import read_routines
from .catalogue_tables import read_tables
from .catalogue_types import read_types

if TYPE_CHECKING:
    from .catalogue import Catalogue, Rows

__all__ = ["read"]


def read(catalogue: Catalogue) -> Rows:
    """What the catalogues hold of the objects of a text."""
    return {
        **read_others(catalogue),
        **read_types(catalogue),
        **read_tables(catalogue),
        **read_routines(catalogue),
        **read_privileges(catalogue),
    }
