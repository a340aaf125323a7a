"""Two relations whose columns are set against each other."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from confiture.data.failures import columns_missing, key_not_comparable, no_key
from confiture.data.families import PORTABLE, common_family
from confiture.models.data_diff import ColumnChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from confiture.data.options import ComparisonOptions
    from confiture.data.relations import Column, Side

__all__ = ["ColumnPair", "RelationPair", "pair_relations", "schema_changes"]


#: Families of which two types are not compared as they are: precision, range or elements differ.
_CONVERTED = ("decimal", "timestamp", "nested")


class ColumnPair(NamedTuple):
    """A column of both sides.

    Attributes:
        old: It in the old relation.
        new: It in the new one.
        family: The family in which values are compared; None if they cannot be.
    """

    old: Column
    new: Column
    family: str | None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.new.name

    @property
    def is_native(self) -> bool:
        """Whether a warehouse compares the two itself: else a conversion could fail, or make them equal."""
        return self.old.type == self.new.type or self.family not in _CONVERTED


class RelationPair(NamedTuple):
    """Two relations.

    Attributes:
        old: The old one.
        new: The new one.
        columns: The columns that both have and that are compared, in the order of the new relation.
        key: Those that tell rows apart; empty if none are known.
    """

    old: Side
    new: Side
    columns: tuple[ColumnPair, ...]
    key: tuple[ColumnPair, ...]

    @property
    def values(self) -> tuple[ColumnPair, ...]:
        """The columns that are compared, but the key's."""
        names = {pair.name for pair in self.key}
        return tuple(pair for pair in self.columns if pair.name not in names)

    def required_key(self) -> tuple[ColumnPair, ...]:
        """The key.

        Raises:
            DifferError: ``DIFFER_021``: none is known.
        """
        if not self.key:
            raise no_key(self.old.relation.name, self.new.relation.name)
        return self.key


def pair_relations(
    old: Side,
    new: Side,
    options: ComparisonOptions,
    candidates: Iterable[Sequence[str]] = (),
    *,
    is_strict: bool = True,
) -> RelationPair:
    """Set the columns of two relations against each other.

    Args:
        old: The old relation.
        new: The new one.
        options: Which columns are compared, and which are the key.
        candidates: Columns that could be the key, the best first; the primary key comes after them.
        is_strict: Whether excluded columns have to be there, in either relation.

    Raises:
        DifferError: ``DIFFER_020``: a column that is named is not there; ``DIFFER_023``: the key's columns
            cannot be compared with each other.
    """
    pairs = _all_pairs(old, new)
    by_name = {pair.name: pair for pair in pairs}
    relation = new.relation.name

    def named(names: Iterable[str], option: str) -> tuple[ColumnPair, ...]:
        return tuple(_named(name, by_name, option, relation) for name in names)

    key = named(options.key, "--key")
    if not key:
        candidate = [*candidates, new.relation.primary_key, old.relation.primary_key]
        key = next((found for names in candidate if (found := _key(names, by_name))), ())
    for pair in key:
        if pair.family is None or (old.warehouse is not new.warehouse and not _can_move(pair, old, new)):
            raise key_not_comparable(pair.name, pair.old.type, pair.new.type)
    wanted = {pair.name for pair in named(options.columns, "--columns")} if options.columns else set(by_name)
    if is_strict:
        known = [column.name for side in (new, old) for column in side.relation.columns]
        for name in options.excluded:
            if name.casefold() not in {each.casefold() for each in known}:
                raise columns_missing(name, "--exclude-columns", relation, known)
    excluded = {name.casefold() for name in options.excluded}
    columns = tuple(pair for pair in pairs if pair.name in wanted and pair.name.casefold() not in excluded)
    return RelationPair(old, new, columns, key)


def _all_pairs(old: Side, new: Side) -> list[ColumnPair]:
    exact = {column.name: column for column in old.relation.columns}
    folded: dict[str, Column] = {}
    if (old.dialect.name, new.dialect.name) != ("postgresql", "postgresql"):
        # Elsewhere a column is called the same whatever the size of its letters.
        folded = {column.name.casefold(): column for column in old.relation.columns}
    pairs = []
    for column in new.relation.columns:
        found = exact.get(column.name) or folded.get(column.name.casefold())
        if found is not None:
            pairs.append(ColumnPair(found, column, common_family(found.family, column.family)))
    return pairs


def _named(name: str, by_name: dict[str, ColumnPair], option: str, relation: str) -> ColumnPair:
    found = by_name.get(name)
    if found is None:
        same = [pair for known, pair in by_name.items() if known.casefold() == name.casefold()]
        if len(same) != 1:
            raise columns_missing(name, option, relation, by_name)
        found = same[0]
    return found


def _key(names: Sequence[str], by_name: dict[str, ColumnPair]) -> tuple[ColumnPair, ...]:
    folded = {known.casefold(): pair for known, pair in by_name.items()}
    found = [by_name.get(name) or folded.get(name.casefold()) for name in names]
    return tuple(pair for pair in found if pair is not None) if all(found) else ()


def _can_move(pair: ColumnPair, old: Side, new: Side) -> bool:
    return pair.family in PORTABLE or old.dialect.name == new.dialect.name


def schema_changes(old: Side, new: Side, options: ComparisonOptions) -> tuple[ColumnChange, ...]:
    """How the columns of two relations differ: those that are there, their types, order and nullability."""
    ignored = {name.casefold() for name in options.excluded}
    asked = {name.casefold() for name in options.columns}

    def is_meant(name: str) -> bool:
        folded = name.casefold()
        return folded not in ignored and (not asked or folded in asked)

    pairs = [pair for pair in _all_pairs(old, new) if is_meant(pair.name)]
    kept = {pair.old.name for pair in pairs}
    changes = [
        ColumnChange(change="removed", column=column.name, old=column.type)
        for column in old.relation.columns
        if column.name not in kept and is_meant(column.name)
    ]
    added = {pair.new.name for pair in pairs}
    changes += [
        ColumnChange(change="added", column=column.name, new=column.type)
        for column in new.relation.columns
        if column.name not in added and is_meant(column.name)
    ]
    is_same_warehouse = old.dialect.name == new.dialect.name
    for pair in pairs:
        types = (pair.old.type, pair.new.type)
        # Warehouses of two kinds call the same type differently.
        is_retyped = types[0] != types[1] if is_same_warehouse else pair.old.family != pair.new.family
        if is_retyped:
            changes.append(ColumnChange(change="retyped", column=pair.name, old=types[0], new=types[1]))
        if pair.old.is_nullable != pair.new.is_nullable:
            told = [
                "NULL" if nullable else "NOT NULL"
                for nullable in (pair.old.is_nullable, pair.new.is_nullable)
            ]
            changes.append(ColumnChange(change="nullability", column=pair.name, old=told[0], new=told[1]))
    changes += _moved(old, pairs)
    return tuple(changes)


def _moved(old: Side, pairs: list[ColumnPair]) -> list[ColumnChange]:
    """The columns that are not where they were: as few as the others keep their order without."""
    kept = {pair.old.name for pair in pairs}
    names = (column.name for column in old.relation.columns if column.name in kept)
    before = {name: place for place, name in enumerate(names, 1)}
    places = [before[pair.old.name] for pair in pairs]
    staying = _longest_rising(places)
    return [
        ColumnChange(change="moved", column=pair.name, old=str(was), new=str(place))
        for place, (pair, was) in enumerate(zip(pairs, places, strict=True), 1)
        if was not in staying
    ]


def _longest_rising(numbers: list[int]) -> set[int]:
    """The longest part of different numbers that rises, as it stands.

    >>> sorted(_longest_rising([3, 1, 2, 4]))
    [1, 2, 4]
    """
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        before[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    rising = set()
    last = ends[-1] if ends else None
    while last is not None:
        rising.add(last)
        last = before[last]
    return rising
