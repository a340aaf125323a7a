"""Which resources of a manifest ``--select`` and ``--exclude`` mean, as ``dbt ls`` answers."""

from __future__ import annotations

from confiture.dbt.selection.criteria import INDIRECT_SELECTIONS
from confiture.dbt.selection.selecting import (
    KNOWN_TYPES,
    LISTED_TYPES,
    DbtSelection,
    Unmatched,
    expanded_types,
    select,
)
from confiture.dbt.selection.state import PreviousState

__all__ = [
    "INDIRECT_SELECTIONS",
    "KNOWN_TYPES",
    "LISTED_TYPES",
    "DbtSelection",
    "PreviousState",
    "Unmatched",
    "expanded_types",
    "select",
]
