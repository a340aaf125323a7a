"""What is said of two expressions is what a server says that reads and writes them."""

from __future__ import annotations

import os
import random
from collections import Counter
from typing import TYPE_CHECKING

import psycopg
import pytest

from confiture import parse_sql
from confiture.core.differ import SchemaDiffer
from confiture.models.diff import UNDECIDED

from .expressions import TABLE, pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from model.conftest import Postgres

#: How many pairs are tried.
PAIRS = 400 * int(os.environ.get("CONFITURE_TEST_EXAMPLES", "1"))

_ADD = "ALTER TABLE subject ADD CONSTRAINT spelt CHECK ({});"
_SPELT = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'spelt'"


@pytest.fixture
def connection(postgres: Postgres) -> Iterator[psycopg.Connection[Any]]:
    name = postgres.server.create_database("expressions")
    with postgres.server.connect(name) as connection:
        connection.execute(TABLE)
        yield connection
        connection.rollback()


def spelt_by_server(connection: psycopg.Connection[Any], expression: str) -> str | None:
    """How a server writes an expression once it has read what it wrote; None if it refuses it."""
    connection.execute("SAVEPOINT before")
    try:
        connection.execute(_ADD.format(expression).encode())
        for _ in range(2):
            ((text,),) = connection.execute(_SPELT).fetchall()
            again = (
                f"ALTER TABLE subject DROP CONSTRAINT spelt; ALTER TABLE subject ADD CONSTRAINT spelt {text}"
            )
            connection.execute(again.encode())
    except psycopg.Error:
        return None
    finally:
        connection.execute("ROLLBACK TO before")
    return str(text)


def verdict_on(old: str, new: str) -> str:
    models = [parse_sql(TABLE + _ADD.format(expression)) for expression in (old, new)]
    changes = SchemaDiffer().compare_models(*models).changes
    if not changes:
        return "equal"
    return "undecided" if all(change.type == UNDECIDED for change in changes) else "different"


@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_no_verdict_on_expressions_contradicts_a_server(
    connection: psycopg.Connection[Any], record_property: Callable[[str, object], None]
) -> None:
    verdicts: Counter[tuple[str, str]] = Counter()
    contradictions = []
    for kind, old, new in pairs(random.Random(11), PAIRS):
        before, after = (spelt_by_server(connection, expression) for expression in (old, new))
        if before is None or after is None:
            continue
        verdict, truth = verdict_on(old, new), "equal" if before == after else "different"
        verdicts[verdict, truth] += 1
        if verdict not in (truth, "undecided"):
            contradictions.append(f"{kind}: {verdict}\n  {old}\n  {new}\n  {before}\n  {after}")
    record_property("verdicts", {" but ".join(key): count for key, count in sorted(verdicts.items())})
    assert not contradictions, "\n".join(contradictions)
    assert verdicts["equal", "equal"] > PAIRS / 5
    assert verdicts["different", "different"] > PAIRS / 10
