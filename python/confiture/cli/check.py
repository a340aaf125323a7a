"""``confiture check``."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from confiture.cli import terminal
from confiture.cli.options import add_environment, add_format, add_output
from confiture.cli.progress import SlowProgress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DESCRIPTION = """\
All selected files, and those they include, are divided into statements, psql commands and data, down to the
last byte. Findings are statements and comments that a file leaves open, names that are defined twice, nowhere
or too late, repeated statements, and more (docs/findings.md). Nothing is written, no database is asked. The
exit code is 1 if there is an error or a warning."""

EXAMPLES = """\
examples:
  confiture check                     look through the environment local
  confiture check --schema-only       leave out seeds
  confiture check --ignore CHECK_014  leave out what is defined elsewhere
  confiture check -f json             one document, with the ledger
  confiture check -f github           annotations for a pull request
  confiture check -f sarif -o confiture.sarif
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_environment(parser)
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    parser.add_argument(
        "--ignore",
        type=_codes,
        action="extend",
        default=[],
        metavar="CODES",
        help="leave out findings of these codes, with commas between them",
    )
    add_output(parser)
    add_format(parser, "github", "sarif")


def _codes(text: str) -> list[str]:
    from confiture.core.findings import RULES

    codes = [code.strip().upper() for code in text.split(",")]
    for code in codes:
        if code not in RULES:
            raise ArgumentTypeError(f"{code!r} is no code: they are {min(RULES)} to {max(RULES)}")
    return codes


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    from confiture.cli.findings import ReportedFindings
    from confiture.cli.findings_text import ledger_lines, summary
    from confiture.core.builder import SchemaBuilder
    from confiture.core.findings import RULES

    builder = SchemaBuilder(options.env, options.project_dir)
    with SlowProgress("Checking") as progress:
        report = builder.check_statements(options.schema_only, progress, ignore=options.ignore)
    for skipped in report.skipped:
        terminal.show_skipped(skipped.path, skipped.reason)
    told = ReportedFindings(
        "check", report, RULES, summary(report), details=lambda: ledger_lines(report.ledger)
    )
    return told.tell(builder, options)
