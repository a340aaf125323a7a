"""Whether two views give the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture.diffing.fields import Difference
from confiture.diffing.verdicts import Verdict, compare_queries
from confiture.models.schema.tables import View
from confiture.models.sql_names import quoted

if TYPE_CHECKING:
    from confiture.diffing.scopes import Scope
    from confiture.models.schema.parts import SchemaObject

__all__ = ["view_differences"]


def view_differences(old: SchemaObject, new: SchemaObject, scope: Scope) -> list[Difference]:
    """The difference of two views' queries, if there is one."""
    if not isinstance(old, View) or not isinstance(new, View):
        return []
    one, other = _without_recursion(old), _without_recursion(new)
    verdict = compare_queries(one.query, other.query, scope, (one.columns, other.columns))
    if verdict is Verdict.SAME:
        return []
    return [Difference("query", _query_text(old), _query_text(new), verdict)]


def _query_text(view: View) -> str:
    return f"({', '.join(map(quoted, view.columns))}) as {view.query}" if view.columns else view.query


def _without_recursion(item: View) -> View:
    """A recursive view as the query that the server makes of it (``makeRecursiveViewSelect``)."""
    if not item.is_recursive:
        return item
    columns = ", ".join(map(quoted, item.columns))
    name = quoted(item.name)
    query = f"with recursive {name}({columns}) as ({item.query}) select {columns} from {name}"
    return replace(item, query=query, columns=(), is_recursive=False)
