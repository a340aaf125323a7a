"""Directories for servers, which run as another user where the tests run as root."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["open_directory"]


@contextmanager
def open_directory() -> Iterator[str]:
    """A temporary directory that every user may use; those of pytest are its user's alone."""
    with tempfile.TemporaryDirectory(prefix="confiture-test-", ignore_cleanup_errors=True) as directory:
        os.chmod(directory, 0o777)
        yield directory
