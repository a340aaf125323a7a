"""``confiture dbt lineage``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.cli import output
from confiture.cli.column_lineage import add_columns, is_of_columns, refuse_column_conflicts, show_columns
from confiture.cli.dbt_target import add_target, load_manifest, manifest_path, side_path
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
    add_columns(parser)
    parser.add_argument(
        "--catalog",
        type=not_empty,
        metavar="FILE",
        help="with --column: catalog that tells columns (default: catalog.json beside the manifest)",
    )
    parser.add_argument("-f", "--format", choices=FORMATS, default="tree", help="output (default: tree)")
    parser.add_argument(
        "-o", "--output", type=not_empty, metavar="FILE", help="write to FILE instead of printing"
    )


def run(options: Namespace) -> int:
    """Show a lineage; returns the exit code."""
    refuse_conflicts(options, "dbt lineage stg_orders", "dbt lineage")
    refuse_column_conflicts(options, "dbt lineage stg_orders")
    if is_of_columns(options):
        return _columns(options)
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
    read = [manifest_path(options)] + ([] if options.against is None else [side_path(options.against)])
    deliver(rendered(lineage, options, changes), options.output, made_of=read)
    return 0


def _columns(options: Namespace) -> int:
    """Show which columns come from which."""
    import os

    from confiture.cli.dbt_render import project_dir
    from confiture.column_lineage.dbt_project import dbt_project
    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.lineage import find_resource

    manifest = load_manifest(options)
    path = manifest_path(options)
    beside = os.path.join(os.path.dirname(path), "catalog.json")
    catalog_path = options.catalog or (beside if os.path.exists(beside) else None)
    catalog = None if catalog_path is None else DbtCatalog.load(catalog_path, strict=options.strict)
    node = None if options.object is None else find_resource(manifest, options.object)
    directory = project_dir(None, path)
    read = [path, *([] if catalog_path is None else [catalog_path])]
    read += [] if directory is None else [os.path.join(directory, "dbt_project.yml")]
    return show_columns(
        dbt_project(manifest, catalog, directory),
        node,
        options,
        lambda text: deliver(text, options.output, made_of=read),
    )
