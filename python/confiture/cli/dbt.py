"""``confiture dbt``."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from confiture._failures import display_path, output_is_input
from confiture.cli import output
from confiture.cli.options import add_format, not_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DESCRIPTION = """\
What dbt 1.5 and later write to target/ is read without dbt (docs/dbt.md). 'info' says what a manifest holds;
'extract' prints its resources and dependencies as JSON, the same whichever dbt version wrote it, with the
columns of the catalog if there is one."""

EXAMPLES = """\
examples:
  confiture dbt info
  confiture dbt info --target-dir shop/target -f json
  confiture dbt extract -o project.json
"""

_MEGABYTE = 1_000_000


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    info = actions.add_parser("info", help="say what a manifest holds")
    _add_target(info)
    add_format(info)
    extract = actions.add_parser("extract", help="print resources and dependencies as JSON")
    _add_target(extract)
    extract.add_argument(
        "--catalog",
        type=not_empty,
        metavar="FILE",
        help="catalog to take columns from (default: catalog.json beside the manifest, if there is one)",
    )
    extract.add_argument(
        "-o",
        "--output",
        type=not_empty,
        metavar="FILE",
        help="write to FILE instead of printing: MessagePack if its name ends with .msgpack",
    )


def _add_target(parser: ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--target-dir",
        type=not_empty,
        default="target",
        metavar="DIR",
        help="where dbt writes (default: target)",
    )
    where.add_argument("--manifest", type=not_empty, metavar="FILE", help="the manifest itself")
    parser.add_argument(
        "--strict", action="store_true", help="refuse fields, versions and dependencies that are not known"
    )


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    return {"info": _info, "extract": _extract}[options.action](options)


def _manifest_path(options: Namespace) -> str:
    return options.manifest or os.path.join(options.target_dir, "manifest.json")


def _info(options: Namespace) -> int:
    from confiture._backend import engine_name
    from confiture.dbt.manifest import DbtManifest

    path = _manifest_path(options)
    start = time.perf_counter()
    manifest = DbtManifest.load(path, strict=options.strict)
    seconds = time.perf_counter() - start
    metadata = manifest.metadata
    facts: dict[str, object] = {
        "file": output.encodable(path),
        "bytes": manifest.size,
        "schema_version": manifest.schema_version,
        "dbt_version": metadata.get("dbt_version"),
        "project_name": metadata.get("project_name"),
        "adapter_type": metadata.get("adapter_type"),
        "generated_at": metadata.get("generated_at"),
        "nodes": manifest.node_count,
        "resources": manifest.counts,
        "disabled": len(manifest.disabled()),
        "dangling": manifest.dangling(),
        "cycle": manifest.find_cycle(),
        "engine": engine_name(),
        "load_seconds": round(seconds, 4),
    }
    if options.format == "json":
        from confiture.artifacts import dumps_json

        output.write(dumps_json({"ok": True, **facts}) + "\n")
        return 0
    output.write("".join(f"{line}\n" for line in _lines(path, facts)))
    return 0


def _lines(path: str, facts: dict[str, object]) -> list[str]:
    counts = facts["resources"]
    size = facts["bytes"]
    seconds = facts["load_seconds"]
    lines = [
        output.shown(path),
        f"  dbt {_named(facts['dbt_version'])}, schema v{facts['schema_version']}, "
        f"written {_named(facts['generated_at'])}",
    ]
    if facts["project_name"] or facts["adapter_type"]:
        lines.append(f"  project {_named(facts['project_name'])}, adapter {_named(facts['adapter_type'])}")
    if isinstance(size, int) and isinstance(seconds, float):
        lines.append(f"  {size / _MEGABYTE:.1f} MB, loaded in {seconds * 1000:.0f} ms ({facts['engine']})")
    if isinstance(counts, dict):
        width = max((len(str(count)) for count in counts.values()), default=1)
        lines += [f"  {count:>{width}} {_named(kind)}" for kind, count in sorted(counts.items())]
    lines.append(f"  {facts['disabled']} disabled")
    if facts["dangling"]:
        lines.append(f"  dependencies on what is not there: {', '.join(map(_named, facts['dangling']))}")  # type: ignore[call-overload]
    if facts["cycle"]:
        lines.append(f"  a cycle: {' -> '.join(map(_named, facts['cycle']))}")  # type: ignore[call-overload]
    return lines


def _named(value: object) -> str:
    """A value of the manifest as it can be shown: a terminal obeys control characters."""
    return display_path(str(value)) if value else "(unknown)"


def _extract(options: Namespace) -> int:
    from confiture.artifacts import dumps_json, dumps_msgpack
    from confiture.artifacts.documents import encoding_of_path
    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.extraction import extract
    from confiture.dbt.manifest import DbtManifest

    path = _manifest_path(options)
    manifest = DbtManifest.load(path, strict=options.strict)
    beside = os.path.join(os.path.dirname(path), "catalog.json")
    catalog_path = options.catalog or (beside if os.path.exists(beside) else None)
    catalog = None if catalog_path is None else DbtCatalog.load(catalog_path, strict=options.strict)
    extraction = extract(manifest, catalog)
    if options.output is None:
        output.write(dumps_json(extraction) + "\n")
        return 0
    is_binary = encoding_of_path(options.output) == "msgpack"
    content = dumps_msgpack(extraction) if is_binary else f"{dumps_json(extraction)}\n".encode()
    from confiture.core.outputs import check_output, prepare_output, write_file

    absolute = check_output(options.output)
    if absolute in [os.path.realpath(read) for read in (path, catalog_path) if read is not None]:
        raise output_is_input(absolute, "is what is extracted from")
    prepare_output(absolute)
    write_file(absolute, content)
    output.note(f"Wrote {output.shown(absolute)}\n")
    return 0
