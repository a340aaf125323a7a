"""The semantic fingerprint: blind to how something is said, and to nothing of what is said."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from confiture._interface import Engine
from confiture.cli.main import main
from confiture.core.builder import SchemaBuilder
from engines import LOADED

TEXT = """
CREATE TABLE app_user (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x' CHECK (name <> ''));
CREATE INDEX ON app_user (lower(name));
CREATE VIEW active AS SELECT id FROM app_user WHERE name <> '';
COMMENT ON TABLE app_user IS 'People.';
GRANT SELECT ON app_user TO PUBLIC;
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';
"""

SAME = [
    "-- people\n" + TEXT.replace(" ", "  ").replace("''", "''"),
    TEXT.replace("CREATE TABLE", "create\n/* t */ table").replace("int", "INTEGER"),
    TEXT.replace("TABLE app_user", "TABLE public.app_user").replace(
        "GRANT SELECT ON", "grant select on table"
    ),
    TEXT.replace("'SELECT a + 1'", "$$ select a  + 1 -- one more\n$$"),
    TEXT.replace(" DEFAULT 'x' CHECK (name <> '')", "")
    + "ALTER TABLE app_user ALTER name SET DEFAULT 'x', ADD CHECK (name != '');",
    TEXT.replace("PRIMARY KEY", "NOT NULL")
    + "ALTER TABLE ONLY app_user ADD CONSTRAINT app_user_pkey PRIMARY KEY (id);",
    TEXT + "CREATE TABLE t (a int); DROP TABLE t; SELECT 1;",
]

OTHERS = [
    TEXT.replace("'x'", "'y'"),
    TEXT.replace("NOT NULL", ""),
    TEXT.replace("People.", "Persons."),
    TEXT.replace("lower", "upper"),
    TEXT.replace("a + 1", "a + 2"),
    TEXT.replace("GRANT SELECT", "GRANT INSERT"),
    TEXT.replace("name <> '';", "name = '';"),
    TEXT.replace(
        "id int PRIMARY KEY, name text NOT NULL DEFAULT 'x' CHECK (name <> '')", "name text, id int"
    ),
    TEXT + "CREATE TABLE t (a int);",
    TEXT + "nonsense;",
]


def _fingerprint(engine: Engine, text: str) -> str:
    return engine.fingerprint_sql(text)[0]


def test_what_is_said_otherwise_is_the_same(engine: Engine) -> None:
    wanted = _fingerprint(engine, TEXT)
    assert [text for text in SAME if _fingerprint(engine, text) != wanted] == []


def test_what_is_other_is_not_the_same(engine: Engine) -> None:
    found = {_fingerprint(engine, text) for text in [TEXT, *OTHERS]}
    assert len(found) == len(OTHERS) + 1


RESOLVED = """
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE COLLATION c FROM "C";
CREATE SEQUENCE q;
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a';
CREATE FUNCTION go() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE t (
    a int DEFAULT $f(1) CHECK ($f(a) > 1), m $mood DEFAULT 'ok'::$mood, t text COLLATE $c,
    b int GENERATED ALWAYS AS ($f(a)) STORED, k regclass DEFAULT '$q'::regclass,
    n bigint DEFAULT nextval('$q') + 1, EXCLUDE (($f(a)) WITH =)
) PARTITION BY RANGE ($f(a));
CREATE TABLE p PARTITION OF $t FOR VALUES FROM (1) TO (2);
CREATE INDEX i ON $t ($f(a), (t COLLATE $c)) WHERE $f(b) > 0;
CREATE DOMAIN d AS int DEFAULT $f(1) CHECK ($f(VALUE) > 0);
CREATE FUNCTION g(a int DEFAULT $f(1)) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT $f(a) FROM $t; END;
CREATE TRIGGER r BEFORE UPDATE ON $t FOR EACH ROW WHEN ($f(NEW.a) > 1) EXECUTE FUNCTION $go();
CREATE POLICY w ON $t USING (a IN (SELECT a FROM $t)) WITH CHECK ($f(a) > 1);
CREATE RULE u AS ON DELETE TO $t WHERE $f(old.a) > 1
    DO INSTEAD (UPDATE $t SET a = $f(1); INSERT INTO $t (a) VALUES (1));
CREATE VIEW v AS WITH x AS (SELECT t.a, f FROM $t, $f(1))
    SELECT x.a, CAST('ok' AS $mood) FROM x JOIN $t AS y USING (a);
CREATE MATERIALIZED VIEW n AS SELECT a FROM $v WHERE a > (SELECT max(a) FROM ONLY $t);
"""

#: Other meanings of names that could be taken for the same.
OTHER_MEANINGS = [
    # A common table expression and a table, a column and a table, aliases.
    ("WITH t AS (SELECT 1 AS a) SELECT a FROM t", "WITH t AS (SELECT 1 AS a) SELECT a FROM public.t"),
    ("SELECT t FROM t", "SELECT t FROM s.t"),
    ("SELECT o.a FROM t AS o", "SELECT o.a FROM s.t AS o"),
    # What PostgreSQL has itself comes first.
    ("SELECT lower(a::text) AS c FROM t", "SELECT public.lower(a::text) AS c FROM t"),
    ("SELECT NULL::box AS c", "SELECT NULL::public.box AS c"),
    # Names of the run time.
    ("SELECT nextval('q'::text) AS c", "SELECT nextval('public.q'::text) AS c"),
    ("SELECT 't' AS c", "SELECT 'public.t' AS c"),
    # One of two schemas.
    ("SELECT f(a) AS c FROM t", "SELECT s.f(a) AS c FROM t"),
    ("SELECT a FROM t", "SELECT a FROM s.t"),
    # A name that nothing defines.
    ("SELECT a FROM other", "SELECT a FROM public.other"),
]

BEFORE_MEANINGS = """
CREATE SCHEMA s;
CREATE TABLE t (a int);
CREATE TABLE s.t (a int);
CREATE SEQUENCE q;
CREATE TYPE box AS (a int);
CREATE FUNCTION lower(a text) RETURNS text LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION s.f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
"""


def test_it_is_blind_to_a_schema_that_the_search_path_leads_to(engine: Engine) -> None:
    assert engine.parse_sql(RESOLVED.replace("$", "")) != engine.parse_sql(RESOLVED.replace("$", "public."))
    assert _fingerprint(engine, RESOLVED.replace("$", "")) == _fingerprint(
        engine, RESOLVED.replace("$", "public.")
    )


def test_names_that_mean_other_things_are_not_the_same(engine: Engine) -> None:
    for one, other in OTHER_MEANINGS:
        first, second = (
            _fingerprint(engine, f"{BEFORE_MEANINGS}CREATE VIEW v AS {query};") for query in (one, other)
        )
        assert first != second, one


def test_one_text_means_other_things_along_other_search_paths(engine: Engine) -> None:
    view = "CREATE VIEW public.v AS SELECT f(a) AS c FROM t;"
    one, other, along = (
        _fingerprint(engine, f"{BEFORE_MEANINGS}SET search_path = {path};{view}")
        for path in ("s", "public", "s, public")
    )
    assert one != other
    assert one == along


def test_the_order_of_what_needs_nothing_does_not_count(engine: Engine) -> None:
    statements = [f"CREATE TABLE t{number} (a int, b text);" for number in range(20)] + ["x;", "y;", "x;"]
    wanted = _fingerprint(engine, "\n".join(statements))
    order = random.Random(3)
    for _ in range(10):
        order.shuffle(statements)
        assert _fingerprint(engine, "\n".join(statements)) == wanted


def test_both_engines_have_one_fingerprint(engine: Engine) -> None:
    for text in [TEXT, *SAME, *OTHERS, RESOLVED.replace("$", "")]:
        assert len({_fingerprint(other, text) for other in LOADED.values()}) == 1


@pytest.fixture
def project(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    def make(files: Mapping[str, str]) -> Path:
        for name, content in {**files, "db/environments/local.yaml": "include_dirs: [db/schema]\n"}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return tmp_path

    return make


def test_files_do_not_count(
    engine: Engine, project: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root = project({"db/schema/a.sql": TEXT})
    first = SchemaBuilder("local", root).semantic_fingerprint()
    assert (len(first.fingerprint), first.opaque, first.environment) == (64, 0, "local")
    statements = [statement + ";\n" for statement in TEXT.split(";\n")[:-1]]
    (root / "db/schema/a.sql").unlink()
    project({f"db/schema/{number}.sql": statement for number, statement in enumerate(statements)})
    assert SchemaBuilder("local", root).semantic_fingerprint() == first
    arguments = ["hash", "--semantic", "--project-dir", str(root)]
    assert main(arguments) == 0
    assert capsys.readouterr().out == f"{first.fingerprint}\n"
    assert main([*arguments, "--check", first.fingerprint.upper(), "-f", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["matches"], document["semantic_fingerprint"]) == (
        True,
        True,
        first.fingerprint,
    )
    assert main([*arguments, "--check", "0" * 64]) == 1
    assert f"is {first.fingerprint}, not {'0' * 64}" in capsys.readouterr().err
    assert main([*arguments, "--files"]) == 2


def test_the_fingerprint_is_the_digest_of_the_lines_of_objects(
    engine: Engine, project: Callable[[Mapping[str, str]], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["hash", "--project-dir", str(project({"db/schema/a.sql": TEXT})), "--objects"]
    assert main([*arguments, "--semantic"]) == 0
    lines = capsys.readouterr().out
    assert [line[66:] for line in lines.splitlines()] == [
        "function public.f(integer)",
        "index public.app_user_lower_idx",
        "table public.app_user",
        "view public.active",
    ]
    assert main([*arguments, "--semantic", "-f", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["semantic_fingerprint"] == hashlib.sha256(lines.encode()).hexdigest()
    assert [
        f"{item['fingerprint']}  {item['identity']}" for item in document["objects"]
    ] == lines.splitlines()
    assert main([*arguments, "--semantic", "--check", "0" * 64]) == 1
    captured = capsys.readouterr()
    assert captured.out == lines
    assert "The semantic fingerprint is" in captured.err
    assert main(arguments) == 2
    assert "Give --semantic as well." in capsys.readouterr().err
