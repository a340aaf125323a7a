"""Talking to a person: everything here goes to the standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from confiture.cli.output import discard

if TYPE_CHECKING:
    from typing import TextIO

__all__ = [
    "has_colour",
    "say",
    "show_error",
    "show_skipped",
    "show_warning",
    "width",
]

_COLUMNS = 100


def has_colour(stream: TextIO | None = None) -> bool:
    """Whether a stream (default: the standard error) takes colours. ``NO_COLOR`` is that of no-color.org."""
    stream = sys.stderr if stream is None else stream
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of the terminal, or 100."""
    try:
        return os.get_terminal_size().columns or _COLUMNS
    except OSError:
        return _COLUMNS


def say(text: str) -> None:
    """Print a line of talk."""
    try:
        sys.stderr.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stderr.flush()
    except OSError:
        # There is nobody to talk to; the exit code says the rest.
        discard(sys.stderr)


def show_error(message: str, hint: str | None) -> None:
    """Print an error and the way out."""
    say(f"{_styled('error:', '1;31')} {message}")
    if hint:
        say(f"{_styled('hint:', '1;36')} {hint}")


def show_warning(message: str) -> None:
    """Print a warning."""
    say(f"{_styled('warning:', '1;33')} {message}")


def show_skipped(path: str, reason: str) -> None:
    """Print that something was left aside; see `confiture.models.build.SkippedPath`."""
    text = {
        "linked_directory": "is a symbolic link to a directory and was not followed",
        "missing_directory": "does not exist and was passed over (auto_discover)",
        "missing_exclusion": "is listed in exclude_dirs and does not exist",
    }[reason]
    say(f"{_styled('note:', '1;34')} {path} {text}.")


def _styled(text: str, codes: str) -> str:
    return f"\x1b[{codes}m{text}\x1b[0m" if has_colour() else text
