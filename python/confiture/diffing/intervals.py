"""Intervals as the server keeps them, however they are written (`DecodeInterval`)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FIELDS", "interval_text"]

_MONTHS = {"year": 12, "yr": 12, "y": 12, "mon": 1, "month": 1, "decade": 120, "century": 1200}
_DAYS = {"week": 7, "w": 7, "day": 1, "d": 1}
_SECONDS = {
    "hour": 3600,
    "hr": 3600,
    "h": 3600,
    "minute": 60,
    "min": 60,
    "m": 60,
    "second": 1,
    "sec": 1,
    "s": 1,
}

#: Fields that can stand behind the literal of an interval.
FIELDS = ("year", "month", "day", "hour", "minute", "second")

_PART = re.compile(
    r"\s*(?:(?P<sign>[-+]?)(?P<hours>\d{1,6}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d(?:\.\d{1,6})?))?(?![\d.:])"
    r"|(?P<number>[-+]?\d{1,9}(?:\.\d{1,6})?)\s*(?P<unit>[a-z]+)"
    r"|(?P<back>ago)\s*\Z)",
    re.IGNORECASE,
)
_YEARS_AND_MONTHS = re.compile(r"\s*(?P<sign>[-+]?)(?P<years>\d{1,6})-(?P<months>\d{1,2})\s*")
_DESIGNATED = re.compile(
    r"\s*P(?:(-?\d{1,9})Y)?(?:(-?\d{1,9})M)?(?:(-?\d{1,9})W)?(?:(-?\d{1,9})D)?"
    r"(?:T(?:(-?\d{1,9})H)?(?:(-?\d{1,9})M)?(?:(-?\d{1,9}(?:\.\d{1,6})?)S)?)?\s*"
)


def interval_text(text: str, canonical: Callable[[str], str] = str) -> str | None:
    """An interval as its months, days and seconds; None where it is written in another way.

    Args:
        text: The interval.
        canonical: What a certain value is made.

    >>> interval_text("1 day 04:00:00") == interval_text("1 DAY 4 hours")
    True
    >>> interval_text("24 hours") == interval_text("1 day")
    False
    """
    for read in (_years_and_months, _designated, _parts):
        found = read(text)
        if found is not None:
            months, days, seconds = found
            return canonical(f"{months} months {days} days {seconds} seconds")
    return None


def _years_and_months(text: str) -> tuple[int, int, Fraction] | None:
    match = _YEARS_AND_MONTHS.fullmatch(text)
    if match is None or int(match["months"]) > 11:
        return None
    months = int(match["years"]) * 12 + int(match["months"])
    return -months if match["sign"] == "-" else months, 0, Fraction(0)


def _designated(text: str) -> tuple[int, int, Fraction] | None:
    match = _DESIGNATED.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[:6])
    seconds = Fraction(match[7] or 0)
    return years * 12 + months, weeks * 7 + days, hours * 3600 + minutes * 60 + seconds


def _parts(text: str) -> tuple[int, int, Fraction] | None:
    months = days = 0
    seconds = Fraction(0)
    seen: set[str] = set()
    text = text.strip().removeprefix("@")
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        at = part.end()
        if part["back"] is not None:
            months, days, seconds = -months, -days, -seconds
            break
        if part["unit"] is None:
            clock = int(part["hours"]) * 3600 + int(part["minutes"]) * 60 + Fraction(part["seconds"] or 0)
            seconds += -clock if part["sign"] == "-" else clock
            unit = "time"
        else:
            unit = _unit(part["unit"])
            number = Fraction(part["number"])
            if unit in _SECONDS:
                seconds += number * _SECONDS[unit]
            elif unit in _DAYS:
                number *= _DAYS[unit]
                days += int(number)
                seconds += (number - int(number)) * 86400
            elif unit in _MONTHS and (number * _MONTHS[unit]).denominator == 1:
                months += int(number * _MONTHS[unit])
            else:
                return None
        if unit in seen:
            # The server refuses what is said twice.
            return None
        seen.add(unit)
    return (months, days, seconds) if seen else None


def _unit(word: str) -> str:
    unit = word.lower()
    if unit == "centuries":
        return "century"
    return unit[:-1] if unit.endswith("s") and len(unit) > 2 else unit
