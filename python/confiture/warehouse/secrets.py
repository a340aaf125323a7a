"""What nobody may see of a URL or a profile, taken out of what programs tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from confiture._failures import without_passwords

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Secrets", "is_secret"]

_SECRET = re.compile(r"pass(word|wd|phrase)?$|token|secret|private_?key|credential|api_?key", re.IGNORECASE)

#: A setting and its value, as drivers repeat them; behind a slash stands the user of a URL.
_ASSIGNED = re.compile(
    r"(?P<name>(?<![\w/])\w*(?:password|passwd|passphrase|token|secret)\w*[\"']?\s*[=:]\s*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&)}'\"]+)",
    re.IGNORECASE,
)


def is_secret(name: str) -> bool:
    """Whether the value of a setting of this name is for nobody's eyes.

    >>> is_secret("motherduck_token"), is_secret("sslpassword"), is_secret("host")
    (True, True, False)
    """
    return _SECRET.search(name) is not None


class Secrets:
    """Texts that are starred out of whatever is said: as they are, quoted, and as URLs encode them.

    Args:
        texts: The secrets.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        spelt = {
            spelling
            for text in texts
            if text
            for spelling in (
                text,
                quote(text, safe=""),
                quote(text),
                quote_plus(text),
                text.replace("'", "''"),
                text.replace("\\", "\\\\").replace("'", "\\'"),
                repr(text)[1:-1],
            )
        }
        # One that is a part of another must not cut it in two.
        self._spelt = sorted(spelt, key=lambda one: (-len(one), one))

    def __repr__(self) -> str:
        return "Secrets(***)"

    def hidden_in(self, text: str) -> str:
        """The text without the secrets.

        >>> Secrets(["p@ss"]).hidden_in("refused for p@ss at x://u:p%40ss@h/d")
        'refused for *** at x://u:***@h/d'
        """
        for spelling in self._spelt:
            text = text.replace(spelling, "***")
        return without_passwords(_ASSIGNED.sub(r"\g<name>***", text))
