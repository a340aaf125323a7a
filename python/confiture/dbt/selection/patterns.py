"""Shell patterns in the values of selections."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["is_pattern", "pattern_of"]

_WILDCARDS = re.compile(r"[*?\[\]]")


def is_pattern(text: str) -> bool:
    """Whether a text has wildcards."""
    return _WILDCARDS.search(text) is not None


def pattern_of(value: str) -> Callable[[str], bool]:
    """Whether texts match a shell pattern, case counting."""
    if not is_pattern(value):
        return value.__eq__
    matcher = re.compile(translate(value)).match
    return lambda text: matcher(text) is not None
