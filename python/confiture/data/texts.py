"""Whether two values are the same, as the texts that warehouses give for them."""

from __future__ import annotations

import json
import math
from decimal import Decimal, InvalidOperation
from typing import Any

__all__ = ["are_equal", "shown"]


def are_equal(old: str | None, new: str | None, family: str, tolerance: float = 0.0) -> bool:
    """Whether two values are the same in their family; NULL is the same as NULL.

    >>> are_equal("1e+20", "1e20", "float"), are_equal("NaN", "nan", "float"), are_equal(None, "", "text")
    (True, True, False)
    >>> are_equal('{"a": 1, "b": [true]}', '{"b":[true],"a":1.0}', "json")
    True
    >>> are_equal("[true]", "[1]", "json")
    False
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
    try:
        value = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=str)
        return json.dumps(value, sort_keys=True)
    except (ValueError, InvalidOperation, RecursionError):
        return text


def _number(text: str) -> Any:
    sign, digits, exponent = Decimal(text).as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    kept = written.rstrip("0")
    if not kept:
        return {"number": "0"}
    # Infinite numbers come as constants and not as digits.
    assert isinstance(exponent, int)
    return {"number": f"{'-' if sign else ''}{kept}e{exponent + len(written) - len(kept)}"}
