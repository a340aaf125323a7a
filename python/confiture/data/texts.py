"""Whether two values are the same, as the texts that warehouses give for them."""

from __future__ import annotations

import hashlib
import math
import re
from decimal import Decimal

from confiture.artifacts import loads_json
from confiture.exceptions import ArtifactError

__all__ = ["are_equal", "shown"]

#: What JSON consists of but white space, commas and colons; infinite numbers are words of some databases.
_TOKEN = re.compile(
    r'[{}\[\]]|"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,6})?|-?[A-Za-z]+|[^\s,:]', re.DOTALL
)

_INFINITE = ("NaN", "Infinity", "-Infinity")

#: Characters from which on a part of JSON is known by its hash.
_HASHED = 100


def are_equal(old: str | None, new: str | None, family: str, tolerance: float = 0.0) -> bool:
    r"""Whether two values are the same in their family; NULL is the same as NULL.

    >>> are_equal("1e+20", "1e20", "float"), are_equal("NaN", "nan", "float"), are_equal(None, "", "text")
    (True, True, False)
    >>> are_equal('{"a": 1, "b": [true]}', '{"b":[true],"a":1.0}', "json")
    True
    >>> are_equal("[true]", "[1]", "json"), are_equal('{"a": "é"}', r'{"a": "\u00e9"}', "json")
    (False, True)
    """
    if old == new:
        return True
    if old is None or new is None:
        return False
    if family == "float":
        one, other = float(old), float(new)
        if one == other or (math.isnan(one) and math.isnan(other)):
            return True
        return bool(tolerance) and one - tolerance <= other <= one + tolerance
    if family in ("json", "nested"):
        return _normal(old) == _normal(new)
    return False


def shown(text: str | None, family: str) -> str | None:
    """A value as reports have it: floating-point numbers are spelled in one way.

    >>> shown("1e+20", "float"), shown("NaN", "float"), shown("1e+20", "text")
    ('1e+20', 'nan', '1e+20')
    """
    if text is None or family != "float":
        return text
    return repr(float(text) + 0.0)


def _normal(text: str) -> str:
    """JSON in one spelling: keys sorted, numbers by their value; a text that is none as it is."""
    root: list[str] = []
    # What was opened, and what is in it: of an object names and values in turn.
    open_parts: list[tuple[str, list[str]]] = [("", root)]
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in ("{", "["):
            open_parts.append((token, []))
        elif token in ("}", "]"):
            if len(open_parts) == 1:
                return text
            opening, parts = open_parts.pop()
            open_parts[-1][1].append(_closed(opening, parts))
        else:
            open_parts[-1][1].append(_scalar(token))
    return root[0] if len(open_parts) == 1 and len(root) == 1 else text


def _closed(opening: str, parts: list[str]) -> str:
    if opening == "{":
        members = dict(zip(parts[::2], parts[1::2], strict=False))
        parts = [f"{name}:{value}" for name, value in sorted(members.items())]
    written = f"{opening}{','.join(parts)}"
    # What is nested deeply is not copied at each level.
    return written if len(written) <= _HASHED else hashlib.sha256(written.encode()).hexdigest()


def _scalar(token: str) -> str:
    if token[0] == '"':
        return _string(token[1:-1] if "\\" not in token else _unescaped(token))
    if token in _INFINITE:
        # PostgreSQL writes them as strings, DuckDB as words.
        return _string(token)
    if not token[-1].isdecimal():
        return token
    sign, digits, exponent = Decimal(token).as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    assert isinstance(exponent, int)
    return f"{'-' if sign else ''}{kept}e{exponent + len(written) - len(kept)}" if kept else "0"


def _string(text: str) -> str:
    return f'"{len(text)}:{text}'


def _unescaped(token: str) -> str:
    try:
        return loads_json(token, str)
    except ArtifactError:
        # An escape that stands for no character stands for itself.
        return token
