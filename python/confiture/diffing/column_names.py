"""What the names of columns in an expression stand for.

Every relation of a query has a number, and each name of a column becomes that number and the column, so that
it does not matter how it is written (``parse_relation.c``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from confiture.diffing.grammar import VALUES
from confiture.diffing.plain_trees import plain_tree
from confiture.diffing.word_reader import UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confiture.diffing.catalogues import Columns
    from confiture.diffing.scopes import Outer, Scope

__all__ = ["ColumnNames", "Level", "OutputColumns", "Source", "once"]

#: The columns that a query gives, with their types where these are known.
OutputColumns = list[tuple[str | None, str | None]]


class Source:
    """A relation of a query."""

    def __init__(self, number: int, called: str, *, is_plain: bool) -> None:
        self.number = number
        self.called = called
        #: Whether its columns can be named alone.
        self.is_plain = is_plain
        self.columns: dict[str, str | None] | None = None
        self.written: tuple[str, ...] = ()
        self.renamed: Mapping[str, str] = {}
        self.is_function = False

    def key(self, column: str) -> str:
        """What a column of it is called in trees."""
        return f"{self.number}.{self.new_name(column)}"

    def new_name(self, column: str) -> str:
        """What a column of it is called in the new model."""
        return self.renamed.get(column, column)


class Level:
    """The relations of one query, with the columns that ``USING`` makes one of two."""

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.merged: dict[str, str] = {}


class ColumnNames(ABC):
    """Expressions in one way of writing, with what is around them.

    Args:
        scope: What is known where they stand.
    """

    def __init__(self, scope: Scope) -> None:
        self._types: dict[str, str] = {}
        self._scope = scope._replace(columns=self._types, relation=None, wanted=None)
        self._facts: list[Any] = []
        self._expressions: list[Any] = []
        self._sources = 0
        self._queries = 0
        #: The names of the first columns of queries in expressions, which are known by their objects: these
        #: are there for as long as the tree is.
        self._inner_names: dict[int, str | None] = {}
        #: The names that the queries around have given to their relations.
        self._used: list[set[str]] = [set()]
        outermost = Level()
        for outer in scope.outer:
            self._add_outer(outermost, outer)
        self._levels = [outermost]

    @abstractmethod
    def _apart(self, tree: Any) -> OutputColumns:
        """Resolve a query inside of another one, or of an expression."""

    def _add_outer(self, level: Level, outer: Outer) -> None:
        source = self._source(outer.called, is_plain=outer.is_plain)
        source.renamed = outer.renamed
        self._set_columns(source, tuple(outer.columns.items()))
        level.sources.append(source)
        if outer.is_relation:
            self._used[0].add(outer.called)

    def _source(self, called: str, *, is_plain: bool = True) -> Source:
        self._sources += 1
        return Source(self._sources, called, is_plain=is_plain)

    def _set_columns(self, source: Source, columns: Columns | None) -> None:
        source.columns = None if columns is None else dict(columns)
        if len(source.columns or ()) < len(columns or ()):
            raise UnknownError
        for name, kind in columns or ():
            if kind is not None:
                self._types[source.key(name)] = kind

    def add_expression(self, tree: Any, *, wanted: str | None = None, is_target: bool = False) -> None:
        """Resolve an expression."""
        self._expressions.append(self._plain(self._resolve(tree), wanted=wanted, is_target=is_target))

    def _plain(self, tree: Any, *, wanted: str | None = None, is_target: bool = False) -> Any:
        return plain_tree(tree, self._scope._replace(wanted=wanted), is_target=is_target)

    def _resolve(self, tree: Any) -> Any:
        if not isinstance(tree, tuple) or not tree:
            return tree
        label = tree[0]
        if not isinstance(label, str):
            return tuple(self._resolve(part) for part in tree)
        if label in ("string", "number", "constant", "window"):
            return tree
        if label == "name":
            return self._name(tree[1])
        if label in ("subquery", "exists", "array of"):
            return (label, self._inner(tree[1]))
        if label == "among":
            return (label, self._resolve(tree[1]), self._inner(tree[2]))
        if label == "each of":
            return (*tree[:3], self._resolve(tree[3]), self._inner(tree[4]))
        if label == "call":
            return self._call(tree)
        if label in ("operator", "is", "sign", "argument", "collate", "cast"):
            return (*tree[:2], *map(self._resolve, tree[2:]))
        if label == "each":
            return (*tree[:3], *map(self._resolve, tree[3:]))
        if label == "field":
            return (label, self._resolve(tree[1]), tree[2])
        return (label, *map(self._resolve, tree[1:]))

    def _call(self, tree: Any) -> Any:
        _, name, arguments, extras = tree
        resolved = tuple(self._resolve(one) if isinstance(one, tuple) else one for one in arguments)
        return ("call", name, resolved, tuple(map(self._extra, extras)))

    def _extra(self, extra: Any) -> Any:
        label = extra[0]
        if label == "sorted":
            keys = once([(self._resolve(key[1]), *key[2:]) for key in extra[1]])
            return (label, tuple(("key", *key) for key in keys))
        if label == "filtered":
            return (label, self._resolve(extra[1]))
        if label == "windowed" and extra[1][0] == "spec":
            _, base, parts, keys, frame = extra[1]
            _, sorted_keys = self._extra(("sorted", keys))
            return (label, ("spec", base, tuple(map(self._resolve, parts)), sorted_keys, frame))
        return extra

    def _inner(self, query: Any) -> Any:
        """A query in an expression: its number, as all of it is on the lists."""
        self._facts.append("inner")
        number = self._queries
        columns = self._apart(query)
        self._inner_names[id(query)] = columns[0][0] if columns else None
        kind = columns[0][1] if len(columns) == 1 else None
        if kind is not None:
            self._types[f"query {number}"] = kind
        return ("name", (f"query {number}",))

    def _name(self, name: tuple[str, ...]) -> Any:
        if len(name) == 1:
            if name[0].startswith("$"):
                return self._parameter(name[0])
            if name[0] in VALUES:
                return ("constant", name[0])
            found = self._column(name[0])
            if found is not None:
                return found
            source = self._named_source(name[0])
        else:
            source = self._named_source(name[-2])
            if source is not None and (len(name) == 2 or source.written == name[:-1]):
                if name[-1] == "*":
                    return self._row(source)
                if source.columns is not None and name[-1] not in source.columns:
                    raise UnknownError
                return ("name", (source.key(name[-1]),))
            if len(name) == 2 and source is None:
                column = self._column(name[0])
                if column is not None:
                    return ("field", column, name[1])
            raise UnknownError
        if source is None:
            raise UnknownError
        return self._row(source)

    @staticmethod
    def _row(source: Source) -> Any:
        if source.is_function:
            # That of a function which gives one column is the column.
            raise UnknownError
        return ("row of", source.number)

    def _parameter(self, name: str) -> Any:
        """An argument that is called by its number: the server calls it by its name, if it has one."""
        number = int(name[1:])
        for source in self._levels[0].sources:
            if source.columns is not None and 0 < number <= len(source.columns):
                return ("name", (source.key(list(source.columns)[number - 1]),))
        raise UnknownError

    def _column(self, name: str) -> Any:
        """What a name that stands alone is, if it is a column."""
        for distance, level in enumerate(reversed(self._levels)):
            if name in level.merged:
                return ("name", (level.merged[name],))
            plain = [source for source in level.sources if source.is_plain]
            found = [source for source in plain if source.columns is not None and name in source.columns]
            if len(found) > 1:
                raise UnknownError
            if found:
                return ("name", (found[0].key(name),))
            unknown = [source for source in plain if source.columns is None]
            if unknown:
                further = [source for other in self._levels[: -1 - distance] for source in other.sources]
                if len(unknown) > 1 or any(
                    source.columns is None or name in source.columns for source in further
                ):
                    raise UnknownError
                return ("name", (unknown[0].key(name),))
        return None

    def _named_source(self, called: str) -> Source | None:
        for level in reversed(self._levels):
            for source in level.sources:
                if source.called == called:
                    return source
        return None


def once(keys: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Keys without those that repeat what an earlier one is about: the server leaves them out."""
    kept: dict[Any, tuple[Any, ...]] = {}
    for key in keys:
        kept.setdefault(key[0], key)
    return list(kept.values())
