r"""The psql commands of a file: their names, and where ``\if`` makes statements depend on something."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture._interface import SqlSpan

__all__ = ["INCLUDES", "NAME_BYTES", "RESETS", "Condition", "conditions", "is_conditional", "name_of"]

#: Commands that read another file in their place.
INCLUDES = frozenset({"i", "ir", "include", "include_relative"})

#: Commands that drop the query that psql has read so far.
RESETS = frozenset({"r", "reset"})

#: How much of a command holds its name, unless it is none.
NAME_BYTES = 80


class Condition(NamedTuple):
    r"""A stretch of a file between ``\if`` and ``\endif``, or what is wrong with it.

    Args:
        start: Offset of the ``\if``, in bytes.
        end: Offset behind the ``\endif``; -1 if there is none.
        span: The ``\if``; of a condition that never began, what goes on with it.
        is_stray: Whether it never began.
    """

    start: int
    end: int
    span: SqlSpan
    is_stray: bool = False


def name_of(command: bytes) -> str:
    """The name of a command, without its backslash."""
    words = command[1:].split(maxsplit=1)
    if not words or command[1:2].isspace():
        return ""
    return words[0].split(b"\\", 1)[0].decode("utf-8", "replace")


def conditions(commands: Iterable[tuple[str, SqlSpan]]) -> list[Condition]:
    """The outermost conditions of a file, in their order.

    Args:
        commands: Names and spans of the file's psql commands.
    """
    found: list[Condition] = []
    begun: list[SqlSpan] = []
    for name, span in commands:
        if name == "if":
            begun.append(span)
        elif name not in ("elif", "else", "endif"):
            continue
        elif not begun:
            found.append(Condition(span[1], span[2], span, is_stray=True))
        elif name == "endif":
            start = begun.pop()
            if not begun:
                found.append(Condition(start[1], span[2], start))
    if begun:
        found.append(Condition(begun[0][1], -1, begun[0]))
    return found


def is_conditional(offset: int, found: Sequence[Condition]) -> bool:
    """Whether what is at an offset runs only if something is so; `found` is what `conditions` gives."""
    at = bisect_right(found, offset, key=_start) - 1
    while at >= 0 and found[at].is_stray:
        at -= 1
    return at >= 0 and (offset < found[at].end or found[at].end < 0)


def _start(condition: Condition) -> int:
    return condition.start
