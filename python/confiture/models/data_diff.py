"""How the contents of tables differ (``docs/data-diff.md``)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Count
from confiture.models.documents import ErrorPart

__all__ = [
    "CellChange",
    "ChangedRow",
    "ColumnChange",
    "ColumnProfile",
    "ColumnTop",
    "ColumnValues",
    "DataDiff",
    "Histogram",
    "HistogramBin",
    "Profile",
    "RelationDiff",
    "RowCounts",
    "SampleRow",
    "TopValue",
    "ValueDiff",
]


class RowCounts(Artifact, frozen=True, kw_only=True):
    """How many rows there are.

    Attributes:
        old: In the old relation.
        new: In the new one.
    """

    old: Count
    new: Count


class ColumnChange(Artifact, frozen=True, kw_only=True):
    """A column that is not defined as it was.

    Attributes:
        change: ``added``, ``removed``, ``retyped``, ``moved`` or ``nullability``.
        column: Its name.
        old: What it was: its type, its position among the columns that both have, ``NULL`` or ``NOT NULL``.
        new: What it is.
    """

    change: Annotated[str, Meta(pattern="^(added|removed|retyped|moved|nullability)$")]
    column: str
    old: str | None = None
    new: str | None = None


class Profile(Artifact, frozen=True, kw_only=True):
    """What is in a column, as a whole. What a type does not have is null.

    Attributes:
        rows: Number of rows.
        nulls: How many are NULL.
        distinct: How many different values there are but NULL.
        minimum: The least value; texts are in the order of their bytes.
        maximum: The greatest value.
        mean: Of numbers that are finite and of less than 1e140.
        stddev: Their standard deviation, as that of a sample.
        quantiles: The quartiles of these numbers, interpolated.
        shortest: Characters of the shortest text.
        longest: Characters of the longest text.
        true_share: The share of true among the values that are not NULL.
    """

    rows: Count
    nulls: Count
    distinct: Count | None = None
    minimum: str | None = None
    maximum: str | None = None
    mean: float | None = None
    stddev: float | None = None
    quantiles: tuple[float, ...] = ()
    shortest: Count | None = None
    longest: Count | None = None
    true_share: float | None = None


class ColumnProfile(Artifact, frozen=True, kw_only=True):
    """A column on both sides.

    Attributes:
        column: Its name.
        old: What is in it in the old relation.
        new: What is in it in the new one.
        is_equal: Whether they are the same; means and the like may be apart by a billionth.
    """

    column: str
    old: Profile
    new: Profile
    is_equal: bool


class ColumnValues(Artifact, frozen=True, kw_only=True):
    """The values of a column in rows that both sides have.

    Attributes:
        column: Its name.
        equal: How many are the same.
        changed: How many are another value.
        became_null: How many are NULL and were not.
        was_null: How many were NULL and are not.
        is_compared: False if the types are of families that cannot be compared; then all counts are 0.
    """

    column: str
    equal: Count = 0
    changed: Count = 0
    became_null: Count = 0
    was_null: Count = 0
    is_compared: bool = True

    @property
    def differing(self) -> int:
        """How many are not the same."""
        return self.changed + self.became_null + self.was_null


class CellChange(Artifact, frozen=True, kw_only=True):
    """A value that is not what it was; long ones are shown as their beginning and their hash.

    Attributes:
        column: The column.
        old: What it was; null for NULL.
        new: What it is.
    """

    column: str
    old: str | None = None
    new: str | None = None


class SampleRow(Artifact, frozen=True, kw_only=True):
    """A row that one side has.

    Attributes:
        key: Its key.
    """

    key: tuple[str | None, ...]


class ChangedRow(Artifact, frozen=True, kw_only=True):
    """A row that both sides have, with other values.

    Attributes:
        key: Its key.
        cells: The values that differ; at most those of a hundred columns.
    """

    key: tuple[str | None, ...]
    cells: tuple[CellChange, ...]


class ValueDiff(Artifact, frozen=True, kw_only=True):
    """How the rows of two relations differ, told apart by a key.

    Attributes:
        key: The key's columns.
        method: ``join`` in one warehouse; of two, ``checksums`` if only rows were moved of which checksums
            differ, ``rows`` if all were.
        moved_rows: How many rows left the two warehouses to be compared.
        old_rows: Rows of the old relation.
        new_rows: Rows of the new one.
        common_rows: Rows that both have.
        changed_rows: Rows that both have, with a value that differs.
        only_old_rows: Rows that the old relation alone has.
        only_new_rows: Rows that the new relation alone has.
        columns: The columns that both have, but the key's.
        changed: Some of the changed rows.
        only_old: Some of the rows that the old relation alone has.
        only_new: Some of the rows that the new relation alone has.
    """

    key: tuple[str, ...]
    method: Annotated[str, Meta(pattern="^(join|checksums|rows)$")]
    moved_rows: Count = 0
    old_rows: Count
    new_rows: Count
    common_rows: Count
    changed_rows: Count
    only_old_rows: Count
    only_new_rows: Count
    columns: tuple[ColumnValues, ...] = ()
    changed: tuple[ChangedRow, ...] = ()
    only_old: tuple[SampleRow, ...] = ()
    only_new: tuple[SampleRow, ...] = ()


class TopValue(Artifact, frozen=True, kw_only=True):
    """A value that is among the most frequent ones of either side.

    Attributes:
        value: The value.
        old: How many rows of the old relation have it.
        new: How many rows of the new one have it.
    """

    value: str
    old: Count
    new: Count


class ColumnTop(Artifact, frozen=True, kw_only=True):
    """The most frequent values of a column; NULL is none.

    Attributes:
        column: Its name.
        values: The values, the most frequent first.
    """

    column: str
    values: tuple[TopValue, ...]


class HistogramBin(Artifact, frozen=True, kw_only=True):
    """A part of the range of a column's values.

    Attributes:
        start: Where it begins: a number, or a date and time in UTC.
        end: Where it ends; the last one includes its end.
        old: How many rows of the old relation are in it.
        new: How many rows of the new one are in it.
    """

    start: str
    end: str
    old: Count
    new: Count


class Histogram(Artifact, frozen=True, kw_only=True):
    """How the values of a column are spread, in bins that both sides have in common.

    Attributes:
        column: Its name.
        bins: The bins; none if there are no finite values.
    """

    column: str
    bins: tuple[HistogramBin, ...]


class RelationDiff(Artifact, frozen=True, kw_only=True):
    """How two relations differ. What was not asked for is null.

    Attributes:
        ok: Whether they do not.
        identity: The node of a dbt project that they belong to.
        change: ``added`` or ``removed`` if only one side has it, else ``compared``.
        old: The old relation, as SQL of its warehouse has it.
        new: The new one.
        rows: How many rows there are.
        schema: The columns that are not defined as they were.
        values: How the rows differ.
        profile: What is in the columns.
        top: The most frequent values.
        histograms: How numbers and times are spread.
        failure: Why they could not be compared.
        notes: What was left out, and why.
    """

    ok: bool
    identity: str | None = None
    change: Annotated[str, Meta(pattern="^(added|removed|compared)$")] = "compared"
    old: str | None = None
    new: str | None = None
    rows: RowCounts | None = None
    schema: tuple[ColumnChange, ...] | None = None
    values: ValueDiff | None = None
    profile: tuple[ColumnProfile, ...] | None = None
    top: tuple[ColumnTop, ...] | None = None
    histograms: tuple[Histogram, ...] | None = None
    failure: ErrorPart | None = None
    notes: tuple[str, ...] = ()


class DataDiff(Document, frozen=True, kw_only=True, tag="data_diff/1"):
    """How the contents of tables differ.

    Attributes:
        ok: Whether they do not.
        old: The warehouse of the old relations.
        new: The warehouse of the new ones.
        relations: The relations.
        notes: What was left out, and why.
    """

    ok: bool
    old: str
    new: str
    relations: tuple[RelationDiff, ...]
    notes: tuple[str, ...] = ()
