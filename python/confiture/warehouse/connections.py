"""A connection to a warehouse: running SQL, and stopping it."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.exceptions import DatabaseError
from confiture.warehouse.addresses import read_url
from confiture.warehouse.arrow import arrow_result, has_arrow
from confiture.warehouse.failures import closed, database_failure, no_arrow, not_stopped, stopped
from confiture.warehouse.stopping import RunningQuery, StoppingWays, label_jobs

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType
    from typing import TypeVar

    import pyarrow
    from sqlalchemy import Connection, Executable

    from confiture.warehouse.addresses import Address

    T = TypeVar("T")

__all__ = ["QueryResult", "Warehouse"]

_BATCH = 10_000
_LOCKED = "DATABASE_016"
_PAUSE = 0.05


class QueryResult(NamedTuple):
    """What a statement gives.

    Attributes:
        columns: The names of the columns; of a statement without a result what the driver gives.
        rows: The rows.
    """

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Warehouse:
    """One connection, opened by its first use; its methods may be called by several threads in turn.

    Args:
        address: Where it is.
        wait: Seconds to wait for another process that has a DuckDB file open.
        deadline: A moment of ``time.monotonic``: what still runs then is stopped as by a timeout, and nothing
            is begun later; None for none.
    """

    def __init__(self, address: Address, *, wait: float = 30.0, deadline: float | None = None) -> None:
        self._address = address
        self._wait = wait
        self._deadline = deadline
        self._engine: Any = None
        self._connection: Connection | None = None
        self._running: RunningQuery | None = None
        self._cursor: Any = None
        self._known: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._in_transaction = False
        self._spoilt_by: BaseException | None = None
        self._is_closed = False

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        connect_args: Mapping[str, Any] | None = None,
        wait: float = 30.0,
        read_only: bool = False,
    ) -> Warehouse:
        """The warehouse of a URL.

        Args:
            url: ``duckdb:///file.duckdb``, ``duckdb:///:memory:``, ``postgresql://user@host:port/database``
                as libpq takes it, or what the SQLAlchemy dialects of Redshift, Snowflake, BigQuery and
                Databricks take.
            connect_args: What the driver is given beside it.
            wait: Seconds to wait for another process that has a DuckDB file open.
            read_only: Whether a DuckDB file is opened to be read alone, beside others who read it.

        Raises:
            ConfigurationError: ``CONFIG_040``: this is no such URL.
            ArtifactError: ``ARTIFACT_009``: a library is not installed.
        """
        return cls(read_url(url, connect_args, read_only=read_only), wait=wait)

    @classmethod
    def from_dbt_profile(
        cls,
        path: str | os.PathLike[str],
        profile: str,
        target: str | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        wait: float = 30.0,
        read_only: bool = False,
    ) -> Warehouse:
        """The warehouse that dbt would connect to.

        Args:
            path: A ``profiles.yml``.
            profile: The name of the profile in it.
            target: The name of the output; None for the profile's own choice.
            environment: The variables that ``env_var`` reads; default: those of this process.
            wait: Seconds to wait for another process that has a DuckDB file open.
            read_only: Whether a DuckDB file is opened to be read alone, beside others who read it.

        Raises:
            ConfigurationError: ``CONFIG_041``: the file does not say how to connect; ``CONFIG_014``: a
                variable is not set.
            ArtifactError: ``ARTIFACT_009``: a library is not installed.
        """
        from confiture.warehouse.profiles import read_profile

        return cls(read_profile(path, profile, target, environment, read_only=read_only), wait=wait)

    @property
    def dialect(self) -> str:
        """The kind of warehouse: ``duckdb``, ``postgresql``, ``snowflake`` …."""
        return self._address.dialect

    @property
    def shown(self) -> str:
        """The place, as it may be printed."""
        return self._address.shown

    def __repr__(self) -> str:
        return f"Warehouse({self.dialect}: {self.shown})"

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; nothing can be asked any more."""
        with self._lock:
            self._is_closed = True
            self._drop_connection()

    def quote(self, name: str) -> str:
        """A name as SQL has it between quotes, whatever is in it."""
        preparer = self._made_engine().dialect.identifier_preparer
        # The preparer's own function also doubles what is a placeholder to some drivers.
        inside = name.replace(preparer.escape_quote, preparer.escape_to_quote)
        return f"{preparer.initial_quote}{inside}{preparer.final_quote}"

    def execute(
        self, sql: str | Executable, params: Mapping[str, Any] | None = None, *, timeout: float | None = None
    ) -> QueryResult:
        """Run a statement.

        Outside of `transaction`, what it changes is committed.

        Args:
            sql: SQL of the warehouse, or a construct of SQLAlchemy.
            params: Values of ``:name`` in the SQL, between quotes too; a backslash keeps it a colon.
                Without values nothing is taken for a parameter.
            timeout: Seconds after which it is stopped on the server.

        Raises:
            DatabaseError: It fails, is cancelled, or takes too long.
        """

        def run(connection: Connection) -> QueryResult:
            result = _started(connection, sql, params)
            if not result.returns_rows:
                return QueryResult([], [])
            return QueryResult(list(result.keys()), [tuple(row) for row in result])

        return self._run(run, timeout)

    def stream(
        self,
        sql: str,
        params: Mapping[str, Any] | None = None,
        *,
        batch: int = _BATCH,
        timeout: float | None = None,
    ) -> Iterator[QueryResult]:
        """The rows of a query in parts, which are fetched as they are asked for.

        The connection can do nothing else until all are, or the iterator is closed.

        Args:
            sql: SQL of the warehouse.
            params: As of `execute`.
            batch: How many rows a part has, but for the last one.
            timeout: Seconds that the database may take for the query and each part of its rows.

        Raises:
            DatabaseError: As `execute`.
        """
        with self._lock:

            def start(connection: Connection) -> Any:
                return _started(connection, sql, params, stream_results=True, max_row_buffer=batch)

            result = self._run(start, timeout, finish=False)
            is_usable = False
            try:
                columns = list(result.keys()) if result.returns_rows else []
                while columns:
                    rows = self._run(lambda _: result.fetchmany(batch), timeout, finish=False)
                    if not rows:
                        break
                    yield QueryResult(columns, [tuple(row) for row in rows])
                is_usable = True
            except GeneratorExit:
                is_usable = True
                raise
            finally:
                result.close()
                # After an error there is nothing to finish, nor perhaps a connection.
                if is_usable:
                    self._run(lambda connection: None, None)

    def arrow(
        self, sql: str, params: Mapping[str, Any] | None = None, *, timeout: float | None = None
    ) -> pyarrow.Table:
        """The result of a query as an Arrow table; the drivers of PostgreSQL and Redshift have none.

        Args:
            sql: SQL of the warehouse.
            params: As of `execute`; in DuckDB they are values of ``$name``.
            timeout: As of `execute`.

        Raises:
            DatabaseError: As `execute`; ``DATABASE_019``: the driver has none.
            ArtifactError: ``ARTIFACT_009``: pyarrow is not installed.
        """
        if not has_arrow(self.dialect):
            raise no_arrow(self.dialect)
        try:
            import pyarrow as library
        except ModuleNotFoundError:
            library = None
        if library is None:
            from confiture.artifacts.failures import library_missing

            raise library_missing("pyarrow", "a result in Arrow's format", "arrow")

        def run(connection: Connection) -> Any:
            if self.dialect == "duckdb":
                found = _driver(connection).sql(sql, params=dict(params or {}))
                return library.table({}) if found is None else found.to_arrow_table()
            result = _started(connection, sql, params)
            return arrow_result(self.dialect, result.cursor) if result.returns_rows else library.table({})

        return self._run(run, timeout)

    def has_table(self, schema: str, name: str) -> bool:
        """Whether there is a table of this name in a schema.

        Raises:
            DatabaseError: It cannot be told.
        """

        def ask(connection: Connection) -> bool:
            from sqlalchemy import inspect, text

            if self.dialect == "bigquery":
                # Its information schema is one of each dataset, also of those that are not there.
                return bool(inspect(connection).has_table(name, schema=schema))
            sql = (
                "SELECT table_name FROM information_schema.tables "
                "WHERE table_schema = :schema AND table_name = :name"
            )
            if self.dialect == "duckdb":
                # There it has the tables of all databases that are attached.
                sql += " AND table_catalog = current_database()"
            found = connection.execute(text(sql), {"schema": schema, "name": name})
            return bool(found.fetchall())

        return self._run(ask, None)

    def cancel(self) -> None:
        """Stop the query that another thread runs now, on the server; nothing happens if there is none.

        Raises:
            DatabaseError: ``DATABASE_018``: the server could not be told.
        """
        running = self._running
        if running is not None:
            running.stop()
            if running.failure is not None:
                raise not_stopped(running.failure, self.shown, self._address.secrets) from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside is done as a whole or, after any error, not at all."""
        with self._lock:
            if self._in_transaction:
                raise RuntimeError("transactions are not nested")
            self._in_transaction = True
            is_done = False
            try:
                yield
                is_done = self._spoilt_by is None
            finally:
                spoilt_by, self._spoilt_by = self._spoilt_by, None
                self._in_transaction = False
                if not is_done:
                    self._roll_back()
            if spoilt_by is not None:
                raise spoilt_by
            self._run(lambda connection: None, None)

    def _made_engine(self) -> Any:
        if self._engine is None:
            self._engine = self._address.make_engine()
            self._note_what_stops(self._engine)
        return self._engine

    def _note_what_stops(self, engine: Any) -> None:
        """Keep what queries of the engine can be stopped with, where the connection does not tell."""
        from sqlalchemy import event

        if self.dialect == "databricks":

            def keep(connection: Any, cursor: Any, *_: Any) -> None:
                self._cursor = cursor

            event.listen(engine, "before_cursor_execute", keep)
        elif self.dialect == "bigquery":

            def mark(dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]) -> None:
                client = parameters.get("client")
                if client is not None:
                    self._known = {"client": client, "mark": uuid.uuid4().hex}
                    label_jobs(client, self._known["mark"])

            event.listen(engine, "do_connect", mark)

    def _stopping_ways(self, connection: Connection) -> StoppingWays:
        return StoppingWays(_driver(connection), lambda: self._cursor, self._run_elsewhere, self._known)

    def _run_elsewhere(self, sql: str) -> None:
        with self._made_engine().connect() as connection:
            connection.exec_driver_sql(sql)

    def _connected(self) -> Connection:
        if self._is_closed:
            raise closed(self.shown)
        until = time.monotonic() + self._wait
        while self._connection is None:
            failure = None
            try:
                self._connection = self._made_engine().connect()
            except Exception as error:  # noqa: BLE001
                # Drivers raise errors of all kinds while they connect.
                failure = database_failure(error, self.shown, self._address.secrets, is_connecting=True)
                if failure.error_code == _LOCKED and time.monotonic() < until:
                    failure = None
            if failure is not None:
                # Raised here, it does not carry the driver's own error, which may hold passwords.
                raise failure
            if self._connection is None:
                time.sleep(_PAUSE)
        return self._connection

    def _run(self, work: Callable[[Connection], T], timeout: float | None, *, finish: bool = True) -> T:
        """What `work` gives; outside of a transaction, what it did is committed if it is to be finished."""
        with self._lock:
            if self._spoilt_by is not None:
                # What follows an error inside of a transaction would be kept, and what came before it not.
                raise self._spoilt_by
            try:
                return self._tried(work, timeout, finish=finish)
            except BaseException as error:
                if self._in_transaction:
                    self._spoilt_by = error
                raise

    def _tried(self, work: Callable[[Connection], T], timeout: float | None, *, finish: bool) -> T:
        failure: DatabaseError | None = None
        connection = self._connected()
        timeout = self._within_deadline(timeout)
        running = RunningQuery(self.dialect, self._stopping_ways(connection), timeout)
        self._running = running
        try:
            with running:
                made = work(connection)
            # What was told to stop when it was over is not kept, as the answer says that it is not.
            if finish and not running.was_stopped and not self._in_transaction:
                connection.commit()
        except self._driver_errors() as error:
            failure = self._failure(error, running)
        except BaseException:
            self._roll_back()
            raise
        finally:
            self._running = None
        if failure is None and running.was_stopped:
            # That could still reach what comes next on the connection.
            failure = self._stopped(running)
        if failure is not None:
            self._roll_back()
            if running.was_stopped and self.dialect != "duckdb":
                self._drop_connection()
        if failure is not None:
            raise failure
        return made

    def _within_deadline(self, timeout: float | None) -> float | None:
        """The seconds that a statement has."""
        if self._deadline is None:
            return timeout
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise stopped(self.shown, 0)
        return left if timeout is None else min(left, timeout)

    def _driver_errors(self) -> tuple[type[Exception], ...]:
        from sqlalchemy.exc import SQLAlchemyError

        # What is no valid text cannot be sent.
        return SQLAlchemyError, self._made_engine().dialect.loaded_dbapi.Error, UnicodeEncodeError

    def _failure(self, error: Exception, running: RunningQuery) -> DatabaseError:
        if running.was_stopped:
            return self._stopped(running)
        return database_failure(error, self.shown, self._address.secrets)

    def _stopped(self, running: RunningQuery) -> DatabaseError:
        if running.failure is not None:
            return not_stopped(running.failure, self.shown, self._address.secrets)
        return stopped(self.shown, running.timeout if running.is_late else None)

    def _roll_back(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except Exception:  # noqa: BLE001
            # The connection is lost, and with it what was to be rolled back.
            self._drop_connection()
        else:
            if self._connection is not None and self._connection.invalidated:
                self._drop_connection()

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception:  # noqa: BLE001
                # There is nothing left that could be closed.
                connection.invalidate()


def _started(
    connection: Connection, sql: str | Executable, params: Mapping[str, Any] | None, **options: Any
) -> Any:
    # Options are those of one statement: those of a connection would stay.
    if not isinstance(sql, str):
        return connection.execute(sql, None if params is None else dict(params), execution_options=options)
    if params is None:
        # Drivers look for their placeholders even where there are no parameters, unless told not to.
        return connection.exec_driver_sql(sql, execution_options={**options, "no_parameters": True})
    from sqlalchemy import text

    return connection.execute(text(sql), dict(params), execution_options=options)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
