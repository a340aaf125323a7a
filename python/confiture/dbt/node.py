"""One resource of a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from confiture.dbt.loading import is_encodable

if TYPE_CHECKING:
    from collections.abc import ItemsView, ValuesView

    from confiture._interface import DbtDocument

__all__ = ["DbtNode"]


class DbtNode(Mapping[str, Any]):
    """A view of a resource: its fields by name, in the manifest's order, each made when it is asked for.

    What is returned is a copy: changing it changes no manifest. Who wants all fields asks for `to_dict` or
    `items`: each field on its own is searched for, also by ``dict(node)``.

    Args:
        document: The engine's handle.
        number: Number of the resource.
        row: Its unique id, its type, and the manifest's key that it stands under.
    """

    __slots__ = ("_document", "_number", "collection", "resource_type", "unique_id")

    def __init__(self, document: DbtDocument, number: int, row: tuple[str, str, str]) -> None:
        self._document = document
        self._number = number
        self.unique_id, self.resource_type, self.collection = row

    def __getitem__(self, field: str) -> Any:
        if not is_encodable(field):
            raise KeyError(field)
        return self._document.value(self._number, field)

    def __iter__(self) -> Iterator[str]:
        return iter(self._document.fields(self._number))

    def __len__(self) -> int:
        return len(self._document.fields(self._number))

    def items(self) -> ItemsView[str, Any]:
        """All fields and their values, made in one pass."""
        return self._fields().items()

    def values(self) -> ValuesView[Any]:
        """The values of all fields, made in one pass."""
        return self._fields().values()

    def _fields(self) -> dict[str, Any]:
        return {field: value for field, value in self.to_dict().items() if is_encodable(field)}

    def __repr__(self) -> str:
        return f"<DbtNode {self.unique_id}>"

    def to_dict(self) -> dict[str, Any]:
        """All of it."""
        return cast("dict[str, Any]", self._document.node(self._number))
