"""Tells the caller how far a job is, rarely enough to cost nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confiture._interface import Progress

_FILES_PER_REPORT = 256


def report(progress: Progress | None, done: int, total: int) -> None:
    """Tell `progress` once in a while how many files are done; the last one is left to `report_end`."""
    if progress is not None and done % _FILES_PER_REPORT == 0 and done < total:
        progress(done, total)


def report_end(progress: Progress | None, total: int) -> None:
    """Tell `progress` that all files are done."""
    if progress is not None:
        progress(total, total)
