"""``confiture metadata``."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from confiture.cli import output
from confiture.cli.column_lineage import add_columns, refuse_column_conflicts, show_columns
from confiture.cli.lineage import depth
from confiture.cli.options import add_action, add_environment, add_format, add_output, not_empty
from confiture.cli.progress import SlowProgress
from confiture.cli.reports import deliver, refuse_page_on_terminal

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.artifacts import Document
    from confiture.column_lineage.cache import ShapeCache
    from confiture.models.metadata import RunDiff
    from confiture.warehouse.sources import RunSource
    from confiture.warehouse.store import MetadataStore

DESCRIPTION = """\
What a schema tree or a dbt project consists of is kept in a database, run by run, and compared between
runs (docs/metadata.md). 'push' writes a run, 'runs' lists the runs, 'show' prints one, 'diff' compares two,
'lineage' shows which columns of one come from which, 'prune' removes old ones. It needs:
pip install 'confiture[warehouse]', for PostgreSQL also confiture[postgres].

The database is that of --url or, as other users see the arguments of a command, of the variable
CONFITURE_METADATA_URL: duckdb:///file.duckdb or postgresql://user:password@host/database."""

EXAMPLES = """\
examples:
  export CONFITURE_METADATA_URL=duckdb:///metadata.duckdb
  confiture metadata push                          the schema tree of the environment local
  confiture metadata push --target-dir target --ran-in prod
  confiture metadata push --from-url duckdb:///other.duckdb --run latest
  confiture metadata runs
  confiture metadata show latest -f json
  confiture metadata diff                          the latest run with the one before
  confiture metadata diff 3f9a latest -f markdown  two runs, for a pull request
  confiture metadata diff -f html -o changes.html  what changed and what it reaches, in colours
  confiture metadata lineage --node fct_orders --column amount
  confiture metadata prune --keep 30
"""

URL_VARIABLE = "CONFITURE_METADATA_URL"

_LONGEST_NUMBER = 9

#: What databases of DuckDB are called that are no files.
_SERVICES = ("md:", "motherduck:")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    push = add_action(actions, "push", "write a run: a schema tree, or what dbt wrote", EXAMPLES)
    add_environment(push)
    # What is of a schema tree alone is refused beside other sources.
    push.set_defaults(env=None)
    push.add_argument("--schema-only", action="store_true", help="leave out seeds")
    origin = push.add_mutually_exclusive_group()
    origin.add_argument(
        "--target-dir", type=not_empty, metavar="DIR", help="push what dbt wrote to DIR, not a schema tree"
    )
    origin.add_argument(
        "--from-url", type=not_empty, metavar="URL", help="push a run of another store, not a schema tree"
    )
    push.add_argument(
        "--run", type=not_empty, metavar="RUN", help="the run of the other store (default: latest)"
    )
    push.add_argument("--ran-in", type=not_empty, metavar="NAME", help="the environment that dbt ran in")
    push.add_argument(
        "--dataset",
        type=not_empty,
        metavar="NAME",
        help="what the run is compared with others of (default: the project's name)",
    )
    _add_store(push)

    runs = add_action(actions, "runs", "list the runs, the latest first", EXAMPLES)
    runs.add_argument("--dataset", type=not_empty, metavar="NAME", help="only those of a dataset")
    runs.add_argument("--ran-in", type=not_empty, metavar="NAME", help="only those of an environment")
    runs.add_argument("--limit", type=_number, metavar="N", help="at most N")
    _add_store(runs, "markdown")

    show = add_action(actions, "show", "print what a run consists of", EXAMPLES)
    show.add_argument("run", nargs="?", type=not_empty, default="latest", metavar="RUN", help=_RUN)
    show.add_argument("--dataset", type=not_empty, metavar="NAME", help="the dataset that latest is of")
    _add_store(show, "markdown")

    diff = add_action(actions, "diff", "compare two runs; exit code 1 if they differ", EXAMPLES)
    diff.add_argument("old", nargs="?", type=not_empty, default="latest~1", metavar="OLD", help=_RUN)
    diff.add_argument("new", nargs="?", type=not_empty, default="latest", metavar="NEW", help=_RUN)
    diff.add_argument(
        "--dataset", type=not_empty, metavar="NAME", help="the dataset that latest is of (default: NEW's)"
    )
    diff.add_argument(
        "--columns",
        action="store_true",
        help="name the columns downstream whose values come from columns that are different",
    )
    add_output(diff)
    _add_store(diff, "markdown", "html")

    lineage = add_action(actions, "lineage", "show which columns of a run come from which", EXAMPLES)
    lineage.add_argument("run", nargs="?", type=not_empty, default="latest", metavar="RUN", help=_RUN)
    lineage.add_argument("--dataset", type=not_empty, metavar="NAME", help="the dataset that latest is of")
    lineage.add_argument(
        "--node",
        dest="object",
        type=not_empty,
        metavar="NODE",
        help="only of this node: its identity, or its name if no other has it",
    )
    add_columns(lineage)
    lineage.add_argument("--upstream", action="store_true", help="only what the column comes from")
    lineage.add_argument("--downstream", action="store_true", help="only what comes from it")
    lineage.add_argument("--depth", type=depth, metavar="N", help="stop after N steps (default: never)")
    lineage.add_argument(
        "-o", "--output", type=not_empty, metavar="FILE", help="write to FILE instead of printing"
    )
    _add_store(lineage, "mermaid", "dot")

    prune = add_action(actions, "prune", "remove old runs, and what no other run has", EXAMPLES)
    prune.add_argument(
        "--keep", type=_number, metavar="N", help="the latest N of each dataset and environment stay"
    )
    prune.add_argument("--older-than", type=_number, metavar="DAYS", help="only runs of before so many days")
    prune.add_argument("--dataset", type=not_empty, metavar="NAME", help="only runs of a dataset")
    _add_store(prune, "markdown")


_RUN = "a run: its id, the beginning of it, latest or latest~1 (default: %(default)s)"


def _add_store(parser: ArgumentParser, *formats: str) -> None:
    parser.add_argument(
        "--url", type=not_empty, metavar="URL", help=f"the database (default: the variable {URL_VARIABLE})"
    )
    parser.add_argument(
        "--store",
        type=not_empty,
        default="confiture_metadata",
        metavar="SCHEMA",
        help="the schema of the store in it (default: confiture_metadata)",
    )
    parser.add_argument(
        "--wait",
        type=_number,
        default=30,
        metavar="SECONDS",
        help="how long to wait for another process that has the DuckDB file (default: 30)",
    )
    add_format(parser, *formats)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise ArgumentTypeError(f"{text!r} is no number, from 0")
    return int(text)


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    actions = {
        "push": _push,
        "runs": _runs,
        "show": _show,
        "diff": _diff,
        "lineage": _lineage,
        "prune": _prune,
    }
    return actions[options.action](options)


def _store(
    options: Namespace, url: str | None = None, *, is_read: bool = False, is_there: bool = False
) -> MetadataStore:
    """The store of the options, or that in the database of another URL.

    A file that is only read is not made, nor one that has to be there.
    """
    if url is None:
        url = options.url or os.environ.get(URL_VARIABLE)
    if not url:
        from confiture.cli.main import UsageError

        raise UsageError(
            "There is no database to work with.",
            resolution_hint=f"Set the variable {URL_VARIABLE}, or say --url duckdb:///metadata.duckdb.",
        )
    from confiture.warehouse.addresses import duckdb_file, refuse_memory
    from confiture.warehouse.connections import Warehouse

    refuse_memory(url)
    file = duckdb_file(url)
    if is_there and file is not None and not os.path.exists(file) and not file.startswith(_SERVICES):
        is_read = True
    # Readers of a DuckDB file do not lock each other out, and make no file that is not there.
    warehouse = Warehouse.from_url(url, wait=options.wait, read_only=is_read)

    from confiture.warehouse.store import MetadataStore

    return MetadataStore(warehouse, options.store)


def _files(options: Namespace) -> list[str]:
    """The files that the store of the options is in."""
    from confiture.warehouse.addresses import duckdb_file

    path = duckdb_file(options.url or os.environ.get(URL_VARIABLE) or "")
    return [] if path is None else [path]


def _push(options: Namespace) -> int:
    _refuse_conflicts(options)
    store = _store(options)
    with store.warehouse:
        with SlowProgress("Pushing") as progress:
            source = _source(options, progress)
            report = store.push(source, cursor=source.cursor(store), progress=progress)
        _print(report, options)
    return 0


def _refuse_conflicts(options: Namespace) -> None:
    conflict = None
    if options.run is not None and options.from_url is None:
        conflict = "--run names a run of the store of --from-url, which is not given"
    elif options.ran_in is not None and options.target_dir is None:
        conflict = "--ran-in says where dbt ran, and there is no --target-dir"
    elif (options.env is not None or options.schema_only) and (options.target_dir or options.from_url):
        conflict = "--env and --schema-only are of a schema tree; where dbt ran is said with --ran-in"
    if conflict is not None:
        from confiture.cli.main import UsageError

        raise UsageError(f"{conflict}.", resolution_hint="Run 'confiture metadata push --help'.")


def _source(options: Namespace, progress: SlowProgress) -> RunSource:
    from confiture.warehouse.sources import dbt_source, schema_source, stored_source

    if options.target_dir is not None:
        return dbt_source(
            options.target_dir,
            environment=options.ran_in,
            dataset=options.dataset,
            project_dir=options.project_dir,
        )
    if options.from_url is not None:
        other = _store(options, options.from_url, is_read=True)
        with other.warehouse:
            source = stored_source(other, other.run(options.run or "latest"))
            contents = source.contents()
        about = source.about._replace(dataset=options.dataset or source.about.dataset)
        return source._replace(about=about, contents=lambda: contents)
    from confiture.core.builder import SchemaBuilder

    builder = SchemaBuilder("local" if options.env is None else options.env, options.project_dir)
    return schema_source(builder, schema_only=options.schema_only, dataset=options.dataset, progress=progress)


def _runs(options: Namespace) -> int:
    from confiture.models.metadata import StoredRuns

    store = _store(options, is_read=True)
    with store.warehouse:
        found = store.runs(dataset=options.dataset, environment=options.ran_in, limit=options.limit)
    _print(StoredRuns(ok=True, store=store.schema, runs=found), options)
    return 0


def _show(options: Namespace) -> int:
    from confiture.models.metadata import StoredRunContents

    store = _store(options, is_read=True)
    with store.warehouse:
        found = store.run(options.run, dataset=options.dataset)
        _print(StoredRunContents(ok=True, run=found, contents=store.read(found)), options)
    return 0


def _diff(options: Namespace) -> int:
    refuse_page_on_terminal(options, "metadata diff")
    store = _store(options, is_read=True)
    with store.warehouse:
        new = store.run(options.new, dataset=options.dataset)
        # Runs of several projects in one store alternate: the one before is that of the same.
        old = store.run(options.old, dataset=options.dataset or new.dataset, source=new.source)
        report = store.diff(old, new, with_columns=options.columns, cache=_shape_cache(options))
        page = _page(store, report) if options.format == "html" else None
    text = _rendered(report, options) if page is None else page
    deliver(text, options.output, made_of=_files(options))
    return 0 if report.ok else 1


def _shape_cache(options: Namespace) -> ShapeCache | None:
    """Where what queries consist of is kept, if columns are asked for."""
    if not options.columns:
        return None
    from confiture.column_lineage.cache import ShapeCache, default_directory

    return ShapeCache(default_directory())


def _page(store: MetadataStore, report: RunDiff) -> str:
    """The page of a comparison."""
    from confiture.lineage.html import render_html
    from confiture.warehouse.drawing import compared_runs

    return render_html(*compared_runs(report, store.read(report.old), store.read(report.new)))


def _lineage(options: Namespace) -> int:
    # It is of columns, also if none is named.
    options.columns = options.column is None
    refuse_column_conflicts(options, "metadata lineage --node stg_orders")
    from confiture.column_lineage.stored_project import find_node, stored_project

    store = _store(options, is_read=True)
    with store.warehouse:
        run = store.run(options.run, dataset=options.dataset)
        project = stored_project(run, store.read(run))
    node = None if options.object is None else find_node(project, options.object)
    return show_columns(
        project, node, options, lambda text: deliver(text, options.output, made_of=_files(options))
    )


def _prune(options: Namespace) -> int:
    from datetime import UTC, datetime, timedelta

    if options.keep is None and options.older_than is None:
        from confiture.cli.main import UsageError

        raise UsageError(
            "Nothing says which runs are to go.", resolution_hint="Say --keep 30, or --older-than 90."
        )
    before = None
    if options.older_than is not None:
        # Nothing is older than a calendar has years.
        days = min(options.older_than, 365_000)
        before = datetime.now(UTC) - timedelta(days=days)
    store = _store(options, is_there=True)
    with store.warehouse, SlowProgress("Pruning") as progress:
        report = store.prune(keep=options.keep, before=before, dataset=options.dataset, progress=progress)
    _print(report, options)
    return 0


def _print(document: Document, options: Namespace) -> None:
    output.write(_rendered(document, options))


def _rendered(document: Document, options: Namespace) -> str:
    if options.format == "json":
        from confiture.artifacts import dumps_json

        return dumps_json(document) + "\n"
    from confiture.cli.metadata_text import render_markdown, render_text

    return (render_markdown if options.format == "markdown" else render_text)(document)
