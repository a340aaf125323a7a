"""Changes, one after the other, and what is left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .parsing import any_model_of, constraint_names, edges_of, model_of, table_of

if TYPE_CHECKING:
    from confiture._interface import Engine

TABLE = "CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 0), b text); CREATE INDEX i ON t (a);"


@pytest.mark.parametrize(
    ("changes", "direct"),
    [
        ("ALTER TABLE t ADD c int NOT NULL DEFAULT 1", "CREATE TABLE t (a int, c int NOT NULL DEFAULT 1)"),
        ("ALTER TABLE t ADD c int; ALTER TABLE t DROP c", "CREATE TABLE t (a int)"),
        ("ALTER TABLE t ALTER a SET NOT NULL", "CREATE TABLE t (a int NOT NULL)"),
        ("ALTER TABLE t ALTER a TYPE text USING a::text", "CREATE TABLE t (a text)"),
        ("ALTER TABLE t ALTER a SET DEFAULT 1, ALTER a DROP DEFAULT", "CREATE TABLE t (a int)"),
        ("ALTER TABLE t ADD UNIQUE (a), ADD CHECK (a > 1)", "CREATE TABLE t (a int UNIQUE CHECK (a > 1))"),
        ("ALTER TABLE t ADD PRIMARY KEY (a)", "CREATE TABLE t (a int PRIMARY KEY)"),
        ("ALTER TABLE t RENAME a TO b", "CREATE TABLE t (b int)"),
        ("ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t", "CREATE TABLE t (a int)"),
        ("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES t, ADD b int, ADD PRIMARY KEY (a)", ""),
        (
            "CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s; ALTER TABLE s.t SET SCHEMA public; DROP SCHEMA s",
            "CREATE TABLE t (a int)",
        ),
        ("COMMENT ON COLUMN t.a IS 'x'; COMMENT ON COLUMN t.a IS NULL", "CREATE TABLE t (a int)"),
        ("ALTER TABLE t SET (fillfactor = 70); ALTER TABLE t RESET (fillfactor)", "CREATE TABLE t (a int)"),
        ("CREATE VIEW v AS SELECT a FROM t; DROP VIEW v", "CREATE TABLE t (a int)"),
        ("CREATE INDEX i ON t (a); DROP INDEX i", "CREATE TABLE t (a int)"),
        ("ALTER TABLE t ADD b serial; ALTER TABLE t DROP b", "CREATE TABLE t (a int)"),
        ("CREATE ROLE r; ALTER TABLE t OWNER TO r; ALTER ROLE r RENAME TO x; DROP ROLE x", ""),
    ],
)
def test_a_changed_table_is_as_one_that_was_made_so(engine: Engine, changes: str, direct: str) -> None:
    changed = model_of(engine, f"CREATE TABLE t (a int); {changes}")
    if not direct:
        assert changed.tables[0].name == "t"
        return
    made = model_of(engine, direct)
    assert [(each.columns, _without_places(each.constraints)) for each in changed.tables] == [
        (each.columns, _without_places(each.constraints)) for each in made.tables
    ]
    for attribute in ("sequences", "indexes", "views", "edges"):
        assert len(getattr(changed, attribute)) == len(getattr(made, attribute))


def _without_places(constraints: tuple[object, ...]) -> list[object]:
    from msgspec.structs import replace

    return [replace(constraint, place=None) for constraint in constraints]  # type: ignore[type-var]


def test_a_renamed_column_has_its_name_in_all_of_its_table(engine: Engine) -> None:
    text = f"""
        {TABLE}
        CREATE TABLE u (t_id int REFERENCES t (id));
        ALTER TABLE t RENAME a TO x;
        ALTER TABLE t RENAME id TO "Key";
    """
    model = model_of(engine, text)
    table = table_of(model, "t")
    assert [column.name for column in table.columns] == ["Key", "x", "b"]
    assert [(each.name, each.columns, each.expression) for each in table.constraints] == [
        ("t_a_check", (), "x > 0"),
        ("t_id_not_null", ("Key",), None),
        ("t_pkey", ("Key",), None),
    ]
    assert model.indexes[0].keys[0].expression == "x"
    assert table_of(model, "u").constraints[0].referenced_columns == ("Key",)


def test_a_renamed_table_type_and_role_is_renamed_wherever_it_is_named(engine: Engine) -> None:
    text = """
        CREATE SCHEMA s;
        CREATE ROLE r;
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TABLE t (id serial PRIMARY KEY, m mood);
        CREATE TABLE u (t_id int REFERENCES t);
        CREATE VIEW v AS SELECT * FROM t;
        GRANT SELECT ON t TO r;
        ALTER TYPE mood RENAME TO "Mood";
        ALTER TABLE t RENAME TO x;
        ALTER TABLE x SET SCHEMA s;
        ALTER ROLE r RENAME TO reader;
    """
    model = model_of(engine, text)
    table = table_of(model, "x")
    assert [column.type for column in table.columns] == ["integer", 'public."Mood"']
    assert table.columns[0].default == "nextval('s.t_id_seq'::regclass)"
    assert {each.grantee for each in table.privileges or ()} == {None, "reader"}
    references = table_of(model, "u").constraints[0].references
    assert references is not None
    assert (references.schema, references.name) == ("s", "x")
    assert ("view public.v", "table s.x", "query") in edges_of(model)


@pytest.mark.parametrize(
    ("dropped", "left"),
    [
        ("DROP TABLE t CASCADE", {"tables": ["u"], "views": [], "sequences": [], "types": ["mood"]}),
        ("DROP TYPE mood CASCADE", {"tables": ["t", "u"], "views": [], "types": []}),
        ("ALTER TABLE t DROP COLUMN id CASCADE", {"tables": ["t", "u"], "views": ["v"], "sequences": []}),
        ("DROP VIEW v", {"tables": ["t", "u"], "views": []}),
        ("DROP SCHEMA public CASCADE", {"tables": [], "views": [], "types": []}),
    ],
)
def test_what_is_dropped_takes_what_needs_it(
    engine: Engine, dropped: str, left: dict[str, list[str]]
) -> None:
    text = f"""
        CREATE TYPE mood AS ENUM ('sad');
        CREATE FUNCTION f(mood) RETURNS int LANGUAGE internal AS 'x';
        CREATE TABLE t (id serial PRIMARY KEY, m mood);
        CREATE TABLE u (t_id int REFERENCES t);
        CREATE VIEW v AS SELECT f(m) FROM t;
        {dropped};
    """
    model = model_of(engine, text)
    assert {kind: [each.name for each in getattr(model, kind)] for kind in left} == left


def test_dropping_a_key_with_cascade_drops_foreign_keys(engine: Engine) -> None:
    text = """
        CREATE TABLE t (id int PRIMARY KEY);
        CREATE TABLE u (t_id int REFERENCES t);
        ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE;
    """
    model = model_of(engine, text)
    assert constraint_names(model, "t") == ["t_id_not_null"]
    assert constraint_names(model, "u") == []


def test_a_statement_has_its_whole_effect_or_none(engine: Engine) -> None:
    text = (
        "CREATE TABLE t (a int); ALTER TABLE t ADD b int, ADD CHECK (b > 0), DROP c; DROP TABLE t, nowhere;"
    )
    model = any_model_of(engine, text)
    table = table_of(model, "t")
    assert [column.name for column in table.columns] == ["a"]
    assert table.constraints == ()
    assert [(kept.kind, kept.reason) for kept in model.opaque] == [
        ("ALTER TABLE", "there is no column 'c'"),
        ("DROP TABLE", "the text does not define it"),
    ]


def test_privileges_start_from_what_postgresql_gives(engine: Engine) -> None:
    text = """
        CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION f() TO r WITH GRANT OPTION;
        CREATE SEQUENCE s;
    """
    model = model_of(engine, text)
    assert [
        (each.grantee, each.privilege, each.is_grantable) for each in model.routines[0].privileges or ()
    ] == [
        (None, "EXECUTE", False),
        ("r", "EXECUTE", True),
    ]
    assert model.sequences[0].privileges is None


def test_default_privileges_apply_to_what_is_made_later(engine: Engine) -> None:
    text = """
        CREATE SEQUENCE before;
        ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO r;
        CREATE SEQUENCE later;
    """
    model = model_of(engine, text)
    assert [(each.name, each.privileges is None) for each in model.sequences] == [
        ("before", True),
        ("later", False),
    ]
    (defaults,) = model.default_privileges
    assert (defaults.role, defaults.schema, defaults.objects) == (None, None, "sequences")


def test_the_owner_is_the_role_of_the_session(engine: Engine) -> None:
    text = "CREATE TABLE a (); SET ROLE r; CREATE TABLE b (); RESET ROLE; CREATE TABLE c ();"
    assert [(table.name, table.owner) for table in model_of(engine, text).tables] == [
        ("a", None),
        ("b", "r"),
        ("c", None),
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("BEGIN; CREATE TABLE a (x int); COMMIT; BEGIN; CREATE TABLE b (x int); ROLLBACK", ["public.a"]),
        ("CREATE TABLE a (x int); BEGIN; DROP TABLE a; ROLLBACK", ["public.a"]),
        ("CREATE TABLE a (x int); ROLLBACK; COMMIT; ROLLBACK TO s", ["public.a"]),
        ("BEGIN; CREATE TABLE a (x int); BEGIN; CREATE TABLE b (x int); ROLLBACK", []),
        ("BEGIN; CREATE TABLE a (x int)", ["public.a"]),
        (
            "CREATE SCHEMA s; BEGIN; SET LOCAL search_path = s; CREATE TABLE a (x int); COMMIT; "
            "CREATE TABLE b (x int)",
            ["s.a", "public.b"],
        ),
        (
            "CREATE SCHEMA s; BEGIN; SET search_path = s; ROLLBACK; CREATE TABLE a (x int)",
            ["public.a"],
        ),
        (
            "CREATE SCHEMA s; BEGIN; SET search_path = s; COMMIT; BEGIN; SET LOCAL search_path TO public; "
            "ROLLBACK; CREATE TABLE a (x int)",
            ["s.a"],
        ),
        (
            "CREATE SCHEMA s; SET search_path = s; CREATE TEMP TABLE a (x int); DISCARD ALL; "
            "CREATE TABLE a (x int)",
            ["public.a"],
        ),
        ("CREATE TEMP TABLE a AS SELECT 1; DISCARD TEMP; CREATE TEMP TABLE a (x int)", ["pg_temp.a"]),
        ("BEGIN; CREATE TABLE a (x int); PREPARE TRANSACTION 'p'; ROLLBACK PREPARED 'p'", ["public.a"]),
    ],
)
def test_what_a_transaction_leaves(engine: Engine, text: str, left: list[str]) -> None:
    model = any_model_of(engine, text)
    assert [f"{table.schema}.{table.name}" for table in sorted(model.tables, key=lambda t: t.name)] == left


def test_roles_of_a_transaction_end_with_it(engine: Engine) -> None:
    model = model_of(
        engine,
        "CREATE ROLE r; SET ROLE r; BEGIN; SET LOCAL ROLE other; CREATE TABLE a (x int); COMMIT;"
        "CREATE TABLE b (x int); BEGIN; RESET ROLE; ROLLBACK; CREATE TABLE c (x int); DISCARD ALL;"
        "CREATE TABLE d (x int);",
    )
    assert {table.name: table.owner for table in model.tables} == {
        "a": "other",
        "b": "r",
        "c": "r",
        "d": None,
    }


def test_a_statement_that_fails_in_a_transaction_leaves_the_others(engine: Engine) -> None:
    model = any_model_of(
        engine,
        "BEGIN; CREATE TABLE a (x int); SAVEPOINT s; CREATE TABLE a (y int); CREATE TABLE b (x int);"
        "ALTER TABLE b ADD c int, DROP COLUMN nowhere; ROLLBACK TO s; CREATE TABLE c (x int); COMMIT",
    )
    assert [table.name for table in model.tables] == ["a", "c"]
    assert [kept.reason for kept in model.opaque] == ["it is defined already", "there is no column 'nowhere'"]


def test_many_transactions_and_savepoints_leave_nothing(engine: Engine) -> None:
    text = "BEGIN;" + "SAVEPOINT s; CREATE TABLE t (a int); ROLLBACK TO s; RELEASE x;" * 2000
    model = model_of(engine, f"{text} ROLLBACK;" + "BEGIN; CREATE TABLE t (a int); ROLLBACK;" * 2000)
    assert model.tables == ()


def test_a_partition_key_keeps_its_form_when_columns_are_renamed(engine: Engine) -> None:
    model = model_of(
        engine,
        "CREATE TABLE t (a int, b int) PARTITION BY RANGE (a, (a + b), lower(b::text));"
        'ALTER TABLE t RENAME b TO c; ALTER TABLE t RENAME a TO "A";',
    )

    assert table_of(model, "t").partition_by == 'range ("A", ("A" + c), lower(c::text))'


def test_a_name_in_quotes_may_start_with_an_ampersand(engine: Engine) -> None:
    model = model_of(engine, 'CREATE TABLE "&" ("&" serial, "&&" text)')

    assert [column.name for column in table_of(model, "&").columns] == ["&", "&&"]


def test_names_with_dollar_signs_are_quoted_as_the_server_quotes_them(engine: Engine) -> None:
    model = model_of(engine, "CREATE TYPE e$ AS ENUM (); CREATE TABLE t (a$ serial, b e$)")

    columns = table_of(model, "t").columns
    assert columns[0].default == "nextval('public.\"t_a$_seq\"'::regclass)"
    assert columns[1].type == 'public."e$"'


def test_a_type_that_is_none_fails_no_default(engine: Engine) -> None:
    text = "CREATE TABLE t (a int DEFAULT CAST(NULL AS ;int), b int DEFAULT nextval('q'::), c int)"
    model = any_model_of(engine, text)

    assert [column.default for column in table_of(model, "t").columns] == [
        "cast(null as ; int)",
        "nextval('q'::)",
        None,
    ]


def test_a_foreign_key_is_late_for_an_index_that_comes_later(engine: Engine) -> None:
    model = model_of(
        engine,
        "CREATE TABLE c (x int REFERENCES t (b)); CREATE TABLE t (b int); CREATE UNIQUE INDEX i ON t (b);",
    )

    late = {(edge.source, edge.target) for edge in model.edges if edge.is_late}
    assert late == {("table public.c", "table public.t"), ("table public.c", "index public.i")}
