"""Whatever ends a push before it is done, nothing of it is there afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from confiture.exceptions import DatabaseError
from confiture.warehouse import MetadataStore, Warehouse, writing
from warehouse.support import assert_whole, many, row_counts

if TYPE_CHECKING:
    from collections.abc import Callable

    from postgres import Server
    from warehouse.support import Place

_TESTS = Path(__file__).parents[1]

_PUSH = """\
import sys
from confiture.warehouse import MetadataStore, Warehouse
from warehouse.support import many
with Warehouse.from_url(sys.argv[1]) as warehouse:
    MetadataStore(warehouse, sys.argv[2]).push(many(int(sys.argv[3]), mark='other'))
"""


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(_TESTS)])}


def test_of_twenty_killed_pushes_nothing_is_visible(place: Place) -> None:
    with Warehouse.from_url(place.url) as warehouse:
        start = time.monotonic()
        MetadataStore(warehouse, place.schema).push(many(400, mark="first"))
        seconds = min(time.monotonic() - start, 1.0)
    result = subprocess.run(
        [sys.executable, _TESTS / "warehouse" / "killed.py", place.url, place.schema, "20", str(seconds)],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    ended = int(result.stdout)
    with Warehouse.from_url(place.url) as warehouse:
        store = MetadataStore(warehouse, place.schema)
        # One may have been written and killed before it could say so.
        assert 1 + ended <= len(store.runs()) < 21
        assert_whole(store)
        store.push(many(400, mark="last"))
        assert_whole(store)


@pytest.fixture
def when_written(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Have something happen in the middle of each push, before edges are written."""

    def register(happen: Callable[[], None]) -> None:
        def insert(warehouse, table, *arguments):  # type: ignore[no-untyped-def]
            if table.name == "edges":
                happen()
            return writing.insert_rows(warehouse, table, *arguments)

        monkeypatch.setattr("confiture.warehouse.run_writing.insert_rows", insert)

    return register


def test_an_interrupted_push_leaves_nothing(
    store: MetadataStore, when_written: Callable[[Callable[[], None]], None]
) -> None:
    store.push(many(3))
    before = row_counts(store)

    def interrupt() -> None:
        raise KeyboardInterrupt

    when_written(interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.push(many(30))
    assert row_counts(store) == before


def test_a_push_that_loses_its_connection_leaves_nothing(
    metadata_database: str, server: Server, when_written: Callable[[Callable[[], None]], None]
) -> None:
    with Warehouse.from_url(metadata_database) as warehouse:
        store = MetadataStore(warehouse, "lost")
        store.push(many(3))
        before = row_counts(store)

        def terminate() -> None:
            number = warehouse.execute("SELECT pg_backend_pid()").rows[0][0]
            with server.connect("postgres", autocommit=True) as connection:
                connection.execute("SELECT pg_terminate_backend(%s, 10000)", [number])

        when_written(terminate)
        with pytest.raises(DatabaseError, match="lost the connection") as caught:
            store.push(many(30))
        assert (caught.value.error_code, caught.value.exit_code) == ("DATABASE_013", 3)
        assert row_counts(store) == before


def test_a_read_only_postgresql_is_an_error(metadata_database: str) -> None:
    with Warehouse.from_url(metadata_database) as warehouse:
        MetadataStore(warehouse, "before").push(many(3))
    with Warehouse.from_url(
        f"{metadata_database}&options=-c%20default_transaction_read_only%3Don"
    ) as warehouse:
        for name in ("before", "not_there_yet"):
            with pytest.raises(DatabaseError, match="may not be written") as caught:
                MetadataStore(warehouse, name).push(many(4))
            assert caught.value.error_code == "DATABASE_014"
        assert len(MetadataStore(warehouse, "before").runs()) == 1


def test_a_read_only_duckdb_is_an_error(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'x.duckdb'}"
    with Warehouse.from_url(url) as warehouse:
        MetadataStore(warehouse).push(many(3))
    with Warehouse.from_url(url, connect_args={"read_only": True}) as warehouse:
        store = MetadataStore(warehouse)
        with pytest.raises(DatabaseError, match="may not be written") as caught:
            store.push(many(4))
        assert caught.value.error_code == "DATABASE_014"
        assert len(store.runs()) == 1


def test_a_file_of_another_process_is_waited_for_and_then_an_error(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'x.duckdb'}"
    program = (
        "import sys, duckdb\nc = duckdb.connect(sys.argv[1])\nprint('open', flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path / "x.duckdb"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        with Warehouse.from_url(url, wait=0.2) as warehouse:
            with pytest.raises(DatabaseError, match="is in use by another process") as caught:
                MetadataStore(warehouse).push(many(3))
            assert (caught.value.error_code, caught.value.exit_code) == ("DATABASE_016", 3)
        closing = threading.Timer(0.3, other.stdin.close)
        closing.start()
        with Warehouse.from_url(url, wait=30) as warehouse:
            store = MetadataStore(warehouse)
            store.push(many(3))
            assert_whole(store)
        closing.join()


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'x.duckdb'}"
    with Warehouse.from_url(url) as warehouse:
        MetadataStore(warehouse, "s").push(many(3))
    limit = (tmp_path / "x.duckdb").stat().st_size + 100_000
    program = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n{_PUSH}"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, url, "s", "6000"],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "DatabaseError: The database" in result.stderr
    assert "has no space left to write to" in result.stderr
    with Warehouse.from_url(url) as warehouse:
        store = MetadataStore(warehouse, "s")
        assert len(store.runs()) == 1
        assert_whole(store)
        store.push(many(30))
        assert_whole(store)


def test_two_processes_that_push_at_once_both_end_whole(place: Place) -> None:
    command = [sys.executable, "-c", _PUSH, place.url, place.schema]
    processes = [subprocess.Popen([*command, count], env=_environment()) for count in ("200", "300")]
    assert [process.wait(60) for process in processes] == [0, 0]
    with Warehouse.from_url(place.url) as warehouse:
        store = MetadataStore(warehouse, place.schema)
        assert sorted(run.nodes for run in store.runs()) == [200, 300]
        assert row_counts(store)["nodes"] == 300
        assert_whole(store)
