"""``confiture dbt lineage``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output
from confiture.cli.dbt_target import add_target, load_manifest, side_path
from confiture.cli.lineage import FORMATS, depth, direction, refuse_conflicts, rendered
from confiture.cli.options import not_empty
from confiture.cli.reports import deliver

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the action's options, which are those of ``confiture lineage``."""
    parser.add_argument(
        "object", nargs="?", type=not_empty, metavar="NODE", help="unique id or name (default: all)"
    )
    add_target(parser)
    parser.add_argument("--upstream", action="store_true", help="only what it depends on")
    parser.add_argument("--downstream", action="store_true", help="only what depends on it")
    parser.add_argument("--depth", type=depth, metavar="N", help="stop after N steps (default: never)")
    parser.add_argument(
        "--resource-type",
        nargs="+",
        action="extend",
        default=[],
        metavar="TYPE",
        help="types to follow (default: all but tests, unit tests and analyses)",
    )
    parser.add_argument(
        "--against",
        type=not_empty,
        metavar="STATE",
        help="show what is different from this manifest, or that of this directory (with --format html)",
    )
    parser.add_argument("-f", "--format", choices=FORMATS, default="tree", help="output (default: tree)")
    parser.add_argument(
        "-o", "--output", type=not_empty, metavar="FILE", help="write to FILE instead of printing"
    )


def run(options: Namespace) -> int:
    """Show a lineage; returns the exit code."""
    refuse_conflicts(options, "dbt lineage stg_orders", "dbt lineage")
    from confiture._backend import engine_name
    from confiture.cli.dbt_ls import checked_types
    from confiture.dbt.lineage import DRAWN_TYPES, called, find_resource, lineage_graph
    from confiture.dbt.selection import expanded_types
    from confiture.lineage.document import make_lineage

    types = expanded_types(checked_types(options.resource_type), DRAWN_TYPES)
    manifest = load_manifest(options)
    focus = None if options.object is None else find_resource(manifest, options.object)
    graph = lineage_graph(manifest, types, focus)
    changes = None
    if options.against is not None:
        from confiture.dbt.lineage import compared_manifests
        from confiture.dbt.manifest import DbtManifest

        before = DbtManifest.load(side_path(options.against), strict=options.strict)
        graph, changes = compared_manifests(
            before, manifest, types, focus, name=output.encodable(options.against)
        )
    lineage = make_lineage(
        graph,
        None if focus is None else called(focus, manifest[focus].resource_type),
        direction=direction(options),
        depth=options.depth,
        environment=str(manifest.metadata.get("project_name") or ""),
        engine=engine_name(),
    )
    deliver(rendered(lineage, options, changes), options.output)
    return 0
