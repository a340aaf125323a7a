"""``confiture hash``: the tree digest, verifiable with coreutils."""

from __future__ import annotations

import hashlib
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import assert_orderly, error_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine

FILES = {
    "db/schema/b/a.sql": b"SELECT 'caf\xe9'; -- not UTF-8\r\n",
    "db/schema/b.sql": b"\xef\xbb\xbfSELECT 1;",
    "db/schema/b-c.sql": b"",
    "db/schema/seeds/s.sql": b"\0",
}
ORDER = ["b/a.sql", "b-c.sql", "b.sql", "seeds/s.sql"]


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project(FILES)


def _lines() -> str:
    return "".join(f"{hashlib.sha256(FILES[f'db/schema/{path}']).hexdigest()}  {path}\n" for path in ORDER)


def _digest() -> str:
    return hashlib.sha256(_lines().encode()).hexdigest()


def test_the_digest_is_that_of_the_lines_and_bytes_are_hashed_as_they_are(
    project: Path, engine: Engine
) -> None:
    assert run("hash", cwd=project) == (0, f"{_digest()}\n", "")
    assert run("hash", "--files", cwd=project) == (0, _lines(), "")


def test_coreutils_print_the_same_lines(project: Path, engine: Engine) -> None:
    printed = subprocess.run(
        ["sha256sum", *ORDER], cwd=project / "db/schema", capture_output=True, text=True, check=True
    )
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet"],
        cwd=project / "db/schema",
        input=run("hash", "--files", cwd=project).stdout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert printed.stdout == _lines()
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_documents_say_the_same(project: Path, engine: Engine) -> None:
    document = json.loads(run("hash", "-f", "json", cwd=project).stdout)
    assert document["ok"] is True
    assert document["tree_digest"] == _digest()

    document = json.loads(run("hash", "--files", "--format", "json", cwd=project).stdout)
    assert document["tree_digest"] == _digest()
    lines = "".join(f"{entry['sha256']}  {entry['path']}\n" for entry in document["digests"])
    assert lines == _lines()


@pytest.mark.parametrize("change", [str, str.upper, str.title, lambda digest: f" {digest}\n"])
def test_the_right_digest_is_accepted_however_it_is_written(
    project: Path, engine: Engine, change: Callable[[str], str]
) -> None:
    for form in ((), ("-f", "json")):
        ran = run("hash", "--check", change(_digest()), *form, cwd=project)

        assert_orderly(ran)
        assert ran.code == 0
        if form:
            assert json.loads(ran.stdout)["ok"] is True


def test_another_digest_is_a_finding(project: Path, engine: Engine) -> None:
    other = "0" * 64
    text = run("hash", "--check", other, cwd=project)
    document = run("hash", "--check", other, "-f", "json", cwd=project)

    for ran in (text, document):
        assert_orderly(ran)
        assert ran.code == 1
    assert _digest() in text.stdout + text.stderr
    assert json.loads(document.stdout)["ok"] is False
    assert json.loads(document.stdout)["tree_digest"] == _digest()


def test_any_change_of_a_file_or_path_is_a_finding(project: Path, engine: Engine) -> None:
    path = project / "db/schema/b.sql"
    path.write_bytes(path.read_bytes() + b"\n")
    assert run("hash", "--check", _digest(), cwd=project).code == 1
    path.write_bytes(FILES["db/schema/b.sql"])
    assert run("hash", "--check", _digest(), cwd=project).code == 0
    path.rename(project / "db/schema/c.sql")
    assert run("hash", "--check", _digest(), cwd=project).code == 1


def test_a_digest_with_a_list_prints_the_list_and_compares(project: Path, engine: Engine) -> None:
    ran = run("hash", "--files", "--check", "0" * 64, cwd=project)

    assert_orderly(ran)
    assert ran.code in (1, 2)


def test_separators_and_split_change_nothing(make_project: Callable[..., Path], engine: Engine) -> None:
    environment = (
        "include_dirs: [db/schema]\nsuperuser_dirs: [db/schema/b]\n"
        "build: {separators: {style: custom, custom_template: '-- {file_path}'}}\n"
    )
    project = make_project({**FILES, "db/environments/other.yaml": environment})

    assert run("hash", "-e", "other", cwd=project) == run("hash", cwd=project)


def test_the_project_may_lie_elsewhere(tmp_path: Path, project: Path, engine: Engine) -> None:
    assert run("hash", "--project-dir", "project", cwd=tmp_path) == run("hash", cwd=project)


def test_a_wrong_digest_is_told_in_json_when_asked(project: Path, engine: Engine) -> None:
    ran = run("hash", "--check", "0x12", "-f", "json", cwd=project)

    assert ran.code == 2
    assert "--check" in error_document(ran.stdout)["message"]
