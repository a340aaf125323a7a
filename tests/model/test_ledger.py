"""The ledger of real SQL: how much of what servers execute is modelled, and that nothing is lost.

Two shares are told of each corpus: of the definitions that the server executes, and of all that its grammar
accepts. The second one cannot be whole: it counts what a server refuses as well, like upgrades of versions
that are not there, forms for other servers, and tests of error messages.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from engines import LOADED
from sql.corpora import FOLDERS, CorpusFile, each_corpus

from .ledger.accounts import account_of, joined
from .ledger.listing import LIST, accounts, kept, listed
from .ledger.recorded import Outcome, load
from .ledger.texts import source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

RUNS = load()


class Floors(NamedTuple):
    """The least shares of a corpus that are modelled."""

    executed: float
    accepted: float


FLOORS = {
    "regression": Floors(0.96, 0.9),
    "server": Floors(0.85, 0.67),
    "postgresql": Floors(0.95, 0.92),
    "extensions": Floors(0.99, 0.86),
    "schemas": Floors(0.99, 0.77),
}


class Shares(NamedTuple):
    """What became of a corpus."""

    executed: list[bool]
    accepted: list[bool]
    faults: list[str]
    lines: list[str]


#: The engine that is asked, the faster one if it is there: the other one has to say the same.
ENGINE = next(iter(LOADED.values()))


@cache
def shares_of(corpus: str) -> Shares:
    """What the model makes of a corpus."""
    found = Shares([], [], [], [])
    for account, _ in accounts(ENGINE, RUNS, corpus):
        for definition in account.definitions:
            found.accepted.append(definition.opaque is None)
            if definition.is_executed:
                found.executed.append(definition.opaque is None)
        found.faults.extend(account.faults)
        found.lines.extend(kept(account, corpus))
    return found


def share(values: list[bool]) -> float:
    """How many of them are true."""
    return sum(values) / len(values)


@each_corpus
def test_no_statement_is_lost(corpus: str) -> None:
    assert shares_of(corpus).faults == []


@each_corpus
def test_definitions_are_modelled(corpus: str, record_property: Callable[[str, object], None]) -> None:
    found = shares_of(corpus)
    shares = Floors(share(found.executed), share(found.accepted))
    record_property("executed", f"{shares.executed:.4f} of {len(found.executed)}")
    record_property("accepted", f"{shares.accepted:.4f} of {len(found.accepted)}")
    assert shares.executed >= FLOORS[corpus].executed
    assert shares.accepted >= FLOORS[corpus].accepted


@each_corpus
def test_the_list_of_what_is_opaque_is_exact(corpus: str) -> None:
    found, known = set(shares_of(corpus).lines), set(listed(corpus))
    assert sorted(found - known) == [], "the model keeps more as it is than before"
    assert sorted(known - found) == [], "the model does more than before: these lines can go from the list"


def test_the_list_of_what_is_opaque_is_about_the_runs() -> None:
    paths = {
        f"{corpus}/{path}"
        for corpus, packages in RUNS.items()
        for runs in packages.values()
        for run in runs
        for path in run
    }
    lines = LIST.read_text(encoding="utf-8").splitlines()
    assert set(RUNS) == set(FOLDERS) == set(FLOORS)
    assert len(lines) == len(set(lines)) > 0
    assert {line.partition(": ")[0].rsplit(":", 2)[0] for line in lines} <= paths


class _Losing:
    """An engine that does not see some of a text."""

    def __init__(self, engine: Engine, lost: str) -> None:
        self._engine = engine
        self._lost = lost

    def parse_sql(self, text: str) -> bytes:
        return self._engine.parse_sql(text.replace(self._lost, " " * len(self._lost)))


@pytest.mark.parametrize("lost", ["", "CREATE TABLE t (a int);", "SELECT 1", ";ROLLBACK"])
def test_a_loss_is_a_fault(engine: Engine, lost: str) -> None:
    text = "CREATE TABLE t (a int);\nSELECT 1;\nCREATE TABLE t AS SELECT 1 + 1"
    source = source_of(engine, CorpusFile("schemas", "a.sql", text.encode()))
    losing = _Losing(engine, lost) if lost else engine
    account = account_of(losing, [source], {"a.sql": Outcome(3, frozenset((2,)))})  # type: ignore[arg-type]
    assert bool(account.faults) == bool(lost)
    assert [(each.line, each.tag, each.is_executed) for each in account.definitions] == [
        (1, "CREATE TABLE", True),
        (3, "CREATE TABLE AS", False),
    ]


@pytest.mark.parametrize(
    "corpus",
    [
        pytest.param(name, marks=pytest.mark.skipif(FOLDERS[name] is None, reason=f"'{name}' is not here"))
        for name in ("regression", "schemas")
    ],
)
def test_engines_agree_on_the_runs(corpus: str) -> None:
    for _, sources in accounts(ENGINE, RUNS, corpus):
        text, _ = joined(sources)
        first, *others = (engine.parse_sql(text) for engine in LOADED.values())
        assert all(other == first for other in others), [source.path for source in sources]
