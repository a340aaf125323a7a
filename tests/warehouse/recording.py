"""A DuckDB that the store takes for another warehouse: what it says to that one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture.warehouse import MetadataStore, QueryResult, Warehouse
from confiture.warehouse.addresses import read_url
from warehouse.support import chain, many, resource, source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Executable

#: The warehouses that no test can reach.
VENDORS = ("snowflake", "bigquery", "redshift", "databricks")

_HOSTILE = "'; drop table \"runs\"; -- \\' `x` %s %(a)s :b"


class Recording(Warehouse):
    """DuckDB, taken by the store for another warehouse, whose SQL is kept."""

    def __init__(self, kind: str) -> None:
        super().__init__(read_url("duckdb:///:memory:"))
        self._kind = kind
        self.statements: list[Any] = []

    @property
    def dialect(self) -> str:
        return self._kind

    def execute(
        self, sql: str | Executable, params: Mapping[str, Any] | None = None, *, timeout: float | None = None
    ) -> QueryResult:
        assert not isinstance(sql, str), "it would be the same text for all"
        self.statements.append(sql)
        return super().execute(sql, params, timeout=timeout)


def all_statements(kind: str) -> list[Any]:
    """What a store says in its life: made, pushed to, read, compared, pruned."""
    with Recording(kind) as warehouse:
        store = MetadataStore(warehouse)
        first = store.push(many(5)).run
        assert store.push(many(5)).node_rows == 0
        hostile = chain(
            resource("b", description=_HOSTILE, unique_id=_HOSTILE), resource("c", config={"x": 1})
        )
        second = store.push(source(hostile, _HOSTILE)).run
        assert store.read(first).dbt == many(5).contents().dbt
        assert store.read(second).dbt == hostile
        assert not store.diff(first, second).ok
        assert store.runs(environment=_HOSTILE) == (second,)
        assert store.run(second.id[:20]) == second
        assert len(store.prune(keep=1, before=second.created_at).runs) == 1
        assert store.prune(keep=0).node_rows == 7
        return warehouse.statements
