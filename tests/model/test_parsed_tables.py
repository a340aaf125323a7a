"""Tables as one statement makes them: columns, constraints, and the names of what has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .parsing import any_model_of, constraint_names, edges_of, model_of, table_of

if TYPE_CHECKING:
    from confiture._interface import Engine


@pytest.mark.parametrize(
    ("elements", "names"),
    [
        ("a int PRIMARY KEY", ["t_a_not_null", "t_pkey"]),
        ("a int UNIQUE, b int, UNIQUE (a, b)", ["t_a_b_key", "t_a_key"]),
        ("a int CHECK (a > 0)", ["t_a_check"]),
        ("a int CHECK (a > 0) CHECK (a < 9)", ["t_a_check", "t_a_check1"]),
        ("a int, b int, CHECK (a > b)", ["t_check"]),
        ("a int, CHECK (true)", ["t_check"]),
        ("a int NOT NULL", ["t_a_not_null"]),
        ("a int CONSTRAINT n NOT NULL", ["n"]),
        ("a int REFERENCES t2", ["t_a_fkey"]),
        ("a int, b int, FOREIGN KEY (a, b) REFERENCES t2 (x, y)", ["t_a_b_fkey"]),
        ("a int, b int, EXCLUDE USING gist (a WITH =, b WITH <>)", ["t_a_b_excl"]),
        ("a int PRIMARY KEY, UNIQUE (a)", ["t_a_not_null", "t_pkey"]),
        ("a int UNIQUE, b int, UNIQUE (a) INCLUDE (b)", ["t_a_b_key", "t_a_key"]),
        ("a int CONSTRAINT t_pkey CHECK (a > 0), b int PRIMARY KEY", ["t_b_not_null", "t_pkey", "t_pkey1"]),
    ],
)
def test_constraints_have_the_names_that_postgresql_gives(
    engine: Engine, elements: str, names: list[str]
) -> None:
    assert constraint_names(model_of(engine, f"CREATE TABLE t ({elements})"), "t") == names


def test_long_names_are_cut_at_characters(engine: Engine) -> None:
    table, column = "ä" * 25, "b" * 40
    model = model_of(engine, f'CREATE TABLE "{table}" ({column} int UNIQUE)')
    (name,) = constraint_names(model, table)
    assert name == f"{'ä' * 14}_{'b' * 29}_key"
    assert len(name.encode()) == 62


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ("a", "t_a_idx"),
        ("a, b", "t_a_b_idx"),
        ("lower(b)", "t_lower_idx"),
        ("(a + 1)", "t_expr_idx"),
        ("(a + 1), (a + 2)", "t_expr_expr1_idx"),
        ("(b::int)", "t_b_idx"),
        ("('x'::text)", "t_text_idx"),
        ("coalesce(b, '')", "t_coalesce_idx"),
        ("a) INCLUDE (b", "t_a_b_idx"),
    ],
)
def test_indexes_have_the_names_that_postgresql_gives(engine: Engine, keys: str, name: str) -> None:
    model = model_of(engine, f"CREATE TABLE t (a int, b text); CREATE INDEX ON t ({keys})")
    assert [index.name for index in model.indexes] == [name]


@pytest.mark.parametrize(
    ("definition", "default", "is_not_null"),
    [
        ("int DEFAULT 1 NOT NULL", "1", True),
        ("int NOT NULL DEFAULT 1 + 2", "1 + 2", True),
        ("text DEFAULT NULL", None, False),
        ("bool DEFAULT NOT true", "not true", False),
        ("timestamptz DEFAULT now() CHECK (a > now())", "now()", False),
        ("text DEFAULT ('x') COLLATE \"C\"", "'x'", False),
        ("text DEFAULT 'x'::character varying NOT NULL", "'x'::character varying", True),
        ("text DEFAULT (((b'1')))", "b'1'", False),
    ],
)
def test_a_default_ends_where_the_next_clause_starts(
    engine: Engine, definition: str, default: str | None, is_not_null: bool
) -> None:
    column = table_of(model_of(engine, f"CREATE TABLE t (a {definition})"), "t").columns[0]
    assert (column.default, column.is_not_null) == (default, is_not_null)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("((a > 0))", "a > 0"),
        ("(a) > (0)", "(a) > (0)"),
        ("a::text <> '' AND lower ( b ) IN ('x' , 'y')", "a::text <> '' and lower(b) in ('x', 'y')"),
        ("b != E'it\\'s'", "b <> 'it''s'"),
        ('"a" [1] = 2', "a[1] = 2"),
        ("1::text = b", "1::text = b"),
        (
            "count(*) FILTER (WHERE a > 0) OVER (PARTITION BY b) > 1",
            "count(*) filter (where a > 0) over (partition by b) > 1",
        ),
        ('"Upper" (a)', '"Upper"(a)'),
        ("a . b > .5", "a.b > .5"),
    ],
)
def test_an_expression_is_its_tokens(engine: Engine, written: str, text: str) -> None:
    model = model_of(engine, f"CREATE TABLE t (a int, b text, CHECK ({written}))")
    assert table_of(model, "t").constraints[0].expression == text


def test_a_foreign_key_gets_the_columns_of_a_key_that_comes_later(engine: Engine) -> None:
    text = "CREATE TABLE a (b_id int REFERENCES b); CREATE TABLE b (x int, id int, PRIMARY KEY (id));"
    (constraint,) = table_of(model_of(engine, text), "a").constraints
    assert constraint.references is not None
    assert (constraint.references.schema, constraint.references.name) == ("public", "b")
    assert constraint.referenced_columns == ("id",)


def test_what_a_foreign_key_refers_to_may_be_defined_nowhere(engine: Engine) -> None:
    (constraint,) = table_of(model_of(engine, "CREATE TABLE a (b_id int REFERENCES b)"), "a").constraints
    assert constraint.references is not None
    assert (constraint.references.schema, constraint.references.name) == (None, "b")
    assert constraint.referenced_columns == ()


def test_a_child_has_what_its_parents_have(engine: Engine) -> None:
    text = """
        CREATE TABLE p (id int NOT NULL, a int CHECK (a > 0));
        CREATE TABLE c (a int, b int) INHERITS (p);
    """
    model = model_of(engine, text)
    child = table_of(model, "c")
    shown = [(column.name, column.is_inherited, column.is_local) for column in child.columns]
    assert shown == [("id", True, False), ("a", True, True), ("b", False, True)]
    assert constraint_names(model, "c") == ["p_a_check", "p_id_not_null"]


def test_a_partition_has_the_keys_indexes_and_triggers_of_its_parent(engine: Engine) -> None:
    text = """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t) PARTITION BY RANGE (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
        CREATE INDEX ON t (b);
        CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
    """
    model = model_of(engine, text)
    assert constraint_names(model, "t1") == ["t1_pkey", "t_a_not_null", "t_b_fkey"]
    assert [(index.name, index.parent and index.parent.name) for index in model.indexes] == [
        ("t_b_idx", None),
        ("t1_b_idx", "t_b_idx"),
    ]
    assert [(trigger.table, trigger.parent and trigger.parent.name) for trigger in model.triggers] == [
        ("t", None),
        ("t1", "t"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT a + 1 FROM t",
        "SELECT f(a) FROM t",
        "SELECT t FROM t",
        "SELECT a FROM t, t AS u",
        "SELECT a FROM t JOIN t AS u USING (a)",
        "SELECT a FROM t AS u (a)",
        "SELECT t.a FROM t AS u",
        "SELECT a FROM t UNION SELECT 1",
        "SELECT a FROM t WHERE true EXCEPT TABLE t",
        "SELECT ctid FROM t",
        "SELECT b::varchar FROM t",
        "SELECT 'x'::text FROM t",
        "SELECT a::int::text FROM t",
        "SELECT * FROM v",
        "SELECT * FROM pg_class",
        "SELECT *",
        "SELECT 99999999999",
        "SELECT true",
        "VALUES (1)",
        "WITH x AS (SELECT 1) SELECT a FROM t",
        "EXECUTE p",
        "TABLE v",
    ],
)
def test_a_table_of_another_query_is_kept_as_it_is(engine: Engine, query: str) -> None:
    made = 'CREATE TABLE t (a int, b text COLLATE "C"); CREATE VIEW v AS SELECT a FROM t;'
    model = any_model_of(engine, f"{made} CREATE TABLE x AS {query}")
    assert [kept.reason for kept in model.opaque] == ["the columns of its query are not known"]
    assert [table.name for table in model.tables] == ["t"]


def test_a_table_of_a_query_has_columns_of_different_names(engine: Engine) -> None:
    for query in ("SELECT a, a FROM t", "SELECT 1, 2", "SELECT *, a FROM t"):
        model = any_model_of(engine, f"CREATE TABLE t (a int); CREATE TABLE x AS {query}")
        assert "is defined twice" in model.opaque[0].reason
    model = any_model_of(engine, "CREATE TABLE t (a int); CREATE TABLE x (b, c) AS SELECT a FROM t")
    assert model.opaque[0].reason == "it has more names than columns"


def test_a_table_needs_what_its_query_reads(engine: Engine) -> None:
    model = model_of(
        engine, "CREATE TABLE t (a int); CREATE TABLE x AS SELECT a FROM t; DROP TABLE t CASCADE"
    )
    assert [table.name for table in model.tables] == ["x"]
    model = model_of(engine, "CREATE TABLE t (a int); SELECT a INTO x FROM t")
    assert edges_of(model) == [("table public.x", "table public.t", "like")]
