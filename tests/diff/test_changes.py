"""What is said of two texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confiture.core.differ import SchemaDiffer
from confiture.exceptions import DifferError

if TYPE_CHECKING:
    from confiture._interface import Engine
    from confiture.models.diff import SchemaChange

#: Type, object, column, old and new value.
Row = tuple[str, str | None, str | None, str | None, str | None]

T = "CREATE TABLE t (a int, b text);"

CASES: list[tuple[str, str, list[Row]]] = [
    (T, T, []),
    ("", T, [("ADD_TABLE", "t", None, None, "a integer, b text")]),
    (T, "", [("DROP_TABLE", "t", None, "a integer, b text", None)]),
    (T, T.replace("a int,", "a int, c date,"), [("ADD_COLUMN", "t", "c", None, "date")]),
    (T, T.replace("a int, ", ""), [("DROP_COLUMN", "t", "a", "integer", None)]),
    (T, T.replace("int", "bigint"), [("CHANGE_COLUMN_TYPE", "t", "a", "integer", "bigint")]),
    (T, T.replace("int", "int NOT NULL"), [("CHANGE_COLUMN_NULLABLE", "t", "a", "null", "not null")]),
    (T, T.replace("int", "int DEFAULT 1"), [("CHANGE_COLUMN_DEFAULT", "t", "a", None, "1")]),
    (T, T.replace("text", 'text COLLATE "C"'), [("CHANGE_COLUMN_COLLATION", "t", "b", None, '"C"')]),
    (
        "CREATE TABLE p (a int); CREATE TABLE c () INHERITS (p);",
        "CREATE TABLE p (a int); CREATE TABLE c (a int) INHERITS (p);",
        [("CHANGE_COLUMN_INHERITANCE", "c", "a", "false", "true")],
    ),
    (T, "CREATE TABLE t (b text, a int);", [("CHANGE_COLUMN_ORDER", "t", None, "a, b", "b, a")]),
    (
        T,
        T.replace("int", "int GENERATED ALWAYS AS IDENTITY"),
        [
            ("CHANGE_COLUMN_IDENTITY", "t", "a", None, "always"),
            ("CHANGE_COLUMN_NULLABLE", "t", "a", "null", "not null"),
        ],
    ),
    (
        T,
        T.replace("int", "int PRIMARY KEY"),
        [
            ("ADD_PRIMARY_KEY", "t", None, None, "primary key (a)"),
            ("CHANGE_COLUMN_NULLABLE", "t", "a", "null", "not null"),
        ],
    ),
    (T, T.replace("text", "text UNIQUE"), [("ADD_UNIQUE_CONSTRAINT", "t", None, None, "unique (b)")]),
    (
        T.replace("int", "int CHECK (a > 0)"),
        T.replace("int", "int CHECK (a > 1)"),
        [
            ("ADD_CHECK_CONSTRAINT", "t", None, None, "check (a > 1)"),
            ("DROP_CHECK_CONSTRAINT", "t", None, "check (a > 0)", None),
        ],
    ),
    (
        "CREATE TABLE p (id int PRIMARY KEY);" + T.replace("int", "int REFERENCES p"),
        "CREATE TABLE p (id int PRIMARY KEY);" + T.replace("int", "int REFERENCES p ON DELETE CASCADE"),
        [
            (
                "ADD_FOREIGN_KEY",
                "t",
                None,
                None,
                "foreign key (a) references public.p (id) on delete cascade",
            ),
            ("DROP_FOREIGN_KEY", "t", None, "foreign key (a) references public.p (id)", None),
        ],
    ),
    (T, T + "CREATE INDEX i ON t (a);", [("ADD_INDEX", "t", None, None, "using btree (a)")]),
    (
        T + "CREATE INDEX i ON t (a);",
        T + "CREATE UNIQUE INDEX i ON t (a DESC) WHERE b = 'x';",
        [
            ("ADD_INDEX", "t", None, None, "unique using btree (a desc) where b = 'x'"),
            ("DROP_INDEX", "t", None, "using btree (a)", None),
        ],
    ),
    (
        T,
        T + "ALTER TABLE t ENABLE ROW LEVEL SECURITY;",
        [("ENABLE_ROW_LEVEL_SECURITY", "t", None, "false", "true")],
    ),
    (T, T + "GRANT SELECT, INSERT ON t TO bob;", [("GRANT", "t", None, None, "INSERT, SELECT to bob")]),
    (T + "GRANT SELECT (a) ON t TO bob;", T, [("REVOKE", "t", "a", "SELECT to bob", None)]),
    (T, T + "COMMENT ON TABLE t IS 'x';", [("CHANGE_COMMENT", "t", None, None, "x")]),
    (T, T + "COMMENT ON COLUMN t.a IS 'x';", [("CHANGE_COMMENT", "t", "a", None, "x")]),
    (
        T,
        T + "ALTER TABLE t SET (fillfactor = 70);",
        [("CHANGE_TABLE_OPTIONS", "t", None, None, "fillfactor = 70")],
    ),
    (T, T + "ALTER TABLE t OWNER TO bob;", [("CHANGE_OWNER", "t", None, None, "bob")]),
    (T, T + "CREATE SEQUENCE s;", [("ADD_SEQUENCE", "s", None, None, None)]),
    ("CREATE SEQUENCE s;", "CREATE SEQUENCE s START 5;", [("CHANGE_SEQUENCE", "s", None, "1", "5")]),
    ("", "CREATE TYPE m AS ENUM ('a', 'b');", [("ADD_ENUM_TYPE", "m", None, None, "a, b")]),
    (
        "CREATE TYPE m AS ENUM ('a', 'b');",
        "CREATE TYPE m AS ENUM ('b', 'a');",
        [("CHANGE_ENUM_VALUES", "m", None, "a, b", "b, a")],
    ),
    (T, T + "CREATE VIEW v AS SELECT a FROM t;", [("ADD_VIEW", "v", None, None, "select a from t")]),
    (
        T + "CREATE VIEW v AS SELECT a FROM t;",
        T + "CREATE VIEW v AS SELECT a, b FROM t;",
        [("REPLACE_VIEW", "v", None, "select a from t", "select a, b from t")],
    ),
    (
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';",
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';",
        [("REPLACE_FUNCTION", "f", None, "select a", "select a + 1")],
    ),
    (
        "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        [("ADD_FUNCTION", "f", None, None, None), ("DROP_FUNCTION", "f", None, None, None)],
    ),
    ("CREATE EXTENSION pgcrypto;", "", [("DROP_EXTENSION", "pgcrypto", None, None, None)]),
    ("CREATE SCHEMA app;", "", [("DROP_SCHEMA", "app", None, None, None)]),
    (
        T,
        T + "CREATE POLICY p ON t USING (a > 0);",
        [("ADD_POLICY", "t", None, None, None)],
    ),
    (
        T + "CREATE POLICY p ON t TO bob USING (a > 0);",
        T + "CREATE POLICY p ON t TO eve USING (a > 0);",
        [("REPLACE_POLICY", "t", None, "bob", "eve")],
    ),
]


def rows_of(changes: tuple[SchemaChange, ...]) -> list[Row]:
    return sorted(
        ((one.type, one.table, one.column, one.old_value, one.new_value) for one in changes), key=repr
    )


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_changes_are_told(engine: Engine, old: str, new: str, expected: list[Row]) -> None:
    found = rows_of(SchemaDiffer().compare(old, new).changes)
    assert [row[:3] for row in found] == [row[:3] for row in sorted(expected, key=repr)]
    for row, wanted in zip(found, sorted(expected, key=repr), strict=True):
        if wanted[3:] != (None, None):
            assert row[3:] == wanted[3:]


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_the_other_way_round_is_the_mirror(old: str, new: str, expected: list[Row]) -> None:
    there = SchemaDiffer().compare(old, new).changes
    back = SchemaDiffer().compare(new, old).changes
    assert rows_of(tuple(mirrored(change) for change in there)) == rows_of(back)


def mirrored(change: SchemaChange) -> SchemaChange:
    """What a change is, seen from the other side."""
    from msgspec.structs import replace

    pairs = [("ADD_", "DROP_"), ("ENABLE_", "DISABLE_"), ("NO_FORCE_", "FORCE_"), ("GRANT", "REVOKE")]
    kind = change.type
    for one, other in [pair for both in pairs for pair in (both, both[::-1])]:
        if kind.startswith(one):
            kind = other + kind.removeprefix(one)
            break
    column = change.old_value if change.type == "RENAME_COLUMN" else change.column
    return replace(change, type=kind, column=column, old_value=change.new_value, new_value=change.old_value)


def types(old: str, new: str) -> dict[str, int]:
    return dict(SchemaDiffer().compare(old, new).count_by_type())


def test_a_renamed_column_is_inferred_where_nothing_else_could_be_it() -> None:
    old = "CREATE TABLE t (id int PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), n int);"
    assert types(old, old.replace("created_at", "made_at")) == {"RENAME_COLUMN": 1, "RENAME_CONSTRAINT": 1}
    (rename, _) = SchemaDiffer().compare(old, old.replace("created_at", "made_at")).changes
    assert (rename.old_value, rename.new_value, rename.details) == (
        "created_at",
        "made_at",
        {"inferred": True},
    )


@pytest.mark.parametrize(
    "new",
    [
        "CREATE TABLE t (id int PRIMARY KEY, deleted_at timestamptz, n int);",
        "CREATE TABLE t (id int PRIMARY KEY, n int, deleted_at timestamptz NOT NULL DEFAULT now());",
        "CREATE TABLE t (id int PRIMARY KEY, deleted_at timestamptz NOT NULL DEFAULT now(), "
        "moved_at timestamptz NOT NULL DEFAULT now(), n int);",
    ],
)
def test_no_rename_is_inferred_from_names(new: str) -> None:
    old = "CREATE TABLE t (id int PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), n int);"
    counts = types(old, new)
    assert "RENAME_COLUMN" not in counts
    assert counts["DROP_COLUMN"] == 1


def test_a_comment_says_what_was_renamed() -> None:
    old = "CREATE TABLE app_user (id int, mail text); CREATE VIEW v AS SELECT 1 AS a;"
    new = """
        -- People.
        -- confiture: renamed from app_user
        CREATE TABLE person (
            id bigint,
            email varchar(80) -- confiture: renamed from mail
        );
        CREATE VIEW v AS SELECT 1 AS a;
    """
    diff = SchemaDiffer().compare(old, new)
    assert rows_of(diff.changes) == [
        ("CHANGE_COLUMN_TYPE", "person", "email", "text", "character varying(80)"),
        ("CHANGE_COLUMN_TYPE", "person", "id", "integer", "bigint"),
        ("RENAME_COLUMN", "person", "email", "mail", "email"),
        ("RENAME_TABLE", "person", None, "app_user", "person"),
    ]
    assert [change.details for change in diff.changes if change.type == "RENAME_TABLE"] == [
        {"inferred": False}
    ]


def test_a_renamed_table_takes_what_belongs_to_it_along() -> None:
    old = """
        CREATE TABLE a (id serial PRIMARY KEY, n int NOT NULL, CHECK (n > 0));
        CREATE INDEX i ON a (n); CREATE TABLE c (r int REFERENCES a);
        CREATE POLICY p ON a USING (n > 1);
    """
    new = (
        old.replace("TABLE a ", "TABLE b ").replace("ON a ", "ON b ").replace("REFERENCES a", "REFERENCES b")
    )
    counts = types(old, new)
    assert counts.pop("RENAME_TABLE") == 1
    # Names that PostgreSQL makes of the table's name.
    assert counts.pop("RENAME_CONSTRAINT") == 4
    assert counts.pop("RENAME_SEQUENCE") == 1
    assert not counts


def test_owners_and_defaults_that_a_dump_names_are_no_changes() -> None:
    head = "--\n-- PostgreSQL database dump\n--\n"
    text = "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    dump = head + text + "ALTER TABLE t OWNER TO postgres; ALTER FUNCTION f() OWNER TO postgres;"
    assert types(text, dump) == {}
    assert types(text, dump.replace("f() OWNER TO postgres", "f() OWNER TO bob")) != {}


def test_what_cannot_be_read_is_an_error_with_its_place() -> None:
    with pytest.raises(DifferError, match=r"^new:2:1: ") as caught:
        SchemaDiffer().compare("SELECT 1;", "SELECT 1;\nCREATE TABLE t (a int,,);")
    assert caught.value.context == {"file": "new", "line": 2, "column": 1}


def test_statements_that_are_not_modelled_are_undecided() -> None:
    (change,) = SchemaDiffer().compare("", "ALTER TABLE elsewhere ADD a int;").changes
    assert (change.type, change.object) == ("UNDECIDED", "table elsewhere")


@pytest.mark.parametrize("query", ["SELECT * FROM t", "SELECT x.* FROM t x", "SELECT 1 AS one, * FROM t"])
def test_a_view_of_all_columns_is_another_one_where_the_table_has_others(query: str) -> None:
    view = f"CREATE VIEW v AS {query}; CREATE VIEW w AS SELECT * FROM v;"
    (added, shown, further) = (
        SchemaDiffer().compare(T + view, T.replace("a int", "a int, c date") + view).changes
    )
    assert (added.type, shown.type, further.type) == ("ADD_COLUMN", "REPLACE_VIEW", "REPLACE_VIEW")
    assert (shown.details or {})["reason"] == "* stands for other columns"
    assert not SchemaDiffer().compare(T + view, T + "CREATE TABLE u (a int);" + view).changes[1:]


KEPT = "CREATE TYPE m AS ENUM ('a', 'b', 'a');"


@pytest.mark.parametrize("name", ["m", "public.m"])
def test_what_is_kept_as_it_is_may_be_what_the_other_text_defines(name: str) -> None:
    table = "CREATE TABLE t (a m DEFAULT 'a', b m[]);"
    table += "CREATE FUNCTION f(a m) RETURNS m LANGUAGE sql AS 'SELECT a';"
    kept = KEPT.replace(" m ", f" {name} ")
    for old, new in (
        (KEPT.replace(", 'a'", ""), kept),
        (kept, KEPT.replace(", 'a'", "")),
    ):
        (change,) = SchemaDiffer().compare(old + table, new + table).changes
        assert (change.type, change.object) == ("UNDECIDED", "type public.m")
        assert {change.old_value, change.new_value} == {"a, b", f"CREATE TYPE type {name}"}


SERVER = "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a');\n"


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        (
            f"{SERVER}CREATE USER MAPPING FOR u SERVER s OPTIONS (user 'x', password 'SEC''RET');",
            "password '***'",
        ),
        (f"{SERVER}CREATE USER MAPPING FOR u SERVER s OPTIONS (\"passWord\" E'SEC\\'RET');", "'***'"),
        ("CREATE SERVER t FOREIGN DATA WRAPPER w OPTIONS (sslpassword 'SECRET');", "sslpassword '***'"),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=a password=SECRET' PUBLICATION p;", "connection '***'"),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=a password=''SEC RET''' PUBLICATION p;", "connection '***'"),
        ("CREATE SUBSCRIPTION s CONNECTION 'postgresql://u:SECRET@h' PUBLICATION p;", "connection '***'"),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p;", "connection 'host=a'"),
    ],
)
def test_passwords_are_starred_out(statement: str, shown: str) -> None:
    for changes in (
        SchemaDiffer().compare(SERVER, statement).changes,
        SchemaDiffer().compare(statement, "").changes,
    ):
        told = repr(changes)
        assert shown in told.replace("\\'", "'")
        assert "SEC" not in told
        assert "RET" not in told


def test_another_password_is_a_change() -> None:
    mapping = f"{SERVER}CREATE USER MAPPING FOR u SERVER s OPTIONS (password '{{}}');"
    (change,) = SchemaDiffer().compare(mapping.format("a"), mapping.format("b")).changes
    assert (change.type, change.old_value, change.new_value) == (
        "CHANGE_USER_MAPPING",
        "options(password '***')",
        "options(password '***')",
    )


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [("a, b", "'a', 'b'", 0), ("a, b", '"a", b', 0), ("a, b", '"a, b"', 1), ("'a', b", '"a\', b"', 1)],
)
def test_a_list_is_split_outside_of_quotes(old: str, new: str, count: int) -> None:
    text = "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = {} AS 'SELECT 1';"
    assert len(SchemaDiffer().compare(text.format(old), text.format(new)).changes) == count


def test_user_is_not_current_user() -> None:
    views = ("CREATE VIEW v AS SELECT user AS name;", "CREATE VIEW v AS SELECT current_user AS name;")
    assert [change.type for change in SchemaDiffer().compare(*views).changes] == ["REPLACE_VIEW"]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("DROP SCHEMA public; CREATE SCHEMA public;", "", ["GRANT"]),
        ("", "DROP SCHEMA public CASCADE; CREATE SCHEMA public;", ["REVOKE"]),
        ("DROP SCHEMA public; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO public;", "", []),
        ("DROP SCHEMA public; CREATE SCHEMA public;", "REVOKE ALL ON SCHEMA public FROM PUBLIC;", []),
        ("COMMENT ON SCHEMA public IS 'standard public schema';", "", []),
        ("COMMENT ON SCHEMA public IS 'ours';", "", ["CHANGE_COMMENT"]),
    ],
)
def test_the_schema_of_a_new_database_is_one_that_all_may_use(old: str, new: str, changes: list[str]) -> None:
    assert [change.type for change in SchemaDiffer().compare(old, new).changes] == changes


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("boolean", "true", "false"),
        ("boolean", "'t'", "'no'"),
        ("date", "'2024-01-01'", "'2024-1-2'"),
        ("timestamptz", "'2024-01-01 00:00:00+00'", "'2024-01-01 00:00:00+01'"),
        ("interval", "'1 day'", "'24 hours'"),
        ("numeric", "1.0", "1.00"),
        ("text", "'1a'", "'2a'"),
        ("bytea", "'\\x61'", "'b'"),
        ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'a0eebc999c0b4ef8bb6d6bb9bd380a12'"),
        ("jsonb", "'{\"a\": 1}'", "'{\"a\": 1.0}'"),
        ("int[]", "'{1,2}'", "'{1, 3}'"),
        ("text[]", "'{NULL}'", "'{\"NULL\"}'"),
    ],
)
def test_another_value_is_certainly_another_default(kind: str, old: str, new: str) -> None:
    texts = (f"CREATE TABLE t (a {kind} DEFAULT {default});" for default in (old, new))
    (change,) = SchemaDiffer().compare(*texts).changes
    assert (change.type, change.column) == ("CHANGE_COLUMN_DEFAULT", "a")


def test_bounds_that_may_be_one_moment_are_undecided() -> None:
    text = "CREATE TABLE p (a timestamptz) PARTITION BY RANGE (a);"
    text += "CREATE TABLE q PARTITION OF p FOR VALUES FROM ('{}') TO (MAXVALUE);"
    for other, expected in (
        ("2024-01-01 00:00:00+00", "UNDECIDED"),
        ("2024-01-02", "CHANGE_TABLE_PARTITION"),
    ):
        changes = SchemaDiffer().compare(text.format("2024-01-01"), text.format(other)).changes
        assert [change.type for change in changes] == [expected]


def test_what_a_role_that_runs_the_text_is_called_is_no_change() -> None:
    text = "CREATE TABLE t (a int); CREATE POLICY p ON t TO {};"
    dump = "-- PostgreSQL database dump\n-- Dumped from database version 18.0\n"
    dump += "-- Dumped by pg_dump version 18.0\n"
    dump += text.format("someone") + "ALTER TABLE t OWNER TO someone;"
    assert SchemaDiffer().compare(text.format("CURRENT_USER"), dump).changes == ()
    changes = SchemaDiffer().compare(text.format("other"), dump).changes
    assert [change.type for change in changes] == ["REPLACE_POLICY"]
