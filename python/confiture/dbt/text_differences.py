"""The lines in which two texts differ."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["differing_lines"]

#: How many lines stand around what differs.
_AROUND = 1

#: How many lines are told; the rest is counted.
_LONGEST = 60

#: Lines times lines up to which they are matched with each other, which takes as long as that.
_MATCHED = 40_000


def differing_lines(old: str, new: str) -> list[str]:
    """The lines in which texts differ: ``- `` before, ``+ `` now, ``  `` around them, ``@ N`` from line N on.

    In long texts all lines between the first and the last that differ count as different; at most a few dozen
    lines are told.
    """
    before, now = old.split("\n"), new.split("\n")
    start = 0
    shortest = min(len(before), len(now))
    while start < shortest and before[start] == now[start]:
        start += 1
    end = 0
    while end < shortest - start and before[-1 - end] == now[-1 - end]:
        end += 1
    olds, news = before[start : len(before) - end], now[start : len(now) - end]
    first = max(0, start - _AROUND)
    lines = [f"@ {first + 1}", *(f"  {line}" for line in before[first:start])]
    lines += _between(olds, news)
    lines += [f"  {line}" for line in before[len(before) - end :][:_AROUND]]
    if len(lines) > _LONGEST:
        return [*lines[:_LONGEST], f"@ {len(lines) - _LONGEST} more lines"]
    return lines


def _between(olds: Sequence[str], news: Sequence[str]) -> Iterator[str]:
    if len(olds) * len(news) > _MATCHED:
        yield from (f"- {line}" for line in olds)
        yield from (f"+ {line}" for line in news)
        return
    for action, start, end, new_start, new_end in SequenceMatcher(
        None, olds, news, autojunk=False
    ).get_opcodes():
        if action == "equal":
            yield from (f"  {line}" for line in olds[start:end])
        else:
            yield from (f"- {line}" for line in olds[start:end])
            yield from (f"+ {line}" for line in news[new_start:new_end])
