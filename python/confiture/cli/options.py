"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

__all__ = ["add_environment", "add_format"]


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
        metavar="DIR",
        help="directory of the project (default: the current one)",
    )


def add_format(parser: ArgumentParser) -> None:
    """Add ``--format``."""
    parser.add_argument(
        "-f",
        "--format",
        choices=("text", "json"),
        default="text",
        help="output for people or as one JSON document, errors too (default: text)",
    )
