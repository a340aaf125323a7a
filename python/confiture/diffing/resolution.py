"""What the names in queries stand for, and queries in one way of writing.

Every relation of a query gets a number, in the order in which the server keeps them, and each name of a
column becomes that number and the column, so that it does not matter how it is written; ``*`` becomes the
columns that it stands for, and what ``ORDER BY`` and ``GROUP BY`` name by position or by a name of the output
becomes what that is (``parse_relation.c``, ``parse_clause.c``, ``parse_target.c``).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from confiture.diffing.grammar import OF_ROWS, VALUES
from confiture.diffing.output_names import output_name, printed_names
from confiture.diffing.plain_trees import plain_tree, untyped
from confiture.diffing.tree_types import output_type
from confiture.diffing.word_reader import UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from confiture.diffing.catalogues import Catalogue, Columns
    from confiture.diffing.scopes import Outer, Scope

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


class _Source:
    """A relation of a query."""

    def __init__(self, number: int, called: str, is_for_stars: bool = True) -> None:
        self.number = number
        self.called = called
        #: Whether its columns can be named alone.
        self.is_plain = is_for_stars
        self.columns: Columns | None = None
        self.written: tuple[str, ...] = ()

    def key(self, column: str) -> str:
        return f"{self.number}.{column}"


class _Level:
    """The relations of one query, with the columns that ``USING`` makes one of two."""

    def __init__(self) -> None:
        self.sources: list[_Source] = []
        self.merged: dict[str, str] = {}


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
    resolver = _Resolver(catalogue, scope)
    columns: list[tuple[str | None, str | None]] = []
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
    resolver = _Resolver(catalogue, scope)
    resolver.add_expression(tree, wanted=scope.wanted)
    return resolver.resolved([])


class _Resolver:
    def __init__(self, catalogue: Catalogue, scope: Scope) -> None:
        self._catalogue = catalogue
        self._types: dict[str, str] = {}
        self._scope = scope._replace(columns=self._types, relation=None, wanted=None)
        self._facts: list[Any] = []
        self._names: list[str | None] = []
        self._aliases: list[Any] = []
        self._expressions: list[Any] = []
        #: Whether the names of columns are those of a view, whatever parts of the query call them.
        self.is_view = False
        #: Where the columns of the parts of a combined query are in the list of expressions.
        self._arms: list[list[range]] = []
        self._sources = 0
        self._queries = 0
        self._common: list[dict[str, Columns | None]] = []
        #: The recursive common table expression whose query comes next.
        self._recursive: tuple[str, tuple[str, ...]] | None = None
        #: The columns that ``*`` stands for, and those that the query gives.
        self._all: list[tuple[str, str]] | None = None
        self._targets: list[tuple[str | None, Any]] = []
        #: By what is the same for as long as the trees are there: their objects.
        self._opened: dict[int, _Source] = {}
        self._inner_names: dict[int, str | None] = {}
        self._used: list[set[str]] = [set()]
        outermost = _Level()
        for outer in scope.outer:
            self._add_outer(outermost, outer)
        self._levels = [outermost]

    def _add_outer(self, level: _Level, outer: Outer) -> None:
        source = self._source(outer.called, is_plain=outer.is_plain)
        self._set_columns(source, tuple(outer.columns.items()))
        level.sources.append(source)
        if outer.is_relation:
            self._used[0].add(outer.called)

    def resolved(self, columns: list[tuple[str | None, str | None]]) -> Resolved:
        return Resolved(
            tuple(self._facts),
            tuple(self._names),
            tuple(self._aliases),
            tuple(self._expressions),
            tuple(columns),
        )

    def _source(self, called: str, *, is_plain: bool = True) -> _Source:
        self._sources += 1
        return _Source(self._sources, called, is_plain)

    def _set_columns(self, source: _Source, columns: Columns | None) -> None:
        source.columns = columns
        for name, kind in columns or ():
            if kind is not None:
                self._types[source.key(name)] = kind

    # Statements

    def statement(self, tree: Any, names: tuple[str, ...] = ()) -> list[tuple[str | None, str | None]]:
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
            types = dict(source.columns)
            if tree[0] == "insert":
                self._insert(tree, types)
            else:
                self._change(tree, types, level)
            self._items(tree[-1], level)
        return []

    def _insert(self, tree: Any, types: dict[str, str | None]) -> None:
        columns = tree[2]
        source = tree[3]
        body = source[3] if source[0] == "query" else source
        count = len(body[1][0]) if body[0] == "values" else None
        if not columns:
            if count is None:
                raise UnknownError
            columns = tuple(types)[:count]
        self._facts.append(("into", columns))
        if source[0] == "query" and body[0] == "values" and not any(source[i] for i in (1, 2, 4, 5, 6)):
            if any(len(row) != len(columns) for row in body[1]):
                raise UnknownError
            self._facts.append(("values", len(body[1])))
            for row in body[1]:
                for column, value in zip(columns, row, strict=True):
                    self.add_expression(value, wanted=types.get(column))
        else:
            self._query(source)

    def _change(self, tree: Any, types: dict[str, str | None], level: _Level) -> None:
        changes, sources = (tree[2], tree[3]) if tree[0] == "update" else ((), tree[2])
        self._open(sources)
        for item in sources:
            self._read(item, level)
        self._facts.append(("sources", len(sources)))
        for column, value in changes:
            self._facts.append(("set", column))
            self.add_expression(value, wanted=types.get(column))
        self._add_optional("where", tree[-2])

    # Queries

    def _query(self, tree: Any, names: tuple[str, ...] = ()) -> list[tuple[str | None, str | None]]:
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
                self._facts.append(
                    ("order", tuple((self._position(key, columns), *rest) for _, key, *rest in keys))
                )
        self._facts.append(("limits", limit == ("all",), bool(limit), bool(offset)))
        for part in (limit, offset):
            if part and part != ("all",):
                self.add_expression(part)
        self._common.pop()
        return columns

    def _apart(self, tree: Any) -> list[tuple[str | None, str | None]]:
        """Resolve a query inside of another one."""
        arms, self._arms = self._arms, []
        is_view, self.is_view = self.is_view, False
        columns = self._query(tree)
        self._arms, self.is_view = arms, is_view
        return columns

    def _position(self, key: Any, columns: list[tuple[str | None, str | None]]) -> int:
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
        self._common[-1][name] = self._called_columns(found, columns)

    @staticmethod
    def _called_columns(
        found: Sequence[tuple[str | None, str | None]], names: Sequence[str]
    ) -> Columns | None:
        """Columns under other names, which may be fewer."""
        called = [*names, *(name for name, _ in found[len(names) :])]
        if any(name is None for name in called) or len(called) != len(found):
            return None
        return tuple((name or "", kind) for name, (_, kind) in zip(called, found, strict=True))

    def _combined(self, tree: Any, names: tuple[str, ...]) -> list[tuple[str | None, str | None]]:
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
            called = self._called_columns([(f"column{n}", None) for n in range(1, len(rows[0]) + 1)], names)
            return list(called or ())
        recursive, self._recursive = self._recursive, None
        self._facts.append(tree[1])
        is_view, self.is_view = self.is_view, False
        self._arms.append([])
        left = self._combined(tree[2], names)
        if recursive is not None:
            self._common[-2][recursive[0]] = self._called_columns(left, recursive[1])
        of_view = tuple(name for name, _ in left if name is not None) if is_view else ()
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

    def _select(
        self, tree: Any, keys: Any, level: _Level, names: tuple[str, ...]
    ) -> list[tuple[str | None, str | None]]:
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
        level: _Level,
        *,
        is_group: bool = False,
    ) -> None:
        """Add what it is sorted or grouped by, which may be named by what it is in the output."""
        found = []
        for tree, *_ in keys:
            found.append(self._target(tree, targets, level, is_group=is_group))
        if is_group and len(set(map(repr, found))) < len(found):
            raise UnknownError
        self._facts.append((what, tuple(tuple(rest) for _, *rest in keys)))
        self._expressions += found

    def _target(
        self, tree: Any, targets: list[tuple[str | None, Any]], level: _Level, *, is_group: bool
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
                    source.columns is None or name in dict(source.columns)
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

    def _items(
        self, items: Any, level: _Level, names: tuple[str, ...] = ()
    ) -> list[tuple[str | None, str | None]]:
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

    def _star(self, table: str | None, level: _Level) -> list[tuple[str, str]]:
        if table is None:
            if self._all is None:
                raise UnknownError
            return self._all
        source = self._named_source(table)
        if source is None or source.columns is None:
            raise UnknownError
        return [(name, source.key(name)) for name, _ in source.columns]

    # Relations

    @contextmanager
    def _level(self, sources: Sequence[Any]) -> Iterator[_Level]:
        """A query's own relations, which have their numbers and the names that the server prints."""
        level = _Level()
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

    def _read(self, tree: Any, level: _Level) -> list[tuple[str, str]] | None:
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
        return [(name, source.key(name)) for name, _ in source.columns]

    def _relation(self, tree: Any, source: _Source) -> None:
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
        source.written = (relation.schema or "", relation.name)
        self._set_columns(source, relation.columns)

    def _derived(self, tree: Any, source: _Source, level: _Level) -> None:
        _, is_lateral, query, _, columns = tree
        self._facts.append(("derived", is_lateral))
        if not is_lateral:
            hidden, level.sources = level.sources, []
            merged, level.merged = level.merged, {}
        found = self._apart(query)
        if not is_lateral:
            level.sources, level.merged = hidden, merged
        called = self._called_columns(found, columns)
        # Where some columns are named, the server names all of them.
        self._aliases.append(called and tuple(name for name, _ in called) if columns else None)
        self._set_columns(source, called)

    def _function(self, tree: Any, source: _Source) -> None:
        _, is_lateral, call, is_numbered, _, columns = tree
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

    def _join(self, tree: Any, level: _Level) -> list[tuple[str, str]] | None:
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

    # Expressions

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
        if name[-1] == "extract" and arguments and arguments[0][0] == "name":
            arguments = (("string", arguments[0][1][-1]), *arguments[1:])
        resolved = tuple(self._resolve(one) if isinstance(one, tuple) else one for one in arguments)
        return ("call", name, resolved, tuple(map(self._extra, extras)))

    def _extra(self, extra: Any) -> Any:
        label = extra[0]
        if label == "sorted":
            return (label, tuple(("key", self._resolve(key[1]), *key[2:]) for key in extra[1]))
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
        targets = self._targets
        number = self._queries
        columns = self._apart(query)
        self._inner_names[id(query)] = columns[0][0] if columns else None
        self._targets = targets
        kind = columns[0][1] if len(columns) == 1 else None
        if kind is not None:
            self._types[f"query {number}"] = kind
        return ("name", (f"query {number}",))

    def _name(self, name: tuple[str, ...]) -> Any:
        if len(name) == 1:
            if name[0].startswith("$"):
                return self._parameter(name[0])
            if name[0] in VALUES:
                return ("constant", "current_user" if name[0] == "user" else name[0])
            found = self._column(name[0])
            if found is not None:
                return found
            source = self._named_source(name[0])
        else:
            source = self._named_source(name[-2])
            if source is not None and (len(name) == 2 or source.written == name[:-1]):
                columns = None if source.columns is None else dict(source.columns)
                if name[-1] == "*":
                    return ("row of", source.number)
                if columns is not None and name[-1] not in columns:
                    raise UnknownError
                return ("name", (source.key(name[-1]),))
            if len(name) == 2 and source is None:
                column = self._column(name[0])
                if column is not None:
                    return ("field", column, name[1])
            raise UnknownError
        if source is None:
            raise UnknownError
        return ("row of", source.number)

    def _parameter(self, name: str) -> Any:
        """An argument that is called by its number: the server calls it by its name, if it has one."""
        number = int(name[1:])
        for source in self._levels[0].sources:
            if source.columns is not None and 0 < number <= len(source.columns):
                return ("name", (source.key(source.columns[number - 1][0]),))
        raise UnknownError

    def _column(self, name: str) -> Any:
        """What a name that stands alone is, if it is a column."""
        for distance, level in enumerate(reversed(self._levels)):
            if name in level.merged:
                return ("name", (level.merged[name],))
            plain = [source for source in level.sources if source.is_plain]
            found = [
                source for source in plain if source.columns is not None and name in dict(source.columns)
            ]
            if len(found) > 1:
                raise UnknownError
            if found:
                return ("name", (found[0].key(name),))
            unknown = [source for source in plain if source.columns is None]
            if unknown:
                further = [source for other in self._levels[: -1 - distance] for source in other.sources]
                if len(unknown) > 1 or any(
                    source.columns is None or name in dict(source.columns) for source in further
                ):
                    raise UnknownError
                return ("name", (unknown[0].key(name),))
        return None

    def _named_source(self, called: str) -> _Source | None:
        for level in reversed(self._levels):
            for source in level.sources:
                if source.called == called:
                    return source
        return None


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


def _has_key(tree: Any, level: _Level) -> bool:
    """Whether a column of one of these relations is in an expression."""
    if not isinstance(tree, tuple) or not tree:
        return False
    if tree[0] == "name":
        return any(tree[1][0].startswith(f"{source.number}.") for source in level.sources)
    if tree[0] == "row of":
        return any(tree[1] == source.number for source in level.sources)
    return any(_has_key(part, level) for part in tree)
