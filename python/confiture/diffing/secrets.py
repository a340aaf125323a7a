"""Passwords in definitions, which are compared and not shown."""

from __future__ import annotations

import re

__all__ = ["without_secrets"]

#: Kinds of objects whose options or connections may hold passwords.
_KINDS = frozenset(("user_mapping", "foreign_server", "subscription", "foreign_data_wrapper"))
_LITERAL = r"(?:(?<!\w)[eE]'(?:[^'\\]|\\.|'')*'|(?:[uU]&)?'(?:[^']|'')*')"
_OPTION = re.compile(
    rf"(?P<name>\b\w*(?:password|passwd|secret|token)(?!_required)\w*\"?)\s+{_LITERAL}",
    re.IGNORECASE | re.DOTALL,
)
_CONNECTION = re.compile(rf"(?P<name>\bconnection)\s+(?P<value>{_LITERAL})", re.IGNORECASE | re.DOTALL)
#: What a connection string without a password has none of.
_TELLING = re.compile(r"password|secret|://|\\", re.IGNORECASE)


def without_secrets(kind: str, text: str | None) -> str | None:
    """A text of an object's definition, with passwords starred out.

    Args:
        kind: The kind of the object, as of an `Identity`.
        text: The text, or None.
    """
    if text is None or kind not in _KINDS:
        return text
    text = _CONNECTION.sub(
        lambda match: f"{match['name']} '***'" if _TELLING.search(match["value"]) else match[0], text
    )
    return _OPTION.sub(r"\g<name> '***'", text)
