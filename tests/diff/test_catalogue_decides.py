"""What is said of two texts without a server is what their databases say."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from typing import TYPE_CHECKING

import psycopg
import pytest

from confiture import split_sql
from confiture.artifacts.encoded import EncodedModel
from confiture.core.builder import SchemaBuilder
from confiture.core.differ import SchemaDiffer
from confiture.diffing.parsing import PlacedText, parse_text
from confiture.models.diff import UNDECIDED
from model.servers import newer_server
from model.test_library import PROJECT
from model.test_packaged_schemas import SCHEMAS, WITH_EXTENSIONS
from sql.corpora import FOLDERS

from .mutations import CHANGES, Mutation, mutations
from .respellings import RESPELLINGS
from .server_spelling import spelt_by_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

FOLDER = FOLDERS["schemas"]

#: How many changes of each kind are tried in each schema.
PER_KIND = int(os.environ.get("CONFITURE_TEST_EXAMPLES", "1"))

#: Schemas that do not load in one transaction, as they upgrade themselves.
_NOT_AT_ONCE = ("kea-admin", *WITH_EXTENSIONS)
_TRANSACTIONS = re.compile(r"^\s*(BEGIN|COMMIT|ROLLBACK)(\s+(WORK|TRANSACTION))?\s*;", re.I | re.M)

#: Kinds of changes after which no schema here may load, as they name what is not there.
NOT_LOADED = frozenset(
    (
        *(
            "view word",
            "trigger event",
            "domain type",
            "foreign table",
            "policy condition",
            "trigger function",
        ),
        *("function word", "grant option"),
    )
)


def texts() -> list[tuple[str, str]]:
    found = [("example", SchemaBuilder("local", PROJECT).build(schema_only=True))]
    if FOLDER is not None:
        found += [
            (file.partition("/")[0], (FOLDER / file).read_text(encoding="utf-8"))
            for file in SCHEMAS
            if not file.startswith(_NOT_AT_ONCE)
        ]
    return [
        (name, _TRANSACTIONS.sub(lambda match: " " * len(match[0]), text.encode("ascii", "replace").decode()))
        for name, text in found
    ]


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection[Any]]:
    with newer_server() as server:
        server.create_database("spelt")
        with server.connect("spelt") as connection:
            connection.execute("CREATE ROLE other_role")
            connection.commit()
            yield connection


def server_says(connection: psycopg.Connection[Any], text: str) -> set[tuple[str, ...]] | None:
    """What a text makes; None if the server does not take it."""
    try:
        connection.execute(text.encode())
        return spelt_by_server(connection)
    except psycopg.Error:
        return None
    finally:
        connection.rollback()


class Prefix:
    """A text that is loaded as far as it goes: what is changed later in it does not load that again.

    Args:
        connection: A connection to an empty database.
        text: The text.
        ends: Where its statements end.
    """

    def __init__(self, connection: psycopg.Connection[Any], text: str, ends: list[int]) -> None:
        self._connection = connection
        self._text = text
        self._ends = ends
        self._loaded = 0

    def server_says(self, mutation: Mutation) -> set[tuple[str, ...]] | None:
        """What a changed text makes, each changed no earlier than the one before; None if it is refused."""
        end = max((end for end in self._ends if end <= mutation.offset), default=0)
        self._connection.execute(self._text[self._loaded : end].encode())
        self._loaded = end
        self._connection.execute("SAVEPOINT before_the_change")
        try:
            self._connection.execute(mutation.text[end:].encode())
            return spelt_by_server(self._connection)
        except psycopg.Error:
            return None
        finally:
            self._connection.execute("ROLLBACK TO before_the_change; RELEASE before_the_change")


@pytest.mark.skipif(FOLDER is None, reason="the corpus 'schemas' is not here: run `make corpora`")
def test_no_verdict_contradicts_two_databases(
    connection: psycopg.Connection[Any], record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(5)
    differ = SchemaDiffer()
    verdicts: Counter[tuple[str, str]] = Counter()
    contradictions = []
    for name, text in texts():
        before = server_says(connection, text)
        assert before is not None, name
        old = EncodedModel(parse_text(PlacedText(text)))
        found = split_sql(text)
        statements = [(one.start, one.end - one.is_terminated) for one in found]
        prefix = Prefix(connection, text, [one.end for one in found])
        changed = mutations(text, statements, chance, PER_KIND, RESPELLINGS)
        for mutation in sorted(changed, key=lambda one: one.offset):
            after = prefix.server_says(mutation)
            if after is None:
                continue
            new = EncodedModel(parse_text(PlacedText(mutation.text)))
            changes = differ.compare_models(old, new).changes
            is_undecided = bool(changes) and all(change.type == UNDECIDED for change in changes)
            verdict = "undecided" if is_undecided else "different" if changes else "equal"
            truth = "equal" if before == after else "different"
            verdicts[mutation.kind, verdict] += 1
            if verdict not in (truth, "undecided"):
                told = [
                    f"{change.type} {change.object} {change.old_value} -> {change.new_value}"
                    for change in changes
                ]
                contradictions.append(
                    f"{name}: {mutation.kind}: {verdict}, but the databases are {truth}\n"
                    f"{mutation.before}\n->\n{mutation.after}\n{told}\n{sorted(before ^ after)[:4]}"
                )
        connection.rollback()
    record_property(
        "verdicts", {f"{kind}: {verdict}": count for (kind, verdict), count in sorted(verdicts.items())}
    )
    assert not contradictions, "\n\n".join(contradictions)
    loaded = {kind for kind, _ in verdicts}
    assert loaded >= {change[0] for change in (*CHANGES, *RESPELLINGS)} - NOT_LOADED
    assert verdicts.total() >= 400
