"""The most frequent values of columns, and how often the other side has them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from confiture.data.values import as_shown
from confiture.models.data_diff import ColumnTop, TopValue

if TYPE_CHECKING:
    from collections.abc import Collection

    from confiture.data.options import ComparisonOptions
    from confiture.data.pairs import RelationPair
    from confiture.data.relations import Column, Side

__all__ = ["compare_frequencies"]

#: Families whose values are written in one way in every warehouse, or read here.
_LEFT_OUT = ("json", "nested")


def compare_frequencies(pair: RelationPair, options: ComparisonOptions) -> tuple[ColumnTop, ...]:
    """The values that are among the most frequent ones of either side, for each column.

    Columns of JSON and of nested values have none, nor those whose types cannot be compared.

    Raises:
        DatabaseError: A query fails, or takes too long.
    """
    found = []
    for one in pair.columns:
        if one.family is None or one.family in _LEFT_OUT:
            continue
        old = _Frequencies(pair.old, one.old, one.family, options)
        new = _Frequencies(pair.new, one.new, one.family, options)
        was, now = old.most(), new.most()
        was |= old.of({value for value in now if value not in was})
        now |= new.of({value for value in was if value not in now})
        values = sorted(
            {*was, *now}, key=lambda value: (-max(was.get(value, 0), now.get(value, 0)), value.encode())
        )
        found.append(
            ColumnTop(
                column=one.name,
                values=tuple(
                    TopValue(value=value, old=was.get(value, 0), new=now.get(value, 0))
                    for value in values[: options.top]
                ),
            )
        )
    return tuple(found)


class _Frequencies:
    """How many rows of a side have which value of a column."""

    def __init__(self, side: Side, column: Column, family: str, options: ComparisonOptions) -> None:
        self._side = side
        self._family = family
        self._options = options
        dialect = side.dialect
        value = f"t.{dialect.quote(column.name)}"
        self._number = dialect.as_double(value)
        # Bytewise, as a collation may take different texts for the same.
        text = as_shown(dialect, dialect.bytewise(dialect.canonical(value, family)))
        self._text = f"SELECT {text} AS v FROM {side.source} AS t WHERE {value} IS NOT NULL"

    def most(self) -> dict[str, int]:
        """The most frequent ones; of those that are as frequent, the first ones by their bytes."""
        dialect = self._side.dialect
        rows = self._side.rows(
            f"SELECT {dialect.short('v', 'text')}, n FROM "
            f"(SELECT v, count(*) AS n FROM ({self._text}) AS x GROUP BY v) AS y "
            f"ORDER BY n DESC, {dialect.bytewise('v')} LIMIT {self._options.top}",
            self._options.timeout,
        )
        return self._counts(rows)

    def of(self, values: Collection[str]) -> dict[str, int]:
        """How often these values are there."""
        if not values:
            return {}
        dialect = self._side.dialect
        if self._family == "float":
            # Warehouses write the same number differently.
            listed = ", ".join(dialect.as_double(f"'{value}'") for value in sorted(values))
            inner = f"{self._text} AND {self._number} IN ({listed})"
            condition = ""
        else:
            listed = ", ".join(f"'{_md5(value)}'" for value in sorted(values))
            inner = self._text
            condition = f" WHERE {dialect.md5('s')} IN ({listed})"
        rows = self._side.rows(
            f"SELECT s, count(*) AS n FROM "
            f"(SELECT {dialect.short('v', 'text')} AS s FROM ({inner}) AS x) AS y{condition} GROUP BY s",
            self._options.timeout,
        )
        return self._counts(rows)

    def _counts(self, rows: list[tuple[str, int]]) -> dict[str, int]:
        if self._family != "float":
            return {value: int(count) for value, count in rows}
        return {repr(float(value)): int(count) for value, count in rows}


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
