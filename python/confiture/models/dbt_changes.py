"""How two states of a dbt project differ, and why (``docs/dbt.md``)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Count, EngineName

__all__ = ["CATEGORIES", "DbtChange", "DbtChanges", "DbtDifference"]

#: What differences are about.
CATEGORIES = (
    "access",
    "body",
    "column",
    "config",
    "contract",
    "definition",
    "dependency",
    "description",
    "group",
    "macro",
    "meta",
    "other",
    "path",
    "relation",
    "source",
    "tags",
    "version",
)


class DbtDifference(Artifact, frozen=True, kw_only=True):
    """One key of a resource that has another value.

    Attributes:
        category: What it is about: one of `CATEGORIES`.
        key: The path of the key: ``config.materialized``, ``columns.id.data_type``; of a macro that the
            resource calls, directly or not, the macro's unique id.
        old: The value before; missing if there was none, or if `lines` tells it.
        new: The value now.
        lines: What is different between two texts, line by line: ``-`` before, ``+`` now, two spaces for what
            stands around it, ``@`` for where it starts.
        via: How the resource comes to a macro: the macros that it calls, each calling the next.
    """

    category: str
    key: str
    old: Any | UnsetType = UNSET
    new: Any | UnsetType = UNSET
    lines: tuple[str, ...] = ()
    via: tuple[str, ...] = ()


class DbtChange(Artifact, frozen=True, kw_only=True):
    """A resource that is not what it was.

    Attributes:
        type: ``added``, ``removed`` or ``changed``.
        unique_id: Its unique id.
        resource_type: ``model``, ``macro`` and so on.
        path: Its file, from its package's directory; now, if it is there.
        differences: Why it is changed, by category and key; one that is removed as it was disabled says so.
    """

    type: Annotated[str, Meta(pattern="^(added|removed|changed)$")]
    unique_id: str
    resource_type: str
    path: str | None = None
    differences: tuple[DbtDifference, ...] = ()


class DbtChanges(Document, frozen=True, kw_only=True, tag="dbt_changes/1"):
    """How two states of a dbt project differ.

    Attributes:
        ok: Whether they do not differ.
        old: What was compared, as it was asked for.
        new: What it was compared with.
        old_dbt_version: The dbt that wrote the first manifest.
        new_dbt_version: The dbt that wrote the second one.
        changes: The resources that differ, by unique id.
        counts: How many differences there are by category, and of ``added`` and ``removed`` resources.
        engine: ``rust`` or ``python``.
    """

    ok: bool
    old: str
    new: str
    old_dbt_version: str | None = None
    new_dbt_version: str | None = None
    changes: tuple[DbtChange, ...]
    counts: dict[str, Count]
    engine: EngineName
