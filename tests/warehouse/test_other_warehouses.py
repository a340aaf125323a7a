"""What the store says to warehouses that no test can reach, done in DuckDB.

That they are SQL of these is tested where their dialects are (``tests/vendors``).
"""

from __future__ import annotations

import pytest

from confiture.exceptions import ConfigurationError, DatabaseError
from confiture.warehouse import MetadataStore
from confiture.warehouse.tables import make_tables
from confiture.warehouse.writing import insert_statements
from warehouse.recording import VENDORS, Recording, all_statements


@pytest.mark.parametrize("kind", VENDORS)
def test_the_statements_for_other_warehouses_do_what_they_should(kind: str) -> None:
    assert all_statements(kind)


@pytest.mark.parametrize(
    ("kind", "most"), [("bigquery", 1_000_000), ("redshift", 16_000_000), ("snowflake", 10**8)]
)
def test_statements_stay_below_the_limits_of_the_warehouse(kind: str, most: int) -> None:
    table = make_tables("s", kind).nodes
    rows = [dict.fromkeys(("digest", "identity", "kind", "name", "body"), "日" * 1000) for _ in range(2_000)]
    written = 0
    for statement, _ in insert_statements(kind, table, rows):
        sizes = [
            len(value.encode()) for value in statement.compile().params.values() if isinstance(value, str)
        ]
        assert sum(sizes) < most
        written += len(sizes) // 5
    assert written == len(rows)


@pytest.mark.parametrize(
    ("kind", "size"), [("bigquery", 450_001), ("redshift", 65_536), ("snowflake", 16_000_001)]
)
def test_a_value_that_the_warehouse_does_not_take_is_refused(kind: str, size: int) -> None:
    table = make_tables("s", kind).nodes
    assert len(list(insert_statements(kind, table, [{"digest": "x" * (size - 1)}]))) == 1
    with pytest.raises(DatabaseError, match=f"has {size} bytes; {kind} takes {size - 1}") as caught:
        list(insert_statements(kind, table, [{"digest": "x" * (size - 2) + "é"}]))
    assert caught.value.error_code == "DATABASE_024"


def test_a_name_that_needs_quotes_is_refused_elsewhere() -> None:
    with pytest.raises(ConfigurationError) as caught:
        MetadataStore(Recording("bigquery"), 'a"b')
    assert caught.value.error_code == "CONFIG_042"
