"""``confiture verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli.options import add_environment, add_format, add_server, not_empty
from confiture.cli.progress import SlowProgress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.models.verify_report import VerifyReport

DESCRIPTION = """\
What build would build is loaded into an empty database of a throwaway PostgreSQL server, which the extra
confiture[postgres] brings along (docs/verify.md). An error is shown at its place in the source file. What the
server has then is compared with the model of the files, which all other commands go by. The exit code is 1 if
the bundle does not load, or if the server has something else."""

EXAMPLES = """\
examples:
  confiture verify                    load the environment local
  confiture verify --schema-only      leave out seeds
  confiture verify --server postgresql://ci@db/postgres --create-roles
  confiture verify -f github          annotations for a pull request
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_environment(parser)
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    add_server(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=not_empty,
        metavar="FILE",
        help="write the report to FILE instead of printing it",
    )
    add_format(parser, "github", "sarif")


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    from confiture.cli.findings import ReportedFindings
    from confiture.core.builder import SchemaBuilder
    from confiture.core.verifying import RULES, verify

    builder = SchemaBuilder(options.env, options.project_dir)
    with SlowProgress("Reading") as progress:
        report = verify(
            builder,
            server=options.server,
            may_make_roles=options.create_roles,
            schema_only=options.schema_only,
            progress=progress,
        )
    return ReportedFindings("verify", report, RULES, _summary(report)).tell(builder, options)


def _summary(report: VerifyReport) -> str:
    if not report.loads:
        return f"The environment {report.environment} does not load."
    loads = f"The environment {report.environment} loads into PostgreSQL {report.server}"
    if not report.findings:
        undecided = f" ({report.undecided} undecided without it)" if report.undecided else ""
        return f"{loads}, which has what the model has{undecided}."
    things = "thing" if len(report.findings) == 1 else "things"
    return f"{loads}, which has {len(report.findings)} {things} that the model has not."
