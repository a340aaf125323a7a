"""`SchemaBuilder` writes whole bundles or nothing, from bytes that it reads once."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import bundles
from bundles import Source
from confiture.config.environment import BuildConfig, Environment, SeparatorConfig
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import ConfigurationError, SchemaError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture._interface import Engine

    MakeProject = Callable[..., Path]

#: In build order, with the bundle of a split build that each belongs to.
SPLIT = {
    "00_roles/a.sql": 0,
    "00_roles/post/b.sql": 2,
    "00_roles/z.sql": 0,
    "00_roles2/c.sql": 1,
    "10_tables/d.sql": 1,
    "10_tables/seed_e.sql": 1,
    "90_grants/f.sql": 2,
}
NAMES = ["schema_made_superuser_pre.sql", "schema_made_app.sql", "schema_made_superuser_post.sql"]


def split_builder(project: Path, **settings: object) -> SchemaBuilder:
    values = {
        "include_dirs": ["db/schema"],
        "superuser_dirs": ["db/schema/00_roles"],
        "superuser_post_dirs": ["db/schema/90_grants", "db/schema/00_roles/post"],
        **settings,
    }
    return SchemaBuilder(Environment(name="made", project_dir=str(project), **values))  # type: ignore[arg-type]


@pytest.fixture
def project(make_project: MakeProject) -> Path:
    return make_project({f"db/schema/{path}": f"SELECT '{path}';\n" for path in SPLIT})


def sources(project: Path) -> list[Source]:
    return [Source(path, (project / "db/schema" / path).read_bytes()) for path in SPLIT]


# Split builds.


def test_a_split_build_shares_the_files_out(engine: Engine, project: Path, tmp_path: Path) -> None:
    output = tmp_path / "deploy" / "here"
    report = split_builder(project).build_split(output)
    every = sources(project)
    reports = (report.superuser_pre, report.app, report.superuser_post)
    assert sorted(path.name for path in output.iterdir()) == sorted(NAMES)
    for phase, (name, bundle) in enumerate(zip(NAMES, reports, strict=True)):
        own = [source for source in every if SPLIT[source.path] == phase]
        assert (output / name).read_bytes() == bundles.bundle_of("made", own, every)
        assert (bundle.output, bundle.files) == (str(output.resolve() / name), len(own))
        assert bundle.source_bytes == sum(len(content) for _, content in own)
        assert bundle.bundle_bytes == (output / name).stat().st_size
    assert report.tree_digest == split_builder(project).compute_hash() == bundles.tree_digest(every)


def test_post_outweighs_pre_for_the_same_directory(engine: Engine, project: Path, tmp_path: Path) -> None:
    same = {"superuser_dirs": ["db/schema/00_roles"], "superuser_post_dirs": ["db/schema/00_roles"]}
    report = split_builder(project, **same).build_split(tmp_path / "out")
    assert (report.superuser_pre.files, report.app.files, report.superuser_post.files) == (0, 4, 3)


def test_without_superuser_directories_all_is_the_application(
    engine: Engine, project: Path, tmp_path: Path
) -> None:
    builder = split_builder(project, superuser_dirs=[], superuser_post_dirs=[])
    report = builder.build_split(tmp_path / "out")
    assert (report.superuser_pre.files, report.app.files, report.superuser_post.files) == (0, 7, 0)
    assert (tmp_path / "out" / NAMES[0]).read_bytes() == bundles.bundle_of("made", [], sources(project))
    assert (tmp_path / "out" / NAMES[1]).read_bytes() == builder.build().encode()


@pytest.mark.parametrize("key", ["superuser_dirs", "superuser_post_dirs"])
@pytest.mark.parametrize("directory", ["db/schema/none", "db/schema/90_grants/f.sql", "db/environments"])
def test_a_phase_must_have_to_do_with_what_is_built(
    engine: Engine, project: Path, tmp_path: Path, key: str, directory: str
) -> None:
    builder = split_builder(project, **{key: [directory]})
    with pytest.raises(ConfigurationError) as caught:
        builder.build_split(tmp_path / "out")
    assert caught.value.error_code == "CONFIG_037"


def test_a_split_build_can_leave_seeds_out(engine: Engine, project: Path, tmp_path: Path) -> None:
    report = split_builder(project).build_split(tmp_path / "out", schema_only=True)
    left = [source for source in sources(project) if "seed" not in source.path]
    assert report.app.files == 2
    assert report.tree_digest == bundles.tree_digest(left)


def test_an_error_in_one_part_leaves_all_three_bundles(engine: Engine, project: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    builder = split_builder(project)
    builder.build_split(output)
    before = {path.name: path.read_bytes() for path in output.iterdir()}
    (project / "db/schema/00_roles/a.sql").write_bytes(b"SELECT 'changed';\n")
    (project / "db/schema/90_grants/f.sql").write_bytes(b"\xff")
    with pytest.raises(SchemaError):
        builder.build_split(output)
    assert {path.name: path.read_bytes() for path in output.iterdir()} == before


def test_the_first_error_is_that_of_the_first_part(engine: Engine, project: Path, tmp_path: Path) -> None:
    for path, phase in SPLIT.items():
        if phase != 0:
            (project / "db/schema" / path).write_bytes(b"\xff")
    with pytest.raises(SchemaError) as caught:
        split_builder(project).build_split(tmp_path / "out")
    assert caught.value.context["file"] == str((project / "db/schema/00_roles2/c.sql").resolve())


def test_what_is_open_is_listed_in_build_order_and_not_by_part(
    engine: Engine, project: Path, tmp_path: Path
) -> None:
    for path in SPLIT:
        (project / "db/schema" / path).write_bytes(b"'")
    with pytest.raises(SchemaError) as caught:
        split_builder(project).build_split(tmp_path / "out")
    directory = (project / "db/schema").resolve()
    named = [line.split(":")[0] for line in caught.value.message.splitlines()]
    assert named == [str(directory / path) for path in SPLIT]
    assert list((tmp_path / "out").iterdir()) == []


# Checking without writing.


def test_a_check_tells_whether_the_output_is_what_would_be_built(
    engine: Engine, project: Path, tmp_path: Path
) -> None:
    builder, output = split_builder(project), tmp_path / "out.sql"
    assert builder.check(output)[0] is False
    assert not output.exists()
    written = builder.write(output)
    is_current, report = builder.check(output)
    assert (is_current, report.bundle, report.tree_digest) == (True, written.bundle, written.tree_digest)
    bundle = output.read_bytes()
    for changed in (bundle + b"\n", bundle[:-1], b"", bundle.replace(b"made", b"mode"), bundle[:200]):
        output.write_bytes(changed)
        assert builder.check(output)[0] is False
        assert output.read_bytes() == changed
    output.write_bytes(bundle)
    assert builder.check(output)[0] is True
    (project / "db/schema/90_grants/f.sql").write_bytes(b"SELECT 'changed';\n")
    assert builder.check(output)[0] is False


def test_a_check_notices_a_file_that_only_changed_its_mark(
    engine: Engine, project: Path, tmp_path: Path
) -> None:
    builder, path = split_builder(project), project / "db/schema/00_roles/a.sql"
    before = builder.write(tmp_path / "out.sql")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    is_current, report = builder.check(tmp_path / "out.sql")
    assert report.bundle.body_sha256 == before.bundle.body_sha256
    assert not is_current


def test_a_split_check_looks_at_all_three_bundles(engine: Engine, project: Path, tmp_path: Path) -> None:
    builder, output = split_builder(project), tmp_path / "out"
    assert builder.check_split(output)[0] is False
    assert not output.exists()
    builder.build_split(output)
    assert builder.check_split(output)[0] is True
    for name in NAMES:
        bundle = (output / name).read_bytes()
        (output / name).write_bytes(bundle + b" ")
        assert builder.check_split(output)[0] is False
        (output / name).write_bytes(bundle)
    assert builder.check_split(output)[0] is True


# Progress.

Calls = list[tuple[int, int]]


def runs(builder: SchemaBuilder, output: Path) -> dict[str, Callable[[Callable[[int, int], object]], object]]:
    return {
        "digest": lambda progress: builder.digest(progress=progress),
        "build": lambda progress: builder.build(progress=progress),
        "build to a file": lambda progress: builder.build(output / "bundle.sql", progress=progress),
        "write": lambda progress: builder.write(output / "bundle.sql", progress=progress),
        "build_split": lambda progress: builder.build_split(output, progress=progress),
    }


@pytest.fixture(scope="module", params=[1, 4_500])
def crowd(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[SchemaBuilder, int]:
    """A project of so many files."""
    project = tmp_path_factory.mktemp("crowd")
    for index in range(request.param):
        folder = project / "schema" / f"{index // 500:02}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{index:05}.sql").write_bytes(b"SELECT 1;\n")
    settings = {"include_dirs": ["schema"], "superuser_dirs": ["schema/00"], "superuser_post_dirs": []}
    return split_builder(project, **settings), request.param


def test_progress_rises_to_the_number_of_files(
    engine: Engine, crowd: tuple[SchemaBuilder, int], tmp_path: Path
) -> None:
    builder, files = crowd
    for name, run in runs(builder, tmp_path / "out").items():
        calls: Calls = []
        run(lambda done, total, calls=calls: calls.append((done, total)))  # type: ignore[misc]
        assert calls[-1] == (files, files), name
        assert {total for _, total in calls} == {files}, name
        done = [count for count, _ in calls]
        assert done == sorted(done), name
        assert done[0] >= 0, name
        assert len(calls) > 1 or files == 1, name


@pytest.mark.parametrize("failure", [RuntimeError("enough"), KeyboardInterrupt()], ids=repr)
def test_what_progress_raises_stops_the_work_and_nothing_is_left(
    engine: Engine, crowd: tuple[SchemaBuilder, int], tmp_path: Path, failure: BaseException
) -> None:
    builder, files = crowd
    output = tmp_path / "out"
    output.mkdir()
    for name in ("bundle.sql", *NAMES):
        (output / name).write_text("the old one")
    for name, run in runs(builder, output).items():
        for stop in range(2 if files > 1 else 1):
            left = stop

            def stopping(done: int, total: int) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise failure

            with pytest.raises(type(failure)) as caught:
                run(stopping)
            assert caught.value is failure
            assert left == -1, f"{name} went on"
            assert {path.name: path.read_text() for path in output.iterdir()} == dict.fromkeys(
                ("bundle.sql", *NAMES), "the old one"
            )


def test_what_progress_returns_does_not_matter(engine: Engine, project: Path) -> None:
    builder = split_builder(project)
    assert builder.build(progress=lambda *_: False) == builder.build(progress=lambda *_: object())


# Reading once.

_OPENED = """
import collections, json, os, sys
from confiture.core.builder import SchemaBuilder

builder = SchemaBuilder("local", sys.argv[1])
directory = os.path.realpath(sys.argv[1] + "/db/schema")
opened = collections.Counter()

def note(event, arguments):
    if event == "open" and str(arguments[0]).startswith(directory):
        opened[os.path.relpath(arguments[0], directory)] += 1

sys.addaudithook(note)
counts = []
for run in (
    lambda: builder.build(),
    lambda: builder.write(sys.argv[1] + "/out/bundle.sql"),
    lambda: builder.build_split(sys.argv[1] + "/out"),
    lambda: builder.check(sys.argv[1] + "/out/bundle.sql"),
    lambda: builder.digest(),
    lambda: builder.selection_report(),
):
    opened.clear()
    run()
    counts.append(dict(opened))
print(json.dumps(counts))
"""


def test_the_python_engine_opens_each_file_once(project: Path) -> None:
    (project / "db/schema/large.sql").write_bytes(b"SELECT 1;\n" * 1_000_000)
    result = subprocess.run(
        [sys.executable, "-c", _OPENED, str(project)],
        env={**os.environ, "CONFITURE_ENGINE": "python"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    *reading, looking = json.loads(result.stdout)
    assert reading == [dict.fromkeys([*SPLIT, "large.sql"], 1)] * 5
    assert looking == {}


_REWRITING = """
import itertools, os, sys

directory = sys.argv[1]
large = b"SELECT 1;\\n" * 900_000
for number in itertools.count():
    for name in ("small.sql", "other/small.sql"):
        with open(directory + "/new", "wb") as file:
            file.write(b"SELECT %d;\\n" % number * (number % 50))
        os.replace(directory + "/new", f"{directory}/{name}")
    with open(directory + "/in_place.sql", "r+b") as file:
        file.write(b"SELECT %d;\\n" % number)
        file.truncate()
    with open(directory + "/large.sql", "r+b") as file:
        for part in range(0, len(large), 1 << 18):
            file.seek(part)
            file.write(b"%09d\\n" % number)
"""
_BOUNDARY = "-- boundary of "


@contextmanager
def rewriting(directory: Path) -> Iterator[None]:
    """A process that changes files all the time."""
    process = subprocess.Popen([sys.executable, "-c", _REWRITING, str(directory)])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def test_a_bundle_holds_the_bytes_that_its_digest_covers_while_files_change(
    engine: Engine, make_project: MakeProject, tmp_path: Path
) -> None:
    names = ["in_place.sql", "large.sql", "other/small.sql", "small.sql"]
    project = make_project(dict.fromkeys((f"db/schema/{name}" for name in names), ""))
    (project / "db/schema/large.sql").write_bytes(b"SELECT 1;\n" * 900_000)
    directory = str((project / "db/schema").resolve())
    header = ("", "\n", "\n")
    output = str(tmp_path / "bundle.sql")
    digests: set[str] = set()
    deadline = time.monotonic() + 30
    with rewriting(project / "db/schema"):
        while len(digests) < 15 and time.monotonic() < deadline:
            digest, lines, *_ = engine.write_schema(
                directory, names, [(output, header, None)], [f"\n{_BOUNDARY}", "\n"], fatal=None
            )
            digests.add(digest)
            parts = Path(output).read_bytes().split(f"\n{_BOUNDARY}".encode())[1:]
            for line, part in zip(lines.splitlines(), parts, strict=True):
                path, _, content = part.partition(b"\n")
                # A file that was caught without its last newline has got one in the bundle.
                possible = {hashlib.sha256(text).hexdigest() for text in (content, content[:-1])}
                assert line[66:] == path.decode()
                assert line[:64] in possible
            assert digest == hashlib.sha256(lines.encode()).hexdigest()
    assert len(digests) == 15


def test_a_path_that_opens_a_quote_in_its_separator_is_refused_before_anything_is_written(
    engine: Engine, project: Path, tmp_path: Path
) -> None:
    (project / "db/schema/it's.sql").write_bytes(b"SELECT 1;\n")
    build = BuildConfig(separators=SeparatorConfig(style="custom", custom_template="SELECT '{file_path}';"))
    with pytest.raises(SchemaError) as caught:
        split_builder(project, build=build).write(tmp_path / "out" / "bundle.sql")
    assert caught.value.error_code == "SCHEMA_013"
    assert not (tmp_path / "out").exists()


def test_an_included_path_that_ends_its_separators_comment_is_refused(engine: Engine, project: Path) -> None:
    included = project / "db/other/a*/b.sql"
    included.parent.mkdir(parents=True)
    included.write_bytes(b"SELECT 1;\n")
    (project / "db/schema/z.sql").write_bytes(b"\\i 'db/other/a*/b.sql'\n")
    with pytest.raises(SchemaError) as caught:
        split_builder(project).build()
    assert caught.value.error_code == "SCHEMA_013"
    build = BuildConfig(separators=SeparatorConfig(style="line_comment"))
    assert "other/a*/b.sql" in split_builder(project, build=build).build()
