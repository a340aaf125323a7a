"""``confiture manifest``: what a build consists of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import assert_orderly, error_document, picture
from confiture.artifacts import dumps_json, dumps_msgpack
from confiture.artifacts.documents import load_document, read_artifact
from confiture.core.builder import SchemaBuilder
from confiture.models.manifest import SchemaManifest
from engines import ENGINES
from outcomes import using

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

LIBRARY = Path(__file__).parents[2] / "examples" / "library"

USERS = "CREATE TABLE app.users (id int PRIMARY KEY, name text);\n"
FILES = {
    "db/schema/00.sql": "CREATE SCHEMA app;\n",
    "db/schema/10.sql": USERS,
    "db/schema/20.sql": "CREATE VIEW app.names AS SELECT name FROM app.users;\n\\ir ../parts/more.sql\n",
    "db/parts/more.sql": "CREATE VIEW app.odd AS SELECT * FROM app.missing;\n"
    "ALTER TABLE app.users ENABLE NONSENSE;\n",
    "db/seeds/10.sql": "INSERT INTO app.users VALUES (1, 'a');\n",
    "db/environments/local.yaml": "include_dirs: [db/schema, db/seeds]\n",
}


@pytest.fixture
def project(make_project: Callable[..., Path], engine: Engine) -> Path:
    return make_project(FILES)


def manifest(project: Path) -> SchemaManifest:
    return SchemaBuilder("local", project).manifest()


def fingerprints(project: Path) -> dict[str, str]:
    return {item.called: item.fingerprint for item in manifest(project).objects}


def test_a_manifest_tells_files_objects_and_edges(project: Path) -> None:
    found = manifest(project)
    builder = SchemaBuilder("local", project)

    assert found.tree_digest == builder.compute_hash()
    assert found.semantic_fingerprint == builder.semantic_fingerprint().fingerprint
    assert "".join(f"{file.sha256}  {file.path}\n" for file in found.files) == builder.digest().lines
    assert [(item.called, item.kind, item.schema, item.name) for item in found.objects] == [
        ("schema app", "schema", None, "app"),
        ("table app.users", "table", "app", "users"),
        ("view app.names", "view", "app", "names"),
        ("view app.odd", "view", "app", "odd"),
    ]
    assert [(edge.source, edge.target, edge.is_defined) for edge in found.edges if edge.kind == "query"] == [
        ("view app.names", "table app.users", True),
        ("view app.odd", "table app.missing", False),
    ]
    assert [str(item.identity) for item in found.opaque] == ["table app.users"]
    places = {item.called: item.place for item in found.objects}
    odd = places["view app.odd"]
    assert odd is not None
    assert (odd.file, odd.line, odd.column) == ("parts/more.sql", 1, 1)


def test_the_library_is_the_same_manifest_on_both_engines_and_every_time() -> None:
    contents = set()
    for engine in ENGINES:
        with using(engine):
            for _ in range(2):
                contents.add(dumps_msgpack(SchemaBuilder("local", LIBRARY).manifest()))

    (content,) = contents
    (document,) = load_document(content).documents
    assert len(document.objects) > 250
    assert len({item.called for item in document.objects}) == len(document.objects)
    called = {item.called for item in document.objects}
    assert all(edge.source in called for edge in document.edges)
    assert all((edge.target in called) == edge.is_defined for edge in document.edges)


def test_a_fingerprint_is_blind_to_comments_layout_and_place(project: Path) -> None:
    before = fingerprints(project)

    (project / "db/schema/10.sql").write_text("-- People.\n\n" + USERS.replace(", name", ",\n  NAME"))

    assert fingerprints(project) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name text", "name varchar"),
        ("name text", "name text NOT NULL"),
        (" PRIMARY KEY", ""),
        (");\n", ");\nCOMMENT ON TABLE app.users IS 'x';\n"),
        (");\n", ");\nCREATE UNIQUE INDEX ON app.users (name);\n"),
    ],
)
def test_a_change_changes_the_fingerprint_of_its_object_alone(project: Path, old: str, new: str) -> None:
    before = fingerprints(project)

    (project / "db/schema/10.sql").write_text(USERS.replace(old, new))

    after = fingerprints(project)
    changed = {called for called in {*before, *after} if before.get(called) != after.get(called)}
    assert changed == {"index app.users_name_idx"} if "INDEX" in new else {"table app.users"}


def test_an_object_of_which_statements_alone_are_known_has_their_fingerprint(project: Path) -> None:
    path = project / "db/schema/30.sql"
    path.write_text("CREATE TABLE app.made AS SELECT 1 + 1 AS two;\n")
    before = {item.called: item for item in manifest(project).objects}["table app.made"]
    assert before.is_opaque

    path.write_text("CREATE TABLE app.made AS /* new */\n SELECT 1 + 1 AS two;\n")
    assert fingerprints(project)["table app.made"] == before.fingerprint
    path.write_text("CREATE TABLE app.made AS SELECT 1 + 2 AS two;\n")
    assert fingerprints(project)["table app.made"] != before.fingerprint


def test_the_command_prints_the_manifest_as_json(project: Path) -> None:
    ran = run("manifest", cwd=project)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    assert load_document(ran.stdout.encode()).documents == (manifest(project),)
    assert str(project) not in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "encoding"),
    [
        (["-o", "out/schema.json"], "json"),
        (["-o", "out/schema.msgpack"], "msgpack"),
        (["-o", "out/schema", "-f", "msgpack"], "msgpack"),
        (["-o", "out/schema.msgpack", "-f", "json"], "json"),
    ],
)
def test_the_command_writes_either_encoding(project: Path, arguments: list[str], encoding: str) -> None:
    ran = run("manifest", *arguments, cwd=project)

    assert_orderly(ran)
    assert ran.code == 0
    assert "4 objects, 2 edges" in ran.stdout
    found = read_artifact(str(project / arguments[1]))
    assert (found.kind.name, found.encoding) == ("schema_manifest", encoding)
    assert found.documents == (manifest(project),)


def test_seeds_can_be_left_out(project: Path) -> None:
    ran = run("manifest", "--schema-only", cwd=project)

    paths = [file["path"] for file in json.loads(ran.stdout)["files"]]
    assert paths == ["schema/00.sql", "schema/10.sql", "schema/20.sql", "parts/more.sql"]


def test_an_output_that_would_be_an_input_is_refused(project: Path) -> None:
    before = picture(project)

    ran = run("manifest", "-o", "db/schema/40.sql", cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert picture(project) == before


def test_an_error_is_told_as_json_when_asked(project: Path) -> None:
    ran = run("manifest", "-e", "nothing", "-f", "json", cwd=project)

    assert ran.code == 5
    assert error_document(ran.stdout)["code"] == "CONFIG_001"


def test_a_manifest_in_python_is_an_artifact_like_any_other(project: Path) -> None:
    assert json.loads(dumps_json(manifest(project)))["artifact"] == "schema_manifest/1"
