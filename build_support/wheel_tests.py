"""Runs the tests against a built wheel, in a fresh environment of the Python that runs this.

``python build_support/wheel_tests.py ENGINE DIRECTORY [PYTEST ARGUMENTS]`` installs the wheel of the
directory that has the engine, ``rust`` (the platform's) or ``python`` (the pure one), and runs the tests on
that engine. Distributions are checked by other targets, and dbt's plugin needs an environment of dbt's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_LEFT_OUT = ("tests/test_packaging.py", "tests/manifests/test_plugin.py")


def wheel_for(engine: str, directory: Path) -> Path:
    """The wheel of a directory that has an engine.

    Raises:
        SystemExit: There is none, or more than one.
    """
    pure = engine == "python"
    found = [
        path for path in sorted(directory.glob("*.whl")) if path.name.endswith("-py3-none-any.whl") == pure
    ]
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise SystemExit(
            f"One wheel with the engine {engine} is needed in {directory}, and there is: {names}."
        )
    return found[0]


def main(engine: str, directory: str, *arguments: str) -> int:
    """Run the tests; returns how pytest ends."""
    wheel = wheel_for(engine, Path(directory))
    with tempfile.TemporaryDirectory(prefix="confiture-wheel-") as temporary:
        venv.create(temporary, with_pip=True)
        python = str(Path(temporary, "Scripts" if os.name == "nt" else "bin", "python"))
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
        subprocess.run([*pip, "--group", "test", str(wheel)], cwd=ROOT, check=True)
        environment = {**os.environ, "CONFITURE_TEST_ENGINES": engine}
        environment.pop("PYTHONPATH", None)
        left_out = [f"--ignore={name}" for name in _LEFT_OUT]
        command = [python, "-m", "pytest", "--numprocesses=auto", "--dist=worksteal", *left_out, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
