"""Paths of findings as code hosts want them."""

from __future__ import annotations

import os

__all__ = ["below_root"]


def below_root(path: str) -> str | None:
    """The path from the root of the checkout, with ``/`` between components; None if it is elsewhere.

    The root is ``GITHUB_WORKSPACE`` where that is set and holds the path, else the current directory.
    """
    for root in (os.environ.get("GITHUB_WORKSPACE"), os.curdir):
        if root:
            try:
                relative = os.path.relpath(path, os.path.realpath(root))
            except OSError:
                # The current directory is gone.
                continue
            if relative != ".." and not relative.startswith("../"):
                return relative
    return None
