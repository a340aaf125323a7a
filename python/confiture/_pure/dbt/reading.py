"""JSON as Python objects: strict, with every key of an object once.

msgspec reads most documents. It refuses some that are accepted: with ``NaN``, with unpaired surrogates, with
floats that are infinite; those are read with ``json``, which is slower. What msgspec accepts, it reads as
``json`` does, except that it keeps the last of several equal keys and has no limit to a float's length.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from confiture._pure.dbt.scanning import LONGEST_NUMBER

__all__ = ["Doubtful", "parsed"]

#: Only each so manieth byte is looked at for numbers that are too long.
_STEP = 64
_LONG_NUMBER = re.compile(rb"[0-9.eE+-]{%d}" % (LONGEST_NUMBER // _STEP))


class Doubtful(Exception):
    """The document may be wrong; the slow reading tells."""


def parsed(content: bytes) -> dict[str, Any]:
    """The object that a text of UTF-8 holds.

    Raises:
        ValueError: It is no JSON, or not strictly.
        RecursionError: It is nested deep.
        Doubtful: It is no object, has a key twice in one, or too long a number.
    """
    try:
        document = _quickly(content)
    except (msgspec.DecodeError, RecursionError):
        # Of bytes, json would guess the encoding.
        text = content.decode()
        document = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float)
    if not isinstance(document, dict):
        raise Doubtful
    return document


def _quickly(content: bytes) -> object:
    document = msgspec.json.decode(content)
    if _LONG_NUMBER.search(content[::_STEP]):
        raise msgspec.DecodeError("Perhaps too long a number.")
    # A key that was dropped is missing among the strings that are left.
    if _quotes(content) != _quotes(msgspec.json.encode(document)):
        raise Doubtful
    return document


def _quotes(content: bytes) -> int:
    """How many quotes start and end strings."""
    return content.count(b'"') - content.replace(rb"\\", b"").count(rb"\"")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Doubtful
    return made


def _integer(written: str) -> int:
    if len(written) > LONGEST_NUMBER:
        raise Doubtful
    return int(written)


def _float(written: str) -> float:
    if len(written) > LONGEST_NUMBER:
        raise Doubtful
    return float(written)
