"""Stopping a query where it runs: on the server, or in the process that has the database."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from confiture.warehouse.failures import cannot_cancel

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["RunningQuery", "can_stop"]

_CANCEL_SECONDS = 10.0


def can_stop(dialect: str) -> bool:
    """Whether queries of this kind of warehouse can be stopped from here."""
    return dialect in ("duckdb", "postgresql")


class RunningQuery:
    """A query while it runs; other threads may stop it, and so does its timeout.

    Args:
        dialect: The kind of warehouse.
        driver: The driver's own connection.
        timeout: Seconds after which it is stopped; None for never.

    Attributes:
        was_stopped: Whether it was told to stop.
        is_late: Whether that was its timeout.
        timeout: As given.

    Raises:
        DatabaseError: ``DATABASE_018``: it has a timeout and cannot be stopped.
    """

    def __init__(self, dialect: str, driver: Any, timeout: float | None) -> None:
        if timeout is not None and not can_stop(dialect):
            raise cannot_cancel(dialect)
        self.was_stopped = False
        self.is_late = False
        self._driver = driver
        self._dialect = dialect
        self.timeout = timeout
        # Nobody may stop what comes after the query on the same connection.
        self._lock = threading.Lock()
        self._is_running = False
        self._timer = None if timeout is None else threading.Timer(timeout, self._stop_late)
        if self._timer is not None:
            self._timer.daemon = True

    def __enter__(self) -> RunningQuery:
        self._is_running = True
        if self._timer is not None:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._is_running = False

    def _stop_late(self) -> None:
        self.stop(is_late=True)

    def stop(self, *, is_late: bool = False) -> None:
        """Stop the query, if it still runs.

        Raises:
            DatabaseError: ``DATABASE_018``: it cannot be stopped.
        """
        if not can_stop(self._dialect):
            raise cannot_cancel(self._dialect)
        with self._lock:
            if not self._is_running or self.was_stopped:
                return
            self.was_stopped = True
            self.is_late = is_late
            if self._dialect == "duckdb":
                self._driver.interrupt()
            else:
                self._driver.cancel_safe(timeout=_CANCEL_SECONDS)
