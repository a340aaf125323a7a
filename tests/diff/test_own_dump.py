"""A schema compared with what pg_dump writes of it is the same schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confiture.models.diff import UNDECIDED
from sql.corpora import FOLDERS

from .fidelity import VERSIONS, documented, dumped, exact_changes, names, offline_changes, text_of

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


def faults_of(changes: list[SchemaChange]) -> list[str]:
    return [
        f"{change.type} {change.object} {change.column or ''}: {change.old_value} -> {change.new_value}"
        for change in changes
        if change.type != UNDECIDED or (change.details or {}).get("change") not in DECIDED_BY_SERVERS
    ]


@pytest.mark.skipif(FOLDER is None, reason="the corpus 'schemas' is not here: run `make corpora`")
@pytest.mark.parametrize(
    ("postgres", "name"),
    [
        pytest.param(version, name, id=f"{name.partition('/')[0]}-{name.rpartition('/')[2]}-{version}")
        for version in VERSIONS
        for name in names(version)
    ],
    indirect=["postgres"],
)
def test_a_schema_is_its_own_dump(postgres: Postgres, name: str) -> None:
    text = text_of(name)
    dump = dumped(postgres.server, text)
    changes = offline_changes(text, dump)
    assert not faults_of(changes), "\n".join(faults_of(changes))
    exact = exact_changes(postgres.server, text, dump)
    assert not exact, "\n".join(
        f"{one.type} {one.object}: {one.old_value} -> {one.new_value}" for one in exact
    )
    # `PYTHONPATH=tests python -m diff.fidelity` writes the page.
    assert documented(name, postgres.version) == (str(len(changes)), "0")
