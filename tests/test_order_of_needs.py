"""Builds whose statements are sorted by what they need, by ``docs/bundle.md``."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from confiture._interface import Engine
from confiture.core.builder import SchemaBuilder
from confiture.core.locating import MappedBundle
from confiture.core.ordering import UnsortableError
from confiture.core.sorted_bundles import sort_body
from confiture.exceptions import SchemaError
from postgres import Server

EXAMPLE = Path(__file__).parent.parent / "examples" / "library"
HEADER_LINES = 12

#: Statements in an order that works.
CASES = {
    "a view needs its table": ["CREATE TABLE b (id int);", "CREATE VIEW a AS SELECT * FROM b;"],
    "a view needs a view": [
        "CREATE TABLE t (id int);",
        "CREATE VIEW z AS SELECT * FROM t;",
        "CREATE VIEW a AS SELECT * FROM z;",
    ],
    "a table needs its types, schema and sequence": [
        "CREATE SCHEMA z;",
        "CREATE TYPE z.mood AS ENUM ('a');",
        "CREATE DOMAIN z.d AS text;",
        "CREATE SEQUENCE z.q;",
        "CREATE TABLE z.a (m z.mood, d z.d, id int DEFAULT nextval('z.q'));",
    ],
    "a domain needs a function": [
        "CREATE FUNCTION valid(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';",
        "CREATE DOMAIN d AS text CHECK (valid(VALUE));",
    ],
    "a function in SQL needs what it names": [
        "CREATE TABLE z (id int);",
        "CREATE FUNCTION a() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM z';",
    ],
    "a foreign key needs the other table": [
        "CREATE TABLE z (id int PRIMARY KEY);",
        "CREATE TABLE a (z int REFERENCES z);",
    ],
    "a foreign key needs a unique key that comes later": [
        "CREATE TABLE a (id int);",
        "ALTER TABLE a ADD CONSTRAINT a_key UNIQUE (id);",
        "CREATE TABLE b (a int REFERENCES a (id));",
    ],
    "an index needs a column that comes later": [
        "CREATE TABLE t (a int);",
        "ALTER TABLE t ADD COLUMN b int;",
        "CREATE INDEX i ON t (b);",
        "COMMENT ON COLUMN t.b IS 'b';",
    ],
    "parents come before their children": [
        "CREATE TABLE z (id int) PARTITION BY LIST (id);",
        "CREATE TABLE b PARTITION OF z FOR VALUES IN (1);",
        "CREATE TABLE m (LIKE z);",
        "CREATE TABLE a (x int) INHERITS (m);",
    ],
    "an attached partition needs both": [
        "CREATE TABLE a (id int);",
        "CREATE TABLE z (id int) PARTITION BY LIST (id);",
        "ALTER TABLE z ATTACH PARTITION a FOR VALUES IN (1);",
    ],
    "a key needs its index": [
        "CREATE TABLE t (id int NOT NULL);",
        "CREATE UNIQUE INDEX a ON t (id);",
        "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX a;",
    ],
    "an attached index needs both": [
        "CREATE TABLE t (id int) PARTITION BY LIST (id);",
        "CREATE TABLE p PARTITION OF t FOR VALUES IN (1);",
        "CREATE INDEX a ON ONLY t (id);",
        "CREATE INDEX z ON p (id);",
        "ALTER INDEX a ATTACH PARTITION z;",
    ],
    "an owned sequence needs its table": [
        "CREATE TABLE z (id int);",
        "CREATE SEQUENCE a OWNED BY z.id;",
        "CREATE SEQUENCE b OWNED BY public.z.id;",
        "ALTER SEQUENCE b OWNED BY NONE;",
    ],
    "routines of one name need each other only where they say so": [
        "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
        "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT f(1)';",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2';",
        "CREATE AGGREGATE f(boolean) (SFUNC = booland_statefunc, STYPE = boolean);",
        "COMMENT ON FUNCTION f(int) IS 'a';",
    ],
    "a table that is like another one takes the indexes of that": [
        "CREATE TABLE z (id int);",
        "CREATE INDEX i ON z (id);",
        "CREATE TABLE a (LIKE z INCLUDING DEFAULTS INCLUDING INDEXES);",
        "CREATE TABLE b (x int, LIKE public.z INCLUDING ALL);",
    ],
    "a name that PostgreSQL makes up is one that nobody asks for": [
        "CREATE TABLE t (id int);",
        "CREATE INDEX t_id_idx ON t (id);",
        "CREATE INDEX ON t (id);",
    ],
    "a trigger needs its table and its function": [
        "CREATE FUNCTION a() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';",
        "CREATE TABLE z (id int);",
        "CREATE TRIGGER b AFTER INSERT ON z FOR EACH ROW EXECUTE FUNCTION a();",
        "COMMENT ON TRIGGER b ON z IS 'b';",
    ],
    "a table that is like another one takes what is said of that": [
        "CREATE TABLE z (id int, a int);",
        "CREATE INDEX i ON z (id);",
        "CREATE STATISTICS s ON id, a FROM z;",
        "COMMENT ON COLUMN z.a IS 'a';",
        "COMMENT ON INDEX i IS 'b';",
        "CREATE TABLE b (LIKE z INCLUDING ALL);",
        "CREATE VIEW c AS SELECT * FROM b;",
    ],
    "what asks for a name comes before what PostgreSQL would give it to": [
        "CREATE SEQUENCE a_a_seq;",
        "CREATE TABLE b_a_key (x int);",
        "CREATE TABLE a (a serial);",
        "CREATE TABLE b (a int UNIQUE);",
    ],
    "settings and roles come first, rows last": [
        "SET client_min_messages = warning;",
        "DO $$ BEGIN CREATE ROLE order_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
        "CREATE TABLE t (id int);",
        "GRANT SELECT ON t TO order_reader;",
        "INSERT INTO t VALUES (2);",
        "INSERT INTO t VALUES (1);",
    ],
}

#: What makes the order of a text one that does not work.
OUT_OF_ORDER = ["CREATE VIEW y AS SELECT 1 AS one FROM z;", "CREATE TABLE z (id int);"]

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


def _statements(text: str) -> list[str]:
    return text.strip("\n").split("\n\n")


@pytest.mark.parametrize("case", CASES)
def test_statements_come_after_what_they_need(engine: Engine, server: Server, case: str) -> None:
    wanted = CASES[case]
    rows = [statement for statement in wanted if statement.startswith("INSERT")]
    definitions = [statement for statement in wanted if statement not in rows]
    # No order of the others works around them.
    view, table = (re.sub(r"\b[yz]\b", r"out_of_order_\g<0>", item) for item in OUT_OF_ORDER)
    order = random.Random(case)
    bodies = set()
    for _ in range(8):
        order.shuffle(definitions)
        cut = order.randrange(len(definitions) + 1)
        text = "\n".join([view, *definitions[:cut], *rows, *definitions[cut:], table])
        bodies.add(sort_body(engine, text + "\n").text)
    (body,) = bodies
    assert sorted(_statements(body)) == sorted([*wanted, view, table])
    assert _statements(body)[len(definitions) + 2 :] == rows
    database = server.create_database("order_of_needs")
    server.load(database, body)


@pytest.mark.parametrize("text", AGREEING)
def test_statements_about_different_things_are_sorted(engine: Engine, text: str) -> None:
    assert sorted(_statements(sort_body(engine, text).text)) == sorted(text.splitlines())


def test_roles_come_after_those_that_they_name(engine: Engine) -> None:
    roles = ["CREATE ROLE z;", 'CREATE ROLE "B" ADMIN z;', 'CREATE ROLE a IN ROLE z, "B";']
    assert _statements(sort_body(engine, "\n".join(reversed(roles)) + "\n").text) == roles


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
    assert "ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (b) REFERENCES b;" in _statements(body)
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
        found = _statements(sort_body(engine, text).text)
        assert [item for item in found if not item.startswith("CREATE")] == statements


def test_what_is_set_after_all_settings_are_reset_stays_behind(engine: Engine) -> None:
    statements = [
        "ALTER SYSTEM SET work_mem = '2MB';",
        "ALTER SYSTEM RESET ALL;",
        "ALTER SYSTEM SET work_mem = '1MB';",
        "ALTER SYSTEM RESET ALL;",
        "ALTER SYSTEM SET jit = 'off';",
    ]
    assert _statements(sort_body(engine, "\n".join(statements) + "\n").text) == statements


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
    assert _statements(sort_body(engine, "\n".join(everything) + "\n").text) == wanted


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
    assert _statements(swapped)[2:] == statements[::-1]


def test_default_privileges_are_refused_where_nothing_tells_what_they_are_for(engine: Engine) -> None:
    defaults = "ALTER DEFAULT PRIVILEGES {}GRANT SELECT ON TABLES TO PUBLIC;"
    with pytest.raises(UnsortableError) as caught:
        sort_body(engine, "\n".join([*OUT_OF_ORDER, defaults.format("")]) + "\n")
    assert (caught.value.kind, caught.value.place) == ("ALTER DEFAULT PRIVILEGES", (3, 1))
    of_another = defaults.format("FOR ROLE a ")
    statements = _statements(sort_body(engine, "\n".join([of_another, *OUT_OF_ORDER]) + "\n").text)
    assert statements == [*reversed(OUT_OF_ORDER), of_another]


def test_statements_of_a_kind_keep_their_order_where_it_counts(engine: Engine) -> None:
    added = ["ALTER TABLE z ADD b int;", "ALTER TABLE z ADD a int;"]
    for order in (added, added[::-1]):
        body = sort_body(engine, "\n".join([*order, *OUT_OF_ORDER]) + "\n").text
        assert _statements(body) == [OUT_OF_ORDER[1], *order, OUT_OF_ORDER[0]]


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


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    def make(files: Mapping[str, str]) -> Path:
        root = tmp_path / "project"
        for name, content in {**files, "db/environments/local.yaml": "include_dirs: [db/schema]\n"}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return root

    return make


FILES = {
    "db/schema/1.sql": "-- views\n\nCREATE VIEW a AS SELECT * FROM t;\n",
    "db/schema/2.sql": "\n  CREATE TABLE t (id int); CREATE SEQUENCE s;\n",
    "db/schema/3.sql": "SELECT 1 / 0;\n",
}


def test_places_are_found_through_the_source_map(
    engine: Engine, project: Callable[[Mapping[str, str]], Path], tmp_path: Path
) -> None:
    builder = SchemaBuilder("local", project(FILES), order="dependencies")
    bundle, source_map = tmp_path / "out.sql", tmp_path / "out.sql.map.json"
    report = builder.write(bundle, source_map=source_map)
    text = bundle.read_text(encoding="utf-8")
    assert builder.build() == text
    assert builder.check(bundle, source_map=source_map)[0]
    assert not SchemaBuilder("local", project(FILES)).check(bundle)[0]
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
    engine: Engine, project: Callable[[Mapping[str, str]], Path], tmp_path: Path, content: str, body: str
) -> None:
    root = project({})
    for old in (root / "db").glob("schema/**/*.sql"):
        old.unlink()
    project({"db/schema/only.sql": content})
    source_map = tmp_path / "map.json"
    builder = SchemaBuilder("local", root, order="dependencies")
    builder.write(tmp_path / "out.sql", source_map=source_map)
    text = (tmp_path / "out.sql").read_text(encoding="utf-8")
    assert "\n".join(text.split("\n")[HEADER_LINES:]) == body
    assert text == builder.build()


def test_the_place_of_what_cannot_be_sorted_is_that_in_its_file(
    engine: Engine, project: Callable[[Mapping[str, str]], Path], tmp_path: Path
) -> None:
    builder = SchemaBuilder(
        "local", project({**FILES, "db/schema/2b.sql": "--\n DROP TABLE t;"}), order="dependencies"
    )
    with pytest.raises(SchemaError) as caught:
        builder.write(tmp_path / "out.sql")
    assert caught.value.error_code == "SCHEMA_022"
    assert "2b.sql:2:2: DROP TABLE cannot be sorted" in caught.value.message
    twice = {**FILES, "db/schema/2b.sql": "--\n CREATE TABLE t (a int);"}
    with pytest.raises(SchemaError) as caught_too:
        SchemaBuilder("local", project(twice), order="dependencies").build()
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
        SchemaBuilder("local", project(FILES), order="size")


def _units(engine: Engine) -> list[str]:
    """The definitions of the example, each with the comments before it."""
    body = SchemaBuilder("local", EXAMPLE, order="dependencies").build(schema_only=True)
    text = "\n".join(body.split("\n")[HEADER_LINES:])
    statements = engine.split_statements(text)[0]
    ends = [end for _, _, _, _, end, *_ in statements]
    content = text.encode()
    starts = [0, *ends[:-1]]
    units = [content[start:end].decode().strip("\n") for start, end in zip(starts, ends, strict=True)]
    kinds = [statement[0] for statement in statements]
    # What is about rows keeps its order.
    return [
        unit
        for unit, kind in zip(units, kinds, strict=True)
        if kind not in ("DO", "SELECT", "REFRESH MATERIALIZED VIEW")
    ]


def test_the_example_in_any_order_is_the_same_bundle_and_loads(
    engine: Engine, project: Callable[[Mapping[str, str]], Path], server: Server
) -> None:
    units = _units(engine)
    assert len(units) > 600
    first = "DO $$ BEGIN CREATE ROLE library_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    order = random.Random(11)
    bodies = set()
    roles = sorted(set(re.findall(r"\blibrary_[a-z]+\b", "\n".join(units))))
    makers = [first.replace("library_owner", role) for role in roles]
    for attempt in range(200 if engine.__name__ == "confiture._core" else 8):
        everything = [*units, *makers]
        order.shuffle(everything)
        files: dict[str, list[str]] = {}
        for unit in everything:
            name = f"db/schema/{order.choice('abc')}/{order.randrange(40)}.sql"
            files.setdefault(name, []).append(unit)
        root = project({})
        for old in (root / "db").glob("schema/*/*.sql"):
            old.unlink()
        project({name: "\n\n".join(content) + "\n" for name, content in files.items()})
        text = SchemaBuilder("local", root, order="dependencies").build()
        bodies.add("\n".join(text.split("\n")[HEADER_LINES:]))
        assert len(bodies) == 1, attempt
    database = server.create_database("order_of_needs")
    server.load(database, bodies.pop())
