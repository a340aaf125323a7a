"""``confiture dbt diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output
from confiture.cli.dbt_target import side_path
from confiture.cli.options import add_format, add_output, not_empty
from confiture.cli.reports import deliver

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.models.dbt_changes import DbtChanges

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the action's options."""
    parser.add_argument("old", type=not_empty, metavar="OLD", help="manifest before, or its directory")
    parser.add_argument(
        "new",
        nargs="?",
        type=not_empty,
        default="target",
        metavar="NEW",
        help="manifest now, or its directory (default: target)",
    )
    parser.add_argument(
        "--strict", action="store_true", help="refuse fields, versions and dependencies that are not known"
    )
    add_output(parser)
    add_format(parser, "github", "markdown")


def run(options: Namespace) -> int:
    """Compare two manifests; returns the exit code."""
    from confiture.dbt.comparing import compare
    from confiture.dbt.manifest import DbtManifest

    paths = [side_path(side) for side in (options.old, options.new)]
    old, new = (DbtManifest.load(path, strict=options.strict) for path in paths)
    changes = compare(
        old, new, old_name=output.encodable(options.old), new_name=output.encodable(options.new)
    )
    text = _rendered(changes, options)
    from confiture.cli.dbt_diff_text import summary

    deliver(text, options.output, f"{summary(changes)}\n", made_of=paths)
    return 0 if changes.ok else 1


def _rendered(changes: DbtChanges, options: Namespace) -> str:
    if options.format == "json":
        from confiture.artifacts import dumps_json

        return dumps_json(changes) + "\n"
    if options.format == "markdown":
        from confiture.cli.dbt_diff_markdown import render_markdown

        return render_markdown(changes)
    if options.format == "github":
        from confiture.cli.dbt_diff_github import render_github

        return render_github(changes)
    from confiture.cli.dbt_diff_text import render_text

    return render_text(changes, is_coloured=options.output is None and output.has_colour())
