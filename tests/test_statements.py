"""Statements: the rules of ``docs/statements.md``, one by one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from confiture import _failures
from confiture._interface import Engine, SqlObject
from confiture.artifacts.checked import decode_checked
from confiture.exceptions import SchemaError
from confiture.models.schema.parts import Place
from engines import LOADED

pytestmark = pytest.mark.parametrize("engine", LOADED.values(), ids=LOADED)

S, G, P, D, X = "statement", "gap", "psql", "data", "discarded"

#: A text as its spans one after the other, each with the index of its statement.
SPANS: list[list[tuple[str, str, int]]] = [
    [],
    [(G, " \n-- c\n", -1)],
    [(G, "\ufeff ", -1), (S, "a;", 0)],
    [(S, "a;", 0), (S, "b;", 1), (G, " ; ;\n", -1), (S, "c", 2), (G, " -- d\n", -1)],
    [(S, "a", 0), (G, " /* b", -1)],
    [(S, "a -- b\n c;", 0)],
    [(S, "a ( ; ) ) ;", 0), (S, "b;", 1)],
    [(S, "a [ ;", 0), (G, " ", -1), (S, "] ;", 1)],
    [(S, "a 'b ", 0)],
    [(S, "a\\;", 0), (S, "b;", 1)],
    [(S, "( \\; )\\;", 0), (G, "\\;", -1)],
    [(S, "a ", 0), (P, "\\echo b ", -1), (P, "\\echo c", -1), (S, "\n;", 0)],
    [(S, "a", 0), (G, " ", -1), (P, "\\g b\r", -1), (G, "\n", -1), (S, "c", 1)],
    [(S, "a (", 0), (G, " ", -1), (P, "\\gx", -1), (G, "\n", -1), (S, "b;", 1)],
    [(S, "a ", 0), (P, "\\echo \\\\", -1), (S, " b;", 0)],
    [(P, "\\! ' \\\\ ;", -1), (G, "\n", -1), (S, "a", 0)],
    [
        (S, "a;", 0),
        (X, "b\\;", -1),
        (X, "c ", -1),
        (P, "\\echo d", -1),
        (X, "\n e", -1),
        (G, " ", -1),
        (P, "\\r ", -1),
        (P, "\\g", -1),
        (G, "\n", -1),
        (S, "f", 1),
    ],
    [(X, "a", -1), (G, " ", -1), (P, "\\echo b", -1), (G, "\n", -1), (P, "\\reset", -1)],
    [(S, "COPY t FROM STDIN;", 0), (G, " -- a\n", -1), (D, "1;\n\\.\r\n", -1), (S, "b", 1)],
    [
        (S, "copy t from stdin;", 0),
        (S, "copy u from stdin;", 1),
        (G, "\n", -1),
        (D, "1\n\\.\n", -1),
        (D, "\\.\n", -1),
        (G, "\n", -1),
    ],
    [(S, "COPY t FROM STDIN;", 0), (S, "a '\n", 1), (D, "'\n\\.\n", -1), (S, "'\n b;", 1)],
    [(S, "COPY t FROM STDIN;", 0), (G, " /*\n", -1), (D, "\\.\n", -1), (G, "*/", -1), (S, "a", 1)],
    [(S, "COPY t FROM STDIN\\;", 0), (S, "a\n;", 1), (G, "\n", -1), (D, "1\n\\.", -1)],
    [(S, "COPY t FROM STDIN", 0), (G, " ", -1), (P, "\\gdesc", -1), (G, "\n", -1), (S, "1;", 1)],
    [(P, "\\copy t from stdin ", -1), (G, "\n", -1), (D, "it's\n\\.\n", -1)],
    [(S, "CREATE FUNCTION f() BEGIN ATOMIC a; SELECT CASE b END; END;", 0), (S, "c", 1)],
    [(S, "create or replace procedure p() begin/**/atomic end;", 0), (G, " ", -1)],
    [(S, "CREATE FUNCTION f() BEGIN ATOMIC CREATE FUNCTION g() BEGIN ATOMIC a; END; END;", 0), (S, "b", 1)],
    [(S, "CREATE FUNCTION f() BEGIN ", 0), (P, "\\echo", -1), (S, "\nATOMIC a;", 0), (S, "END", 1)],
    [(S, "CREATE TABLE f() BEGIN ATOMIC a;", 0), (G, " ", -1), (S, "END", 1)],
]


@pytest.mark.parametrize("spans", SPANS, ids=lambda spans: "".join(text for _, text, _ in spans))
def test_text_is_divided_into_spans(engine: Engine, spans: list[tuple[str, str, int]]) -> None:
    text = "".join(piece for _, piece, _ in spans)
    encoded = text.encode()
    statements, found, _ = engine.split_statements(text)
    assert [(kind, encoded[start:end].decode(), index) for kind, start, end, _, _, index in found] == spans
    before = ""
    for (_, piece, _), (_, start, end, line, column, _) in zip(spans, found, strict=True):
        plain = before.removeprefix("\ufeff")
        assert start == len(before.encode())
        assert (line, column) == (plain.count("\n") + 1, len(plain) - plain.rfind("\n"))
        before += piece
        assert end == len(before.encode())
    for index, (_, _, _, start, end, line, column, _, fingerprint) in enumerate(statements):
        pieces = [span for span in found if span[5] == index]
        assert (start, line, column) == (pieces[0][1], *pieces[0][3:5])
        assert end == pieces[-1][2]
        assert fingerprint == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a; b", [True, False]),
        ("a\\; b \\g\nc", [True, True, False]),
        ("a \\gdesc", [True]),
        ("a (; \\gset", [True]),
        ("a 'b;", [False]),
    ],
)
def test_statements_know_whether_they_are_terminated(engine: Engine, text: str, expected: list[bool]) -> None:
    assert [statement[7] for statement in engine.split_statements(text)[0]] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a (b); (c (d)", ("parenthesis", 1, 8)),
        ("a ( \\g\n", None),
        ("CREATE FUNCTION f() BEGIN ATOMIC a;\n", ("routine_body", 1, 21)),
        ("CREATE FUNCTION f() BEGIN ATOMIC a (;\n", ("parenthesis", 1, 36)),
        ("a ( 'b", ("string", 1, 5)),
        ("COPY t FROM STDIN; a ( 'b\n1", ("copy_data", 1, 1)),
        ("a $b$ ; $c$", ("dollar_quote", 1, 3)),
    ],
)
def test_what_a_text_leaves_open(engine: Engine, text: str, expected: tuple[str, int, int] | None) -> None:
    assert engine.split_statements(text)[2] == expected


NORMALIZED = [
    ('SELECT  A,/* b */"a" -- c\n FROM T;', "select a , a from t"),
    ('"A" "select" "a b" "" "1a" "a""b" "$a" "a$"', '"A" "select" "a b" "" "1a" "a""b" "$a" a$'),
    ("É" + "x" * 70, "É" + "x" * 61),
    ("x" * 62 + "éy", "x" * 62),
    ("'it''s' E'it\\'s' $$it's$$ $a$it's$a$ U&'it\\0027s'", " ".join(["'it''s'"] * 5)),
    ("'a' -- it's\n 'b' E'a'\n'\\n'", "'ab' 'a\n'"),
    ("E'\\101\\x41\\u0041\\U00000041\\v\\q\\\\' e'\\uD83D\\uDE00'", "'AAAA\vq\\' '😀'"),
    ("E'\\u00' E'\\0' E'\\xff' E'\\uD83D' U&'\\zz'", "E'\\u00' E'\\0' E'\\xff' E'\\uD83D' U&'\\zz'"),
    ("E'\\uD83D'\n'\\uDE00'", "E'\\uD83D'\n'\\uDE00'"),
    ("B'01' X'1F' N'it''s'", "b'01' x'1F' n'it''s'"),
    ("U&'d!0061' UESCAPE '!' U&\"d!0061\" /**/ uescape $$!$$", "'da' da"),
    ("U&'d!0061' UESCAPE '1' U&'d!0061' UESCAPE", "U&'d!0061' uescape '1' U&'d!0061' uescape"),
    ("a != b <> c @-1 2+-3 a<=-1", "a <> b <> c @- 1 2 + - 3 a <= - 1"),
    (
        "1.5 .5 1. 1e10 1E+5 0X1F 0o17 0b11 1_000 1..2 $1 a.5",
        "1.5 .5 1. 1e10 1e+5 0x1f 0o17 0b11 1_000 1 .. 2 $1 a .5",
    ),
    (
        ":A :'A' :\"A\" :{?A} :: := \\:a a[1:b] a[:b] a[(x):b] [a",
        ":A :'A' :\"A\" :{?A} :: := : a a [ 1 : b ] a [ :b ] a [ ( x ) : b ] [ a",
    ),
    ("a[$$b$$:c]", "a [ 'b' : c ]"),
    ("a 'b ", "a 'b "),
    ("a 'b'\n'c ", "a 'b'\n'c "),
    ('a "b ', 'a "b '),
    ("a $x$ b ", "a $x$ b "),
    ("a /* b", "a"),
    ("a \\echo b\n, c", "a , c"),
    ("a\\echo b \\\\c", "a c"),
    ("DO $$ BEGIN  X := 'a'; -- b\nEND $$", "do 'begin x := ''a'' ; end'"),
    ("DO LANGUAGE 'PLpgSQL' 'A  :b \\;'", "do language 'PLpgSQL' 'a : b \\ ;'"),
    ("DO LANGUAGE plperl 'A  B'", "do language plperl 'A  B'"),
    ("DO $$ A 'b $$", "do ' A ''b '"),
    (
        "CREATE FUNCTION f() RETURNS int AS 'SELECT  1' LANGUAGE sql",
        "create function f ( ) returns int as 'select 1' language sql",
    ),
    ("CREATE FUNCTION f() AS 'A', 'B  C' LANGUAGE sql", "create function f ( ) as 'A' , 'B  C' language sql"),
    ("CREATE FUNCTION f() AS 'A  B' LANGUAGE c", "create function f ( ) as 'A  B' language c"),
    (
        "CREATE FUNCTION language() LANGUAGE SQL AS 'A  B'",
        "create function language ( ) language sql as 'a b'",
    ),
    ("CREATE TABLE t () AS 'A  B' LANGUAGE sql", "create table t ( ) as 'A  B' language sql"),
]


@pytest.mark.parametrize(("text", "expected"), NORMALIZED)
def test_normalized_text(engine: Engine, text: str, expected: str) -> None:
    assert engine.normalize_statements(text) == [expected]
    assert engine.normalize_statements(expected) == [expected]


def named(kind: str, name: str | None, schema: str | None = None, parent: str | None = None) -> SqlObject:
    return (kind, schema, name, None, parent)


NAMES: list[tuple[str, str | None, list[SqlObject], str]] = [
    (
        'CREATE TABLE IF NOT EXISTS db.App."Users" (id int)',
        "CREATE TABLE",
        [named("table", "Users", "app")],
        "if_not_exists",
    ),
    ("CREATE TABLE if (a int)", "CREATE TABLE", [named("table", "if")], ""),
    ("CREATE TABLE t (a int GENERATED ALWAYS AS (1) STORED)", "CREATE TABLE", [named("table", "t")], ""),
    ("CREATE TABLE t (a) AS SELECT 1", "CREATE TABLE AS", [named("table", "t")], ""),
    ('CREATE TEMP TABLE :s.:"t" ()', "CREATE TABLE", [named("table", ':"t"', ":s")], ""),
    ("CREATE TABLE U&\"d!0061ta\" UESCAPE '!' ()", "CREATE TABLE", [named("table", "data")], ""),
    (
        "CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY s.t (a)",
        "CREATE INDEX",
        [named("index", "i", "s", "t")],
        "",
    ),
    ("CREATE INDEX ON t (a)", "CREATE INDEX", [named("index", None, None, "t")], ""),
    ("CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE VIEW", [named("view", "v")], "or_replace"),
    (
        "DROP TABLE IF EXISTS a, s.b CASCADE",
        "DROP TABLE",
        [named("table", "a"), named("table", "b", "s")],
        "if_exists",
    ),
    ("TRUNCATE ONLY a *, ONLY b", "TRUNCATE TABLE", [named("table", "a"), named("table", "b")], ""),
    (
        "CREATE TRIGGER g BEFORE UPDATE OF a ON s.t EXECUTE FUNCTION f()",
        "CREATE TRIGGER",
        [named("trigger", "g", "s", "t")],
        "",
    ),
    ("CREATE RULE r AS ON INSERT TO s.t DO NOTHING", "CREATE RULE", [named("rule", "r", "s", "t")], ""),
    ("CREATE SCHEMA AUTHORIZATION joe", "CREATE SCHEMA", [named("schema", "joe")], ""),
    ("CREATE STATISTICS ON a, b FROM t", "CREATE STATISTICS", [], ""),
    ("COPY (SELECT 1) TO STDOUT", "COPY", [], ""),
    ("COMMENT ON COLUMN s.t.c IS 'x'", "COMMENT", [named("column", "c", "s", "t")], ""),
    ("COMMENT ON CONSTRAINT c ON DOMAIN s.d IS 'x'", "COMMENT", [named("constraint", "c", "s", "d")], ""),
    ("COMMENT ON CONSTRAINT c ON domain IS 'x'", "COMMENT", [named("constraint", "c", None, "domain")], ""),
    ("COMMENT ON LARGE OBJECT 12 IS 'x'", "COMMENT", [named("large_object", "12")], ""),
    ("SECURITY LABEL FOR p ON TABLE t IS 'x'", "SECURITY LABEL", [named("table", "t")], ""),
    ("GRANT SELECT (a) ON s.t TO r", "GRANT", [named("table", "t", "s")], ""),
    ("GRANT USAGE ON SCHEMA a, b TO r", "GRANT", [named("schema", "a"), named("schema", "b")], ""),
    ("GRANT SELECT ON policy TO r", "GRANT", [named("table", "policy")], ""),
    ("GRANT SELECT ON type, t TO r", "GRANT", [named("table", "type"), named("table", "t")], ""),
    ("GRANT SELECT ON schema.t TO r", "GRANT", [named("table", "t", "schema")], ""),
    ("GRANT EXECUTE ON FUNCTION @ TO r", "GRANT", [], ""),
    ("COMMENT ON TRANSFORM x IS 'y'", "COMMENT", [], ""),
    ("CREATE USER MAPPING FOR u x SERVER s", "CREATE USER MAPPING", [named("user_mapping", "u")], ""),
    (
        'CREATE OPERATOR + (LEFTARG = a, RIGHTARG = b, "leftarg" = c)',
        "CREATE OPERATOR",
        [("operator", None, "+", ("c", "b"), None)],
        "",
    ),
    (
        "CREATE AGGREGATE a (SFUNC, BASETYPE = b)",
        "CREATE AGGREGATE",
        [("aggregate", None, "a", ("b",), None)],
        "",
    ),
    ("GRANT a, b TO c", "GRANT ROLE", [named("role", "a"), named("role", "b")], ""),
    ("REVOKE ADMIN OPTION FOR a FROM b", "REVOKE ROLE", [named("role", "a")], ""),
    ("REVOKE a OPTION FOR b FROM c", "REVOKE ROLE", [named("role", "a")], ""),
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA a, b FOR ROLE r GRANT SELECT ON TABLES TO x",
        "ALTER DEFAULT PRIVILEGES",
        [("default_privileges", "a", None, ("r",), None), named("default_privileges", None, "b")],
        "",
    ),
    (
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO x",
        "ALTER DEFAULT PRIVILEGES",
        [named("default_privileges", None)],
        "",
    ),
    (
        "CREATE USER MAPPING FOR u SERVER s",
        "CREATE USER MAPPING",
        [named("user_mapping", "u", None, "s")],
        "",
    ),
    (
        "CREATE OPERATOR CLASS s.c FOR TYPE int USING btree AS STORAGE int",
        "CREATE OPERATOR CLASS",
        [named("operator_class", "c", "s", "btree")],
        "",
    ),
    ("IMPORT FOREIGN SCHEMA a FROM SERVER b INTO c", "IMPORT FOREIGN SCHEMA", [named("schema", "c")], ""),
    ("SET session.x = 1", "SET", [named("setting", "x", "session")], ""),
    ("SET SESSION x = 1", "SET", [named("setting", "x")], ""),
    ("SET TIME ZONE 'UTC'", "SET", [named("setting", "timezone")], ""),
    ("(SELECT 1)", "SELECT", [], ""),
    ("SELECT a.into, 1 AS into, (SELECT 1 INTO b)", "SELECT", [], ""),
    ("SELECT 1 INTO t", "SELECT INTO", [], ""),
    (
        "WITH RECURSIVE insert (a) AS (SELECT 1), table AS (SELECT 2) UPDATE t SET a = 1",
        "UPDATE",
        [named("table", "t")],
        "",
    ),
    ("WITH a AS (SELECT 1) (SELECT * FROM a)", "SELECT", [], ""),
    ("WITH a (b) AS NOT MATERIALIZED (SELECT 1) (SELECT * FROM a) FOR UPDATE", "SELECT", [], ""),
    ("ALTER ROLE ALL SET a = 1", "ALTER ROLE", [], ""),
    ("EXECUTE\\echo\n p", "EXECUTE", [named("prepared_statement", "p")], ""),
    ("CREATE LANGUAGE l", "CREATE EXTENSION", [named("language", "l")], ""),
    ("CREATE LANGUAGE l HANDLER h", "CREATE LANGUAGE", [named("language", "l")], ""),
    ("nothing known", None, [], ""),
]


@pytest.mark.parametrize(("text", "kind", "objects", "form"), NAMES)
def test_statements_are_named(
    engine: Engine, text: str, kind: str | None, objects: list[SqlObject], form: str
) -> None:
    (statement,) = engine.split_statements(text)[0]
    assert (statement[0], list(statement[1]), statement[2]) == (kind, objects, form)


ARGUMENTS = [
    ("DROP FUNCTION f", [None]),
    ('DROP FUNCTION f(s.bigint, s . "bigint", s.text)', [('s."bigint"', 's."bigint"', "s.text")]),
    ("DROP FUNCTION f(), g(int, text), h", [(), ("integer", "text"), None]),
    (
        "CREATE FUNCTION f(a int DEFAULT 1, IN b int8 = 2, c INOUT float, OUT d int, VARIADIC e text[])",
        [("integer", "bigint", "double precision", "text[]")],
    ),
    (
        "CREATE FUNCTION f(double precision, d double precision, a timestamp (3) with time zone, timetz)",
        [("double precision", "double precision", "timestamp with time zone", "time with time zone")],
    ),
    (
        "CREATE FUNCTION f(national character varying(3), char, a bit varying, numeric(10, 2))",
        [("character varying", "character", "bit varying", "numeric")],
    ),
    (
        "CREATE FUNCTION f(a interval day to second(3), interval year, int ARRAY[4], int[][3])",
        [("interval", "interval", "integer[]", "integer[]")],
    ),
    (
        'CREATE FUNCTION f(a t.c%TYPE, SETOF pg_catalog.int4, app."T", "char", a :x)',
        [("t.c%type", "integer", 'app."T"', '"char"', ":x")],
    ),
    ("CREATE AGGREGATE a(*) (SFUNC = f)", [()]),
    ("CREATE AGGREGATE a(int ORDER BY b text) (SFUNC = f)", [("integer", "text")]),
    ("CREATE AGGREGATE a(BASETYPE = int, SFUNC = f)", [("integer",)]),
    ("CREATE AGGREGATE a(SFUNC = f, BASETYPE = 'ANY')", [()]),
    ("CREATE OPERATOR s.@@ (RIGHTARG = int, FUNCTION = f)", [("none", "integer")]),
    ("DROP OPERATOR != (int, NONE), + (int, int)", [("integer", "none"), ("integer", "integer")]),
    ("CREATE CAST (s.a AS int) WITHOUT FUNCTION", [("s.a", "integer")]),
    ("DROP TRANSFORM FOR numeric(1) LANGUAGE l", [("numeric",)]),
]


@pytest.mark.parametrize(("text", "expected"), ARGUMENTS)
def test_arguments_are_types_with_one_name(
    engine: Engine, text: str, expected: list[tuple[str, ...] | None]
) -> None:
    (statement,) = engine.split_statements(text)[0]
    assert [arguments for _, _, _, arguments, _ in statement[1]] == expected


def test_files_are_divided_with_fingerprints_and_sizes(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes("\ufeffSELECT 'é'; \\echo\nCOPY t FROM STDIN;\n1\n\\.\nx \\r".encode())
    (tmp_path / "b.sql").write_bytes(b"")
    told: list[tuple[int, int]] = []
    contents = engine.read_files(str(tmp_path), ["a.sql", "b.sql"], progress=lambda *fact: told.append(fact))
    first, second = engine.split_contents(contents)
    text = (tmp_path / "a.sql").read_text()
    statements, spans, opened = engine.split_statements(text, fingerprints=True)
    kept = [span for span in spans if span[0] not in (S, G)]
    assert first == (statements, kept, opened, (30, 7, 7, 5, 1))
    assert sum(first[3]) == len(text.encode())
    assert second == ([], [], None, (0, 0, 0, 0, 0))
    assert told[-1] == (2, 2)
    assert contents == [text.encode(), b""]


def test_contents_are_checked_as_in_a_bundle(engine: Engine, tmp_path: Path) -> None:
    contents = {
        "a.sql": "\ufeffCREATE VIEW v AS SELECT * FROM s.t",
        "b.sql": ";",
        "c.sql": "",
        "d.sql": "\ufeff",
        "e.sql": "\nCREATE TYPE é AS ENUM ('a',\r\n'a');\n  ALTER TABLE t ADD a int",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content.encode())
    read = engine.read_files(str(tmp_path), list(contents))
    text, written = engine.build_schema(
        str(tmp_path), list(contents), ("-- ", "\n-- ", "\n"), ["\n"], fatal=None, segments=True
    )
    document = engine.check_contents(read, list(contents))
    assert document == engine.check_sql(text, written[5][0], list(contents))
    model = decode_checked(document)
    assert [edge.place for edge in model.edges] == [Place(file="a.sql", line=1, column=1)]
    assert [opaque.place for opaque in model.opaque] == [
        Place(file="e.sql", line=2, column=1),
        Place(file="e.sql", line=4, column=3),
    ]


def test_a_hole_larger_than_memory_is_refused_at_its_first_byte(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.sql"
    path.write_bytes(b"SELECT 1;\n")
    os.truncate(path, 2**42)
    with pytest.raises(SchemaError) as caught:
        engine.read_files(str(tmp_path), ["a.sql"])
    assert caught.value.to_dict() == _failures.nul_byte(str(path), 10).to_dict()


@pytest.mark.parametrize(
    ("content", "failure"), [(b"\xef\xbb\xbfa\xff", "invalid_utf8"), (b"\xef\xbb\xbfa\0", "nul_byte")]
)
def test_files_that_are_no_text_are_refused(
    engine: Engine, tmp_path: Path, content: bytes, failure: str
) -> None:
    (tmp_path / "a.sql").write_bytes(content)
    with pytest.raises(SchemaError) as caught:
        engine.read_files(str(tmp_path), ["a.sql"])
    assert caught.value.to_dict() == getattr(_failures, failure)(str(tmp_path / "a.sql"), 4).to_dict()
