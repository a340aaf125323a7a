"""``confiture dbt ls``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.cli import output, terminal
from confiture.cli.dbt_target import add_target, load_manifest, manifest_path
from confiture.cli.options import add_format, not_empty

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from confiture.dbt.manifest import DbtManifest
    from confiture.dbt.selection import DbtSelection

__all__ = ["add_arguments", "checked_types", "run"]

_OUTPUTS = ("selector", "name", "path", "id", "json")
_MODES = ("eager", "cautious", "buildable", "empty")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the action's options, which are those of ``dbt ls``."""
    add_target(parser)
    parser.add_argument(
        "-s", "--select", nargs="+", action="extend", default=[], metavar="SELECTION", help="what to list"
    )
    parser.add_argument(
        "--exclude", nargs="+", action="extend", default=[], metavar="SELECTION", help="what to leave out"
    )
    parser.add_argument("--selector", type=not_empty, metavar="NAME", help="a selector of selectors.yml")
    parser.add_argument(
        "--state",
        type=not_empty,
        metavar="DIR",
        help="what state:, result: and source_status: compare with: where dbt wrote before",
    )
    parser.add_argument(
        "--indirect-selection",
        choices=_MODES,
        default="eager",
        help="which tests come along with what they test (default: eager)",
    )
    parser.add_argument(
        "--resource-type", nargs="+", action="extend", default=[], metavar="TYPE", help="types to list"
    )
    parser.add_argument(
        "--exclude-resource-type",
        nargs="+",
        action="extend",
        default=[],
        metavar="TYPE",
        help="types to leave out",
    )
    parser.add_argument(
        "--output", choices=_OUTPUTS, default="selector", help="what to print (default: selector)"
    )
    parser.add_argument(
        "--output-keys",
        nargs="+",
        action="extend",
        default=[],
        metavar="KEY",
        help="with --output json: what of it",
    )
    add_format(parser)


def run(options: Namespace) -> int:
    """List what is selected; returns the exit code."""
    _refuse_conflicts(options)
    from confiture.dbt.selection import select

    manifest = load_manifest(options)
    selection = select(
        manifest,
        options.select,
        options.exclude,
        selector=options.selector,
        state=options.state,
        target=os.path.dirname(manifest_path(options)),
        indirect_selection=options.indirect_selection,
        resource_types=checked_types(options.resource_type),
        exclude_resource_types=checked_types(options.exclude_resource_type),
        strict=options.strict,
    )
    if options.format == "json":
        output.write(_document(manifest, selection))
        return 0
    for unmatched in selection.unmatched:
        hint = f" {unmatched.hint}" if unmatched.hint else ""
        terminal.show_warning(f'"{display_path(unmatched.text)}" selects nothing.{hint}')
    output.write("".join(f"{line}\n" for line in _lines(options, selection)))
    return 0


def _refuse_conflicts(options: Namespace) -> None:
    from confiture.cli.main import UsageError

    if options.selector is not None and (options.select or options.exclude):
        raise UsageError(
            "--selector is used instead of --select and --exclude, not with them.",
            resolution_hint="Leave one of them out.",
        )
    if options.output_keys and options.output != "json":
        raise UsageError(
            "--output-keys is for --output json.", resolution_hint="Add --output json, or leave the keys out."
        )


def checked_types(asked: list[str]) -> list[str]:
    """Resource types of an option.

    Raises:
        UsageError: There is no such type.
    """
    from confiture.dbt.selection import KNOWN_TYPES

    known = (*KNOWN_TYPES, "all", "default")
    for kind in asked:
        if kind not in known:
            from confiture.cli.main import UsageError
            from confiture.config.suggestions import did_you_mean

            raise UsageError(
                f"There is no resource type {kind!r}.",
                resolution_hint=did_you_mean(kind, known, f"There are {', '.join(sorted(known))}."),
            )
    return asked


def _lines(options: Namespace, selection: DbtSelection) -> list[str]:
    if options.output == "json":
        return selection.json_lines(options.output_keys)
    texts = {
        "selector": lambda: selection.selectors,
        "name": lambda: selection.names,
        "path": lambda: selection.paths,
        "id": lambda: list(selection),
    }
    return [display_path(text) for text in texts[options.output]()]


def _document(manifest: DbtManifest, selection: DbtSelection) -> str:
    from confiture._backend import engine_name
    from confiture.artifacts import dumps_json
    from confiture.models.dbt_selection import DbtSelected, DbtSelectionDocument, DbtUnmatched

    kinds = {row[0]: row[1] for row in manifest._rows}
    rows = zip(selection, selection.names, selection.paths, selection.selectors, strict=True)
    document = DbtSelectionDocument(
        ok=True,
        resources=tuple(
            DbtSelected(
                unique_id=unique_id, resource_type=kinds[unique_id], name=name, path=path, selector=selector
            )
            for unique_id, name, path, selector in rows
        ),
        unmatched=tuple(DbtUnmatched(text=text, hint=hint) for text, hint in selection.unmatched),
        engine=engine_name(),
    )
    return dumps_json(document) + "\n"
