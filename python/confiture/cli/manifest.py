"""``confiture manifest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output
from confiture.cli.options import add_environment, not_empty
from confiture.cli.progress import SlowProgress

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DESCRIPTION = """\
The manifest says what a build consists of: its files with their digests, the objects that they define with
their fingerprints, and what needs what (docs/artifacts.md). Two manifests of the same files are the same
bytes. No database is asked."""

EXAMPLES = """\
examples:
  confiture manifest                         print it as JSON
  confiture manifest -e prod -o schema.json  write it to a file
  confiture manifest -o schema.msgpack       write it as MessagePack
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    add_environment(parser)
    parser.add_argument("--schema-only", action="store_true", help="leave out seeds")
    parser.add_argument(
        "-o",
        "--output",
        type=not_empty,
        metavar="FILE",
        help="write to FILE instead of printing; as MessagePack if its name ends in .msgpack",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=("json", "msgpack"),
        help="encoding (default: as the file is called, or json)",
    )


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    from confiture.artifacts.documents import encode_document, encoding_of_path
    from confiture.core.builder import SchemaBuilder

    builder = SchemaBuilder(options.env, options.project_dir)
    with SlowProgress("Reading") as progress:
        manifest = builder.manifest(options.schema_only, progress)
    encoding = options.format or encoding_of_path(options.output or "")
    content = encode_document(manifest, encoding)
    if options.output is None:
        output.write_document(content, encoding)
        return 0
    written = builder.write_report(options.output, content)
    objects, edges = len(manifest.objects), len(manifest.edges)
    output.note(f"{objects} objects, {edges} edges\nWrote {output.shown(written)}\n")
    return 0
