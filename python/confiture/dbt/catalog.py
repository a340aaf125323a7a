"""A dbt catalog in the engine's memory."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from confiture._backend import load_engine

if TYPE_CHECKING:
    from confiture._interface import DbtDocument

__all__ = ["DbtCatalog"]


class DbtCatalog:
    """What ``dbt docs generate`` wrote to ``target/catalog.json``: the relations that the database has."""

    def __init__(self, document: DbtDocument) -> None:
        self._document = document

    @classmethod
    def load(cls, source: str | os.PathLike[str] | bytes, *, strict: bool = False) -> DbtCatalog:
        """Load a catalog; arguments and errors as with ``DbtManifest.load``."""
        engine = load_engine()
        given = source if isinstance(source, bytes) else os.fspath(source)
        return cls(engine.load_dbt(given, artifact="catalog", strict=strict))

    @cached_property
    def unique_ids(self) -> list[str]:
        """The resources whose relations it has."""
        return [row[0] for row in self._document.resources()]

    def __contains__(self, unique_id: object) -> bool:
        return isinstance(unique_id, str) and self._document.number(unique_id) is not None

    def columns(self, unique_id: str) -> list[dict[str, Any]]:
        """The columns of a resource's relation in their order; none if the catalog does not have it."""
        number = self._document.number(unique_id)
        if number is None or "columns" not in self._document.fields(number):
            return []
        columns = cast("dict[str, dict[str, Any]]", self._document.value(number, "columns"))
        return sorted(columns.values(), key=lambda column: column.get("index", 0))

    def to_json(self, layout: Literal["kept", "dbt", "compact"] = "kept") -> bytes:
        """The catalog as JSON, as with ``DbtManifest.to_json``."""
        return self._document.to_json(layout)
