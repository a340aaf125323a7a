"""Confiture makes a PostgreSQL schema tree one reproducible, hashed bundle.

Importing the package imports nothing else: a command pays only for what it uses.
"""

from __future__ import annotations

__all__ = ["__version__"]

__version__: str


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version

        return version("confiture")
    raise AttributeError(f"module 'confiture' has no attribute {name!r}")
