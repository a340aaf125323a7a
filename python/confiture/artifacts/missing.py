"""Missing is not null: where one becomes the other, it is done here (``docs/artifacts.md``).

Python has None for "there is none" and for "nobody said". In documents the first is null and the second is a
member that is missing, which structs hold as ``msgspec.UNSET``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET, UnsetType

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["missing_if_none", "said"]


def missing_if_none(value: T | None) -> T | UnsetType:
    """From Python's results to documents: what nobody asked for is missing."""
    return UNSET if value is None else value


def said(options: object, names: Iterable[str]) -> dict[str, Any]:
    """From the command line to options: what nobody said is missing.

    Args:
        options: A dict or an object with attributes; what is None, or not there, was not said.
        names: What can be said.
    """
    if isinstance(options, dict):
        found = {name: options.get(name) for name in names}
    else:
        found = {name: getattr(options, name, None) for name in names}
    return {name: value for name, value in found.items() if value is not None}
