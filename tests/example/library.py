"""The example project, and a session in a database that was made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

PROJECT = Path(__file__).parents[2] / "examples" / "library"

SCHEMAS = ["org", "catalogue", "membership", "circulation", "acquisition", "reporting", "audit"]

# What the seeds call these branches and members.
MAIN, HARBOUR, HILLSIDE = 1, 2, 3
JEANNE, MALO, INGRID, SAMUEL, SCHOOL = 1, 2, 3, 4, 5


class Session:
    """A connection whose work is undone after the test."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def run(self, sql: str, *parameters: Any) -> None:
        self.connection.execute(sql, parameters or None)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, parameters or None).fetchall()

    def row(self, sql: str, *parameters: Any) -> tuple[Any, ...]:
        (only,) = self.rows(sql, *parameters)
        return only

    def one(self, sql: str, *parameters: Any) -> Any:
        (value,) = self.row(sql, *parameters)
        return value

    def column(self, sql: str, *parameters: Any) -> list[Any]:
        return [value for (value,) in self.rows(sql, *parameters)]

    def fails(self, error: type[Exception] | str, sql: str, *parameters: Any) -> errors.Error:
        """Run a statement that must raise this error, or one with this SQLSTATE."""
        expected = psycopg.Error if isinstance(error, str) else error
        with pytest.raises(expected) as caught, self.connection.transaction():
            self.run(sql, *parameters)
        raised = caught.value
        assert isinstance(raised, psycopg.Error)
        if isinstance(error, str):
            assert raised.sqlstate == error, raised
        return raised

    def become(self, role: str, **settings: int) -> None:
        """Act as a group, as the programs do at the start of a transaction."""
        self.run(f"SET LOCAL ROLE {role}")
        for name, value in settings.items():
            self.run("SELECT set_config(%s, %s, true)", f"library.{name}", str(value))

    def copy_id(self, barcode: str) -> int:
        return int(self.one("SELECT copy_id FROM catalogue.copy WHERE barcode = %s", barcode))

    def lend(
        self,
        barcode: str,
        member_id: int,
        loaned_at: str,
        *,
        branch_id: int = MAIN,
        due_on: str | None = None,
    ) -> int:
        return int(
            self.one(
                """INSERT INTO circulation.loan (copy_id, member_id, branch_id, loaned_at, due_on)
                VALUES (%s, %s, %s, %s, %s) RETURNING loan_id""",
                self.copy_id(barcode),
                member_id,
                branch_id,
                loaned_at,
                due_on,
            )
        )

    def give_back(self, loan_id: int, returned_at: str) -> None:
        self.run("UPDATE circulation.loan SET returned_at = %s WHERE loan_id = %s", returned_at, loan_id)
