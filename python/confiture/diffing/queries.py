"""Queries and statements as trees, as they are written.

What a name stands for is not looked at here (``resolution.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.diffing.expressions import ExpressionReader
from confiture.diffing.grammar import RESERVED
from confiture.diffing.trees import Tree, is_too_deep
from confiture.diffing.word_reader import UnknownError
from confiture.diffing.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Found = TypeVar("Found", Tree, list[Tree])

__all__ = ["condition_tree", "statement_trees"]

_JOINS = ("join", "inner", "left", "right", "full", "cross", "natural")
#: Words that cannot be an alias, as what follows the alias starts with them.
_BEHIND_ALIAS = RESERVED | {"returning", "set", "tablesample", "for", "fetch"}


def statement_trees(text: str) -> list[Tree] | None:
    """The trees of a query, or of the statements of a body or a rule; None for what is not understood."""
    reader = _QueryReader(words_of(text))
    return _whole(reader, reader.statements)


def condition_tree(text: str) -> Tree | None:
    """The tree of an expression that may have queries in it; None for what is not understood."""
    reader = _QueryReader(words_of(text))
    return _whole(reader, reader.expression)


def _whole(reader: _QueryReader, read: Callable[[], Found]) -> Found | None:
    """All that there is to read."""
    try:
        found = read()
    except UnknownError:
        return None
    return None if reader.here() is not None or is_too_deep(tuple(found)) else found


class _QueryReader(ExpressionReader):
    """Reads whole queries and statements."""

    def statements(self) -> list[Tree]:
        if self._is("return"):
            self._at += 1
            return [("return", self.expression())]
        if not self._is("begin"):
            return [self._statement()]
        self._need("begin")
        self._need("atomic")
        found = []
        while not self._take("end"):
            found.append(self._statement())
            self._need(";")
        return found

    def _statement(self) -> Tree:
        if self._take("insert"):
            return self._insert()
        if self._take("update"):
            return self._update()
        if self._take("delete"):
            self._need("from")
            target = self._relation()
            sources = self._from_items() if self._take("using") else ()
            return ("delete", target, sources, self._where(), self._returning())
        return self.query()

    def _insert(self) -> Tree:
        self._need("into")
        name = self._name()
        alias = self._next().text if self._take("as") else None
        columns = self._names() if self._take("(") else ()
        if self._is("overriding", "default"):
            raise UnknownError
        source = self.query()
        return ("insert", ("relation", name, False, alias, ()), columns, source, self._returning())

    def _update(self) -> Tree:
        target = self._relation()
        self._need("set")
        changes = []
        while True:
            column = self._next()
            if column.kind not in ("word", "quoted"):
                raise UnknownError
            self._need("=")
            changes.append((column.text, self.expression()))
            if not self._take(","):
                break
        sources = self._from_items() if self._take("from") else ()
        return ("update", target, tuple(changes), sources, self._where(), self._returning())

    def _returning(self) -> tuple[Tree, ...]:
        return self._items() if self._take("returning") else ()

    def _where(self) -> Tree:
        return self.expression() if self._take("where") else ()

    def query(self) -> Tree:
        """A query with all that stands around it."""
        self.go_deeper()
        is_recursive, tables = False, []
        if self._take("with"):
            is_recursive = self._take("recursive")
            tables.append(self._common_table())
            while self._take(","):
                tables.append(self._common_table())
        body = self._combined()
        keys = self.sorted_by() if self._is("order") else ()
        limit: Tree = ()
        offset: Tree = ()
        while self._is("limit", "offset", "fetch"):
            if self._take("limit"):
                limit = ("all",) if self._take("all") else self.expression()
            elif self._take("offset"):
                offset = self.expression()
                self._take("row", "rows")
            else:
                limit = self._fetched()
        if self._is("for", "union", "intersect", "except"):
            raise UnknownError
        self._depth -= 1
        if not (tables or keys or limit or offset) and body[0] == "query":
            return body
        return ("query", is_recursive, tuple(tables), body, keys, limit, offset)

    def _fetched(self) -> Tree:
        self._need("fetch")
        self._take("first", "next")
        count: Tree = ("number", "1") if self._is("row", "rows") else self.expression()
        self._take("row", "rows")
        self._need("only")
        return count

    def _common_table(self) -> Tree:
        name = self._next().text
        columns = self._names() if self._take("(") else ()
        self._need("as")
        kind = "not " if self._take("not") else ""
        kind += "materialized" if self._take("materialized") else ""
        self._need("(")
        query = self._query_inside()
        if self._is("search", "cycle"):
            raise UnknownError
        return ("common", name, columns, kind, query)

    def _names(self) -> tuple[str, ...]:
        """Names between commas, behind the parenthesis in front of them."""
        names = [self._next().text]
        while self._take(","):
            names.append(self._next().text)
        self._need(")")
        return tuple(names)

    def _combined(self) -> Tree:
        tree = self._intersected()
        while self._is("union", "except"):
            tree = self._with_operation(tree, self._intersected)
        return tree

    def _intersected(self) -> Tree:
        tree = self._simple()
        while self._is("intersect"):
            tree = self._with_operation(tree, self._simple)
        return tree

    def _with_operation(self, left: Tree, operand: Callable[[], Tree]) -> Tree:
        operation = self._next().text
        if self._take("all"):
            operation += " all"
        else:
            self._take("distinct")
        return ("combined", operation, left, operand())

    def _simple(self) -> Tree:
        if self._take("("):
            tree = self._query_inside()
            # Parentheses around what has nothing behind it are none.
            return tree[3] if not any((*tree[1:3], *tree[4:])) else tree
        if self._take("values"):
            rows = []
            while True:
                self._need("(")
                rows.append(tuple(self._list(")")))
                if not self._take(","):
                    return ("values", tuple(rows))
        self._need("select")
        return self._select()

    def _select(self) -> Tree:
        distinct: Tree | None = None
        if self._take("distinct"):
            distinct = ()
            if self._take("on"):
                self._need("(")
                distinct = tuple(self._list(")"))
        else:
            self._take("all")
        ends = ("from", "where", "group", "having", "window", "order", "limit", "offset", "union", ")", ";")
        is_empty = self.here() is None or self._is(*ends)
        items = () if is_empty else self._items()
        sources = self._from_items() if self._take("from") else ()
        where = self._where()
        groups: tuple[Tree, ...] = ()
        if self._take("group"):
            self._need("by")
            if self._is("all", "distinct", "rollup", "cube", "grouping"):
                raise UnknownError
            groups = (self.expression(),)
            while self._take(","):
                groups += (self.expression(),)
        having = self.expression() if self._take("having") else ()
        windows = []
        if self._take("window"):
            while True:
                name = self._next().text
                self._need("as")
                self._need("(")
                windows.append((name, self.window()))
                if not self._take(","):
                    break
        return ("select", distinct, items, sources, where, groups, having, tuple(windows))

    def _items(self) -> tuple[Tree, ...]:
        items = [self._item()]
        while self._take(","):
            items.append(self._item())
        return tuple(items)

    def _item(self) -> Tree:
        """``("star", table)`` or ``("item", expression, name, has_cast)``, with None for no name."""
        if self._take("*"):
            return ("star", None)
        start = self._at
        tree = self.expression()
        if tree[0] == "name" and tree[1][-1] == "*":
            return ("star", tree[1][-2])
        has_cast = any(word.text in ("::", "cast") for word in self._words[start : self._at])
        if self._take("as"):
            return ("item", tree, self._next().text, False)
        word = self.here()
        if word is not None and (
            word.kind == "quoted" or (word.kind == "word" and word.text not in _BEHIND_ALIAS)
        ):
            self._at += 1
            return ("item", tree, word.text, False)
        return ("item", tree, None, has_cast)

    def _from_items(self) -> tuple[Tree, ...]:
        items = [self._joined_item()]
        while self._take(","):
            items.append(self._joined_item())
        return tuple(items)

    def _joined_item(self) -> Tree:
        tree = self._from_item()
        while self._is(*_JOINS):
            if self._is("natural"):
                raise UnknownError
            kind = self._next().text
            if kind in ("left", "right", "full"):
                self._take("outer")
            if kind != "join":
                self._need("join")
            kind = "inner" if kind == "join" else kind
            right = self._from_item()
            condition: Tree = ()
            if kind != "cross" and self._is(*_JOINS):
                # What it is joined by stands behind another join.
                raise UnknownError
            if kind != "cross" and self._take("using"):
                self._need("(")
                condition = ("using", self._names())
                if self._is("as"):
                    raise UnknownError
            elif kind != "cross":
                self._need("on")
                condition = ("on", self.expression())
            tree = ("join", kind, tree, right, condition)
        return tree

    def _from_item(self) -> Tree:
        is_lateral = self._take("lateral")
        if self._take("("):
            if self._is_query():
                query = self._query_inside()
                return ("derived", is_lateral, query, *self._alias())
            self.go_deeper()
            tree = self._joined_item()
            self._depth -= 1
            self._need(")")
            if self._is("as"):
                raise UnknownError
            return tree
        if self._is("rows") and self._is_after(1, "from"):
            raise UnknownError
        start = self._at
        self._take("only")
        self._name()
        is_call = self._is("(")
        self._at = start
        if is_call:
            call = self._followed(self._operand())
            if call[0] != "call":
                raise UnknownError
            is_numbered = self._is("with") and self._is_after(1, "ordinality")
            self._at += 2 * is_numbered
            return ("function", is_lateral, call, is_numbered, *self._alias())
        return self._relation()

    def _relation(self) -> Tree:
        is_only = self._take("only")
        name = self._name()
        self._take("*")
        alias, columns = self._alias()
        if columns or self._is("tablesample"):
            raise UnknownError
        return ("relation", name, is_only, alias, ())

    def _alias(self) -> tuple[str | None, tuple[str, ...]]:
        alias = None
        word = self.here()
        if self._take("as"):
            alias = self._next().text
        elif word is not None and (
            word.kind == "quoted" or (word.kind == "word" and word.text not in _BEHIND_ALIAS)
        ):
            self._at += 1
            alias = word.text
        columns = self._names() if alias is not None and self._take("(") else ()
        if alias == "(":
            raise UnknownError
        return alias, columns
