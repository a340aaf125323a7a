"""Findings and the ledger as text for people."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.cli import output
from confiture.core.widths import columns_of

if TYPE_CHECKING:
    from confiture.models.check import CheckReport, Finding, Ledger
    from confiture.models.verify_report import VerifyReport

__all__ = ["excerpt_lines", "finding_lines", "ledger_lines", "summary"]

_COLOURS = {"error": "1;31", "warning": "1;33", "note": "1;34"}
_CARET = "1;32"
_TAB = 8
_TABLE_WIDTH = 100


def summary(report: CheckReport) -> str:
    """How much there is, in one line or two."""
    ledger = report.ledger
    files = _count(ledger.files, "file")
    if ledger.included_files:
        files += f" and {ledger.included_files} included"
    every = f"{files}, {_count(ledger.bytes, 'byte')}: every byte is accounted for."
    if not report.findings:
        return f"Nothing found. {every}"
    counts = [
        _count(sum(finding.severity == severity for finding in report.findings), severity)
        for severity in ("error", "warning", "note")
    ]
    return f"{', '.join(counts)}.\n{every}"


def finding_lines(report: CheckReport | VerifyReport, finding: Finding, is_coloured: bool) -> list[str]:
    """A finding with its source line and its way out."""

    def shown(file: str, line: int, column: int) -> str:
        return f"{output.shown(os.path.join(report.base_dir, file))}:{line}:{column}"

    def styled(text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if is_coloured else text

    place = shown(finding.file, finding.line, finding.column)
    related = finding.related
    other = "" if related is None else f"; see {shown(related.file, related.line, related.column)}"
    severity = styled(f"{finding.severity}:", _COLOURS[finding.severity])
    return [
        f"{place}: {severity} {display_path(finding.message)}{other}. [{finding.code}]",
        *excerpt_lines(finding.line, finding.excerpt, finding.excerpt_column, styled("^", _CARET)),
        f"  hint: {finding.hint}",
        "",
    ]


def excerpt_lines(line: int, excerpt: str, column: int, mark: str = "^") -> list[str]:
    """A source line with its number, and a mark below a column of it."""
    shown, before = _shown_excerpt(excerpt, column)
    number = str(line)
    return [f"  {number} | {shown}".rstrip(), f"  {' ' * len(number)} | {' ' * before}{mark}"]


def _shown_excerpt(excerpt: str, column: int) -> tuple[str, int]:
    """A line as a terminal can show it, and how many of the terminal's columns are before a column."""
    if excerpt.isascii() and excerpt.isprintable():
        return excerpt, column - 1
    shown: list[str] = []
    width = caret = 0
    for index, character in enumerate(excerpt):
        if index == column - 1:
            caret = width
        if character == "\t":
            text = " " * (_TAB - width % _TAB)
        elif character.isprintable():
            text = character
        else:
            text = display_path(character)
        shown.append(text)
        width += columns_of(text)
    return "".join(shown), caret if column <= len(excerpt) else width


def ledger_lines(ledger: Ledger) -> list[str]:
    """How much there is of what."""
    statements = sum(ledger.statements.values())
    rows = [
        ("statements", str(statements + len(ledger.unnamed)), str(ledger.statement_bytes)),
        ("psql commands", str(sum(ledger.psql_commands.values())), str(ledger.psql_bytes)),
        ("blocks of data", str(ledger.data_blocks), str(ledger.data_bytes)),
        ("dropped queries", str(ledger.discarded), str(ledger.discarded_bytes)),
        ("white space and comments", "", str(ledger.gap_bytes)),
        ("all", "", str(ledger.bytes)),
    ]
    widths = [max(len(row[cell]) for row in rows) for cell in range(3)]
    head = f"{'':{widths[0]}}  {'count':>{max(widths[1], 5)}}  {'bytes':>{max(widths[2], 5)}}"
    lines = [head]
    for name, count, size in rows:
        lines.append(f"{name:{widths[0]}}  {count:>{max(widths[1], 5)}}  {size:>{max(widths[2], 5)}}")
    lines += ["", *_columns(ledger.statements)]
    kept = sum(entry.opaque + entry.refused for entry in ledger.model)
    if kept:
        kinds = {
            entry.kind or "of no known kind": entry.opaque + entry.refused
            for entry in ledger.model
            if entry.opaque + entry.refused
        }
        lines += ["", f"kept as they are, not modelled: {kept}", *_columns(kinds)]
    if ledger.unnamed:
        lines.append(f"{len(ledger.unnamed)} of no known kind")
    lines += _columns({"\\" + display_path(name): count for name, count in ledger.psql_commands.items()})
    lines.append("")
    return lines


def _columns(counts: dict[str, int]) -> list[str]:
    """Counts by name in columns, read from top to bottom."""
    if not counts:
        return []
    digits = max(len(str(count)) for count in counts.values())
    cells = [f"{count:>{digits}} {name}" for name, count in counts.items()]
    width = max(map(len, cells)) + 3
    columns = max(1, _TABLE_WIDTH // width)
    height = -(-len(cells) // columns)
    return ["".join(cell.ljust(width) for cell in cells[row::height]).rstrip() for row in range(height)]


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
