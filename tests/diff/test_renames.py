"""What refers to something that was renamed for certain is the same."""

from __future__ import annotations

import pytest

from confiture.core.differ import SchemaDiffer

OLD = """
CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL, born date, CHECK (born > '1000-01-01'));
CREATE TABLE book (
    id int PRIMARY KEY, author_id int REFERENCES author (id) ON DELETE CASCADE, isbn text, part_of int
);
CREATE UNIQUE INDEX book_isbn ON book (isbn, author_id) INCLUDE (part_of) WHERE isbn <> '';
CREATE INDEX book_lower ON book (lower(isbn));
CREATE VIEW authors AS SELECT a.id AS author, a.name AS called FROM author a WHERE a.born > '1900-01-01';
CREATE VIEW books AS
    SELECT isbn AS number, (SELECT name FROM author WHERE id = book.author_id) AS by FROM book;
CREATE MATERIALIZED VIEW counted AS SELECT author.id AS author, count(*) AS n FROM author
    JOIN book ON book.author_id = author.id GROUP BY author.id;
CREATE FUNCTION changed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER named BEFORE UPDATE OF name ON author FOR EACH ROW WHEN (old.name <> new.name)
    EXECUTE FUNCTION changed();
ALTER TABLE book ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON book USING (isbn <> '' AND EXISTS (SELECT 1 FROM author x WHERE x.id = author_id));
CREATE RULE kept AS ON DELETE TO book DO INSTEAD UPDATE author SET name = 'x' WHERE id = old.author_id;
CREATE FUNCTION name_of(wanted int) RETURNS text LANGUAGE sql
    BEGIN ATOMIC SELECT name FROM author WHERE id = wanted; END;
"""


def renamed(text: str, *pairs: tuple[str, str]) -> str:
    import re

    for old, new in pairs:
        assert re.search(rf"\b{old}\b", text)
        text = re.sub(rf"\b{old}\b", new, text)
    return text


def counts(old: str, new: str) -> dict[str, int]:
    return dict(SchemaDiffer().compare(old, new).count_by_type())


@pytest.mark.parametrize(
    ("old_name", "new_name", "expected"),
    [
        # The names of its not-null and foreign key constraints follow it.
        ("author_id", "writer_id", {"RENAME_COLUMN": 1, "RENAME_CONSTRAINT": 1}),
        ("isbn", "number_of_book", {"RENAME_COLUMN": 1}),
        ("born", "born_on", {"RENAME_COLUMN": 1, "RENAME_CONSTRAINT": 1}),
        # The server keeps the names that queries gave to their columns.
        ("name", "full_name", {"RENAME_COLUMN": 1, "RENAME_CONSTRAINT": 1, "UNDECIDED": 2}),
        ("part_of", "volume_of", {"RENAME_COLUMN": 1}),
    ],
)
def test_what_names_a_renamed_column_is_the_same(
    old_name: str, new_name: str, expected: dict[str, int]
) -> None:
    new = renamed(OLD, (old_name, new_name))
    assert counts(OLD, new) == expected
    assert counts(new, OLD) == expected


@pytest.mark.parametrize("annotation", ["", "-- confiture: renamed from author\n"])
def test_what_names_a_renamed_table_is_the_same(annotation: str) -> None:
    new = renamed(OLD, ("author", "writer"))
    new = new.replace("AS writer", "AS author")
    if annotation:
        new = new.replace("CREATE TABLE writer (", f"{annotation}CREATE TABLE writer (more int, ")
    found = counts(OLD, new)
    assert found.pop("RENAME_TABLE") == 1
    assert found.pop("RENAME_CONSTRAINT") == 4
    assert found.pop("ADD_COLUMN", 0) == bool(annotation)
    assert found.pop("CHANGE_COLUMN_ORDER", 0) == 0
    assert found == {}


def test_a_foreign_key_to_a_renamed_column_is_the_same() -> None:
    old = "CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE b (a int REFERENCES a (id), y int);"
    new = "CREATE TABLE a (key int PRIMARY KEY, x int); CREATE TABLE b (a int REFERENCES a (key), y int);"
    assert counts(old, new) == {"RENAME_COLUMN": 1, "RENAME_CONSTRAINT": 1}
    (change,) = (one for one in SchemaDiffer().compare(old, new).changes if one.column)
    assert (change.old_value, change.new_value, change.details) == ("id", "key", {"inferred": True})


def test_a_foreign_key_of_its_own_table_is_the_same() -> None:
    old = "CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a (id));"
    new = """
        CREATE TABLE a (
            key int PRIMARY KEY, -- confiture: renamed from id
            up int REFERENCES a (key)
        );
    """
    assert counts(old, new) == {"RENAME_COLUMN": 1, "RENAME_CONSTRAINT": 1}


def test_another_table_under_the_old_name_is_another_one() -> None:
    old = "CREATE TABLE a (id int PRIMARY KEY, old_one text); CREATE TABLE c (a int REFERENCES a);"
    new = """
        -- confiture: renamed from a
        CREATE TABLE b (id int PRIMARY KEY, old_one text);
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE c (a int REFERENCES a);
    """
    # A table that stands under the old name was not renamed.
    assert counts(old, new) == {"ADD_TABLE": 1, "DROP_COLUMN": 1}


def test_a_view_that_calls_its_column_by_the_new_name_is_undecided() -> None:
    old = """
        CREATE TABLE a (x int, y int);
        CREATE VIEW v AS SELECT x FROM a; CREATE VIEW w AS SELECT x AS c FROM a;
    """
    new = """
        CREATE TABLE a (z int, y int);
        CREATE VIEW v AS SELECT z FROM a; CREATE VIEW w AS SELECT z AS c FROM a;
    """
    changes = SchemaDiffer().compare(old, new).changes
    assert [(change.type, change.table) for change in changes] == [("RENAME_COLUMN", "a"), ("UNDECIDED", "v")]


def test_what_is_changed_besides_is_told() -> None:
    old = "CREATE TABLE a (x int, y int, CHECK (x > 0)); CREATE INDEX i ON a (x) WHERE x > 1;"
    new = "CREATE TABLE a (z int, y int, CHECK (z > 1)); CREATE INDEX i ON a (z) WHERE y > 1;"
    assert counts(old, new) == {
        "ADD_CHECK_CONSTRAINT": 1,
        "ADD_INDEX": 1,
        "DROP_CHECK_CONSTRAINT": 1,
        "DROP_INDEX": 1,
        "RENAME_COLUMN": 1,
    }
