"""Scripts whose statements are sorted by what they need say what they said before, or are refused."""

from __future__ import annotations

import functools
import random
import re
from typing import TYPE_CHECKING, NamedTuple

import psycopg
import pytest

from confiture.core.ordering import UnsortableError
from confiture.core.sorted_bundles import sort_body
from engines import ENGINES, LOADED

from .catalogue import FIRST_OF_A_TEXT, Catalogue
from .reading import read
from .script import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Engine

    from .conftest import Postgres
    from .script import Script

#: Why a text cannot be sorted, and how a statement of which that is true starts.
REASONS = {
    "a transaction is a matter of order": (
        r"begin|start|commit|rollback|end|abort|savepoint|release|set constraints|discard"
    ),
    "what it removes may have been needed before": r"drop ",
    "what is made after it has another owner": r"reassign owned ",
    "it changes what others find under a name": r"alter .*( rename | set schema | detach | drop )",
    "the statements that it is meant for may come before it": r"(re)?set |discard",
    "another statement says something else of the same object": r"alter |comment |create (or replace )?",
    "need each other": r"create type ",
}

#: Why a text in an order that does not work cannot be sorted although it can in its own.
REASONS_WITHOUT_AN_ORDER = {
    "so nothing tells what that is": r"alter default privileges ",
    "another statement before it is about the same privileges": r"grant |revoke ",
}

#: What depends on the order of statements of one kind, of which only an order that works could tell.
TOLD_BY_ORDER = {
    "columns that are added": "the order of columns",
    "triggers and rules that are enabled": "triggers that are disabled and enabled",
    "names of constraints that are added": "names that PostgreSQL makes up",
    "names of indexes": "names that PostgreSQL makes up",
    "more names of indexes": "names that PostgreSQL makes up",
    "long names of indexes": "names that PostgreSQL makes up",
    "keys in parentheses": "names that PostgreSQL makes up",
    "compression, storage and statistics of a parent's columns": "what a child has from its parent",
    "grant options of who becomes the owner": "what is granted and taken",
    "privileges of all in a schema": "what is granted to all that is there",
    "like of views": "which columns there are when a view is made",
    "options of columns": "options that are set and reset",
    "settings of roles": "settings that are set and reset",
    "storage and another type": "storage that is set before a column has another type",
    "operator classes and another type": "which type a column has when an index is made",
    "tables that are there already": "which of two definitions comes first",
}

_SHUFFLES = 3

#: All that a server says of objects of a text in its own words.
_DEFINITIONS = f"""
    SELECT * FROM (SELECT 'index', oid::regclass::text, pg_get_indexdef(oid) FROM pg_class
        WHERE relkind IN ('i', 'I') AND oid >= {FIRST_OF_A_TEXT}
    UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || contypid::regtype || ' ' || conname,
        pg_get_constraintdef(oid) FROM pg_constraint WHERE oid >= {FIRST_OF_A_TEXT}
    UNION ALL SELECT 'rule', ev_class::regclass || ' ' || rulename, pg_get_ruledef(oid) FROM pg_rewrite
        WHERE oid >= {FIRST_OF_A_TEXT}
    UNION ALL SELECT 'trigger', tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE oid >= {FIRST_OF_A_TEXT} AND NOT tgisinternal
    UNION ALL SELECT 'default', adrelid::regclass || ' ' || adnum, pg_get_expr(adbin, adrelid) FROM pg_attrdef
        WHERE oid >= {FIRST_OF_A_TEXT}
    UNION ALL SELECT 'statistics', stxrelid::regclass || ' ' || stxname, pg_get_statisticsobjdef(oid)
        FROM pg_statistic_ext WHERE oid >= {FIRST_OF_A_TEXT}
    UNION ALL SELECT 'function', oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc
        WHERE oid >= {FIRST_OF_A_TEXT} AND prokind <> 'a'
    UNION ALL SELECT 'column', attrelid::regclass || ' ' || attname,
        concat_ws(' ', attstorage, attcompression, attstattarget, attoptions)
        FROM pg_attribute WHERE attrelid >= {FIRST_OF_A_TEXT} AND attnum > 0
    UNION ALL SELECT 'comment', pg_describe_object(classoid, objoid, objsubid), description
        FROM pg_description WHERE objoid >= {FIRST_OF_A_TEXT}
    ) AS found (kind, name, said) WHERE name NOT LIKE 'pg_toast%' ORDER BY 1, 2, 3
"""


class _State(NamedTuple):
    """What a server has after running a text."""

    rows: object
    definitions: object


def _state(postgres: Postgres, known_roles: frozenset[str], text: str) -> _State | None:
    """What a server has after a text; None if it refuses a statement of it."""
    try:
        with postgres.loaded(text) as connection:
            catalogue = Catalogue(connection, known_roles)
            return _State(read(catalogue), catalogue.tuples(_DEFINITIONS))
    except psycopg.Error:
        return None


def _outcome(engine: Engine, text: str) -> str | UnsortableError:
    try:
        return sort_body(engine, text).text
    except UnsortableError as error:
        return error


def _sorted(text: str, reasons: dict[str, str]) -> str | None:
    """A text in order, by all engines; None if it is refused for one of some reasons that is true of it."""
    error, *others = (_outcome(engine, text) for engine in LOADED.values())
    assert all(repr(other) == repr(error) for other in others)
    if isinstance(error, str):
        return error
    engine = LOADED[ENGINES[0]]
    words = engine.normalize_statements(text)
    (said,) = (
        words[index]
        for index, statement in enumerate(engine.split_statements(text)[0])
        if statement[5:7] == error.place
    )
    assert any(reason in error.reason and re.match(start, said) for reason, start in reasons.items()), error
    return None


def _statements(text: str) -> list[str]:
    engine = LOADED[ENGINES[0]]
    content = text.encode()
    return [
        content[start:end].decode() + ("" if is_terminated else ";")
        for _, _, _, start, end, _, _, is_terminated, _ in engine.split_statements(text)[0]
    ]


def _shuffled(script: Script, statements: Sequence[str]) -> list[str]:
    order = random.Random(script.name)
    return ["\n".join(order.sample(statements, len(statements))) + "\n" for _ in range(_SHUFFLES)]


@pytest.mark.parametrize("postgres", [18], indirect=True)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_sorted_script_says_the_same(postgres: Postgres, script: Script) -> None:
    body = _sorted(script.sql, REASONS)
    if body is None:
        return
    known_roles = frozenset(postgres.roles())
    # Many orders are sorted into the same one.
    state = functools.cache(functools.partial(_state, postgres, known_roles))
    wanted = state(script.sql)
    assert wanted is not None
    assert state(body) == wanted
    is_told_by_order = False
    for text in _shuffled(script, _statements(script.sql)):
        body = _sorted(text, REASONS | REASONS_WITHOUT_AN_ORDER)
        if body is None:
            continue
        found = state(body)
        as_given = state(text)
        if as_given is not None:
            assert found == as_given
        elif script.name in TOLD_BY_ORDER:
            is_told_by_order |= found != wanted
        else:
            assert found == wanted
    assert is_told_by_order == (script.name in TOLD_BY_ORDER)


def test_many_scripts_can_be_sorted() -> None:
    bodies = [_sorted(script.sql, REASONS) for script in SCRIPTS]
    assert sum(body is not None for body in bodies) >= 175
