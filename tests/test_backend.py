"""Choosing the engine."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import confiture
from confiture import _backend
from confiture.exceptions import ConfigurationError
from engines import ENGINES

PACKAGE = Path(confiture.__file__).parent


def python_with(package: Path, statement: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a statement where ``confiture`` is this copy of the package."""
    return subprocess.run(
        [sys.executable, "-c", statement],
        env={"PYTHONPATH": str(package.parent), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def pure_copy(tmp_path: Path) -> Path:
    """The package without its native module."""
    copy = tmp_path / "confiture"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    return copy


SAY_ENGINE = "from confiture._backend import engine_name; print(engine_name())"


def test_without_a_native_module_the_twin_is_used(pure_copy: Path) -> None:
    assert python_with(pure_copy, SAY_ENGINE).stdout == "python\n"


def test_a_native_module_that_cannot_be_loaded_is_an_error(pure_copy: Path) -> None:
    (pure_copy / "_core.abi3.so").write_bytes(b"not a library")
    process = python_with(pure_copy, SAY_ENGINE)
    assert "CONFITURE_ENGINE=python" in process.stderr
    assert "ConfigurationError" in process.stderr
    assert python_with(pure_copy, SAY_ENGINE, CONFITURE_ENGINE="python").stdout == "python\n"


def test_a_native_module_that_misses_another_module_is_no_reason_for_the_twin(pure_copy: Path) -> None:
    (pure_copy / "_core.py").write_text("import a_module_that_is_not_there\n")
    process = python_with(pure_copy, SAY_ENGINE)
    assert process.stdout == ""
    assert "a_module_that_is_not_there" in process.stderr


def test_a_native_module_of_another_version_is_refused(pure_copy: Path) -> None:
    (pure_copy / "_core.py").write_text("INTERFACE = 0\n")
    process = python_with(pure_copy, SAY_ENGINE)
    assert "needs" in process.stderr
    assert "Hint:" in process.stderr


def test_an_unknown_engine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFITURE_ENGINE", "rsut")
    with pytest.raises(ConfigurationError, match="'rsut'") as caught:
        _backend.load_engine()
    assert caught.value.exit_code == 5


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_can_be_forced(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CONFITURE_ENGINE", name)
    assert _backend.engine_name() == name


def test_both_engines_have_the_package_interface() -> None:
    from confiture import _pure

    assert _pure.INTERFACE == _backend._INTERFACE
    assert _backend.has_native() == ("rust" in ENGINES)


def test_hash_imports_neither_rich_nor_the_other_engine() -> None:
    statement = (
        "import sys, tempfile, os; from confiture.cli.main import main\n"
        "os.chdir(tempfile.mkdtemp()); main(['init', '.']); main(['hash'])\n"
        "unwanted = {'rich', 'shtab', 'json', 'pathlib', 'dataclasses', 'confiture.cli.build'}\n"
        "unwanted |= {'confiture._pure'} if 'confiture._core' in sys.modules else set()\n"
        "print(sorted(unwanted & set(sys.modules) - {'tempfile'}))"
    )
    process = python_with(PACKAGE, statement)
    assert process.stdout.splitlines()[-1] == "[]", process.stderr
