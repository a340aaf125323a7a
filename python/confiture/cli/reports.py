"""Giving a report to who asked for it: printed, or written to a file."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from confiture._failures import output_was_read
from confiture.cli import output

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

__all__ = ["deliver", "refuse_page_on_terminal", "write_made"]


def deliver(text: str, path: str | None, summary: str = "", *, made_of: Iterable[str] = ()) -> None:
    """Print a report, or write it to a file and say so.

    Args:
        text: The report.
        path: The file; None to print it.
        summary: What to print before the word about the file.
        made_of: Files that were read for it, which are not overwritten.

    Raises:
        ConfiturError: It cannot be written.
    """
    if path is None:
        output.write(text)
        return
    write_made(text.encode("utf-8", "surrogateescape"), path, made_of=made_of, summary=summary)


def write_made(content: bytes, path: str, *, made_of: Iterable[str], summary: str = "") -> None:
    """Write what was made of files to another one and say so.

    Args:
        content: What to write.
        path: The file.
        made_of: Files that were read for it, which are not overwritten.
        summary: What to print before the word about the file.

    Raises:
        ConfiturError: It cannot be written, or is one of those that were read.
    """
    from confiture.core.outputs import check_output, prepare_output, write_file

    written = check_output(path)
    if written in map(os.path.realpath, made_of):
        raise output_was_read(written)
    prepare_output(written)
    write_file(written, content)
    output.note(f"{summary}Wrote {output.shown(written)}\n")


def refuse_page_on_terminal(options: Namespace, command: str) -> None:
    """Refuse to print HTML where a person would have to read it; raises ``UsageError``."""
    if options.format == "html" and options.output is None and sys.stdout and sys.stdout.isatty():
        from confiture.cli.main import UsageError

        raise UsageError(
            "A page of HTML is not for a terminal.",
            resolution_hint=f"Write it to a file, as in: confiture {command} -f html -o lineage.html",
        )
