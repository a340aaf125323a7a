"""What the relations of queries stand for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from confiture.diffing.column_names import ColumnNames, Level, Source
from confiture.diffing.grammar import OF_ROWS
from confiture.diffing.output_names import printed_names
from confiture.diffing.word_reader import UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confiture.diffing.catalogues import Catalogue, Columns
    from confiture.diffing.scopes import Scope

__all__ = ["RelationNames", "called_columns"]

#: Columns that can be seen, with what stands for them in expressions.
Visible = list[tuple[str, str]]


class RelationNames(ColumnNames):
    """The relations that queries read, with what they give.

    Args:
        catalogue: The relations of the model.
        scope: What is known where the queries stand.
    """

    def __init__(self, catalogue: Catalogue, scope: Scope) -> None:
        super().__init__(scope)
        self._catalogue = catalogue
        self._aliases: list[Any] = []
        #: The common table expressions of the queries around.
        self._common: list[dict[str, Columns | None]] = []
        #: The columns that ``*`` stands for.
        self._all: Visible | None = None
        #: The relations of the trees that are read, by their objects.
        self._opened: dict[int, Source] = {}

    @contextmanager
    def _level(self, sources: Sequence[Any]) -> Iterator[Level]:
        """A query's own relations, which have their numbers and the names that the server prints."""
        level = Level()
        self._levels.append(level)
        self._used.append(set(self._used[-1]))
        outer_all = self._all
        self._open(sources)
        yield level
        self._all = outer_all
        self._used.pop()
        self._levels.pop()

    def _open(self, sources: Sequence[Any]) -> None:
        nodes = [node for item in sources for node in _leaves(item)]
        called = [_called(node) for node in nodes]
        if any(name in ("old", "new") for name in called):
            raise UnknownError
        printed = printed_names(called, self._used[-1])
        for node, name, shown in zip(nodes, called, printed, strict=True):
            self._opened[id(node)] = self._source(name)
            is_own = node[0] == "relation" and node[3] is None and shown == node[1][-1]
            self._aliases.append(None if is_own else shown)

    def _read(self, tree: Any, level: Level) -> list[tuple[str, str]] | None:
        """Resolve what is read from; returns its columns with their keys, if they are known."""
        if tree[0] == "join":
            return self._join(tree, level)
        source = self._opened[id(tree)]
        if tree[0] == "relation":
            self._relation(tree, source)
        elif tree[0] == "derived":
            self._derived(tree, source, level)
        else:
            self._function(tree, source)
        if any(other.called == source.called for other in level.sources):
            raise UnknownError
        level.sources.append(source)
        if source.columns is None:
            return None
        return [(name, source.key(name)) for name in source.columns]

    def _relation(self, tree: Any, source: Source) -> None:
        _, name, is_only, _, _ = tree
        source.written = name
        if len(name) == 1:
            for tables in reversed(self._common):
                if name[0] in tables:
                    self._facts.append(("common relation", name[0]))
                    self._set_columns(source, tables[name[0]])
                    return
        relation = self._catalogue.relation(name)
        self._facts.append(("relation", relation.schema, relation.name, is_only))
        if relation.schema is not None:
            source.written = (relation.schema, name[-1])
        source.renamed = relation.renamed
        self._set_columns(source, relation.columns)

    def _derived(self, tree: Any, source: Source, level: Level) -> None:
        _, is_lateral, query, _, columns = tree
        self._facts.append(("derived", is_lateral))
        if not is_lateral:
            hidden, level.sources = level.sources, []
            merged, level.merged = level.merged, {}
        found = self._apart(query)
        if not is_lateral:
            level.sources, level.merged = hidden, merged
        called = called_columns(found, columns)
        # Where some columns are named, the server names all of them.
        self._aliases.append(called and tuple(name for name, _ in called) if columns else None)
        self._set_columns(source, called)

    def _function(self, tree: Any, source: Source) -> None:
        _, is_lateral, call, is_numbered, _, columns = tree
        source.is_function = True
        before = len(self._expressions)
        self.add_expression(call)
        found = self._expressions[before:]
        is_lateral = is_lateral or any(_has_key(one, self._levels[-1]) for one in found)
        self._facts.append(("function", is_lateral, is_numbered))
        name = call[1][-1]
        known: tuple[str, ...] | None = columns or None
        if known is None and name in OF_ROWS and len(call[2]) <= 3 and not is_numbered:
            known = (source.called,)
        self._aliases.append(known)
        self._set_columns(source, None if known is None else tuple((one, None) for one in known))

    def _join(self, tree: Any, level: Level) -> list[tuple[str, str]] | None:
        _, kind, left, right, condition = tree
        self._facts.append(("join", kind, condition[0] if condition else None))
        lefts = self._read(left, level)
        rights = self._read(right, level)
        if condition and condition[0] == "on":
            self.add_expression(condition[1])
        if not condition or condition[0] == "on":
            return None if lefts is None or rights is None else lefts + rights
        if kind == "full" or lefts is None or rights is None:
            raise UnknownError
        names = condition[1]
        self._facts.append(names)
        kept = dict(rights if kind == "right" else lefts)
        if any(name not in dict(side) for name in names for side in (lefts, rights)):
            raise UnknownError
        level.merged |= {name: kept[name] for name in names}
        return [(name, kept[name]) for name in names] + [
            column for column in (*lefts, *rights) if column[0] not in names
        ]


def called_columns(found: Sequence[tuple[str | None, str | None]], names: Sequence[str]) -> Columns | None:
    """Columns under other names, which may be fewer; None if not all have names."""
    called = [*names, *(name for name, _ in found[len(names) :])]
    if any(name is None for name in called) or len(called) != len(found):
        return None
    return tuple((name or "", kind) for name, (_, kind) in zip(called, found, strict=True))


def _leaves(tree: Any) -> Iterator[Any]:
    """The relations of an item after ``FROM``, in their order."""
    if tree[0] == "join":
        yield from _leaves(tree[2])
        yield from _leaves(tree[3])
    else:
        yield tree


def _called(node: Any) -> str:
    """What a query calls a relation."""
    if node[0] == "relation":
        called = node[3] or node[1][-1]
    elif node[0] == "derived":
        called = node[3]
    else:
        called = node[4] or node[2][1][-1]
    if not isinstance(called, str):
        raise UnknownError
    return called


def _has_key(tree: Any, level: Level) -> bool:
    """Whether a column of one of these relations is in an expression."""
    if not isinstance(tree, tuple) or not tree:
        return False
    if tree[0] == "name":
        return any(tree[1][0].startswith(f"{source.number}.") for source in level.sources)
    if tree[0] == "row of":
        return any(tree[1] == source.number for source in level.sources)
    return any(_has_key(part, level) for part in tree)
