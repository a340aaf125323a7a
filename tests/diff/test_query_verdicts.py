"""What is said of two queries never contradicts the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from confiture import parse_sql
from confiture.artifacts.encoded import EncodedModel
from confiture.diffing import verdicts
from confiture.diffing.context import Context
from confiture.diffing.kinds import entries_of
from confiture.diffing.verdicts import Verdict, compare_queries

from .query_pairs import BEYOND, DEFINITIONS, QUERIES

if TYPE_CHECKING:
    import psycopg

    from confiture.diffing.scopes import Scope
    from model.conftest import Postgres

#: Undecided are: a query that a server would give other aliases, and what is beyond the reader.
MOST_UNDECIDED = 0.06


class Spelt(NamedTuple):
    """A query that a server accepts.

    Attributes:
        line: The line it is in.
        query: The query.
        spelling: As the server spells it.
    """

    line: int
    query: str
    spelling: str


@pytest.fixture(params=[18, 15], ids=str)
def spelt(request: pytest.FixtureRequest, servers: dict[int, Postgres]) -> list[Spelt]:
    """What a server accepts of the queries."""
    from model.servers import is_installed

    if request.param != 18 and not is_installed():
        pytest.skip("PostgreSQL 15 is not installed: Debian's package is postgresql-15")
    with servers[request.param].loaded(DEFINITIONS) as connection:
        return [
            Spelt(line, query, spelling)
            for line, queries in enumerate(QUERIES)
            for query in queries
            if (spelling := spelling_of(connection, query)) is not None
        ]


def spelling_of(connection: psycopg.Connection[object], query: str) -> str | None:
    """How a server spells a view's query; None if it refuses it."""
    import psycopg

    try:
        with connection.transaction():
            connection.execute(f"CREATE VIEW it AS {query}".encode())
            connection.execute("SET LOCAL search_path = pg_catalog")
            row = connection.execute("SELECT pg_get_viewdef('public.it'::regclass)").fetchone()
            raise _UndoneError(str(row[0]).rstrip(";") if row else "")
    except _UndoneError as undone:
        return str(undone)
    except psycopg.Error:
        return None


class _UndoneError(Exception):
    """Ends a transaction with a value."""


class Compared:
    """Queries as models have them, with what is known where they stand.

    Args:
        definitions: What they are about.
        queries: The queries.
        known: What was said of two queries before: servers accept mostly the same.
    """

    def __init__(
        self, definitions: str, queries: list[str], known: dict[tuple[str, str], Verdict] | None = None
    ) -> None:
        self._sources = queries
        self._known = {} if known is None else known
        views = "".join(f"CREATE VIEW compared_{n} AS {query};\n" for n, query in enumerate(queries))
        model = parse_sql(definitions + views)
        by_name = {view.name: view.query for view in model.views}
        self._queries = [by_name[f"compared_{number}"] for number in range(len(queries))]
        encoded = EncodedModel.of(parse_sql(definitions))
        (view,) = (
            entry
            for entry in entries_of(parse_sql("CREATE VIEW compared AS SELECT 1"))
            if entry.noun == "VIEW"
        )
        self._scope = Context((encoded, encoded)).scope(view)

    def verdict(self, one: int, other: int) -> Verdict:
        pair = self._sources[one], self._sources[other]
        if pair not in self._known:
            self._known[pair] = compare_queries(
                self._queries[one], self._queries[other], self._scope, ((), ())
            )
        return self._known[pair]


@pytest.fixture(autouse=True)
def _resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read each query once: it is compared with all others."""
    read = verdicts._resolved
    known: dict[tuple[str, int, object], tuple[object, object]] = {}

    def resolved(text: str, scope: Scope, side: int, names: tuple[str, ...] | None) -> object:
        key = (text, side, names)
        if key not in known or known[key][0] is not scope:
            known[key] = scope, read(text, scope, side, names)
        return known[key][1]

    monkeypatch.setattr(verdicts, "_resolved", resolved)


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, str], Verdict]:
    """What was said of two queries for the other server."""
    return {}


def test_no_verdict_contradicts_a_server(spelt: list[Spelt], known: dict[tuple[str, str], Verdict]) -> None:
    assert len(spelt) > 250
    compared = Compared(DEFINITIONS, [one.query for one in spelt], known)
    faults = []
    counts = dict.fromkeys(Verdict, 0)
    for index, one in enumerate(spelt):
        if compared.verdict(index, index) is not Verdict.SAME:
            faults.append(f"not itself: {one.query}")
        for other, rival in enumerate(spelt[:index]):
            verdict = compared.verdict(index, other)
            counts[verdict] += 1
            is_same = one.spelling == rival.spelling
            if (verdict is Verdict.SAME and not is_same) or (verdict is Verdict.DIFFERENT and is_same):
                faults.append(f"{verdict.value}: {one.query}\n  and {rival.query}")
    assert not faults, "\n".join(faults)
    # To be undecided is no way out.
    assert counts[Verdict.UNDECIDED] < sum(counts.values()) * MOST_UNDECIDED


def test_what_a_server_rewrites_by_rule_is_decided(spelt: list[Spelt]) -> None:
    compared = Compared(DEFINITIONS, [one.query for one in spelt] + [one.spelling for one in spelt])
    undecided = []
    for index, one in enumerate(spelt):
        verdict = compared.verdict(index, len(spelt) + index)
        if verdict is Verdict.DIFFERENT or (verdict is Verdict.UNDECIDED and one.query not in BEYOND):
            undecided.append(f"{verdict.value}: {one.query}\n  and {one.spelling}")
        for other in range(index):
            if spelt[other].line == one.line and compared.verdict(index, other) is not Verdict.SAME:
                undecided.append(
                    f"{compared.verdict(index, other).value}: {one.query}\n  and {spelt[other].query}"
                )
    assert not undecided, "\n".join(undecided)


def test_queries_in_one_line_are_one_to_a_server(spelt: list[Spelt]) -> None:
    by_line: dict[int, set[str]] = {}
    for one in spelt:
        by_line.setdefault(one.line, set()).add(one.spelling)
    assert [QUERIES[line] for line, spellings in by_line.items() if len(spellings) > 1] == []
    lines: dict[str, list[int]] = {}
    for line, spellings in by_line.items():
        lines.setdefault(spellings.pop(), []).append(line)
    assert [[QUERIES[line] for line in same] for same in lines.values() if len(same) > 1] == []
