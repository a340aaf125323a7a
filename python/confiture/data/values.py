"""How the rows of two relations of one warehouse differ: the warehouse joins them, and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture.data.failures import key_not_unique
from confiture.data.texts import shown
from confiture.models.data_diff import CellChange, ChangedRow, ColumnValues, SampleRow, ValueDiff

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from confiture.data.dialects import Dialect
    from confiture.data.options import ComparisonOptions
    from confiture.data.pairs import ColumnPair, RelationPair
    from confiture.data.relations import Column, Side

__all__ = ["MOST_SHOWN_COLUMNS", "compare_values", "count_keys"]

#: PostgreSQL gives at most 1,664 columns in a result: each column takes three of them here.
_COLUMNS_OF_A_QUERY = 400

#: Of how many columns values are shown.
MOST_SHOWN_COLUMNS = 100

_SHOWN_KEYS = 3


def count_keys(
    side: Side, key: Sequence[ColumnPair], columns: Sequence[Column], timeout: float | None
) -> int:
    """How many rows a relation has, each of which has a key of its own.

    Args:
        side: The relation.
        key: The key.
        columns: Its columns on this side.
        timeout: Seconds that a query may take.

    Raises:
        DifferError: ``DIFFER_022``: some have none, or one that others have.
    """
    dialect = side.dialect
    names = [
        f"{dialect.native(dialect.quote(column.name), pair.family or '')} AS k{number}"
        for number, (column, pair) in enumerate(zip(columns, key, strict=True))
    ]
    keys = [f"k{number}" for number in range(len(names))]
    is_null = " OR ".join(f"{name} IS NULL" for name in keys)
    listed = ", ".join(keys)
    grouped = (
        f"SELECT {listed}, count(*) AS n FROM (SELECT {', '.join(names)} FROM {side.source} AS t) AS s "
        f"GROUP BY {listed}"
    )
    ((rows, repeated, nulls),) = side.rows(
        f"SELECT coalesce(sum(n), 0), count(CASE WHEN n > 1 AND NOT ({is_null}) THEN 1 END), "
        f"coalesce(sum(CASE WHEN {is_null} THEN n ELSE 0 END), 0) FROM ({grouped}) AS g",
        timeout,
    )
    if not repeated and not nulls:
        return int(rows)
    examples = []
    if repeated:
        texts = [
            f"min({dialect.bytewise(dialect.short(dialect.quote(column.name), pair.family or 'other'))})"
            for column, pair in zip(columns, key, strict=True)
        ]
        natives = [
            dialect.native(dialect.quote(column.name), pair.family or "")
            for column, pair in zip(columns, key, strict=True)
        ]
        found = side.rows(
            f"SELECT {', '.join(as_shown(dialect, text) for text in texts)} FROM {side.source} AS t "
            f"WHERE {' AND '.join(f'{native} IS NOT NULL' for native in natives)} "
            f"GROUP BY {', '.join(natives)} HAVING count(*) > 1 ORDER BY {', '.join(natives)} "
            f"LIMIT {_SHOWN_KEYS}",
            timeout,
        )
        examples = [
            ", ".join(map(str, row)) if len(row) == 1 else f"({', '.join(map(str, row))})" for row in found
        ]
    raise key_not_unique(
        side.relation.name, [column.name for column in columns], int(repeated), int(nulls), examples
    )


def as_shown(dialect: Dialect, text: str) -> str:
    """A text that was made to be sorted by its bytes, as text again."""
    return f"decode({text})" if dialect.name == "duckdb" else text


def compare_values(pair: RelationPair, options: ComparisonOptions) -> ValueDiff:
    """How the rows of two relations of one warehouse differ.

    Raises:
        DifferError: ``DIFFER_021``, ``DIFFER_022``: there is no key, or it is none.
        DatabaseError: A query fails, or takes too long.
    """
    return _Joined(pair, options).compared()


class _Joined:
    def __init__(self, pair: RelationPair, options: ComparisonOptions) -> None:
        self._pair = pair
        self._options = options
        self._key = pair.required_key()
        self._dialect = pair.old.dialect
        self._compared = [one for one in pair.values if one.family is not None]
        #: Whether JSON is compared whatever the order of its keys, where that takes long.
        self._sorts_json = False

    def compared(self) -> ValueDiff:
        timeout = self._options.timeout
        old_rows = count_keys(self._pair.old, self._key, [one.old for one in self._key], timeout)
        new_rows = count_keys(self._pair.new, self._key, [one.new for one in self._key], timeout)
        counts, columns = self._counted()
        has_json = self._dialect.name == "duckdb" and any(
            one.family == "json" and found.differing
            for one, found in zip(self._compared, columns, strict=True)
        )
        if has_json:
            self._sorts_json = True
            counts, columns = self._counted()
        common, changed = counts
        by_name = {column.column: column for column in columns}
        return ValueDiff(
            key=tuple(one.name for one in self._key),
            method="join",
            old_rows=old_rows,
            new_rows=new_rows,
            common_rows=common,
            changed_rows=changed,
            only_old_rows=old_rows - common,
            only_new_rows=new_rows - common,
            columns=tuple(
                by_name.get(one.name) or ColumnValues(column=one.name, is_compared=False)
                for one in self._pair.values
            ),
            changed=self._changed_rows(columns) if changed else (),
            only_old=self._rows_of("o", "n") if old_rows > common else (),
            only_new=self._rows_of("n", "o") if new_rows > common else (),
        )

    def _counted(self) -> tuple[tuple[int, int], list[ColumnValues]]:
        """Common and changed rows, and the counts of all columns."""
        is_narrow = len(self._compared) <= _COLUMNS_OF_A_QUERY
        totals = ["count(*)"]
        if is_narrow:
            totals.append(f"count(CASE WHEN {self._any_differs(self._compared)} THEN 1 END)")
        found: list[int] = []
        parts = list(self._parts())
        for number, part in enumerate(parts):
            asked = (totals if not number else []) + [text for one in part for text in self._counts(one)]
            found += self._numbers(f"SELECT {', '.join(asked)} FROM {self._join()}")
        if not is_narrow:
            keys = ", ".join(self._native("n", one.new, one) for one in self._key)
            changed_keys = " UNION ".join(
                f"(SELECT {keys} FROM {self._join()} WHERE {self._any_differs(part)})" for part in parts
            )
            found[1:1] = self._numbers(f"SELECT count(*) FROM ({changed_keys}) AS k")
        common, changed = found[:2]
        columns = []
        for number, one in enumerate(self._compared):
            differing, old_nulls, new_nulls = found[2 + 3 * number : 5 + 3 * number]
            columns.append(
                ColumnValues(
                    column=one.name,
                    equal=common - differing,
                    changed=differing - old_nulls - new_nulls,
                    became_null=new_nulls,
                    was_null=old_nulls,
                )
            )
        return (common, changed), columns

    def _parts(self) -> Iterator[Sequence[ColumnPair]]:
        """The compared columns, as many at a time as a query may have; one part if there are none."""
        for start in range(0, max(len(self._compared), 1), _COLUMNS_OF_A_QUERY):
            yield self._compared[start : start + _COLUMNS_OF_A_QUERY]

    def _numbers(self, sql: str) -> list[int]:
        (row,) = self._pair.new.rows(sql, self._options.timeout)
        return [int(number) for number in row]

    def _any_differs(self, columns: Sequence[ColumnPair]) -> str:
        return " OR ".join(self._differ(one) for one in columns) or "false"

    def _join(self) -> str:
        """The rows that both have; keys cannot be NULL any more."""
        conditions = " AND ".join(
            f"{self._native('o', one.old, one)} = {self._native('n', one.new, one)}" for one in self._key
        )
        return f"{self._pair.old.source} AS o JOIN {self._pair.new.source} AS n ON {conditions}"

    def _at(self, side: str, column: Column) -> str:
        return f"{side}.{self._dialect.quote(column.name)}"

    def _native(self, side: str, column: Column, pair: ColumnPair) -> str:
        value, family = self._at(side, column), pair.family or "other"
        if family == "json" and self._sorts_json and pair not in self._key:
            return self._dialect.sorted_json(value)
        if not pair.is_native and family == "nested" and pair not in self._key:
            return self._dialect.elements(value)
        if not pair.is_native:
            return self._dialect.canonical(value, family)
        return self._dialect.native(value, family)

    def _differ(self, one: ColumnPair) -> str:
        old, new = self._native("o", one.old, one), self._native("n", one.new, one)
        if one.family == "float" and self._options.tolerance:
            return self._dialect.beyond(old, new, self._options.tolerance)
        return self._dialect.differ(old, new)

    def _counts(self, one: ColumnPair) -> Iterable[str]:
        old, new = self._at("o", one.old), self._at("n", one.new)
        yield f"count(CASE WHEN {self._differ(one)} THEN 1 END)"
        yield f"count(CASE WHEN {old} IS NULL AND {new} IS NOT NULL THEN 1 END)"
        yield f"count(CASE WHEN {old} IS NOT NULL AND {new} IS NULL THEN 1 END)"

    def _texts(self, side: str) -> list[str]:
        """The key of a side, as it is shown."""
        return [
            self._dialect.short(self._at(side, one.old if side == "o" else one.new), one.family or "other")
            for one in self._key
        ]

    def _order(self, side: str) -> str:
        return ", ".join(self._native(side, one.old if side == "o" else one.new, one) for one in self._key)

    def _changed_rows(self, columns: list[ColumnValues]) -> tuple[ChangedRow, ...]:
        differing = [one for one, found in zip(self._compared, columns, strict=True) if found.differing]
        differing = differing[:MOST_SHOWN_COLUMNS]
        asked = self._texts("n")
        for one in differing:
            family = one.family or "other"
            asked.append(f"CASE WHEN {self._differ(one)} THEN 1 ELSE 0 END")
            asked.append(self._dialect.short(self._at("o", one.old), family))
            asked.append(self._dialect.short(self._at("n", one.new), family))
        rows = self._pair.new.rows(
            f"SELECT {', '.join(asked)} FROM {self._join()} WHERE {self._any_differs(differing)} "
            f"ORDER BY {self._order('n')} LIMIT {self._options.limit}",
            self._options.timeout,
        )
        size = len(self._key)
        return tuple(
            ChangedRow(
                key=self._shown_key(row),
                cells=tuple(
                    CellChange(
                        column=one.name,
                        old=shown(row[place + 1], one.family or "other"),
                        new=shown(row[place + 2], one.family or "other"),
                    )
                    for place, one in zip(range(size, len(row), 3), differing, strict=True)
                    if row[place]
                ),
            )
            for row in rows
        )

    def _rows_of(self, side: str, other: str) -> tuple[SampleRow, ...]:
        source = self._pair.old.source if side == "o" else self._pair.new.source
        against = self._pair.new.source if side == "o" else self._pair.old.source
        conditions = " AND ".join(
            f"{self._native('o', one.old, one)} = {self._native('n', one.new, one)}" for one in self._key
        )
        rows = (self._pair.old if side == "o" else self._pair.new).rows(
            f"SELECT {', '.join(self._texts(side))} FROM {source} AS {side} "
            f"WHERE NOT EXISTS (SELECT 1 FROM {against} AS {other} WHERE {conditions}) "
            f"ORDER BY {self._order(side)} LIMIT {self._options.limit}",
            self._options.timeout,
        )
        return tuple(SampleRow(key=self._shown_key(row)) for row in rows)

    def _shown_key(self, row: Sequence[Any]) -> tuple[str | None, ...]:
        return tuple(shown(row[place], one.family or "other") for place, one in enumerate(self._key))
