"""What the commands that show lineages share about columns: options, and how columns are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli.options import not_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from confiture.column_lineage.project import Project
    from confiture.models.column_lineage import ColumnLineage

__all__ = ["add_columns", "is_of_columns", "refuse_column_conflicts", "show_columns"]


def add_columns(parser: ArgumentParser) -> None:
    """Add ``--column`` and what goes with it."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--column", type=not_empty, metavar="COLUMN", help="what a column of it comes from and goes into"
    )
    which.add_argument("--columns", action="store_true", help="all columns with what they come from")
    parser.add_argument(
        "--indirect",
        action="store_true",
        help="with --column: follow filters, joins and other indirect uses as well",
    )
    keeping = parser.add_mutually_exclusive_group()
    keeping.add_argument(
        "--cache",
        type=not_empty,
        metavar="DIR",
        help="with columns: where what is read of queries is kept (default: in the user's cache directory)",
    )
    keeping.add_argument("--no-cache", action="store_true", help="with columns: keep nothing")


def is_of_columns(options: Namespace) -> bool:
    """Whether columns are asked for."""
    return options.column is not None or options.columns


def refuse_column_conflicts(options: Namespace, named: str) -> None:
    """Refuse options that do not go together.

    Args:
        options: The options.
        named: A command that names an object, for messages.

    Raises:
        UsageError: Some do not.
    """
    conflict = hint = None
    if options.column is not None and options.object is None:
        conflict = "--column is a column of something"
        hint = f"Name that, as in: confiture {named} --column {options.column}"
    elif is_of_columns(options) and options.format == "html":
        conflict = "Columns are not drawn as HTML"
        hint = "Choose another format, such as mermaid."
    elif options.column is None and (options.indirect or (options.columns and _is_limited(options))):
        conflict = "Columns are followed from one of them"
        hint = f"Name it, as in: confiture {named} --column id"
    elif not is_of_columns(options) and (options.cache or options.no_cache):
        conflict = "--cache and --no-cache are about columns"
        hint = "Say --columns, or which one with --column."
    if conflict is not None:
        from confiture.cli.main import UsageError

        raise UsageError(f"{conflict}.", resolution_hint=hint)


def _is_limited(options: Namespace) -> bool:
    return bool(options.upstream or options.downstream or options.depth is not None)


def show_columns(
    project: Project, node: str | None, options: Namespace, deliver: Callable[[str], None]
) -> int:
    """Trace a project and show what is asked for; returns the exit code.

    Args:
        project: What is traced.
        node: What is asked for; None for all.
        options: The options.
        deliver: Gives the report to who asked for it.
    """
    from confiture.cli.lineage import direction
    from confiture.column_lineage.cache import ShapeCache, default_directory
    from confiture.column_lineage.project import trace_project
    from confiture.column_lineage.queries import column_lineage

    cache = None if options.no_cache else ShapeCache(options.cache or default_directory())
    lineage = column_lineage(
        project,
        trace_project(project, cache=cache),
        node=node,
        column=options.column,
        direction=direction(options),
        depth=options.depth,
        with_indirect=options.indirect,
    )
    deliver(_rendered(lineage, options.format))
    return 0


def _rendered(lineage: ColumnLineage, form: str) -> str:
    if form == "json":
        from confiture.artifacts import dumps_json

        return dumps_json(lineage) + "\n"
    from confiture.column_lineage import rendering

    if form == "mermaid":
        return rendering.render_column_mermaid(lineage)
    if form == "dot":
        return rendering.render_column_dot(lineage)
    if lineage.column is None:
        return rendering.render_column_table(lineage)
    return rendering.render_column_tree(lineage)
