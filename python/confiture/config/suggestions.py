"""The word that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

#: How much of a word must be there to tell it by its start.
_SHORTEST_START = 3


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, or one that starts with it; None if none is near.

    Case and ``-`` for ``_`` do not count.
    """
    from difflib import get_close_matches

    folded = {_folded(candidate): candidate for candidate in sorted(candidates, reverse=True)}
    meant = _folded(word)
    found = get_close_matches(meant, folded, n=1)
    if not found and len(meant) >= _SHORTEST_START:
        found = sorted(candidate for candidate in folded if candidate.startswith(meant))
    return folded[found[0]] if found else None


def did_you_mean(word: str, candidates: Iterable[str], otherwise: str) -> str:
    """A hint: the nearest candidate, if there is one, and then the sentence `otherwise`."""
    near = nearest(word, candidates)
    return f"Did you mean '{near}'? {otherwise}" if near else otherwise


def listed(words: Iterable[str], joint: str = "or", *, at_most: int | None = None) -> str:
    """`words`, which are at least one, as an English enumeration: ``a, b or c``.

    Args:
        words: The words.
        joint: What stands before the last.
        at_most: How many are shown; the others are counted: ``a, b and 3 more``.
    """
    shown = list(words)
    if at_most is not None and len(shown) > at_most:
        shown[at_most:] = [f"{len(shown) - at_most} more"]
    *most, last = shown
    return f"{', '.join(most)} {joint} {last}" if most else last


def _folded(word: str) -> str:
    return word.strip().lower().replace("-", "_")
