"""What people write every day: nothing is said that a server contradicts, and each text is its own dump."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import pytest

from confiture import parse_sql
from confiture.core.differ import SchemaDiffer
from confiture.models.diff import UNDECIDED

from .everyday import ROLES, cases, named, text_of
from .server_spelling import spelt_by_server
from .test_own_dump import faults_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from confiture.models.diff import SchemaChange
    from model.conftest import Postgres
    from postgres import Server

#: What the model keeps as it is: a column of a view that is renamed.
_KEPT = ("code: view column renamed",)

_HEADER = re.compile(r"^--\n-- Name: (?P<name>.*?); Type: .*?; Schema: (?P<schema>.*?); Owner: .*\n--$", re.M)


class Everyday(NamedTuple):
    """A server of a version with a database that has all texts, each in a schema of its own."""

    server: Server
    version: int
    database: str


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[int, Everyday]]:
    """What is loaded already, by the version of the server; at the end, all of it is dropped."""
    loaded: dict[int, Everyday] = {}
    yield loaded
    for one in loaded.values():
        with one.server.connect("postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {one.database}".encode())
            connection.execute("DROP ROLE reader, writer")


@pytest.fixture
def everyday(postgres: Postgres, databases: dict[int, Everyday]) -> Everyday:
    if postgres.version not in databases:
        name = postgres.server.create_database("everyday")
        databases[postgres.version] = Everyday(postgres.server, postgres.version, name)
        texts = [
            text_of(f"{case.schema}_{number}", text)
            for case in cases(postgres.version)
            for number, text in enumerate(case.texts)
        ]
        with postgres.server.connect(name) as connection:
            connection.execute("".join([ROLES, *texts]).encode())
    return databases[postgres.version]


def verdict_of(changes: Sequence[SchemaChange]) -> str:
    if not changes:
        return "equal"
    return "undecided" if all(change.type == UNDECIDED for change in changes) else "different"


def shown(changes: Sequence[SchemaChange]) -> str:
    return "; ".join(f"{one.type} {one.object}: {one.old_value} -> {one.new_value}" for one in changes)


@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_no_verdict_on_two_spellings_contradicts_a_server(
    everyday: Everyday, record_property: Callable[[str, object], None]
) -> None:
    made: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    with everyday.server.connect(everyday.database) as connection:
        rows = spelt_by_server(connection)
    for row in rows:
        if any("case_" in str(part) for part in row):
            schema = named(row)
            made[schema].add(tuple(str(part).replace(schema, "it") for part in row))
    differ = SchemaDiffer()
    verdicts: Counter[tuple[str, str]] = Counter()
    contradictions = []
    for case in cases(everyday.version):
        models = [parse_sql(text_of(case.schema, text)) for text in case.texts]
        for one, other in combinations(range(len(models)), 2):
            is_same = made[f"{case.schema}_{one}"] == made[f"{case.schema}_{other}"]
            truth = "equal" if is_same else "different"
            changes = differ.compare_models(models[one], models[other]).changes
            verdict = verdict_of(changes)
            verdicts[verdict, truth] += 1
            if verdict not in (truth, "undecided"):
                texts = "\n".join((case.texts[one], case.texts[other], shown(changes)))
                contradictions.append(f"{case.called}: {verdict}, not {truth}\n{texts}")
    record_property("verdicts", {" but ".join(key): count for key, count in sorted(verdicts.items())})
    assert not contradictions, "\n\n".join(contradictions)
    assert verdicts["equal", "equal"] > 800
    assert verdicts["different", "different"] > 1500
    assert verdicts["undecided", "equal"] < 20
    assert verdicts["undecided", "different"] < 300


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_each_text_is_its_own_dump(everyday: Everyday) -> None:
    dumps = _by_schema(everyday.server.dump(everyday.database, "--schema-only"))
    differ = SchemaDiffer()
    faults = []
    undecided = 0
    for case in cases(everyday.version):
        for number, text in enumerate(case.texts):
            schema = f"{case.schema}_{number}"
            changes = differ.compare(text_of(schema, text), dumps[schema]).changes
            undecided += bool(changes)
            found = faults_of(list(changes))
            if found and not (case.called in _KEPT and verdict_of(changes) == "undecided"):
                faults.append(f"{case.called}: {text}\n" + "\n".join(found))
    assert not faults, "\n\n".join(faults)
    assert undecided < 40


def _by_schema(dump: str) -> dict[str, str]:
    """What a dump says of each schema, under what every dump starts with."""
    found: dict[str, list[str]] = defaultdict(list)
    headers = list(_HEADER.finditer(dump))
    head = dump[: headers[0].start()]
    for match, following in zip(headers, [*headers[1:], None], strict=True):
        entry = dump[match.end() : len(dump) if following is None else following.start()]
        if "case_" in match["schema"] or "case_" in entry:
            found[named([match["schema"], entry])].append(entry)
    return {schema: "\n".join([head, *entries]) for schema, entries in found.items()}
