"""``confiture check``."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from confiture.cli import output, terminal
from confiture.cli.options import add_environment, add_format, add_output

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.models.check import CheckReport

DESCRIPTION = """\
All selected files, and those they include, are divided into statements, psql commands and data, down to the
last byte. Told are statements and comments that a file leaves open, definitions that get in each other's
way, statements that stand there twice, what is needed and defined nowhere or too late, and more
(docs/findings.md). Nothing is written, no database is asked. The exit code is 1 if there is an error or a
warning."""

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
    from confiture.core.builder import SchemaBuilder

    builder = SchemaBuilder(options.env, options.project_dir)
    with terminal.SlowProgress("Checking") as progress:
        report = builder.check_statements(options.schema_only, progress, ignore=options.ignore)
    for skipped in report.skipped:
        terminal.show_skipped(skipped.path, skipped.reason)
    text = _rendered(report, options)
    if options.output is None:
        output.write(text)
    else:
        written = builder.write_report(options.output, text)
        from confiture.cli.findings_text import summary

        output.note(f"{summary(report)}\nWrote {output.shown(written)}\n")
    return 0 if report.ok else 1


def _rendered(report: CheckReport, options: Namespace) -> str:
    if options.format == "json":
        from msgspec.structs import replace

        from confiture.artifacts import dumps_json

        return dumps_json(replace(report, base_dir=output.encodable(report.base_dir))) + "\n"
    if options.format == "github":
        from confiture.cli.findings_github import render
    elif options.format == "sarif":
        from confiture.cli.findings_sarif import render
    else:
        from confiture.cli.findings_text import render_text

        return render_text(report, is_coloured=options.output is None and output.has_colour())
    return render(report)
