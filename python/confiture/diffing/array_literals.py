"""The elements of an array that is written as a string (`array_in`)."""

from __future__ import annotations

import re

__all__ = ["array_elements_of"]

_PART = re.compile(
    r'\s*(?:(?P<sign>[{},])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s{},"\\]+(?:\s+[^\s{},"\\]+)*))', re.S
)
_ESCAPED = re.compile(r"\\(.)", re.S)


def array_elements_of(text: str) -> list[tuple[str, str | None]] | None:
    """The signs and elements of an array, in their order; None for what is none, or has bounds.

    Returns:
        Pairs of a sign and None, or of nothing and an element; ``NULL`` is a sign.

    >>> array_elements_of('{a, "b c", NULL}')
    [('{', None), ('', 'a'), (',', None), ('', 'b c'), (',', None), ('NULL', None), ('}', None)]
    """
    found: list[tuple[str, str | None]] = []
    at, depth = 0, 0
    end = len(text.rstrip())
    while at < end:
        match = _PART.match(text, at)
        if match is None:
            return None
        at = match.end()
        sign = match["sign"]
        depth += (sign == "{") - (sign == "}")
        if sign is not None:
            found.append((sign, None))
        elif match["quoted"] is not None:
            found.append(("", _ESCAPED.sub(r"\1", match["quoted"])))
        elif match["plain"].lower() == "null":
            found.append(("NULL", None))
        else:
            found.append(("", match["plain"]))
        if depth <= 0 and at < end:
            return None
    return found if found and depth == 0 and found[-1][0] == "}" else None
