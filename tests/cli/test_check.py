"""``confiture build --check``: 0 when what stands there is what would be built, 1 when not."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest

from bad_input.processes import run
from bad_input.support import OUTPUT, assert_orderly, picture
from confiture.core.builder import SchemaBuilder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from confiture._backend import Engine


@pytest.fixture
def built(make_project: Callable[..., Path], engine: Engine) -> Path:
    """A project with its bundle."""
    project = make_project({"db/schema/a.sql": "SELECT 1;\n", "db/schema/b.sql": "SELECT 2;\n"})
    SchemaBuilder("local", project).write(project / OUTPUT)
    return project


def _check(project: Path, *options: str, code: int) -> None:
    """Compare; whatever comes of it, nothing is written."""
    before = picture(project)

    ran = run("build", "--check", *options, cwd=project)

    assert_orderly(ran)
    assert ran.code == code, ran
    assert picture(project) == before


def _tamper(project: Path, change: Callable[[bytes], bytes]) -> None:
    output = project / OUTPUT
    before = output.read_bytes()
    output.write_bytes(change(before))
    assert output.read_bytes() != before


def test_a_fresh_bundle_is_up_to_date(built: Path) -> None:
    _check(built, code=0)


def test_what_was_compared_is_named(built: Path) -> None:
    for code in (0, 1):
        text = run("build", "--check", cwd=built)
        document = run("build", "--check", "-f", "json", cwd=built)

        assert (text.code, document.code) == (code, code)
        assert OUTPUT in text.stdout
        assert json.loads(document.stdout)["ok"] is (code == 0)
        assert str(built / OUTPUT) in document.stdout
        (built / "db/schema/a.sql").write_text("SELECT 3;\n")


def test_a_bundle_of_the_other_engine_is_up_to_date(built: Path, both_engines: object) -> None:
    for name in ("rust", "python"):
        ran = run("build", "--check", cwd=built, environment={"CONFITURE_ENGINE": name})
        assert ran.code == 0


def test_a_bundle_that_is_missing_is_a_finding(built: Path) -> None:
    (built / OUTPUT).unlink()
    _check(built, code=1)


def test_a_folder_that_is_missing_is_a_finding(built: Path) -> None:
    (built / OUTPUT).unlink()
    (built / OUTPUT).parent.rmdir()
    _check(built, code=1)


def test_a_link_to_nothing_is_a_finding(built: Path) -> None:
    (built / OUTPUT).unlink()
    (built / OUTPUT).symlink_to("gone.sql")
    _check(built, code=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "db/schema/a.sql").write_text("SELECT 3;\n"),
        lambda root: (root / "db/schema/a.sql").write_text("SELECT 1;"),
        lambda root: (root / "db/schema/a.sql").write_bytes(b"\xef\xbb\xbfSELECT 1;\n"),
        lambda root: (root / "db/schema/c.sql").write_text(""),
        lambda root: (root / "db/schema/b.sql").unlink(),
        lambda root: (root / "db/schema/a.sql").rename(root / "db/schema/a2.sql"),
    ],
    ids=["content", "last newline", "byte order mark", "new empty file", "file gone", "file renamed"],
)
def test_a_changed_source_is_a_finding(built: Path, change: Callable[[Path], object]) -> None:
    change(built)
    _check(built, code=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda bundle: bundle.replace(b"Environment: local", b"Environment: other"),
        lambda bundle: bundle.replace(b"Files Included: 2", b"Files Included: 3"),
        lambda bundle: re.sub(rb"(Tree Digest: )\w", rb"\1x", bundle),
        lambda bundle: re.sub(rb"(Body SHA-256: )\w", rb"\1x", bundle),
        lambda bundle: bundle.replace(b"DO NOT EDIT", b"DO EDIT"),
        lambda bundle: bundle.replace(b"\n", b"\r\n"),
        lambda bundle: b"\xef\xbb\xbf" + bundle,
        lambda bundle: b"\n" + bundle,
        lambda bundle: bundle.replace(b"SELECT 2;", b"SELECT 9;"),
        lambda bundle: bundle.replace(b"File: b.sql", b"File: x.sql"),
        lambda bundle: bundle + b"\n",
        lambda bundle: bundle + b" ",
        lambda bundle: bundle + b"\0",
        lambda bundle: bundle + b"DROP TABLE customer;\n",
        lambda bundle: bundle[:-1],
        lambda bundle: bundle[: len(bundle) // 2],
        lambda bundle: bundle.splitlines(keepends=True)[0],
        lambda bundle: b"",
        lambda bundle: b"\xff\xfe",
        lambda bundle: b"SELECT 1;\n" * 1_000_000,
    ],
    ids=[
        "environment",
        "number of files",
        "tree digest",
        "body digest",
        "words of the header",
        "carriage returns",
        "byte order mark",
        "line before the header",
        "statement",
        "separator",
        "newline more",
        "space more",
        "nul byte more",
        "statement more",
        "byte less",
        "half",
        "one line",
        "empty",
        "no text",
        "long and no bundle",
    ],
)
def test_a_tampered_bundle_is_a_finding(built: Path, change: Callable[[bytes], bytes]) -> None:
    _tamper(built, change)
    _check(built, code=1)


def test_a_body_tampered_together_with_its_digest_is_a_finding(built: Path) -> None:
    def forge(bundle: bytes) -> bytes:
        head, body = bundle.split(b"\n\n/* ", 1)
        body = b"\n/* " + body.replace(b"SELECT 2;", b"SELECT 9;")
        digest = hashlib.sha256(body).hexdigest().encode()
        return re.sub(rb"(Body SHA-256: )\w+", rb"\1" + digest, head + b"\n") + body

    _tamper(built, forge)
    assert (built / OUTPUT).read_text().count("SELECT 9;") == 1
    _check(built, code=1)


def test_a_bundle_of_other_options_is_a_finding(built: Path) -> None:
    _check(built, "--separator-style", "line_comment", code=1)
    assert run("build", "--separator-style", "line_comment", cwd=built).code == 0
    _check(built, "--separator-style", "line_comment", code=0)
    _check(built, code=1)


def test_a_bundle_of_another_environment_is_a_finding(built: Path) -> None:
    (built / "db/environments/prod.yaml").write_text("include_dirs: [db/schema]\n")
    _check(built, "-e", "prod", "-o", OUTPUT, code=1)


def test_times_and_permissions_are_no_finding(built: Path) -> None:
    for path in built.rglob("*.sql"):
        path.touch()
        path.chmod(0o600)
    _check(built, code=0)


def test_the_parts_of_a_split_are_compared_each(built: Path) -> None:
    assert run("build", "--split", "deploy", cwd=built).code == 0
    _check(built, "--split", "deploy", code=0)
    parts = sorted((built / "deploy").iterdir())
    assert len(parts) == 3
    for part in parts:
        content = part.read_bytes()
        part.write_bytes(content + b"\n")
        _check(built, "--split", "deploy", code=1)
        assert part.name in run("build", "--check", "--split", "deploy", cwd=built).stdout
        part.unlink()
        _check(built, "--split", "deploy", code=1)
        part.write_bytes(content)
    _check(built, "--split", "deploy", code=0)


def test_an_error_is_no_finding(built: Path) -> None:
    (built / "db/schema/a.sql").write_bytes(b"\xff")
    _check(built, code=4)
