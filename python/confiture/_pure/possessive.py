"""Expressions with possessive repetitions of groups, for every Python that has them.

Before Python 3.11.5, ``(?:…)*+`` goes on from where its last, failed try ended instead of from where that had
started (https://github.com/python/cpython/issues/106052): comments and strings would end in other places.
An atomic group around a greedy repetition means the same, is right everywhere, and takes more memory.
"""

from __future__ import annotations

import re

__all__ = ["compiled", "with_atomic_groups"]

_GOES_ASTRAY = re.match(rb"(?:a(?!b))*+ab", b"ab") is None

#: What has no parentheses of its own, a parenthesis that opens a group, or one that closes it.
_PART = re.compile(
    rb"\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!>]|<[=!]))?|\)([*+?]\+)?|[^\\\[()]"
)


def compiled(expression: bytes) -> re.Pattern[bytes]:
    """An expression that matches as it is meant to.

    Args:
        expression: With possessive repetitions of groups that capture nothing.
    """
    return re.compile(with_atomic_groups(expression) if _GOES_ASTRAY else expression)


def with_atomic_groups(expression: bytes) -> bytes:
    """The same expression without possessive repetitions of groups."""
    written: list[bytes] = []
    opened: list[int] = []
    for part in _PART.finditer(expression):
        text = part[0]
        if text.startswith(b"("):
            opened.append(len(written))
        elif text.startswith(b")"):
            start = opened.pop()
            if part[1]:
                written[start] = b"(?>" + written[start]
                text = text[:2] + b")"
        written.append(text)
    return b"".join(written)
