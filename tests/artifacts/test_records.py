"""What ``confiture build`` writes about itself: run manifests and telemetry."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

import confiture as package
from bad_input.processes import OBEY_PERMISSIONS, run
from bad_input.support import assert_orderly, error_document, picture
from confiture.artifacts.documents import read_artifact
from confiture.config.environment import Environment
from confiture.core.git_revisions import git_revision
from confiture.core.runs import configuration_snapshot
from confiture.core.telemetry import append_events, file_events
from confiture.exceptions import SchemaError
from confiture.models.run import GitRevision, RunManifest
from confiture.models.telemetry import FileRead, PhaseFinished, RunFinished, RunStarted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._interface import Engine

FILES = {
    "db/schema/10_users.sql": "CREATE TABLE users (id int PRIMARY KEY);\n",
    "db/schema/20_orders.sql": "CREATE TABLE orders (id int REFERENCES users);\n",
    "db/seeds/10.sql": "INSERT INTO users VALUES (1);\n",
    "db/environments/local.yaml": "include_dirs: [db/schema, db/seeds]\ndatabase_url: postgresql://u:secret@h/d\n",
}


@pytest.fixture
def project(make_project: Callable[..., Path], engine: Engine) -> Path:
    return make_project(FILES)


def manifest_of(project: Path, *arguments: str, name: str = "run.json") -> RunManifest:
    ran = run("build", "--run-manifest", name, *arguments, cwd=project)
    assert_orderly(ran)
    assert ran.code == 0
    (found,) = read_artifact(str(project / name)).documents
    assert isinstance(found, RunManifest)
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_run_manifest_tells_what_was_read_and_written(project: Path) -> None:
    before = datetime.now(UTC)

    found = manifest_of(project, "--source-map", "out.map.json", "-o", "out.sql")

    assert before <= found.started_at <= datetime.now(UTC)
    assert 0 < found.seconds < 100
    assert (found.command, found.environment, found.files) == ("build", "local", 3)
    assert [(file.path, file.sha256) for file in found.inputs] == [
        (path, sha256(project / "db" / path))
        for path in ("schema/10_users.sql", "schema/20_orders.sql", "seeds/10.sql")
    ]
    assert [(file.path, file.sha256, file.bytes) for file in found.outputs] == [
        (name, sha256(project / name), (project / name).stat().st_size)
        for name in ("out.sql", "out.map.json")
    ]
    assert found.tree_digest == run("hash", cwd=project).stdout.strip()


def test_a_run_manifest_tells_the_tools_and_the_platform(project: Path) -> None:
    found = manifest_of(project)

    assert found.tool.confiture == package.__version__
    assert found.tool.engine == os.environ["CONFITURE_ENGINE"]
    assert found.tool.python == ".".join(map(str, sys.version_info[:3]))
    assert set(found.tool.libraries) == {"msgspec", "pyyaml"}
    assert set(found.tool.parsers) == {"confiture"}
    assert found.platform.system == sys.platform


def test_a_run_manifest_holds_no_secret_and_no_place_of_the_machine(project: Path) -> None:
    manifest_of(project)

    text = (project / "run.json").read_text()
    assert "secret" not in text
    assert str(project) not in text


def test_the_fingerprint_tells_runs_apart_by_what_decides_the_result(project: Path) -> None:
    first = manifest_of(project)
    fingerprints = {first.fingerprint}

    again = manifest_of(project, "-o", "elsewhere.sql")
    assert again.fingerprint == first.fingerprint
    assert again.started_at > first.started_at
    assert again.outputs[0].sha256 == first.outputs[0].sha256

    for arguments in (["--schema-only"], ["--separator-style", "mysql"], ["--split", "out"]):
        fingerprints.add(manifest_of(project, *arguments).fingerprint)
    (project / "db/schema/10_users.sql").write_text("CREATE TABLE users (id bigint PRIMARY KEY);\n")
    fingerprints.add(manifest_of(project).fingerprint)
    (project / "db/environments/local.yaml").write_text("include_dirs: [{path: db/schema}, db/seeds]\n")
    fingerprints.add(manifest_of(project).fingerprint)
    assert len(fingerprints) == 6


def test_the_configuration_is_a_snapshot_with_its_hash(project: Path) -> None:
    found = manifest_of(project, "--separator-style", "mysql")

    assert [entry.path for entry in found.configuration.include_dirs] == ["db/schema", "db/seeds"]
    assert found.configuration.build.separators.style == "mysql"
    assert found.configuration_sha256 != manifest_of(project).configuration_sha256
    outside = Environment(name="x", include_dirs=["/elsewhere"], project_dir=str(project))
    assert configuration_snapshot(outside).include_dirs[0].path == "/elsewhere"


def test_a_run_manifest_can_be_message_pack(project: Path) -> None:
    found = manifest_of(project, name="run.msgpack")

    assert (project / "run.msgpack").read_bytes()[0] & 0xF0 == 0xD0  # a map of more than 15 members
    assert found.files == 3


def test_a_run_manifest_of_three_bundles_names_them_all(project: Path) -> None:
    found = manifest_of(project, "--split", "deploy")

    names = [f"deploy/schema_local_{part}.sql" for part in ("superuser_pre", "app", "superuser_post")]
    assert [(file.path, file.sha256) for file in found.outputs] == [
        (name, sha256(project / name)) for name in names
    ]


def test_a_bundle_on_the_standard_output_is_told_without_a_path(project: Path) -> None:
    ran = run("build", "--stdout", "--run-manifest", "run.json", cwd=project)

    (found,) = read_artifact(str(project / "run.json")).documents
    (output,) = found.outputs
    assert output.path is None
    assert output.sha256 == hashlib.sha256(ran.stdout.encode()).hexdigest()
    assert json.loads((project / "run.json").read_text())["outputs"][0]["path"] is None


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@x", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", directory, *identity, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_git_revision_is_told_and_outputs_are_no_changes(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")

    clean = manifest_of(project)
    assert clean.git == GitRevision(commit=git(project, "rev-parse", "HEAD"), is_modified=False)

    (project / "run.json").unlink()
    (project / "db/schema/30_more.sql").write_text("SELECT 1;\n")
    changed = manifest_of(project)
    assert isinstance(changed.git, GitRevision)
    assert changed.git.is_modified


def test_what_a_build_writes_about_itself_is_no_change(project: Path) -> None:
    options = ("--telemetry", "runs.jsonl")
    manifest_of(project, *options)
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "with the records of a run")

    for _ in range(2):
        found = manifest_of(project, *options)
        assert found.git == GitRevision(commit=git(project, "rev-parse", "HEAD"), is_modified=False)
    assert git(project, "status", "--porcelain").split() == ["M", "run.json", "M", "runs.jsonl"]


def test_a_run_manifest_that_cannot_be_written_is_an_error_before_anything_is_built(project: Path) -> None:
    before = picture(project)
    for path in ("db/schema/99_run.sql", "db", "db/environments/local.yaml"):
        for option in ("--run-manifest", "--telemetry"):
            ran = run("build", option, path, "-f", "json", cwd=project)
            assert_orderly(ran)
            assert ran.code == 4
            assert error_document(ran.stdout)["code"] in ("SCHEMA_015", "SCHEMA_016")
    assert picture(project) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--run-manifest", "a", "-o", "a"],
        ["--telemetry", "a", "-o", "./a"],
        ["--telemetry", "a", "--run-manifest", "a"],
        ["--source-map", "a", "--run-manifest", "a"],
        ["--telemetry", "db/generated/schema_local.sql"],
    ],
    ids=" ".join,
)
def test_two_files_at_one_place_are_an_error(project: Path, arguments: list[str]) -> None:
    before = picture(project)

    ran = run("build", *arguments, "-f", "json", cwd=project)

    assert ran.code == 4
    assert error_document(ran.stdout)["code"] == "SCHEMA_024"
    assert picture(project) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--run-manifest", "r", "--check"],
        ["--run-manifest", "r", "--list-files"],
        ["--telemetry", "t", "--list-files"],
    ],
    ids=" ".join,
)
def test_records_of_what_is_no_build_are_refused(project: Path, arguments: list[str]) -> None:
    assert run("build", *arguments, cwd=project).code == 2


def events_of(path: Path) -> tuple[Any, ...]:
    found = read_artifact(str(path))
    assert found.kind.name == "telemetry_event"
    return found.documents


@pytest.mark.parametrize("name", ["runs.jsonl", "runs.msgpack", "runs"])
def test_telemetry_is_appended_run_after_run(project: Path, name: str) -> None:
    for _ in range(2):
        ran = run("build", "--telemetry", name, "--source-map", "out.map.json", cwd=project)
        assert_orderly(ran)
        assert ran.code == 0

    found = events_of(project / name)
    assert len({event.run for event in found}) == 2
    first, second = found[: len(found) // 2], found[len(found) // 2 :]
    for events in (first, second):
        started, *files_and_phases, finished = events
        assert isinstance(started, RunStarted)
        assert (started.command, started.environment) == ("build", "local")
        files = [event for event in files_and_phases if isinstance(event, FileRead)]
        assert [(event.path, event.sha256, event.bytes) for event in files] == [
            (
                path.removeprefix("db/"),
                hashlib.sha256(FILES[path].encode()).hexdigest(),
                len(FILES[path]),
            )
            for path in ("db/schema/10_users.sql", "db/schema/20_orders.sql", "db/seeds/10.sql")
        ]
        phases = [event for event in files_and_phases if isinstance(event, PhaseFinished)]
        assert [event.phase for event in phases] == ["configuration", "selection", "build", "source_map"]
        assert all(event.at + event.seconds <= finished.seconds for event in phases)
        assert isinstance(finished, RunFinished)
        assert finished.error is None
        assert finished.files == 3
        assert finished.source_bytes == sum(event.bytes for event in files if event.bytes is not None)
        assert finished.bundle_bytes == (project / "db/generated/schema_local.sql").stat().st_size


def test_telemetry_of_a_build_that_fails_tells_the_error(project: Path) -> None:
    (project / "db/schema/10_users.sql").write_text("/* open\n")

    ran = run("build", "--telemetry", "runs.jsonl", cwd=project)

    assert ran.code == 4
    *_, finished = events_of(project / "runs.jsonl")
    assert (finished.error, finished.files, finished.bundle_bytes) == ("SCHEMA_012", None, None)


def test_telemetry_of_a_comparison_is_told_too(project: Path) -> None:
    ran = run("build", "--check", "--telemetry", "runs.jsonl", cwd=project)

    assert ran.code == 1
    *_, finished = events_of(project / "runs.jsonl")
    assert (finished.error, finished.files) == (None, 3)


def test_a_telemetry_file_that_cannot_be_appended_to_is_an_error_after_the_build(project: Path) -> None:
    path = project / "runs.jsonl"
    path.write_text("")
    path.chmod(0o400)

    ran = run("build", "--telemetry", "runs.jsonl", "-f", "json", cwd=project, before=OBEY_PERMISSIONS)

    assert ran.code == 4
    assert "SCHEMA_023" in ran.stdout
    assert (project / "db/generated/schema_local.sql").exists()

    (project / "db/schema/10_users.sql").write_text("/* open\n")
    ran = run("build", "--telemetry", "runs.jsonl", "-f", "json", cwd=project, before=OBEY_PERMISSIONS)
    assert error_document(ran.stdout)["code"] == "SCHEMA_012"
    assert "runs.jsonl cannot be written" in ran.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", b"mine\n"),
        ("runs.jsonl", b'{"artifact": "run/1"}\n'),
        ("runs.jsonl", b"\x97\x01"),
        ("runs.msgpack", b'["run_started"]\n'),
        ("runs.msgpack", b"\xde\x00\x10"),
    ],
)
def test_telemetry_is_not_appended_to_something_else(project: Path, name: str, content: bytes) -> None:
    (project / name).write_bytes(content)
    before = picture(project)

    ran = run("build", "--telemetry", name, "-f", "json", cwd=project)

    assert_orderly(ran)
    assert ran.code == 4
    assert error_document(ran.stdout)["code"] == "SCHEMA_023"
    assert picture(project) == before


def test_a_line_of_telemetry_that_was_cut_does_not_spoil_the_next(project: Path) -> None:
    path = project / "runs.jsonl"
    path.write_bytes(b'["run_sta')

    for _ in range(2):
        assert run("build", "--telemetry", "runs.jsonl", cwd=project).code == 0

    cut, *lines = path.read_bytes().split(b"\n")[:-1]
    assert cut == b'["run_sta'
    assert [json.loads(line)[0] for line in lines].count("telemetry_event/1/run_finished") == 2


def test_events_of_other_files_stay_when_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        append_events(str(tmp_path), [])

    assert caught.value.error_code == "SCHEMA_023"


def test_a_file_that_is_gone_has_no_size(tmp_path: Path) -> None:
    (event,) = file_events("0" * 16, str(tmp_path), f"{'a' * 64}  gone.sql\n")

    assert event.bytes is None


def test_a_project_in_no_repository_has_no_revision(tmp_path: Path) -> None:
    assert git_revision(str(tmp_path)) is None
    git(tmp_path, "init", "-q")
    assert git_revision(str(tmp_path)) is None
