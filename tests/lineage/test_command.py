"""``confiture lineage`` as it is used."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import PACKAGE, run
from bad_input.support import assert_orderly, error_document, picture
from confiture.artifacts import loads_json
from confiture.core.builder import SchemaBuilder
from confiture.lineage.document import make_lineage
from confiture.lineage.graph import LineageGraph
from confiture.lineage.html import render_html
from confiture.models.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine

SCHEMA = {
    "db/schema/10_types.sql": "CREATE TYPE mood AS ENUM ('sad', 'happy');\n",
    "db/schema/20_users.sql": "CREATE TABLE users (\n  id bigint PRIMARY KEY,\n  mood mood\n);\n",
    "db/schema/30_orders.sql": (
        "-- Orders come after users.\n"
        "CREATE TABLE orders (id bigint, user_id bigint REFERENCES users);\n"
        "CREATE INDEX orders_user ON orders (user_id);\n"
    ),
    "db/schema/40_views.sql": (
        "CREATE VIEW happy AS SELECT u.id FROM users u WHERE u.mood = 'happy';\n"
        "CREATE VIEW lost AS SELECT * FROM gone;\n"
    ),
}

TREE = """\
table public.users  db/schema/20_users.sql:1
├── needs
│   └── type public.mood  type  db/schema/10_types.sql:1
└── is needed by
    ├── table public.orders  foreign key  db/schema/30_orders.sql:2
    │   └── index public.orders_user  index  db/schema/30_orders.sql:3
    └── view public.happy  query  db/schema/40_views.sql:1

It needs 1 and is needed by 3.
"""


@pytest.fixture
def project(make_project: Callable[..., Path], engine: Engine) -> Path:
    return make_project(SCHEMA)


def test_the_tree_of_an_object(project: Path) -> None:
    ran = run("lineage", "users", cwd=project)

    assert ran == (0, TREE, "")


def test_the_tree_of_everything_names_every_object(project: Path) -> None:
    ran = run("lineage", cwd=project)

    assert_orderly(ran)
    assert ran.code == 0
    for words in ("view public.lost", "table gone  query  not defined", "7 objects, 5 edges. 1 not defined."):
        assert words in ran.stdout


def test_places_are_told_from_where_the_reader_is(project: Path) -> None:
    ran = run("lineage", "users", "--project-dir", project, "--upstream", cwd=project / "db")

    assert "type public.mood  type  schema/10_types.sql:1" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "called"),
    [
        (["users", "--upstream"], ["table public.users", "type public.mood"]),
        (
            ["users", "--downstream", "--depth", "1"],
            ["table public.orders", "table public.users", "view public.happy"],
        ),
        (
            ["users", "--kind", "table", "--kind", "INDEX"],
            ["index public.orders_user", "table public.orders", "table public.users"],
        ),
        (["--kind", "view,type"], ["type public.mood", "view public.happy", "view public.lost"]),
    ],
    ids=" ".join,
)
def test_the_document_holds_what_was_asked_for(
    project: Path, arguments: list[str], called: list[str]
) -> None:
    ran = run("lineage", *arguments, "-f", "json", cwd=project)

    assert (ran.code, ran.stderr) == (0, "")
    lineage = loads_json(ran.stdout.encode(), Lineage)
    assert [item.called for item in lineage.objects] == called
    assert lineage.ok
    assert lineage.base_dir == str(project / "db/schema")
    assert lineage.engine == os.environ["CONFITURE_ENGINE"]


def test_the_document_has_the_details(project: Path) -> None:
    lineage = loads_json(run("lineage", "-f", "json", cwd=project).stdout.encode(), Lineage)

    users = next(item for item in lineage.objects if item.called == "table public.users")
    assert [(column.name, column.type, column.is_key, column.is_not_null) for column in users.columns] == [
        ("id", "bigint", True, True),
        ("mood", "public.mood", False, False),
    ]
    assert users.place is not None
    assert (users.place.file, users.place.line, users.place.column) == ("20_users.sql", 1, 1)


@pytest.mark.parametrize("form", ["tree", "json", "mermaid", "dot", "html"])
def test_a_file_is_written_with_what_would_be_printed(project: Path, form: str) -> None:
    printed = run("lineage", "-f", form, cwd=project)
    assert (printed.code, printed.stderr) == (0, "")

    ran = run("lineage", "-f", form, "-o", "out/lineage", cwd=project)

    assert ran == (0, "Wrote out/lineage\n", "")
    assert (project / "out/lineage").read_text(encoding="utf-8") == printed.stdout
    assert [path.name for path in (project / "out").iterdir()] == ["lineage"]


def test_the_page_is_that_of_the_schema(project: Path) -> None:
    page = run("lineage", "-f", "html", cwd=project).stdout

    builder = SchemaBuilder("local", project)
    assert page == render_html(make_lineage(LineageGraph.of_model(builder.parse()), environment="local"))


def test_both_engines_print_the_same(make_project: Callable[..., Path], both_engines: object) -> None:
    project = make_project(SCHEMA)

    for form in ("tree", "mermaid", "dot", "html"):
        rust, python = (
            run("lineage", "-f", form, cwd=project, environment={"CONFITURE_ENGINE": name})
            for name in ("rust", "python")
        )
        assert rust == python


def test_an_object_that_is_not_there_is_an_error(project: Path) -> None:
    before = picture(project)

    for form in ("tree", "html"):
        ran = run("lineage", "user", "-f", form, "-o", "out.txt", cwd=project)
        assert_orderly(ran)
        assert (ran.code, ran.stdout) == (4, "")
        assert "'user'" in ran.stderr
        assert "Did you mean 'table public.users'" in ran.stderr
    error = error_document(run("lineage", "user", "-f", "json", cwd=project).stdout)
    assert error["code"] == "LINEAGE_001"
    assert picture(project) == before


def test_a_name_of_several_objects_is_an_error(make_project: Callable[..., Path], engine: Engine) -> None:
    files = {"db/schema/a.sql": "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (); CREATE TABLE b.t ();"}

    error = error_document(run("lineage", "t", "-f", "json", cwd=make_project(files)).stdout)

    assert error["code"] == "LINEAGE_002"
    assert error["message"] == "2 objects could be meant by 't': 'table a.t' and 'table b.t'."


@pytest.mark.parametrize("columns", [(), ("--columns", "--no-cache")])
def test_an_output_that_would_be_an_input_is_refused(project: Path, columns: tuple[str, ...]) -> None:
    before = picture(project)

    ran = run("lineage", *columns, "-o", "db/schema/20_users.sql", cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert picture(project) == before


def test_what_is_not_modelled_is_said(make_project: Callable[..., Path], engine: Engine) -> None:
    project = make_project({"db/schema/a.sql": "CREATE TABLE t ();\nCREATE TABLE (;\n"})

    ran = run("lineage", cwd=project)

    assert ran.code == 0
    assert "warning: 1 statement is not modelled (1 cannot be read); what it needs is not" in ran.stderr


def test_what_is_not_modelled_and_needs_nothing_is_not_said(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    statements = "COMMENT ON TABLE gone IS 'x';\nGRANT SELECT ON gone TO PUBLIC;\nDROP TABLE gone;\n"
    project = make_project({"db/schema/a.sql": f"CREATE TABLE t ();\n{statements}"})
    assert len(SchemaBuilder("local", project).parse().opaque) == 3

    assert run("lineage", cwd=project).stderr == ""


def test_a_schema_without_objects_has_an_empty_lineage(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    project = make_project({"db/schema/a.sql": "SELECT 1;\n"})

    for form, words in (("tree", "0 objects, 0 edges."), ("mermaid", "flowchart"), ("dot", "digraph")):
        ran = run("lineage", "-f", form, cwd=project)
        assert (ran.code, ran.stderr) == (0, "")
        assert words in ran.stdout
    assert json.loads(run("lineage", "-f", "json", cwd=project).stdout)["objects"] == []


def _on_a_terminal(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "confiture", *arguments],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", **PACKAGE, **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:
            break
        said += read
        if not read:
            break
    os.close(ours)
    return process.wait(timeout=30), said.decode().replace("\r\n", "\n")


def test_a_terminal_has_colours_unless_no_color_says_otherwise(project: Path) -> None:
    code, coloured = _on_a_terminal("lineage", "users", cwd=project)
    assert code == 0
    assert coloured != TREE
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == TREE

    assert _on_a_terminal("lineage", "users", cwd=project, NO_COLOR="1") == (0, TREE)
    assert _on_a_terminal("lineage", "users", cwd=project, TERM="dumb") == (0, TREE)


def test_a_page_is_not_printed_on_a_terminal(project: Path) -> None:
    code, said = _on_a_terminal("lineage", "-f", "html", cwd=project)

    assert code == 2
    assert "<html" not in said
    assert "confiture lineage -f html -o lineage.html" in said


def test_directions_of_the_whole_schema_are_for_the_tree_alone(project: Path) -> None:
    turned = run("lineage", "--downstream", cwd=project)
    assert turned.code == 0
    assert turned.stdout.startswith("table gone  not defined\n└── view public.lost")

    refused = run("lineage", "--downstream", "-f", "dot", cwd=project)
    assert_orderly(refused)
    assert refused.code == 2
    assert "--format dot" in refused.stderr
