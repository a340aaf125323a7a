"""How long the parts of a command's work take."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Phase", "Phases"]


class Phase(msgspec.Struct, frozen=True):
    """A part of the work that is done.

    Attributes:
        name: What it is called.
        at: When it began, in seconds from the start.
        seconds: How long it took.
    """

    name: str
    at: float
    seconds: float


class Phases:
    """The phases of a run, in the order in which they ended.

    Attributes:
        finished: Those that are done.
    """

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self.finished: list[Phase] = []

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Measure what happens inside, also if it fails."""
        at = self.seconds
        try:
            yield
        finally:
            self.finished.append(Phase(name, at, self.seconds - at))
