"""What the names in a query can stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.column_lineage.origins import Origins, add, used
from confiture.column_lineage.shapes import EVERY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Output", "Rows", "Scope"]


class Output:
    """A column of a query or a relation: its name, if that is known, and where it comes from."""

    __slots__ = ("name", "origins")

    def __init__(self, name: str | None, origins: Origins) -> None:
        self.name = name
        self.origins = origins


class Rows:
    """What can be selected from: the rows of a query, a relation or a function.

    Attributes:
        outputs: The columns that are known.
        opens: Relations whose other columns are there too, each without those of some keys.
        rest: Where columns come from of which no more is known than that they may be there; None if there
            are none.
        decided: What decides which rows there are.
    """

    def __init__(self) -> None:
        self.outputs: list[Output] = []
        self.opens: list[tuple[str, frozenset[str]]] = []
        self.rest: Origins | None = None
        self.decided: Origins = {}

    @property
    def is_complete(self) -> bool:
        """Whether all columns are known."""
        return not self.opens and self.rest is None

    def all_origins(self) -> Origins:
        """Where all columns come from."""
        found: Origins = {}
        for output in self.outputs:
            add(found, output.origins)
        add(found, self.unlisted())
        return found

    def unlisted(self) -> Origins:
        """Where the columns come from that are not known by name."""
        found: Origins = {(relation, EVERY, "identity"): False for relation, _ in self.opens}
        if self.rest is not None:
            add(found, self.rest)
        return found

    def by_key(self, key: Callable[[str], str]) -> dict[str, Origins]:
        """The columns by key; those of the same one together."""
        found: dict[str, Origins] = {}
        for output in self.outputs:
            if output.name is not None:
                known = found.get(key(output.name))
                if known is None:
                    found[key(output.name)] = output.origins
                else:
                    merged = dict(known)
                    add(merged, output.origins)
                    found[key(output.name)] = merged
        return found

    def among_unlisted(self, name: str, key: str) -> Origins:
        """Where a column comes from that is not known; nothing if it cannot be there."""
        found: Origins = {
            (relation, name, "identity"): False for relation, without in self.opens if key not in without
        }
        if self.rest is not None:
            add(found, self.rest)
        return found


class Scope:
    """The sources of a query as names see them.

    Args:
        key: Gives what names are the same by.
        outer: What is seen where nothing here is meant.
    """

    def __init__(self, key: Callable[[str], str], outer: Scope | None) -> None:
        self._key = key
        self._outer = outer
        self.sources: list[tuple[str, Rows, tuple[str, ...]]] = []
        self._columns: list[dict[str, Origins]] = []
        self._hidden: set[int] = set()
        #: Columns that ``USING`` makes one of two.
        self.merged: dict[str, Output] = {}
        self.aliases: dict[str, Origins] = {}
        #: What joins decide by the columns that they share.
        self.decided: Origins = {}

    def append(self, name: str, rows: Rows, relation: Iterable[str] = (), *, is_hidden: bool = False) -> None:
        """Add a source; a hidden one is not among all columns."""
        if is_hidden:
            self._hidden.add(len(self.sources))
        self.sources.append((self._key(name), rows, tuple(map(self._key, relation))))
        self._columns.append(rows.by_key(self._key))

    def columns(self, number: int) -> dict[str, Origins]:
        """The known columns of a source by key."""
        return self._columns[number]

    def shown(self) -> list[int]:
        """The numbers of the sources that all columns are of."""
        return [number for number in range(len(self.sources)) if number not in self._hidden]

    def named(self, qualifier: tuple[str, ...]) -> int | None:
        """The number of the source that is meant by the parts before a column."""
        keys = tuple(map(self._key, qualifier))
        for number, (name, _, relation) in enumerate(self.sources):
            if name and name == keys[-1] and (len(keys) == 1 or relation[-len(keys) :] == keys):
                return number
        return None

    def find(self, parts: tuple[str, ...], *, prefers_alias: bool = False) -> Origins | None:
        """Where a column comes from; None if nothing of that name is to be seen."""
        scope: Scope | None = self
        while scope is not None:
            found = scope._own(parts, prefers_alias=prefers_alias)
            if found is not None:
                return found
            scope = scope._outer
            prefers_alias = False
        return self._whole(parts) if len(parts) == 1 else None

    def _own(self, parts: tuple[str, ...], *, prefers_alias: bool) -> Origins | None:
        if len(parts) == 1:
            return self._unqualified(parts[0], prefers_alias=prefers_alias)
        # What follows a column are fields in it.
        for length in range(len(parts) - 1, 0, -1):
            number = self.named(parts[:length])
            if number is None:
                continue
            if parts[length] == EVERY:
                return self.sources[number][1].all_origins()
            found = self._of(number, parts[length])
            if found is not None:
                return found if length == len(parts) - 1 else used(found, "transformed")
        found = self._known(self._key(parts[0]))
        return None if found is None else used(found, "transformed")

    def _of(self, number: int, name: str) -> Origins | None:
        key = self._key(name)
        found = self._columns[number].get(key)
        if found is None:
            found = self.sources[number][1].among_unlisted(name, key) or None
        return found

    def _known(self, key: str) -> Origins | None:
        merged = self.merged.get(key)
        if merged is not None:
            return merged.origins
        found: Origins = {}
        is_found = False
        for columns in self._columns:
            if key in columns:
                is_found = True
                add(found, columns[key])
        return found if is_found else None

    def _unqualified(self, name: str, *, prefers_alias: bool) -> Origins | None:
        if name == EVERY:
            everything: Origins = {}
            for number in self.shown():
                add(everything, self.sources[number][1].all_origins())
            return everything
        key = self._key(name)
        alias = self.aliases.get(key)
        if alias is not None and prefers_alias:
            return alias
        found = self._known(key)
        if found is not None:
            return found
        guessed: Origins = {}
        for _, rows, _ in self.sources:
            add(guessed, rows.among_unlisted(name, key))
        if alias is not None:
            # It hides nothing that is known; what is not known may be meant instead.
            add(guessed, {key: is_certain and not guessed for key, is_certain in alias.items()})
            return guessed
        return guessed or None

    def _whole(self, parts: tuple[str, ...]) -> Origins | None:
        """A source named as if it was a column: all of its columns in one."""
        scope: Scope | None = self
        while scope is not None:
            number = scope.named(parts)
            if number is not None:
                return used(scope.sources[number][1].all_origins(), "transformed")
            scope = scope._outer
        return None
