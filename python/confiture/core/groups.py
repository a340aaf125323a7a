"""Groups of things that need each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["strongly_connected"]


def strongly_connected(needs: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The things that need each other, directly or not, in groups; a group comes after those that it needs.

    Args:
        needs: What each thing needs; what is only needed may be missing.

    Returns:
        All things, each in one group, by Tarjan's algorithm; each group in the order of its names.
    """
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    waiting: list[str] = []
    is_waiting: set[str] = set()
    groups: list[list[str]] = []
    for start in needs:
        if start in numbers:
            continue
        path = [(start, iter(needs[start]))]
        numbers[start] = lowest[start] = len(numbers)
        waiting.append(start)
        is_waiting.add(start)
        while path:
            name, rest = path[-1]
            for other in rest:
                if other not in numbers:
                    numbers[other] = lowest[other] = len(numbers)
                    waiting.append(other)
                    is_waiting.add(other)
                    path.append((other, iter(needs.get(other, ()))))
                    break
                if other in is_waiting:
                    lowest[name] = min(lowest[name], numbers[other])
            else:
                path.pop()
                if path:
                    outer = path[-1][0]
                    lowest[outer] = min(lowest[outer], lowest[name])
                if lowest[name] == numbers[name]:
                    group: list[str] = []
                    while not group or group[-1] != name:
                        group.append(waiting.pop())
                        is_waiting.remove(group[-1])
                    groups.append(sorted(group))
    return groups
