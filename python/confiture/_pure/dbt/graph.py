"""A dependency graph over numbered things, and the questions asked of it."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Graph"]


class Graph:
    """A graph of `size` nodes and edges ``(node, parent)``; what is given twice counts once."""

    def __init__(self, size: int, edges: Iterable[tuple[int, int]]) -> None:
        self.parents: list[list[int]] = [[] for _ in range(size)]
        self.children: list[list[int]] = [[] for _ in range(size)]
        for node, parent in dict.fromkeys(edges):
            self.parents[node].append(parent)
            self.children[parent].append(node)

    def ancestors(self, node: int, steps: int | None) -> list[int]:
        """All that a node depends on, at most so many steps away, in ascending order."""
        return _reach(self.parents, node, steps)

    def descendants(self, node: int, steps: int | None) -> list[int]:
        """All that depends on a node, as `ancestors`."""
        return _reach(self.children, node, steps)

    def topological_order(self) -> tuple[list[int], list[int] | None]:
        """Each node behind what it depends on, the lowest first; and a cycle if there is one."""
        missing = [len(parents) for parents in self.parents]
        ready = [node for node, count in enumerate(missing) if count == 0]
        order = []
        while ready:
            node = heapq.heappop(ready)
            order.append(node)
            for child in self.children[node]:
                missing[child] -= 1
                if missing[child] == 0:
                    heapq.heappush(ready, child)
        return order, None if len(order) == len(missing) else self._cycle(missing)

    def _cycle(self, missing: Sequence[int]) -> list[int]:
        """The cycle met when the lowest parent that is left is followed again and again."""
        node = next(node for node, count in enumerate(missing) if count)
        step_of: dict[int, int] = {}
        path: list[int] = []
        while node not in step_of:
            step_of[node] = len(path)
            path.append(node)
            node = min(parent for parent in self.parents[node] if missing[parent])
        cycle = path[step_of[node] :]
        lowest = cycle.index(min(cycle))
        return cycle[lowest:] + cycle[:lowest]


def _reach(edges: Sequence[Sequence[int]], node: int, steps: int | None) -> list[int]:
    reached: set[int] = set()
    border = [node]
    step = 0
    while border and (steps is None or step < steps):
        found = dict.fromkeys(neighbour for one in border for neighbour in edges[one])
        border = [neighbour for neighbour in found if neighbour not in reached]
        reached.update(border)
        step += 1
    return sorted(reached)
