"""Whatever is changed in a query: what is said of it never contradicts the server."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from confiture import parse_sql
from confiture.core.builder import SchemaBuilder
from confiture.diffing.verdicts import Verdict
from model.test_library import PROJECT

from .mutated_queries import mutated
from .query_pairs import DEFINITIONS, QUERIES
from .test_query_verdicts import Compared, spelling_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.conftest import Postgres

#: Changes of each query, most of which a server refuses.
_CHANGES = 8


def example() -> tuple[str, list[str]]:
    """The definitions of the example, and the queries of its views."""
    text = SchemaBuilder("local", PROJECT).build()
    return text, [view.query for view in parse_sql(text).views if not view.is_recursive]


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
@pytest.mark.parametrize("of_example", [False, True], ids=["pairs", "example"])
def test_no_verdict_on_a_changed_query_contradicts_a_server(
    postgres: Postgres, of_example: bool, record_property: Callable[[str, object], None]
) -> None:
    definitions, queries = (
        example() if of_example else (DEFINITIONS, [query for line in QUERIES for query in line])
    )
    chance = random.Random(5)
    found: list[tuple[str, str, str, str]] = []
    name = postgres.server.create_database("changed")
    postgres.server.load(name, definitions)
    with postgres.server.connect(name) as connection:
        for query in queries:
            own = spelling_of(connection, query)
            for changed in mutated(query, chance, _CHANGES * (6 if of_example else 1)) if own else ():
                spelling = spelling_of(connection, changed)
                if spelling is not None:
                    found.append((query, own or "", changed, spelling))
        connection.rollback()
    compared = Compared(definitions, [text for query, _, *rest in found for text in (query, *rest)])
    counts: Counter[str] = Counter()
    faults = []
    for index, (query, own, changed, spelling) in enumerate(found):
        verdict = compared.verdict(3 * index, 3 * index + 1)
        counts[f"{verdict.value}, {'the same' if own == spelling else 'another one'} to a server"] += 1
        if verdict is not Verdict.UNDECIDED and (verdict is Verdict.SAME) != (own == spelling):
            faults.append(f"{verdict.value}: {query}\n  and {changed}\n  {own}\n  and {spelling}")
        if compared.verdict(3 * index + 1, 3 * index + 2) is Verdict.DIFFERENT:
            faults.append(f"not itself: {changed}\n  and {spelling}")
    record_property("verdicts", dict(sorted(counts.items())))
    assert not faults, "\n".join(faults)
    assert len(found) >= (100 if of_example else 700)
    # To be undecided is no way out.
    assert sum(count for what, count in counts.items() if what.startswith("undecided")) < len(found) * 0.35
