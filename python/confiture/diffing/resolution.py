"""Queries in one way of writing.

Relations and columns become what their names stand for; ``*`` becomes the columns that it stands for, and
what ``ORDER BY`` and ``GROUP BY`` name by position or by a name of the output becomes what that is
(``parse_clause.c``, ``parse_target.c``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.diffing.column_names import Level, OutputColumns, Source, once
from confiture.diffing.output_names import output_name
from confiture.diffing.plain_trees import untyped
from confiture.diffing.relation_names import RelationNames, called_columns
from confiture.diffing.tree_types import output_type
from confiture.diffing.word_reader import UnknownError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.diffing.catalogues import Catalogue
    from confiture.diffing.scopes import Scope

__all__ = ["Resolved", "resolved_condition", "resolved_statements"]


class Resolved(NamedTuple):
    """Queries or statements in one way of writing.

    Attributes:
        facts: What no server changes: which relations are read and how they are joined, in order.
        names: The names of the output; None where they are not known.
        aliases: What the server calls the relations when it writes the query.
        expressions: All expressions, in order.
        columns: The columns that the first query gives, with their types where these are known.
    """

    facts: tuple[Any, ...]
    names: tuple[str | None, ...]
    aliases: tuple[Any, ...]
    expressions: tuple[Any, ...]
    columns: tuple[tuple[str | None, str | None], ...]


def resolved_statements(
    trees: Sequence[Any],
    catalogue: Catalogue,
    scope: Scope,
    names: tuple[str, ...] | None = None,
) -> Resolved:
    """A query, or statements, in one way of writing.

    Args:
        trees: What `statement_trees` gives.
        catalogue: The relations of the model.
        scope: What is known where they stand.
        names: Of a view, the names that its columns are given; they may be fewer than its columns.

    Raises:
        UnknownError: What a name stands for is not known for certain.
    """
    resolver = _QueryNames(catalogue, scope)
    columns: OutputColumns = []
    resolver.is_view = names is not None
    for tree in trees:
        found = resolver.statement(tree, names or ())
        columns = columns or found
    return resolver.resolved(columns)


def resolved_condition(tree: Any, catalogue: Catalogue, scope: Scope) -> Resolved:
    """An expression that has queries in it, in one way of writing.

    Raises:
        UnknownError: What a name stands for is not known for certain.
    """
    resolver = _QueryNames(catalogue, scope)
    resolver.add_expression(tree, wanted=scope.wanted)
    return resolver.resolved([])


class _QueryNames(RelationNames):
    def __init__(self, catalogue: Catalogue, scope: Scope) -> None:
        super().__init__(catalogue, scope)
        self._names: list[str | None] = []
        #: Whether the names of columns are those of a view, whatever parts of the query call them.
        self.is_view = False
        #: Where the columns of the parts of a combined query are in the list of expressions.
        self._arms: list[list[range]] = []
        #: The recursive common table expression whose query comes next.
        self._recursive: tuple[str, tuple[str, ...]] | None = None
        #: The columns that the query gives.
        self._targets: list[tuple[str | None, Any]] = []

    def resolved(self, columns: OutputColumns) -> Resolved:
        return Resolved(
            tuple(self._facts),
            tuple(self._names),
            tuple(self._aliases),
            tuple(self._expressions),
            tuple(columns),
        )

    def statement(self, tree: Any, names: tuple[str, ...] = ()) -> OutputColumns:
        """Resolve a statement; returns the columns that it gives."""
        self._facts.append(tree[0])
        if tree[0] == "return":
            self.add_expression(tree[1])
            return []
        if tree[0] in ("query", "combined", "select", "values"):
            return self._query(tree, names)
        target = tree[1]
        with self._level([target]) as level:
            source = self._opened[id(target)]
            self._read(target, level)
            if source.columns is None:
                raise UnknownError
            types = source.columns
            if tree[0] == "insert":
                self._insert(tree, types, source)
            else:
                self._change(tree, types, source, level)
            self._items(tree[-1], level)
        return []

    def _insert(self, tree: Any, types: dict[str, str | None], target: Source) -> None:
        columns = tree[2]
        source = tree[3]
        body = source[3] if source[0] == "query" else source
        count = len(body[1][0]) if body[0] == "values" else None
        if not columns:
            if count is None:
                raise UnknownError
            columns = tuple(types)[:count]
        self._facts.append(("into", tuple(map(target.new_name, columns))))
        if source[0] == "query" and body[0] == "values" and not any(source[i] for i in (1, 2, 4, 5, 6)):
            if any(len(row) != len(columns) for row in body[1]):
                raise UnknownError
            self._facts.append(("values", len(body[1])))
            for row in body[1]:
                for column, value in zip(columns, row, strict=True):
                    self.add_expression(value, wanted=types.get(column))
        else:
            self._query(source)

    def _change(self, tree: Any, types: dict[str, str | None], written: Source, level: Level) -> None:
        changes, sources = (tree[2], tree[3]) if tree[0] == "update" else ((), tree[2])
        self._open(sources)
        for item in sources:
            self._read(item, level)
        self._facts.append(("sources", len(sources)))
        for column, value in changes:
            self._facts.append(("set", written.new_name(column)))
            self.add_expression(value, wanted=types.get(column))
        self._add_optional("where", tree[-2])

    # Queries

    def _query(self, tree: Any, names: tuple[str, ...] = ()) -> OutputColumns:
        if tree[0] != "query":
            tree = ("query", False, (), tree, (), (), ())
        _, is_recursive, tables, body, keys, limit, offset = tree
        self._queries += 1
        self._common.append({})
        self._facts.append(("with", is_recursive, len(tables)))
        has_level = body[0] == "select"
        with self._level(body[3] if has_level else ()) as level:
            for table in tables:
                self._common_table(table, is_recursive)
            if has_level:
                columns = self._select(body, keys, level, names)
            else:
                columns = self._combined(body, names)
                positions = once([(self._position(key, columns), *rest) for _, key, *rest in keys])
                self._facts.append(("order", tuple(positions)))
        self._facts.append(("limits", limit == ("all",), bool(limit), bool(offset)))
        for part in (limit, offset):
            if part and part != ("all",):
                self.add_expression(part)
        self._common.pop()
        return columns

    def _apart(self, tree: Any) -> OutputColumns:
        """Resolve a query inside of another one."""
        arms, self._arms = self._arms, []
        is_view, self.is_view = self.is_view, False
        targets = self._targets
        columns = self._query(tree)
        self._arms, self.is_view, self._targets = arms, is_view, targets
        return columns

    def _position(self, key: Any, columns: OutputColumns) -> int:
        if key[0] == "number" and key[1].isdigit():
            return int(key[1])
        named = [number for number, (name, _) in enumerate(columns, 1) if key == ("name", (name,))]
        if len(named) != 1:
            raise UnknownError
        return named[0]

    def _common_table(self, tree: Any, is_recursive: bool) -> None:
        _, name, columns, kind, query = tree
        self._facts.append(("common", name, columns, kind))
        body = query[3] if query[0] == "query" else query
        if is_recursive and body[0] == "combined":
            self._recursive = (name, columns)
        found = self._apart(query)
        self._common[-1][name] = called_columns(found, columns)

    def _combined(self, tree: Any, names: tuple[str, ...]) -> OutputColumns:
        if tree[0] == "query" or tree[0] == "select":
            return self._query(tree, names)
        if tree[0] == "values":
            rows = tree[1]
            self._facts.append(("rows", len(rows), len(rows[0])))
            for row in rows:
                if len(row) != len(rows[0]):
                    raise UnknownError
                if self._arms:
                    self._arms[-1].append(range(len(self._expressions), len(self._expressions) + len(row)))
                for value in row:
                    self.add_expression(value, is_target=not self._arms)
            called = called_columns([(f"column{n}", None) for n in range(1, len(rows[0]) + 1)], names)
            return list(called or ())
        recursive, self._recursive = self._recursive, None
        self._facts.append(tree[1])
        self._arms.append([])
        left = self._combined(tree[2], names)
        if recursive is not None:
            self._common[-2][recursive[0]] = called_columns(left, recursive[1])
        of_view = tuple(name for name, _ in left if name is not None) if self.is_view else ()
        right = self._combined(tree[3], of_view if len(of_view) == len(left) else ())
        if len(left) != len(right):
            raise UnknownError
        arms = self._arms.pop()
        if self._arms:
            self._arms[-1] += arms
        else:
            self._untype(arms)
        kinds = [(one, other) for (_, one), (_, other) in zip(left, right, strict=True)]
        return [
            (name, one if one == other else None) for (name, _), (one, other) in zip(left, kinds, strict=True)
        ]

    def _untype(self, arms: list[range]) -> None:
        """Take the type from strings that are a column in all parts of a combined query."""
        for places in zip(*arms, strict=True):
            plain = [untyped(self._expressions[place]) for place in places]
            if all(one[0] == "string" for one in plain):
                for place, one in zip(places, plain, strict=True):
                    self._expressions[place] = one

    def _select(self, tree: Any, keys: Any, level: Level, names: tuple[str, ...]) -> OutputColumns:
        _, distinct, items, sources, where, groups, having, windows = tree
        self._facts.append(("from", len(sources)))
        level_columns: list[tuple[str, str]] = []
        is_known = True
        for item in sources:
            found = self._read(item, level)
            is_known = is_known and found is not None
            level_columns += found or []
        self._all = level_columns if is_known else None
        columns = self._items(items, level, names)
        targets = self._targets
        self._add_optional("where", where)
        self._add_keys("group", [(group,) for group in groups], targets, level, is_group=True)
        self._add_optional("having", having)
        self._facts.append(("windows", tuple(name for name, _ in windows)))
        for _, window in windows:
            self.add_expression(("call", ("window",), (), (("windowed", window),)))
        self._facts.append(("distinct", distinct is not None))
        self._add_keys("distinct", [(one,) for one in distinct or ()], targets, level)
        self._add_keys("order", [key[1:] for key in keys], targets, level)
        return columns

    def _add_optional(self, what: str, tree: Any) -> None:
        self._facts.append((what, bool(tree)))
        if tree:
            self.add_expression(tree)

    def _add_keys(
        self,
        what: str,
        keys: Sequence[tuple[Any, ...]],
        targets: list[tuple[str | None, Any]],
        level: Level,
        *,
        is_group: bool = False,
    ) -> None:
        """Add what it is sorted or grouped by, which may be named by what it is in the output."""
        found = once([(self._target(tree, targets, level, is_group=is_group), *rest) for tree, *rest in keys])
        self._facts.append((what, tuple(tuple(rest) for _, *rest in found)))
        self._expressions += [tree for tree, *_ in found]

    def _target(
        self, tree: Any, targets: list[tuple[str | None, Any]], level: Level, *, is_group: bool
    ) -> Any:
        if tree[0] == "number" and tree[1].isdigit():
            number = int(tree[1])
            if not 0 < number <= len(targets):
                raise UnknownError
            return targets[number - 1][1]
        if tree[0] == "name" and len(tree[1]) == 1:
            name = tree[1][0]
            is_column = is_group and (
                name in level.merged
                or any(
                    source.columns is None or name in source.columns
                    for source in level.sources
                    if source.is_plain
                )
            )
            named = [target for called, target in targets if called == name]
            if not is_column and named:
                if any(target != named[0] for target in named):
                    raise UnknownError
                return named[0]
            if not is_group and any(called is None for called, _ in targets):
                raise UnknownError
        return self._plain(self._resolve(tree))

    def _items(self, items: Any, level: Level, names: tuple[str, ...] = ()) -> OutputColumns:
        """Resolve the columns that a query gives."""
        targets: list[tuple[str | None, Any]] = []
        for item in items:
            if item[0] == "star":
                targets += [(name, ("name", (key,))) for name, key in self._star(item[1], level)]
                continue
            _, tree, alias, has_cast = item
            resolved = self._plain(self._resolve(tree), is_target=not self._arms)
            name = alias if alias is not None else output_name(tree, self._inner_names, has_cast=has_cast)
            targets.append((name, resolved))
        self._targets = targets
        called = [name for name, _ in targets]
        if names:
            called[: len(names)] = names
        self._facts.append(("items", len(targets)))
        self._names += called
        if self._arms:
            start = len(self._expressions)
            self._arms[-1].append(range(start, start + len(targets)))
        self._expressions += [target for _, target in targets]
        return [
            (name, output_type(target, self._scope))
            for name, (_, target) in zip(called, targets, strict=True)
        ]

    def _star(self, table: str | None, level: Level) -> list[tuple[str, str]]:
        if table is None:
            if self._all is None:
                raise UnknownError
            return self._all
        source = self._named_source(table)
        if source is None or source.columns is None:
            raise UnknownError
        return [(name, source.key(name)) for name in source.columns]
