"""Builds whose statements are sorted by what they need, by ``docs/bundle.md``: case by case."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from confiture._interface import Engine
from confiture.core.builder import SchemaBuilder
from confiture.core.locating import MappedBundle
from confiture.core.ordering import UnsortableError
from confiture.core.sorted_bundles import sort_body
from confiture.exceptions import SchemaError
from postgres import Server
from sorted_texts import HEADER_LINES, OUT_OF_ORDER, statements_of

UNSORTABLE = [
    ("CREATE TABLE t (id int);\nDROP TABLE t;", "DROP TABLE", (2, 1)),
    ("DROP OWNED BY a;", "DROP OWNED", (1, 1)),
    ("REASSIGN OWNED BY a TO b;", "REASSIGN OWNED", (1, 1)),
    (
        "CREATE VIEW v AS SELECT 1 AS a;\n"
        'CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO v DO INSTEAD SELECT 2 AS a;',
        "CREATE RULE",
        (2, 1),
    ),
    ("ALTER TABLE t RENAME TO u;", "ALTER TABLE", (1, 1)),
    ("ALTER TABLE t DROP COLUMN u;", "ALTER TABLE", (1, 1)),
    ("ALTER TABLE t SET SCHEMA u;", "ALTER TABLE", (1, 1)),
    (" BEGIN;", "BEGIN", (1, 2)),
    ("SET search_path = a;", "SET", (1, 1)),
    ("\\echo a\nSELECT 1;", "", (1, 1)),
    ("nonsense;", "", (1, 1)),
    (
        "CREATE VIEW a AS SELECT * FROM b;\nCREATE VIEW b AS SELECT * FROM a;",
        "CREATE VIEW",
        (1, 1),
    ),
    ("COMMENT ON TABLE t IS 'a';\nCOMMENT ON TABLE public.t IS 'b';", "COMMENT", (2, 1)),
    ("ALTER TABLE t OWNER TO a;\nALTER VIEW public.t OWNER TO b;", "ALTER VIEW", (2, 1)),
    (
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY;\nALTER TABLE t DISABLE ROW LEVEL SECURITY;",
        "ALTER TABLE",
        (2, 1),
    ),
    (
        "ALTER TABLE t FORCE ROW LEVEL SECURITY;\nALTER TABLE t NO FORCE ROW LEVEL SECURITY;",
        "ALTER TABLE",
        (2, 1),
    ),
    (
        "ALTER TABLE t ALTER a SET DEFAULT 1;\nALTER TABLE t ALTER COLUMN a DROP DEFAULT;",
        "ALTER TABLE",
        (2, 1),
    ),
    (
        "ALTER TABLE t ALTER a SET STATISTICS 1;\nALTER TABLE t ALTER a SET STATISTICS 2;",
        "ALTER TABLE",
        (2, 1),
    ),
    ("ALTER TABLE t CLUSTER ON i;\nALTER TABLE t CLUSTER ON j;", "ALTER TABLE", (2, 1)),
    ("ALTER TABLE t REPLICA IDENTITY FULL;\nALTER TABLE t REPLICA IDENTITY DEFAULT;", "ALTER TABLE", (2, 1)),
    (
        "CREATE FUNCTION f(int) RETURNS int RETURN 1;\n"
        "CREATE OR REPLACE FUNCTION f(integer) RETURNS int RETURN 2;",
        "CREATE FUNCTION",
        (2, 1),
    ),
]

#: Statements that look as if they contradicted each other, and do not.
AGREEING = [
    "COMMENT ON TABLE t IS 'a';\nCOMMENT ON TABLE t IS 'a';\n",
    "COMMENT ON TABLE t IS 'a';\nCOMMENT ON VIEW u IS 'b';\nCOMMENT ON COLUMN t.a IS 'c';\n",
    "CREATE OR REPLACE FUNCTION f(int) RETURNS int RETURN 1;\n"
    "CREATE OR REPLACE FUNCTION f(text) RETURNS int RETURN 2;\n",
    "CREATE TRIGGER a AFTER INSERT ON t EXECUTE FUNCTION f();\n"
    "CREATE OR REPLACE TRIGGER a AFTER INSERT ON u EXECUTE FUNCTION f();\n",
    "ALTER TABLE t ALTER a SET DEFAULT 1;\nALTER TABLE t ALTER b SET DEFAULT 2;\n"
    "ALTER TABLE t ALTER a SET STATISTICS 2;\nALTER TABLE u ALTER a SET DEFAULT 2;\n",
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY;\n"
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n",
    "ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE text, ALTER a SET DEFAULT 'b';\n",
    "ALTER FUNCTION f(int) OWNER TO a;\nALTER FUNCTION f(text) OWNER TO b;\nALTER TABLE f OWNER TO c;\n",
]


@pytest.mark.parametrize("text", AGREEING)
def test_statements_about_different_things_are_sorted(engine: Engine, text: str) -> None:
    assert sorted(statements_of(sort_body(engine, text).text)) == sorted(text.splitlines())


def test_roles_come_after_those_that_they_name(engine: Engine) -> None:
    roles = ["CREATE ROLE z;", 'CREATE ROLE "B" ADMIN z;', 'CREATE ROLE a IN ROLE z, "B";']
    assert statements_of(sort_body(engine, "\n".join(reversed(roles)) + "\n").text) == roles


def test_keys_of_tables_that_need_each_other_come_after_them(engine: Engine, server: Server) -> None:
    tables = [
        "CREATE TABLE a (id int PRIMARY KEY, b int CONSTRAINT k REFERENCES b, self int REFERENCES a);",
        "CREATE TABLE b (id int PRIMARY KEY, c int, FOREIGN KEY (c) REFERENCES c);",
        "CREATE TABLE c (id int PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE);",
        "CREATE TABLE d (id int PRIMARY KEY, a int REFERENCES a);",
    ]
    bodies = {sort_body(engine, "\n".join(order) + "\n").text for order in (tables, tables[::-1])}
    (body,) = bodies
    assert tables[3] in body
    assert body.count("ALTER TABLE") == 4
    assert "ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES b;" in statements_of(body)
    database = server.create_database("order_of_needs")
    server.load(database, body)
    with server.connect(database) as connection:
        names = connection.execute(
            "SELECT array_agg(conname::text ORDER BY conname) FROM pg_constraint WHERE contype = 'f'"
        ).fetchone()
    assert names == (["a_self_fkey", "b_c_fkey", "c_a_fkey", "d_a_fkey", "k"],)


#: Statements in an order that works, and which of them say something else in another order that works.
MEANT = {
    "columns": (
        ["CREATE TABLE t (id int);", "ALTER TABLE t ADD b int;", "ALTER TABLE t ADD a int;"],
        "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = 't'::regclass AND attnum > 0",
    ),
    "made-up names of indexes": (
        ["CREATE TABLE t (a int);", "CREATE INDEX ON t (a) WHERE a > 1;", "CREATE INDEX ON t (a);"],
        "SELECT pg_get_indexdef('t_a_idx'::regclass)",
    ),
    "made-up names of constraints": (
        ["CREATE TABLE t (a int);", "ALTER TABLE t ADD CHECK (a > 2);", "ALTER TABLE t ADD CHECK (a > 1);"],
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 't_a_check'",
    ),
    "bodies that are not checked": (
        [
            "SET check_function_bodies = off;",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT g(1)';",
            "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;",
            "CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        ],
        "SELECT proname FROM pg_proc WHERE proname IN ('f', 'g') AND proacl IS NOT NULL",
    ),
    "default privileges": (
        [
            "CREATE TABLE a (a int);",
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;",
            "CREATE TABLE b (a int);",
        ],
        "SELECT array_agg(relname::text) FROM pg_class WHERE relname < 'c' AND relacl IS NOT NULL",
    ),
    "what all that is there is granted": (
        [
            "CREATE TABLE a (a int);",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;",
            "CREATE TABLE b (a int);",
        ],
        "SELECT array_agg(relname::text) FROM pg_class WHERE relname < 'c' AND relacl IS NOT NULL",
    ),
    "what is granted and taken": (
        ["CREATE TABLE t (a int);", "GRANT SELECT ON t TO PUBLIC;", "REVOKE ALL ON t FROM PUBLIC;"],
        "SELECT array_to_string(relacl, ' ') ~ '(^| )=r/' FROM pg_class WHERE relname = 't'",
    ),
    "what is copied": (
        ["CREATE TABLE t (a int);", "CREATE TABLE b (LIKE t INCLUDING ALL);", "CREATE INDEX i ON t (a);"],
        "SELECT count(*) FROM pg_index WHERE indrelid = 'b'::regclass",
    ),
    "all columns of a query in another one": (
        [
            "CREATE TABLE t (a int);",
            "CREATE VIEW v AS SELECT x.* FROM (SELECT * FROM t) x;",
            "ALTER TABLE t ADD b int;",
        ],
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'v'::regclass AND attnum > 0",
    ),
    "columns of joined tables": (
        [
            "CREATE TABLE t (a int); CREATE TABLE u (a int, b int);",
            "CREATE VIEW v AS SELECT 1 AS one FROM t NATURAL JOIN u;",
            "ALTER TABLE t ADD b int;",
        ],
        "SELECT pg_get_viewdef('v'::regclass) ~ 'b'",
    ),
    "an index that another one takes over": (
        [
            "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p DEFAULT;",
            "CREATE INDEX z ON p (a);",
            "CREATE INDEX b ON p1 (a);",
        ],
        "SELECT count(*) FROM pg_index WHERE indrelid = 'p1'::regclass",
    ),
}


@pytest.mark.parametrize("case", MEANT)
def test_statements_of_which_the_order_counts_keep_one_that_works(
    engine: Engine, server: Server, case: str
) -> None:
    statements, question = MEANT[case]
    first, *others = statements
    database = server.create_database("order_of_needs")
    answers = set()
    for order in ([first, *others], [first, *reversed(others)]):
        found = []
        for text in ("\n".join(order) + "\n", sort_body(engine, "\n".join(order) + "\n").text):
            with server.connect(database) as connection:
                connection.execute(text.encode())
                found.append(str(connection.execute(question.encode()).fetchone()))
                connection.rollback()
        assert found[0] == found[1]
        answers.add(found[0])
    assert len(answers) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER DATABASE d SET work_mem = '{}MB';",
        "ALTER SYSTEM SET work_mem = '{}MB';",
        "ALTER ROLE r IN DATABASE d SET work_mem TO '{}MB';",
        "SECURITY LABEL FOR p ON TABLE t IS '{}';",
    ],
)
def test_what_is_set_again_keeps_its_order(engine: Engine, statement: str) -> None:
    for values in (("1", "2"), ("2", "1")):
        statements = list(map(statement.format, values))
        text = "\n".join(["CREATE TABLE t (a int);", *statements]) + "\n"
        found = statements_of(sort_body(engine, text).text)
        assert [item for item in found if not item.startswith("CREATE")] == statements


def test_what_is_set_after_all_settings_are_reset_stays_behind(engine: Engine) -> None:
    statements = [
        "ALTER SYSTEM SET work_mem = '2MB';",
        "ALTER SYSTEM RESET ALL;",
        "ALTER SYSTEM SET work_mem = '1MB';",
        "ALTER SYSTEM RESET ALL;",
        "ALTER SYSTEM SET jit = 'off';",
    ]
    assert statements_of(sort_body(engine, "\n".join(statements) + "\n").text) == statements


def test_privileges_of_a_text_without_an_order_that_works_come_in_the_order_of_their_width(
    engine: Engine,
) -> None:
    wanted = [
        *reversed(OUT_OF_ORDER),
        "REVOKE ALL ON z FROM PUBLIC;",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC;",
        "GRANT INSERT ON z TO PUBLIC;",
        "REVOKE SELECT ON y FROM PUBLIC;",
    ]
    everything = [*OUT_OF_ORDER, wanted[3], wanted[2], wanted[5], wanted[4]]
    assert statements_of(sort_body(engine, "\n".join(everything) + "\n").text) == wanted


@pytest.mark.parametrize(
    ("statements", "kind"),
    [
        (["GRANT SELECT ON z TO PUBLIC;", "REVOKE ALL ON public.z FROM PUBLIC;"], "REVOKE"),
        (["REVOKE SELECT ON z FROM PUBLIC;", "GRANT SELECT ON z TO PUBLIC, a;"], "GRANT"),
    ],
)
def test_privileges_that_would_change_places_are_refused(
    engine: Engine, statements: list[str], kind: str
) -> None:
    with pytest.raises(UnsortableError) as caught:
        sort_body(engine, "\n".join([*OUT_OF_ORDER, *statements]) + "\n")
    assert (caught.value.kind, caught.value.place, caught.value.other_place) == (kind, (4, 1), (3, 1))
    swapped = sort_body(engine, "\n".join([*OUT_OF_ORDER, *reversed(statements)]) + "\n").text
    assert statements_of(swapped)[2:] == statements[::-1]


def test_default_privileges_are_refused_where_nothing_tells_what_they_are_for(engine: Engine) -> None:
    defaults = "ALTER DEFAULT PRIVILEGES {}GRANT SELECT ON TABLES TO PUBLIC;"
    with pytest.raises(UnsortableError) as caught:
        sort_body(engine, "\n".join([*OUT_OF_ORDER, defaults.format("")]) + "\n")
    assert (caught.value.kind, caught.value.place) == ("ALTER DEFAULT PRIVILEGES", (3, 1))
    of_another = defaults.format("FOR ROLE a ")
    statements = statements_of(sort_body(engine, "\n".join([of_another, *OUT_OF_ORDER]) + "\n").text)
    assert statements == [*reversed(OUT_OF_ORDER), of_another]


def test_statements_of_a_kind_keep_their_order_where_it_counts(engine: Engine) -> None:
    added = ["ALTER TABLE z ADD b int;", "ALTER TABLE z ADD a int;"]
    for order in (added, added[::-1]):
        body = sort_body(engine, "\n".join([*order, *OUT_OF_ORDER]) + "\n").text
        assert statements_of(body) == [OUT_OF_ORDER[1], *order, OUT_OF_ORDER[0]]


@pytest.mark.parametrize(
    ("first", "second", "called"),
    [
        ("CREATE TABLE customer (a int);", "CREATE TABLE public.customer (b int);", "table public.customer"),
        ("CREATE VIEW v AS SELECT 1;", "CREATE TABLE v (a int);", "view public.v"),
        (
            "CREATE FUNCTION f(int) RETURNS int RETURN 1;",
            "CREATE FUNCTION f(integer) RETURNS int RETURN 2;",
            "function f(integer)",
        ),
    ],
)
def test_what_is_defined_twice_is_told(engine: Engine, first: str, second: str, called: str) -> None:
    with pytest.raises(UnsortableError) as caught:
        sort_body(engine, f"{first}\nCREATE FUNCTION f(text) RETURNS int RETURN 1;\n{second}\n")
    assert caught.value.reason == f"{called} is defined twice"
    assert {caught.value.place, caught.value.other_place} == {(1, 1), (3, 1)}


@pytest.mark.parametrize(("text", "kind", "place"), UNSORTABLE)
def test_what_depends_on_its_place_is_refused(
    engine: Engine, text: str, kind: str, place: tuple[int, int]
) -> None:
    with pytest.raises(UnsortableError) as caught:
        sort_body(engine, text + "\n")
    assert (caught.value.kind, caught.value.place) == (kind, place)
    assert caught.value.reason


def test_comments_go_with_their_statements(engine: Engine) -> None:
    text = (
        "-- the file\n\n-- view\nCREATE VIEW a AS SELECT 1 -- one\n; -- end\n"
        "/* table */\n\nCREATE TABLE t (id int); -- t\n-- last\nCOPY t FROM stdin;\n1\n\\.\n-- end of all\n"
    )
    assert sort_body(engine, text).text == (
        "\n/* table */\nCREATE TABLE t (id int); -- t\n"
        "\n-- the file\n\n-- view\nCREATE VIEW a AS SELECT 1 -- one\n; -- end\n"
        "\n-- last\nCOPY t FROM stdin;\n1\n\\.\n-- end of all\n"
    )


FILES = {
    "db/schema/1.sql": "-- views\n\nCREATE VIEW a AS SELECT * FROM t;\n",
    "db/schema/2.sql": "\n  CREATE TABLE t (id int); CREATE SEQUENCE s;\n",
    "db/schema/3.sql": "SELECT 1 / 0;\n",
}


def test_places_are_found_through_the_source_map(
    engine: Engine, make_project: Callable[..., Path], tmp_path: Path
) -> None:
    builder = SchemaBuilder("local", make_project(FILES), order="dependencies")
    bundle, source_map = tmp_path / "out.sql", tmp_path / "out.sql.map.json"
    report = builder.write(bundle, source_map=source_map)
    text = bundle.read_text(encoding="utf-8")
    assert builder.build() == text
    assert builder.check(bundle, source_map=source_map)[0]
    assert not SchemaBuilder("local", make_project(FILES)).check(bundle)[0]
    assert (report.bundle.files, report.bundle.bundle_bytes) == (3, len(text.encode()))
    found = MappedBundle(engine, bundle)
    lines = text.split("\n")
    for wanted, file, line, column in [
        ("CREATE SEQUENCE", "2.sql", 2, 28),
        ("CREATE TABLE", "2.sql", 2, 3),
        ("-- views", "1.sql", 1, 1),
        ("CREATE VIEW", "1.sql", 3, 1),
        ("1 / 0", "3.sql", 1, 8),
    ]:
        ((number, at),) = [
            (number, text.index(wanted)) for number, text in enumerate(lines, 1) if wanted in text
        ]
        location = found.locate(number, at + 1)
        assert (Path(location.path or "").name, location.line, location.column) == (file, line, column), (
            wanted
        )
    segments = json.loads(source_map.read_text(encoding="utf-8"))["segments"]
    assert [segment[0] for segment in segments] == sorted({segment[0] for segment in segments})


@pytest.mark.parametrize(
    ("content", "body"),
    [("-- nothing\n  /* at all */", "\n-- nothing\n  /* at all */\n"), ("  \n", ""), (";;", "\n;;\n")],
)
def test_files_without_a_statement_are_built_with_their_comments(
    engine: Engine, make_project: Callable[..., Path], tmp_path: Path, content: str, body: str
) -> None:
    root = make_project({})
    for old in (root / "db").glob("schema/**/*.sql"):
        old.unlink()
    make_project({"db/schema/only.sql": content})
    source_map = tmp_path / "map.json"
    builder = SchemaBuilder("local", root, order="dependencies")
    builder.write(tmp_path / "out.sql", source_map=source_map)
    text = (tmp_path / "out.sql").read_text(encoding="utf-8")
    assert "\n".join(text.split("\n")[HEADER_LINES:]) == body
    assert text == builder.build()


def test_the_place_of_what_cannot_be_sorted_is_that_in_its_file(
    engine: Engine, make_project: Callable[..., Path], tmp_path: Path
) -> None:
    builder = SchemaBuilder(
        "local", make_project({**FILES, "db/schema/2b.sql": "--\n DROP TABLE t;"}), order="dependencies"
    )
    with pytest.raises(SchemaError) as caught:
        builder.write(tmp_path / "out.sql")
    assert caught.value.error_code == "SCHEMA_022"
    assert "2b.sql:2:2: DROP TABLE cannot be sorted" in caught.value.message
    twice = {**FILES, "db/schema/2b.sql": "--\n CREATE TABLE t (a int);"}
    with pytest.raises(SchemaError) as caught_too:
        SchemaBuilder("local", make_project(twice), order="dependencies").build()
    assert (
        "2b.sql:2:2: CREATE TABLE cannot be sorted: table public.t is defined twice"
        in caught_too.value.message
    )
    assert "2.sql:2:3)" in caught_too.value.message
    assert not (tmp_path / "out.sql").exists()
    with pytest.raises(SchemaError) as caught:
        builder.build_split(tmp_path / "out")
    assert caught.value.error_code == "SCHEMA_021"
    with pytest.raises(ValueError, match="order"):
        SchemaBuilder("local", make_project(FILES), order="size")
