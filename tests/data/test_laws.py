"""Comparisons of generated tables: with a reference, by both methods, in both databases and between them."""

from __future__ import annotations

import random
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from confiture.data import ComparisonOptions, compare_relations
from data.tables import TYPES, Expected, Rows, expected, make_rows, write_table

if TYPE_CHECKING:
    from confiture.models.data_diff import Profile, RelationDiff, ValueDiff
    from confiture.warehouse import Warehouse

_ALL = ComparisonOptions(
    kinds=("rows", "schema", "values", "profile", "top", "histogram"), limit=1000, top=50
)
_SEEDS = range(4)


def _tables(seed: int, count: int = 60) -> tuple[Rows, Rows]:
    return make_rows(random.Random(seed), count, list(TYPES))


def _found(values: ValueDiff | None) -> Expected:
    assert values is not None
    return Expected(
        values.common_rows,
        values.changed_rows,
        values.only_old_rows,
        values.only_new_rows,
        {one.column: (one.changed, one.became_null, one.was_null) for one in values.columns},
    )


def _assert_is_reference(diff: RelationDiff, old: Rows, new: Rows) -> None:
    """All that a comparison says is what the rows say."""
    wanted = expected(old, new)
    assert _found(diff.values) == wanted
    assert diff.values is not None
    assert all(one.equal + one.differing == wanted.common for one in diff.values.columns)
    assert {int(row.key[0] or "") for row in diff.values.only_old} == old.values.keys() - new.values.keys()
    assert {int(row.key[0] or "") for row in diff.values.only_new} == new.values.keys() - old.values.keys()
    assert len(diff.values.changed) == wanted.changed
    cells = Counter(cell.column for row in diff.values.changed for cell in row.cells)
    assert cells == Counter({column: sum(counts) for column, counts in wanted.columns.items() if sum(counts)})
    assert diff.rows is not None
    assert (diff.rows.old, diff.rows.new) == (len(old.values), len(new.values))
    assert diff.schema == ()
    assert diff.ok is False
    numbers = {column: number for number, column in enumerate(old.columns)}
    for profile in diff.profile or ():
        if profile.column == "id":
            continue
        for side, rows in ((profile.old, old), (profile.new, new)):
            cells_of = [cells[numbers[profile.column]] for cells in rows.values.values()]
            values = {cell[0] for cell in cells_of if cell is not None}
            assert side.nulls == cells_of.count(None)
            if profile.column not in ("json", "array"):
                assert side.distinct == len(values)
    for top in diff.top or ():
        if top.column == "id":
            continue
        for counts, rows in (([one.old for one in top.values], old), ([one.new for one in top.values], new)):
            cells_of = [cells[numbers[top.column]] for cells in rows.values.values()]
            by_value = Counter(cell[0] for cell in cells_of if cell is not None)
            assert sorted(count for count in counts if count) == sorted(by_value.values())


def _comparable(diff: RelationDiff) -> RelationDiff:
    """A comparison without what is of the place, the method and the order of samples."""
    assert diff.values is not None
    assert diff.profile is not None
    values = replace(
        diff.values,
        method="join",
        moved_rows=0,
        changed=tuple(sorted(diff.values.changed, key=lambda row: row.key)),
        only_old=tuple(sorted(diff.values.only_old, key=lambda row: row.key)),
        only_new=tuple(sorted(diff.values.only_new, key=lambda row: row.key)),
    )
    values = replace(
        values, changed=tuple(replace(row, cells=_portable(row.cells)) for row in values.changed)
    )
    profile = tuple(replace(one, old=_rounded(one.old), new=_rounded(one.new)) for one in diff.profile)
    return replace(diff, old=None, new=None, values=values, profile=profile)


def _rounded(profile: Profile) -> Profile:
    """A profile without what depends on the order in which numbers are added."""

    def near(number: float) -> float:
        return float(f"{number:.9g}") if abs(number) > sys.float_info.min else 0.0

    means = {name: getattr(profile, name) for name in ("mean", "stddev")}
    rounded = {name: None if number is None else near(number) for name, number in means.items()}
    return replace(profile, quantiles=tuple(map(near, profile.quantiles)), **rounded)


def _portable(cells: tuple) -> tuple:  # type: ignore[type-arg]
    # Each database writes JSON in its own way.
    return tuple(cell for cell in cells if cell.column not in ("json", "array"))


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_comparison_finds_what_the_reference_does(
    seed: int, warehouse: Warehouse, second: Warehouse
) -> None:
    old, new = _tables(seed)
    write_table(warehouse, "old_side", old)
    write_table(warehouse, "new_side", new)
    joined = compare_relations(warehouse, "old_side", warehouse, "new_side", _ALL)
    _assert_is_reference(joined, old, new)
    merged = compare_relations(warehouse, "old_side", second, "new_side", _ALL)
    _assert_is_reference(merged, old, new)
    assert joined.values is not None
    assert merged.values is not None
    assert (joined.values.method, merged.values.method) == ("join", "checksums")
    assert _comparable(joined) == _comparable(merged)
    same = compare_relations(warehouse, "old_side", second, "old_side", _ALL)
    assert same.ok
    assert same.values is not None
    assert same.values.moved_rows == 0


@pytest.mark.parametrize("seed", _SEEDS[:2])
def test_both_databases_give_the_same_answers_and_so_does_a_comparison_between_them(
    seed: int, both: tuple[Warehouse, Warehouse]
) -> None:
    duckdb, postgresql = both
    old, new = _tables(seed)
    for warehouse in both:
        write_table(warehouse, "old_side", old)
        write_table(warehouse, "new_side", new)
    answers = [
        compare_relations(one, "old_side", other, "new_side", _ALL)
        for one, other in (
            (duckdb, duckdb),
            (postgresql, postgresql),
            (duckdb, postgresql),
            (postgresql, duckdb),
        )
    ]
    for answer in answers:
        _assert_is_reference(answer, old, new)
    first, *others = map(_comparable, answers)
    for other in others:
        assert other == first
    assert answers[2].values is not None
    assert answers[2].values.method == "rows"


def test_between_databases_checksums_are_enough_where_values_are_written_alike(
    both: tuple[Warehouse, Warehouse],
) -> None:
    others = ["boolean", "date", "time", "timestamp", "zoned", "uuid", "binary"]
    columns = ["big", "decimal", "share", "text", *others]
    old, new = make_rows(random.Random(5), 60, columns)
    for warehouse in both:
        write_table(warehouse, "old_side", old)
    write_table(both[1], "new_side", new)
    same = compare_relations(both[0], "old_side", both[1], "old_side")
    assert same.ok
    assert same.values is not None
    assert (same.values.method, same.values.moved_rows) == ("checksums", 0)
    assert _found(compare_relations(both[0], "old_side", both[1], "new_side").values) == expected(old, new)


_MANY = 20_000
_SERIES = {
    "duckdb": f"SELECT range AS id, 'row ' || range AS t, range % 7 AS n FROM range({_MANY})",
    "postgresql": f"SELECT i AS id, 'row ' || i AS t, i % 7 AS n FROM generate_series(0, {_MANY - 1}) AS i",
}


def test_of_many_rows_those_move_that_are_near_a_difference(warehouse: Warehouse, second: Warehouse) -> None:
    for table in ("old_side", "few", "all_other"):
        warehouse.execute(f"CREATE TABLE {table} AS {_SERIES[warehouse.dialect]}")
    warehouse.execute("UPDATE few SET t = 'other' WHERE id IN (3, 7000)")
    warehouse.execute("DELETE FROM few WHERE id = 11")
    warehouse.execute("UPDATE all_other SET n = n + 1")
    options = ComparisonOptions(key=("id",), kinds=("values",))
    few = compare_relations(warehouse, "old_side", second, "few", options).values
    assert few is not None
    assert (few.changed_rows, few.only_old_rows, few.common_rows) == (2, 1, _MANY - 1)
    assert [row.key for row in few.only_old] == [("11",)]
    assert 0 < few.moved_rows < _MANY // 100
    told: list[tuple[int, int]] = []
    every = compare_relations(
        warehouse, "old_side", second, "all_other", options, lambda done, total: told.append((done, total))
    ).values
    assert every is not None
    assert (every.changed_rows, every.moved_rows, len(every.changed)) == (_MANY, 2 * _MANY, 10)
    assert told[-1] == (2 * _MANY, 2 * _MANY)


def test_a_swap_of_two_rows_is_seen(warehouse: Warehouse, second: Warehouse) -> None:
    for table, values in (("old_side", "(1, 'a'), (2, 'b')"), ("new_side", "(1, 'b'), (2, 'a')")):
        warehouse.execute(f"CREATE TABLE {table} (id integer PRIMARY KEY, v varchar)")
        warehouse.execute(f"INSERT INTO {table} VALUES {values}")
    for other in (warehouse, second):
        values_of = compare_relations(warehouse, "old_side", other, "new_side").values
        assert values_of is not None
        assert values_of.changed_rows == 2
