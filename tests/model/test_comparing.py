"""Comparisons find what is wrong with a model: whatever is taken from it, added to it or changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from confiture.models.schema.model import SchemaModel
from engines import LOADED

from .comparing import Comparison, compared, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Postgres

TEXT = """
    CREATE ROLE confiture_reader;
    CREATE ROLE confiture_owner;
    CREATE SCHEMA app;
    COMMENT ON SCHEMA app IS 'a schema';
    CREATE COLLATION app.mine (locale = 'C');
    CREATE TYPE app.mood AS ENUM ('sad', 'ok');
    CREATE TYPE app.pair AS (a integer, b text);
    CREATE TYPE app.floats AS RANGE (subtype = float8, subtype_diff = float8mi);
    CREATE DOMAIN app.small AS integer DEFAULT 1 NOT NULL CHECK (VALUE < 10);
    CREATE SEQUENCE app.numbers INCREMENT 5;
    CREATE TABLE app.parent (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood app.mood DEFAULT 'ok',
        name text COLLATE app.mine UNIQUE, number integer DEFAULT nextval('app.numbers'), small app.small,
        twice integer GENERATED ALWAYS AS (number * 2) STORED, CONSTRAINT positive CHECK (number > 0));
    CREATE TABLE app.child (parent_id bigint REFERENCES app.parent ON DELETE CASCADE, during int4range,
        EXCLUDE USING gist (during WITH &&));
    CREATE TABLE app.part (at date NOT NULL, n integer) PARTITION BY RANGE (at);
    CREATE TABLE app.part_1 PARTITION OF app.part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE INDEX named ON app.parent (lower(name), number DESC) WHERE number > 5;
    CREATE FUNCTION app.total(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql
        SET work_mem = '1MB' AS 'SELECT a + b';
    CREATE FUNCTION app.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE AGGREGATE app.sum_of(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
    CREATE VIEW app.moods AS SELECT id, mood FROM app.parent WHERE mood <> 'sad'::app.mood;
    CREATE TRIGGER fires BEFORE UPDATE OF name ON app.parent FOR EACH ROW WHEN (OLD.name <> NEW.name)
        EXECUTE FUNCTION app.fire('x');
    ALTER TABLE app.parent ENABLE ROW LEVEL SECURITY;
    CREATE POLICY seen ON app.parent FOR SELECT TO confiture_reader USING (app.total(number) > 0);
    CREATE RULE kept AS ON DELETE TO app.child DO INSTEAD NOTHING;
    CREATE STATISTICS app.related ON id, number FROM app.parent;
    GRANT SELECT ON app.parent TO confiture_reader;
    GRANT UPDATE (name) ON app.parent TO confiture_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO confiture_reader;
    ALTER TABLE app.child OWNER TO confiture_owner;
    COMMENT ON COLUMN app.parent.name IS 'what it is called';
"""

#: Fields that no catalogue has: where something stands in the text, and how the text came to be a model.
_OF_THE_TEXT = {"place", "ledger", "opaque", "is_late", "is_defined"}

#: Fields that the server has nothing like, or has in another field that is compared.
_NOT_COMPARED = {
    # Whether a partition's index is made by hand is not kept.
    ("Index", "is_only"),
}


def _changes(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that differs from a model in one place: without an element, or with another text."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            if name in _OF_THE_TEXT or (type(value).__name__, name) in _NOT_COMPARED:
                continue
            if type(value).__name__ == "Edge" and name == "kind":
                continue
            for called, changed in _changes(getattr(value, name), f"{path}.{name}"):
                yield called, msgspec.structs.replace(value, **{name: changed})
    elif isinstance(value, tuple):
        for index, element in enumerate(value):
            rest = value[:index], value[index + 1 :]
            yield f"{path}[{index}] gone", rest[0] + rest[1]
            for called, changed in _changes(element, f"{path}[{index}]"):
                yield called, (*rest[0], changed, *rest[1])
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int):
        yield path, value + 1
    elif isinstance(value, str):
        yield path, _other(value)


def _other(text: str) -> str:
    """A text of the same kind that says something else."""
    return {"NULL": "1"}.get(text, f"{text}x")


@pytest.fixture(scope="session")
def model() -> SchemaModel:
    return parsed(LOADED["python"] if "python" in LOADED else LOADED["rust"], TEXT)


@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_nothing_is_found_in_a_model_that_is_right(postgres: Postgres, model: SchemaModel) -> None:
    known_roles = postgres.roles()
    with postgres.loaded(TEXT) as connection:
        assert compared(model, connection, known_roles=known_roles) == []


@pytest.mark.parametrize("postgres", [18], indirect=True)
def test_every_change_of_a_model_is_found(postgres: Postgres, model: SchemaModel) -> None:
    known_roles = postgres.roles()
    missed, count = [], 0
    with postgres.loaded(TEXT) as connection:
        comparison = Comparison(connection, known_roles)
        for called, changed in _changes(model):
            count += 1
            if next(comparison.differences(changed), None) is None:
                missed.append(called)
    assert count > 400
    assert not missed
