"""What statements are called and what they touch: by hand, and as a real server has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from . import name_cases_of_changes, name_cases_of_definitions, name_cases_of_other_statements
from .server_script import PREPARED, RECORD, REMOVALS, SCRIPT
from .types_of_arguments import LISTS, SETUP, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import Engine, SqlObject, SqlStatement
    from postgres import Server

    from .name_cases import Case

    Connection = psycopg.Connection[Any]

CASES = [
    *name_cases_of_definitions.DEFINITIONS,
    *name_cases_of_changes.CHANGES,
    *name_cases_of_changes.COMMENTS,
    *name_cases_of_changes.LABELS,
    *name_cases_of_changes.PRIVILEGES,
    *name_cases_of_changes.REMOVALS,
    *name_cases_of_other_statements.DATA,
    *name_cases_of_other_statements.SESSIONS,
    *name_cases_of_other_statements.LOOKALIKES,
]
_IDS = [repr(text) for text, *_ in CASES]


def only_statement(engine: Engine, text: str) -> SqlStatement:
    (statement,), _, _ = engine.split_statements(text)
    return statement


def test_no_text_stands_twice_in_the_table() -> None:
    assert len(set(_IDS)) == len(_IDS)


@pytest.mark.parametrize("case", CASES, ids=_IDS)
def test_a_statement_has_its_kind_form_and_objects(engine: Engine, case: Case) -> None:
    text, kind, form, objects = case
    found_kind, found_objects, found_form, *_ = only_statement(engine, f"{text};")
    assert (found_kind, found_form, found_objects) == (kind, form, objects)


def disguised(text: str, *, space: str) -> str:
    """A statement in the other letter case, with other white space."""

    def change(found: re.Match[str]) -> str:
        if found["kept"]:
            return found["kept"]
        if found["space"]:
            return space
        return found["word"].swapcase() if found["word"].isascii() else found["word"]

    kept = r"""(?P<kept>:"?\w+"?|'[^']*'|"[^"]*"|\$\$.*?\$\$|--.*?\n|/\*.*?\*/)"""
    return re.sub(kept + r"|(?P<space>\s+)|(?P<word>[\w$]+)", change, text)


_SPACES = (" /* it's ; */\n", " --;\n\t", "\n\\echo 'a;b' \n", "\r\f\v")


@pytest.mark.parametrize("case", CASES, ids=_IDS)
def test_comments_white_space_and_letter_case_change_no_name(engine: Engine, case: Case) -> None:
    text, kind, form, objects = case
    for space in _SPACES:
        other = disguised(text, space=space)
        assert other.lower() != text
        found_kind, found_objects, found_form, *_ = only_statement(engine, f"{other};")
        assert (found_kind, found_form, found_objects) == (kind, form, objects)


@pytest.mark.parametrize(
    "text", ["x", "1", ";x", "'x'", '"SELECT" 1', ":name", "CREATE", "FOO BAR", "ÉTAT", "[", "*"]
)
def test_what_starts_like_no_statement_has_no_kind(engine: Engine, text: str) -> None:
    kind, objects, form, *_ = only_statement(engine, text)
    assert (kind, objects, form) == (None, (), "")


# A server.

#: What the server calls kinds of objects of which it has another name.
_SERVER_KINDS = {
    "column": "table column",
    "default_privileges": "default acl",
    "domain": "type",
    "foreign_data_wrapper": "foreign-data wrapper",
    "foreign_server": "server",
    "statistics": "statistics object",
}


def quoted(name: str | None) -> str:
    assert name is not None
    is_plain = re.fullmatch("[a-z_][a-z0-9_]*", name) and name != "on"
    return name if is_plain else '"' + name.replace('"', '""') + '"'


def identity_of(found: SqlObject) -> str:
    """An object as ``pg_identify_object`` writes it."""
    kind, schema, name, arguments, parent = found
    qualified = ".".join(quoted(part) for part in (schema, name) if part is not None)
    types = ",".join(arguments or ())
    if kind in ("function", "procedure", "aggregate"):
        return f"{qualified}({types})"
    if kind == "operator":
        return f"{'' if schema is None else quoted(schema) + '.'}{name}({types})"
    if kind in ("trigger", "policy", "rule", "constraint"):
        return f"{quoted(name)} on {'' if schema is None else quoted(schema) + '.'}{quoted(parent)}"
    if kind == "column":
        return f"{'' if schema is None else quoted(schema) + '.'}{quoted(parent)}.{quoted(name)}"
    if kind in ("operator_class", "operator_family"):
        return f"{qualified} USING {quoted(parent)}"
    if kind == "user_mapping":
        return f"{quoted(name)} on server {quoted(parent)}"
    if kind == "cast":
        assert arguments is not None
        return f"({arguments[0]} AS {arguments[1]})"
    if kind == "transform":
        return f"for {types} on language {quoted(name)}"
    return qualified


def server_kind_of(found: SqlObject) -> str:
    kind = found[0]
    return _SERVER_KINDS.get(kind, kind.replace("_", " "))


#: Of which the server names the object that is made, and not what is named.
_OTHERWISE_NAMED = ("SELECT INTO",)


@pytest.fixture(scope="module")
def recorded(server: Server) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Each statement with the tags, kinds and identities that the server says it has."""
    name = server.create_database("statement_names")
    found = []
    with server.connect(name, autocommit=True) as connection:
        connection.execute(PREPARED)
        connection.execute(RECORD)
        connection.execute("TRUNCATE recorded.seen")
        for text in [*SCRIPT, *REMOVALS]:
            connection.execute(text.encode())
            rows = connection.execute(
                "DELETE FROM recorded.seen RETURNING tag, kind, identity, id"
            ).fetchall()
            found.append((text, [row[:3] for row in sorted(rows, key=lambda row: row[3])]))
    return found


def test_command_tags_are_the_servers(
    engine: Engine, recorded: list[tuple[str, list[tuple[str, str, str]]]]
) -> None:
    wrong = {}
    for text, rows in recorded:
        tag = only_statement(engine, text)[0]
        if rows and tag not in {row[0] for row in rows}:
            wrong[text] = (tag, rows)
    assert not wrong
    assert sum(bool(rows) for _, rows in recorded) > 120


def test_identities_are_the_servers(
    engine: Engine, recorded: list[tuple[str, list[tuple[str, str, str]]]]
) -> None:
    wrong = {}
    compared = 0
    for text, rows in recorded:
        tag, objects, *_ = only_statement(engine, text)
        known = {(kind, identity.replace("pg_catalog.", "")) for _, kind, identity in rows if identity}
        if not known or tag in _OTHERWISE_NAMED or tag == "ALTER DEFAULT PRIVILEGES":
            continue
        compared += 1
        ours = set()
        for found in objects:
            kind, identity = server_kind_of(found), identity_of(found)
            if kind == "constraint":
                kind = "domain constraint" if "ON DOMAIN" in text else "table constraint"
            if kind == "index" and found[1] is None:
                identity = f"s.{identity}"
            ours.add((kind, identity))
        is_drop = tag is not None and tag.startswith("DROP")
        agree = ours == known if is_drop else bool(ours) and ours <= known
        # A column that was renamed, or an object with a constraint of its own, is named by its owner here.
        if not agree and tag is not None and tag.startswith("ALTER") and ours:
            ((_, identity),) = ours
            agree = any(
                name.startswith(f"{identity}.") or name.endswith(f" on {identity}") for _, name in known
            )
        if not agree:
            wrong[text] = (ours, known)
    assert not wrong
    assert compared > 110


# Arguments.


@pytest.fixture(scope="module")
def types(server: Server) -> Iterator[Connection]:
    with server.connect(server.create_database("arguments"), autocommit=True) as connection:
        connection.execute(SETUP)
        yield connection


def arguments_of(engine: Engine, text: str) -> tuple[str, ...]:
    ((_, _, _, arguments, _),) = only_statement(engine, text)[1]
    assert arguments is not None
    return arguments


def types_on_the_server(connection: Connection, text: str) -> list[tuple[int, str, bool]]:
    """Of the input parameters of a routine that is made by this statement: id, name, whether built in."""
    with connection.transaction(force_rollback=True):
        connection.execute(text.encode())
        return connection.execute(
            "SELECT typ.oid, typ.oid::regtype::text,"
            " coalesce(element.typnamespace, typ.typnamespace) = 'pg_catalog'::regnamespace"
            " FROM pg_proc, unnest(proargtypes) WITH ORDINALITY AS a (id, number)"
            " JOIN pg_type AS typ ON typ.oid = a.id"
            " LEFT JOIN pg_type AS element ON element.oid = typ.typelem AND typ.typcategory = 'A'"
            " WHERE proname = 'f' AND pronamespace = 'public'::regnamespace ORDER BY number"
        ).fetchall()


def check_arguments(engine: Engine, connection: Connection, text: str) -> None:
    expected = types_on_the_server(connection, text)
    found = arguments_of(engine, text)
    ids = [connection.execute("SELECT to_regtype(%s)::oid", [name]).fetchone() for name in found]
    assert ids == [(number,) for number, *_ in expected], (found, expected)
    for ours, (_, theirs, built_in) in zip(found, expected, strict=True):
        if built_in:
            assert ours == theirs


_FORMS = [
    "{}",
    "a {}",
    '"A b" {}',
    "IN a {}",
    "a IN {}",
    "IN {}",
    "INOUT a {}",
    "a {} DEFAULT NULL",
    "{} = NULL",
    "int, a {}, text",
    "OUT x int, {}, OUT text",
    "a/**/{}/**/",
]


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("written", TYPES)
def test_types_of_arguments_are_the_servers(
    engine: Engine, types: Connection, written: str, form: str
) -> None:
    if "any" in written or written == "record":
        form = form.replace("INOUT", "IN").replace("OUT", "IN")
        body = "RETURNS void LANGUAGE plpgsql AS 'BEGIN END'"
    else:
        body = "LANGUAGE plpgsql AS 'BEGIN END'"
        if "OUT" not in form:
            body = f"RETURNS void {body}"
    check_arguments(engine, types, f"CREATE FUNCTION public.f({form.format(written)}) {body}")


@pytest.mark.parametrize("written", LISTS)
def test_lists_of_arguments_are_the_servers(engine: Engine, types: Connection, written: str) -> None:
    returns = "" if re.search(r"(?i)\b(in)?out\b", written.replace('"out"', "")) else "RETURNS void "
    check_arguments(
        engine, types, f"CREATE FUNCTION public.f({written}) {returns}LANGUAGE plpgsql AS 'BEGIN END'"
    )


@pytest.mark.parametrize("written", LISTS)
def test_lists_of_a_procedures_arguments_are_the_servers(
    engine: Engine, types: Connection, written: str
) -> None:
    # A procedure's OUT parameters take part in its identity for nobody but its caller.
    check_arguments(engine, types, f"CREATE PROCEDURE public.f({written}) LANGUAGE plpgsql AS 'BEGIN END'")


@pytest.mark.parametrize("form", ["{}", "a {}", "a {} DEFAULT NULL"])
@pytest.mark.parametrize("written", ["s.t.c%TYPE", "S.t.C % type", "s . t . c/**/%/**/TYPE"])
def test_a_columns_type_stays_as_it_is_named(engine: Engine, written: str, form: str) -> None:
    assert arguments_of(engine, f"CREATE FUNCTION f({form.format(written)}) AS ''") == ("s.t.c%type",)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", ()),
        ("int", ("integer",)),
        ("int, OUT text", ("integer",)),
        ("a int, VARIADIC b text[]", ("integer", "text[]")),
        ("INOUT varchar(10)", ("character varying",)),
        ("setof int", ("integer",)),
    ],
)
@pytest.mark.parametrize(
    "statement",
    [
        "DROP FUNCTION {}",
        "ALTER FUNCTION {} STABLE",
        "COMMENT ON FUNCTION {} IS 'x'",
        "GRANT EXECUTE ON FUNCTION {} TO x",
    ],
)
def test_a_routine_has_the_same_arguments_wherever_it_is_named(
    engine: Engine, statement: str, written: str, expected: tuple[str, ...]
) -> None:
    assert arguments_of(engine, statement.format(f"f({written})")) == expected
