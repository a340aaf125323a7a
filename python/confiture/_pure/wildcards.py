"""One component of a glob, from its text to a predicate on a name.

The rules are those of git's ``wildmatch.c`` with ``WM_PATHNAME``, by character instead of by byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: Tokens of a component are strings: a single character stands for itself, `STAR` for any run of
#: characters, and a longer string is a regular expression of exactly one character.
STAR = ""
ANY_CHARACTER = r"[\s\S]"

Predicate = Callable[[str], bool]

_CLASSES: dict[str, tuple[tuple[int, int], ...]] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": ((48, 57),),
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}


class Bracket:
    """A bracket expression.

    Attributes:
        end: Where the pattern goes on after its ``]``, or -1 when it is never closed.
        token: The token it makes.
        unknown_class: The first ``[:name:]`` in it that POSIX does not have.
    """

    __slots__ = ("end", "token", "unknown_class")

    def __init__(self, pattern: str, start: int) -> None:
        """Read the expression of `pattern` whose ``[`` is at `start`."""
        self.end = -1
        self.token = ANY_CHARACTER
        self.unknown_class: str | None = None
        ranges: list[tuple[int, int]] = []
        position = start + 1
        negated = pattern[position : position + 1] in ("!", "^")
        if negated:
            position += 1
        first = position
        previous: str | None = None
        while position < len(pattern):
            character = pattern[position]
            if character == "]" and position > first:
                self.end = position + 1
                self.token = _one_of(ranges, negated)
                return
            if (
                character == "-"
                and previous is not None
                and pattern[position + 1 : position + 2] not in ("", "]")
            ):
                position += 1
                if pattern[position] == "\\":
                    position += 1
                ranges.append((ord(previous), ord(pattern[position : position + 1] or "\0")))
                previous = None
            elif pattern.startswith("[:", position) and (name := _class_name(pattern, position)) is not None:
                if name in _CLASSES:
                    ranges.extend(_CLASSES[name])
                elif self.unknown_class is None:
                    self.unknown_class = f"[:{name}:]"
                position += len(name) + 3
                previous = None
            else:
                if character == "\\":
                    position += 1
                    character = pattern[position : position + 1] or "\0"
                ranges.append((ord(character), ord(character)))
                previous = character
            position += 1


def _class_name(pattern: str, start: int) -> str | None:
    """The name in the ``[:name:]`` at `start`; without ``:]`` before the next ``]`` it is none."""
    end = pattern.find("]", start + 2)
    if end > start + 2 and pattern[end - 1] == ":":
        return pattern[start + 2 : end - 1]
    return None


def _one_of(ranges: list[tuple[int, int]], negated: bool) -> str:
    shown = "".join(rf"\U{low:08x}-\U{high:08x}" for low, high in ranges if low <= high)
    if not shown:
        return ANY_CHARACTER if negated else r"[^\s\S]"
    return f"[{'^' if negated else ''}{shown}]"


def _segment(tokens: list[str]) -> re.Pattern[str]:
    return re.compile("".join(re.escape(token) if len(token) == 1 else token for token in tokens))


class _Segments:
    """What stands between the ``*`` of a component; each segment has a fixed length.

    A segment may therefore be put at the first place where it matches: no later place leaves more
    room to those after it. So there is nothing to come back to, and the time is bounded by the
    product of the lengths of pattern and name.
    """

    __slots__ = ("head", "length", "middles", "tail", "tail_length")

    def __init__(self, segments: list[list[str]]) -> None:
        self.length = sum(map(len, segments))
        self.head = _segment(segments[0])
        self.middles = [_segment(segment) for segment in segments[1:-1] if segment]
        self.tail = _segment(segments[-1])
        self.tail_length = len(segments[-1])

    def match(self, name: str) -> bool:
        if len(name) < self.length:
            return False
        found = self.head.match(name)
        if found is None:
            return False
        position = found.end()
        tail_start = len(name) - self.tail_length
        for middle in self.middles:
            found = middle.search(name, position, tail_start)
            if found is None:
                return False
            position = found.end()
        return position <= tail_start and self.tail.match(name, tail_start) is not None


def anything(name: str) -> bool:
    """The predicate of ``*``: true."""
    return True


def predicate(tokens: list[str]) -> Predicate:
    """The predicate of a component, given as tokens."""
    segments: list[list[str]] = [[]]
    for token in tokens:
        if token == STAR:
            segments.append([])
        else:
            segments[-1].append(token)
    literal = all(len(token) <= 1 for token in tokens)
    if len(segments) == 1:
        return "".join(tokens).__eq__ if literal else _exactly(_segment(tokens))
    if not any(segments):
        return anything
    if literal and len(segments) == 2 and not segments[0]:
        return _ending("".join(segments[1]))
    return _Segments(segments).match


def _exactly(expression: re.Pattern[str]) -> Predicate:
    return lambda name: expression.fullmatch(name) is not None


def _ending(suffix: str) -> Predicate:
    return lambda name: name.endswith(suffix)
