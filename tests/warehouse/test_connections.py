"""Connections: running SQL, stopping it where it runs, and saying nothing of passwords."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pytest

from confiture.exceptions import ArtifactError, ConfigurationError, ConfiturError, DatabaseError
from confiture.warehouse import Warehouse, addresses
from confiture.warehouse.secrets import Secrets
from confiture.warehouse.stopping import RunningQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from postgres import Server

#: Runs for hours.
_ENDLESS = {
    "duckdb": "SELECT count(*) FROM range(100000000) a, range(100000000) b",
    "postgresql": "SELECT count(*), 'endless' FROM generate_series(1, 9999) a, generate_series(1, 9999999) b",
}


@pytest.fixture(params=["duckdb", "postgresql"])
def warehouse(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    url = "duckdb:///:memory:"
    if request.param == "postgresql":
        url = request.getfixturevalue("metadata_database")
    with Warehouse.from_url(url) as opened:
        yield opened


def _active(server: Server) -> int:
    """How many endless queries the server runs."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
    with server.connect("postgres") as connection:
        row = connection.execute(query, ["%'endless'%generate_series%"]).fetchone()
    assert row is not None
    return int(row[0])


def _wait_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)


def test_a_statement_gives_columns_and_rows(warehouse: Warehouse) -> None:
    assert warehouse.execute("SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL ORDER BY 1") == (
        ["a", "b"],
        [(1, "x"), (2, None)],
    )
    assert warehouse.execute("CREATE TEMPORARY TABLE t (a int)").rows == []


def test_values_are_no_sql(warehouse: Warehouse) -> None:
    hostile = "'; DROP TABLE t; -- :b %s $1"
    result = warehouse.execute("SELECT CAST(:a AS text) AS a, '\\:b %s' AS b, 1::int AS c", {"a": hostile})
    assert result.rows == [(hostile, ":b %s", 1)]


def test_without_values_nothing_is_a_parameter(warehouse: Warehouse) -> None:
    assert warehouse.execute("SELECT ':a %s %(b)s %%' AS x, 1::int AS y").rows == [(":a %s %(b)s %%", 1)]


def test_names_are_quoted(warehouse: Warehouse) -> None:
    name = 'a"b%c:d'
    warehouse.execute(f"CREATE TEMPORARY TABLE {warehouse.quote(name)} (x int)")
    assert warehouse.execute(f"SELECT * FROM {warehouse.quote(name)}").columns == ["x"]


def test_rows_come_in_parts(warehouse: Warehouse) -> None:
    parts = [
        len(part.rows)
        for part in warehouse.stream(
            "SELECT * FROM generate_series(1, :last) AS g(n)", {"last": 25}, batch=10
        )
    ]
    assert parts == [10, 10, 5]
    for part in warehouse.stream("SELECT * FROM generate_series(1, 100000) AS g(n)", batch=10):
        assert len(part.rows) == 10
        break
    assert warehouse.execute("SELECT 1 AS one").rows == [(1,)]


def test_an_arrow_table_where_the_driver_has_it(warehouse: Warehouse) -> None:
    if warehouse.dialect == "duckdb":
        table = warehouse.arrow("SELECT $a AS a UNION ALL SELECT 2 ORDER BY 1", {"a": 1})
        assert table.to_pylist() == [{"a": 1}, {"a": 2}]
        return
    with pytest.raises(DatabaseError, match="gives no Arrow tables") as caught:
        warehouse.arrow("SELECT 1")
    assert caught.value.error_code == "DATABASE_019"


def _insert(warehouse: Warehouse, value: int, error: type[BaseException] | None) -> None:
    with warehouse.transaction():
        warehouse.execute(f"INSERT INTO t VALUES ({value})")
        if error is not None:
            raise error
        warehouse.execute("SELECT nothing")


def test_a_transaction_is_whole_or_not_at_all(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE TEMPORARY TABLE t (a int)")
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error):
            _insert(warehouse, 1, error)
    with pytest.raises(DatabaseError):
        _insert(warehouse, 2, None)
    with warehouse.transaction():
        warehouse.execute("INSERT INTO t VALUES (3)")
    assert warehouse.execute("SELECT a FROM t").rows == [(3,)]


def test_what_follows_an_error_inside_of_a_transaction_is_not_kept(warehouse: Warehouse) -> None:
    warehouse.execute("CREATE TEMPORARY TABLE t (a int)")

    def spoil() -> None:
        warehouse.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(DatabaseError) as first:
            warehouse.execute("SELECT nothing")
        with pytest.raises(DatabaseError) as second:
            warehouse.execute("INSERT INTO t VALUES (2)")
        assert second.value is first.value

    with pytest.raises(DatabaseError, match="nothing"), warehouse.transaction():
        spoil()
    assert warehouse.execute("SELECT a FROM t").rows == []


def test_a_timeout_stops_the_query_where_it_runs(
    warehouse: Warehouse, request: pytest.FixtureRequest
) -> None:
    start = time.monotonic()
    with pytest.raises(DatabaseError, match=r"stopped after its 0\.2 seconds") as caught:
        warehouse.execute(_ENDLESS[warehouse.dialect], timeout=0.2)
    assert caught.value.error_code == "DATABASE_011"
    assert time.monotonic() - start < 20
    if warehouse.dialect == "postgresql":
        server = request.getfixturevalue("server")
        _wait_for(lambda: _active(server) == 0)
    assert warehouse.execute("SELECT 1 AS one", timeout=20).rows == [(1,)]


def test_another_thread_cancels_the_query_where_it_runs(
    warehouse: Warehouse, request: pytest.FixtureRequest
) -> None:
    errors: list[DatabaseError] = []

    def run() -> None:
        try:
            warehouse.execute(_ENDLESS[warehouse.dialect])
        except DatabaseError as error:
            errors.append(error)

    warehouse.cancel()
    thread = threading.Thread(target=run)
    thread.start()
    if warehouse.dialect == "postgresql":
        server = request.getfixturevalue("server")
        _wait_for(lambda: _active(server) == 1)
        warehouse.cancel()
        _wait_for(lambda: _active(server) == 0)
    else:
        while thread.is_alive():
            warehouse.cancel()
            thread.join(0.05)
    thread.join(20)
    assert [error.error_code for error in errors] == ["DATABASE_012"]
    assert warehouse.execute("SELECT 1 AS one").rows == [(1,)]


def test_what_was_stopped_when_it_was_over_is_not_kept(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.execute("CREATE SCHEMA IF NOT EXISTS late")
    warehouse.execute("CREATE TABLE late.t (a int)")
    leave = RunningQuery.__exit__

    def stop_and_leave(running: RunningQuery, *about: Any) -> None:
        running.stop()
        leave(running, *about)

    with monkeypatch.context() as patch:
        patch.setattr(RunningQuery, "__exit__", stop_and_leave)
        with pytest.raises(DatabaseError, match="was cancelled"):
            warehouse.execute("INSERT INTO late.t VALUES (1)")
    assert warehouse.execute("SELECT * FROM late.t").rows == []


def test_a_refused_statement_is_an_error_with_the_databases_words(warehouse: Warehouse) -> None:
    with pytest.raises(DatabaseError, match=r"refused a statement: .*nothing") as caught:
        warehouse.execute("SELECT nothing")
    assert (caught.value.error_code, caught.value.exit_code) == ("DATABASE_027", 3)
    warehouse.execute("CREATE TEMPORARY TABLE t (a int PRIMARY KEY)")
    with pytest.raises(DatabaseError) as caught:
        warehouse.execute("INSERT INTO t VALUES (1), (1)")
    assert caught.value.error_code == "DATABASE_026"


@pytest.mark.parametrize("name", ["read only", "interrupted", "disk full", "could not set lock"])
def test_what_a_name_says_is_not_what_went_wrong(name: str, warehouse: Warehouse) -> None:
    with pytest.raises(DatabaseError, match=name) as caught:
        warehouse.execute(f'SELECT "{name}"')
    assert caught.value.error_code == "DATABASE_027"
    warehouse.execute("CREATE TEMPORARY TABLE t (a varchar(99) PRIMARY KEY)")
    with pytest.raises(DatabaseError, match=name) as caught:
        warehouse.execute(f"INSERT INTO t VALUES ('{name}'), ('{name}')")
    assert caught.value.error_code == "DATABASE_026"


def test_tables_of_a_database_that_is_attached_are_others(tmp_path: Path) -> None:
    with Warehouse.from_url(f"duckdb:///{tmp_path / 'other.duckdb'}") as other:
        other.execute("CREATE TABLE t (a int)")
    with Warehouse.from_url("duckdb:///:memory:") as warehouse:
        warehouse.execute(f"ATTACH '{tmp_path / 'other.duckdb'}' AS other")
        assert not warehouse.has_table("main", "t")
        warehouse.execute("CREATE TABLE t (a int)")
        assert warehouse.has_table("main", "t")


def test_a_lost_connection_is_an_error_and_the_next_statement_connects_again(
    metadata_database: str, server: Server
) -> None:
    with Warehouse.from_url(metadata_database) as warehouse:
        number = warehouse.execute("SELECT pg_backend_pid()").rows[0][0]
        with server.connect("postgres", autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [number])
        with pytest.raises(DatabaseError, match="lost the connection") as caught:
            warehouse.execute("SELECT 1")
        assert caught.value.error_code == "DATABASE_013"
        assert warehouse.execute("SELECT 1 AS one").rows == [(1,)]


def test_a_stream_that_loses_its_connection_does_not_connect_again(
    metadata_database: str, server: Server
) -> None:
    with Warehouse.from_url(metadata_database) as warehouse:
        parts = warehouse.stream("SELECT pg_backend_pid() FROM generate_series(1, 100)", batch=10)
        number = next(parts).rows[0][0]
        with server.connect("postgres", autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [number])
        with pytest.raises(DatabaseError, match="lost the connection"):
            next(parts)
        assert warehouse._connection is None
        assert warehouse.execute("SELECT 1 AS one").rows == [(1,)]


@pytest.mark.parametrize(
    ("option", "variable", "expected"), [("", None, 10), ("&connect_timeout=3", None, None), ("", "4", None)]
)
def test_who_says_how_long_to_wait_for_a_server_is_heard(
    option: str, variable: str | None, expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []

    def connect(_: str, **options: Any) -> Any:
        asked.append(options)
        raise psycopg.OperationalError("nobody answers")

    monkeypatch.setattr(psycopg, "connect", connect)
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    if variable is not None:
        monkeypatch.setenv("PGCONNECT_TIMEOUT", variable)
    with pytest.raises(DatabaseError, match="cannot be reached"):
        Warehouse.from_url(f"postgresql://user@host/db?sslmode=disable{option}").execute("SELECT 1")
    assert [options.get("connect_timeout") for options in asked] == [expected]


def test_a_closed_connection_stays_closed() -> None:
    warehouse = Warehouse.from_url("duckdb:///:memory:")
    warehouse.close()
    with pytest.raises(DatabaseError, match="is closed"):
        warehouse.execute("SELECT 1")


def test_a_scheme_is_the_same_in_capital_letters() -> None:
    with Warehouse.from_url("DuckDB:///:memory:") as warehouse:
        assert warehouse.execute("SELECT 1 AS one").rows == [(1,)]


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "x.duckdb"
    file.write_text("not a database, and long enough to be looked at" * 100)
    with pytest.raises(DatabaseError, match="cannot be reached") as caught:
        Warehouse.from_url(f"duckdb:///{file}").execute("SELECT 1")
    assert caught.value.error_code == "DATABASE_001"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://user:hidden@host/db", "scheme is none of"),
        ("hidden", "scheme is none of"),
        ("duckdb", "scheme is none of"),
        ("postgresql+psycopg2://user:hidden@host/db", "scheme names a driver"),
        ("duckdb://user:hidden@host/db", "has no host"),
        ("snowflake://user:hidden@host:port/db", "cannot be taken apart"),
        ("duckdb:///a\0hidden", "null character"),
    ],
)
def test_what_is_no_url_is_refused_without_showing_it(url: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason) as caught:
        Warehouse.from_url(url)
    assert caught.value.error_code == "CONFIG_040"
    assert "hidden" not in _all_that_is_told(caught.value)


@pytest.mark.parametrize("library", ["sqlalchemy", "duckdb_engine"])
def test_a_library_that_is_missing_is_named_with_its_extra(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if library == "sqlalchemy":
        monkeypatch.setattr(addresses, "_SQLALCHEMY", "sqlalchemy_that_is_not_there")
    monkeypatch.setitem(addresses.DIALECTS, "duckdb", ("duckdb", "warehouse", "duckdb_that_is_not_there"))
    with pytest.raises(ArtifactError, match="is not installed") as caught:
        Warehouse.from_url("duckdb:///:memory:")
    assert caught.value.error_code == "ARTIFACT_009"
    assert "confiture[warehouse]" in str(caught.value)


def _all_that_is_told(error: BaseException | None) -> str:
    """All texts of an error, and of those that it carries."""
    told = []
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is not None:
            told += [str(one), repr(one), repr(one.args), "".join(traceback.format_exception(one))]
            told += [repr(one.to_dict())] if isinstance(one, ConfiturError) else []
            waiting += [one.__cause__, one.__context__]
    return "\n".join(told)


_PASSWORD = "p@ss/w:rd'\"\\ %41é"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:{encoded}@localhost:1/db",
        "postgresql://user@localhost:1/db?password={encoded}",
        "postgresql://user:{encoded}@localhost:1/db?surprise=1",
        "duckdb:////nowhere/at/all?motherduck_token={encoded}&access_token={encoded}",
    ],
)
def test_nobody_sees_a_password(url: str, caplog: pytest.LogCaptureFixture) -> None:
    encoded = quote(_PASSWORD, safe="")
    told = ""
    with caplog.at_level(logging.DEBUG):
        warehouse = Warehouse.from_url(url.format(encoded=encoded))
        told += f"{warehouse!r} {warehouse.shown} {warehouse._address!r} {warehouse._address.secrets!r}"
        with pytest.raises(DatabaseError) as caught:
            warehouse.execute("SELECT 1")
        told += f"{warehouse!r} {warehouse._engine!r}"
    told += _all_that_is_told(caught.value) + caplog.text
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    for spelling in (
        _PASSWORD,
        encoded,
        _PASSWORD.replace("'", "''"),
        repr(_PASSWORD)[1:-1],
        "p%40ss",
        "p@ss",
    ):
        assert spelling not in told


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://postgres:postgres@localhost/postgres", "postgresql://postgres@localhost/postgres"),
        ("duckdb:///data.duckdb?motherduck_token=duckdb", "data.duckdb"),
        ("PostgreSQL://user:secret@localhost/d", "postgresql://user@localhost/d"),
    ],
)
def test_a_password_that_is_a_plain_word_hides_nothing_else_of_the_place(url: str, shown: str) -> None:
    assert Warehouse.from_url(url).shown == shown


def test_a_password_in_an_error_of_the_database_is_starred_out(metadata_database: str) -> None:
    secret = "s3cr3t-w0rd"
    warehouse = Warehouse.from_url(f"{metadata_database}&password={secret}")
    with warehouse, pytest.raises(DatabaseError) as caught:
        warehouse.execute(f"SELECT '{secret}'::int")
    assert secret not in _all_that_is_told(caught.value)
    assert "***" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["password=hunter2 host=x", "token: 'hunter2'", '{"client_secret": "hunter2"}', "x://u:hunter2@h/d"],
)
def test_what_drivers_call_a_secret_is_starred_out_although_nobody_gave_it(text: str) -> None:
    hidden = Secrets().hidden_in(text)
    assert "hunter2" not in hidden
    assert "***" in hidden


def test_what_works_without_a_warehouse_imports_none() -> None:
    program = (
        "import sys, confiture, confiture.warehouse\n"
        "from confiture.cli.main import build_parser, main\n"
        "build_parser()\n"
        "main(['--version'])\n"
        "assert not {'sqlalchemy', 'duckdb', '_duckdb', 'jinja2', 'psycopg'} & set(sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
