"""The findings of a check: their codes, their words, and the list that they are gathered in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture.models.check import Finding, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import SqlSpan, SqlStatement
    from confiture.core.excerpts import SourceTexts

__all__ = ["RULES", "Findings", "Record", "Rule"]


class Rule(NamedTuple):
    """What a code means; ``docs/findings.md`` says more.

    Args:
        name: A few words with hyphens.
        severity: The highest that a finding of the code has.
        summary: One sentence.
        description: Why it matters, in a sentence or two.
    """

    name: str
    severity: str
    summary: str
    description: str


#: All codes.
RULES = {
    "CHECK_001": Rule(
        "open-construct",
        "error",
        "A file ends inside of something that it opens.",
        "A comment, quote, parenthesis, routine body, block of data or psql condition that is never closed "
        "swallows the files that follow in the bundle.",
    ),
    "CHECK_002": Rule(
        "missing-terminator",
        "error",
        "The last statement of a file has no semicolon.",
        "In the bundle, the statement and the first one of the next file become one.",
    ),
    "CHECK_003": Rule(
        "unknown-statement",
        "error",
        "A statement is none that PostgreSQL 18 knows.",
        "Its first words are those of no statement in the grammar of the server, which will refuse it.",
    ),
    "CHECK_004": Rule(
        "duplicate-definition",
        "error",
        "A name is defined that is already taken.",
        "The server refuses a definition when an object with the same identity exists.",
    ),
    "CHECK_005": Rule(
        "replaced-definition",
        "warning",
        "A definition replaces another one.",
        "CREATE OR REPLACE hides that there are two definitions, of which the order of files chooses one.",
    ),
    "CHECK_006": Rule(
        "skipped-definition",
        "warning",
        "A definition is passed over for another one.",
        "IF NOT EXISTS hides that there are two definitions, of which only the first one counts.",
    ),
    "CHECK_007": Rule(
        "repeated-statement",
        "error",
        "The same statement stands in the bundle twice.",
        "The server refuses the second one, or it does nothing; the next change may reach only one of them.",
    ),
    "CHECK_008": Rule(
        "no-statement",
        "warning",
        "A file holds no statement.",
        "A file that is empty, or all comments, is a leftover or lost what it held.",
    ),
    "CHECK_009": Rule(
        "dropped-query",
        "warning",
        "psql drops a query without running it.",
        "The command \\r or \\reset empties the query that psql has read so far.",
    ),
    "CHECK_010": Rule(
        "file-runs-twice",
        "warning",
        "A file is in the bundle more than once.",
        "It is selected and included as well, or included by several files, and runs as often.",
    ),
    "CHECK_011": Rule(
        "psql-quits",
        "error",
        "psql stops reading before the end of the bundle.",
        "The command \\q ends the whole bundle, not just the file in which it stands.",
    ),
    "CHECK_012": Rule(
        "stray-condition",
        "error",
        "A psql condition goes on that was never begun.",
        "There is no \\if in the same file before an \\elif, \\else or \\endif.",
    ),
    "CHECK_013": Rule(
        "refused-statement",
        "error",
        "A statement breaks the rules of the grammar.",
        "Its first words are those of a statement, but what follows is none that the server takes.",
    ),
    "CHECK_014": Rule(
        "undefined-reference",
        "warning",
        "A statement needs an object that no file defines.",
        "The bundle loads only where something else has made the object before.",
    ),
    "CHECK_015": Rule(
        "used-before-defined",
        "error",
        "A statement needs an object that is defined only after it.",
        "The server runs the bundle from its start to its end, and refuses the statement.",
    ),
    "CHECK_016": Rule(
        "dependency-cycle",
        "error",
        "Objects need each other, so that none can be defined first.",
        "No order of the files works; one of the objects has to be made without the other, and completed.",
    ),
    "CHECK_017": Rule(
        "kept-statement",
        "warning",
        "A statement is kept as it is, because it does not fit to what the files define.",
        "The server will probably refuse it; what it would define or change is not in the model.",
    ),
}

#: A statement and where it is: its number in the order of the bundle, its file, and itself.
Record = tuple[int, int, "SqlStatement"]

#: ``(file, line, column, code, severity, message, hint, offset, related)``; offset is -1 where it has to be
#: found, related is ``(file, line, column)`` or nothing.
_Row = tuple[int, int, int, str, str, str, str, int, tuple[int, int, int] | None]


class Findings:
    """The findings of a check, in any order.

    Args:
        paths: Relative paths of the files, by which they are numbered.
        texts: The files.
    """

    def __init__(self, paths: Sequence[str], texts: SourceTexts) -> None:
        self._paths = paths
        self._texts = texts
        self._rows: list[_Row] = []

    def add(
        self,
        code: str,
        severity: str,
        message: str,
        hint: str,
        *,
        file: int,
        line: int,
        column: int,
        offset: int = -1,
        related: tuple[int, int, int] | None = None,
    ) -> None:
        """Add a finding at a place; see `confiture.models.check.Finding`.

        Args:
            code: A key of `RULES`.
            severity: ``error``, ``warning`` or ``note``.
            message: The reason, without a full stop.
            hint: The way out.
            file: Number of the file.
            line: Line, from 1.
            column: Column in characters, from 1.
            offset: Of the place, in bytes, if it is known.
            related: Number of the file, line and column of the other place.
        """
        self._rows.append((file, line, column, code, severity, message, hint, offset, related))

    def add_statement(
        self, code: str, severity: str, message: str, hint: str, record: Record, other: Record | None = None
    ) -> None:
        """Add a finding at the start of a statement, perhaps with another one as the other place."""
        _, file, statement = record
        related = None if other is None else (other[1], other[2][5], other[2][6])
        self._rows.append(
            (file, statement[5], statement[6], code, severity, message, hint, statement[3], related)
        )

    def add_span(
        self,
        code: str,
        severity: str,
        message: str,
        hint: str,
        file: int,
        span: SqlSpan,
        related: tuple[int, int, int] | None = None,
    ) -> None:
        """Add a finding at the start of a span."""
        _, start, _, line, column, _ = span
        self._rows.append((file, line, column, code, severity, message, hint, start, related))

    def places(self) -> set[tuple[int, int, int]]:
        """The places of all findings: number of the file, line and column."""
        return {row[:3] for row in self._rows}

    def has_errors(self, codes: Sequence[str]) -> bool:
        """Whether there is an error of one of these codes."""
        return any(row[3] in codes and row[4] == "error" for row in self._rows)

    def gather(self) -> list[Finding]:
        """All findings, in the order of their places.

        Raises:
            SchemaError: A source file cannot be read any more.
        """
        gathered = []
        for row in sorted(self._rows, key=_order):
            file, line, column, code, severity, message, hint, offset, related = row
            if offset < 0:
                offset = self._texts.offset(file, line, column)
            excerpt, excerpt_column = self._texts.excerpt(file, offset)
            gathered.append(
                Finding(
                    code=code,
                    severity=severity,
                    message=message,
                    hint=hint,
                    file=self._paths[file],
                    line=line,
                    column=column,
                    related=None if related is None else self.place(*related),
                    excerpt=excerpt,
                    excerpt_column=excerpt_column,
                )
            )
        return gathered

    def place(self, file: int, line: int, column: int) -> Place:
        """A place as a typed value."""
        return Place(file=self._paths[file], line=line, column=column)


def _order(row: _Row) -> tuple[int, int, int, str, str]:
    return row[0], row[1], row[2], row[3], row[5]
