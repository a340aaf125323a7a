"""Types are spelt as PostgreSQL spells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .parsing import model_of, table_of

if TYPE_CHECKING:
    from confiture._interface import Engine

DEFINITIONS = """
    CREATE SCHEMA app;
    CREATE TYPE app.mood AS ENUM ('sad');
    CREATE TYPE app."Mood" AS ENUM ('sad');
    CREATE DOMAIN email AS text;
    CREATE TABLE other (id numeric(10, 2));
"""


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("int", "integer"),
        ("INT4", "integer"),
        ("pg_catalog.int8", "bigint"),
        ("int2", "smallint"),
        ("float", "double precision"),
        ("float(24)", "real"),
        ("float(25)", "double precision"),
        ("dec", "numeric"),
        ("decimal(10)", "numeric(10,0)"),
        ("numeric(10,2)", "numeric(10,2)"),
        ("numeric(2, -3)", "numeric(2,-3)"),
        ("bool", "boolean"),
        ("char", "character(1)"),
        ("character(3)", "character(3)"),
        ('"char"', '"char"'),
        ('pg_catalog."char"', '"char"'),
        ("bpchar", "bpchar"),
        ("varchar", "character varying"),
        ("character varying (10)", "character varying(10)"),
        ("national character varying(5)", "character varying(5)"),
        ("bit", "bit(1)"),
        ("bit varying(5)", "bit varying(5)"),
        ("timestamp", "timestamp without time zone"),
        ("timestamp(3) with time zone", "timestamp(3) with time zone"),
        ("timestamptz(9)", "timestamp(6) with time zone"),
        ("time", "time without time zone"),
        ("timetz", "time with time zone"),
        ("interval", "interval"),
        ("interval(3)", "interval(3)"),
        ("interval day to second(2)", "interval day to second(2)"),
        ("text[]", "text[]"),
        ("text[3][4]", "text[]"),
        ("text ARRAY[4]", "text[]"),
        ("_text", "text[]"),
        ("json", "json"),
        ("app.mood", "app.mood"),
        ('app."Mood"[]', 'app."Mood"[]'),
        ("email", "public.email"),
        ("other", "public.other"),
        ("late", "public.late"),
        ("geometry(Point, 4326)", "geometry(point,4326)"),
        ("extensions.citext", "extensions.citext"),
    ],
)
def test_a_column_has_the_type_as_postgresql_spells_it(engine: Engine, written: str, spelt: str) -> None:
    text = f"{DEFINITIONS} CREATE TABLE t (a {written} NOT NULL); CREATE TYPE late AS (a int);"
    assert table_of(model_of(engine, text), "t").columns[0].type == spelt


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("char(3)", "character"),
        ("numeric(10, 2)", "numeric"),
        ("varchar(10)[]", "character varying[]"),
        ("timestamp(3)", "timestamp without time zone"),
        ("other.id%TYPE", "numeric"),
        ("app.mood", "app.mood"),
    ],
)
def test_an_argument_has_no_modifiers(engine: Engine, written: str, spelt: str) -> None:
    text = f"{DEFINITIONS} CREATE FUNCTION f(a {written}) RETURNS SETOF {written} LANGUAGE sql AS 'SELECT 1'"
    routine = model_of(engine, text).routines[0]
    assert (routine.arguments[0].type, routine.returns, routine.returns_set) == (spelt, spelt, True)


@pytest.mark.parametrize(
    ("written", "base", "maximum"),
    [
        ("smallserial", "smallint", 32767),
        ("serial4", "integer", 2147483647),
        ("bigserial", "bigint", 2**63 - 1),
    ],
)
def test_a_serial_column_has_a_sequence(engine: Engine, written: str, base: str, maximum: int) -> None:
    model = model_of(engine, f"CREATE TABLE t (a {written})")
    column = table_of(model, "t").columns[0]
    (sequence,) = model.sequences
    assert (column.type, column.is_not_null) == (base, True)
    assert column.default == "nextval('public.t_a_seq'::regclass)"
    assert (sequence.name, sequence.type, sequence.maximum) == ("t_a_seq", base, maximum)
    assert sequence.owned_by_column == "a"
