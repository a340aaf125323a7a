"""Bundles whose statements are sorted by what they need (``docs/bundle.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture.core.ordering import check_contradictions, check_sortable, is_row_statement, is_temporary
from confiture.core.pieces import Piece, pieces_of
from confiture.core.sorting import sorted_pieces

if TYPE_CHECKING:
    from confiture._interface import Engine

__all__ = ["SortedBody", "sort_body"]


class SortedBody(NamedTuple):
    """The statements of a text in another order.

    Attributes:
        text: All of them, each after an empty line.
        places: ``(line, old line, old column, is first)`` of each statement, and of the comments before it:
            where it starts in the new text, and where in the old one; and whether an empty line stands
            before it there.
    """

    text: str
    places: list[tuple[int, int, int, bool]]


def sort_body(engine: Engine, text: str) -> SortedBody:
    """Sort the statements of a text by what they need.

    Definitions come first, and then, in their old order, the statements about rows. Where definitions need
    nothing of each other, their kinds and words decide.

    Args:
        engine: The engine in use.
        text: The text; it ends in a line break.

    Raises:
        UnsortableError: A statement's meaning depends on where it stands, or statements need each other.
    """
    definitions: list[Piece] = []
    rows: list[Piece] = []
    pieces = list(pieces_of(engine, text))
    if not pieces:
        return _comments_alone(text)
    temporary = {
        touched[2]
        for piece in pieces
        for touched in piece.sortable.statement[1]
        if is_temporary(piece.sortable.words)
    }
    for piece in pieces:
        kind, objects, *_ = piece.sortable.statement
        is_of_temporary = any(
            touched[1] is None and not temporary.isdisjoint(touched[2::2]) for touched in objects
        )
        if is_of_temporary or is_row_statement(kind, piece.sortable.words):
            rows.append(piece)
        else:
            check_sortable(piece.sortable.statement, piece.sortable.words)
            definitions.append(piece)
    check_contradictions(piece.sortable for piece in definitions)
    definitions = sorted_pieces(engine, definitions)
    lines: list[str] = []
    places: list[tuple[int, int, int, bool]] = []
    line = 1
    for piece in (*definitions, *rows):
        written = f"\n{piece.comments}{piece.statement}{piece.tail}\n"
        places.append((line + 1, *piece.place, True))
        if piece.comments:
            _, _, _, _, _, old_line, old_column, *_ = piece.sortable.statement
            places.append((line + 1 + piece.comments.count("\n"), old_line, old_column, False))
        lines.append(written)
        line += written.count("\n")
    return SortedBody("".join(lines), places)


def _comments_alone(text: str) -> SortedBody:
    kept = text.strip()
    if not kept:
        return SortedBody("", [])
    start = text.index(kept)
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return SortedBody(f"\n{kept}\n", [(2, line, column, True)])
