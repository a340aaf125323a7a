"""The semantic fingerprint: blind to how something is said, and to nothing of what is said."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from confiture._interface import Engine
from confiture.artifacts.semantic import semantic_fingerprint
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
    return semantic_fingerprint(engine.parse_sql(text))[0]


def test_what_is_said_otherwise_is_the_same(engine: Engine) -> None:
    wanted = _fingerprint(engine, TEXT)
    assert [text for text in SAME if _fingerprint(engine, text) != wanted] == []


def test_what_is_other_is_not_the_same(engine: Engine) -> None:
    found = {_fingerprint(engine, text) for text in [TEXT, *OTHERS]}
    assert len(found) == len(OTHERS) + 1


def test_the_order_of_what_needs_nothing_does_not_count(engine: Engine) -> None:
    statements = [f"CREATE TABLE t{number} (a int, b text);" for number in range(20)] + ["x;", "y;", "x;"]
    wanted = _fingerprint(engine, "\n".join(statements))
    order = random.Random(3)
    for _ in range(10):
        order.shuffle(statements)
        assert _fingerprint(engine, "\n".join(statements)) == wanted


def test_both_engines_have_one_fingerprint(engine: Engine) -> None:
    for text in [TEXT, *SAME, *OTHERS]:
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
