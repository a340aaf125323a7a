"""The relations of a model, as queries see them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from confiture.diffing.queries import statement_trees
from confiture.diffing.renames import Renames
from confiture.diffing.word_reader import UnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from confiture.artifacts.encoded import EncodedModel
    from confiture.models.schema.tables import View

__all__ = ["Catalogue", "Columns", "Relation"]

#: Views on views on views: deeper ones have columns that are not known.
_DEEPEST = 10

#: A column's name and its type, if that is known.
Columns = tuple[tuple[str, str | None], ...]


class Relation(NamedTuple):
    """What a name in a query stands for.

    Attributes:
        schema: Its schema; None for one of PostgreSQL's own.
        name: Its name.
        columns: Its columns in their order; None if they are not known.
        renamed: The new names of columns that have others now, by their names here.
    """

    schema: str | None
    name: str
    columns: Columns | None
    renamed: Mapping[str, str] = {}


class Catalogue:
    """The relations of one model.

    Args:
        model: The model.
        columns_of_view: Works out the columns that a view's query gives, if it can.
        renames: What has other names in the model that it is compared with.
    """

    def __init__(
        self,
        model: EncodedModel,
        columns_of_view: Callable[[Catalogue, View, list[tuple[object, ...]]], Columns | None],
        renames: Renames | None = None,
    ) -> None:
        self.renames = renames or Renames()
        self._model = model
        self._columns_of_view = columns_of_view
        self._views: dict[tuple[str | None, str], Columns | None] = {}
        self._depth = 0

    def relation(self, name: tuple[str, ...]) -> Relation:
        """What a name after ``FROM`` stands for, if that is no common table expression, under its new name.

        Raises:
            UnknownError: Several could be meant, or none is there.
        """
        if len(name) == 1:
            if name[0].startswith("pg_"):
                return Relation(None, name[0], None)
            schemas = self._schemas.get(name[0], [])
            if len(schemas) != 1:
                raise UnknownError
            name = (schemas[0] or "", name[0])
        if len(name) != 2:
            raise UnknownError
        schema, own = name
        table = self._model.table(schema, own)
        called = self.renames.relations.get((schema, own), own)
        if table is not None:
            columns = tuple((column.name, column.type) for column in table.columns)
            return Relation(schema, called, columns, self.renames.of_columns(schema, own))
        return Relation(schema, called, self._view_columns(schema, own))

    def _view_columns(self, schema: str, name: str) -> Columns | None:
        key = (schema, name)
        if key not in self._views:
            # A view that is worked out already, further out, needs itself.
            self._views[key] = None
            view = self._model.view(schema, name)
            if view is not None and self._depth < _DEEPEST:
                trees = statement_trees(view.query)
                self._depth += 1
                self._views[key] = None if trees is None else self._columns_of_view(self, view, trees)
                self._depth -= 1
        return self._views[key]

    @cached_property
    def _schemas(self) -> dict[str, list[str | None]]:
        """The schemas that have a relation of a name."""
        found: dict[str, list[str | None]] = {}
        for kind in ("tables", "views", "sequences"):
            for head in self._model.heads(kind):
                found.setdefault(head.name, []).append(head.schema)
        return found
