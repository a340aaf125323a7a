"""``confiture artifact``."""

from __future__ import annotations

import json
import os
import pty
from typing import TYPE_CHECKING

import pytest

from artifacts.goldens import GOLDEN
from artifacts.samples import FULL, sample_documents
from bad_input.processes import run, start
from bad_input.support import assert_orderly, error_document
from confiture.artifacts import dumps_msgpack
from confiture.artifacts.documents import read_artifact
from confiture.artifacts.json_schemas import all_json_schemas, json_schema
from confiture.artifacts.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("encoding", ["json", "msgpack"])
@pytest.mark.parametrize("name", KINDS)
def test_any_artifact_is_shown(tmp_path: Path, name: str, encoding: str) -> None:
    path = GOLDEN / f"{name}.full.{encoding}"

    ran = run("artifact", "show", path, cwd=tmp_path)

    assert_orderly(ran)
    assert (ran.code, ran.stderr) == (0, "")
    what, how, *fields = ran.stdout.splitlines()
    assert what == f"{name}, version 1: {KINDS[name].summary}"
    assert how == f"{'JSON' if encoding == 'json' else 'MessagePack'}, {path.stat().st_size} bytes"
    (document, *_) = sample_documents(name, FULL)
    if not KINDS[name].is_stream:
        assert [line.split()[0] for line in fields] == list(document.__struct_fields__)
        assert max(map(len, fields)) <= 110


def test_a_stream_is_shown_with_the_names_of_its_fields(tmp_path: Path) -> None:
    ran = run("artifact", "show", GOLDEN / "telemetry_event.full.msgpack", cwd=tmp_path)

    count, *events = ran.stdout.splitlines()[2:]
    assert count == "4 values"
    assert [json.loads(event)["event"] for event in events] == [
        "run_started",
        "file_read",
        "phase_finished",
        "run_finished",
    ]
    assert list(json.loads(events[1])) == ["event", "run", "path", "sha256", "bytes"]


@pytest.mark.parametrize("name", KINDS)
def test_an_artifact_is_shown_as_json_in_lines(tmp_path: Path, name: str) -> None:
    ran = run("artifact", "show", GOLDEN / f"{name}.full.msgpack", "-f", "json", cwd=tmp_path)

    golden = (GOLDEN / f"{name}.full.json").read_text()
    wanted = list(map(json.loads, golden.splitlines())) if KINDS[name].is_stream else [json.loads(golden)]
    assert list(map(json.loads, ran.stdout.splitlines())) == wanted


@pytest.mark.parametrize("name", KINDS)
def test_an_artifact_is_converted_into_the_other_encoding(tmp_path: Path, name: str) -> None:
    one, other = (GOLDEN / f"{name}.full.{encoding}" for encoding in ("json", "msgpack"))

    printed = run("artifact", "convert", other, cwd=tmp_path)
    written = run("artifact", "convert", one, "-o", "made/out", cwd=tmp_path)

    assert_orderly(printed)
    assert_orderly(written)
    assert (printed.code, printed.stdout.encode()) == (0, one.read_bytes())
    assert written.code == 0
    assert (tmp_path / "made/out").read_bytes() == other.read_bytes()


def test_the_encoding_is_that_of_the_output_or_the_one_asked_for(tmp_path: Path) -> None:
    one = GOLDEN / "diff.full.json"

    for arguments, encoding in (
        (["-o", "a.json"], "json"),
        (["-o", "a.msgpack"], "msgpack"),
        (["-o", "a.json", "--to", "msgpack"], "msgpack"),
    ):
        assert run("artifact", "convert", one, *arguments, cwd=tmp_path).code == 0
        assert read_artifact(str(tmp_path / arguments[1])).encoding == encoding


@pytest.mark.parametrize(
    "arguments",
    [["artifact", "convert", GOLDEN / "diff.full.json"], ["manifest", "-f", "msgpack"]],
    ids=["artifact", "manifest"],
)
def test_message_pack_is_not_written_to_a_terminal(
    make_project: Callable[..., Path], arguments: list[str | Path]
) -> None:
    project = make_project({"db/schema/a.sql": "CREATE TABLE t ();\n"})
    leader, follower = pty.openpty()
    try:
        process = start(*arguments, cwd=project, stdout=follower)
        _, stderr = process.communicate(timeout=60)
    finally:
        os.close(leader)
        os.close(follower)

    assert process.returncode == 2
    assert b"not for a terminal" in (stderr if isinstance(stderr, bytes) else stderr.encode())


def test_what_a_terminal_would_obey_is_escaped(tmp_path: Path) -> None:
    cursor = {"artifact": "incremental_cursor/1", "dataset": "a\x1b[31m\x9b31m"}
    event = ["telemetry_event/1/phase_finished", "0" * 16, "a\x9b31m", 0.0, 0.0]
    for document in (cursor, event):
        (tmp_path / "artifact").write_text(json.dumps(document))

        ran = run("artifact", "show", "artifact", cwd=tmp_path)

        assert_orderly(ran)
        assert ran.code == 0
        assert not {"\x1b", "\x9b"} & set(ran.stdout)


@pytest.mark.parametrize("name", KINDS)
def test_the_schema_of_a_kind_is_printed(tmp_path: Path, name: str) -> None:
    ran = run("artifact", "schema", name, cwd=tmp_path)

    assert (ran.code, ran.stdout) == (0, (GOLDEN / f"{name}.schema.json").read_text())
    assert json.loads(ran.stdout) == json_schema(name)


def test_all_schemas_are_printed_in_one_document(tmp_path: Path) -> None:
    ran = run("artifact", "schema", "--all", cwd=tmp_path)

    assert json.loads(ran.stdout) == all_json_schemas()
    assert list(json.loads(ran.stdout)) == sorted(KINDS)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "ACTION"),
        (["read"], 2, "'read'"),
        (["show"], 2, "FILE"),
        (["show", ""], 2, "empty"),
        (["schema"], 2, "NAME"),
        (["schema", "diff", "--all"], 2, "--all"),
        (["schema", "dif"], 5, "Did you mean 'diff'"),
        (["show", "nothing.json"], 5, "nothing.json"),
        (["show", "."], 5, "cannot be read"),
        (["convert", "text"], 5, "no artifact"),
        (["convert", "other"], 5, "$.changes[0].colour"),
        (["convert", "newer"], 5, "version 2"),
        (["convert", "diff", "-o", "."], 4, "directory"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_mistakes_are_told(tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    diff = json.loads((GOLDEN / "diff.full.json").read_text())
    (tmp_path / "text").write_text("SELECT 1;\n")
    (tmp_path / "diff").write_text(json.dumps(diff))
    (tmp_path / "newer").write_text(json.dumps({**diff, "artifact": "diff/2"}))
    (tmp_path / "other").write_bytes(
        dumps_msgpack({**diff, "changes": [{**diff["changes"][0], "colour": 1}]})
    )

    ran = run("artifact", *arguments, cwd=tmp_path)

    assert_orderly(ran)
    assert (ran.code, ran.stdout) == (code, "")
    assert says in ran.stderr


def test_an_error_is_told_as_json_when_asked(tmp_path: Path) -> None:
    ran = run("artifact", "show", "nothing", "-f", "json", cwd=tmp_path)

    assert ran.code == 5
    assert error_document(ran.stdout)["code"] == "ARTIFACT_001"
