"""Giving a report to who asked for it: printed, or written to a file."""

from __future__ import annotations

from confiture.cli import output

__all__ = ["deliver"]


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
