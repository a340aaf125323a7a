"""Literals as the server keeps them, where that does not depend on a session: one spelling for each value."""

from __future__ import annotations

import json
import re
import struct
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from ipaddress import ip_interface
from typing import TYPE_CHECKING

from confiture.diffing.array_literals import array_elements_of
from confiture.diffing.intervals import interval_text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Canonical", "literal_text", "numeric_text", "truth_of", "whole_number"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month{0}>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
#: Dates that every `DateStyle` reads in the same way.
_DATE = (
    r"(?:(?P<year>\d{4})(?P<sign>[-/])(?P<number>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
    r"|(?P<compact>\d{8})"
    rf"|{_MONTH.format(1)}\s+(?P<day1>\d{{1,2}})(?:\s*,\s*|\s+)(?P<year1>\d{{4}})"
    rf"|(?P<day2>\d{{1,2}})[\s-]+{_MONTH.format(2)}[\s-]+(?P<year2>\d{{4}}))"
)
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6}))?)?"
    r"(?:\s*(?P<half>[ap]m))?"
)
_ZONE = r"(?P<zone>z|utc|gmt|(?P<away>[-+])(?P<hours>\d{2})(?::?(?P<minutes>\d{2}))?)"
_MOMENT = re.compile(rf"\s*{_DATE}(?:(?:\s+|t){_TIME}(?:\s*{_ZONE})?)?\s*", re.I)
_TIME_ALONE = re.compile(rf"\s*{_TIME}\s*", re.I)

_WHOLE = re.compile(
    r"\s*(?P<sign>[-+]?)(?P<digits>\d+(?:_\d+)*|0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)\s*"
)
_NUMERIC = re.compile(
    r"\s*[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d{1,3})?\s*"
)
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
_HEXADECIMAL = re.compile(r"\\x(?:\s*[\da-fA-F]{2})*\s*")
_ESCAPE = re.compile(r"\\(?:\\|[0-3][0-7]{2})")
_UUID = re.compile(r"\s*(\{)?((?:[\da-fA-F]{4}-?){7}[\da-fA-F]{4})(?(1)\})\s*")
_ENDLESS = {"infinity": "infinity", "+infinity": "infinity", "-infinity": "-infinity"}
_DEEPEST_DOCUMENT = 100
#: No whole number of another base than ten has more digits.
_LONGEST = 70


class Canonical(str):
    """What a type makes of a literal: two of them are one value only if their texts are one."""

    __slots__ = ()


def literal_text(kind: str, text: str) -> str | None:
    """How a type spells a literal; None where that is not known.

    What depends on the session, such as a moment without a time zone, has one spelling, but is not
    `Canonical`: another text may be the same value.

    Args:
        kind: The type, without modifiers and through domains.
        text: The literal, without its quotes.
    """
    if kind.endswith("[]"):
        return _array(kind[:-2], text)
    spell = _SPELLINGS.get(kind)
    return None if spell is None else spell(text)


def truth_of(text: str) -> bool | None:
    """What a literal of `boolean` says: any start of a word that is no start of another one (`boolin`)."""
    word = text.strip().lower()
    for value, words in ((True, _TRUE), (False, _FALSE)):
        if word and word != "o" and any(one.startswith(word) for one in words):
            return value
    return None


def whole_number(text: str) -> str | None:
    """The whole number that a literal says; None if it says none."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        return None
    digits = match["digits"].replace("_", "")
    base = {"x": 16, "o": 8, "b": 2}.get(digits[1:2].lower(), 10)
    if base == 10:
        number = digits.lstrip("0") or "0"
    else:
        number = str(int(digits, base)) if len(digits) < _LONGEST else ""
    if not number:
        return None
    return f"-{number}" if match["sign"] == "-" and number != "0" else number


def numeric_text(text: str) -> str | None:
    """A number with all its digits, as `numeric` keeps them: ``1.50`` is not ``1.5``, ``1e2`` is ``100``."""
    if _NUMERIC.fullmatch(text) is None:
        return None
    try:
        number = Decimal(text.strip().replace("_", ""))
    except InvalidOperation:
        return None
    return format(abs(number) if number.is_zero() else number, "f")


def _canonical(spell: Callable[[str], str | None], text: str) -> str | None:
    spelt = spell(text)
    return None if spelt is None else Canonical(spelt)


def _as_it_is(text: str) -> str:
    return text


def _float(text: str, *, is_short: bool = False) -> str | None:
    if _NUMERIC.fullmatch(text) is None:
        return None
    number = float(text)
    try:
        return repr(struct.unpack("f", struct.pack("f", number))[0] if is_short else number)
    except OverflowError:
        return None


def _date_of(match: re.Match[str]) -> date | None:
    if match["compact"] is not None:
        parts = match["compact"][:4], match["compact"][4:6], match["compact"][6:]
    elif match["year"] is not None:
        parts = match["year"], match["number"], match["day"]
    else:
        which = "1" if match["year1"] is not None else "2"
        month = _MONTHS.index(match[f"month{which}"][:3].lower()) + 1
        parts = match[f"year{which}"], str(month), match[f"day{which}"]
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        return None


def _microseconds(match: re.Match[str]) -> int | None:
    """The time of day; None for one that there is not."""
    if match["hour"] is None:
        return 0
    hour = int(match["hour"])
    if match["half"] is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    minute, second = int(match["minute"]), int(match["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + int((match["fraction"] or "").ljust(6, "0"))


def _date(text: str) -> str | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return _ENDLESS.get(text.strip().lower())
    found = _date_of(match)
    return None if found is None or _microseconds(match) is None else found.isoformat()


def _moment(text: str, *, has_zone: bool) -> str | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        endless = _ENDLESS.get(text.strip().lower())
        return None if endless is None else Canonical(endless)
    day, clock = _date_of(match), _microseconds(match)
    if day is None or clock is None:
        return None
    moment = datetime(day.year, day.month, day.day) + timedelta(microseconds=clock)
    if not has_zone:
        # A zone that is written counts for nothing.
        return Canonical(moment.isoformat(" "))
    if match["zone"] is None:
        return moment.isoformat(" ")
    away = timedelta(hours=int(match["hours"] or 0), minutes=int(match["minutes"] or 0))
    try:
        moment = moment + away if match["away"] == "-" else moment - away
    except OverflowError:
        return None
    return Canonical(f"{moment.isoformat(' ')}+00")


def _time(text: str) -> str | None:
    match = _TIME_ALONE.fullmatch(text)
    clock = None if match is None else _microseconds(match)
    return None if clock is None else (datetime(1, 1, 1) + timedelta(microseconds=clock)).time().isoformat()


def _uuid(text: str) -> str | None:
    match = _UUID.fullmatch(text)
    return None if match is None else match[2].replace("-", "").lower()


def _bytes(text: str) -> str | None:
    if text.startswith("\\x"):
        return "".join(text[2:].split()).lower() if _HEXADECIMAL.fullmatch(text) else None
    parts: list[bytes] = []
    at = 0
    for match in _ESCAPE.finditer(text):
        parts.append(text[at : match.start()].encode())
        parts.append(b"\\" if match[0] == "\\\\" else bytes([int(match[0][1:], 8)]))
        at = match.end()
    rest = [text[at:].encode()]
    if any(b"\\" in part and len(part) > 1 for part in (*parts, *rest)):
        return None
    return b"".join(parts + rest).hex()


def _address(text: str) -> str | None:
    try:
        return str(ip_interface(text.strip()))
    except ValueError:
        return None


def _document(text: str) -> str | None:
    """A document of `jsonb`: the order of its keys is lost, and so are keys that are there twice."""
    if text.count("[") + text.count("{") > _DEEPEST_DOCUMENT:
        return None

    def number(digits: str) -> list[str]:
        # No string has a NUL in it.
        return ["\0", numeric_text(digits) or digits]

    try:
        found = json.loads(text, parse_int=number, parse_float=number, parse_constant=_refused)
    except ValueError:
        return None
    return json.dumps(found, sort_keys=True)


def _refused(word: str) -> None:
    raise ValueError(word)


def _array(kind: str, text: str) -> str | None:
    """The elements of an array as their type spells them, with their braces."""
    elements = array_elements_of(text)
    if elements is None:
        return None
    parts = []
    is_certain = True
    for sign, element in elements:
        if element is None:
            parts.append(sign)
            continue
        spelt = _element(kind, element)
        is_certain = is_certain and isinstance(spelt, Canonical)
        parts.append(json.dumps(element if spelt is None else spelt))
    found = "".join(parts)
    return Canonical(found) if is_certain else found


def _element(kind: str, text: str) -> str | None:
    if kind == "boolean":
        truth = truth_of(text)
        return None if truth is None else Canonical("true" if truth else "false")
    return literal_text(kind, text)


_SPELLINGS: dict[str, Callable[[str], str | None]] = {
    **dict.fromkeys(
        ("text", "character varying", "character", "name", "json"), partial(_canonical, _as_it_is)
    ),
    **dict.fromkeys(("smallint", "integer", "bigint"), partial(_canonical, whole_number)),
    "numeric": partial(_canonical, numeric_text),
    "double precision": partial(_canonical, _float),
    "real": partial(_canonical, partial(_float, is_short=True)),
    "date": partial(_canonical, _date),
    "timestamp without time zone": partial(_moment, has_zone=False),
    "timestamp with time zone": partial(_moment, has_zone=True),
    "time without time zone": partial(_canonical, _time),
    "interval": partial(interval_text, canonical=Canonical),
    "uuid": partial(_canonical, _uuid),
    "bytea": partial(_canonical, _bytes),
    "inet": partial(_canonical, _address),
    "jsonb": partial(_canonical, _document),
}
