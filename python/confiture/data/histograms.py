"""How numbers and times are spread, in bins that both sides have in common."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from confiture.data.families import NUMBERS, TIMES
from confiture.data.profiling import usable_number
from confiture.models.data_diff import Histogram, HistogramBin

if TYPE_CHECKING:
    from confiture.data.options import ComparisonOptions
    from confiture.data.pairs import ColumnPair, RelationPair
    from confiture.data.relations import Column, Side

__all__ = ["compare_histograms"]

_COLUMNS_OF_A_QUERY = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def compare_histograms(pair: RelationPair, options: ComparisonOptions) -> tuple[Histogram, ...]:
    """A histogram of each column of numbers, dates or times that both relations have.

    Values that are not finite, and numbers of 1e140 and more, are in no bin.

    Raises:
        DatabaseError: A query fails, or takes too long.
    """
    columns = [one for one in pair.columns if one.family in (*NUMBERS, *TIMES)]
    ranges = [
        _ranges(side, [one.old if side is pair.old else one.new for one in columns], options)
        for side in (pair.old, pair.new)
    ]
    return tuple(
        _histogram(pair, one, [each for found in ranges for each in found[number]], options)
        for number, one in enumerate(columns)
    )


def _value(side: Side, column: Column) -> str:
    value = f"t.{side.dialect.quote(column.name)}"
    if column.family in TIMES:
        return side.dialect.epoch(value, column.family)
    return usable_number(side.dialect, value)


def _ranges(side: Side, columns: list[Column], options: ComparisonOptions) -> list[list[float]]:
    """The least and the greatest value of each column, or nothing if it has none."""
    found: list[list[float]] = []
    for start in range(0, len(columns), _COLUMNS_OF_A_QUERY):
        values = [_value(side, column) for column in columns[start : start + _COLUMNS_OF_A_QUERY]]
        asked = ", ".join(f"min({value}), max({value})" for value in values)
        (row,) = side.rows(f"SELECT {asked} FROM {side.source} AS t", options.timeout)
        for place in range(0, len(row), 2):
            found.append([float(value) for value in row[place : place + 2] if value is not None])
    return found


def _histogram(
    pair: RelationPair, one: ColumnPair, bounds: list[float], options: ComparisonOptions
) -> Histogram:
    if not bounds:
        return Histogram(column=one.name, bins=())
    least, greatest = min(bounds), max(bounds)
    width = (greatest - least) / options.bins
    if not width:
        return Histogram(
            column=one.name,
            bins=(
                _bin(
                    one, least, greatest, _all(pair.old, one.old, options), _all(pair.new, one.new, options)
                ),
            ),
        )
    old = _counts(pair.old, one.old, least, width, options)
    new = _counts(pair.new, one.new, least, width, options)
    bins = []
    for number in range(options.bins):
        end = greatest if number == options.bins - 1 else least + width * (number + 1)
        bins.append(_bin(one, least + width * number, end, old.get(number, 0), new.get(number, 0)))
    return Histogram(column=one.name, bins=tuple(bins))


def _all(side: Side, column: Column, options: ComparisonOptions) -> int:
    ((count,),) = side.rows(f"SELECT count({_value(side, column)}) FROM {side.source} AS t", options.timeout)
    return int(count)


def _counts(
    side: Side, column: Column, least: float, width: float, options: ComparisonOptions
) -> dict[int, int]:
    """How many values are in which bin."""
    dialect = side.dialect
    place = f"floor((v - {dialect.double(least)}) / {dialect.double(width)})"
    rows = side.rows(
        f"SELECT b, count(*) FROM (SELECT {place} AS b FROM "
        f"(SELECT {_value(side, column)} AS v FROM {side.source} AS t) AS x WHERE v IS NOT NULL) AS y "
        "GROUP BY b",
        options.timeout,
    )
    found: dict[int, int] = {}
    for number, count in rows:
        # The greatest value, and what is rounded up to it, are in the last bin.
        nearest = min(max(int(number), 0), options.bins - 1)
        found[nearest] = found.get(nearest, 0) + int(count)
    return found


def _bin(one: ColumnPair, start: float, end: float, old: int, new: int) -> HistogramBin:
    shown = _moment if one.family in TIMES else repr
    return HistogramBin(start=shown(start), end=shown(end), old=old, new=new)


def _moment(seconds: float) -> str:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(sep=" ")
    except OverflowError:
        # The calendar of Python has the years 1 to 9999.
        return f"{seconds!r} seconds since 1970"
