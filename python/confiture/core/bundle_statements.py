"""The statements in a stretch of a bundle, as psql reads them, and places in them.

psql counts the lines of a query from where its text starts. It leaves out white space and ``--`` comments in
front of it, but no ``/* */`` comments, and lines without any character outside of quotes and comments
(``src/bin/psql/mainloop.c``, ``src/fe_utils/psqlscan.l``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.core.widths import columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confiture._interface import Engine, SqlStatement
    from confiture.core.psql_messages import PsqlMessage

__all__ = ["Stretch"]

#: What psql shows in place of the rest of a long line.
_CUT = "..."


class Stretch:
    """Some lines of a bundle that belong together.

    Args:
        engine: The engine in use.
        first_line: Number of the first line in the bundle.
        lines: The lines without their line breaks.

    Attributes:
        first_line: Number of the first line in the bundle.
    """

    def __init__(self, engine: Engine, first_line: int, lines: Sequence[bytes]) -> None:
        self.first_line = first_line
        self._engine = engine
        self._lines = lines
        self._bytes = b"\n".join(lines) + b"\n"
        self._statements, self._spans, _ = engine.split_statements(self._bytes.decode("utf-8", "replace"))

    def statement_at(self, line: int, column: int | None) -> SqlStatement | None:
        """The statement at a place of the bundle; without a column, the first that touches the line."""
        line -= self.first_line - 1
        for statement in self._statements:
            start_line, start_column = statement[5:7]
            if start_line > line:
                return None
            if column is None:
                if line <= self._end_line(statement):
                    return statement
            elif (start_line, start_column) <= (line, column) < self._end_place(statement):
                return statement
        return None

    def place_of(self, message: PsqlMessage) -> tuple[int, int, SqlStatement | None]:
        """The place in the bundle that psql complains of, as line and column, and the statement it is in."""
        line = message.line - self.first_line + 1
        before = self.first_line - 1
        ending = [index for index in range(len(self._statements)) if self._end_line_at(index) == line]
        if message.query_line is not None:
            for index in ending:
                found = self._query_place(index, message)
                if found is not None:
                    return found[0] + before, found[1], self._statements[index]
        if ending:
            statement = self._statements[ending[0]]
            return statement[5] + before, statement[6], statement
        data = self._data_ending(line)
        if data is not None:
            start, statement = data
            return start + (message.data_line or 1) - 1 + before, 1, statement
        return message.line, 1, self.statement_at(message.line, None)

    def _query_place(self, index: int, message: PsqlMessage) -> tuple[int, int] | None:
        """Line and column, in this stretch, of what psql points at in a query; None if it is another one."""
        shown = message.query_text
        numbers = {line: number for number, line in enumerate(self._query_lines(index), 1)}
        first = next(iter(numbers), 0)
        matching = []
        for line, number in numbers.items():
            skipped = self._query_start(index)[1] - 1 if line == first else 0
            text = self._lines[line - 1].decode("utf-8", "replace").replace("\t", " ")[skipped:]
            column = _column_of(text, shown, message.caret)
            if column is not None:
                matching.append((abs(number - (message.query_line or 0)), line, column + skipped))
        return min(matching)[1:] if matching else None

    def _query_lines(self, index: int) -> Iterator[int]:
        """The lines of this stretch that are lines of a query, in psql's eyes."""
        start, _ = self._query_start(index)
        known = 0
        text: list[bytes] = []
        for line in range(start, self._end_line_at(index) + 1):
            content = self._lines[line - 1]
            if not content:
                joined = b"\n".join(text[known:]) + b"\n"
                if self._engine.find_open_construct(joined.decode("utf-8", "replace")) is None:
                    known = len(text)
                    continue
            text.append(content)
            yield line

    def _query_start(self, index: int) -> tuple[int, int]:
        """Line and column where the text of a query starts."""
        statement = self._statements[index]
        at = self._statements[index - 1][4] if index else 0
        while at < statement[3]:
            here = self._bytes[at : at + 2]
            if here == b"/*":
                line = self._bytes.count(b"\n", 0, at) + 1
                line_start = self._bytes.rfind(b"\n", 0, at) + 1
                return line, len(self._bytes[line_start:at].decode("utf-8", "replace")) + 1
            at = (self._bytes.find(b"\n", at) if here == b"--" else at) + 1
        return statement[5], statement[6]

    def _data_ending(self, line: int) -> tuple[int, SqlStatement] | None:
        """The first line of the data that ends with a line, and the statement that reads them."""
        for kind, start, end, first, _, _ in self._spans:
            if kind == "data" and first + self._bytes.count(b"\n", start, end) - 1 == line:
                reading = [statement for statement in self._statements if statement[3] < start]
                return (first, reading[-1]) if reading else None
        return None

    def _end_line_at(self, index: int) -> int:
        return self._end_line(self._statements[index])

    def _end_line(self, statement: SqlStatement) -> int:
        return statement[5] + self._bytes.count(b"\n", statement[3], statement[4])

    def _end_place(self, statement: SqlStatement) -> tuple[int, int]:
        text = self._bytes[statement[3] : statement[4]]
        breaks = text.count(b"\n")
        last = text[text.rfind(b"\n") + 1 :].decode("utf-8", "replace")
        return statement[5] + breaks, len(last) + (1 if breaks else statement[6])


def _column_of(text: str, shown: str, caret: int) -> int | None:
    """The column of a line that a caret is below, if what psql shows is of this line."""
    text = text.rstrip("\r")
    if shown == text:
        return _characters_before(shown, caret) + 1
    start = len(_CUT) if shown.startswith(_CUT) and not text.startswith(shown.removesuffix(_CUT)) else 0
    core = shown[start:]
    if core not in text:
        core = core.removesuffix(_CUT)
    at = text.find(core)
    if not core or at < 0 or (not start and at > 0):
        return None
    return at + _characters_before(shown, caret) - start + 1


def _characters_before(text: str, columns: int) -> int:
    """How many characters of a text are in so many columns, of which each takes one at least.

    (``src/interfaces/libpq/fe-protocol3.c``)
    """
    taken = 0
    for index, character in enumerate(text):
        if taken >= columns:
            return index
        taken += max(1, columns_of(character))
    return len(text) + max(0, columns - taken)
