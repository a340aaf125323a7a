"""Following the statements of a bundle in the order in which psql runs them, through included files."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import SqlSpan, SqlStatement
    from confiture.core.findings import Findings
    from confiture.core.sources import Sources

__all__ = ["follow_bundle"]

#: Statements that set how others are understood, and may be run as often as anybody likes.
_SETTINGS = frozenset({"SET", "RESET", "SELECT", "DISCARD ALL", "BEGIN", "START TRANSACTION", "COMMIT"})

#: Place of the command that runs a file: ``(number of the file, span)``; None: it is selected.
_Origin = tuple[int, "SqlSpan"]

#: An included file, where it is included, and whether that depends on something.
_Step = tuple[int, _Origin, bool]


class Follower(Protocol):
    """What is shown the statements of a bundle."""

    def follow(self, file: int, statements: list[SqlStatement]) -> None:
        """Take in statements of a file."""


def follow_bundle(sources: Sources, books: Follower, findings: Findings) -> None:
    """Show the statements of a bundle to its books, and say which files run twice."""
    if not sources.includes:
        for file in range(sources.selected):
            books.follow(file, sources.statements(file))
        return
    run = _Run(sources, books, findings)
    for file in range(sources.selected):
        run.run(file)


class _Run:
    def __init__(self, sources: Sources, books: Follower, findings: Findings) -> None:
        self._sources = sources
        self._books = books
        self._findings = findings
        self._first: dict[int, _Origin | None] = {}

    def run(self, selected: int) -> None:
        """Follow a selected file and what it includes."""
        path = [selected]
        following = [self._steps(selected, None, False)]
        while following:
            step = next(following[-1], None)
            if step is None:
                following.pop()
                path.pop()
                continue
            file, origin, is_conditional = step
            # Files that change while they are read can seem to include themselves.
            if file not in path:
                path.append(file)
                following.append(self._steps(file, origin, is_conditional))

    def _steps(self, file: int, origin: _Origin | None, is_conditional: bool) -> Iterator[_Step]:
        """Follow a file; gives what it includes where that is to be followed."""
        statements = self._sources.statements(file)
        if file in self._first:
            self._tell_again(file, origin)
            statements = [statement for statement in statements if statement[0] in _SETTINGS]
        elif not is_conditional:
            self._first[file] = origin
        done = 0
        for span, included, depends in self._sources.includes.get(file, ()):
            here = bisect_left(statements, span[1], key=_start)
            if not is_conditional:
                self._books.follow(file, statements[done:here])
            done = here
            yield included, (file, span), is_conditional or depends
        if not is_conditional:
            self._books.follow(file, statements[done:])

    def _tell_again(self, file: int, origin: _Origin | None) -> None:
        changes = any(statement[0] not in _SETTINGS for statement in self._sources.files[file][0])
        severity = "warning" if changes else "note"
        first = self._first[file]
        related = (file, 1, 1) if first is None else (first[0], first[1][3], first[1][4])
        if origin is None:
            self._findings.add(
                "CHECK_010",
                severity,
                "this file is in the bundle already: it is selected, and another one includes it",
                "Leave it out with an exclude pattern, or remove the include command.",
                file=file,
                line=1,
                column=1,
                offset=0,
                related=related,
            )
            return
        self._findings.add_span(
            "CHECK_010",
            severity,
            f"{self._sources.paths[file]} is in the bundle already, and this command runs it again",
            "Remove the command, or leave the file out with an exclude pattern if it is selected.",
            *origin,
            related=related,
        )


def _start(statement: SqlStatement) -> int:
    return statement[3]
