"""A schema compared with what pg_dump writes of it is the same schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confiture.core.builder import SchemaBuilder
from confiture.core.differ import SchemaDiffer
from confiture.models.diff import UNDECIDED
from model.test_library import PROJECT
from model.test_packaged_schemas import SCHEMAS, WITH_EXTENSIONS
from sql.corpora import FOLDERS

if TYPE_CHECKING:
    from confiture.models.diff import SchemaChange
    from model.conftest import Postgres

FOLDER = FOLDERS["schemas"]

#: What a server alone may decide: queries and statements that it keeps as trees, expressions, and the
#: collation that a collation is a copy of.
DECIDED_BY_SERVERS = frozenset(
    (
        *(
            "REPLACE_VIEW",
            "REPLACE_MATERIALIZED_VIEW",
            "REPLACE_FUNCTION",
            "REPLACE_PROCEDURE",
            "REPLACE_RULE",
        ),
        *("REPLACE_POLICY", "REPLACE_TRIGGER", "CHANGE_CHECK_CONSTRAINT", "CHANGE_EXCLUSION_CONSTRAINT"),
        *(
            "CHANGE_COLUMN_DEFAULT",
            "CHANGE_COLUMN_GENERATED",
            "CHANGE_INDEX",
            "CHANGE_DOMAIN",
            "CHANGE_STATISTICS",
        ),
        *("CHANGE_COLLATION", "CHANGE_TEXT_SEARCH_CONFIGURATION"),
    )
)


def changes_against_own_dump(postgres: Postgres, text: str) -> list[SchemaChange]:
    name = postgres.server.create_database("dumped")
    postgres.server.load(name, text)
    dump = postgres.server.dump(name, "--schema-only")
    assert len(dump) > 100
    there = SchemaDiffer().compare(text, dump).changes
    assert len(there) == len(SchemaDiffer().compare(dump, text).changes)
    return list(there)


def faults_of(changes: list[SchemaChange]) -> list[str]:
    return [
        f"{change.type} {change.object} {change.column or ''}: {change.old_value} -> {change.new_value}"
        for change in changes
        if change.type != UNDECIDED or (change.details or {}).get("change") not in DECIDED_BY_SERVERS
    ]


@pytest.mark.parametrize("postgres", [18, 15], indirect=True)
def test_the_example_is_its_own_dump(postgres: Postgres) -> None:
    text = SchemaBuilder("local", PROJECT).build()
    # What the example makes by code, where the server has what it takes.
    by_code = ("extension pg_trgm", "index title_trigram on catalogue.title")
    changes = [change for change in changes_against_own_dump(postgres, text) if change.object not in by_code]
    assert not faults_of(changes), "\n".join(faults_of(changes))


@pytest.mark.skipif(FOLDER is None, reason="the corpus 'schemas' is not here: run `make corpora`")
@pytest.mark.parametrize(
    ("postgres", "file"),
    [
        pytest.param(version, file, id=f"{file.partition('/')[0]}-{version}")
        for version in (18, 15)
        for file in SCHEMAS
        if version == 15 or not file.startswith(WITH_EXTENSIONS)
    ],
    indirect=["postgres"],
)
def test_a_packaged_schema_is_its_own_dump(postgres: Postgres, file: str) -> None:
    assert FOLDER is not None
    changes = changes_against_own_dump(postgres, (FOLDER / file).read_text(encoding="utf-8"))
    assert not faults_of(changes), "\n".join(faults_of(changes))
