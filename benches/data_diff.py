"""Comparisons of two tables by key, beside the join that anyone would write; tables are in DuckDB files."""

from __future__ import annotations

import shutil
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from confiture.data import ComparisonOptions, compare_relations
from confiture.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["DataTimes", "data_section", "measure_data"]

FLOOR = "the floor: FULL OUTER JOIN, written by hand, that counts differences by column"
JOINED = "one connection: rows, schema and values"
SUMMED = "two connections, 1,000 of the rows differ"
EQUAL = "two connections, all rows equal"
PROFILE = "profile of both"

_ROWS = 1_000_000
_TURNS = 3

_KINDS = (
    "(range * {0}) % 1000003 AS c{1}",
    "((range * {0}) % 9973)::double / 7 AS c{1}",
    "'text ' || ((range * {0}) % 5000) AS c{1}",
    "timestamp '2024-01-01' + interval 1 second * ((range * {0}) % 100000) AS c{1}",
    "((range * {0}) % 9973)::decimal(12, 2) AS c{1}",
)
_COLUMNS = 19


class DataTimes(NamedTuple):
    """Median seconds by what was done, and how many rows left the databases where there are two."""

    rows: int
    columns: int
    seconds: dict[str, float]
    moved: dict[str, int]


def measure_data(cache: Path) -> DataTimes:
    """Measure; everything is made in `cache`."""
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    database = cache / "data.duckdb"
    columns = [_KINDS[number % len(_KINDS)].format(number + 3, number) for number in range(_COLUMNS)]
    with duckdb.connect(database) as connection:
        connection.execute(
            f"CREATE TABLE old_side AS SELECT range AS id, {', '.join(columns)} FROM range({_ROWS})"
        )
        connection.execute("CREATE TABLE new_side AS SELECT * FROM old_side")
        connection.execute("UPDATE new_side SET c3 = NULL WHERE id % 1000 = 7")
    url = f"duckdb:///{database}"
    options = ComparisonOptions(key=("id",))
    moved: dict[str, int] = {}
    with Warehouse.from_url(url, read_only=True) as one, Warehouse.from_url(url, read_only=True) as other:

        def compare(new: Warehouse, name: str, what: str) -> Callable[[], None]:
            def work() -> None:
                diff = compare_relations(one, "old_side", new, name, options)
                assert diff.values is not None
                assert diff.values.changed_rows == (0 if name == "old_side" else _ROWS // 1000)
                moved[what] = diff.values.moved_rows

            return work

        def profile() -> None:
            compare_relations(one, "old_side", one, "new_side", options._replace(kinds=("profile",)))

        counted = [f"count(CASE WHEN o.c{n} IS DISTINCT FROM n.c{n} THEN 1 END)" for n in range(_COLUMNS)]
        floor = (
            f"SELECT count(*), count(o.id), count(n.id), {', '.join(counted)} "
            "FROM old_side o FULL OUTER JOIN new_side n ON o.id = n.id"
        )
        works: dict[str, Callable[[], object]] = {
            FLOOR: lambda: one.execute(floor),
            JOINED: compare(one, "new_side", JOINED),
            EQUAL: compare(other, "old_side", EQUAL),
            SUMMED: compare(other, "new_side", SUMMED),
            PROFILE: profile,
        }
        times: dict[str, list[float]] = {what: [] for what in works}
        for _ in range(_TURNS):
            for what, work in works.items():
                start = time.perf_counter()
                work()
                times[what].append(time.perf_counter() - start)
    seconds = {what: statistics.median(each) for what, each in times.items()}
    return DataTimes(_ROWS, _COLUMNS + 1, seconds, moved)


def data_section(times: DataTimes) -> list[str]:
    """The section's lines on the page."""
    floor = times.seconds[FLOOR]
    rows = []
    for what, seconds in times.seconds.items():
        moved = f"{times.moved[what]:,}" if what in times.moved else ""
        rows.append(f"| {what} | {seconds:,.2f} | {seconds / floor:,.1f} | {moved} |")
    return [
        "## Comparing data",
        "",
        f"Two tables of {times.rows:,} rows and {times.columns} columns (whole numbers, floating point, "
        "text, timestamps, decimals) in a DuckDB file, as docs/data-diff.md has it; the database is open.",
        "",
        "| | s | of the floor | rows moved |",
        "|---|---:|---:|---:|",
        *rows,
        "",
    ]
