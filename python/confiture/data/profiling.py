"""What is in columns as a whole: one query for all columns of a side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from confiture.data.families import NUMBERS, TIMES
from confiture.data.texts import are_equal, shown
from confiture.data.values import as_shown
from confiture.models.data_diff import ColumnProfile, Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.data.dialects import Dialect
    from confiture.data.options import ComparisonOptions
    from confiture.data.pairs import RelationPair
    from confiture.data.relations import Column, Side

__all__ = ["compare_profiles", "usable_number"]

#: PostgreSQL gives at most 1,664 columns in a result.
_COLUMNS_OF_A_QUERY = 100
_STATISTICS = 12
_QUARTILES = (0.25, 0.5, 0.75)

#: Numbers are summed in an order that nobody decides, and rounded on the way.
_NEAR = 1e-9

#: The squares of greater ones, or their sums, could have no floating-point number.
_GREATEST = "1e140"


def usable_number(dialect: Dialect, value: str) -> str:
    """A number as a double, or NULL if it is not finite or too great to calculate with."""
    number = dialect.as_double(value)
    return f"CASE WHEN {number} > -{_GREATEST} AND {number} < {_GREATEST} THEN {number} END"


def compare_profiles(pair: RelationPair, options: ComparisonOptions) -> tuple[ColumnProfile, ...]:
    """The profiles of the columns that both relations have.

    Raises:
        DatabaseError: A query fails, or takes too long.
    """
    old = _profiles(pair.old, [one.old for one in pair.columns], options.timeout)
    new = _profiles(pair.new, [one.new for one in pair.columns], options.timeout)
    return tuple(
        ColumnProfile(column=one.name, old=was, new=now, is_equal=_are_same(was, now, one.family or "text"))
        for one, was, now in zip(pair.columns, old, new, strict=True)
    )


def _profiles(side: Side, columns: Sequence[Column], timeout: float | None) -> list[Profile]:
    found: list[Profile] = []
    for start in range(0, len(columns), _COLUMNS_OF_A_QUERY):
        part = columns[start : start + _COLUMNS_OF_A_QUERY]
        asked = [text for column in part for text in _statistics(side.dialect, column)]
        ((rows, *values),) = side.rows(
            f"SELECT count(*), {', '.join(asked)} FROM {side.source} AS t", timeout
        )
        found += [
            _profile(rows, values[_STATISTICS * number : _STATISTICS * (number + 1)], column.family)
            for number, column in enumerate(part)
        ]
    return found


def _statistics(dialect: Dialect, column: Column) -> list[str]:
    value, family = f"t.{dialect.quote(column.name)}", column.family
    native = dialect.native(value, family)
    least, greatest = _bounds(dialect, value, family)
    numbers = ["NULL"] * 5
    if family in NUMBERS:
        number = usable_number(dialect, value)
        numbers = [f"avg({number})", f"stddev_samp({number})"]
        for share in _QUARTILES:
            has = dialect.has_quantiles
            numbers.append(f"percentile_cont({share}) WITHIN GROUP (ORDER BY {number})" if has else "NULL")
    lengths = ["NULL"] * 2
    if family == "text":
        lengths = [f"{bound}(length({dialect.as_text(value)}))" for bound in ("min", "max")]
    true_count = f"count(CASE WHEN {value} THEN 1 END)" if family == "boolean" else "NULL"
    # JSON is not counted: what is one value is not the same text everywhere.
    distinct = "NULL" if family in ("json", "nested") else f"count(DISTINCT {native})"
    return [f"count({value})", distinct, least, greatest, *numbers, *lengths, true_count]


def _bounds(dialect: Dialect, value: str, family: str) -> tuple[str, str]:
    if family in (*NUMBERS, *TIMES, "time"):
        return tuple(dialect.canonical(f"{bound}({value})", family) for bound in ("min", "max"))  # type: ignore[return-value]
    if family in ("text", "uuid"):
        text = dialect.bytewise(value)
        found = [as_shown(dialect, f"{bound}({text})") for bound in ("min", "max")]
        return dialect.short(found[0], "text"), dialect.short(found[1], "text")
    return "NULL", "NULL"


def _profile(rows: int, values: Sequence[Any], family: str) -> Profile:
    filled, distinct, least, greatest, mean, stddev, *others = values
    *quantiles, shortest, longest, true_count = others
    quartiles = [_number(value) for value in quantiles]
    return Profile(
        rows=rows,
        nulls=rows - filled,
        distinct=distinct,
        minimum=shown(least, family),
        maximum=shown(greatest, family),
        mean=_number(mean),
        stddev=_number(stddev),
        quantiles=tuple(value for value in quartiles if value is not None),
        shortest=shortest,
        longest=longest,
        true_share=None if true_count is None or not filled else true_count / filled,
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value) + 0.0


def _are_same(old: Profile, new: Profile, family: str) -> bool:
    for name in ("rows", "nulls", "distinct", "shortest", "longest", "true_share"):
        if getattr(old, name) != getattr(new, name):
            return False
    if not all(are_equal(getattr(old, name), getattr(new, name), family) for name in ("minimum", "maximum")):
        return False
    if len(old.quantiles) != len(new.quantiles):
        return False
    numbers = [
        (old.mean, new.mean),
        (old.stddev, new.stddev),
        *zip(old.quantiles, new.quantiles, strict=True),
    ]
    # What cancels out in a sum is as small as the rounding of what was summed.
    size = max((abs(number) for pair in numbers for number in pair if number is not None), default=0.0)
    return all(_are_near(one, other, size) for one, other in numbers)


def _are_near(one: float | None, other: float | None, size: float) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_NEAR, abs_tol=_NEAR * size)
