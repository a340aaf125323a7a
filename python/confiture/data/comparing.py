"""The comparison of two relations, and of many pairs of them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple

from confiture.data.conditions import check_condition
from confiture.data.frequencies import compare_frequencies
from confiture.data.histograms import compare_histograms
from confiture.data.merging import have_same_rows, merge_values
from confiture.data.options import ComparisonOptions
from confiture.data.pairs import pair_relations, schema_changes
from confiture.data.profiling import compare_profiles
from confiture.data.relations import Side, find_relation
from confiture.data.values import compare_values
from confiture.exceptions import ConfiturError
from confiture.models.data_diff import DataDiff, RelationDiff, RowCounts
from confiture.models.documents import ErrorPart

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from confiture.data.names import NamePart
    from confiture.data.pairs import RelationPair
    from confiture.warehouse.connections import Warehouse

__all__ = ["AskedPair", "compare_pairs", "compare_relations"]

#: So that all queries of a transaction see the same rows, nothing is written in it, and values are written
#: in one way.
_POSTGRESQL_SETTINGS = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL extra_float_digits = 1",
)

#: Errors that each pair would end with: the database is not there, or nobody waits any more.
_OF_ALL = ("DATABASE_001", "DATABASE_012", "DATABASE_013", "DATABASE_016")


class AskedPair(NamedTuple):
    """Two relations that are to be compared.

    Attributes:
        old: The name of the old one; None if there is none.
        new: The name of the new one; None if there is none.
        identity: The node of a dbt project that they belong to.
        keys: Columns that could tell rows apart, the best first.
    """

    old: str | Sequence[NamePart] | None
    new: str | Sequence[NamePart] | None
    identity: str | None = None
    keys: tuple[tuple[str, ...], ...] = ()


def compare_relations(
    old: Warehouse,
    old_name: str,
    new: Warehouse,
    new_name: str,
    options: ComparisonOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RelationDiff:
    """How two relations differ.

    Args:
        old: The warehouse of the old one.
        old_name: The name of the old one, ``schema.table``.
        new: The warehouse of the new one; the same object if both are in one, which then joins them.
        new_name: The name of the new one.
        options: What is compared, and how.
        progress: Is told how many rows were fetched of two warehouses, and of how many.

    Raises:
        DatabaseError: ``DATABASE_040``: there is no such relation; a query fails, or takes too long.
        DifferError: ``DIFFER_020`` to ``DIFFER_023``: the relations cannot be compared as asked for.
        ConfigurationError: ``CONFIG_050``, ``CONFIG_051``: a name or the condition is none.
    """
    options = options or ComparisonOptions()
    _check_condition(options, old, new)
    return _compared(old, new, AskedPair(old_name, new_name), options, progress)


def compare_pairs(
    old: Warehouse,
    new: Warehouse,
    pairs: Sequence[AskedPair],
    options: ComparisonOptions,
    *,
    notes: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> DataDiff:
    """How many relations differ; one that cannot be compared says so, and the others are.

    Args:
        old: The warehouse of the old ones.
        new: The warehouse of the new ones; the same object if both are in one.
        pairs: The relations.
        options: What is compared, and how.
        notes: What is to be said besides.
        progress: Is told how many pairs are done, and of how many; of a single one what `compare_relations`
            tells.

    Raises:
        DatabaseError: The database cannot be reached, or not any more.
        ConfigurationError: ``CONFIG_051``: the condition is none.
    """
    _check_condition(options, old, new)
    found = []
    is_single = len(pairs) == 1
    for number, pair in enumerate(pairs):
        if progress is not None and not is_single:
            progress(number, len(pairs))
        try:
            found.append(_compared(old, new, pair, options, progress if is_single else None))
        except ConfiturError as error:
            if error.error_code in _OF_ALL:
                raise
            found.append(_failed(pair, error))
    return DataDiff(
        ok=all(one.ok for one in found),
        old=old.shown,
        new=new.shown,
        relations=tuple(found),
        notes=tuple(notes),
    )


def _check_condition(options: ComparisonOptions, *warehouses: Warehouse) -> None:
    if options.where is not None:
        for dialect in sorted({warehouse.dialect for warehouse in warehouses}):
            check_condition(options.where, dialect)


def _failed(pair: AskedPair, error: ConfiturError) -> RelationDiff:
    failure = ErrorPart(
        code=error.error_code,
        message=error.message,
        hint=error.resolution_hint,
        file=None,
        line=None,
        column=None,
    )
    return RelationDiff(
        ok=False, identity=pair.identity, old=_written(pair.old), new=_written(pair.new), failure=failure
    )


def _written(name: str | Sequence[NamePart] | None) -> str | None:
    if name is None or isinstance(name, str):
        return name
    return ".".join(part.text for part in name)


def _compared(
    old: Warehouse,
    new: Warehouse,
    asked: AskedPair,
    options: ComparisonOptions,
    progress: Callable[[int, int], None] | None,
) -> RelationDiff:
    if asked.old is None or asked.new is None:
        change = "added" if asked.old is None else "removed"
        return RelationDiff(
            ok=False, identity=asked.identity, change=change, old=_written(asked.old), new=_written(asked.new)
        )
    with old.transaction(), nullcontext() if new is old else new.transaction():
        for warehouse in dict.fromkeys((old, new)):
            _prepare(warehouse)
        return _of_one_moment(old, new, asked, options, progress)


def _prepare(warehouse: Warehouse) -> None:
    if warehouse.dialect == "postgresql":
        for setting in _POSTGRESQL_SETTINGS:
            warehouse.execute(setting)


def _of_one_moment(
    old: Warehouse,
    new: Warehouse,
    asked: AskedPair,
    options: ComparisonOptions,
    progress: Callable[[int, int], None] | None,
) -> RelationDiff:
    assert asked.old is not None
    assert asked.new is not None
    is_one = old is new
    of_dbt = asked.identity is not None
    sides = []
    for warehouse, name in ((old, asked.old), (new, asked.new)):
        dialect, relation = find_relation(warehouse, name, any_database=of_dbt and not is_one)
        sides.append(Side(warehouse, dialect, relation, options.where))
    pair = pair_relations(sides[0], sides[1], options, asked.keys, is_strict=not of_dbt)
    is_itself = is_one and sides[0].relation.name == sides[1].relation.name
    notes = ["Both sides are the same relation."] if is_itself else []
    values = None
    has_other_rows = False
    if "values" in options.kinds:
        if of_dbt and not pair.key:
            is_same = have_same_rows(pair, options)
            has_other_rows = is_same is False
            told = {None: "nor could they be compared as a whole", True: "and as a whole they are the same"}
            notes.append(
                "Rows are not told apart, as no key is known: "
                f"{told.get(is_same, 'but as a whole they are not the same')}."
            )
        else:
            values = compare_values(pair, options) if is_one else merge_values(pair, options, progress)
    notes += [
        f"{one.name} is not compared: its types are {one.old.type} and {one.new.type}."
        for one in pair.columns
        if one.family is None
    ]
    kinds = options.kinds
    schema = schema_changes(pair.old, pair.new, options) if "schema" in kinds else None
    profile = compare_profiles(pair, options) if "profile" in kinds else None
    top = compare_frequencies(pair, options) if "top" in kinds else None
    histograms = compare_histograms(pair, options) if "histogram" in kinds else None
    rows = _row_counts(pair, options) if "rows" in kinds else None
    is_equal = (
        not has_other_rows
        and (rows is None or rows.old == rows.new)
        and not schema
        and (values is None or not (values.changed_rows or values.only_old_rows or values.only_new_rows))
        and all(one.is_equal for one in profile or ())
        and all(value.old == value.new for one in top or () for value in one.values)
        and all(each.old == each.new for one in histograms or () for each in one.bins)
    )
    return RelationDiff(
        ok=is_equal,
        identity=asked.identity,
        old=pair.old.relation.name,
        new=pair.new.relation.name,
        rows=rows,
        schema=schema,
        values=values,
        profile=profile,
        top=top,
        histograms=histograms,
        notes=tuple(notes),
    )


def _row_counts(pair: RelationPair, options: ComparisonOptions) -> RowCounts:
    counts = [
        int(side.rows(f"SELECT count(*) FROM {side.source} AS t", options.timeout)[0][0])
        for side in (pair.old, pair.new)
    ]
    return RowCounts(old=counts[0], new=counts[1])
