"""What queries, expressions and bodies refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .parsing import edges_of, model_of, undefined_of

if TYPE_CHECKING:
    from confiture._interface import Engine

DEFINITIONS = """
    CREATE TABLE a (id int, at timestamp);
    CREATE TABLE b (id int);
    CREATE TABLE c (id int);
    CREATE SEQUENCE s;
    CREATE TYPE mood AS ENUM ('sad');
    CREATE FUNCTION f(int) RETURNS int LANGUAGE internal AS 'x';
    CREATE FUNCTION f(int, int) RETURNS int LANGUAGE internal AS 'x';
"""


_UNKNOWN = ("g", "later", "column")


@pytest.mark.parametrize(
    ("query", "targets"),
    [
        ("SELECT * FROM a", ["table a"]),
        ("SELECT * FROM a, b x, ONLY c", ["table a", "table b", "table c"]),
        ("SELECT * FROM a JOIN b USING (id) LEFT JOIN c ON true", ["table a", "table b", "table c"]),
        ("SELECT * FROM (a CROSS JOIN b)", ["table a", "table b"]),
        ("SELECT * FROM (SELECT 1 FROM a) AS x (y), c", ["table a", "table c"]),
        ("SELECT (SELECT max(id) FROM b) FROM a", ["table a", "table b"]),
        (
            "SELECT 1 FROM a WHERE id IN (SELECT id FROM b) UNION SELECT 1 FROM c",
            ["table a", "table b", "table c"],
        ),
        ("WITH b AS (SELECT * FROM a) SELECT * FROM b", ["table a"]),
        ("WITH x AS (SELECT * FROM b), b AS (SELECT * FROM x) SELECT * FROM b", ["table b"]),
        ("WITH RECURSIVE b (id) AS (SELECT 1 UNION SELECT id FROM b) SELECT * FROM b, a", ["table a"]),
        ("SELECT * FROM (WITH b AS (SELECT 1) SELECT * FROM b) x, b", ["table b"]),
        (
            "WITH x AS (INSERT INTO a (id) SELECT id FROM b RETURNING id) SELECT * FROM x",
            ["table a", "table b"],
        ),
        ("TABLE a", ["table a"]),
        ("SELECT extract(year FROM at), trim(both FROM 'x'), substring('b' FROM 1) FROM a", ["table a"]),
        ("SELECT id IS DISTINCT FROM b FROM a", ["table a"]),
        ("SELECT f(1)", ["function f(integer)"]),
        ("SELECT f(1, f(2))", ["function f(integer)", "function f(integer, integer)"]),
        ("SELECT * FROM f(1) AS b (c int), a", ["function f(integer)", "table a"]),
        ("SELECT * FROM unnest(ARRAY[1], ARRAY[2]) f(x, y), a", ["table a"]),
        ('SELECT * FROM a JOIN (SELECT 1) "f"(x) ON f(1) = 1', ["function f(integer)", "table a"]),
        ("SELECT * FROM ROWS FROM (f(1)) f(x), b", ["function f(integer)", "table b"]),
        ("SELECT 'sad'::mood, CAST('x' AS mood)", ["type mood"]),
        ("SELECT nextval('s'), 'a'::regclass", ["sequence s", "table a"]),
        ("SELECT count(*) FILTER (WHERE true) OVER (PARTITION BY id) FROM a", ["table a"]),
        ("SELECT id FROM a GROUP BY GROUPING SETS ((id), ())", ["table a"]),
        ("SELECT a.id FROM public.a", ["table a"]),
        ("SELECT * FROM pg_class, information_schema.tables, a", ["table a"]),
    ],
)
def test_a_view_needs_what_its_query_names(engine: Engine, query: str, targets: list[str]) -> None:
    model = model_of(engine, f"{DEFINITIONS} CREATE VIEW v AS {query}")
    found = [
        target.replace("public.", "") for source, target, _ in edges_of(model) if source == "view public.v"
    ]
    assert found == targets
    assert undefined_of(model) == []


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("SELECT * FROM nowhere", "table nowhere"),
        ("SELECT * FROM x.nowhere", "table x.nowhere"),
        ("SELECT nothing(1)", "function nothing"),
        ("SELECT '1'::nothing", "type nothing"),
    ],
)
def test_what_nothing_defines_is_named_as_it_is_written(engine: Engine, query: str, missing: str) -> None:
    model = model_of(engine, f"CREATE VIEW v AS {query}")
    assert undefined_of(model) == [("view public.v", missing, "query")]


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("SELECT * FROM a, json_table('{}', '$' COLUMNS (x int, NESTED PATH '$' COLUMNS (y int))) AS j", []),
        ("SELECT * FROM xmltable('/x' PASSING g(1) COLUMNS x int PATH 'x') AS x", ["function g"]),
        ("SELECT * FROM a CROSS JOIN LATERAL json_table('{}', '$' COLUMNS (x int)), later", ["table later"]),
        ("SELECT columns(1)", ["function columns"]),
    ],
)
def test_tables_of_documents_are_no_routines(engine: Engine, query: str, missing: list[str]) -> None:
    model = model_of(engine, f"{DEFINITIONS} CREATE VIEW v AS {query}")
    assert [edge.target for edge in model.edges if edge.target.split(" ")[-1][:6] in _UNKNOWN] == missing
    assert not any("table" in edge.target.partition(" ")[2] for edge in model.edges)


@pytest.mark.parametrize(("columns", "is_expanded"), [(832, True), (833, False)])
def test_stars_stand_for_no_more_columns_than_a_query_can_give(
    engine: Engine, columns: int, is_expanded: bool
) -> None:
    named = ", ".join(f"c{number} int" for number in range(columns))
    text = f"CREATE TABLE t ({named}); CREATE VIEW v AS SELECT *, * FROM t; ALTER TABLE t ADD z int;"
    (view,) = model_of(engine, text).views
    assert ("*" not in view.query) is is_expanded


def test_a_body_names_only_relations_of_known_schemas(engine: Engine) -> None:
    text = """
        CREATE TABLE a (id int);
        CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE r record;
        BEGIN
            SELECT id INTO r FROM a;
            INSERT INTO public.nowhere SELECT * FROM unknown.thing, temporary_thing;
            PERFORM missing(r);
            EXECUTE 'DELETE FROM b' USING r;
        END $$;
    """
    model = model_of(engine, text)
    assert edges_of(model) == [("function public.g()", "table public.a", "body")]
    assert undefined_of(model) == [("function public.g()", "table public.nowhere", "body")]


def test_a_body_names_routines_of_known_schemas(engine: Engine) -> None:
    text = """
        CREATE SCHEMA s;
        CREATE TABLE s.a (id int);
        CREATE TYPE s.pair AS (x int, y int);
        CREATE FUNCTION s.known(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION s.g() RETURNS void LANGUAGE plpgsql AS $$
        DECLARE r record;
        BEGIN
            INSERT INTO s.a (id) VALUES (s.known(1));
            PERFORM s.missing(r), other.missing(1), missing(2), pg_temp.missing(3), s.pair(1);
            CREATE TABLE s.made (id int REFERENCES s.other_made (id));
            CREATE INDEX ON s.made (id);
            ANALYZE s.made (id);
            CREATE FUNCTION s.made_too(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
            COPY s.made (id) FROM 'x';
        END $$;
        CREATE FUNCTION s.h() RETURNS int LANGUAGE sql AS 'SELECT s.absent(1) FROM s.gone(2) AS a(b)';
    """
    assert undefined_of(model_of(engine, text)) == [
        ("function s.g()", "function s.missing", "body"),
        ("function s.h()", "function s.absent", "body"),
        ("function s.h()", "function s.gone", "body"),
    ]


def test_what_is_defined_later_is_late(engine: Engine) -> None:
    text = "CREATE VIEW v AS SELECT * FROM a; CREATE TABLE a (b mood); CREATE TYPE mood AS ENUM ('sad');"
    model = model_of(engine, text)
    assert [(edge.source, edge.target, edge.is_late) for edge in model.edges] == [
        ("table public.a", "type public.mood", True),
        ("view public.v", "table public.a", True),
    ]


def test_a_reference_is_looked_for_along_the_path_of_its_statement(engine: Engine) -> None:
    text = """
        CREATE SCHEMA x;
        SET search_path = x, public;
        CREATE VIEW v AS SELECT * FROM a;
        SET search_path = public;
        CREATE TABLE a (id int);
        CREATE TABLE x.a (id int);
    """
    assert edges_of(model_of(engine, text)) == [("view x.v", "table x.a", "query")]


@pytest.mark.parametrize(
    ("statement", "edge"),
    [
        ("CREATE TABLE t (x int DEFAULT f(1))", ("table public.t", "function public.f(integer)", "default")),
        (
            "CREATE TABLE t (x int CHECK (f(x) > 1))",
            ("table public.t", "function public.f(integer)", "check"),
        ),
        (
            "CREATE TABLE t (x int, y int GENERATED ALWAYS AS (f(x)) STORED)",
            ("table public.t", "function public.f(integer)", "generated"),
        ),
        ("CREATE TABLE t (x int REFERENCES a)", ("table public.t", "table public.a", "foreign_key")),
        ("CREATE TABLE t () INHERITS (a)", ("table public.t", "table public.a", "inherits")),
        ("CREATE TABLE t (LIKE a)", ("table public.t", "table public.a", "like")),
        ("CREATE INDEX i ON a (id)", ("index public.i", "table public.a", "index")),
        ("CREATE DOMAIN d AS mood", ("domain public.d", "type public.mood", "type")),
        ("ALTER SEQUENCE s OWNED BY a.id", ("sequence public.s", "table public.a", "owned_by")),
        ("CREATE POLICY p ON a USING (true)", ("policy p on public.a", "table public.a", "policy")),
        ("CREATE RULE r AS ON INSERT TO a DO NOTHING", ("rule r on public.a", "table public.a", "rule")),
        (
            "CREATE CAST (mood AS int) WITH FUNCTION f(int)",
            ("cast (public.mood AS integer)", "function public.f(integer)", "definition"),
        ),
        ("CREATE PUBLICATION p FOR TABLE a", ("publication p", "table public.a", "definition")),
    ],
)
def test_a_statement_says_what_an_object_needs(
    engine: Engine, statement: str, edge: tuple[str, str, str]
) -> None:
    assert edge in edges_of(model_of(engine, f"{DEFINITIONS} {statement}"))
