"""What two models tell of the names in an expression or a query."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from confiture.diffing.fields import shown
from confiture.diffing.scopes import Scope
from confiture.diffing.tables import table_scope
from confiture.models.schema.parts import QualifiedName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.artifacts.encoded import EncodedModel
    from confiture.diffing.kinds import Entry
    from confiture.models.schema.tables import Table

__all__ = ["Context"]


class Context:
    """What two models tell of names; where they disagree, the later one counts.

    Args:
        models: The models, of which only what is asked for is decoded.
    """

    def __init__(self, models: Sequence[EncodedModel]) -> None:
        self._models = models

    @cached_property
    def known(self) -> Scope:
        """What is known everywhere."""
        return Scope(
            domains={
                shown(QualifiedName(schema=one.schema, name=one.name)) or "": one.type
                for model in self._models
                for one in model.objects("domains")
            },
            homes=self._homes(),
            extended=tuple(
                sorted(
                    {
                        one.schema
                        for model in self._models
                        for one in model.heads("extensions")
                        if one.schema is not None
                    }
                )
            ),
        )

    def scope(self, entry: Entry) -> Scope:
        """What is known where the expressions of an object stand."""
        item = entry.item
        name = getattr(item, "table", None)
        table = self._table(item.schema, name) if isinstance(name, str) else None
        if table is not None:
            return table_scope(table, self.known)
        kind = getattr(item, "type", None)
        columns = {"value": kind} if entry.noun == "DOMAIN" and isinstance(kind, str) else {}
        return self.known._replace(columns=columns, wanted=kind if entry.noun == "DOMAIN" else None)

    def _table(self, schema: str | None, name: str) -> Table | None:
        for model in reversed(self._models):
            found = model.table(schema, name)
            if found is not None:
                return found
        return None

    def _homes(self) -> dict[str, str]:
        """The schemas of routines and types whose names no two schemas have."""
        found: dict[str, set[str]] = {}
        for model in self._models:
            for kind in ("routines", "aggregates", "types", "domains"):
                for one in model.heads(kind):
                    if one.schema is not None:
                        found.setdefault(one.name, set()).add(one.schema)
        return {name: schemas.pop() for name, schemas in found.items() if len(schemas) == 1}
