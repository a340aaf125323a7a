"""Statements with their kind, form and objects, written by hand from the grammar of PostgreSQL 18.

A case is ``(text, kind, form, objects)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confiture._interface import SqlObject

Case = tuple[str, str, str, "tuple[SqlObject, ...]"]


def o(
    kind: str,
    name: str | None,
    schema: str | None = None,
    *,
    parent: str | None = None,
    arguments: tuple[str, ...] | None = None,
) -> SqlObject:
    """An object."""
    return (kind, schema, name, arguments, parent)


def case(text: str, kind: str, *objects: SqlObject, form: str = "") -> Case:
    return (text, kind, form, objects)
