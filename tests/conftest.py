"""What all tests share: projects to build, and both engines to build them with."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from confiture import _backend
from engines import ENGINES
from postgres import Server, newer_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from confiture._interface import Engine

#: The user that owns nothing.
_NOBODY = 65534

#: What a test may leave set without meaning to.
_AMBIENT = ("CONFITURE_ENGINE", "NO_COLOR", "RAYON_NUM_THREADS", "PYTHONHASHSEED")

# Whoever starts the tests behind a shell's `&` has them ignore interrupts, and so would all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# How long examples take is a matter of the machine.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_report_header() -> str:
    """Which dbt manifests the tests run on."""
    real = os.environ.get("CONFITURE_DBT_DATA")
    return (
        f"dbt manifests: {f'those in {real}, and' if real else 'CONFITURE_DBT_DATA is not set:'} the fixtures"
    )


def pytest_collection_finish() -> None:
    """Look no more for garbage among all the tests that were found: they stay until the end."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let what libraries made be removed in their order: DuckDB's complains of what is left."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _AMBIENT:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Each engine in turn, chosen for everything the test calls and every process it starts."""
    monkeypatch.setenv("CONFITURE_ENGINE", request.param)
    return _backend.load_engine()


@pytest.fixture
def both_engines(monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, Engine]:
    """The native engine and its twin, for tests that compare them."""
    if len(ENGINES) < 2:
        pytest.skip("there is only one engine to compare")
    engines = []
    for name in ("rust", "python"):
        monkeypatch.setenv("CONFITURE_ENGINE", name)
        engines.append(_backend.load_engine())
    monkeypatch.delenv("CONFITURE_ENGINE")
    return engines[0], engines[1]


@pytest.fixture
def ordinary_user() -> Iterator[Path]:
    """A directory of a user whom permissions bind; the test acts as that user."""
    with tempfile.TemporaryDirectory(prefix="confiture-user-") as directory:
        root = Path(directory).resolve()
        if os.geteuid() != 0:
            yield root
            return
        os.chown(root, _NOBODY, _NOBODY)
        os.setegid(_NOBODY)
        os.seteuid(_NOBODY)
        try:
            yield root
        finally:
            os.seteuid(0)
            os.setegid(0)


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Path]:
    """Write a project: ``make_project({"db/schema/a.sql": "SELECT 1;"})`` returns its directory."""

    def make(files: Mapping[str, str | bytes], directory: str = "project") -> Path:
        root = tmp_path / directory
        environment = {"db/environments/local.yaml": "include_dirs: [db/schema]\n"}
        for name, content in {**environment, **files}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return make


@pytest.fixture
def confiture() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own: ``confiture("build", cwd=project)``."""

    def run(
        *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "confiture", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL 18 server for all tests."""
    with newer_server() as started:
        yield started
