"""Paths that a pattern of ``path:`` leads to, told from a manifest alone.

dbt asks the file system of the project. The manifest names every file that resources come from, and a
directory that holds none of them selects nothing, so the answers are the same.
"""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["KnownPaths", "parts_of"]


def parts_of(path: str) -> tuple[str, ...]:
    """The components of a relative path, as ``pathlib`` has them; Windows writes backslashes."""
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


class KnownPaths:
    """The files of a project and the directories above them.

    Args:
        files: The files.
    """

    def __init__(self, files: Iterable[str]) -> None:
        self._paths: set[tuple[str, ...]] = set()
        self._directories: set[tuple[str, ...]] = {()}
        for file in set(files):
            parts = parts_of(file)
            self._paths.add(parts)
            self._directories.update(parts[:length] for length in range(len(parts)))
        self._paths |= self._directories

    def matching(self, pattern: str) -> set[tuple[str, ...]]:
        """The files and directories that a pattern leads to, each as its components.

        As ``pathlib`` has it since Python 3.11, one that ends with a slash leads to directories alone.
        """
        wanted = parts_of(pattern)
        among = self._directories if pattern.endswith(("/", "**")) else self._paths
        if not any(character in pattern for character in "*?["):
            return {wanted} & among
        matchers = [None if part == "**" else re.compile(translate(part)) for part in wanted]
        return {path for path in among if _fits(path, matchers)}


def _fits(path: tuple[str, ...], matchers: list[re.Pattern[str] | None]) -> bool:
    """Whether a path is matched component by component; ``**`` stands for any number of them."""
    reachable = {0}
    for part in (*path, None):
        # What "**" stands for may be nothing.
        for position in sorted(reachable):
            while position < len(matchers) and matchers[position] is None:
                position += 1
                reachable.add(position)
        if part is None:
            break
        following = set()
        for position in reachable:
            if position < len(matchers):
                matcher = matchers[position]
                if matcher is None:
                    following.add(position)
                elif matcher.match(part):
                    following.add(position + 1)
        reachable = following
    return len(matchers) in reachable
