"""The graph of a schema: its objects, and which needs which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.lineage.objects import objects_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from confiture.models.lineage import LineageObject
    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.others import Edge

__all__ = ["LineageGraph"]


class LineageGraph:
    """Objects by what they are called, and edges ``source needs target`` between them.

    Args:
        objects: The objects.
        edges: What needs what; an edge with an end that is no object is left out.

    Attributes:
        objects: The objects, sorted by what they are called.
        edges: The edges, sorted by source, target and kind, each once.
    """

    def __init__(self, objects: Iterable[LineageObject], edges: Iterable[Edge]) -> None:
        by_name = {item.called: item for item in objects}
        self.objects: Mapping[str, LineageObject] = {name: by_name[name] for name in sorted(by_name)}
        kept = {
            (edge.source, edge.target, edge.kind): edge
            for edge in edges
            if edge.source in by_name and edge.target in by_name
        }
        self.edges: tuple[Edge, ...] = tuple(kept[key] for key in sorted(kept))
        self._needs: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in self.objects}
        self._needed_by: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in self.objects}
        for edge in self.edges:
            kinds = (*self._needs[edge.source].get(edge.target, ()), edge.kind)
            self._needs[edge.source][edge.target] = kinds
            self._needed_by[edge.target][edge.source] = kinds

    @classmethod
    def of_model(cls, model: SchemaModel) -> LineageGraph:
        """The graph of all objects of a model."""
        return cls(objects_of(model).values(), model.edges)

    def needs(self, called: str) -> Mapping[str, tuple[str, ...]]:
        """What an object needs itself, in order, and by which kinds of edges."""
        return self._needs[called]

    def needed_by(self, called: str) -> Mapping[str, tuple[str, ...]]:
        """What needs an object itself, in order, and by which kinds of edges."""
        return self._needed_by[called]

    def upstream(self, called: str, depth: int | None = None) -> dict[str, int]:
        """What an object needs, directly or not, by how many edges away it is; itself is not among it.

        Args:
            called: The object.
            depth: The number of edges after which to stop; None for none.
        """
        return _reached(self._needs, called, depth)

    def downstream(self, called: str, depth: int | None = None) -> dict[str, int]:
        """What needs an object, as `upstream`."""
        return _reached(self._needed_by, called, depth)

    def of_kinds(self, kinds: Collection[str], always: str | None = None) -> LineageGraph:
        """The graph of the objects of these kinds alone, and of one that is always in it."""
        kept = [item for item in self.objects.values() if item.kind in kinds or item.called == always]
        return LineageGraph(kept, self.edges)

    def around(
        self, called: str, *, upstream: bool = True, downstream: bool = True, depth: int | None = None
    ) -> LineageGraph:
        """The graph of an object with what it needs and what needs it, each object with its distance.

        An edge is in it if it leads from one of its objects to another, whichever way they were reached.
        """
        from msgspec.structs import replace

        above = {called: 0, **self.upstream(called, depth)} if upstream else {}
        below = {called: 0, **self.downstream(called, depth)} if downstream else {}
        objects = [
            replace(item, upstream=above.get(name), downstream=below.get(name))
            for name, item in self.objects.items()
            if name in above or name in below
        ]
        return LineageGraph(objects, self.edges)


def _reached(
    neighbours: Mapping[str, Mapping[str, tuple[str, ...]]], start: str, depth: int | None
) -> dict[str, int]:
    found = {start: 0}
    row = [start]
    distance = 0
    while row and (depth is None or distance < depth):
        distance += 1
        following = []
        for name in row:
            for neighbour in neighbours[name]:
                if neighbour not in found:
                    found[neighbour] = distance
                    following.append(neighbour)
        row = following
    del found[start]
    return found
