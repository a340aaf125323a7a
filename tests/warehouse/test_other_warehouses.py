"""What the store says to warehouses that no test can reach: compiled by their dialects, parsed as their SQL.

The statements for them also do what they should, in DuckDB: they are the same constructs of SQLAlchemy.
"""

from __future__ import annotations

import importlib
import tempfile
from typing import TYPE_CHECKING, Any

import pytest
import sqlglot

from confiture.exceptions import ConfigurationError, DatabaseError
from confiture.warehouse import MetadataStore, QueryResult, Warehouse
from confiture.warehouse.addresses import read_url
from confiture.warehouse.stopping import RunningQuery
from confiture.warehouse.tables import make_tables
from confiture.warehouse.writing import insert_statements
from warehouse.support import chain, many, resource, source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Executable

#: The modules and classes of the dialects.
_DIALECTS = {
    "snowflake": ("snowflake.sqlalchemy.snowdialect", "SnowflakeDialect"),
    "bigquery": ("sqlalchemy_bigquery", "BigQueryDialect"),
    "redshift": ("sqlalchemy_redshift.dialect", "RedshiftDialect_psycopg2"),
    "databricks": ("databricks.sqlalchemy", "DatabricksDialect"),
}

_HOSTILE = "'; drop table \"runs\"; -- \\' `x` %s %(a)s :b"


class _Recording(Warehouse):
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


def _all_statements(kind: str) -> list[Any]:
    """What a store says in its life: made, pushed to, read, compared, pruned."""
    with _Recording(kind) as warehouse:
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


@pytest.mark.parametrize("kind", _DIALECTS)
def test_all_statements_of_the_store_are_sql_of_the_warehouse(kind: str) -> None:
    module, name = _DIALECTS[kind]
    library = pytest.importorskip(module, reason=f"the dialect of {kind} is in the group 'vendors'")
    dialect = getattr(library, name)(paramstyle="named")
    statements = _all_statements(kind)
    seen = set()
    for statement in statements:
        compiled = str(statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
        assert "drop table" not in compiled
        parsed = sqlglot.parse(compiled, read=kind, error_level=sqlglot.ErrorLevel.RAISE)
        assert len(parsed) == 1, compiled
        assert parsed[0] is not None
        assert not isinstance(parsed[0], sqlglot.exp.Command), compiled
        seen.add(type(parsed[0]).__name__)
    assert seen >= {"Create", "Insert", "Select", "Delete"}


@pytest.mark.parametrize("kind", _DIALECTS)
def test_the_statements_for_other_warehouses_do_what_they_should(kind: str) -> None:
    assert _all_statements(kind)


@pytest.mark.parametrize(
    ("kind", "most"), [("bigquery", 1_000_000), ("redshift", 16_000_000), ("snowflake", 10**8)]
)
def test_statements_stay_below_the_limits_of_the_warehouse(kind: str, most: int) -> None:
    table = make_tables("s", kind).nodes
    rows = [dict.fromkeys(("digest", "identity", "kind", "name", "body"), "é" * 1000) for _ in range(2_000)]
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


def test_what_cannot_be_stopped_has_no_timeout() -> None:
    with pytest.raises(DatabaseError, match="cannot be stopped") as caught:
        RunningQuery("snowflake", None, 1.0)
    assert caught.value.error_code == "DATABASE_018"
    with pytest.raises(DatabaseError, match="cannot be stopped"):
        RunningQuery("bigquery", None, None).stop()


def test_a_name_that_needs_quotes_is_refused_elsewhere() -> None:
    with pytest.raises(ConfigurationError) as caught:
        MetadataStore(_Recording("bigquery"), 'a"b')
    assert caught.value.error_code == "CONFIG_042"


# What its libraries warn of is not about the store.
@pytest.mark.filterwarnings("ignore")
def test_a_store_on_an_imitation_of_snowflake() -> None:
    fakesnow = pytest.importorskip("fakesnow", reason="fakesnow is in the group 'vendors'")
    importlib.import_module("snowflake.sqlalchemy")
    with (
        tempfile.TemporaryDirectory() as directory,
        fakesnow.patch(db_path=directory),
        Warehouse.from_url("snowflake://user:password@account/db/public") as warehouse,
    ):
        store = MetadataStore(warehouse)
        first = store.push(many(5)).run
        assert store.push(many(5)).node_rows == 0
        assert store.read(first).dbt == many(5).contents().dbt
        second = store.push(many(6)).run
        assert [node.identity for node in store.diff(first, second).nodes] == ["model.shop.m00005"]
        assert len(store.prune(keep=1).runs) == 2
