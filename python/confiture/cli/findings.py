"""Reports of findings, printed or written in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture.cli import output

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from confiture.core.builder import SchemaBuilder
    from confiture.core.findings import Rule
    from confiture.models.check import CheckReport
    from confiture.models.verify_report import VerifyReport

__all__ = ["ReportedFindings"]


class ReportedFindings(NamedTuple):
    """A report, and how it is told.

    Attributes:
        command: The command that it is of.
        report: The report.
        rules: All codes that its findings may have.
        summary: How much was found, as text for people.
        details: What people are told besides, in lines.
    """

    command: str
    report: CheckReport | VerifyReport
    rules: Mapping[str, Rule]
    summary: str
    details: Callable[[], list[str]] = list

    def tell(self, builder: SchemaBuilder, options: Namespace) -> int:
        """Print or write it as the options say; returns the exit code."""
        text = self._rendered(options)
        if options.output is None:
            output.write(text)
        else:
            written = builder.write_report(options.output, text)
            output.note(f"{self.summary}\nWrote {output.shown(written)}\n")
        return 0 if self.report.ok else 1

    def _rendered(self, options: Namespace) -> str:
        report = self.report
        if options.format == "json":
            from msgspec.structs import replace

            from confiture.artifacts import dumps_json

            return dumps_json(replace(report, base_dir=output.encodable(report.base_dir))) + "\n"
        if options.format == "sarif":
            from confiture.cli.findings_sarif import render

            return render(report, self.command, self.rules)
        if options.format == "github":
            from confiture.cli.findings_github import commands

            lines = commands(report, self.rules)
        else:
            from confiture.cli.findings_text import finding_lines

            is_coloured = options.output is None and output.has_colour()
            lines = [line for one in report.findings for line in finding_lines(report, one, is_coloured)]
            lines += self.details()
        return "\n".join([*lines, self.summary, ""])
