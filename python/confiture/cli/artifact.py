"""``confiture artifact``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.cli import output
from confiture.cli.options import add_action, add_format, not_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from msgspec import Struct

DESCRIPTION = """\
Artifacts are what the other commands write: manifests, reports, source maps, telemetry, in JSON or in
MessagePack. Each says what it is and in which version (docs/artifacts.md). 'show' reads one and says what is
in it, 'convert' writes it in the other encoding, 'schema' prints the JSON Schema of a kind."""

EXAMPLES = """\
examples:
  confiture artifact show schema.msgpack
  confiture artifact convert schema.msgpack -o schema.json
  confiture artifact schema schema_manifest
  confiture artifact schema --all
"""

_LONGEST_TEXT = 80


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    show = add_action(actions, "show", "say what an artifact is, and what is in it", EXAMPLES)
    show.add_argument("file", type=not_empty, metavar="FILE", help="the artifact")
    add_format(show)

    convert = add_action(actions, "convert", "write an artifact in the other encoding", EXAMPLES)
    convert.add_argument("file", type=not_empty, metavar="FILE", help="the artifact")
    convert.add_argument(
        "-o", "--output", type=not_empty, metavar="FILE", help="write to FILE instead of printing"
    )
    convert.add_argument(
        "--to",
        choices=("json", "msgpack"),
        help="encoding (default: as the output is called, or the one that it has not)",
    )

    schema = add_action(actions, "schema", "print the JSON Schema of a kind of artifact", EXAMPLES)
    which = schema.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", type=not_empty, metavar="NAME", help="the kind")
    which.add_argument("--all", action="store_true", help="all kinds, in one object by their names")


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    return {"show": _show, "convert": _convert, "schema": _schema}[options.action](options)


def _show(options: Namespace) -> int:
    from confiture.artifacts import dumps_json, to_builtins
    from confiture.artifacts.documents import read_artifact

    found = read_artifact(options.file)
    if options.format == "json":
        for document in found.documents:
            output.write(dumps_json(document) + "\n")
        return 0
    encoding = {"json": "JSON", "msgpack": "MessagePack"}[found.encoding]
    what = f"{found.kind.name}, version {found.kind.version}: {found.kind.summary}"
    lines = [what, f"{encoding}, {found.size} bytes"]
    if found.kind.is_stream:
        lines.append(f"{len(found.documents)} values")
        lines += [display_path(dumps_json(_named(document), sort_keys=False)) for document in found.documents]
    else:
        (document,) = found.documents
        rows = [(name, _brief(value)) for name, value in to_builtins(document).items() if name != "artifact"]
        width = max((len(name) for name, _ in rows), default=0)
        lines += [f"  {name.ljust(width)}  {value}" for name, value in rows]
    output.write("\n".join(lines) + "\n")
    return 0


def _named(event: Struct) -> dict[str, object]:
    """An event with the names of its fields, which is written without."""
    from msgspec.structs import asdict

    tag = event.__struct_config__.tag
    return {"event": str(tag).rpartition("/")[2], **asdict(event)}


def _brief(value: object) -> str:
    from confiture.artifacts import dumps_json

    if isinstance(value, (list, tuple)):
        return "1 item" if len(value) == 1 else f"{len(value)} items"
    text = display_path(value if isinstance(value, str) else dumps_json(value))
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"


def _convert(options: Namespace) -> int:
    from confiture.artifacts.documents import encode_artifact, encoding_of_path, read_artifact

    found = read_artifact(options.file)
    other = "msgpack" if found.encoding == "json" else "json"
    encoding = options.to or encoding_of_path(options.output or "", other)
    content = encode_artifact(found, encoding)
    if options.output is None:
        output.write_document(content, encoding)
        return 0
    from confiture.core.outputs import check_output, prepare_output, write_file

    written = check_output(options.output)
    prepare_output(written)
    write_file(written, content)
    output.note(f"Wrote {output.shown(written)}\n")
    return 0


def _schema(options: Namespace) -> int:
    from confiture.artifacts.json_schemas import all_json_schemas, json_schema, schema_text

    output.write(schema_text(all_json_schemas() if options.all else json_schema(options.name)))
    return 0
