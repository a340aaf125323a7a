"""Texts without some of their parts, in which what is left keeps its line and column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Cut", "outside", "without"]


class Cut(NamedTuple):
    """Bytes of a text, from `start` up to `end`."""

    start: int
    end: int


def outside(cuts: list[Cut], kept: Sequence[Cut]) -> list[Cut]:
    """What is to be cut, without what is kept of it; both in order."""
    pieces: list[Cut] = []
    for cut in cuts:
        at = cut.start
        for part in kept:
            if at <= part.start < cut.end:
                pieces.append(Cut(at, part.start))
                at = part.end
        pieces.append(Cut(at, max(at, cut.end)))
    return pieces


def without(content: bytes, start: int, end: int, cuts: Iterable[Cut]) -> bytes:
    """A part of a text with spaces for what is cut, but none at the ends of lines that would be new."""
    pieces: list[bytes] = []
    at = start
    for cut in cuts:
        if cut.start < at:
            if cut.end <= at:
                continue
            cut = Cut(at, cut.end)
        pieces.append(content[at : cut.start])
        pieces.append(_blank_characters(content[cut.start : cut.end]).replace(b" ", b"\0"))
        at = cut.end
    pieces.append(content[at:end])
    # What was cut ends a line: the spaces before it go too.
    text = re.sub(rb"(?:[ \t]*\0[\0 \t]*)(?=\r?\n|\Z)", b"", b"".join(pieces))
    return text.replace(b"\0", b" ")


def _blank_characters(piece: bytes) -> bytes:
    """As many spaces as there are characters, lines kept."""
    return re.sub("[^\r\n]", " ", piece.decode()).encode()
