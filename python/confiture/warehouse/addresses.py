"""Where a warehouse is, and what opens it: read from URLs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.artifacts.failures import library_missing
from confiture.servers.urls import SCHEMES, DatabaseUrl
from confiture.warehouse.failures import url_unusable
from confiture.warehouse.secrets import Secrets, is_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

__all__ = [
    "CONNECT_SECONDS",
    "DIALECTS",
    "Address",
    "duckdb_file",
    "opened_duckdb",
    "read_url",
    "refuse_memory",
]

#: The kinds of warehouses: the scheme of their URLs, the extra with their driver, and the library they need.
DIALECTS = {
    "duckdb": ("duckdb", "warehouse", "duckdb_engine"),
    "postgresql": ("postgresql", "postgres", "psycopg"),
    "redshift": ("redshift+psycopg2", "redshift", "sqlalchemy_redshift"),
    "snowflake": ("snowflake", "snowflake", "snowflake.sqlalchemy"),
    "bigquery": ("bigquery", "bigquery", "sqlalchemy_bigquery"),
    "databricks": ("databricks", "databricks", "databricks.sqlalchemy"),
}

_HINT = "Write it as duckdb:///file.duckdb or postgresql://user@host:port/database."

#: Seconds to wait for a server that does not answer, where nobody says how long.
CONNECT_SECONDS = 10

_SQLALCHEMY = "sqlalchemy"


class Address(NamedTuple):
    """A warehouse that can be connected to.

    Attributes:
        dialect: The kind of warehouse, a key of `DIALECTS`.
        shown: The place, as it may be printed.
        secrets: What may not be printed.
        make_engine: Makes the SQLAlchemy engine; nothing is connected yet.
    """

    dialect: str
    shown: str
    secrets: Secrets
    make_engine: Callable[[], Engine]

    def __repr__(self) -> str:
        return f"Address({self.shown!r})"


def read_url(url: str, connect_args: Mapping[str, Any] | None = None, *, read_only: bool = False) -> Address:
    """The address that a URL stands for.

    Args:
        url: The URL.
        connect_args: What the driver is given beside it; values of what is called password, token and the
            like are secrets.
        read_only: Whether a DuckDB file is opened to be read alone.

    Raises:
        ConfigurationError: This is no such URL.
        ArtifactError: ``ARTIFACT_009``: SQLAlchemy or the driver is not installed.
    """
    given = dict(connect_args or {})
    told = [str(value) for key, value in given.items() if is_secret(key)]
    if "\0" in url:
        raise url_unusable("it holds a null character", _HINT)
    scheme, colon, rest = url.partition(":")
    url = f"{scheme.lower()}{colon}{rest}"
    if url.startswith(SCHEMES):
        return _postgresql(url, given, told)
    dialect = scheme.lower().partition("+")[0]
    if dialect == "postgresql":
        raise url_unusable("its scheme names a driver", "Write it as postgresql://user@host:port/database.")
    if dialect not in DIALECTS or "://" not in url:
        known = ", ".join(DIALECTS)
        raise url_unusable(f"its scheme is none of {known}", _HINT)
    return _other(url, dialect, given, told, read_only=read_only)


def duckdb_file(url: str) -> str | None:
    """The path of the file that a URL of DuckDB names; None for a database in memory and other URLs."""
    scheme, mark, path = url.partition(":///")
    path = path.partition("?")[0]
    return path if scheme.lower() == "duckdb" and mark and path not in ("", ":memory:") else None


def refuse_memory(url: str) -> None:
    """Refuse a database that is gone when the process ends, where something is to be kept or was.

    Raises:
        ConfigurationError: ``CONFIG_040``: the URL is that of a DuckDB in memory.
    """
    if url.partition(":")[0].lower() == "duckdb" and "://" in url and duckdb_file(url) is None:
        raise url_unusable(
            "a database in memory is gone when the command ends", "Name a file: duckdb:///metadata.duckdb."
        )


def opened_duckdb(connect: Callable[[], Any], shown: str) -> Address:
    """The address of a DuckDB that this process has open already.

    A process can open a file twice only with the same settings, which those of others are not.

    Args:
        connect: Makes another connection of the driver to it.
        shown: The place, as it may be printed.

    Raises:
        ArtifactError: ``ARTIFACT_009``: SQLAlchemy or the driver is not installed.
    """
    sqlalchemy = _sqlalchemy()
    _need_driver("duckdb")

    def wrapped() -> Any:
        from duckdb_engine import ConnectionWrapper

        return ConnectionWrapper(connect())

    def make_engine() -> Engine:
        engine: Engine = sqlalchemy.create_engine(
            "duckdb://", creator=wrapped, poolclass=sqlalchemy.pool.NullPool
        )
        return engine

    return Address("duckdb", _printable(shown), Secrets([]), make_engine)


def _sqlalchemy() -> Any:
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec(_SQLALCHEMY) is None:
        raise library_missing("SQLAlchemy", "a warehouse", "warehouse")
    return import_module(_SQLALCHEMY)


def _need_driver(dialect: str) -> None:
    from importlib import import_module

    _, extra, library = DIALECTS[dialect]
    missing = False
    try:
        import_module(library)
    except ModuleNotFoundError as error:
        if error.name is None or not library.startswith(error.name):
            raise
        missing = True
    if missing:
        raise library_missing(library.replace("_", "-"), f"a connection to {dialect}", extra)


def _postgresql(url: str, given: dict[str, Any], told: list[str]) -> Address:
    read = DatabaseUrl.read(url)
    sqlalchemy = _sqlalchemy()
    _need_driver("postgresql")
    password = read.password

    def connect() -> Any:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        options = dict(given)
        if "connect_timeout" not in conninfo_to_dict(read.bare) and "PGCONNECT_TIMEOUT" not in os.environ:
            options.setdefault("connect_timeout", CONNECT_SECONDS)
        if password is not None:
            options["password"] = password
        return psycopg.connect(read.bare, **options)

    def make_engine() -> Engine:
        engine: Engine = sqlalchemy.create_engine(
            "postgresql+psycopg://", creator=connect, poolclass=sqlalchemy.pool.NullPool
        )
        return engine

    secrets = Secrets([*told, *([] if password is None else [password])])
    # It has no password, which may be the word for something else in it too.
    return Address("postgresql", Secrets(told).hidden_in(read.shown), secrets, make_engine)


def _other(url: str, dialect: str, given: dict[str, Any], told: list[str], *, read_only: bool) -> Address:
    sqlalchemy = _sqlalchemy()
    parsed = None
    try:
        parsed = sqlalchemy.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        # What SQLAlchemy says of it holds the URL.
        parsed = None
    if parsed is None:
        raise url_unusable("it cannot be taken apart", _HINT)
    if dialect == "duckdb" and (parsed.host or parsed.username):
        raise url_unusable(
            "a DuckDB file has no host", "Write three slashes before a file's name: duckdb:///file.duckdb."
        )
    _need_driver(dialect)
    query = {key: value if isinstance(value, str) else ",".join(value) for key, value in parsed.query.items()}
    # SQLAlchemy shows all of a URL but its password.
    hidden = {key: value for key, value in query.items() if is_secret(key)}
    arguments = dict(given)
    if dialect != "bigquery":
        # That dialect finds its settings in the URL alone.
        parsed = parsed.difference_update_query(list(hidden))
        arguments |= hidden
    if dialect == "duckdb" and hidden:
        arguments = {**given, "config": {**given.get("config", {}), **hidden}}
    secret = [str(parsed.password)] if parsed.password else []
    secrets = Secrets([*told, *secret, *hidden.values()])
    # A password may be the word for something else in it too, such as the user.
    visible = Secrets(told)
    if dialect == "duckdb":
        place = parsed.database or ":memory:"
        shown = visible.hidden_in(place.partition("?")[0])
        if read_only and not place.startswith(":memory:"):
            # What is only in memory is new, and there would be nothing to read.
            arguments = {**arguments, "read_only": True}
    else:
        shown = visible.hidden_in(parsed.set(query={}).render_as_string(hide_password=True))

    def make_engine() -> Engine:
        engine: Engine = sqlalchemy.create_engine(
            parsed, poolclass=sqlalchemy.pool.NullPool, connect_args=arguments
        )
        return engine

    return Address(dialect, _printable(shown), secrets, make_engine)


def _printable(shown: str) -> str:
    from confiture._failures import display_path

    return display_path(shown)
