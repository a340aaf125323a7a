"""Where in a document a value stands that does not fit.

The decoder says ``$.files[...].path`` and leaves out which of the files it is. That is found by trying: the
first items of the list that do not fit are halved until one is left, so the time grows with the document's
size times the logarithm of the list's length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["exact_path"]

_STEP = re.compile(r"\.(?P<name>[^.\[\]]+)|\[(?P<index>\d+)\]|(?P<any>\[\.\.\.\])")


def exact_path(document: Any, path: str, refusal: Callable[[Any], str | None]) -> str:
    """The path with the indices and keys that it leaves out.

    Args:
        document: The document in plain lists and dicts; it is changed on the way and not afterwards.
        path: The path, ``$`` with steps as in ``$.files[...].path``.
        refusal: What the decoder says of a document: the path at which it does not fit, None if it does.

    Returns:
        The path; as it was given, as far as the document does not have such steps.
    """

    def is_refused() -> bool:
        # A list of another length is refused as such or for its items, as the decoder goes about it.
        other = refusal(document)
        return other is not None and (path.startswith(other) or other.startswith(path))

    found = "$"
    # What holds the value that was reached, so that it can be replaced for a trial.
    holder: Any = [document]
    key: Any = 0
    for step in _STEP.finditer(path):
        value = holder[key]
        if step["any"] is None:
            following: Any = step["name"] if step["name"] is not None else int(step["index"])
            if not _has(value, following):
                return path
        elif isinstance(value, (list, dict)) and value:
            following = _first_refused(holder, key, is_refused)
            if following is None:
                return path
        else:
            return path
        is_key = step["any"] is not None and isinstance(value, dict)
        found += f"[{following!r}]" if is_key else step[0] if step["any"] is None else f"[{following}]"
        holder, key = value, following
    return found


def _has(value: Any, key: Any) -> bool:
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


def _first_refused(holder: Any, key: Any, is_refused: Callable[[], bool]) -> Any:
    """The index or key of the first item of ``holder[key]`` that is refused."""
    whole = holder[key]
    keys = list(whole) if isinstance(whole, dict) else range(len(whole))
    low, high = 0, len(keys)
    try:
        while high - low > 1:
            middle = (low + high) // 2
            tried = keys[low:middle]
            holder[key] = (
                {name: whole[name] for name in tried}
                if isinstance(whole, dict)
                else [whole[index] for index in tried]
            )
            low, high = (low, middle) if is_refused() else (middle, high)
        # The half that is left was not tried itself, if all others fit.
        holder[key] = {keys[low]: whole[keys[low]]} if isinstance(whole, dict) else [whole[keys[low]]]
        return keys[low] if is_refused() else None
    finally:
        holder[key] = whole
