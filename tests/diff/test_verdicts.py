"""What is said of two expressions never contradicts the server, which keeps trees and writes them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from confiture import parse_sql
from confiture.diffing.scopes import Scope
from confiture.diffing.tables import table_scope
from confiture.diffing.verdicts import Verdict, compare_expressions, compare_queries

if TYPE_CHECKING:
    import psycopg

    from model.conftest import Postgres

DEFINITIONS = """
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE DOMAIN price AS numeric(10,2) CHECK (value >= 0);
CREATE DOMAIN code AS varchar(14);
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * a';
CREATE FUNCTION name_of(a text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION name_of(a varchar) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a';
"""
TABLE = """
CREATE TABLE t (
    a int, b int, s smallint, l bigint, n numeric(10,2), d double precision, p price,
    x text, v varchar(20), c char(3), k code, f boolean, m mood, e bytea,
    day date, at timestamptz, span interval, j jsonb, tags text[], ids int[], y "char"
"""

#: Conditions, of which no two are the same to a server unless they stand in one line.
CONDITIONS = [
    ["a > 0", "(a > 0)", "((a) > (0))", "t.a > 0", "public.t.a > 0"],
    ["a > 1", "a > - -1", "a > - (-1)"],
    ["a >= 0"],
    ["b > 0"],
    ["0 < a"],
    ["a > -1", "a > - 1", "(a > '-1'::integer)"],
    ["a > +1"],
    ["l > -5000000000", "l > '-5000000000'::bigint"],
    ["l > 0", "(l > 0)"],
    ["l > 0::bigint"],
    ["s > 0"],
    ["n > 0", "n > 0::numeric", "(n > (0)::numeric)"],
    ["n > 0.0"],
    ["n > 1.5"],
    ["n > 1.50"],
    ["d > 0"],
    ["d > 1.5"],
    ["p > 0", "((p)::numeric > (0)::numeric)"],
    ["p > n"],
    ["p >= p"],
    ["a + b * 2 > 0", "(a + (b * 2)) > 0"],
    ["(a + b) * 2 > 0"],
    ["a - b - 2 > 0", "((a - b) - 2) > 0"],
    ["a - (b - 2) > 0"],
    ["a > 0 AND b > 0 AND s > 0", "((a > 0) AND (b > 0)) AND (s > 0)"],
    ["a > 0 AND b > 0 OR s > 0", "(a > 0 AND b > 0) OR s > 0"],
    ["a > 0 AND (b > 0 OR s > 0)"],
    ["NOT a > 0", "NOT (a > 0)"],
    ["NOT f", "(NOT f)"],
    ["f = false"],
    ["f IS NOT TRUE"],
    ["a IN (1, 2)", "a = ANY (ARRAY[1, 2])", "a = any(array[1,2])"],
    ["a IN (1)", "a = 1"],
    ["a IN (2, 1)"],
    ["a NOT IN (1, 2)", "a <> ALL (ARRAY[1, 2])"],
    ["a IN (1, b)", "a = 1 OR a = b"],
    ["a BETWEEN 1 AND 2", "a >= 1 AND a <= 2"],
    ["a NOT BETWEEN 1 AND 2", "a < 1 OR a > 2"],
    ["x = 'a'", "x = 'a'::text", "(x = 'a')"],
    ["x = 'A'"],
    ["x = E'a\\n'"],
    ["x = 'it''s'"],
    ["x <> 'a'", "x != 'a'"],
    ["x IN ('a', 'b')", "x = ANY (ARRAY['a'::text, 'b'::text])"],
    ["v = 'a'", "(v)::text = 'a'::text", "v::text = 'a'"],
    ["v IN ('a', 'b')"],
    ["v::varchar(5) = 'a'"],
    ["c = 'a'"],
    ["c::text = 'a'"],
    ["k = 'a'", "(k)::text = 'a'::text"],
    ["k ~ '^[0-9]+$'", "(k)::text ~ '^[0-9]+$'::text"],
    ["x ~ '^a'", "x ~ '^a'::text"],
    ["x ~* '^a'"],
    ["x LIKE 'a%'", "x ~~ 'a%'::text"],
    ["x NOT LIKE 'a%'", "x !~~ 'a%'"],
    ["x ILIKE 'a%'", "x ~~* 'a%'"],
    ["x SIMILAR TO 'a'"],
    ["m = 'sad'", "m = 'sad'::mood", "m = 'sad'::public.mood", "m = mood 'sad'"],
    ["m = 'happy'"],
    ["m::text = 'sad'"],
    ["m IN ('sad', 'happy')", "m = ANY (ARRAY['sad'::mood, 'happy'::mood])"],
    ["m > 'sad'"],
    ["x IS NULL", "x ISNULL"],
    ["x IS NOT NULL", "x NOTNULL"],
    ["NOT x IS NULL", "NOT (x IS NULL)"],
    ["x IS DISTINCT FROM 'a'", "x IS DISTINCT FROM 'a'::text"],
    ["x IS NOT DISTINCT FROM 'a'"],
    ["length(x) > 3", "(length(x) > 3)", "pg_catalog.length(x) > 3"],
    ["length(v) > 3", "length((v)::text) > 3"],
    ["length(c) > 3"],
    ["lower(x) = x"],
    ["upper(x) = x"],
    ["name_of(v) = 'a'"],
    ["name_of(v::text) = 'a'"],
    ["twice(a) > 0", "public.twice(a) > 0"],
    ["twice(b) > 0"],
    ["coalesce(x, '') = 'a'", "COALESCE(x, ''::text) = 'a'::text"],
    ["coalesce(x, 'b') = 'a'"],
    ["coalesce(a, 0) = 1"],
    ["nullif(x, '') IS NOT NULL", "NULLIF(x, ''::text) IS NOT NULL"],
    ["CASE WHEN a > 0 THEN x ELSE 'n' END = 'y'", "CASE WHEN (a > 0) THEN x ELSE 'n'::text END = 'y'::text"],
    ["CASE WHEN a > 0 THEN x END = 'y'", "CASE WHEN a > 0 THEN x ELSE NULL::text END = 'y'"],
    ["CASE a WHEN 0 THEN f ELSE NOT f END", "CASE a WHEN 0 THEN f ELSE (NOT f) END"],
    ["x || 'a' = 'b'", "(x || 'a'::text) = 'b'::text"],
    ["'a' || x = 'b'"],
    ["x || v = 'b'"],
    ["x || a = 'b'"],
    ["tags || 'a'::text = tags"],
    ["tags || '{a}' = tags"],
    ["tags @> ARRAY['a']", "tags @> ARRAY['a'::text]"],
    ["tags[1] = 'a'", "tags[1] = 'a'::text"],
    ["tags[2] = 'a'"],
    ["tags[1:2] = '{a,b}'"],
    ["x = ANY (tags)"],
    ["a = ANY (ids)"],
    ["cardinality(tags) > 0"],
    ["j ->> 'k' = 'a'", "(j ->> 'k'::text) = 'a'::text"],
    ["j -> 'k' = '1'"],
    ["j -> 1 = '1'"],
    ["j ? 'k'", "j ? 'k'::text"],
    ["j #>> '{a,b}' = 'c'"],
    ["j @> '{\"a\": 1}'"],
    ["j @> '{\"a\":1}'::jsonb"],
    ["jsonb_typeof(j) = 'object'", "jsonb_typeof(j) = 'object'::text"],
    ["day > '2020-01-01'", "day > '2020-01-01'::date", "day > date '2020-01-01'"],
    ["day > '2020-1-1'"],
    ["day > '2020-01-02'"],
    ["at > '2020-01-01 00:00:00+00'"],
    ["at > now()"],
    ["at > current_timestamp"],
    ["at > now() - interval '1 day'"],
    ["at > now() - interval '2 days'"],
    ["at > now() - '1 day'::interval"],
    ["span > '1 hour'"],
    ["span > interval '60 minutes'"],
    ["extract(year FROM day) > 2000"],
    ["extract(month FROM day) > 2000"],
    ["date_part('year', day) > 2000", "date_part('year'::text, day) > 2000"],
    ["at AT TIME ZONE 'UTC' > '2020-01-01'"],
    ["(a, b) = (1, 2)"],
    ["a = 1 AND b = 2"],
    ["(a, b) < (1, 2)"],
    ["(a, b) IN ((1, 2), (3, 4))"],
    ["y = 'a'", "y = 'a'::\"char\""],
    ["y IN ('a', 'b')"],
    ["e = ''"],
    ["e = '\\x'"],
    ["x COLLATE \"C\" > 'a'", "(x COLLATE \"C\") > 'a'::text"],
    ["x > 'a'"],
    ["CAST(a AS text) = '1'", "a::text = '1'", "(a)::text = '1'::text"],
    ["a::bigint = 1"],
    ["a::smallint = 1"],
    ["a % 2 = 0", "(a % 2) = 0", "mod(a, 2) = 0 AND false"],
    ["a ^ 2 > 4"],
    ["-a > 0", "(- a) > 0"],
    ["abs(a) > 0"],
    ["@ a > 0"],
    ["a # b > 0"],
    ["a & b | s > 0"],
    ["position('a' IN x) > 0"],
    ["substring(x FROM 1 FOR 2) = 'a'"],
    ["substring(x, 1, 2) = 'a'"],
    ["trim(x) = x"],
    ["btrim(x) = x"],
    ["overlay(x PLACING 'a' FROM 1) = x"],
    ["greatest(a, b) > 0"],
    ["least(a, b) > 0"],
    ["f", "(f)"],
    ["true"],
    ["x LIKE 'a!%' ESCAPE '!'"],
    ["a IS NOT NULL OR b IS NOT NULL"],
    ["b IS NOT NULL OR a IS NOT NULL"],
    ["num_nonnulls(a, b) = 1"],
    ["num_nonnulls(b, a) = 1"],
    ["xpath_exists('/a', x::xml)"],
    ["ROW(a, b) IS NOT NULL"],
    ["a = 1e3"],
    ["a = 1000"],
    ["a = 0x10"],
    ["a = 16"],
]


@pytest.fixture(params=[18, 15], ids=str)
def spelt(request: pytest.FixtureRequest, servers: dict[int, Postgres]) -> list[tuple[int, str, str]]:
    """What a server accepts of the conditions: the line, the condition, and how the server spells it."""
    from model.servers import is_installed

    if request.param != 18 and not is_installed():
        pytest.skip("PostgreSQL 15 is not installed: Debian's package is postgresql-15")
    found = []
    with servers[request.param].loaded(DEFINITIONS) as connection:
        for line, conditions in enumerate(CONDITIONS):
            for condition in conditions:
                spelling = _spelling(connection, condition)
                if spelling is not None:
                    found.append((line, condition, spelling))
    return found


def _spelling(connection: psycopg.Connection[object], condition: str) -> str | None:
    import psycopg

    try:
        with connection.transaction():
            connection.execute(f"{TABLE}, CONSTRAINT it CHECK ({condition}))".encode())
            row = connection.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'it'"
            ).fetchone()
            raise _UndoneError(row[0] if row else "")
    except _UndoneError as undone:
        return str(undone)
    except psycopg.Error:
        return None


class _UndoneError(Exception):
    """Ends a transaction with a value."""


def _expressions(conditions: list[str]) -> tuple[list[str], Scope]:
    """The conditions as models have them, and what is known where they stand."""
    checks = "".join(f", CONSTRAINT c{number} CHECK ({one})" for number, one in enumerate(conditions))
    model = parse_sql(f"{DEFINITIONS}{TABLE}{checks});")
    table = model.tables[0]
    by_name = {constraint.name: constraint.expression or "" for constraint in table.constraints}
    domains = {f"public.{domain.name}": domain.type for domain in model.domains}
    homes = {"twice": "public", "name_of": "public", "mood": "public", "price": "public", "code": "public"}
    scope = table_scope(table, Scope(domains=domains, homes=homes))
    return [by_name[f"c{number}"] for number in range(len(conditions))], scope


def test_no_verdict_contradicts_a_server(spelt: list[tuple[int, str, str]]) -> None:
    assert len(spelt) > 150
    inside = [spelling.removeprefix("CHECK (").removesuffix(")") for _, _, spelling in spelt]
    expressions, scope = _expressions([condition for _, condition, _ in spelt] + inside)
    own, servers_own = expressions[: len(spelt)], expressions[len(spelt) :]
    faults = []
    counts = dict.fromkeys(Verdict, 0)
    for index, (_, condition, spelling) in enumerate(spelt):
        if compare_expressions(own[index], servers_own[index], scope) is Verdict.DIFFERENT:
            faults.append(f"{condition} is said to differ from the server's own {spelling}")
        for other in range(len(spelt)):
            verdict = compare_expressions(own[index], own[other], scope)
            counts[verdict] += 1
            is_same = spelling == spelt[other][2]
            if verdict is Verdict.SAME and not is_same:
                faults.append(f"{condition} is said to be {spelt[other][1]}: {spelling}, {spelt[other][2]}")
            if verdict is Verdict.DIFFERENT and is_same:
                faults.append(f"{condition} is said to differ from {spelt[other][1]}: both are {spelling}")
    assert not faults, "\n".join(faults)
    # To be undecided is no way out.
    assert counts[Verdict.UNDECIDED] < sum(counts.values()) / 10


def test_what_a_server_rewrites_by_rule_is_decided(spelt: list[tuple[int, str, str]]) -> None:
    expressions, scope = _expressions([condition for _, condition, _ in spelt])
    undecided = []
    for index, (line, condition, spelling) in enumerate(spelt):
        for other in range(index):
            if spelt[other][0] == line and spelt[other][2] == spelling:
                verdict = compare_expressions(expressions[index], expressions[other], scope)
                if verdict is not Verdict.SAME:
                    undecided.append(f"{condition} and {spelt[other][1]}: {verdict.value}")
    assert not undecided, "\n".join(undecided)


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ("select a from t", "select a from t", Verdict.SAME),
        ("select a from t", "select a, b from t", Verdict.DIFFERENT),
        ("select a from t", "select b from t", Verdict.DIFFERENT),
        ("select a as b from t", "select a as c from t", Verdict.DIFFERENT),
        ("select a from t where b = 'x'", "select a from t where b = 'y'", Verdict.DIFFERENT),
        ("select a from t where b = 'x'", "select a from t where (b = 'x'::text)", Verdict.UNDECIDED),
        ("select * from t", "select a, b from t", Verdict.UNDECIDED),
        ("select t.a from t", "select a from public.t", Verdict.UNDECIDED),
        ("return a + 1", "return(a + 1)", Verdict.SAME),
        ("return a + 1", "return a + 2", Verdict.DIFFERENT),
    ],
)
def test_queries_are_told_apart_by_what_no_rewriting_explains(old: str, new: str, verdict: Verdict) -> None:
    assert compare_queries(old, new) is verdict
    assert compare_queries(new, old) is verdict
