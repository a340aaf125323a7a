"""Bundles whose statements are sorted by what they need (``docs/bundle.md``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confiture.artifacts.schema import decode_model
from confiture.core.foreign_keys import move_foreign_keys
from confiture.core.needs import Needs
from confiture.core.ordering import (
    Sortable,
    UnsortableError,
    check_contradictions,
    check_sortable,
    is_row_statement,
    is_temporary,
    sorted_by_needs,
    sorted_by_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confiture._interface import Engine, SqlStatement

__all__ = ["SortedBody", "sort_body"]

#: How often the order is worked out anew: a statement tells all that it needs only when it comes behind it.
_ROUNDS = 5


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


class _Piece(NamedTuple):
    """A statement with the comments before it, and what follows it."""

    sortable: Sortable
    comments: str
    statement: str
    tail: str
    #: Line and column of the comments, or of the statement.
    place: tuple[int, int]


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
    definitions: list[_Piece] = []
    rows: list[_Piece] = []
    pieces = list(_pieces(engine, text))
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
    definitions = _sorted(engine, definitions)
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


def _pieces(engine: Engine, text: str) -> Iterator[_Piece]:
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
        yield _Piece(
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


def _sorted(engine: Engine, pieces: list[_Piece]) -> list[_Piece]:
    pieces = _by_words(pieces)
    pieces, groups = _ordered(engine, pieces)
    if groups:
        pieces, groups = _ordered(engine, _by_words(_without_keys(engine, pieces, groups)))
    if groups:
        first = pieces[groups[0][0]]
        kind, _, _, _, _, line, column, *_ = first.sortable.statement
        others = len(groups[0]) - 1
        raise UnsortableError(
            kind or "", (line, column), f"it and {others} other statement{'s' * (others > 1)} need each other"
        )
    return pieces


def _ordered(engine: Engine, pieces: list[_Piece]) -> tuple[list[_Piece], list[list[int]]]:
    """Pieces in an order that works, given in that of their words; and the groups that need each other."""
    wanted = pieces
    for _ in range(_ROUNDS):
        before = wanted
        order, groups = _order(engine, pieces, wanted)
        wanted = [pieces[index] for index in order]
        if groups or wanted == before:
            break
    return (pieces if groups else wanted), groups


def _by_words(pieces: list[_Piece]) -> list[_Piece]:
    by_identity = {id(piece.sortable): piece for piece in pieces}
    return [by_identity[id(sortable)] for sortable in sorted_by_words(piece.sortable for piece in pieces)]


def _order(engine: Engine, pieces: list[_Piece], wanted: list[_Piece]) -> tuple[list[int], list[list[int]]]:
    """An order of pieces, by the model of the text that they make in an order that is nearly right."""
    index_of = {id(piece): index for index, piece in enumerate(pieces)}
    lines: dict[int, int] = {}
    texts: list[str] = []
    line = 1
    for piece in wanted:
        lines[line] = index_of[id(piece)]
        texts.append(f"{piece.statement}\n")
        line += texts[-1].count("\n")
    model = decode_model(engine.parse_sql("".join(texts)))
    needs = Needs(model, lines)
    statements = [piece.sortable for piece in pieces]
    return sorted_by_needs(
        statements, needs.made_by, needs.of(statements), needs.touched(statements), needs.wishes(statements)
    )


def _without_keys(engine: Engine, pieces: list[_Piece], groups: list[list[int]]) -> list[_Piece]:
    """The pieces, with the foreign keys of tables that need each other as statements of their own."""
    inside = {index for group in groups for index in group}
    result: list[_Piece] = []
    for index, piece in enumerate(pieces):
        if index not in inside or piece.sortable.statement[0] != "CREATE TABLE":
            result.append(piece)
            continue
        moved = move_foreign_keys(engine, piece.statement)
        if not moved.line:
            result.append(piece)
            continue
        statements = engine.split_statements(moved.text, spans=False)[0]
        words = engine.normalize_statements(moved.text)
        content = moved.text.encode()
        _, _, _, _, _, line, column, *_ = piece.sortable.statement
        for number, (statement, text) in enumerate(zip(statements, words, strict=True)):
            kind, objects, form, start, end, _, _, is_terminated, fingerprint = statement
            own = (kind, objects, form, start, end, line, column, is_terminated, fingerprint)
            written = content[start:end].decode()
            if number:
                result.append(_Piece(Sortable(own, text), "", written, "", piece.place))
            else:
                result.append(piece._replace(sortable=Sortable(own, text), statement=written))
    return result
