"""``confiture dbt``: what dbt wrote, read without dbt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import assert_orderly, error_document
from confiture.artifacts import loads_json, loads_msgpack
from confiture.models.dbt import DbtExtraction, DbtInfo
from manifests.documents import FIXTURES, encoded, models, small_manifest

if TYPE_CHECKING:
    from pathlib import Path

    from confiture._interface import Engine


@pytest.fixture
def target(tmp_path: Path) -> Path:
    directory = tmp_path / "target"
    directory.mkdir()
    for name in ("manifest", "catalog"):
        shutil.copy(FIXTURES / f"{name}_1.12.json", directory / f"{name}.json")
    return directory


def test_info_says_what_a_manifest_holds(target: Path, engine: Engine) -> None:
    ran = run("dbt", "info", cwd=target.parent)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0] == "target/manifest.json"
    assert lines[1].startswith("  dbt 1.12.")
    assert "schema v12, written 2024-01-01T00:00:00.000000Z" in lines[1]
    assert lines[2] == "  project library, adapter duckdb"
    assert lines[3].startswith("  0.0 MB, loaded in ")
    assert "  5 model" in lines
    assert lines[-1] == "  1 disabled"


def test_info_is_one_document_as_json(target: Path, engine: Engine) -> None:
    ran = run("dbt", "info", "--target-dir", str(target), "--strict", "-f", "json", cwd=target.parent)

    document = json.loads(ran.stdout)
    assert ran.code == 0
    assert document["artifact"] == "dbt_info/1"
    assert loads_json(ran.stdout, DbtInfo).project_name == "library"
    assert document["ok"] is True
    assert document["bytes"] == (target / "manifest.json").stat().st_size
    assert document["schema_version"] == 12
    assert document["resources"]["seed"] == 2
    assert (document["dangling"], document["cycle"], document["disabled"]) == ([], None, 1)
    assert 0 <= document["load_seconds"] < 60


def test_info_tells_of_cycles_and_of_dependencies_that_lead_nowhere(tmp_path: Path, engine: Engine) -> None:
    path = tmp_path / "m.json"
    path.write_bytes(encoded(small_manifest(nodes=models(a=["b"], b=["a", "gone"]))))

    ran = run("dbt", "info", "--manifest", "m.json", cwd=tmp_path)

    assert ran.code == 0
    assert "  dependencies on what is not there: model.p.gone\n" in ran.stdout
    assert "  a cycle: model.p.a -> model.p.b\n" in ran.stdout


def test_extract_prints_resources_and_dependencies(target: Path, engine: Engine) -> None:
    ran = run("dbt", "extract", cwd=target.parent)

    document = json.loads(ran.stdout)
    assert ran.code == 0
    nodes = {node["unique_id"]: node for node in document["nodes"]}
    assert nodes["model.library.stg_books"]["columns"][0]["index"] == 1
    edge = {"parent": "seed.library.books", "child": "model.library.stg_books"}
    assert edge in document["edges"]


def test_extract_writes_a_file_and_needs_no_catalog(target: Path, engine: Engine) -> None:
    printed = run("dbt", "extract", cwd=target.parent)

    ran = run("dbt", "extract", "-o", "out/project.json", cwd=target.parent)

    assert (ran.code, ran.stdout) == (0, "Wrote out/project.json\n")
    assert (target.parent / "out/project.json").read_text(encoding="utf-8") == printed.stdout
    (target / "catalog.json").unlink()
    columns = json.loads(run("dbt", "extract", cwd=target.parent).stdout)["nodes"][0].get("columns", [])
    assert all("index" not in column for column in columns)


def test_extract_writes_message_pack_if_the_name_says_so(target: Path, engine: Engine) -> None:
    printed = run("dbt", "extract", cwd=target.parent)

    ran = run("dbt", "extract", "-o", "project.msgpack", cwd=target.parent)

    assert (ran.code, ran.stdout) == (0, "Wrote project.msgpack\n")
    found = loads_msgpack((target.parent / "project.msgpack").read_bytes(), DbtExtraction)
    assert found == loads_json(printed.stdout, DbtExtraction)


def test_info_shows_no_control_characters_of_a_manifest(tmp_path: Path, engine: Engine) -> None:
    nodes = models(**{"a\x1b[2J": ["a\x1b[2J", "gone\n"]})
    nodes["model.p.b"] = {"resource_type": "mo\x07del"}
    document = small_manifest(nodes=nodes)
    for name in ("project_name", "adapter_type", "dbt_version", "generated_at"):
        document["metadata"][name] = "\x1b[31mred"
    (tmp_path / "m.json").write_bytes(encoded(document))

    ran = run("dbt", "info", "--manifest", "m.json", cwd=tmp_path)

    assert_orderly(ran)
    assert ran.code == 0
    assert all(character.isprintable() or character == "\n" for character in ran.stdout)
    assert "project \\x1b[31mred, adapter \\x1b[31mred" in ran.stdout
    assert "not there: model.p.gone\\n\n" in ran.stdout


def test_info_tells_of_the_metadata_what_is_text(tmp_path: Path, engine: Engine) -> None:
    document = small_manifest()
    document["metadata"] |= {"dbt_version": "2.0", "project_name": 5, "adapter_type": "\ud800"}
    (tmp_path / "m.json").write_bytes(encoded(document))

    told = loads_json(run("dbt", "info", "--manifest", "m.json", "-f", "json", cwd=tmp_path).stdout, DbtInfo)

    assert (told.dbt_version, told.project_name, told.adapter_type) == ("2.0", None, "\\ud800")


def test_extract_does_not_overwrite_what_it_reads(target: Path, engine: Engine) -> None:
    before = (target / "manifest.json").read_bytes()

    ran = run("dbt", "extract", "-o", "target/manifest.json", cwd=target.parent)

    assert_orderly(ran)
    assert ran.code == 4
    assert (target / "manifest.json").read_bytes() == before


def test_a_missing_manifest_is_an_error_that_says_who_writes_it(tmp_path: Path, engine: Engine) -> None:
    ran = run("dbt", "info", cwd=tmp_path)

    assert_orderly(ran)
    assert ran.code == 5
    assert "target/manifest.json cannot be read: No such file or directory." in ran.stderr
    assert "dbt parse" in ran.stderr


def test_a_bad_manifest_is_one_document_as_json(target: Path, engine: Engine) -> None:
    (target / "manifest.json").write_text('{"metadata":\n  [1,]}')

    ran = run("dbt", "info", "-f", "json", cwd=target.parent)

    error = error_document(ran.stdout)
    assert ran.code == 5
    assert (error["code"], error["line"], error["column"]) == ("MANIFEST_004", 2, 6)
    assert error["file"] == "target/manifest.json"


def test_an_action_is_needed(tmp_path: Path, engine: Engine) -> None:
    ran = run("dbt", cwd=tmp_path)

    assert_orderly(ran)
    assert ran.code == 2


def test_a_value_that_cannot_be_extracted_is_an_error_that_tells_where(
    tmp_path: Path, engine: Engine
) -> None:
    fluxes = {"flux.p.a": {"resource_type": "flux", "fqn": 5}}
    (tmp_path / "m.json").write_bytes(encoded(small_manifest(fluxes=fluxes)))

    ran = run("dbt", "extract", "--manifest", "m.json", cwd=tmp_path)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (5, "")
    assert 'an integer at fluxes["flux.p.a"].fqn, where null or a list is expected' in ran.stderr


def test_render_prints_what_dbt_would_compile(target: Path, engine: Engine) -> None:
    ran = run("dbt", "render", "stg_loans", "--incremental", cwd=target.parent)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    manifest = json.loads((target / "manifest.json").read_bytes())
    assert ran.stdout == manifest["nodes"]["model.library.stg_loans"]["compiled_code"] + "\n"


def _piped(text: str, *options: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "confiture", "dbt", "render", "-", *options]
    return subprocess.run(command, cwd=cwd, input=text, capture_output=True, text=True, check=False)


def test_render_reads_a_template_and_the_projects_variables(target: Path, engine: Engine) -> None:
    (target.parent / "dbt_project.yml").write_text("vars: {one: 1, two: 2}\n")
    text = (
        "{{ var('one') }} {{ var('two') }} {{ target.name }} {{ target.schema }} {{ ref('stg_books').name }}"
    )
    options = ("--vars", "{two: II}", "--target-name", "dev", "--target", "{schema: main}", "-f", "json")

    ran = _piped(text, *options, cwd=target.parent)

    assert ran.returncode == 0
    assert json.loads(ran.stdout) == {
        "ok": True,
        "unique_id": None,
        "compiled_code": "1 II dev main stg_books",
    }


def test_render_tells_the_line_of_what_it_cannot_render(target: Path, engine: Engine) -> None:
    ran = _piped("a\n{{ dbt_utils.star(1) }}", "-f", "json", cwd=target.parent)

    error = error_document(ran.stdout)
    assert ran.returncode == 5
    assert (error["code"], error["line"]) == ("MANIFEST_042", 2)
    assert "dbt_utils.star" in error["message"]


@pytest.mark.parametrize("given", ["[1]", "{1: a}", "a: [", "text"])
def test_render_takes_mappings_alone(target: Path, engine: Engine, given: str) -> None:
    ran = run("dbt", "render", "stg_books", "--vars", given, cwd=target.parent)

    assert_orderly(ran)
    assert ran.code == 2
    assert "--vars" in ran.stderr


def test_render_suggests_what_may_be_meant(target: Path, engine: Engine) -> None:
    ran = run("dbt", "render", "stg_bok", cwd=target.parent)

    assert ran.code == 5
    assert "Did you mean stg_books" in ran.stderr


def test_render_tells_several_tests_of_a_name_and_minds_no_node_without_one(
    tmp_path: Path, engine: Engine
) -> None:
    nodes = models(a=[], b=[])
    for package in ("p", "q"):
        nodes[f"test.{package}.t"] = {
            "unique_id": f"test.{package}.t",
            "resource_type": "test",
            "package_name": package,
            "name": "t",
        }
    del nodes["model.p.b"]["name"]
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_bytes(encoded(small_manifest(nodes=nodes)))

    several = run("dbt", "render", "t", cwd=tmp_path)
    missing = run("dbt", "render", "nope", cwd=tmp_path)

    for ran in (several, missing):
        assert_orderly(ran)
        assert ran.code == 5
    assert '"t" selects 2 resources: test.p.t and test.q.t.' in several.stderr
    assert "nope" in missing.stderr
