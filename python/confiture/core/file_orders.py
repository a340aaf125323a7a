"""Orders of files in which everything is defined before it is needed."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture.artifacts.checked import CheckedEdge

__all__ = ["working_order"]


def working_order(edges: Iterable[CheckedEdge], files: Sequence[str]) -> list[str] | None:
    """The files in an order that works, as close to the given one as can be; None if there is none.

    Args:
        edges: What needs what, and where.
        files: The files in the order of the bundle.
    """
    numbers = {file: number for number, file in enumerate(files)}
    before: defaultdict[int, set[int]] = defaultdict(set)
    after: defaultdict[int, set[int]] = defaultdict(set)
    for edge in edges:
        if edge.place is None or edge.defined is None or edge.place.file == edge.defined.file:
            continue
        needing, needed = numbers.get(edge.place.file or ""), numbers.get(edge.defined.file or "")
        if needing is not None and needed is not None:
            before[needing].add(needed)
            after[needed].add(needing)
    ready = [number for number in range(len(files)) if not before[number]]
    order: list[str] = []
    while ready:
        number = heapq.heappop(ready)
        order.append(files[number])
        for other in after[number]:
            before[other].remove(number)
            if not before[other]:
                heapq.heappush(ready, other)
    return order if len(order) == len(files) else None
