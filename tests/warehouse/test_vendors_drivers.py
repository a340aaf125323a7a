"""Stopping queries and Arrow results through the vendors' drivers, by what these document.

No test reaches a vendor's server: `warehouse.vendors` imitates the drivers. What is imitated has to be there
in the installed ones (``tests/vendors``).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from confiture.exceptions import DatabaseError
from confiture.warehouse import stopping
from warehouse.vendors import SECRET, imitation

if TYPE_CHECKING:
    pass

_ENDLESS = "SELECT count(*) FROM range(100000000) a, range(100000000) b"

#: What the server is told to stop a query with.
_TOLD = {
    "snowflake": "SELECT SYSTEM$CANCEL_ALL_QUERIES(7)",
    "redshift": "SELECT pg_cancel_backend(7)",
    "bigquery": "job of data",
    "databricks": "cursor.cancel",
}


@pytest.mark.parametrize("kind", _TOLD)
def test_a_timeout_stops_the_query_on_the_server(kind: str) -> None:
    warehouse, server = imitation(kind)
    with warehouse:
        assert warehouse.execute("SELECT 1 AS one", timeout=30).rows == [(1,)]
        with pytest.raises(DatabaseError, match=r"stopped after its 0\.2 seconds") as caught:
            warehouse.execute(_ENDLESS, timeout=0.2)
        assert caught.value.error_code == "DATABASE_011"
        assert server.told == [_TOLD[kind]]
        # The next query has a connection of its own, which nothing that was stopped late can reach.
        assert warehouse.execute("SELECT 1 AS one").rows == [(1,)]


@pytest.mark.parametrize("kind", _TOLD)
def test_another_thread_cancels_the_query_on_the_server(kind: str) -> None:
    warehouse, server = imitation(kind)
    errors: list[DatabaseError] = []

    def run() -> None:
        try:
            warehouse.execute(_ENDLESS)
        except DatabaseError as error:
            errors.append(error)

    with warehouse:
        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive() and not server.told:
            warehouse.cancel()
            time.sleep(0.02)
        thread.join(20)
        assert [error.error_code for error in errors] == ["DATABASE_012"]


@pytest.mark.parametrize("kind", _TOLD)
def test_a_server_that_does_not_know_the_query_yet_is_told_again(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "_AGAIN_SECONDS", 0.05)
    warehouse, server = imitation(kind)
    server.deaf = 2
    with warehouse, pytest.raises(DatabaseError, match="stopped after its"):
        warehouse.execute(_ENDLESS, timeout=0.1)
    assert server.told == [_TOLD[kind]] * 3


@pytest.mark.parametrize("kind", _TOLD)
def test_a_server_that_cannot_be_told_is_an_error_without_passwords(kind: str) -> None:
    warehouse, server = imitation(kind)
    errors: list[DatabaseError] = []

    def run() -> None:
        try:
            # It ends by itself.
            warehouse.execute("SELECT count(*) FROM range(30000) a, range(30000) b")
        except DatabaseError as error:
            errors.append(error)

    with warehouse:
        warehouse.execute("SELECT 1")
        server.is_down = True
        thread = threading.Thread(target=run)
        thread.start()
        raised = None
        while thread.is_alive() and raised is None:
            try:
                warehouse.cancel()
            except DatabaseError as error:
                raised = error
            time.sleep(0.001)
        thread.join(60)
    assert raised is not None
    for error in (raised, *errors):
        assert error.error_code == "DATABASE_018"
        assert "could not be stopped" in str(error)
        assert SECRET not in str(error)
        assert error.__cause__ is None
    assert len(errors) == 1


@pytest.mark.parametrize("kind", ["snowflake", "bigquery", "databricks"])
def test_results_are_arrow_tables_where_the_driver_has_them(kind: str) -> None:
    warehouse, _ = imitation(kind)
    with warehouse:
        found = warehouse.arrow("SELECT :a + 1 AS answer, 'x' AS text", {"a": 41})
        empty = warehouse.arrow("SELECT 1 AS one WHERE false")
        with pytest.raises(DatabaseError, match="stopped after"):
            warehouse.arrow(_ENDLESS, timeout=0.1)
    assert found.to_pylist() == [{"answer": 42, "text": "x"}]
    assert (empty.num_rows, empty.column_names) == (0, ["one"])


def test_redshifts_driver_has_no_arrow_tables() -> None:
    warehouse, _ = imitation("redshift")
    with warehouse, pytest.raises(DatabaseError, match="gives no Arrow tables") as caught:
        warehouse.arrow("SELECT 1")
    assert caught.value.error_code == "DATABASE_019"


def test_jobs_of_bigquery_keep_the_labels_that_they_have() -> None:
    warehouse, _ = imitation("bigquery")
    with warehouse:
        warehouse.execute("SELECT 1")
        client = warehouse._known["client"]
        labels = client.default_query_job_config.labels
    assert labels["team"] == "data"
    assert labels["confiture_connection"] == warehouse._known["mark"]
