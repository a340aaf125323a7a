"""What can be wrong with a file on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture import _failures
from confiture.core.psql_commands import is_conditional

if TYPE_CHECKING:
    from confiture.core.findings import Findings
    from confiture.core.sources import Sources
    from confiture.models.check import Place

__all__ = ["look_at_files"]

_CLOSE = "Close it there, or remove what opens it."

#: What `_failures.OPEN_CONSTRUCTS` does not know: how it is called, and what is missing.
_OPEN = {
    "parenthesis": ("parenthesis", ")"),
    "routine_body": ("body of a routine", "END"),
}


def look_at_files(sources: Sources, findings: Findings) -> list[Place]:
    """Find what is wrong with each file on its own.

    Returns:
        The places of statements that are of no known kind.
    """
    unknown: list[Place] = []
    for file, (statements, spans, left_open, _) in enumerate(sources.files):
        if spans:
            _look_at_commands(file, sources, findings)
            _look_at_discarded(file, sources, findings)
        if left_open is not None:
            _tell_open(file, *left_open, findings)
        elif not statements:
            if not spans:
                _tell_nothing(file, findings)
        elif not statements[-1][7]:
            _look_at_end(file, sources, findings)
        for statement in statements:
            if statement[0] is None:
                unknown.append(findings.place(file, statement[5], statement[6]))
                findings.add_statement(
                    "CHECK_003",
                    "error",
                    "this is no statement that PostgreSQL 18 knows",
                    "Correct its first words; if it is meant as a comment, put -- in front of it.",
                    (0, file, statement),
                )
    return unknown


def _look_at_commands(file: int, sources: Sources, findings: Findings) -> None:
    found = sources.conditions.get(file, [])
    for condition in found:
        if condition.is_stray:
            findings.add_span(
                "CHECK_012",
                "error",
                "this psql condition goes on, but no \\if before it in this file is still open",
                "Begin it with \\if, or remove the command.",
                file,
                condition.span,
            )
        elif condition.end < 0:
            findings.add_span(
                "CHECK_001", "error", "this \\if is never closed with \\endif", _CLOSE, file, condition.span
            )
    for name, span in sources.commands.get(file, ()):
        if name in ("q", "quit") and not is_conditional(span[1], found):
            findings.add_span(
                "CHECK_011",
                "error",
                f"psql stops at \\{name} and reads nothing of the bundle that follows",
                "Remove the command, or put it between \\if and \\endif.",
                file,
                span,
            )


def _look_at_discarded(file: int, sources: Sources, findings: Findings) -> None:
    for span in sources.discarded.get(file, ()):
        findings.add_span(
            "CHECK_009",
            "warning",
            "psql drops this query at a \\r and does not run it",
            "Remove the query, or the \\r after it.",
            file,
            span,
        )


def _look_at_end(file: int, sources: Sources, findings: Findings) -> None:
    statements = sources.files[file][0]
    _, _, _, start, end, line, column, _, _ = statements[-1]
    text = sources.texts.read(file, start, end).decode("utf-8", "replace")
    breaks = text.count("\n")
    if file >= sources.selected:
        severity, reason = "note", "psql sends it where the file ends"
    elif file == sources.selected - 1:
        severity, reason = "warning", "it would run into any file that comes after this one"
    else:
        severity, reason = "error", "in the bundle it runs into the next file"
    findings.add(
        "CHECK_002",
        severity,
        f"the last statement is not terminated, so {reason}",
        "End it with a semicolon.",
        file=file,
        line=line + breaks,
        column=len(text) - text.rfind("\n") if breaks else column + len(text),
        offset=end,
    )


def _tell_open(file: int, kind: str, line: int, column: int, findings: Findings) -> None:
    name, closing = _OPEN.get(kind) or _failures.OPEN_CONSTRUCTS[kind]
    findings.add(
        "CHECK_001",
        "error",
        f"this {name} is never closed with {closing}",
        _CLOSE,
        file=file,
        line=line,
        column=column,
    )


def _tell_nothing(file: int, findings: Findings) -> None:
    findings.add(
        "CHECK_008",
        "warning",
        "this file holds no statement",
        "Remove it, or leave it out with an exclude pattern.",
        file=file,
        line=1,
        column=1,
        offset=0,
    )
