"""What the plugin's push does before it needs a dbt."""

from __future__ import annotations

import pytest

from confiture.dbt.pushing import connect_arguments


@pytest.mark.parametrize(
    ("url", "seconds", "expected"),
    [
        ("postgresql://user@host/db", 5.0, {"connect_timeout": 5}),
        ("postgres://user@host/db?connect_timeout=60", 2.0, {"connect_timeout": 2}),
        ("postgresql://user@host/db", 600.0, {"connect_timeout": 10}),
        ("postgresql://user@host/db", 0.0, {"connect_timeout": 1}),
        ("duckdb:///store.duckdb", 5.0, {}),
        ("snowflake://user@account/db", 5.0, {}),
    ],
)
def test_a_server_that_does_not_answer_is_not_waited_for_longer_than_the_push_may_take(
    url: str, seconds: float, expected: dict[str, int]
) -> None:
    assert connect_arguments(url, seconds) == expected
