"""Intervals as the server keeps them, however they are written."""

from __future__ import annotations

import re

__all__ = ["interval_text"]

_MONTHS = {"year": 12, "yr": 12, "mon": 1, "month": 1}
_DAYS = {"week": 7, "day": 1}
_SECONDS = {"hour": 3600, "hr": 3600, "minute": 60, "min": 60, "second": 1, "sec": 1}

_PART = re.compile(
    r"\s*(?:(?P<sign>[-+]?)(?P<hours>\d{1,9}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d)(?![\d.])"
    r"|(?P<number>[-+]?\d{1,9})\s*(?P<unit>[a-z]+))",
    re.IGNORECASE,
)


def interval_text(text: str) -> str:
    """An interval as its months, days and seconds; the text itself, where it is written in another way.

    >>> interval_text("1 day 04:00:00") == interval_text("1 DAY 4 hours")
    True
    >>> interval_text("24 hours") == interval_text("1 day")
    False
    """
    months = days = seconds = 0
    seen = set()
    at = 0
    while at < len(text.rstrip()):
        part = _PART.match(text, at)
        if part is None:
            return text
        at = part.end()
        if part["unit"] is None:
            count = int(part["hours"]) * 3600 + int(part["minutes"]) * 60 + int(part["seconds"])
            seconds += -count if part["sign"] == "-" else count
            unit = "time"
        else:
            unit = part["unit"].lower()
            unit = unit[:-1] if unit.endswith("s") and len(unit) > 2 else unit
            number = int(part["number"])
            if unit in _MONTHS:
                months += number * _MONTHS[unit]
            elif unit in _DAYS:
                days += number * _DAYS[unit]
            elif unit in _SECONDS:
                seconds += number * _SECONDS[unit]
            else:
                return text
        if unit in seen:
            # The server refuses what is said twice.
            return text
        seen.add(unit)
    return f"{months} months {days} days {seconds} seconds" if seen else text
