"""Files that change between being found and being read, or while they are read."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from confiture.config.environment import DirectoryConfig
from confiture.core.builder import SchemaBuilder
from confiture.exceptions import SchemaError

from .processes import OBEY_PERMISSIONS, assert_permissions_bite, end, start, start_python
from .support import OLD_BUNDLE, OUTPUT, picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._backend import Engine

#: Finds the files of a project, lets something happen to one, and then asks for digest and bundles.
SCRIPT = """
import json, os, shutil, socket, sys
from confiture import _backend
from confiture.config.environment import DirectoryConfig
from confiture.exceptions import ConfiturError

engine = _backend.load_engine()
base, path, output = "db/schema", "db/schema/sub/b.sql", os.path.abspath("db/generated/schema_local.sql")
base_dir = os.path.abspath(base)
paths, *_ = engine.find_sql_files(base_dir, [DirectoryConfig(path=base_dir)])
assert paths == ["a.sql", "sub/b.sql", "z.sql"], paths

os.rename(path, "moved.sql")
happens = sys.argv[1]
if happens == "directory":
    os.mkdir(path)
elif happens == "pipe":
    os.mkfifo(path)
elif happens == "socket":
    os.chdir("db/schema/sub")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("b.sql")
    os.chdir("../../..")
elif happens == "link_to_nothing":
    os.symlink("gone.sql", path)
elif happens == "link_to_a_directory":
    os.symlink("..", path)
elif happens == "endless_device":
    os.symlink("/dev/zero", path)
elif happens == "no_permission":
    os.close(os.open(path, os.O_CREAT, 0))
elif happens == "no_folder":
    shutil.rmtree("db/schema/sub")
elif happens == "file_for_folder":
    shutil.rmtree("db/schema/sub")
    open("db/schema/sub", "w").close()
else:
    assert happens == "nothing", happens

header, separator = ("-- ", " ", chr(10)), (chr(10) + "-- ", chr(10))
calls = {
    "hash": lambda: engine.hash_files(base_dir, paths),
    "build": lambda: engine.build_schema(base_dir, paths, header, separator, fatal=None),
    "write": lambda: engine.write_schema(base_dir, paths, [(output, header, None)], separator, fatal=None),
}
told = {}
for name, call in calls.items():
    try:
        told[name] = repr(call())
    except ConfiturError as error:
        told[name] = {"class": type(error).__name__, "exit_code": error.exit_code, **error.to_dict()}
json.dump(told, sys.stdout)
"""

#: Lets reading without end run out of memory early.
CONFINE = OBEY_PERMISSIONS + "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))"

#: What may happen to a file, and what the error says of it.
CHANGES = {
    "nothing": "",
    "no_folder": "",
    "file_for_folder": "directory",
    "directory": "directory",
    "pipe": "pipe",
    "socket": "",
    "link_to_nothing": "",
    "link_to_a_directory": "directory",
    "endless_device": "device",
    "no_permission": "ermission",
}


@pytest.fixture
def project(make_project: Callable[..., Path]) -> Path:
    return make_project(
        {
            "db/schema/a.sql": "SELECT 1;\n",
            "db/schema/sub/b.sql": "SELECT 2;\n",
            "db/schema/z.sql": "SELECT 3;\n",
            OUTPUT: OLD_BUNDLE,
        }
    )


def _change(project: Path, change: str, engine: str) -> dict[str, Any]:
    ran = end(
        start_python(
            "-c", SCRIPT, change, cwd=project, environment={"CONFITURE_ENGINE": engine}, before=CONFINE
        ),
        timeout=5,
    )
    assert ran.code == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_is_no_longer_there_is_told_and_nothing_is_left(
    project: Path, tmp_path: Path, engine: Engine, change: str
) -> None:
    assert_permissions_bite(tmp_path)

    told = _change(project, change, os.environ["CONFITURE_ENGINE"])

    assert set(told) == {"hash", "build", "write"}
    for error in told.values():
        assert isinstance(error, dict), "a digest or bundle was made of a file that is not there"
        assert (error["class"], error["exit_code"]) == ("SchemaError", 4)
        assert "sub/b.sql" in error["message"]
        assert CHANGES[change] in error["message"]
        assert error["context"]["file"] == str(project / "db/schema/sub/b.sql")
        assert error["resolution_hint"]
    assert (project / OUTPUT).read_bytes() == OLD_BUNDLE
    assert list((project / OUTPUT).parent.iterdir()) == [project / OUTPUT]


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_is_no_longer_there_is_told_alike_by_both_engines(
    make_project: Callable[..., Path], both_engines: object, change: str
) -> None:
    told = []
    for engine in ("rust", "python"):
        project = make_project(
            {"db/schema/a.sql": "", "db/schema/sub/b.sql": "", "db/schema/z.sql": "", OUTPUT: OLD_BUNDLE}
        )
        told.append(_change(project, change, engine))
        subprocess.run(["rm", "-rf", project], check=True)

    assert told[0] == told[1]


def _many(project: Path, number: int = 1500) -> Path:
    """Add many files, so that a build of them can be disturbed."""
    for index in range(number):
        (project / f"db/schema/m{index:05}.sql").write_text(f"SELECT {index};\n")
    return project


def test_a_file_that_vanishes_during_the_build_is_in_the_bundle_or_an_error(
    project: Path, engine: Engine
) -> None:
    last = _many(project) / "db/schema/z.sql"
    output = project / "out.sql"

    def vanish(done: int, total: int) -> None:
        last.unlink(missing_ok=True)

    said = ""
    try:
        SchemaBuilder("local", project).write(output, progress=vanish)
    except SchemaError as error:
        said = error.message

    assert not last.exists()
    if said:
        assert str(last) in said
        assert not output.exists()
    else:
        assert output.read_text().endswith("\nSELECT 3;\n")
    assert {path.name for path in project.iterdir()} <= {"db", "out.sql"}


@pytest.mark.parametrize("raised", [KeyboardInterrupt, RuntimeError])
def test_work_stopped_from_outside_leaves_the_old_output_and_nothing_else(
    project: Path, engine: Engine, raised: type[BaseException]
) -> None:
    _many(project)
    before = picture(project)

    def stop(done: int, total: int) -> None:
        raise raised("enough")

    with pytest.raises(raised, match="enough"):
        SchemaBuilder("local", project).write(project / OUTPUT, progress=stop)

    assert picture(project) == before


def test_digest_and_bundle_tell_of_the_same_bytes_while_a_file_changes(project: Path, engine: Engine) -> None:
    changing = project / "db/schema/sub/b.sql"
    output = project / "out.sql"
    stop = threading.Event()

    def keep_changing() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            new = project / "new"
            new.write_text(f"SELECT {number};\n")
            new.replace(changing)

    writer = threading.Thread(target=keep_changing)
    writer.start()
    try:
        for _ in range(40):
            SchemaBuilder("local", project).write(output)
            bundle = output.read_bytes()
            contents = re.findall(rb"File: (\S+)\n.*\n\n(.*\n)", bundle)
            assert [path for path, _ in contents] == [b"a.sql", b"sub/b.sql", b"z.sql"]
            lines = [b"%s  %s\n" % (_sha256(content), path) for path, content in contents]
            assert b"\n-- Tree Digest: " + _sha256(b"".join(lines)) + b"\n" in bundle
            body = bundle.split(b"\n", 12)[12]
            assert b"\n-- Body SHA-256: " + _sha256(body) + b"\n" in bundle
    finally:
        stop.set()
        writer.join()


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def test_builds_at_the_same_time_leave_one_whole_bundle(project: Path, engine: Engine) -> None:
    _many(project, 300)
    for build in [start("build", cwd=project) for _ in range(4)]:
        ran = end(build)
        assert (ran.code, ran.stderr) == (0, "")

    assert SchemaBuilder("local", project).check(project / OUTPUT)[0]
    assert list((project / OUTPUT).parent.iterdir()) == [project / OUTPUT]


def test_a_tree_that_vanishes_after_the_selection_leaves_the_old_output(
    project: Path, engine: Engine
) -> None:
    base_dir = str(project / "db/schema")
    paths, *_ = engine.find_sql_files(base_dir, [DirectoryConfig(path=base_dir)])
    for path in paths:
        (project / "db/schema" / path).unlink()

    with pytest.raises(SchemaError) as caught:
        engine.write_schema(
            base_dir, paths, [(str(project / OUTPUT), ("", "", ""), None)], ("\n", "\n"), fatal=[]
        )

    assert caught.value.context["file"] == str(project / "db/schema/a.sql")
    assert (project / OUTPUT).read_bytes() == OLD_BUNDLE
    assert list((project / OUTPUT).parent.iterdir()) == [project / OUTPUT]
