"""``confiture data``."""

from __future__ import annotations

import math
import os
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from confiture.cli import output
from confiture.cli.options import add_action, add_format, not_empty
from confiture.data.options import KINDS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.data.comparing import AskedPair
    from confiture.data.nodes import NodeRelation
    from confiture.data.options import ComparisonOptions
    from confiture.dbt.manifest import DbtManifest
    from confiture.models.data_diff import DataDiff
    from confiture.warehouse.connections import Warehouse

DESCRIPTION = """\
'data diff' compares what is in tables, in the database that they are in or between two
(docs/data-diff.md); exit code 1 if they differ. Nothing is written. It needs:
pip install 'confiture[warehouse]', for PostgreSQL also confiture[postgres].

As other users see the arguments of a command, URLs with passwords belong into variables:
CONFITURE_DATA_URL, or CONFITURE_OLD_URL and CONFITURE_NEW_URL for two databases."""

EXAMPLES = """\
examples:
  confiture data diff --url duckdb:///shop.duckdb --old prod.orders --new dev.orders
  confiture data diff --old-url duckdb:///old.duckdb --new-url duckdb:///new.duckdb --old shop.orders
  confiture data diff --old prod.orders --new dev.orders --key id --kind values --kind profile
  confiture data diff --profiles-dir . --profile shop --old-target prod --new-target dev \\
      --from prod/target target -f markdown      what changed between two folders of dbt
"""

_LONGEST_NUMBER = 6
_URL = "CONFITURE_DATA_URL"
_OLD_URL, _NEW_URL = "CONFITURE_OLD_URL", "CONFITURE_NEW_URL"
_METADATA_URL = "CONFITURE_METADATA_URL"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    diff = add_action(actions, "diff", "compare tables; exit code 1 if they differ", EXAMPLES)
    what = diff.add_argument_group("what is compared")
    what.add_argument("--old", type=not_empty, metavar="NAME", help="the old relation: schema.table")
    what.add_argument("--new", type=not_empty, metavar="NAME", help="the new one (default: the same name)")
    what.add_argument(
        "--from",
        dest="sides",
        nargs=2,
        type=not_empty,
        metavar=("OLD", "NEW"),
        help="the changed nodes of two folders of dbt, or of two runs of the metadata store",
    )
    what.add_argument("--downstream", action="store_true", help="with --from: and all that depends on them")
    what.add_argument(
        "--target-dir", type=not_empty, metavar="DIR", help="nodes of a folder of dbt, in two databases"
    )
    what.add_argument(
        "-s", "--select", action="append", type=not_empty, metavar="NODES", help="nodes, as dbt selects them"
    )
    _add_connections(diff)
    how = diff.add_argument_group("how it is compared")
    how.add_argument(
        "--kind",
        action="append",
        choices=KINDS,
        help="what to compare, may be repeated (default: rows, schema, values)",
    )
    how.add_argument(
        "--key",
        action="append",
        default=[],
        type=_names,
        metavar="COLUMNS",
        help="what tells rows apart: a,b",
    )
    how.add_argument(
        "--columns", action="append", default=[], type=_names, metavar="COLUMNS", help="compare these columns"
    )
    how.add_argument(
        "--exclude-columns",
        action="append",
        default=[],
        type=_names,
        metavar="COLUMNS",
        help="leave out these columns",
    )
    how.add_argument("--where", type=not_empty, metavar="SQL", help="only rows that meet a condition")
    how.add_argument(
        "--tolerance",
        type=_tolerance,
        default=0.0,
        metavar="NUMBER",
        help="how far apart floating-point numbers may be (default: 0)",
    )
    how.add_argument("--limit", type=_count, default=10, metavar="N", help="rows to show (default: 10)")
    how.add_argument("--top", type=_positive, default=10, metavar="K", help="values of a top (default: 10)")
    how.add_argument("--bins", type=_positive, default=20, metavar="N", help="of a histogram (default: 20)")
    how.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="how long a query may take")
    add_format(diff, "markdown")


def _add_connections(parser: ArgumentParser) -> None:
    where = parser.add_argument_group("where it is")
    where.add_argument("--url", type=not_empty, metavar="URL", help=f"the database (or: {_URL})")
    where.add_argument(
        "--old-url", type=not_empty, metavar="URL", help=f"the database of the old side (or: {_OLD_URL})"
    )
    where.add_argument(
        "--new-url", type=not_empty, metavar="URL", help=f"that of the new side (or: {_NEW_URL})"
    )
    where.add_argument(
        "--profiles-dir", type=not_empty, metavar="DIR", help="connect as profiles.yml in DIR says"
    )
    where.add_argument("--profile", type=not_empty, metavar="NAME", help="the profile in it")
    where.add_argument("--target", type=not_empty, metavar="NAME", help="its target (default: its own)")
    where.add_argument("--old-target", type=not_empty, metavar="NAME", help="the target of the old side")
    where.add_argument("--new-target", type=not_empty, metavar="NAME", help="that of the new side")
    where.add_argument(
        "--metadata-url",
        type=not_empty,
        metavar="URL",
        help=f"the store of the runs of --from (or: {_METADATA_URL})",
    )
    where.add_argument(
        "--store",
        type=not_empty,
        default="confiture_metadata",
        metavar="SCHEMA",
        help="its schema (default: confiture_metadata)",
    )


def _names(text: str) -> list[str]:
    """Names between commas; one with a comma stands between double quotes."""
    import csv

    try:
        (names,) = csv.reader([text], strict=True, skipinitialspace=True)
    except (csv.Error, ValueError):
        names = []
    if not names or not all(names):
        raise ArgumentTypeError(f"{text!r} is no list of columns")
    return names


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise ArgumentTypeError(f"{text!r} is no number, from 0")
    return int(text)


def _positive(text: str) -> int:
    number = _count(text)
    if not number:
        raise ArgumentTypeError("it has to be 1 at least")
    return number


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise ArgumentTypeError(f"{text!r} is no number, from 0")
    return number


def _tolerance(text: str) -> float:
    return _number(text)


def _seconds(text: str) -> float:
    number = _number(text)
    if not 0 < number <= 1e6:
        raise ArgumentTypeError(f"{text!r} is no number of seconds")
    return number


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    _refuse_conflicts(options)
    report = _compare(options)
    if options.format == "json":
        from confiture.artifacts import dumps_json

        output.write(dumps_json(report) + "\n")
    else:
        from confiture.cli.data_text import render_markdown, render_text

        output.write((render_markdown if options.format == "markdown" else render_text)(report))
    return 0 if report.ok else 1


def _refuse_conflicts(options: Namespace) -> None:
    told = [options.old or options.new, options.sides, options.target_dir]
    conflict = None
    if sum(bool(one) for one in told) != 1:
        conflict = "Either --old and --new, or --from, or --target-dir says what is compared"
    elif options.downstream and not options.sides:
        conflict = "--downstream is for --from"
    elif options.downstream and options.select:
        conflict = "--downstream and --select do not go together: select with 'model+'"
    elif options.select and (options.old or options.new):
        conflict = "--select selects nodes of --from or --target-dir"
    elif options.target_dir and not options.select:
        conflict = "--target-dir needs --select"
    elif options.profile and (options.url or options.old_url or options.new_url):
        conflict = "--profile and URLs do not go together"
    elif bool(options.profile) != bool(options.profiles_dir):
        conflict = "--profiles-dir and --profile go together"
    elif (options.target or options.old_target or options.new_target) and not options.profile:
        conflict = "Targets are those of --profile"
    elif options.target and (options.old_target or options.new_target):
        conflict = "Either --target, or --old-target and --new-target"
    elif options.url and (options.old_url or options.new_url):
        conflict = "Either --url, or --old-url and --new-url"
    if conflict is not None:
        raise _usage(f"{conflict}.")


def _usage(message: str, hint: str = "Run 'confiture data diff --help'.") -> Exception:
    from confiture.cli.main import UsageError

    return UsageError(message, resolution_hint=hint)


def _compare(options: Namespace) -> DataDiff:
    from confiture.cli.interrupting import run_interruptibly
    from confiture.cli.progress import SlowProgress
    from confiture.data.comparing import compare_pairs, compare_relations
    from confiture.models.data_diff import DataDiff

    old, new = _warehouses(options)
    how = _how(options)
    pairs, notes = _pairs(options, is_one_warehouse=old is new)

    def compare() -> DataDiff:
        # Who closes a connection waits for its query, also for one that cannot be stopped.
        with old, new, SlowProgress("Comparing") as progress:
            if pairs is not None:
                return compare_pairs(old, new, pairs, how, notes=notes, progress=progress)
            names = options.old or options.new, options.new or options.old
            found = compare_relations(old, names[0], new, names[1], how, progress)
            return DataDiff(ok=found.ok, old=old.shown, new=new.shown, relations=(found,))

    return run_interruptibly(compare, old, new)


def _how(options: Namespace) -> ComparisonOptions:
    from confiture.data.options import ComparisonOptions

    return ComparisonOptions(
        kinds=tuple(kind for kind in KINDS if kind in (options.kind or ("rows", "schema", "values"))),
        key=_flat(options.key),
        columns=_flat(options.columns),
        excluded=_flat(options.exclude_columns),
        where=options.where,
        tolerance=options.tolerance,
        limit=options.limit,
        top=options.top,
        bins=options.bins,
        timeout=options.timeout,
    )


def _flat(lists: list[list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))


def _warehouses(options: Namespace) -> tuple[Warehouse, Warehouse]:
    """Both sides; one object if they are one connection."""
    from confiture.warehouse.connections import Warehouse

    if options.profile:
        path = os.path.join(options.profiles_dir, "profiles.yml")
        targets = options.old_target or options.target, options.new_target or options.target
        sides = [
            Warehouse.from_dbt_profile(path, options.profile, target, read_only=True)
            for target in dict.fromkeys(targets)
        ]
        return sides[0], sides[-1]
    if not options.url and (options.old_url or options.new_url or not os.environ.get(_URL)):
        old = options.old_url or os.environ.get(_OLD_URL)
        new = options.new_url or os.environ.get(_NEW_URL)
        if not old or not new:
            raise _usage(
                "There is no database to work with.",
                f"Set {_URL} or say --url; for two databases set {_OLD_URL} and {_NEW_URL}.",
            )
        return Warehouse.from_url(old, read_only=True), Warehouse.from_url(new, read_only=True)
    one = Warehouse.from_url(options.url or os.environ[_URL], read_only=True)
    return one, one


def _pairs(options: Namespace, *, is_one_warehouse: bool) -> tuple[list[AskedPair] | None, list[str]]:
    """The relations of nodes, and what is to be said of others; None if the options name relations."""
    from confiture.data.nodes import asked_pairs

    if options.target_dir:
        manifest = _manifest(options.target_dir)
        from confiture.data.nodes import of_manifest, selected

        relations = of_manifest(manifest)
        wanted = selected(manifest, options.select)
        return asked_pairs(relations, relations, wanted, is_one_warehouse=is_one_warehouse)
    if options.sides:
        old, new, wanted = _sides(options)
        return asked_pairs(old, new, wanted, is_one_warehouse=is_one_warehouse)
    return None, []


def _sides(options: Namespace) -> tuple[dict[str, NodeRelation], dict[str, NodeRelation], set[str]]:
    from confiture.data import nodes

    if all(os.path.exists(side) for side in options.sides):
        old, new = map(_manifest, options.sides)
        if options.select:
            wanted = nodes.selected(new, options.select)
        else:
            wanted = nodes.changed_in_manifests(old, new, downstream=options.downstream)
        return nodes.of_manifest(old), nodes.of_manifest(new), wanted
    url = options.metadata_url or os.environ.get(_METADATA_URL)
    if not url:
        missing = next(side for side in options.sides if not os.path.exists(side))
        raise _usage(
            f"There is no folder {output.encodable(missing)}, and no metadata store that has such a run.",
            f"Name two folders with manifest.json, or set {_METADATA_URL}.",
        )
    if options.select:
        raise _usage("--select needs folders of dbt: a stored run has not all that selections ask for.")
    from confiture.warehouse.connections import Warehouse
    from confiture.warehouse.store import MetadataStore

    with Warehouse.from_url(url, read_only=True) as warehouse:
        store = MetadataStore(warehouse, options.store)
        # Runs of several projects in one store alternate: the one before is that of the same.
        new_run = store.run(options.sides[1], source="dbt")
        old_run = store.run(options.sides[0], source="dbt", dataset=new_run.dataset)
        changed = nodes.changed_in_runs(store, old_run, new_run, downstream=options.downstream)
        return nodes.of_run(store.read(old_run)), nodes.of_run(store.read(new_run)), changed


def _manifest(side: str) -> DbtManifest:
    from confiture.cli.dbt_target import side_path
    from confiture.dbt.manifest import DbtManifest

    return DbtManifest.load(side_path(side))
