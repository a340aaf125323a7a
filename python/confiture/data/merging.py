"""How the rows of two relations differ that are in two warehouses.

Each warehouse makes a hash of each row's key and one of the row. Rows are put into buckets by the first
digits of the key's hash, and only the sums of each bucket's hashes are fetched. Buckets that differ are
divided further while that pays; then their rows are fetched in the order of the key's hash and merged. That
order is one of hexadecimal digits, so no collation has a say, and no more is held than a few parts of the
two streams.

Equal sums are taken for equal rows: they have 120 bits. Where two kinds of warehouses write a value of some
type differently, all rows are fetched instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture.data.families import PORTABLE
from confiture.data.texts import are_equal, shown
from confiture.data.values import MOST_SHOWN_COLUMNS, count_keys
from confiture.models.data_diff import CellChange, ChangedRow, ColumnValues, SampleRow, ValueDiff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from confiture.data.dialects import Dialect
    from confiture.data.options import ComparisonOptions
    from confiture.data.pairs import ColumnPair, RelationPair
    from confiture.data.relations import Column, Side

    Row = tuple[Any, ...]

__all__ = ["have_same_rows", "merge_values"]

#: How many rows of a stream are held at once.
_BATCH = 2_000

#: Digits by which buckets are divided at each step: into 256 each.
_DIGITS = 2

#: Buckets are divided further while they have more rows than this, and there are not too many of them.
_ROWS_OF_A_BUCKET = 64
_MOST_DIVIDED = 4_096
_MOST_DIGITS = 8

#: More buckets than this are not named to a warehouse.
_MOST_NAMED = 20_000


def merge_values(
    pair: RelationPair, options: ComparisonOptions, progress: Callable[[int, int], None] | None = None
) -> ValueDiff:
    """How the rows of two relations of two warehouses differ.

    Args:
        pair: The relations.
        options: How they are compared.
        progress: Is told how many rows were fetched, and of how many.

    Raises:
        DifferError: ``DIFFER_021``, ``DIFFER_022``: there is no key, or it is none.
        DatabaseError: A query fails, or takes too long.
    """
    return _Merge(pair, options, progress).compared()


def have_same_rows(pair: RelationPair, options: ComparisonOptions) -> bool | None:
    """Whether two relations have the same rows, as far as columns are compared; nothing tells rows apart.

    Returns:
        None if that cannot be told, as the warehouses write values differently.

    Raises:
        DatabaseError: A query fails, or takes too long.
    """
    merge = _Merge(pair, options, None)
    return merge.have_same_rows() if merge.has_sums else None


class _Merge:
    def __init__(
        self, pair: RelationPair, options: ComparisonOptions, progress: Callable[[int, int], None] | None
    ) -> None:
        self._pair = pair
        self._options = options
        self._progress = progress
        self._key = pair.key
        self._compared = [one for one in pair.values if one.family is not None]
        same_kind = pair.old.dialect.name == pair.new.dialect.name
        self.has_sums = same_kind or all(one.family in PORTABLE for one in self._compared)
        self._moved = 0
        self._to_move = 0
        self._changed_count = 0
        # For each column: changed, became NULL, was NULL.
        self._counts = [[0, 0, 0] for _ in self._compared]
        self._changed: list[ChangedRow] = []
        self._alone: tuple[list[SampleRow], list[SampleRow]] = ([], [])
        self._alone_counts = [0, 0]

    def have_same_rows(self) -> bool:
        """Whether the sums of the hashes of all rows are the same."""
        old, new = (self._all_sums(side) for side in (self._pair.old, self._pair.new))
        return old == new

    def _all_sums(self, side: Side) -> list[str]:
        dialect = side.dialect
        # There are no rows that could be looked at once more.
        hashed = f"SELECT {self._row_hash(side, sorts_json=True)} AS r FROM {side.source} AS t"
        sums = f"count(*), {dialect.hash_sum('r', 1)}, {dialect.hash_sum('r', 16)}"
        (row,) = side.rows(f"SELECT {sums} FROM ({hashed}) AS x", self._options.timeout)
        return [str(value) for value in row]

    def compared(self) -> ValueDiff:
        self._pair.required_key()
        timeout = self._options.timeout
        old_rows = count_keys(self._pair.old, self._key, [one.old for one in self._key], timeout)
        new_rows = count_keys(self._pair.new, self._key, [one.new for one in self._key], timeout)
        self._to_move = old_rows + new_rows
        buckets = self._differing_buckets() if self.has_sums else None
        if buckets is None or buckets:
            self._merge(buckets)
        common = old_rows - self._alone_counts[0]
        return ValueDiff(
            key=tuple(one.name for one in self._key),
            method="checksums" if self.has_sums else "rows",
            moved_rows=self._moved,
            old_rows=old_rows,
            new_rows=new_rows,
            common_rows=common,
            changed_rows=self._changed_count,
            only_old_rows=self._alone_counts[0],
            only_new_rows=self._alone_counts[1],
            columns=tuple(self._columns(common)),
            changed=tuple(self._changed),
            only_old=tuple(self._alone[0]),
            only_new=tuple(self._alone[1]),
        )

    def _columns(self, common: int) -> Iterator[ColumnValues]:
        counts = dict(zip((one.name for one in self._compared), self._counts, strict=True))
        for one in self._pair.values:
            found = counts.get(one.name)
            if found is None:
                yield ColumnValues(column=one.name, is_compared=False)
            else:
                changed, became_null, was_null = found
                yield ColumnValues(
                    column=one.name,
                    equal=common - sum(found),
                    changed=changed,
                    became_null=became_null,
                    was_null=was_null,
                )

    def _differing_buckets(self) -> list[str]:
        """The beginnings of hashes of keys behind which something differs; all are of the same length."""
        digits, named = 0, [""]
        while True:
            digits += _DIGITS
            old, new = (self._sums(side, digits, named) for side in (self._pair.old, self._pair.new))
            differing = sorted(bucket for bucket in {*old, *new} if old.get(bucket) != new.get(bucket))
            rows = sum(found[bucket][0] for found in (old, new) for bucket in differing if bucket in found)
            if len(differing) > _MOST_NAMED:
                return named
            named, self._to_move = differing, rows
            is_fine = rows <= _ROWS_OF_A_BUCKET * len(differing) or digits >= _MOST_DIGITS
            if is_fine or len(differing) > _MOST_DIVIDED:
                return named

    def _sums(self, side: Side, digits: int, within: list[str]) -> dict[str, tuple[int, str, str]]:
        """Rows and sums of hashes by bucket."""
        dialect = side.dialect
        hashed = f"SELECT {self._key_hash(side)} AS h, {self._row_hash(side)} AS r FROM {side.source} AS t"
        condition = _within(within)
        rows = side.rows(
            f"SELECT b, count(*), {dialect.hash_sum('r', 1)}, {dialect.hash_sum('r', 16)} FROM ("
            f"SELECT substr(h, 1, {digits}) AS b, r FROM ({hashed}) AS x{condition}) AS y GROUP BY b",
            self._options.timeout,
        )
        return {bucket: (int(count), str(first), str(second)) for bucket, count, first, second in rows}

    def _at(self, side: Side, one: ColumnPair) -> str:
        column: Column = one.old if side is self._pair.old else one.new
        return f"t.{side.dialect.quote(column.name)}"

    def _framed(self, side: Side, pairs: list[ColumnPair], *, sorts_json: bool = False) -> list[str]:
        return [
            side.dialect.framed(self._at(side, one), one.family or "other", sorts_json=sorts_json)
            for one in pairs
        ]

    def _key_hash(self, side: Side) -> str:
        return side.dialect.md5(side.dialect.joined(self._framed(side, list(self._key))))

    def _row_hash(self, side: Side, *, sorts_json: bool = False) -> str:
        framed = self._framed(side, [*self._key, *self._compared], sorts_json=sorts_json)
        return side.dialect.md5(side.dialect.joined(framed or ["'~'"]))

    def _stream(self, side: Side, buckets: list[str] | None) -> Iterator[Row]:
        """Rows of a side in the order of their keys' hashes: hash, key, values."""
        dialect: Dialect = side.dialect
        texts = [
            f"{dialect.short(self._at(side, one), one.family or 'other')} AS v{number}"
            for number, one in enumerate([*self._key, *self._compared])
        ]
        inner = f"SELECT {', '.join([f'{self._key_hash(side)} AS h', *texts])} FROM {side.source} AS t"
        order = 'h COLLATE "C"' if dialect.name == "postgresql" else "h"
        condition = "" if buckets is None else _within(buckets)
        sql = f"SELECT * FROM ({inner}) AS x{condition} ORDER BY {order}"
        for part in side.warehouse.stream(sql, batch=_BATCH, timeout=self._options.timeout):
            self._moved += len(part.rows)
            if self._progress is not None:
                self._progress(self._moved, self._to_move)
            yield from part.rows

    def _merge(self, buckets: list[str] | None) -> None:
        streams = self._stream(self._pair.old, buckets), self._stream(self._pair.new, buckets)
        try:
            old, new = next(streams[0], None), next(streams[1], None)
            while old is not None or new is not None:
                if new is None or (old is not None and old[0] < new[0]):
                    self._found_alone(0, old)
                    old = next(streams[0], None)
                elif old is None or new[0] < old[0]:
                    self._found_alone(1, new)
                    new = next(streams[1], None)
                else:
                    self._found_both(old, new)
                    old, new = next(streams[0], None), next(streams[1], None)
        finally:
            for stream in streams:
                stream.close()  # type: ignore[attr-defined]

    def _found_alone(self, side: int, row: Row | None) -> None:
        assert row is not None
        self._alone_counts[side] += 1
        if len(self._alone[side]) < self._options.limit:
            self._alone[side].append(SampleRow(key=self._shown_key(row)))

    def _found_both(self, old: Row, new: Row) -> None:
        start = 1 + len(self._key)
        if old[start:] == new[start:]:
            return
        cells: list[CellChange] = []
        for number, one in enumerate(self._compared):
            was, now = old[start + number], new[start + number]
            if are_equal(was, now, one.family or "other", self._options.tolerance):
                continue
            self._counts[number][1 if now is None else 2 if was is None else 0] += 1
            family = one.family or "other"
            cells.append(CellChange(column=one.name, old=shown(was, family), new=shown(now, family)))
        if cells:
            self._changed_count += 1
            if len(self._changed) < self._options.limit:
                self._changed.append(
                    ChangedRow(key=self._shown_key(new), cells=tuple(cells[:MOST_SHOWN_COLUMNS]))
                )

    def _shown_key(self, row: Row) -> tuple[str | None, ...]:
        return tuple(shown(row[place], one.family or "other") for place, one in enumerate(self._key, 1))


def _within(buckets: list[str]) -> str:
    """The condition that hashes begin as one of these; they are digits and need no escaping."""
    if buckets == [""]:
        return ""
    listed = ", ".join(f"'{bucket}'" for bucket in buckets)
    return f" WHERE substr(h, 1, {len(buckets[0])}) IN ({listed})"
