"""What two models tell of the names in an expression or a query."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from confiture.diffing.catalogues import Catalogue
from confiture.diffing.definitions import table_of_statistics
from confiture.diffing.fields import shown
from confiture.diffing.opaques import types_kept_as_they_are
from confiture.diffing.renames import Renames
from confiture.diffing.resolution import resolved_statements
from confiture.diffing.scopes import Outer, Scope
from confiture.diffing.tables import table_scope
from confiture.diffing.word_reader import UnknownError
from confiture.models.schema.others import Definition
from confiture.models.schema.parts import QualifiedName
from confiture.models.schema.routines import Routine, Rule
from confiture.models.schema.tables import Table, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.artifacts.encoded import EncodedModel
    from confiture.diffing.catalogues import Columns
    from confiture.diffing.kinds import Entry
    from confiture.models.schema.routines import Argument

__all__ = ["Context"]


class Context:
    """What two models tell of names; where they disagree, the later one counts.

    Args:
        models: The models, of which only what is asked for is decoded.
        is_exact: Whether both are in one server's spelling.
    """

    def __init__(self, models: Sequence[EncodedModel], *, is_exact: bool = False) -> None:
        self._models = models
        self._is_exact = is_exact
        #: What has other names in the later one; to be told before anything else is asked for.
        self.renames = Renames()

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
            signatures=self._signatures(),
            is_exact=self._is_exact,
            kept=frozenset().union(*(types_kept_as_they_are(model.opaque) for model in self._models)),
        )

    @cached_property
    def _with_catalogues(self) -> Scope:
        old = Catalogue(self._models[0], self._columns_of_view, self.renames)
        new = Catalogue(self._models[1], self._columns_of_view)
        return self.known._replace(catalogues=(old, new))

    def _view_types(self, view: View) -> dict[str, str]:
        catalogues = self._with_catalogues.catalogues
        columns = catalogues[1].relation((view.schema or "", view.name)).columns if catalogues else None
        return {name: kind for name, kind in columns or () if kind is not None}

    def _columns_of_view(
        self, catalogue: Catalogue, view: View, trees: list[tuple[object, ...]]
    ) -> Columns | None:
        """The columns that a view has."""
        try:
            found = resolved_statements(trees, catalogue, self.known, view.columns).columns
        except UnknownError:
            return None
        columns = tuple((name, kind) for name, kind in found if name is not None)
        return columns if len(columns) == len(found) else None

    def scope(self, entry: Entry) -> Scope:
        """What is known where the expressions of an object stand."""
        item = entry.item
        name = getattr(item, "table", None)
        known = self._with_catalogues
        if isinstance(item, Routine):
            arguments = Outer(item.name, _argument_types(item.arguments), is_relation=False)
            return known._replace(outer=(arguments,), outer_before=(arguments,))
        if isinstance(item, View) and item.column_settings:
            return known._replace(columns=self._view_types(item))
        if isinstance(item, Definition) and item.kind == "statistics":
            name = table_of_statistics(item)
        table = item if isinstance(item, Table) else None
        if isinstance(name, str):
            table = self._table(item.schema, name)
        if table is not None:
            was_called = self.renames.old_name(table.schema, table.name)
            renamed = self.renames.of_columns(table.schema, was_called)
            old_names = {new: old for old, new in renamed.items()}
            scope = table_scope(table, known)._replace(renamed=renamed, was_called=was_called)
            before = {old_names.get(column, column): kind for column, kind in scope.columns.items()}
            if isinstance(item, Rule):
                return scope._replace(
                    outer=tuple(Outer(row, scope.columns, is_plain=False) for row in ("old", "new")),
                    outer_before=tuple(Outer(row, before, renamed, is_plain=False) for row in ("old", "new")),
                )
            return scope._replace(
                outer=(Outer(table.name, scope.columns),), outer_before=(Outer(was_called, before, renamed),)
            )
        kind = getattr(item, "type", None)
        columns = {"value": kind} if entry.noun == "DOMAIN" and isinstance(kind, str) else {}
        return known._replace(columns=columns, wanted=kind if entry.noun == "DOMAIN" else None)

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

    def _signatures(self) -> dict[str, tuple[str, ...]]:
        """The types of the arguments of routines whose names no other routine has, in both models."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for model in self._models:
            own: dict[str, list[tuple[str, ...]]] = {}
            for kind in ("routines", "aggregates"):
                for one in model.objects(kind):
                    own.setdefault(one.name, []).append(_signature(one.arguments))
            for name, signatures in own.items():
                found.setdefault(name, set()).update(signatures)
                if len(signatures) > 1:
                    found[name].add(())
        return {name: signatures.pop() for name, signatures in found.items() if len(signatures) == 1}


def _signature(arguments: Sequence[Argument]) -> tuple[str, ...]:
    if any(argument.mode == "variadic" for argument in arguments):
        return ()
    return tuple(argument.type for argument in arguments if argument.mode in ("in", "inout"))


def _argument_types(arguments: Sequence[Argument]) -> dict[str, str]:
    taken = [argument for argument in arguments if argument.mode in ("in", "inout", "variadic")]
    return {argument.name or f"${number}": argument.type for number, argument in enumerate(taken, 1)}
