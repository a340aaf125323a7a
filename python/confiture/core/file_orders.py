"""Orders of files in which everything is defined before it is needed."""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from confiture.models.schema.others import Edge
    from confiture.models.schema.parts import Place

__all__ = ["working_order"]


def working_order(
    edges: Iterable[Edge], defined: Mapping[str, Place], files: Sequence[str]
) -> list[str] | None:
    """The files in an order that works, as close to the given one as can be; None if there is none.

    Args:
        edges: What needs what, and where.
        defined: Where each object is defined, by what it is called.
        files: The files in the order of the bundle.
    """
    numbers = {file: number for number, file in enumerate(files)}
    before: defaultdict[int, set[int]] = defaultdict(set)
    after: defaultdict[int, set[int]] = defaultdict(set)
    for edge in edges:
        target = defined.get(edge.target)
        if edge.place is None or target is None or edge.place.file == target.file:
            continue
        needing, needed = numbers.get(edge.place.file or ""), numbers.get(target.file or "")
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
