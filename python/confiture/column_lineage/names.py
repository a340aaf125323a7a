"""Names as a dialect's databases keep them, and what two names are the same by."""

from __future__ import annotations

from functools import cache

__all__ = ["DIALECTS", "Folding", "dialect_of", "folding_of"]

#: sqlglot's names for the dialects of dbt's adapters that are called otherwise.
DIALECTS = {
    "athena": "athena",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "fabric": "fabric",
    "mysql": "mysql",
    "postgres": "postgres",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "spark": "spark",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
    "synapse": "tsql",
    "trino": "trino",
}

#: Dialects that fold names without quotes, and keep those in quotes as they are; in all others, names
#: are the same whatever their case.
_LOWER = ("postgres",)
_UPPER = ("snowflake", "oracle")


class Folding:
    """What a dialect does to names.

    Args:
        dialect: sqlglot's name for it.
    """

    def __init__(self, dialect: str) -> None:
        self._folds_down = dialect in _LOWER
        self._folds_up = dialect in _UPPER
        self.is_blind = not (self._folds_down or self._folds_up)

    def kept(self, name: str, *, is_quoted: bool) -> str:
        """The name as the database keeps it."""
        if is_quoted or self.is_blind:
            return name
        return name.lower() if self._folds_down else name.upper()

    def key(self, name: str) -> str:
        """What names as the database keeps them are the same by."""
        return name.lower() if self.is_blind else name


@cache
def folding_of(dialect: str) -> Folding:
    """What a dialect does to names."""
    return Folding(dialect)


def dialect_of(adapter: str | None) -> str | None:
    """Sqlglot's name for the dialect of a dbt adapter; None for one that it may not know."""
    return DIALECTS.get(adapter or "")
