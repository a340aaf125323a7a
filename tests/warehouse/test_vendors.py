"""The tests with the vendors' own libraries, in the environment that ``make vendors`` makes for them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]

#: Where the environment is.
_ENVIRONMENT = Path(os.environ.get("CONFITURE_VENDORS_ENVIRONMENT", _ROOT / ".cache" / "vendors"))


def test_the_vendors_own_dialects_and_drivers_take_what_they_are_given() -> None:
    python = _ENVIRONMENT / "bin" / "python"
    if not python.exists():
        pytest.fail(f"There are no libraries of vendors in {_ENVIRONMENT}: 'make vendors' installs them.")
    tests = sorted((_ROOT / "tests" / "vendors").glob("[!_]*.py"))
    assert len(tests) == 2
    # The fixtures of the other tests need what is not installed there.
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "--noconftest", "-p", "no:cacheprovider", *tests],
        cwd=_ROOT,
        env={
            **os.environ,
            "CONFITURE_ENGINE": "python",
            "PYTHONPATH": os.pathsep.join([str(_ROOT / "python"), str(_ROOT / "tests")]),
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
