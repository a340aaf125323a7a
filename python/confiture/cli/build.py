"""``confiture build``."""

from __future__ import annotations

from argparse import BooleanOptionalAction
from typing import TYPE_CHECKING

from confiture.cli import output, terminal
from confiture.cli.options import add_environment, add_format, not_empty
from confiture.cli.progress import SlowProgress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.artifacts import Document
    from confiture.cli.build_records import BuildRecords
    from confiture.config.environment import Environment
    from confiture.core.builder import SchemaBuilder
    from confiture.models.build import BuildReport, SplitBuildReport

DESCRIPTION = """\
All selected files are concatenated in a fixed order, under a header that holds their digest. The bundle
takes its place when it is complete: an error leaves the old one. Two builds of the same files are the
same bytes."""

EXAMPLES = """\
examples:
  confiture build                     write db/generated/schema_local.sql
  confiture build -e prod -o out.sql  build the environment prod into out.sql
  confiture build --stdout | psql -v ON_ERROR_STOP=1 shop
  confiture build --check             exit 1 if the bundle is not what would be built
  confiture build --list-files        show what would be read, and why
  confiture build --source-map db/generated/schema_local.sql.map.json
  confiture build --order dependencies -o sorted.sql  sort statements by what they need
  confiture build --run-manifest run.json --telemetry runs.jsonl
  confiture build --split deploy      three bundles: superuser, application, superuser
"""

#: Options that change what the environment says.
_CHANGING = ("two_pass", "validate_comments", "separator_style", "separator_template")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_environment(parser)
    target = parser.add_mutually_exclusive_group()
    target.add_argument(
        "-o",
        "--output",
        type=not_empty,
        metavar="FILE",
        help="bundle to write (default: db/generated/schema_<env>.sql in the project)",
    )
    target.add_argument(
        "--split", type=not_empty, metavar="DIR", help="write three bundles for superuser_dirs into DIR"
    )
    target.add_argument("--stdout", action="store_true", help="write the bundle to the standard output")
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if the output is not up to date"
    )
    parser.add_argument("--list-files", action="store_true", help="print the selection and build nothing")
    parser.add_argument("--show-hash", action="store_true", help="print the digests too")
    parser.add_argument(
        "--separator-style",
        metavar="STYLE",
        help="block_comment, line_comment, mysql or custom (default: of the environment)",
    )
    parser.add_argument(
        "--separator-template", metavar="TEXT", help="custom separator, with {file_path} for the path"
    )
    parser.add_argument(
        "--validate-comments",
        action=BooleanOptionalAction,
        default=None,
        help="look for comments and quotes that a file leaves open (default: of the environment)",
    )
    parser.add_argument(
        "--order",
        choices=("files", "dependencies"),
        default="files",
        help="'dependencies' sorts statements by what they need, whatever the files are called",
    )
    parser.add_argument(
        "--two-pass",
        action=BooleanOptionalAction,
        default=None,
        help="move foreign keys behind all tables (default: of the environment)",
    )
    parser.add_argument(
        "--source-map", type=not_empty, metavar="FILE", help="write where each line comes from, for 'locate'"
    )
    parser.add_argument(
        "--run-manifest",
        type=not_empty,
        metavar="FILE",
        help="write what the build read, wrote and depended on, as JSON, or as MessagePack into FILE.msgpack",
    )
    parser.add_argument(
        "--telemetry",
        type=not_empty,
        metavar="FILE",
        help="append what happened and how long it took, as lines of JSON, or as MessagePack to FILE.msgpack",
    )
    add_format(parser)


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    _refuse_conflicts(options)
    if options.run_manifest is None and options.telemetry is None:
        return _run(options)
    from confiture.cli.build_records import BuildRecords

    with BuildRecords(options) as records:
        return _run(options, records)


def _run(options: Namespace, records: BuildRecords | None = None) -> int:
    from confiture.config.environment import Environment
    from confiture.core.builder import SchemaBuilder
    from confiture.core.phases import Phases

    phases = Phases() if records is None else records.phases
    with phases.measured("configuration"):
        environment = _adjusted(Environment.load(options.env, options.project_dir), options)
        builder = SchemaBuilder(environment, order=options.order, phases=phases)
    if records is not None:
        records.prepare(builder)
    if options.list_files:
        return _list_files(builder, options)
    if options.check:
        return _check(builder, options, records)
    with SlowProgress("Building") as progress:
        if options.stdout:
            text, report = builder.build_text(options.schema_only, progress)
        elif options.split is not None:
            split = builder.build_split(options.split, options.schema_only, progress)
        else:
            report = builder.write(options.output, options.schema_only, progress, options.source_map)
    if records is not None:
        records.take(split if options.split is not None else report, text if options.stdout else None)
    if options.split is not None:
        _talk(split)
        _print_split(split, options)
        return 0
    _talk(report)
    if options.stdout:
        output.write(text)
    else:
        _print_report(report, options)
    return 0


def _refuse_conflicts(options: Namespace) -> None:
    conflict = None
    if options.stdout and options.format == "json":
        conflict = "--stdout is the bundle alone; it cannot be combined with --format json"
    elif options.stdout and options.check:
        conflict = "--check compares files; it cannot be combined with --stdout"
    elif options.list_files and (options.stdout or options.check or options.split or options.output):
        conflict = "--list-files builds nothing; it cannot be combined with an output or --check"
    elif options.show_hash and (options.stdout or options.list_files):
        conflict = "--show-hash needs a build to tell of; it cannot be combined with --stdout or --list-files"
    elif options.source_map is not None and (options.stdout or options.list_files or options.split):
        conflict = "--source-map goes with one bundle in a file; it cannot be combined with --stdout, "
        conflict += "--split or --list-files"
    elif options.run_manifest is not None and (options.check or options.list_files):
        conflict = "--run-manifest tells of a build; it cannot be combined with --check or --list-files"
    elif options.telemetry is not None and options.list_files:
        conflict = "--telemetry tells of a build; it cannot be combined with --list-files"
    elif options.order == "dependencies" and options.split:
        conflict = "--order dependencies gives one bundle; it cannot be combined with --split"
    elif options.separator_template is not None and options.separator_style not in (None, "custom"):
        conflict = "--separator-template goes with --separator-style custom alone"
    if conflict is not None:
        from confiture.cli.main import UsageError

        raise UsageError(f"{conflict}.", resolution_hint="Run 'confiture build --help' for the options.")


def _adjusted(environment: Environment, options: Namespace) -> Environment:
    """The environment with what the command line says differently."""
    if all(getattr(options, name) is None for name in _CHANGING):
        return environment
    from confiture.cli.main import UsageError
    from confiture.config.failures import Refusal
    from confiture.config.options import with_options
    from confiture.models.options import build_options

    try:
        return with_options(environment, build_options(options))
    except Refusal as error:
        is_template = error.path == ("custom_template",)
        option = "--separator-template" if is_template else "--separator-style"
        raise UsageError(
            f"{option} cannot be taken: {error.reason}.", resolution_hint=error.resolution_hint
        ) from None


def _list_files(builder: SchemaBuilder, options: Namespace) -> int:
    report = builder.selection_report(options.schema_only)
    included, warnings = _included(builder, options)
    if options.format == "json":
        from confiture.cli.build_documents import selection_document

        _print_json(selection_document(report, included, warnings))
        return 0
    for skipped in report.skipped:
        terminal.show_skipped(skipped.path, skipped.reason)
    for warning in warnings:
        terminal.show_warning(warning)
    rows = [("FILE", "ENTRY", "ORDER", "PATTERN")]
    for file in report:
        rows.append((output.shown(file.file), output.shown(file.entry), str(file.order), file.pattern))
    for path in included or ():
        rows.append((output.shown(path), "-", "-", "(included)"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        output.write("  ".join([*cells, row[3]]) + "\n")
    return 0


def _included(builder: SchemaBuilder, options: Namespace) -> tuple[list[str] | None, list[str]]:
    """The included files, or None and a warning: what is selected is known all the same."""
    from confiture.exceptions import SchemaError

    try:
        return [str(path) for path in builder.included_files(options.schema_only)], []
    except SchemaError as error:
        return None, [f"What these files include is not known. {error.message}"]


def _check(builder: SchemaBuilder, options: Namespace, records: BuildRecords | None) -> int:
    report: BuildReport | SplitBuildReport
    if options.split is not None:
        is_current, report = builder.check_split(options.split, options.schema_only)
        bundles = [report.superuser_pre, report.app, report.superuser_post]
    else:
        is_current, report = builder.check(options.output, options.schema_only, options.source_map)
        bundles = [report.bundle]
    if records is not None:
        records.take(report)
    _talk(report)
    shown = ", ".join(output.shown(bundle.output) for bundle in bundles)
    if options.format == "json":
        _print_report_json(report, is_current)
    else:
        output.note(f"{'Up to date' if is_current else 'Not up to date'}: {shown}\n")
        if options.show_hash:
            output.note(f"  digest  {report.tree_digest}\n")
    if not is_current and options.format == "text":
        terminal.say("Run the same command without --check to build it.")
    return 0 if is_current else 1


def _talk(report: BuildReport | SplitBuildReport) -> None:
    for skipped in report.skipped:
        terminal.show_skipped(skipped.path, skipped.reason)
    for warning in report.warnings:
        terminal.show_warning(warning)


def _print_report(report: BuildReport, options: Namespace) -> None:
    if options.format == "json":
        _print_report_json(report)
        return
    bundle = report.bundle
    lines = [
        f"Built {output.shown(bundle.output)}",
        f"  files   {bundle.files}",
        f"  bytes   {bundle.bundle_bytes}",
    ]
    if report.source_map is not None:
        lines.append(f"  map     {output.shown(report.source_map)}")
    if options.show_hash:
        lines += [f"  digest  {report.tree_digest}", f"  body    {bundle.body_sha256}"]
    output.note("\n".join([*lines, *_engine_lines(report), ""]))


def _print_split(report: SplitBuildReport, options: Namespace) -> None:
    if options.format == "json":
        _print_report_json(report)
        return
    lines = [
        f"Built {output.shown(bundle.output)} ({bundle.files} files, {bundle.bundle_bytes} bytes)"
        for bundle in (report.superuser_pre, report.app, report.superuser_post)
    ]
    if options.show_hash:
        lines.append(f"  digest  {report.tree_digest}")
    output.note("\n".join([*lines, *_engine_lines(report), ""]))


def _engine_lines(report: BuildReport | SplitBuildReport) -> list[str]:
    included = [f"  with    {len(report.included)} included"] if report.included else []
    return [*included, f"  engine  {report.engine}", f"  time    {report.seconds * 1000:.1f} ms"]


def _print_report_json(report: BuildReport | SplitBuildReport, is_current: bool | None = None) -> None:
    from confiture.cli.build_documents import build_document

    _print_json(build_document(report, is_current))


def _print_json(document: Document) -> None:
    from confiture.artifacts import dumps_json

    output.write(dumps_json(document) + "\n")
