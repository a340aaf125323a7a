"""The order of the files of a build; ``docs/selection.md`` specifies it."""

from __future__ import annotations

from collections.abc import Callable

_DECIMAL_DIGITS = frozenset("0123456789")
_HEXADECIMAL_DIGITS = frozenset("0123456789abcdefABCDEF")

#: One component of a path: numbered before unnumbered, then its number, then its text.
_HexKey = tuple[bool, int, str]


def alphabetical_key(path: str) -> str:
    """Sort key of a relative path: its components as UTF-8 bytes."""
    # Code points sort like their UTF-8 bytes, and NUL sorts before every character of a component.
    return path.replace("/", "\0")


def _hex_component(component: str) -> _HexKey:
    prefix, underscore, _ = component.partition("_")
    digits = set(prefix)
    if underscore and digits <= _HEXADECIMAL_DIGITS and digits & _DECIMAL_DIGITS:
        # Prefixes of decimal digits only compare alike in base 10 and in base 16.
        return (False, int(prefix, 16), component)
    return (True, 0, component)


def hex_key(path: str) -> tuple[_HexKey, ...]:
    """Sort key of a relative path whose components may start with a hexadecimal number and ``_``."""
    return tuple(map(_hex_component, path.split("/")))


def path_key(sort_mode: str) -> Callable[[str], str] | Callable[[str], tuple[_HexKey, ...]]:
    """The function that makes a relative path's sort key.

    Args:
        sort_mode: ``"alphabetical"`` or ``"hex"``.

    Raises:
        ValueError: `sort_mode` is something else.
    """
    if sort_mode == "alphabetical":
        return alphabetical_key
    if sort_mode == "hex":
        return hex_key
    raise ValueError(f"sort_mode is 'alphabetical' or 'hex', not {sort_mode!r}")
