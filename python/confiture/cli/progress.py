"""A progress bar for work that lasts; everything here goes to the standard error."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from confiture.cli import terminal

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress

__all__ = ["SlowProgress", "wants_progress"]

#: Seconds after which work is long enough for a progress bar.
_PATIENCE = 0.5

#: Seconds between two looks of the bar.
_PAUSE = 0.1


def wants_progress() -> bool:
    """Whether somebody watches: at a terminal that takes colours, and not in continuous integration."""
    in_integration = os.environ.get("CI", "").lower() not in ("", "0", "false")
    return sys.stderr is not None and terminal.has_colour() and not in_integration


class SlowProgress:
    """A progress bar that appears when the work lasts and somebody watches, and goes when the work ends.

    Calling it with what is done and the total, or None where nobody knows one, moves it. It draws when it is
    called and runs no thread, so that work may fork.

    Args:
        title: What is done, as ``Reading``.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        # The first look is that of work that lasts.
        self._next_look = time.monotonic() + _PATIENCE
        self._bar: Progress | None = None
        self._is_shown = wants_progress()

    def __enter__(self) -> SlowProgress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_shown = False
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Say that `done` pieces of `total` are done."""
        if not self._is_shown or time.monotonic() < self._next_look:
            return
        if self._bar is None:
            self._bar = self._start(done, total)
        task = self._bar.task_ids[0]
        self._bar.update(task, description=self._title, completed=done, total=total, refresh=True)
        self._next_look = time.monotonic() + _PAUSE

    def begin(self, title: str) -> None:
        """Say that another part of the work begins, which counts from 0."""
        self._title = title
        self(0)

    def _start(self, done: int, total: int | None) -> Progress:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn() if total is None else TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
        )
        bar.add_task(self._title, completed=done, total=total)
        bar.start()
        return bar
