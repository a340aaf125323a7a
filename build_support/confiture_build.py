"""The build backend: maturin with a Rust toolchain, a pure Python wheel without one.

``CONFITURE_BUILD`` chooses: ``native``, ``pure``, or ``auto`` (default), which is native when there is a
``cargo`` on the ``PATH`` that runs; that of rustup does not until it has a toolchain. A native build that
fails is an error; it never becomes a pure one.

A source distribution is the same wherever it is built, and either wheel can be built from it.

The hooks are those of PEP 517 and PEP 660.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from typing import Any

_BACKENDS = {"native": "maturin", "pure": "hatchling.build"}
_REQUIREMENTS = {"native": ["maturin>=1.9,<2"], "pure": ["hatchling>=1.27"]}
_EDITABLE_REQUIREMENTS = {"native": [], "pure": ["editables>=0.5"]}


def _kind() -> str:
    wanted = os.environ.get("CONFITURE_BUILD", "auto")
    if wanted in _BACKENDS:
        return wanted
    if wanted != "auto":
        raise SystemExit(f"CONFITURE_BUILD is {wanted!r}; it can be 'native', 'pure' or 'auto'.")
    missing = missing_toolchain()
    if missing is None:
        return "native"
    print(
        f"confiture: {missing}, so this builds the pure Python package. It gives the same results, more "
        "slowly; install Rust and build again for the native engine.",
        file=sys.stderr,
    )
    return "pure"


def missing_toolchain() -> str | None:
    """Why nothing native can be built; None if it can."""
    cargo = shutil.which("cargo")
    if cargo is None:
        return "there is no cargo on the PATH"
    if subprocess.run([cargo, "--version"], capture_output=True, check=False).returncode:
        return f"{cargo} does not run (rustup has no toolchain?)"
    return None


def _hook(name: str, *arguments: Any) -> Any:
    kind = _kind()
    try:
        return getattr(importlib.import_module(_BACKENDS[kind]), name)(*arguments)
    except BaseException:
        if kind == "native":
            print(
                "confiture: the native build failed. Set CONFITURE_BUILD=pure for the pure Python package, "
                "which needs no Rust toolchain.",
                file=sys.stderr,
            )
        raise


def _requirements(_settings: dict[str, Any] | None = None) -> list[str]:
    return _REQUIREMENTS[_kind()]


def get_requires_for_build_editable(_settings: dict[str, Any] | None = None) -> list[str]:
    """What an editable build needs."""
    return _REQUIREMENTS[_kind()] + _EDITABLE_REQUIREMENTS[_kind()]


def get_requires_for_build_sdist(_settings: dict[str, Any] | None = None) -> list[str]:
    """What building a source distribution needs, which is the same with a Rust toolchain and without."""
    return _REQUIREMENTS["pure"]


get_requires_for_build_wheel = _requirements


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel into a directory; returns its file name."""
    return str(_hook("build_wheel", wheel_directory, config_settings, metadata_directory))


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, Any] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build an editable wheel into a directory; returns its file name."""
    return str(_hook("build_editable", wheel_directory, config_settings, metadata_directory))


def build_sdist(sdist_directory: str, config_settings: dict[str, Any] | None = None) -> str:
    """Build a source distribution into a directory; returns its file name."""
    backend = importlib.import_module(_BACKENDS["pure"])
    return str(backend.build_sdist(sdist_directory, config_settings))
