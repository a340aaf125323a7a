"""``confiture dbt``."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.cli import dbt_diff, dbt_lineage, dbt_ls, dbt_render, output
from confiture.cli.dbt_target import add_target, manifest_path
from confiture.cli.options import add_action, add_format, not_empty
from confiture.cli.reports import write_made

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.models.dbt import DbtInfo

DESCRIPTION = """\
What dbt 1.5 and later write to target/ is read without dbt (docs/dbt.md). 'info' says what a manifest holds;
'ls' lists what a selection selects, as dbt ls does; 'lineage' shows what depends on what; 'diff' tells what
differs between two manifests, and why; 'render' prints what dbt would compile a template to; 'extract' prints
resources and dependencies as JSON, the same whichever dbt version wrote them, with the columns of the catalog
if there is one."""

EXAMPLES = """\
examples:
  confiture dbt info
  confiture dbt info --target-dir shop/target -f json
  confiture dbt ls --select +orders --exclude tag:nightly
  confiture dbt ls --select state:modified+ --state production
  confiture dbt lineage orders --upstream
  confiture dbt lineage orders --column amount
  confiture dbt lineage --against production -f html -o changes.html
  confiture dbt diff production
  confiture dbt extract -o project.json
  confiture dbt render orders --vars '{since: 2024-01-01}'
"""

_MEGABYTE = 1_000_000

#: What `info` tells of the metadata.
_TOLD = ("dbt_version", "project_name", "adapter_type", "generated_at")

#: Actions with a module of their own: summary and module.
_ACTIONS = {
    "ls": ("list what a selection selects", dbt_ls),
    "lineage": ("show what depends on what", dbt_lineage),
    "diff": ("tell what is different between two manifests", dbt_diff),
    "render": ("print what dbt would compile a template to", dbt_render),
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    info = add_action(actions, "info", "say what a manifest holds", EXAMPLES)
    add_target(info)
    add_format(info)
    for name, (summary, module) in _ACTIONS.items():
        module.add_arguments(add_action(actions, name, summary, EXAMPLES))
    extract = add_action(actions, "extract", "print resources and dependencies as JSON", EXAMPLES)
    add_target(extract)
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


def run(options: Namespace) -> int:
    """Run the command; returns the exit code."""
    if options.action in _ACTIONS:
        code: int = _ACTIONS[options.action][1].run(options)
        return code
    return {"info": _info, "extract": _extract}[options.action](options)


def _info(options: Namespace) -> int:
    from confiture._backend import engine_name
    from confiture.dbt.manifest import DbtManifest
    from confiture.models.dbt import DbtInfo

    path = manifest_path(options)
    start = time.perf_counter()
    manifest = DbtManifest.load(path, strict=options.strict)
    seconds = time.perf_counter() - start
    metadata = manifest.metadata
    told = {name: _told(metadata.get(name)) for name in _TOLD}
    info = DbtInfo(
        ok=True,
        file=output.encodable(path),
        bytes=manifest.size,
        schema_version=manifest.schema_version,
        nodes=manifest.node_count,
        resources=manifest.counts,
        disabled=len(manifest.disabled()),
        dangling=manifest.dangling(),
        cycle=manifest.find_cycle(),
        engine=engine_name(),
        load_seconds=round(seconds, 4),
        **told,
    )
    if options.format == "json":
        from confiture.artifacts import dumps_json

        output.write(dumps_json(info) + "\n")
        return 0
    output.write("".join(f"{line}\n" for line in _lines(path, info)))
    return 0


def _told(value: object) -> str | None:
    """A text of the metadata, as every document can hold it; dbt 2 may have something else there."""
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else None


def _lines(path: str, info: DbtInfo) -> list[str]:
    version = f"dbt {_named(info.dbt_version)}, schema v{info.schema_version}"
    lines = [output.shown(path), f"  {version}, written {_named(info.generated_at)}"]
    if info.project_name or info.adapter_type:
        lines.append(f"  project {_named(info.project_name)}, adapter {_named(info.adapter_type)}")
    milliseconds = info.load_seconds * 1000
    lines.append(f"  {info.bytes / _MEGABYTE:.1f} MB, loaded in {milliseconds:.0f} ms ({info.engine})")
    width = max((len(str(count)) for count in info.resources.values()), default=1)
    lines += [f"  {count:>{width}} {_named(kind)}" for kind, count in sorted(info.resources.items())]
    lines.append(f"  {info.disabled} disabled")
    if info.dangling:
        lines.append(f"  dependencies on what is not there: {', '.join(map(_named, info.dangling))}")
    if info.cycle:
        lines.append(f"  a cycle: {' -> '.join(map(_named, info.cycle))}")
    return lines


def _named(value: str | None) -> str:
    """A text of the manifest as it can be shown: a terminal obeys control characters."""
    return display_path(value) if value else "(unknown)"


def _extract(options: Namespace) -> int:
    from confiture.artifacts import dumps_json, dumps_msgpack
    from confiture.artifacts.documents import encoding_of_path
    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.extraction import extract
    from confiture.dbt.manifest import DbtManifest

    path = manifest_path(options)
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
    write_made(content, options.output, made_of=[read for read in (path, catalog_path) if read is not None])
    return 0
