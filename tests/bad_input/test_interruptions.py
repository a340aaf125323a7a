"""A build that is killed or stopped at any moment leaves the old bundle or the new one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .processes import PACKAGE, Ran, end, run, start
from .support import OLD_BUNDLE, OUTPUT, assert_orderly, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture._backend import Engine

#: Large enough for the writing to take a while: 12 MB.
_FILES = 120
_CONTENT = b"SELECT 'some text that takes its time';\n" * 2_500


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large").resolve()
    for folder in ("db/environments", "db/schema", "db/generated"):
        (root / folder).mkdir(parents=True)
    # The whole of db: what a killed build leaves behind must not be taken for a source file.
    (root / "db/environments/local.yaml").write_text("include_dirs: [db]\n")
    (root / "db/environments/split.yaml").write_text("include_dirs: [db/schema]\n")
    for index in range(_FILES):
        (root / f"db/schema/{index:04}.sql").write_bytes(_CONTENT)
    return root


@pytest.fixture
def project(large: Path) -> Iterator[Path]:
    """The large project with an old bundle, and with nothing else in the bundle's folder."""
    output = large / OUTPUT
    output.write_bytes(OLD_BUNDLE)
    yield large
    for path in output.parent.iterdir():
        path.unlink()


def _start(project: Path, *options: str) -> subprocess.Popen[bytes]:
    return start("build", *options, cwd=project)


def _wait_for_writing(build: subprocess.Popen[bytes], folder: Path, before: int = 1) -> None:
    """Return as soon as something new stands in the folder of the output, or the build has ended."""
    while build.poll() is None and len(list(folder.iterdir())) == before:
        time.sleep(0.0005)


def _stop_while_writing(project: Path, by: signal.Signals, *options: str) -> Ran:
    """Send the signal while the build stands still in the middle of its writing."""
    folder = (project / OUTPUT).parent
    for _ in range(5):
        before = picture(folder)
        build = _start(project, *options)
        _wait_for_writing(build, folder, len(before))
        build.send_signal(signal.SIGSTOP)
        time.sleep(0.01)
        now = picture(folder)
        if len(now) > len(before) and before.items() <= now.items():
            build.send_signal(by)
            build.send_signal(signal.SIGCONT)
            return end(build)
        build.send_signal(signal.SIGCONT)
        end(build)
        for path in before:
            Path(os.fsdecode(path)).write_bytes(OLD_BUNDLE)
    pytest.fail("the build was always quicker")


def _assert_old(folder: Path, *names: str) -> None:
    """In the folder stand these old bundles and nothing else."""
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == dict.fromkeys(names, OLD_BUNDLE)


def test_a_kill_at_any_moment_leaves_the_old_bundle_or_the_new_one(project: Path, engine: Engine) -> None:
    output = project / OUTPUT
    assert run("build", cwd=project).code == 0
    new = output.read_bytes()
    digest = run("hash", cwd=project)
    seen = []

    for number in range(15):
        for path in output.parent.iterdir():
            path.unlink()
        output.write_bytes(OLD_BUNDLE)
        build = _start(project)
        _wait_for_writing(build, output.parent)
        time.sleep(number * 0.006)
        build.kill()
        end(build)
        seen.append(output.read_bytes())
        assert seen[-1] in (OLD_BUNDLE, new)

        if number % 5 == 0:
            # What the killed build left behind is no input of the next one, and not in its way.
            assert run("hash", cwd=project) == digest
            assert run("build", cwd=project).code == 0
            assert output.read_bytes() == new

    assert OLD_BUNDLE in seen


def test_an_interrupt_ends_the_build_with_130_and_leaves_nothing(project: Path, engine: Engine) -> None:
    ran = _stop_while_writing(project, signal.SIGINT)

    assert ran.code == 130
    assert_orderly(ran)
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) <= 1
    _assert_old(project / "db/generated", OUTPUT.rpartition("/")[2])


#: Says how far the build is each time that the engine does, and stands still after the first time.
_ANNOUNCING = """
import os, signal, sys
from confiture.cli import progress

class Announcing(progress.SlowProgress):
    is_first = True

    def __call__(self, done, total):
        os.write({descriptor}, b"%d %d\\n" % (done, total))
        if self.is_first:
            self.is_first = False
            os.kill(os.getpid(), signal.SIGSTOP)

progress.SlowProgress = Announcing
from confiture.__main__ import run
run()
"""


def test_an_interrupt_is_heard_before_all_is_written(
    make_project: Callable[..., Path], engine: Engine
) -> None:
    """Not only at the end: a build that takes minutes must be stoppable."""
    files: dict[str, str | bytes] = {f"db/schema/{number:04}.sql": "SELECT 1;\n" for number in range(2_000)}
    project = make_project({**files, OUTPUT: OLD_BUNDLE})
    reading, writing = os.pipe()
    build = subprocess.Popen(
        [sys.executable, "-c", _ANNOUNCING.format(descriptor=writing), "build"],
        cwd=project,
        env={**os.environ, **PACKAGE},
        pass_fds=[writing],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(writing)
    _, status = os.waitpid(build.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)

    build.send_signal(signal.SIGINT)
    build.send_signal(signal.SIGCONT)
    ran = end(build)

    with os.fdopen(reading, "rb") as announced:
        ((done, total),) = (map(int, line.split()) for line in announced)
    assert 0 < done < total == len(files)
    assert ran.code == 130
    _assert_old(project / "db/generated", OUTPUT.rpartition("/")[2])


def test_a_termination_leaves_the_old_bundle(project: Path, engine: Engine) -> None:
    ran = _stop_while_writing(project, signal.SIGTERM)

    assert ran.code in (-signal.SIGTERM, 128 + signal.SIGTERM)
    assert "Traceback" not in ran.stderr
    assert (project / OUTPUT).read_bytes() == OLD_BUNDLE


def test_an_interrupt_of_a_split_leaves_all_three_old_bundles(project: Path, engine: Engine) -> None:
    folder = project / "db/generated"
    names = [f"schema_split_{part}.sql" for part in ("superuser_pre", "app", "superuser_post")]
    for name in names:
        (folder / name).write_bytes(OLD_BUNDLE)

    ran = _stop_while_writing(project, signal.SIGINT, "-e", "split", "--split", "db/generated")

    assert ran.code == 130
    assert_orderly(ran)
    _assert_old(folder, OUTPUT.rpartition("/")[2], *names)


#: Does what a signal does that comes while a module is imported.
_INTERRUPTED_IMPORT = """
import sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            raise KeyboardInterrupt

for name in [name for name in sys.modules if name in ("datetime", "_datetime", "signal")]:
    del sys.modules[name]
sys.meta_path.insert(0, Interrupting())
from confiture.__main__ import run
run()
"""

_INTERRUPTED_END = """
import atexit, os, signal
for number in (signal.SIGINT, signal.SIGTERM):
    atexit.register(os.kill, os.getpid(), number)
from confiture.__main__ import run
run()
"""


def _run_program(program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=cwd,
        env={**os.environ, **PACKAGE},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "module", ["signal", "confiture.cli.main", "confiture.cli.build", "_datetime", "yaml"]
)
def test_an_interrupt_while_modules_are_loaded_ends_the_command_with_130(
    project: Path, engine: Engine, module: str
) -> None:
    ran = _run_program(_INTERRUPTED_IMPORT.format(module=module), "build", cwd=project)

    assert ran.returncode == 130
    assert "Traceback" not in ran.stderr
    _assert_old(project / "db/generated", OUTPUT.rpartition("/")[2])


def test_a_signal_that_comes_when_all_is_done_changes_nothing(project: Path, engine: Engine) -> None:
    ran = _run_program(_INTERRUPTED_END, "hash", cwd=project)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout) == 65
