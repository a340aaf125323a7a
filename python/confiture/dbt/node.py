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
    `items`, which make them in one pass.

    Args:
        document: The engine's handle.
        number: Number of the resource.
        row: Its unique id, its type, and the manifest's key that it stands under.
    """

    __slots__ = ("_document", "_known_places", "_number", "collection", "resource_type", "unique_id")

    def __init__(self, document: DbtDocument, number: int, row: tuple[str, str, str]) -> None:
        self._document = document
        self._number = number
        self._known_places: dict[str, Any] | None = None
        self.unique_id, self.resource_type, self.collection = row

    @property
    def _places(self) -> dict[str, Any]:
        """Where the values are. Threads that ask at once find the same."""
        places = self._known_places
        if places is None:
            self._known_places = places = self._document.places(self._number)
        return places

    def __getitem__(self, field: str) -> Any:
        return self._document.value_at(self._places[field])

    def __contains__(self, field: object) -> bool:
        return field in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

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
