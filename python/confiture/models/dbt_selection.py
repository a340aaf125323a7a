"""What ``confiture dbt ls`` answers (``docs/dbt.md``)."""

from __future__ import annotations

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import EngineName

__all__ = ["DbtSelected", "DbtSelectionDocument", "DbtUnmatched"]


class DbtSelected(Artifact, frozen=True, kw_only=True):
    """A selected resource.

    Attributes:
        unique_id: Its unique id.
        resource_type: ``model``, ``source`` and so on.
        name: Its name, as ``dbt ls --output name`` prints it.
        path: Its file, from its package's directory.
        selector: What selects it alone, as ``dbt ls`` prints it.
    """

    unique_id: str
    resource_type: str
    name: str
    path: str
    selector: str


class DbtUnmatched(Artifact, frozen=True, kw_only=True):
    """A part of a selection that selects nothing.

    Attributes:
        text: The part.
        hint: What may have been meant.
    """

    text: str
    hint: str | None = None


class DbtSelectionDocument(Document, frozen=True, kw_only=True, tag="dbt_selection/1"):
    """The resources that a selection selects.

    Attributes:
        ok: Always true: what cannot be told is an error.
        resources: The resources, by unique id.
        unmatched: The parts that select nothing.
        engine: ``rust`` or ``python``.
    """

    ok: bool
    resources: tuple[DbtSelected, ...]
    unmatched: tuple[DbtUnmatched, ...] = ()
    engine: EngineName
