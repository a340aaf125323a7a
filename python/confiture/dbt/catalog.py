"""A dbt catalog in the engine's memory."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from confiture.dbt.field_types import CATALOG_COLUMN, FieldTypes
from confiture.dbt.loading import is_encodable, load_document

if TYPE_CHECKING:
    import os

    from confiture._interface import DbtDocument

__all__ = ["DbtCatalog"]

_FIELDS = ("name", "type", "comment", "index")


class DbtCatalog:
    """What ``dbt docs generate`` wrote to ``target/catalog.json``: the relations that the database has."""

    def __init__(self, document: DbtDocument) -> None:
        self._document = document
        self._types = FieldTypes("catalog", _FIELDS, CATALOG_COLUMN)

    @classmethod
    def load(cls, source: str | os.PathLike[str] | bytes, *, strict: bool = False) -> DbtCatalog:
        """Load a catalog; arguments and errors as with ``DbtManifest.load``."""
        return cls(load_document(source, "catalog", strict=strict))

    @cached_property
    def _rows(self) -> list[tuple[str, str, str]]:
        return self._document.resources()

    @cached_property
    def unique_ids(self) -> list[str]:
        """The resources whose relations it has."""
        return [row[0] for row in self._rows]

    def __contains__(self, unique_id: object) -> bool:
        return isinstance(unique_id, str) and self._number(unique_id) is not None

    def _number(self, unique_id: str) -> int | None:
        return self._document.number(unique_id) if is_encodable(unique_id) else None

    def columns(self, unique_id: str) -> list[dict[str, Any]]:
        """The columns of a resource's relation in their order; none if the catalog does not have it.

        Raises:
            ManifestError: The catalog is of an unknown version, and a value in it of a wrong type.
        """
        number = self._number(unique_id)
        if number is None or "columns" not in self._document.fields(number):
            return []
        row = self._rows[number]
        told = self._types.check_object(row, ("columns",), self._document.value(number, "columns"))
        columns: list[dict[str, Any]] = []
        for key, column in told.items():
            below = ("columns", key)
            self._types.check_object(row, below, column)
            self._types.check(row, below, [column.get(name) for name in _FIELDS])
            columns.append(column if column.get("name") is not None else {**column, "name": key})
        return sorted(columns, key=lambda column: column.get("index") or 0)

    def to_json(self, layout: Literal["kept", "dbt", "compact"] = "kept") -> bytes:
        """The catalog as JSON, as with ``DbtManifest.to_json``."""
        return self._document.to_json(layout)
