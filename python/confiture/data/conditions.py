"""Conditions that people write: one each, and nothing else."""

from __future__ import annotations

from confiture.artifacts.failures import library_missing
from confiture.data.failures import bad_condition

__all__ = ["check_condition"]

_NAMES = {"postgresql": "postgres"}


def check_condition(text: str, dialect: str) -> None:
    """Refuse what is not one condition of SQL: it becomes a part of statements.

    Args:
        text: The condition.
        dialect: The kind of warehouse.

    Raises:
        ConfigurationError: ``CONFIG_051``: it is none.
        ArtifactError: ``ARTIFACT_009``: sqlglot is not installed.
    """
    try:
        import sqlglot
    except ModuleNotFoundError:
        sqlglot = None  # type: ignore[assignment]
    if sqlglot is None:
        raise library_missing("sqlglot", "a condition", "trees")
    is_one = False
    try:
        (statement,) = sqlglot.parse(f"SELECT 1 WHERE ({text}\n)", read=_NAMES.get(dialect, dialect))
    except (sqlglot.errors.SqlglotError, ValueError, RecursionError):
        statement = None
    if isinstance(statement, sqlglot.exp.Select):
        condition = statement.args.get("where")
        # What closes the bracket and goes on is more than a condition.
        is_one = {name for name, value in statement.args.items() if value} <= {
            "kind",
            "expressions",
            "where",
        } and isinstance(condition and condition.this, sqlglot.exp.Paren)
    if not is_one:
        raise bad_condition(text)
