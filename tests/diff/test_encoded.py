"""What two models have in common is not looked at, wherever it is defined."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from confiture import parse_sql
from confiture._backend import load_engine
from confiture.artifacts.encoded import EncodedModel, differing_parts, has_same_without_owner
from confiture.core.builder import SchemaBuilder
from confiture.core.differ import SchemaDiffer
from confiture.models.schema.model import SchemaModel
from model.test_library import PROJECT

KINDS = [field for field in SchemaModel.__struct_fields__ if field not in ("opaque", "edges", "ledger")]


def encoded(text: str, file: str | None = None) -> EncodedModel:
    return EncodedModel(load_engine().parse_sql(text, file=file))


def objects_of(model: SchemaModel) -> list[object]:
    return [one for kind in KINDS if kind != "default_privileges" for one in getattr(model, kind)]


#: The second one has bytes in it like those of a place's keys.
@pytest.mark.parametrize("file", [None, "a.sql", "äline\u0340æcolumn5.sql", "x/" * 60])
def test_places_are_no_part_of_what_is_compared(file: str | None) -> None:
    text = SchemaBuilder("local", PROJECT).build()
    old, new = encoded(text, "other.sql"), encoded("\n" * 70000 + "  " + text, file)
    assert [objects_of(part) for part in differing_parts(old, new)] == [[], []]


def test_what_is_not_the_same_is_kept() -> None:
    text = SchemaBuilder("local", PROJECT).build()
    table = parse_sql(text).tables[0]
    for line in (f"ALTER TABLE {table.schema}.{table.name} ADD added int;", "CREATE TABLE added (a int);"):
        old, new = differing_parts(encoded(text), encoded(f"\n{text}\n{line}"))
        assert all("added" not in repr(one) for one in objects_of(old))
        assert "added" in repr(new.tables)
        assert len(new.tables) == 1


def test_all_objects_of_a_model_are_there() -> None:
    text = SchemaBuilder("local", PROJECT).build()
    model = parse_sql(text, file="a.sql")
    whole = replace(model, edges=(), ledger=())
    assert differing_parts(EncodedModel.of(model), encoded(""))[0] == whole
    assert differing_parts(encoded(text, "a.sql"), encoded(""))[0] == whole


def test_what_names_something_is_kept_if_asked_for() -> None:
    text = "CREATE TABLE person (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES person);"
    text += "CREATE TABLE c ();"
    old, new = differing_parts(encoded(text), encoded(text), [("person",)])
    assert [table.name for table in old.tables] == ["b", "person"]
    assert old == new


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE TABLE t (a int);", True),
        ("CREATE TABLE t (a int); ALTER TABLE t OWNER TO bob;", False),
        ("CREATE INDEX i ON t (a);", False),
        ("", False),
    ],
)
def test_objects_without_an_owner_are_found(text: str, expected: bool) -> None:
    assert has_same_without_owner(encoded(text), encoded(f"\n{text}"), ["tables", "views"]) is expected


def test_models_and_their_documents_are_compared_alike() -> None:
    old, new = (
        SchemaBuilder("local", PROJECT).build(),
        "CREATE TABLE customer (id int); CREATE VIEW v AS SELECT 1;",
    )
    in_models = SchemaDiffer().compare_models(parse_sql(old, file="old"), parse_sql(new, file="new"))
    assert in_models == SchemaDiffer().compare_models(encoded(old, "old"), encoded(new, "new"))
    assert in_models == SchemaDiffer().compare(old, new)


def test_owners_that_both_leave_open_tell_who_ran_the_text_of_a_dump() -> None:
    head = "--\n-- PostgreSQL database dump\n--\n"
    text = "CREATE TABLE t (a int); CREATE TABLE u (a int);"
    both = SchemaDiffer().compare(
        text, f"{head}{text} ALTER TABLE t OWNER TO bob; ALTER TABLE u OWNER TO bob;"
    )
    assert not both.changes
    one = SchemaDiffer().compare(text, f"{head}{text} ALTER TABLE t OWNER TO bob;")
    assert [change.type for change in one.changes] == ["CHANGE_OWNER"]
