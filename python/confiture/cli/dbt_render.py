"""``confiture dbt render``."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Any

from confiture.cli import output
from confiture.cli.dbt_target import add_target, load_manifest, manifest_path
from confiture.cli.options import add_format, not_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.dbt.manifest import DbtManifest

__all__ = ["add_arguments", "project_dir", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Add the action's options."""
    add_target(parser)
    parser.add_argument(
        "node",
        type=not_empty,
        metavar="NODE",
        help="unique id or name of a model, analysis, snapshot or test; - reads the standard input",
    )
    parser.add_argument(
        "--vars",
        type=_mapping,
        default={},
        metavar="YAML",
        help="variables, as a mapping; they come before those of dbt_project.yml",
    )
    parser.add_argument(
        "--target",
        type=_mapping,
        default={},
        metavar="YAML",
        help="facts of the target, as a mapping: what templates read of it and the manifest does not tell",
    )
    parser.add_argument("--target-name", type=not_empty, metavar="NAME", help="the target's name")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--incremental", action="store_true", help="render incremental models as if their tables were there"
    )
    kind.add_argument("--full-refresh", action="store_true", help="render them as if not (default)")
    parser.add_argument(
        "--project-dir",
        type=not_empty,
        metavar="DIR",
        help="where dbt_project.yml is (default: the directory above target, if it is there)",
    )
    add_format(parser)


def _mapping(text: str) -> dict[str, Any]:
    import yaml

    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ArgumentTypeError("the value is no YAML") from None
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ArgumentTypeError("the value is no mapping of names, such as '{name: value}'")
    return value


def run(options: Namespace) -> int:
    """Run the action; returns the exit code."""
    from confiture.dbt.rendering import render

    manifest = load_manifest(options)
    template = _template(options.node, manifest)
    target = dict(options.target)
    if options.target_name is not None:
        target["name"] = options.target_name
    text = render(
        manifest,
        template,
        vars=options.vars,
        target=target,
        is_incremental=options.incremental,
        project_dir=project_dir(options.project_dir, manifest_path(options)),
    )
    if options.format == "json":
        from confiture.artifacts import dumps_json

        unique_id = None if options.node == "-" else template
        output.write(dumps_json({"ok": True, "unique_id": unique_id, "compiled_code": text}) + "\n")
    else:
        output.write(text + "\n")
    return 0


def _template(node: str, manifest: DbtManifest) -> str:
    """What is to be rendered: a unique id, or a text."""
    from confiture._manifest_failures import unknown_resource
    from confiture.dbt.selection.failures import several_resources
    from confiture.dbt.template_failures import text_unreadable

    if node == "-":
        content = sys.stdin.buffer.read()
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise text_unreadable(error.start) from None
    if node in manifest:
        return node
    kinds = ("model", "analysis", "snapshot", "test")
    named = [
        each.unique_id for kind in kinds for each in manifest.resources(kind) if each.get("name") == node
    ]
    if len(named) == 1:
        return named[0]
    if any(manifest[unique_id].resource_type in ("model", "snapshot") for unique_id in named):
        return manifest.resolve_ref(node).unique_id
    if named:
        raise several_resources(node, named)
    names = [str(each.get("name")) for kind in kinds for each in manifest.resources(kind)]
    raise unknown_resource(node, [*names, *(each.unique_id for each in manifest)])


def project_dir(given: str | None, path: str) -> str | None:
    """The directory of the project whose manifest is at `path`; None if it is not there."""
    if given is not None:
        return given
    above = os.path.join(os.path.dirname(path), os.pardir)
    return above if os.path.isfile(os.path.join(above, "dbt_project.yml")) else None
