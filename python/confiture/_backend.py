"""Choosing the engine: the native module, or its pure Python twin.

``CONFITURE_ENGINE`` can be ``rust``, ``python`` or ``auto`` (default): native where it is installed.
Only its absence leads to the twin. A native module that is there and cannot be loaded is an error, and
so is one of another version; an error of a native function is never retried in Python.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from confiture.exceptions import ConfigurationError

if TYPE_CHECKING:
    from confiture._interface import Engine

__all__ = ["engine_name", "has_native", "load_engine"]

#: Number of the interface in ``_core.pyi`` that this package was written for.
_INTERFACE = 8

_CHOICES = ("auto", "rust", "python")


def engine_name() -> str:
    """The engine in use: ``"rust"`` or ``"python"``.

    Raises:
        ConfigurationError: As `load_engine`.
    """
    wanted = os.environ.get("CONFITURE_ENGINE") or "auto"
    if wanted not in _CHOICES:
        raise ConfigurationError(
            f"CONFITURE_ENGINE is {wanted!r}, which is no engine.",
            error_code="CONFIG_030",
            resolution_hint="Set it to auto, rust or python, or unset it.",
        )
    if wanted == "auto":
        return "rust" if has_native() else "python"
    if wanted == "rust" and not has_native():
        raise ConfigurationError(
            "CONFITURE_ENGINE is 'rust', but the native engine is not installed.",
            error_code="CONFIG_031",
            resolution_hint="Install a platform wheel, or build with cargo on the PATH; "
            "or unset CONFITURE_ENGINE to use the Python engine.",
        )
    return wanted


def load_engine() -> Engine:
    """The engine in use.

    Raises:
        ConfigurationError: ``CONFITURE_ENGINE`` names no engine, or the native one when it is not
            installed; or the native module cannot be loaded or is of another version.
    """
    if engine_name() == "rust":
        from confiture import _core

        return cast("Engine", _core)
    from confiture import _pure

    return cast("Engine", _pure)


def has_native() -> bool:
    """Whether the native module is installed.

    Raises:
        ConfigurationError: It is, but cannot be loaded or is of another version.
    """
    try:
        # Not `from confiture import`, which hides whether the module is missing or broken.
        import confiture._core as native
    except ModuleNotFoundError as error:
        if error.name == "confiture._core":
            return False
        raise
    except ImportError as error:
        raise ConfigurationError(
            f"The native engine cannot be loaded: {error}.",
            error_code="CONFIG_032",
            resolution_hint="Install Confiture again, or set CONFITURE_ENGINE=python.",
        ) from error
    if native.INTERFACE != _INTERFACE:
        raise ConfigurationError(
            f"The native engine has interface {native.INTERFACE}, but this package needs {_INTERFACE}.",
            error_code="CONFIG_033",
            context={"file": str(native.__file__)},
            resolution_hint="Two versions are mixed: install Confiture again, "
            "or set CONFITURE_ENGINE=python.",
        )
    return True
