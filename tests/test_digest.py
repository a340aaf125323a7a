"""The tree digest is what ``docs/digest.md`` says, and what anyone can compute with coreutils."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import verifier
from confiture.config.environment import BuildConfig, DirectoryConfig, Environment, SeparatorConfig
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "digest-v1.json").read_text(encoding="utf-8")
)["trees"]

every_vector = pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])

HEADER = ("", "", "")


def write_files(directory: Path, files: dict[str, str]) -> str:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
    return str(directory.resolve())


def builder(directory: str | Path, **build: Any) -> SchemaBuilder:
    return SchemaBuilder(
        Environment(name="local", include_dirs=["."], project_dir=str(directory), build=BuildConfig(**build))
    )


@every_vector
def test_the_verifier_agrees_with_the_vectors(vector: dict[str, Any], tmp_path: Path) -> None:
    directory = write_files(tmp_path, vector["files"])
    assert verifier.tree_lines(directory).split("\n")[:-1] == vector["lines"]
    assert verifier.tree_digest(directory) == vector["tree_digest"]


@every_vector
def test_the_engines_agree_with_the_vectors(vector: dict[str, Any], tmp_path: Path, engine: Engine) -> None:
    directory = write_files(tmp_path, vector["files"])
    digest = builder(directory).digest()
    assert digest.lines.split("\n") == [*vector["lines"], ""]
    assert digest.tree_digest == vector["tree_digest"]
    assert digest.files == len(vector["lines"])
    assert builder(directory).compute_hash() == vector["tree_digest"]


@every_vector
def test_builds_give_the_digest_that_hashing_gives(
    vector: dict[str, Any], tmp_path: Path, engine: Engine
) -> None:
    directory = write_files(tmp_path, vector["files"])
    paths = engine.find_sql_files(directory, [DirectoryConfig(path=directory)])[0]
    _, written = engine.build_schema(directory, paths, HEADER, ["\n", "\n"], fatal=None)
    assert written[:2] == engine.hash_files(directory, paths)
    assert written[0] == vector["tree_digest"]


def test_there_are_vectors_and_no_two_alike() -> None:
    assert len(VECTORS) >= 12
    assert len({vector["tree_digest"] for vector in VECTORS}) == len(VECTORS)


PROJECT = {
    "db/schema/a/z.sql": "SELECT 1;\n",
    "db/schema/a!b.sql": "SELECT 2;",
    "db/schema/a.sql": "\ufeffSELECT 'é';\r\n",
    "db/schema/leer zeichen/it's *.sql": "",
    "db/schema/10_x.sql": "SELECT 10;\n",
    "db/schema/9_x.sql": "SELECT 9;\n",
    "db/schema/-n.sql": "SELECT '-';\n",
    "db/schema/日本/seed_é.sql": "INSERT INTO t VALUES (1);\n",
}


@pytest.mark.parametrize("sort_mode", ["alphabetical", "hex"])
def test_sha256sum_computes_the_digest(
    engine: Engine,
    make_project: Callable[..., Path],
    confiture: Callable[..., subprocess.CompletedProcess[str]],
    sort_mode: str,
) -> None:
    settings = f"include_dirs: [db/schema]\nbuild: {{sort_mode: {sort_mode}}}\n"
    project = make_project({**PROJECT, "db/environments/local.yaml": settings})
    listed = confiture("hash", "--files", cwd=project)
    digest = confiture("hash", cwd=project)
    assert (listed.returncode, listed.stderr, digest.returncode) == (0, "", 0)

    summed = subprocess.run(["sha256sum"], input=listed.stdout.encode(), capture_output=True, check=True)
    assert summed.stdout.decode() == f"{digest.stdout.strip()}  -\n"

    paths = [line[66:] for line in listed.stdout.splitlines()]
    assert len(paths) == len(PROJECT)
    for locale in ("C", "C.UTF-8"):
        printed = subprocess.run(
            ["sha256sum", "--", *paths],
            cwd=project / "db/schema",
            env={**os.environ, "LC_ALL": locale},
            capture_output=True,
            check=True,
        )
        assert printed.stdout.decode() == listed.stdout
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet"],
        input=listed.stdout.encode(),
        cwd=project / "db/schema",
        capture_output=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


def test_the_digest_can_be_checked_from_the_command_line(
    engine: Engine,
    make_project: Callable[..., Path],
    confiture: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    project = make_project(PROJECT)
    digest = confiture("hash", cwd=project).stdout.strip()
    assert digest == verifier.tree_digest(str(project / "db/schema"))
    assert confiture("hash", "--check", digest, cwd=project).returncode == 0
    (project / "db/schema/a.sql").write_text("SELECT 'changed';\n")
    assert confiture("hash", "--check", digest, cwd=project).returncode == 1


def test_the_lines_are_listed_as_json_whatever_the_names(
    engine: Engine,
    make_project: Callable[..., Path],
    confiture: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    names = ["a  b.sql", "a\u2028b.sql", "a\u0085b.sql", "a\x0bb.sql", "a\x1cb.sql", "  .sql"]
    project = make_project({f"db/schema/{name}": "" for name in names})
    result = confiture("hash", "--files", "--format", "json", cwd=project)
    assert (result.returncode, result.stderr) == (0, "")
    empty = hashlib.sha256(b"").hexdigest()
    assert json.loads(result.stdout)["digests"] == [{"path": name, "sha256": empty} for name in sorted(names)]


# What the digest covers.


def test_the_digest_does_not_depend_on_how_the_build_is_deployed(
    engine: Engine, make_project: Callable[..., Path], tmp_path: Path
) -> None:
    project = make_project(PROJECT)
    environment = Environment.load("local", project)
    plain = SchemaBuilder(environment)
    expected = plain.compute_hash()
    other = Environment(
        name="prod",
        project_dir=str(project),
        include_dirs=["db/schema"],
        superuser_dirs=["db/schema/a"],
        build=BuildConfig(separators=SeparatorConfig(style="line_comment")),
    )
    assert SchemaBuilder(other).compute_hash() == expected
    assert SchemaBuilder(other).write(tmp_path / "other.sql").tree_digest == expected
    assert SchemaBuilder(other).build_split(tmp_path / "split").tree_digest == expected
    assert plain.build_text()[1].tree_digest == expected


def test_with_schema_only_the_digest_covers_the_files_that_are_left(
    engine: Engine, make_project: Callable[..., Path]
) -> None:
    project = make_project(PROJECT)
    report = SchemaBuilder("local", project).build_text(schema_only=True)[1]
    (project / "db/schema/日本/seed_é.sql").unlink()
    assert report.tree_digest == verifier.tree_digest(str(project / "db/schema"))


def test_every_byte_and_every_path_counts(engine: Engine, tmp_path: Path) -> None:
    def digest(files: dict[str, bytes]) -> str:
        directory = tmp_path / str(len(list(tmp_path.iterdir())))
        for name, content in files.items():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_bytes(content)
        return builder(directory).compute_hash()

    trees = [
        {"a.sql": b"x"},
        {"a.sql": b"x\n"},
        {"a.sql": b"x\r\n"},
        {"a.sql": b"\xef\xbb\xbfx"},
        {"a.sql": b"\xff\x00"},
        {"a.sql": b""},
        {"b.sql": b"x"},
        {"a.sql": b"x", "b.sql": b""},
        {"a/a.sql": b"x", "b.sql": b""},
        {"a/b/a.sql": b"x", "b.sql": b""},
    ]
    digests = [digest(files) for files in trees]
    assert len(set(digests)) == len(trees)
    assert [digest(files) for files in trees] == digests


def test_hashing_reads_what_building_would_refuse(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"\xff\x00 '")
    digest = builder(tmp_path).digest()
    assert digest.lines == f"{hashlib.sha256(bytes([255, 0, 32, 39])).hexdigest()}  a.sql\n"
    with pytest.raises(SchemaError, match="not valid UTF-8"):
        builder(tmp_path).build()


@pytest.mark.parametrize("name", ["a\nb.sql", "a\rb.sql", "a\\b.sql", os.fsdecode(b"a\xff.sql")])
def test_paths_that_sha256sum_would_escape_are_refused(engine: Engine, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(SchemaError) as caught:
        builder(tmp_path).compute_hash()
    assert caught.value.error_code == "SCHEMA_008"


@pytest.mark.parametrize("above", ["new\nline", "back\\slash", os.fsdecode(b"\xff\n")])
def test_the_path_of_the_base_directory_does_not_count(engine: Engine, tmp_path: Path, above: str) -> None:
    directory = tmp_path / above
    directory.mkdir()
    (directory / "a.sql").write_bytes(b"SELECT 1;\n")
    assert builder(directory).compute_hash() == VECTORS[0]["tree_digest"]


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_files_around_the_size_of_a_buffer_are_hashed_whole(
    engine: Engine, tmp_path: Path, size: int
) -> None:
    content = bytes(range(33, 126)) * (size // 93 + 1)
    (tmp_path / "a.sql").write_bytes(content[:size])
    assert builder(tmp_path).digest().lines == f"{hashlib.sha256(content[:size]).hexdigest()}  a.sql\n"
