"""``confiture diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output
from confiture.cli.options import add_format, add_output, add_server, not_empty
from confiture.cli.progress import SlowProgress
from confiture.cli.reports import deliver

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.models.diff import SchemaDiff
    from confiture.models.diff_report import DiffReport

DESCRIPTION = """\
Both sides are read into a model of the schema, which are compared object by object: how the files say it does
not matter (docs/diff.md). A side is a .sql file, a directory, env:NAME (what build would build), git:REVISION
or git:REVISION:NAME (the files as they were), or a URL postgresql://user@host/database (by pg_dump). What
only a server could tell is listed as undecided; --exact asks one. The exit code is 1 if anything is different
or undecided."""

EXAMPLES = """\
examples:
  confiture diff --from git:main --to env:local    what this branch changes
  confiture diff --from old.sql --to new.sql
  confiture diff --from postgresql://shop@db/shop --to env:prod
  confiture diff --from old.sql --to new.sql --exact       nothing is undecided
  confiture diff --from git:v1.0:prod --to env:prod -f markdown -o comment.md
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--from", dest="old", required=True, type=not_empty, metavar="SIDE", help="what was")
    parser.add_argument("--to", dest="new", required=True, type=not_empty, metavar="SIDE", help="what is")
    parser.add_argument(
        "--project-dir",
        type=not_empty,
        metavar="DIR",
        help="directory of the project (default: the current one)",
    )
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    add_output(parser)
    add_server(parser, "load both sides into PostgreSQL and compare what it makes of them")
    add_format(parser, "github", "markdown")


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    from confiture._backend import engine_name
    from confiture.models.diff_report import DiffReport

    is_exact = options.exact or options.server is not None
    old_name, new_name, diff = _compared_exactly(options) if is_exact else _compared(options)
    report = DiffReport(
        ok=not diff.has_changes(),
        old=old_name,
        new=new_name,
        changes=diff.changes,
        counts=dict(diff.count_by_type()),
        engine=engine_name(),
    )
    text = _rendered(report, options)
    from confiture.cli.diff_text import summary

    if options.output is not None:
        _refuse_inputs(options)
    deliver(text, options.output, f"{summary(report)}\n", made_of=(options.old, options.new))
    return 0 if report.ok else 1


def _refuse_inputs(options: Namespace) -> None:
    """Refuse to write the report where a side that is an environment or a directory would read it.

    Raises:
        SchemaError: It would.
    """
    from confiture.diffing.sides import side_builder

    for side in (options.old, options.new):
        builder = side_builder(side, options.project_dir)
        if builder is not None:
            builder.check_output(options.output)


def _compared(options: Namespace) -> tuple[str, str, SchemaDiff]:
    """What the sides are called, and what is different between them."""
    from confiture.core.differ import SchemaDiffer
    from confiture.diffing.sides import read_sides

    with SlowProgress("Reading") as progress:
        old, new = read_sides(options.old, options.new, options.project_dir, options.schema_only, progress)
    dumped = min((side.dumped for side in (old, new) if side.dumped is not None), default=None)
    diff = SchemaDiffer().compare_models(old.model, new.model, new.renames, dumped=dumped)
    return old.called, new.called, diff


def _compared_exactly(options: Namespace) -> tuple[str, str, SchemaDiff]:
    from confiture.diffing.exact import compare_exactly
    from confiture.diffing.loadable_sides import read_loadable_side

    with SlowProgress("Reading") as progress:
        old = read_loadable_side(options.old, options.project_dir, options.schema_only, progress)
        new = read_loadable_side(options.new, options.project_dir, options.schema_only, progress)
    diff = compare_exactly(old, new, server=options.server, may_make_roles=options.create_roles)
    return old.called, new.called, diff


def _rendered(report: DiffReport, options: Namespace) -> str:
    if options.format == "json":
        from confiture.artifacts import dumps_json

        return dumps_json(report) + "\n"
    if options.format == "markdown":
        from confiture.cli.diff_markdown import render_markdown

        return render_markdown(report)
    if options.format == "github":
        from confiture.cli.diff_github import render_github

        return render_github(report)
    from confiture.cli.diff_text import render_text

    return render_text(report, is_coloured=options.output is None and output.has_colour())
