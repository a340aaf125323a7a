"""Which wheel is built where."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_BACKEND = Path(__file__).parent.parent / "build_support"

_CARGOS = {
    "none": (None, "hatchling", "no cargo on the PATH"),
    "one that runs": ("#!/bin/sh\necho cargo 1.90.0\n", "maturin", None),
    "one of rustup without a toolchain": ("#!/bin/sh\nexit 1\n", "hatchling", "does not run"),
}


@pytest.mark.parametrize(("cargo", "wanted", "says"), _CARGOS.values(), ids=_CARGOS)
def test_a_native_wheel_is_built_where_there_is_a_cargo_that_runs(
    tmp_path: Path, cargo: str | None, wanted: str, says: str | None
) -> None:
    if cargo is not None:
        (tmp_path / "cargo").write_text(cargo)
        (tmp_path / "cargo").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name != "CONFITURE_BUILD"}

    ran = subprocess.run(
        [sys.executable, "-c", "import confiture_build as b; print(b.get_requires_for_build_wheel())"],
        env={**environment, "PATH": str(tmp_path), "PYTHONPATH": str(_BACKEND)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert wanted in ran.stdout
    assert (says or "") in ran.stderr
    assert (says is None) == (ran.stderr == "")
