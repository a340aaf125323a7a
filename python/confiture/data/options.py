"""What is compared, and how."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["KINDS", "ComparisonOptions"]

#: The kinds of comparison, in the order in which they are made and told.
KINDS = ("rows", "schema", "values", "profile", "top", "histogram")


class ComparisonOptions(NamedTuple):
    """What is compared, and how.

    Attributes:
        kinds: Some of `KINDS`.
        key: Columns that tell rows apart; empty for the candidates of a pair, then the primary key.
        columns: The only columns that are compared; empty for all.
        excluded: Columns that are not compared.
        where: A condition that rows of both sides have to meet, in the SQL of the warehouse.
        tolerance: How far apart floating-point numbers may be that are called equal.
        limit: At most so many rows are shown of each sort.
        top: How many of the most frequent values of a column are compared.
        bins: How many bins a histogram has.
        timeout: Seconds that a query may take; None for no end.
    """

    kinds: tuple[str, ...] = ("rows", "schema", "values")
    key: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    where: str | None = None
    tolerance: float = 0.0
    limit: int = 10
    top: int = 10
    bins: int = 20
    timeout: float | None = None
