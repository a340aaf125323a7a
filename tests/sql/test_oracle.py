"""The oracle itself: its tags are those of a PostgreSQL server, its places those of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from psycopg.pq import DiagnosticField

from . import oracle
from .command_tags import STATEMENTS
from .oracle import Identity, Place
from .statements import ALL, BEFORE_RUNS, OF_EVENT_TRIGGERS, OF_RUNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.pq.abc import PGconn

    from postgres import Server

_TELL = """
CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'ZZ001', MESSAGE = tg_tag;
END $$;
CREATE EVENT TRIGGER tell ON ddl_command_start EXECUTE FUNCTION tell();
"""


def _cases(group: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(statement, tag) for tag, statements in group.items() for statement in statements]


def test_the_grammar_is_of_postgresql_18() -> None:
    assert oracle.GRAMMAR[0] == 18


@pytest.mark.parametrize(("statement", "tag"), ALL)
def test_a_statement_has_its_tag(statement: str, tag: str) -> None:
    assert oracle.accepts(statement) == tag
    assert oracle.statements(statement) == [Place(0, len(statement), tag)]


def test_every_kind_of_statement_is_among_them() -> None:
    assert {type(oracle.node_of(statement)).__name__ for statement, _ in ALL} == STATEMENTS


@pytest.fixture(scope="module")
def telling(server: Server) -> Iterator[PGconn]:
    """A session that never runs DDL: an event trigger tells its tag instead."""
    database = server.create_database("oracle_tags")
    with server.connect(database, autocommit=True) as connection:
        connection.execute(_TELL)
        yield connection.pgconn


@pytest.mark.parametrize(("statement", "tag"), _cases(OF_EVENT_TRIGGERS))
def test_event_triggers_are_told_the_tag(statement: str, tag: str, telling: PGconn) -> None:
    result = telling.exec_(statement.encode())
    assert result.error_field(DiagnosticField.SQLSTATE) == b"ZZ001", result.error_message
    assert result.error_field(DiagnosticField.MESSAGE_PRIMARY) == tag.encode()


@pytest.fixture(scope="module")
def scratch(server: Server) -> str:
    return server.create_database("oracle_runs")


@pytest.mark.parametrize(("statement", "tag"), _cases(OF_RUNS))
def test_the_server_reports_the_tag(statement: str, tag: str, server: Server, scratch: str) -> None:
    with server.connect(scratch, autocommit=True) as connection:
        for preparation in BEFORE_RUNS:
            connection.execute(preparation)
        result = connection.pgconn.exec_(statement.encode())
        status = result.command_status
        assert status, result.error_message
        # Some are followed by a count.
        assert re.sub(r"( \d+)+$", "", status.decode()) == tag
        connection.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", []),
        (" ;; -- nothing\n;/* at all */", []),
        ("SELECT 1", [Place(0, 8, "SELECT")]),
        ("SELECT 1 -- one\n", [Place(0, 8, "SELECT")]),
        (
            "/* a /* b */ */ -- c\n  SELECT 1 -- d\n  ; ;/* e */;\nCOMMIT -- f",
            [Place(23, 31, "SELECT"), Place(51, 57, "COMMIT")],
        ),
        ("SELECT 'é', \"ü\" ;SELECT '€'", [Place(0, 17, "SELECT"), Place(19, 31, "SELECT")]),
        ("SELECT 1 AS é_\ufeff;\r\nBEGIN", [Place(0, 18, "SELECT"), Place(21, 26, "BEGIN")]),
        ("WITH a AS (SELECT 1) DELETE FROM t", [Place(0, 34, "DELETE")]),
        (" (SELECT 1);", [Place(1, 11, "SELECT")]),
        (
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END ; SELECT 3",
            [Place(0, 68, "CREATE FUNCTION"), Place(71, 79, "SELECT")],
        ),
        (
            "CREATE RULE r AS ON DELETE TO t DO (SELECT 1; SELECT 2;) ; SELECT 3",
            [Place(0, 56, "CREATE RULE"), Place(59, 67, "SELECT")],
        ),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $é$ ; -- $$ $é$;SELECT $1",
            [Place(0, 65, "CREATE FUNCTION"), Place(66, 75, "SELECT")],
        ),
        ("SELECT U&'!0061; ' UESCAPE '!' ; END", [Place(0, 30, "SELECT"), Place(33, 36, "COMMIT")]),
        ("SELECT 'a' -- ;\n  '; b'; END", [Place(0, 23, "SELECT"), Place(25, 28, "COMMIT")]),
    ],
)
def test_places_are_in_bytes_and_without_what_surrounds(text: str, places: list[Place]) -> None:
    assert oracle.statements(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "SELEC 1",
        "SELECT 1; SELEC",
        "SELECT 'a",
        "/* a",
        "\\echo a\nSELECT 1",
        "SELECT :a",
        "COPY t FROM stdin;\n1\n\\.\n",
        "SELECT 1\0",
        "SELECT 1 # 2 ##",
        "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
    ],
)
def test_what_the_grammar_does_not_accept_has_no_places(text: str) -> None:
    assert oracle.statements(text) is None
    assert oracle.accepts(text) is None


def test_one_statement_is_neither_none_nor_two() -> None:
    assert oracle.accepts("-- a\n SELECT 1 ;; ") == "SELECT"
    assert oracle.accepts(";") is None
    assert oracle.accepts("SELECT 1; SELECT 2") is None


def test_types_are_named_as_the_grammar_has_them() -> None:
    written = ["int", "VarChar(10)[3][]", 's."T"%TYPE', "timestamp(3) with time zone", "setof text"]
    assert [oracle.written_type(text) for text in written] == [
        *("pg_catalog.int4", "pg_catalog.varchar[]", "s.T%TYPE", "pg_catalog.timestamptz", "text"),
    ]


INT = "pg_catalog.int4"


@pytest.mark.parametrize(
    ("statement", "identities"),
    [
        ('CREATE TABLE S."T" (a int)', [Identity("table", "s", "T")]),
        ("CREATE TABLE d.s.t (a int)", [Identity("table", "s", "t")]),
        ("CREATE TABLE t AS SELECT 1", [Identity("table", None, "t")]),
        ("SELECT 1 INTO s.t UNION SELECT 2", [Identity("table", "s", "t")]),
        ("CREATE MATERIALIZED VIEW s.v AS SELECT 1", [Identity("materialized_view", "s", "v")]),
        ("CREATE FOREIGN TABLE s.t () SERVER x", [Identity("foreign_table", "s", "t")]),
        ("ALTER TABLE s.t ADD a int", [Identity("table", "s", "t")]),
        ("ALTER TABLE s.t RENAME TO u", [Identity("table", "s", "t")]),
        ("ALTER TABLE s.t RENAME a TO b", [Identity("column", "s", "a", "t")]),
        ("ALTER TABLE t RENAME CONSTRAINT a TO b", [Identity("constraint", None, "a", "t")]),
        ("ALTER DOMAIN s.d RENAME CONSTRAINT a TO b", [Identity("constraint", "s", "a", "d")]),
        ("ALTER VIEW s.v SET SCHEMA t", [Identity("view", "s", "v")]),
        ("ALTER TYPE s.t RENAME ATTRIBUTE a TO b", [Identity("column", "s", "a", "t")]),
        ("ALTER TYPE s.t ADD ATTRIBUTE a int", [Identity("type", "s", "t")]),
        ("CREATE INDEX i ON s.t (a)", [Identity("index", "s", "i", "t")]),
        ("CREATE INDEX ON t (a)", [Identity("index", None, None, "t")]),
        ("CREATE STATISTICS ON a, b FROM t", [Identity("statistics", None, None)]),
        ("CREATE STATISTICS s.x ON a, b FROM t", [Identity("statistics", "s", "x")]),
        ("DROP VIEW s.v, w", [Identity("view", "s", "v"), Identity("view", None, "w")]),
        ("DROP TRIGGER g ON s.t", [Identity("trigger", "s", "g", "t")]),
        ("CREATE TRIGGER g BEFORE DELETE ON s.t EXECUTE FUNCTION f()", [Identity("trigger", "s", "g", "t")]),
        ("ALTER TRIGGER g ON s.t RENAME TO h", [Identity("trigger", "s", "g", "t")]),
        ("ALTER TRIGGER g ON s.t DEPENDS ON EXTENSION e", [Identity("trigger", "s", "g", "t")]),
        ("CREATE POLICY p ON s.t", [Identity("policy", "s", "p", "t")]),
        ("CREATE RULE r AS ON DELETE TO s.t DO NOTHING", [Identity("rule", "s", "r", "t")]),
        ("COMMENT ON COLUMN s.t.a IS 'x'", [Identity("column", "s", "a", "t")]),
        ("COMMENT ON CONSTRAINT c ON t IS 'x'", [Identity("constraint", None, "c", "t")]),
        ("COMMENT ON CONSTRAINT c ON DOMAIN s.d IS 'x'", [Identity("constraint", "s", "c", "d")]),
        ("COMMENT ON OPERATOR CLASS s.c USING btree IS 'x'", [Identity("operator_class", "s", "c")]),
        ("COMMENT ON LARGE OBJECT 9999999999 IS 'x'", [Identity("large_object", None, "9999999999")]),
        (
            "CREATE FUNCTION s.f(a int, OUT b text, VARIADIC int[]) LANGUAGE sql",
            [Identity("function", "s", "f", None, (INT, INT + "[]"))],
        ),
        ("CREATE PROCEDURE p() LANGUAGE sql", [Identity("procedure", None, "p", None, ())]),
        (
            "DROP FUNCTION s.f(int, OUT text), g",
            [Identity("function", "s", "f", None, (INT,)), Identity("function", None, "g")],
        ),
        ("ALTER ROUTINE f(int) STRICT", [Identity("routine", None, "f", None, (INT,))]),
        (
            "CREATE AGGREGATE a (int ORDER BY text) (SFUNC = f)",
            [Identity("aggregate", None, "a", None, (INT, "text"))],
        ),
        ("CREATE AGGREGATE a (*) (SFUNC = f)", [Identity("aggregate", None, "a", None, ())]),
        ("CREATE AGGREGATE a (BASETYPE = int, SFUNC = f)", [Identity("aggregate", None, "a")]),
        ("DROP AGGREGATE a(*)", [Identity("aggregate", None, "a", None, ())]),
        (
            "CREATE OPERATOR s.- (RIGHTARG = int, FUNCTION = f)",
            [Identity("operator", "s", "-", None, ("NONE", INT))],
        ),
        ("DROP OPERATOR - (NONE, int)", [Identity("operator", None, "-", None, ("NONE", INT))]),
        ("CREATE CAST (int AS s.t) WITHOUT FUNCTION", [Identity("cast", None, f"{INT} AS s.t")]),
        ("DROP CAST (int AS s.t)", [Identity("cast", None, f"{INT} AS s.t")]),
        ("DROP TRANSFORM FOR int LANGUAGE l", [Identity("transform", None, f"{INT} LANGUAGE l")]),
        ("CREATE TYPE s.t AS (a int)", [Identity("type", "s", "t")]),
        ("CREATE TYPE s.t AS ENUM ()", [Identity("type", "s", "t")]),
        ("CREATE DOMAIN s.d AS int", [Identity("domain", "s", "d")]),
        ("DROP DOMAIN s.d", [Identity("domain", "s", "d")]),
        ("CREATE SCHEMA s CREATE TABLE t (a int)", [Identity("schema", None, "s")]),
        ("CREATE SCHEMA AUTHORIZATION r", [Identity("schema", None, "r")]),
        ("CREATE SCHEMA AUTHORIZATION CURRENT_USER", [Identity("schema", None, None)]),
        ("ALTER SCHEMA s RENAME TO t", [Identity("schema", None, "s")]),
        ("ALTER EXTENSION e ADD TABLE t", [Identity("extension", None, "e")]),
        ("ALTER SEQUENCE s.q OWNED BY t.a", [Identity("sequence", "s", "q")]),
        ("ALTER PUBLICATION p OWNER TO r", [Identity("publication", None, "p")]),
        ("CREATE USER MAPPING FOR PUBLIC SERVER x", [Identity("user_mapping", None, "public", "x")]),
        ("DROP ROLE a, b", [Identity("role", None, "a"), Identity("role", None, "b")]),
        ("ALTER ROLE ALL RESET ALL", []),
        ("GRANT SELECT ON s.t, u TO r", [Identity("table", "s", "t"), Identity("table", None, "u")]),
        ("GRANT USAGE ON TYPE s.t TO r", [Identity("type", "s", "t")]),
        (
            "REVOKE ALL ON ALL TABLES IN SCHEMA a, b FROM r",
            [Identity("schema", None, "a"), Identity("schema", None, "b")],
        ),
        ("GRANT SET ON PARAMETER a.b TO r", [Identity("parameter", None, "a.b")]),
        (
            "ALTER TEXT SEARCH CONFIGURATION s.c DROP MAPPING FOR w",
            [Identity("text_search_configuration", "s", "c")],
        ),
        ('CREATE TABLE "Ä".ÄÖ (a int)', [Identity("table", "Ä", "ÄÖ")]),
        ("INSERT INTO t VALUES (1)", []),
    ],
)
def test_a_statement_names_its_objects(statement: str, identities: list[Identity]) -> None:
    node = oracle.node_of(statement)
    assert node is not None
    assert oracle.identity(node) == identities


#: Statements of DDL that name no object, or only one that the server chooses.
NAMELESS = (
    *("ALTER DEFAULT", "ALTER SYSTEM", "DROP OWNED"),
    *("ALTER ROLE ALL", "ALTER TABLE ALL", "ALTER INDEX ALL", "ALTER MATERIALIZED VIEW ALL"),
)


@pytest.mark.parametrize(
    "statement",
    [
        statement
        for statement, tag in ALL
        if tag.startswith(("ALTER", "COMMENT", "CREATE", "DROP", "SECURITY", "TRUNCATE"))
        or tag in ("GRANT", "REVOKE")
    ],
)
def test_ddl_names_an_object(statement: str) -> None:
    node = oracle.node_of(statement)
    assert node is not None
    assert bool(oracle.identity(node)) == (not statement.startswith(NAMELESS))
