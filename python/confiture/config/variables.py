"""``${NAME}`` in a value: replaced by the environment variable NAME.

A name is ``[A-Za-z_][A-Za-z0-9_]*``. There are no defaults, no nesting and no escape: ``$`` without a
``{`` after it means itself, also in ``$$``. What a variable holds is not expanded again.
"""

from __future__ import annotations

import os

from confiture.config.failures import REFERENCE_MALFORMED, VARIABLE_UNSET, KeyPath, Refusal, refusal


def expand(text: str, path: KeyPath) -> str:
    """`text` with its references replaced.

    Args:
        text: The value as written.
        path: The key it stands under, for the error.

    Raises:
        Refusal: A variable is not set (``CONFIG_014``), or a ``${`` opens no reference
            (``CONFIG_015``). The text itself is not shown: it may hold a password.
    """
    start, *rest = text.split("${")
    pieces = [start]
    for at, piece in enumerate(rest, 1):
        name, brace, after = piece.partition("}")
        if not (brace and name.isascii() and name.isidentifier()):
            raise _malformed(name, bool(brace), at == len(rest), path)
        value = os.environ.get(name)
        if value is None:
            raise refusal(
                VARIABLE_UNSET,
                path,
                f"the environment variable {name} is not set",
                f"Set {name}, or write the value into the file.",
            )
        pieces += (value, after)
    return "".join(pieces)


def _malformed(inside: str, is_closed: bool, is_last: bool, path: KeyPath) -> Refusal:
    if not is_closed and not is_last:
        reason = "a '${' stands inside another one"
    elif not is_closed:
        reason = "a '${' has no '}' after it"
    elif not inside:
        reason = "'${}' names no variable"
    elif any(operator in inside for operator in ":-+?=#%/"):
        reason = "a '${...}' holds more than a name: defaults and other shell operators are not supported"
    else:
        reason = "a '${...}' holds no variable name"
    return refusal(
        REFERENCE_MALFORMED,
        path,
        reason,
        "Write ${NAME} with letters, digits and '_', not starting with a digit.",
    )
