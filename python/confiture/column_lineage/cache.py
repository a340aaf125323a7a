"""Shapes that are kept between runs: a file for each, named by what it was made of."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from confiture.artifacts import dumps_msgpack, loads_msgpack
from confiture.column_lineage.shapes import Shape
from confiture.exceptions import ArtifactError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ShapeCache", "default_directory", "parser_version"]

#: Goes up whenever another shape is made of the same text.
_VERSION = 2

_DIGEST = 32


def default_directory() -> str:
    """Where shapes are kept if nobody says otherwise: in the user's directory for caches."""
    base = os.environ.get("XDG_CACHE_HOME")
    if not base or not os.path.isabs(base):
        if sys.platform == "win32":
            base = os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
        elif sys.platform == "darwin":
            base = os.path.expanduser("~/Library/Caches")
        else:
            base = os.path.expanduser("~/.cache")
    return os.path.join(base, "confiture", "column-lineage")


@cache
def parser_version() -> str:
    """The version of sqlglot; asking for it does not load it."""
    try:
        return version("sqlglot")
    except PackageNotFoundError:
        return ""


class ShapeCache:
    """A directory with shapes. What is damaged or cannot be read counts as not there.

    Args:
        directory: The directory; it is made when there is something to write.
    """

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def read(self, texts: Iterable[str], dialect: str) -> dict[str, Shape]:
        """The shapes that are there, by text."""
        found = {}
        for text in texts:
            try:
                with open(self._path(text, dialect), "rb") as file:
                    content = file.read()
            except OSError:
                continue
            # A shape that is not whole would be a wrong answer.
            if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
                continue
            with contextlib.suppress(ArtifactError):
                found[text] = loads_msgpack(content[_DIGEST:], Shape)
        return found

    def write(self, shapes: Mapping[str, Shape], dialect: str) -> None:
        """Keep shapes; whoever reads at the same time finds all of one or nothing.

        A directory that cannot be written keeps nothing, and that is no error.
        """
        with contextlib.suppress(OSError, ArtifactError):
            for text, shape in shapes.items():
                path = self._path(text, dialect)
                os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
                packed = dumps_msgpack(shape)
                temporary = f"{path}.{os.getpid()}"
                with open(temporary, "wb") as file:
                    file.write(hashlib.sha256(packed).digest() + packed)
                os.replace(temporary, path)

    def _path(self, text: str, dialect: str) -> str:
        maker = f"{_VERSION}\n{parser_version()}\n{dialect}\n"
        digest = hashlib.sha256((maker + text).encode(errors="surrogatepass"))
        name = digest.hexdigest()
        return os.path.join(self.directory, name[:2], name[2:])
