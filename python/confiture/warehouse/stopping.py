"""Stopping a query where it runs: on the server, or in the process that has the database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

__all__ = ["RunningQuery", "StoppingWays", "label_jobs"]

#: The label that the jobs of a connection to BigQuery have, each connection with another value.
_LABEL = "confiture_connection"

_CANCEL_SECONDS = 10.0

#: Seconds after which a query that still runs is told to stop once more: a server that has only just taken it
#: does not know it yet.
_AGAIN_SECONDS = 1.0

#: How far the clock of BigQuery may be from that of this machine.
_CLOCKS_DIFFER = timedelta(minutes=10)


class StoppingWays(NamedTuple):
    """What a query of a connection can be stopped with.

    Attributes:
        driver: The driver's own connection.
        cursor: Gives the driver's cursor that ran last; None if there is none.
        elsewhere: Runs SQL on another connection to the same database.
        known: What was noted when the connection was made: for BigQuery its ``client`` and ``mark``.
    """

    driver: Any
    cursor: Callable[[], Any]
    elsewhere: Callable[[str], None]
    known: Mapping[str, Any]


class RunningQuery:
    """A query while it runs; other threads may stop it, and so does its timeout.

    Args:
        dialect: The kind of warehouse.
        ways: What it can be stopped with.
        timeout: Seconds after which it is stopped; None for never.

    Attributes:
        was_stopped: Whether it was told to stop.
        is_late: Whether that was its timeout.
        timeout: As given.
        failure: What went wrong when it was last told to stop, if anything.
    """

    def __init__(self, dialect: str, ways: StoppingWays, timeout: float | None) -> None:
        self.was_stopped = False
        self.is_late = False
        self.timeout = timeout
        self.failure: Exception | None = None
        self._ways = ways
        self._stop = _STOPS[dialect]
        self._began = datetime.now(UTC)
        # Nobody may stop what comes after the query on the same connection.
        self._lock = threading.Lock()
        self._is_running = False
        self._timer = None if timeout is None else self._timer_of(timeout, self._stop_late)

    def __enter__(self) -> RunningQuery:
        self._is_running = True
        if self._timer is not None:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_running = False
            if self._timer is not None:
                self._timer.cancel()

    def _timer_of(self, seconds: float, work: Callable[[], None]) -> threading.Timer:
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        return timer

    def _stop_late(self) -> None:
        self.stop(is_late=True)

    def stop(self, *, is_late: bool = False) -> None:
        """Stop the query, if it still runs; `failure` says whether the server could be told."""
        with self._lock:
            if self._is_running and not self.was_stopped:
                self.was_stopped = True
                self.is_late = is_late
                self._tell()

    def _stop_again(self) -> None:
        with self._lock:
            if self._is_running:
                self._tell()

    def _tell(self) -> None:
        self.failure = None
        try:
            self._stop(self._ways, self._began)
        except Exception as error:  # noqa: BLE001
            # Drivers raise errors of all kinds, and this may be a thread that nobody waits for.
            self.failure = error
        self._timer = self._timer_of(_AGAIN_SECONDS, self._stop_again)
        self._timer.start()


def label_jobs(client: Any, mark: str) -> None:
    """Have all jobs of a client of BigQuery labelled, so that its queries can be found."""
    config = client.default_query_job_config
    if config is None:
        config = import_module("google.cloud.bigquery").QueryJobConfig()
    config.labels = {**config.labels, _LABEL: mark}
    client.default_query_job_config = config


def _stop_duckdb(ways: StoppingWays, _: datetime) -> None:
    ways.driver.interrupt()


def _stop_postgresql(ways: StoppingWays, _: datetime) -> None:
    ways.driver.cancel_safe(timeout=_CANCEL_SECONDS)


def _stop_redshift(ways: StoppingWays, _: datetime) -> None:
    # https://docs.aws.amazon.com/redshift/latest/dg/PG_CANCEL_BACKEND.html
    ways.elsewhere(f"SELECT pg_cancel_backend({int(ways.driver.get_backend_pid())})")


def _stop_snowflake(ways: StoppingWays, _: datetime) -> None:
    # https://docs.snowflake.com/en/sql-reference/functions/system_cancel_all_queries
    ways.elsewhere(f"SELECT SYSTEM$CANCEL_ALL_QUERIES({int(ways.driver.session_id)})")


def _stop_bigquery(ways: StoppingWays, began: datetime) -> None:
    # The driver tells the job of a query when that is over. https://cloud.google.com/bigquery/docs/managing-jobs
    for job in ways.known["client"].list_jobs(min_creation_time=began - _CLOCKS_DIFFER):
        if job.state != "DONE" and (job.labels or {}).get(_LABEL) == ways.known["mark"]:
            job.cancel()


def _stop_databricks(ways: StoppingWays, _: datetime) -> None:
    # https://docs.databricks.com/dev-tools/python-sql-connector.html: it may be called by another thread.
    cursor = ways.cursor()
    if cursor is not None:
        cursor.cancel()


_STOPS: dict[str, Callable[[StoppingWays, datetime], None]] = {
    "duckdb": _stop_duckdb,
    "postgresql": _stop_postgresql,
    "redshift": _stop_redshift,
    "snowflake": _stop_snowflake,
    "bigquery": _stop_bigquery,
    "databricks": _stop_databricks,
}
