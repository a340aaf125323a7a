"""Templates of custom separators: text with ``{file_path}`` in it.

The notation is a part of Python's format strings, with the same meaning; the rest of that notation
(other names, attributes, conversions, format specifications) is refused, so that a template can do
nothing but repeat the path.
"""

from __future__ import annotations

import re

from confiture.config.failures import TEMPLATE_REFUSED, Refusal, refusal

_PLACEHOLDER = "{file_path}"
_BRACES = re.compile(r"\{\{|\}\}|\{file_path\}|[{}]")


def parse_template(text: str) -> list[str]:
    """The pieces of `text` around its placeholders: ``path.join(pieces)`` is the rendered template.

    ``{{`` and ``}}`` stand for a brace; everything else is kept as it is.

    Raises:
        ConfigurationError: ``CONFIG_013``: a brace that is not doubled opens or closes something
            other than ``{file_path}``; or the text holds a NUL, which cannot stand in a bundle.
    """
    nul = text.find("\0")
    if nul >= 0:
        raise _refused(f"there is a NUL at character {nul + 1}", "Remove it: PostgreSQL refuses NUL in SQL.")
    pieces: list[list[str]] = [[]]
    literal_start = 0
    for match in _BRACES.finditer(text):
        pieces[-1].append(text[literal_start : match.start()])
        literal_start = match.end()
        token = match.group()
        if token == _PLACEHOLDER:
            pieces.append([])
        elif len(token) == 2:
            pieces[-1].append(token[0])
        else:
            raise _stray_brace(text, match.start())
    pieces[-1].append(text[literal_start:])
    return ["".join(piece) for piece in pieces]


def _stray_brace(text: str, brace: int) -> Refusal:
    inside, closing, _ = text[brace + 1 :].partition("}")
    if text[brace] == "}":
        reason = f"the '}}' at character {brace + 1} closes nothing"
    elif not closing or "{" in inside:
        reason = f"the '{{' at character {brace + 1} is never closed"
    else:
        reason = f"the placeholder at character {brace + 1} is not {_PLACEHOLDER}"
    return _refused(
        reason, f"Use {_PLACEHOLDER} and no other placeholder; write a plain brace as '{{{{' or '}}}}'."
    )


def _refused(reason: str, hint: str) -> Refusal:
    return refusal(TEMPLATE_REFUSED, (), reason, hint)
