"""Giving a report to who asked for it: printed, or written to a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from confiture.cli import output

if TYPE_CHECKING:
    from argparse import Namespace

__all__ = ["deliver", "refuse_page_on_terminal"]


def deliver(text: str, path: str | None, summary: str = "") -> None:
    """Print a report, or write it to a file and say so.

    Args:
        text: The report.
        path: The file; None to print it.
        summary: What to print before the word about the file.

    Raises:
        ConfiturError: It cannot be written.
    """
    if path is None:
        output.write(text)
        return
    from confiture.core.outputs import check_output, prepare_output, write_file

    written = check_output(path)
    prepare_output(written)
    write_file(written, text.encode("utf-8", "surrogateescape"))
    output.note(f"{summary}Wrote {output.shown(written)}\n")


def refuse_page_on_terminal(options: Namespace, command: str) -> None:
    """Refuse to print HTML where a person would have to read it; raises ``UsageError``."""
    if options.format == "html" and options.output is None and sys.stdout and sys.stdout.isatty():
        from confiture.cli.main import UsageError

        raise UsageError(
            "A page of HTML is not for a terminal.",
            resolution_hint=f"Write it to a file, as in: confiture {command} -f html -o lineage.html",
        )
