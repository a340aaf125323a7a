"""Writing a document anew, token by token: values, order and the spelling of numbers stay."""

from __future__ import annotations

import json
import re

__all__ = ["write"]

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[ \n\r\t]+|[,:]')
_PLAIN = re.compile(r'"[ !#-\[\]-~]*"')


def write(text: str, layout: str) -> bytes:
    """A text that is known to be JSON as ``"kept"``, ``"dbt"`` or ``"compact"``."""
    if layout == "kept":
        return text.encode()
    if layout not in ("dbt", "compact"):
        raise ValueError(f'unknown layout "{layout}"')
    return _TOKEN.sub(_compact if layout == "compact" else _as_dbt, text).encode()


def _compact(token: re.Match[str]) -> str:
    found = token[0]
    return "" if found.isspace() else found


def _as_dbt(token: re.Match[str]) -> str:
    found = token[0]
    if found in ",:":
        return f"{found} "
    if found.isspace():
        return ""
    return found if _PLAIN.fullmatch(found) else json.dumps(json.loads(found))
