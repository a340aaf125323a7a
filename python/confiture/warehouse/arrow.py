"""Results in Arrow's format, as the drivers of warehouses give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow

__all__ = ["arrow_result", "has_arrow"]


def has_arrow(dialect: str) -> bool:
    """Whether the driver of a kind of warehouse gives Arrow tables."""
    return dialect == "duckdb" or dialect in _RESULTS


def arrow_result(dialect: str, cursor: Any) -> pyarrow.Table:
    """What a query gave, of a cursor of the driver of which nothing was fetched.

    Args:
        dialect: Snowflake, BigQuery or Databricks; a connection of DuckDB gives Arrow tables itself.
        cursor: The cursor.
    """
    return _RESULTS[dialect](cursor)


_RESULTS: dict[str, Callable[[Any], pyarrow.Table]] = {
    # https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-api#fetch_arrow_all
    "snowflake": lambda cursor: cursor.fetch_arrow_all(force_return_table=True),
    # https://cloud.google.com/python/docs/reference/bigquery/latest/google.cloud.bigquery.job.QueryJob
    "bigquery": lambda cursor: cursor.query_job.to_arrow(),
    # https://docs.databricks.com/dev-tools/python-sql-connector.html
    "databricks": lambda cursor: cursor.fetchall_arrow(),
}
