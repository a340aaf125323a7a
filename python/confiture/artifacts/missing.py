"""Missing is not null: where one becomes the other, it is done here (``docs/artifacts.md``).

Python has None for "there is none" and for "nobody said". In documents the first is null and the second is a
member that is missing, which structs hold as ``msgspec.UNSET``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET, UnsetType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["missing_if_none", "none_if_missing", "said"]


def missing_if_none(value: T | None) -> T | UnsetType:
    """From Python's results to documents: what nobody asked for is missing."""
    return UNSET if value is None else value


def none_if_missing(value: T | UnsetType) -> T | None:
    """From documents to Python's arguments: what is missing is None."""
    return None if isinstance(value, UnsetType) else value


def said(options: object) -> Mapping[str, Any]:
    """From the command line to options: what nobody said is missing.

    Args:
        options: An object with attributes; those that are None were not said.
    """
    return {name: value for name, value in vars(options).items() if value is not None}
