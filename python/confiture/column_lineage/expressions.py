"""Expressions of a query: what they refer to, and what they are.

No function calls itself however deep expressions are: what is inside waits on a stack.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from confiture.column_lineage.names import folding_of
from confiture.column_lineage.shapes import AGGREGATE, COLUMN, DIRECT, EVERY, EXISTS, QUERY, Reference

if TYPE_CHECKING:
    from confiture.column_lineage.drafts import DraftBlock, DraftValue

__all__ = ["NODE", "Expression", "ExpressionShaping", "operands"]

#: Nodes of trees; versions of sqlglot have several classes for that.
Expression = Any

#: The class that all nodes have.
NODE = getattr(exp, "Expr", exp.Expression)

#: Functions over windows that hand on one of the values as it is.
_PICKING = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)


def operands(node: Expression, kind: type[Expression]) -> list[Expression]:
    """The operands of a chain of one operator, in their order."""
    found = []
    waiting = [node]
    while waiting:
        each = waiting.pop()
        while isinstance(each, exp.Paren):
            each = each.this
        if type(each) is kind:
            waiting += [each.expression, each.this]
        else:
            found.append(each)
    return found


def _is_of_window(node: Expression) -> bool:
    above = node.parent
    while isinstance(above, (exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)):
        above = above.parent
    return isinstance(above, exp.Window)


class ExpressionShaping(ABC):
    """What shaping a query does with expressions.

    Args:
        dialect: sqlglot's name for the dialect.
        is_detailed: Whether expressions themselves are kept, not only how columns are used in them.
    """

    def __init__(self, dialect: str, *, is_detailed: bool) -> None:
        self._dialect = dialect
        self._is_detailed = is_detailed
        self._folding = folding_of(dialect)
        self._functions: dict[tuple[str, ...], None] = {}

    @abstractmethod
    def _child(self, node: Expression, parent: DraftBlock) -> DraftBlock:
        """The block of a query in an expression."""

    def _column_name(self, node: Expression) -> str:
        return self._kept(node.this if isinstance(node, exp.ColumnDef) else node)

    def _kept(self, node: Any) -> str:
        """The name of an identifier, or of what has one."""
        identifier = node if isinstance(node, exp.Identifier) else node.this
        while isinstance(identifier, NODE) and not isinstance(identifier, exp.Identifier):
            identifier = identifier.this
        if isinstance(identifier, exp.Identifier):
            return self._folding.kept(identifier.this, is_quoted=bool(identifier.args.get("quoted")))
        return str(identifier)

    def _alias_columns(self, node: Expression) -> tuple[str, ...]:
        alias = node.args.get("alias")
        columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
        return tuple(self._column_name(column) for column in columns or ())

    def _parts(self, column: exp.Column) -> tuple[str, ...]:
        found = [EVERY if isinstance(column.this, exp.Star) else self._kept(column.this)]
        for part in ("table", "db", "catalog"):
            if column.args.get(part) is not None:
                found.append(self._kept(column.args[part]))
        return tuple(reversed(found))

    def _reference(self, column: exp.Column, how: str, value: DraftValue) -> None:
        value.refer(Reference(self._parts(column), how))

    def _write(self, node: Expression, how: str, value: DraftValue, block: DraftBlock) -> None:
        """Add an expression with all in it, operands before operators."""
        waiting: list[tuple[Any, tuple[str, int, bool] | None]] = [(node, None)]
        while waiting:
            each, token = waiting.pop()
            if token is not None:
                value.tokens.append(token)
                continue
            while isinstance(each, (exp.Paren, exp.Alias)):
                each = each.this
            if isinstance(each, exp.Column):
                value.tokens.append((COLUMN, value.refer(Reference(self._parts(each), how)), False))
            elif isinstance(each, (exp.Select, exp.SetOperation, exp.Subquery)) or (
                isinstance(each, exp.Values) and each is not node
            ):
                value.tokens.append((QUERY, len(value.queries), False))
                value.queries.append((self._child(each, block), how))
            else:
                kind = type(each) if isinstance(each, exp.Connector) else None
                parts = operands(each, kind) if kind is not None else list(each.iter_expressions())
                is_symmetric = isinstance(each, (exp.Connector, exp.EQ, exp.NEQ))
                waiting.append((None, (self._label(each), len(parts), is_symmetric)))
                waiting += [(part, None) for part in reversed(parts)]

    def _label(self, node: Expression) -> str:
        """What a node is, apart from the nodes in it."""
        if isinstance(node, exp.Identifier):
            name = self._folding.kept(node.this, is_quoted=bool(node.args.get("quoted")))
            return f"name {self._folding.key(name)}"
        if isinstance(node, exp.Literal):
            return f"literal {node.is_string} {node.this}"
        parts = [type(node).__name__]
        if isinstance(node, (exp.AggFunc, exp.AnonymousAggFunc)) and not _is_of_window(node):
            parts.insert(0, AGGREGATE.rstrip())
        is_name = isinstance(node, (exp.Var, exp.Anonymous))
        for key, part in sorted(node.args.items()):
            if isinstance(part, NODE) or (isinstance(part, list) and part):
                parts.append(key)
            elif part and key != "big_int":
                parts.append(f"{key}={str(part).lower() if is_name else part}")
        return " ".join(parts)

    def _value(self, node: Expression, how: str, value: DraftValue, block: DraftBlock) -> None:
        """Add what an expression refers to."""
        if self._is_detailed:
            self._write(node, how, value, block)
            return
        waiting: list[tuple[Any, str, frozenset[str]]] = [(node, how, frozenset())]
        while waiting:
            each, used, hidden = waiting.pop()
            if isinstance(each, exp.Column):
                if len(each.parts) > 1 or self._kept(each.this) not in hidden:
                    self._reference(each, used, value)
            elif isinstance(each, exp.Exists):
                queries = [each.this] if isinstance(each.this, exp.Query) else []
                value.queries += [(self._child(query, block), EXISTS) for query in queries]
                waiting += [(part, used, hidden) for part in ([] if queries else each.iter_expressions())]
            elif isinstance(each, (exp.Select, exp.SetOperation, exp.Subquery)) or (
                isinstance(each, exp.Values) and each is not node
            ):
                value.queries.append((self._child(each, block), used))
            elif isinstance(each, exp.Star):
                if not isinstance(each.parent, exp.Count):
                    value.refer(Reference((EVERY,), used))
            elif isinstance(each, exp.Columns):
                value.refer(Reference((EVERY,), used))
            else:
                waiting += self._below(each, used, hidden)

    def _below(
        self, node: Expression, how: str, hidden: frozenset[str]
    ) -> list[tuple[Any, str, frozenset[str]]]:
        """The parts of an expression with how each of them is used."""
        is_direct = how in DIRECT
        if isinstance(node, exp.Window):
            inside = node.this.find(exp.AggFunc) if isinstance(node.this, exp.Filter) else node.this
            used = how if not is_direct or isinstance(inside, _PICKING) else "aggregated"
            if isinstance(inside, exp.Func) and not isinstance(inside, exp.AggFunc):
                used = how
            beside = "window" if is_direct else how
            return [(each, used if each is node.this else beside, hidden) for each in node.iter_expressions()]
        if isinstance(node, exp.Filter):
            beside = "filter" if is_direct else how
            return [(node.this, how, hidden), (node.expression, beside, hidden)]
        if isinstance(node, exp.Comprehension):
            shadowed = hidden | {self._kept(node.expression)}
            return [
                (each, how, hidden if each is node.args.get("iterator") else shadowed)
                for each in node.iter_expressions()
            ]
        if isinstance(node, (exp.AggFunc, exp.AnonymousAggFunc, exp.CombinedAggFunc)):
            picks = isinstance(node.parent, exp.Window) and isinstance(node, _PICKING)
            how = "aggregated" if is_direct and not picks else how
        elif isinstance(node, exp.Anonymous):
            self._function(node)
        if isinstance(node, exp.PropertyEQ):
            return [(node.expression, how, hidden)]
        return [(each, how, hidden) for each in node.iter_expressions()]

    def _function(self, node: exp.Anonymous) -> None:
        name = node.this if isinstance(node.this, str) else node.name
        parts: tuple[str, ...] = (self._folding.kept(name, is_quoted=False),)
        if isinstance(node.parent, exp.Dot) and isinstance(node.parent.this, exp.Identifier):
            parts = (self._kept(node.parent.this), *parts)
        self._functions[parts] = None
