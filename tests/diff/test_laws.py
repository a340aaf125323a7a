"""What holds of every comparison."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from confiture import parse_sql, split_sql
from confiture.core.builder import SchemaBuilder
from confiture.core.differ import SchemaDiffer
from model.test_library import PROJECT
from sql.corpora import corpus_files
from strategies import examples

from .test_changes import CASES, mirrored, rows_of

if TYPE_CHECKING:
    from confiture._interface import Engine

#: Texts that can be put together: each defines things of its own.
PIECES = [
    "CREATE TABLE a{0} (id serial PRIMARY KEY, n numeric(8,2) NOT NULL DEFAULT 0 CHECK (n >= 0), "
    "t text UNIQUE);",
    "CREATE TYPE mood{0} AS ENUM ('sad', 'it''s');",
    "CREATE TABLE b{0} (x int, y int, FOREIGN KEY (x) REFERENCES b{0}_p (id)); "
    "CREATE TABLE b{0}_p (id int PRIMARY KEY);",
    "CREATE VIEW v{0} AS SELECT 1 AS one, 'x' AS x;",
    "CREATE FUNCTION f{0}(a int, b text DEFAULT 'x') RETURNS int LANGUAGE plpgsql "
    "AS $$BEGIN RETURN a; END$$;",
    "CREATE SEQUENCE s{0} START 5 CYCLE; GRANT USAGE ON SEQUENCE s{0} TO bob;",
    "CREATE DOMAIN d{0} AS varchar(9) CHECK (value <> '');",
    "CREATE TABLE p{0} (k int, v text) PARTITION BY RANGE (k); CREATE TABLE p{0}_1 PARTITION OF p{0} "
    "FOR VALUES FROM (0) TO (9); CREATE INDEX ON p{0} (v);",
    "CREATE TABLE r{0} (a int); ALTER TABLE r{0} ENABLE ROW LEVEL SECURITY; "
    "CREATE POLICY q ON r{0} USING (a > 0);",
    "CREATE TABLE c{0} (a int); COMMENT ON TABLE c{0} IS 'c'; COMMENT ON COLUMN c{0}.a IS 'a';",
    "CREATE TABLE g{0} (a int, b int GENERATED ALWAYS AS (a + 1) STORED); "
    "CREATE UNIQUE INDEX ON g{0} (a, b DESC);",
    "CREATE SCHEMA sch{0}; CREATE TABLE sch{0}.t (a int PRIMARY KEY);",
    "CREATE TABLE w{0} (a int); CREATE FUNCTION w{0}_f() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN NEW; END'; "
    "CREATE TRIGGER tr BEFORE INSERT ON w{0} FOR EACH ROW EXECUTE FUNCTION w{0}_f();",
]

pieces = st.lists(st.tuples(st.sampled_from(PIECES), st.integers(0, 3)), max_size=6, unique=True).map(
    lambda chosen: [piece.format(number) for piece, number in chosen]
)


@examples(150)
@given(chosen=pieces, seed=st.integers(0, 99))
def test_how_it_is_written_does_not_matter(chosen: list[str], seed: int) -> None:
    text = "\n".join(chosen)
    shuffled = list(chosen)
    random.Random(seed).shuffle(shuffled)
    differ = SchemaDiffer()
    assert not differ.compare(text, text).changes
    assert not differ.compare(text, "\n-- more\n\n".join(shuffled)).changes
    assert not differ.compare(text, rewritten(text)).changes


def rewritten(text: str) -> str:
    """The text with comments and white space between all of its tokens, outside quotes."""
    quotes = r"('(?:[^']|'')*'|\$\$.*?\$\$)"
    pieces = re.split(quotes, text)
    spaced = [
        re.sub(r"\s", " /* ' */\n\t", piece) if index % 2 == 0 else piece
        for index, piece in enumerate(pieces)
    ]
    words = [
        re.sub(r"\b(CREATE|TABLE|int|text|NOT|NULL|CHECK)\b", lambda word: word[0].swapcase(), piece)
        if index % 2 == 0
        else piece
        for index, piece in enumerate(spaced)
    ]
    return "".join(words)


@examples(150)
@given(old=pieces, new=pieces)
def test_the_other_way_round_is_the_mirror(old: list[str], new: list[str]) -> None:
    differ = SchemaDiffer()
    there = differ.compare("\n".join(old), "\n".join(new)).changes
    back = differ.compare("\n".join(new), "\n".join(old)).changes
    renamed = {
        change.new_value: change.old_value
        for change in there
        if change.type.startswith("RENAME_") and change.column is None
    }

    def before(name: str | None) -> str | None:
        return renamed.get(name, name)

    seen = [replace(mirrored(change), table=before(change.table)) for change in there]
    assert rows_of(tuple(seen)) == rows_of(back)


@examples(100)
@given(kept=pieces, added=pieces)
def test_dropping_what_was_added_gives_the_same_again(kept: list[str], added: list[str]) -> None:
    added = [piece for piece in added if piece not in kept]
    old, new = "\n".join(kept), "\n".join(kept + added)
    changes = SchemaDiffer().compare(old, new).changes
    assert all(change.type.startswith("ADD_") for change in changes)
    drops = "".join(f"DROP {_statement(change.object)} CASCADE;\n" for change in changes)
    assert not SchemaDiffer().compare(old, new + "\n" + drops).changes


def _statement(called: str) -> str:
    """An object as DROP names it; what went with another object is no error."""
    kind, _, name = called.partition(" ")
    if kind in ("trigger", "policy"):
        return f"{kind} IF EXISTS {name}"
    if kind == "index":
        part, _, table = name.partition(" on ")
        return f"index IF EXISTS {table.rpartition('.')[0]}.{part}"
    return f"{kind} IF EXISTS {name}"


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_both_engines_tell_the_same(
    both_engines: tuple[Engine, Engine], old: str, new: str, expected: list[object]
) -> None:
    from confiture.artifacts import dumps_json
    from confiture.artifacts.schema import decode_model

    documents = [
        dumps_json(
            SchemaDiffer().compare_models(
                *(decode_model(engine.parse_sql(text, file="a.sql")) for text in (old, new))
            )
        )
        for engine in both_engines
    ]
    assert documents[0] == documents[1]


def test_no_schema_differs_from_itself() -> None:
    texts = [file.text for file in corpus_files("schemas")] + [SchemaBuilder("local", PROJECT).build()]
    for text in texts:
        model = parse_sql(text)
        if not any(opaque.is_refused for opaque in model.opaque):
            again = parse_sql(text)
            assert model is not again
            assert not SchemaDiffer().compare_models(model, again).changes


def test_the_example_in_other_files_and_another_order_is_the_same() -> None:
    in_files = SchemaBuilder("local", PROJECT).build()
    by_needs = SchemaBuilder("local", PROJECT, order="dependencies").build()
    assert [one.fingerprint for one in split_sql(in_files)] != [
        one.fingerprint for one in split_sql(by_needs)
    ]
    # Default privileges are for what is made after them: sorted, they come before everything.
    assert set(SchemaDiffer().compare(in_files, by_needs).count_by_type()) <= {"GRANT", "REVOKE"}


def test_changes_are_sorted_and_the_same_each_time() -> None:
    old, new = PIECES[0].format(1) + PIECES[3].format(1), PIECES[9].format(2) + PIECES[1].format(2)
    first, second = (SchemaDiffer().compare(old, new).changes for _ in range(2))
    assert first == second
    assert [f"{change.type} {change.object}" for change in first] == [
        "ADD_ENUM_TYPE type public.mood2",
        "DROP_TABLE table public.a1",
        "ADD_TABLE table public.c2",
        "DROP_VIEW view public.v1",
    ]
