"""Two builds of one tree are the same bytes, whatever is around them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bundles
from bundles import Source
from confiture.core.builder import SchemaBuilder
from engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Engine

#: In build order.
SOURCES = [
    Source("00_common/1_types.sql", b"CREATE TYPE mood AS ENUM ('sad', 'ok');\n"),
    Source("00_common/2_domains.sql", b"\xef\xbb\xbfCREATE DOMAIN d AS text;\r\n"),
    Source("10_tables/a b.sql", b'CREATE TABLE "a b" (i int)'),
    Source("10_tables/a.sql", "COMMENT ON TABLE \"a b\" IS 'Größe ✓ 😀';\n".encode()),
    Source("10_tables/b.sql", b""),
    Source("20_seeds/é.sql", b"COPY t FROM stdin;\n1\t'\n\\.\n"),
    Source("zz.sql", b"SELECT $$it's$$;\n\n\n"),
]
EXPECTED = bundles.bundle_of("local", SOURCES)

ENVIRONMENTS = [
    {"LC_ALL": "C"},
    {"LC_ALL": "POSIX", "LANG": "", "LC_CTYPE": ""},
    {"LC_ALL": "C.UTF-8"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "ascii:replace", "LC_ALL": "C"},
    {"TZ": "Asia/Kolkata", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "0"},
    {"TZ": "Pacific/Apia", "PYTHONHASHSEED": "1", "PYTHONOPTIMIZE": "2"},
    {"RAYON_NUM_THREADS": "1"},
    {"RAYON_NUM_THREADS": "2"},
    {"RAYON_NUM_THREADS": "7"},
    {"HOME": "/nonexistent", "USER": "", "HOSTNAME": "other", "COLUMNS": "20", "TERM": "dumb"},
]


def confiture(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line, and take its output as it is."""
    return subprocess.run(
        [sys.executable, "-m", "confiture", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project({f"db/schema/{path}": content for path, content in SOURCES})


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_builds_do_not_depend_on_the_process(
    engine: Engine, project: Path, environment: dict[str, str]
) -> None:
    built = confiture("build", cwd=project, **environment)
    assert built.returncode == 0, built.stderr
    assert (project / "db/generated/schema_local.sql").read_bytes() == EXPECTED


@pytest.mark.parametrize("environment", ENVIRONMENTS[:6], ids=str)
def test_the_standard_output_has_the_same_bytes(
    engine: Engine, project: Path, environment: dict[str, str]
) -> None:
    built = confiture("build", "--stdout", cwd=project, **environment)
    assert (built.returncode, built.stderr) == (0, b"")
    assert built.stdout == EXPECTED


@pytest.mark.parametrize("environment", ENVIRONMENTS[:6], ids=str)
def test_the_lines_of_the_digest_have_the_same_bytes(
    engine: Engine, project: Path, environment: dict[str, str]
) -> None:
    listed = confiture("hash", "--files", cwd=project, **environment)
    assert (listed.stdout, listed.stderr) == (bundles.digest_lines(SOURCES).encode(), b"")


def test_the_file_the_text_and_the_standard_output_are_the_same(
    engine: Engine, project: Path, tmp_path: Path
) -> None:
    builder = SchemaBuilder("local", project)
    text = builder.build()
    assert text.encode() == EXPECTED
    assert builder.build(tmp_path / "out.sql") == text
    assert (tmp_path / "out.sql").read_bytes() == EXPECTED
    assert confiture("build", "--stdout", cwd=project).stdout == EXPECTED


def test_the_header_holds_digests_that_coreutils_confirm(engine: Engine, project: Path) -> None:
    output = project / "out.sql"
    report = SchemaBuilder("local", project).write(output)
    parts = bundles.take_apart(output.read_bytes())
    summed = subprocess.run(
        f"tail -n +13 '{output}' | sha256sum", shell=True, capture_output=True, check=True, text=True
    )
    assert summed.stdout.split()[0] == parts.body_sha256 == report.bundle.body_sha256
    assert parts.tree_digest == report.tree_digest == bundles.tree_digest(SOURCES)
    assert (parts.files, parts.environment) == (len(SOURCES), "local")


def test_a_second_build_changes_nothing(engine: Engine, project: Path) -> None:
    output = project / "db/generated/schema_local.sql"
    contents = []
    for _ in range(2):
        assert confiture("build", cwd=project).returncode == 0
        contents.append(output.read_bytes())
    assert contents == [EXPECTED, EXPECTED]
    assert confiture("build", "--check", cwd=project).returncode == 0
    assert [path.name for path in output.parent.iterdir()] == [output.name]


def test_the_project_may_be_named_in_any_way(engine: Engine, project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(project)
    (project / "inside").mkdir()
    ways = [
        (project, ["--project-dir", "."]),
        (project, ["--project-dir", str(project)]),
        (elsewhere, ["--project-dir", str(project)]),
        (elsewhere, ["--project-dir", f"../{project.name}"]),
        (elsewhere, ["--project-dir", f"../{project.name}/"]),
        (elsewhere, ["--project-dir", f".././elsewhere/../{project.name}"]),
        (elsewhere, ["--project-dir", "../link"]),
        (tmp_path / "link", []),
        (project / "inside", ["--project-dir", ".."]),
    ]
    for directory, options in ways:
        built = confiture("build", "--stdout", *options, cwd=directory, PWD=str(directory))
        assert built.stdout == EXPECTED, (directory, options, built.stderr)


def test_the_directories_may_be_written_in_any_way(engine: Engine, project: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(project / "db/schema")
    ways = [
        "db/schema",
        "./db/schema/",
        "db/../db/schema",
        str(project / "db/schema"),
        str(tmp_path / "linked"),
        "../linked",
    ]
    for way in ways:
        (project / "db/environments/local.yaml").write_text(f"include_dirs: ['{way}']\n")
        built = confiture("build", "--stdout", cwd=project)
        assert built.stdout == EXPECTED, (way, built.stderr)


def test_the_tree_may_have_been_made_in_any_order(engine: Engine, make_project: Callable[..., Path]) -> None:
    for index in range(3):
        turned = SOURCES[index:] + SOURCES[:index]
        project = make_project({f"db/schema/{path}": content for path, content in turned[::-1]}, f"p{index}")
        assert confiture("build", "--stdout", cwd=project).stdout == EXPECTED


def test_a_copy_with_other_times_and_permissions_gives_the_same(
    engine: Engine, project: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(project, copy)
    for index, path in enumerate(sorted(copy.rglob("*.sql"))):
        path.chmod(0o400 + index)
        os.utime(path, (index, index))
    assert confiture("build", "--stdout", cwd=copy).stdout == EXPECTED


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_umask_decides_on_permissions_and_on_no_byte(engine: Engine, project: Path, mask: int) -> None:
    output = project / "out.sql"
    before = os.umask(mask)
    try:
        SchemaBuilder("local", project).write(output)
    finally:
        os.umask(before)
    assert output.read_bytes() == EXPECTED
    assert output.stat().st_mode & 0o777 == 0o666 & ~mask


def test_both_engines_build_the_same(project: Path) -> None:
    for name in ENGINES:
        assert confiture("build", "--stdout", cwd=project, CONFITURE_ENGINE=name).stdout == EXPECTED


# Processes and threads.

_FORKED = """
import multiprocessing, os, sys, warnings
warnings.simplefilter("ignore")
from confiture.core.builder import SchemaBuilder

def digest_and_text(project):
    builder = SchemaBuilder("local", project)
    return builder.compute_hash(), builder.build()

project = sys.argv[1]
here = digest_and_text(project)
context = multiprocessing.get_context("fork")
with context.Pool(3) as pool:
    there = pool.map_async(digest_and_text, [project] * 6).get(timeout=45)
assert there == [here] * 6
child = os.fork()
if child == 0:
    grandchild = os.fork()
    if grandchild == 0:
        os._exit(digest_and_text(project) != here)
    os._exit(os.waitpid(grandchild, 0)[1] != 0 or digest_and_text(project) != here)
assert os.waitpid(child, 0)[1] == 0
assert digest_and_text(project) == here
print(here[0])
"""


@pytest.mark.parametrize("threads", ["", "1", "2"])
def test_a_forked_process_can_build_after_its_parent_did(engine: Engine, project: Path, threads: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", _FORKED, str(project)],
        env={**os.environ, "RAYON_NUM_THREADS": threads or "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.stdout, result.stderr) == (f"{bundles.tree_digest(SOURCES)}\n", "")


def test_threads_can_build_at_once(engine: Engine, project: Path, tmp_path: Path) -> None:
    builder = SchemaBuilder("local", project)
    outputs = [tmp_path / f"out-{index}.sql" for index in range(4)]
    results: list[object] = []
    start = threading.Barrier(8)

    def build(output: Path | None) -> None:
        start.wait()
        for _ in range(5):
            results.append(builder.build().encode() == EXPECTED)
            results.append(builder.compute_hash() == bundles.tree_digest(SOURCES))
            results.append(builder.build(output).encode() == EXPECTED)

    threads = [threading.Thread(target=build, args=(output,), daemon=True) for output in [*outputs, *outputs]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [True] * (8 * 5 * 3)
    assert [output.read_bytes() == EXPECTED for output in outputs] == [True] * 4


def test_processes_can_write_one_output_at_once(engine: Engine, project: Path) -> None:
    command = [sys.executable, "-m", "confiture", "build", "-o", "out.sql"]
    processes = [subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    assert (project / "out.sql").read_bytes() == EXPECTED
