"""The statements of a text, with the comments that go with them, as pieces that can be put in order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confiture.core.ordering import Sortable, UnsortableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confiture._interface import Engine, SqlStatement

__all__ = ["Piece", "pieces_of"]


class Piece(NamedTuple):
    """A statement with the comments before it, and what follows it."""

    sortable: Sortable
    comments: str
    statement: str
    tail: str
    #: Line and column of the comments, or of the statement.
    place: tuple[int, int]


def pieces_of(engine: Engine, text: str) -> Iterator[Piece]:
    """The statements of a text, in their order.

    Raises:
        UnsortableError: It has commands of psql.
    """
    content = text.encode()
    statements, spans, _ = engine.split_statements(text)
    words = engine.normalize_statements(text)
    for kind, _, _, line, column, _ in spans:
        if kind in ("psql", "discarded"):
            raise UnsortableError("", (line, column), "psql's commands are a matter of order")
    if not statements:
        return
    # Where the text before each statement starts: behind the last one, its data, and a comment in its line.
    behind = 0
    known = (0, 1, 1)
    ends = [start for _, _, _, start, *_ in statements[1:]] + [len(content)]
    data_ends = _data_ends(statements, [(start, end) for kind, start, end, *_ in spans if kind == "data"])
    for index, (statement, limit) in enumerate(zip(statements, ends, strict=True)):
        _, _, _, start, end, line, column, is_terminated, _ = statement
        comments = content[behind:start]
        kept = comments.strip()
        piece_start = behind + comments.index(kept) if kept else start
        known = _place(content, known, piece_start)
        place = (line, column) if piece_start == start else known[1:]
        behind = _tail_end(content, max(end, data_ends.get(index, 0)), limit)
        tail = content[end:behind]
        if index == len(statements) - 1:
            behind = len(content)
            tail = content[end:].rstrip()
            tail += b"\n" if b"--" in tail or data_ends.get(index) else b""
        yield Piece(
            Sortable(statement, words[index]),
            f"{kept.decode()}\n" if kept else "",
            content[start:end].decode() + ("" if is_terminated else ";"),
            tail.decode().rstrip("\n"),
            place,
        )


def _data_ends(statements: Sequence[SqlStatement], data: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Where the data of each statement ends that has some."""
    found: dict[int, int] = {}
    index = 0
    for start, end in data:
        while index + 1 < len(statements) and statements[index + 1][3] <= start:
            index += 1
        found[index] = end
    return found


_SAME_LINE = re.compile(rb"[ \t]*(?:--[^\r\n]*|/\*[^*\r\n]*\*/)?[ \t]*(?=\r?\n|\Z)")


def _tail_end(content: bytes, end: int, limit: int) -> int:
    """Where what belongs to a statement ends: with a comment in its last line."""
    found = _SAME_LINE.match(content, end, limit)
    return end if found is None else found.end()


def _place(content: bytes, known: tuple[int, int, int], offset: int) -> tuple[int, int, int]:
    at, line, _ = known
    line += content.count(b"\n", at, offset)
    start = content.rfind(b"\n", 0, offset) + 1
    return offset, line, len(content[start:offset].decode()) + 1
