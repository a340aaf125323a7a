"""``confiture locate``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.cli import output, terminal
from confiture.cli.options import add_format, not_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.core.locating import MappedBundle
    from confiture.models.source_map import Location

DESCRIPTION = """\
'confiture build --source-map FILE' writes where each line of a bundle comes from. This command reads it
and says the file, line and column of a place in the bundle. With - as the place, it reads what psql printed
and does so for every message about the bundle (docs/source-map.md). The exit code is 1 if a place is in the
bundle's header or in a separator, which come from no file."""

EXAMPLES = """\
examples:
  confiture locate db/generated/schema_local.sql 18
  confiture locate db/generated/schema_local.sql 18:1 -f json
  psql -f schema.sql shop 2>&1 | confiture locate schema.sql -
"""

_MESSAGES = "-"


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("bundle", type=not_empty, metavar="BUNDLE", help="bundle that was built with its map")
    parser.add_argument("place", metavar="LINE[:COLUMN]", help="place in the bundle; - reads psql's messages")
    parser.add_argument(
        "--source-map",
        type=not_empty,
        metavar="FILE",
        help="the map (default: BUNDLE with .map.json after its name)",
    )
    add_format(parser)


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    place = None if options.place == _MESSAGES else _place(options.place)
    from confiture._backend import load_engine
    from confiture.core.locating import MappedBundle

    bundle = MappedBundle(load_engine(), options.bundle, options.source_map)
    locations = _of_messages(bundle) if place is None else [bundle.locate(*place)]
    are_known = all(location.kind == "source" for location in locations)
    if options.format == "json":
        from confiture.artifacts import dumps_json
        from confiture.models.documents import LocationsDocument

        document = LocationsDocument(
            ok=are_known, map_dir=output.encodable(os.path.abspath(bundle.map_dir)), locations=locations
        )
        output.write(dumps_json(document) + "\n")
    else:
        for location in locations:
            _print(bundle, location)
    return 0 if are_known else 1


def _place(text: str) -> tuple[int, int | None]:
    line, colon, column = text.partition(":")
    digits = (line, column) if colon else (line,)
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in digits):
        from confiture.cli.main import UsageError

        raise UsageError(
            f"{text!r} is no place in a bundle.",
            resolution_hint="Give a line, as in 120, or a line and a column, as in 120:5; or - to read what "
            "psql printed.",
        )
    return int(line), int(column) if colon else None


def _of_messages(bundle: MappedBundle) -> list[Location]:
    from confiture.core.psql_messages import read_messages

    if sys.stdin is None:
        return []
    lines = sys.stdin.buffer.read().decode("utf-8", "replace").split("\n")
    return [bundle.locate_message(message) for message in read_messages(lines, bundle.path)]


def _print(bundle: MappedBundle, location: Location) -> None:
    from confiture.cli.findings_text import excerpt_lines

    said = "" if location.message is None else f" {display_path(location.message)}"
    path = "" if location.path is None else output.shown(os.path.join(bundle.map_dir, location.path))
    if location.kind != "source":
        where = "its header" if location.kind == "header" else "a separator"
        before = f" before {path}" if path else ""
        terminal.say(
            f"Line {location.bundle_line} of the bundle is in {where}{before}, "
            f"which comes from no file.{said}"
        )
        return
    lines = [f"{path}:{location.line}:{location.column}:{said}".removesuffix(":" if not said else "")]
    lines += excerpt_lines(location.line or 0, location.excerpt, location.excerpt_column)
    statement = location.statement
    if statement is not None:
        called = " of ".join(part for part in (statement.kind, statement.identity) if part)
        lines.append(
            f"  in {display_path(called) or 'a statement'}, from {statement.line}:{statement.column} on"
        )
    output.write("\n".join([*lines, ""]))
