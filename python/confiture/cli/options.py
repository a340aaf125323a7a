"""Options that several commands share."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, _SubParsersAction

__all__ = ["add_action", "add_environment", "add_format", "add_output", "add_server", "not_empty"]


def not_empty(text: str) -> str:
    """The option's value; empty ones come from unset variables and are never meant."""
    if not text:
        raise ArgumentTypeError("the value is empty")
    return text


def add_action(
    actions: _SubParsersAction[ArgumentParser], name: str, summary: str, examples: str
) -> ArgumentParser:
    """Add an action of a command, whose help has its summary and those of the examples that are about it.

    Args:
        actions: The actions of the command.
        name: What the action is called.
        summary: What it does, in the list of the actions.
        examples: The examples of the command.

    Returns:
        The parser of the action.
    """
    shown, goes_on = [], False
    for line in examples.splitlines():
        if goes_on or line.split()[2:3] == [name]:
            shown.append(line)
            goes_on = line.endswith("\\")
    return actions.add_parser(
        name,
        help=summary,
        description=f"{summary[:1].upper()}{summary[1:]}.",
        epilog="\n".join(["examples:", *shown]),
    )


def add_environment(parser: ArgumentParser) -> None:
    """Add ``--env`` and ``--project-dir``."""
    parser.add_argument(
        "-e",
        "--env",
        default="local",
        metavar="NAME",
        help="environment: reads db/environments/NAME.yaml (default: local)",
    )
    parser.add_argument(
        "--project-dir",
        type=not_empty,
        metavar="DIR",
        help="directory of the project (default: the current one)",
    )


def add_output(parser: ArgumentParser) -> None:
    """Add ``--output``, the file of a report."""
    parser.add_argument(
        "-o",
        "--output",
        type=not_empty,
        metavar="FILE",
        help="write the report to FILE instead of printing it",
    )


def add_format(parser: ArgumentParser, *more: str) -> None:
    """Add ``--format``, with more choices than text and JSON if there are."""
    parser.add_argument(
        "-f",
        "--format",
        choices=("text", "json", *more),
        default="text",
        help="output for people or as one JSON document, errors too"
        + "".join(f", or as {name}" for name in more)
        + " (default: text)",
    )


def add_server(parser: ArgumentParser, exact: str | None = None) -> None:
    """Add the options that choose a server to load into.

    Args:
        parser: The parser of the command.
        exact: What ``--exact`` does, for a command that needs no server without it.
    """
    if exact is not None:
        parser.add_argument(
            "--exact", action="store_true", help=f"{exact} (needs the extra confiture[postgres], or --server)"
        )
    parser.add_argument(
        "--server",
        type=not_empty,
        metavar="URL",
        help="a server on which databases may be made and dropped, instead of a throwaway one"
        + ("" if exact is None else "; means --exact"),
    )
    parser.add_argument(
        "--create-roles",
        action="store_true",
        help="make the roles that --server lacks there, and drop them afterwards",
    )
