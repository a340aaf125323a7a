"""The `Shape` of a query, from the tree that sqlglot makes of it.

No function calls itself however deep queries are in queries: what is inside waits on a stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from confiture.column_lineage.drafts import DraftBlock, DraftSource, DraftValue, Names
from confiture.column_lineage.expressions import NODE, Expression, ExpressionShaping, operands
from confiture.column_lineage.shapes import (
    ALL,
    COLUMN,
    EPHEMERAL_PREFIX,
    ORDINAL,
    Reference,
    Shape,
    Star,
)
from confiture.column_lineage.statements import UnparseableError, parsed_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["shape_of"]

#: What rules are known for.
_LIMITING = frozenset(("limit", "offset", "fetch", "order"))
_OF_SELECT = _LIMITING | {
    "with",
    "from",
    "expressions",
    "joins",
    "laterals",
    "where",
    "group",
    "having",
    "qualify",
    "windows",
    "distinct",
}
_OF_SOURCE = _LIMITING | {"with", "this", "db", "catalog", "alias", "pivots", "joins", "rows_from"}
_OF_OPERATION = _LIMITING | {"with", "this", "expression", "distinct", "by_name"}
_OF_STAR = frozenset(("except", "replace", "rename"))

#: Functions that make rows of a value.
_EXPANDING = (exp.Explode, exp.Posexplode, exp.Unnest, exp.Inline)


def shape_of(text: str, dialect: str, *, is_detailed: bool = False) -> Shape:
    """The shape of a query; one without blocks if it cannot be read.

    Args:
        text: The query, or a statement that makes a relation of one.
        dialect: sqlglot's name for the dialect.
        is_detailed: Whether the shape has expressions and clauses as well, for comparing, not for tracing.
    """
    try:
        statements = parsed_statements(text, dialect)
    except UnparseableError as error:
        return Shape(gaps=(("unparseable", str(error)),))
    if isinstance(statements[0], exp.Command):
        return Shape(gaps=(("not_understood", "sqlglot does not know all of its statement"),))
    shaping = _Shaping(dialect, is_detailed=is_detailed)
    if len(statements) > 1:
        shaping.gaps.append(("several_statements", "only the first of several statements is followed"))
    return shaping.shape(statements[0])


def _part(node: Expression, name: str) -> Any:
    """An argument of a node; versions of sqlglot put ``_`` behind words of Python, or not."""
    return node.args.get(f"{name}_") or node.args.get(name)


class _Shaping(ExpressionShaping):
    def __init__(self, dialect: str, *, is_detailed: bool = False) -> None:
        super().__init__(dialect, is_detailed=is_detailed)
        self._done: list[DraftBlock] = []
        #: What is to be done, the next at the end.
        self._waiting: list[Callable[[], None]] = []
        self.gaps: list[tuple[str, str]] = []

    def shape(self, tree: Expression) -> Shape:
        names = Names()
        columns: tuple[str, ...] = ()
        query: Any = tree
        if isinstance(tree, (exp.Create, exp.Insert)):
            target = tree.this
            if isinstance(target, exp.Schema):
                columns = tuple(self._column_name(each) for each in target.expressions)
            query = tree.expression
        root = DraftBlock(None, names)
        if query is None or not self._is_query(query):
            self.gaps.append(("not_a_query", f"{type(tree).__name__.upper()} is not followed"))
            query = tree
        owner = tree if query is not tree and _part(tree, "with") is not None else None
        self._waiting.append(lambda: self._enter(query, root, owner))
        while self._waiting:
            self._waiting.pop()()
        if columns:
            root.columns = columns
        blocks = tuple(block.finished() for block in self._done)
        return Shape(blocks=blocks, functions=tuple(self._functions), gaps=tuple(self.gaps))

    def _is_query(self, node: object) -> bool:
        return isinstance(node, (exp.Select, exp.SetOperation, exp.Subquery, exp.Values, exp.Table))

    def _enter(self, node: Expression, block: DraftBlock, owner: Expression | None = None) -> None:
        """Read a query into its block; what is inside is read before the block gets its number."""
        block.first = len(self._done)
        following: list[Callable[[], None]] = []
        inner = node
        # What stands around a query in parentheses: WITH, ORDER BY and LIMIT of its own.
        wrappers = []
        while isinstance(inner, exp.Subquery) and not self._is_join(inner):
            wrappers.append(inner)
            inner = inner.this
        for part in (*([owner] if owner is not None else ()), *wrappers, inner):
            with_ = _part(part, "with")
            if with_ is not None:
                self._common(with_, block, following)
        if isinstance(inner, exp.Select):
            following.append(lambda: self._select(inner, block))
        elif isinstance(inner, exp.SetOperation):
            following.append(lambda: self._operation(inner, block))
        elif isinstance(inner, exp.Values):
            following.append(lambda: self._values(inner, block))
        elif isinstance(inner, (exp.Table, exp.Subquery)):
            following.append(lambda: self._everything(inner, block))
        else:
            following.append(lambda: self._opaque(inner, block))
        for wrapper in wrappers:
            following.append(lambda wrapper=wrapper: self._limited(wrapper, block))  # type: ignore[misc]
        following.append(lambda: self._leave(block))
        self._waiting.extend(reversed(following))

    @staticmethod
    def _is_join(node: object) -> bool:
        """Whether it is a table, perhaps with joins, in parentheses."""
        return isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table)

    def _leave(self, block: DraftBlock) -> None:
        block.number = len(self._done)
        self._done.append(block)

    def _common(self, with_: Expression, block: DraftBlock, following: list[Callable[[], None]]) -> None:
        block.names = Names(block.names)
        is_recursive = bool(with_.args.get("recursive"))
        for expression in with_.expressions:
            following.append(lambda each=expression: self._common_one(each, block, is_recursive))  # type: ignore[misc]

    def _common_one(self, expression: Expression, block: DraftBlock, is_recursive: bool) -> None:
        name = self._kept(expression.args["alias"])
        made = DraftBlock(block.parent, block.names)
        made.columns = self._alias_columns(expression)
        key = self._folding.key(name)
        if name.lower().startswith(EPHEMERAL_PREFIX):
            # It is a resource of its own.
            return
        if is_recursive:
            block.names.own[key] = made
        else:
            # A query of the name that it has itself is another one.
            self._waiting.append(lambda: block.names.own.__setitem__(key, made))
        self._waiting.append(lambda: self._enter(expression.this, made))

    def _child(self, node: Expression, parent: DraftBlock) -> DraftBlock:
        made = DraftBlock(parent, parent.names)
        self._waiting.append(lambda: self._enter(node, made))
        return made

    def _in_order(self, block: DraftBlock, steps: Iterable[Callable[[], None]]) -> None:
        self._waiting.extend(reversed(list(steps)))

    def _select(self, node: exp.Select, block: DraftBlock) -> None:
        steps: list[Callable[[], None]] = []
        from_ = _part(node, "from")
        if from_ is not None:
            steps.append(lambda: self._source(from_.this, block, None))
        for lateral in node.args.get("laterals") or ():
            steps.append(lambda each=lateral: self._source(each, block, None))  # type: ignore[misc]
        for join in node.args.get("joins") or ():
            steps.append(lambda each=join: self._source(each.this, block, each))  # type: ignore[misc]
        steps.append(lambda: self._projections(node, block))
        self._in_order(block, steps)

    def _everything(self, node: Expression, block: DraftBlock) -> None:
        """A table where a query could be: all of its columns."""
        block.projections.append((None, DraftValue(), Star(), {}))
        self._waiting.append(lambda: self._source(node, block, None))

    def _projections(self, node: exp.Select, block: DraftBlock) -> None:
        block.is_distinct = False
        for expression in node.expressions:
            self._projection(expression, block)
        for clause in ("where", "having", "qualify"):
            if node.args.get(clause) is not None:
                self._use(clause, node.args[clause].this, "filter", block)
        for window in node.args.get("windows") or ():
            self._use("window", window, "window", block)
        group = node.args.get("group")
        if group is not None:
            if group.args.get("all"):
                self._refer((ORDINAL, ALL), "grouping", block)
            self._ordinals(group, "grouping", block)
        distinct = node.args.get("distinct")
        if distinct is not None:
            on = distinct.args.get("on")
            if on is None:
                block.is_distinct = True
            else:
                self._ordinals(on, "distinct", block)
        self._limited(node, block, always=distinct is not None)
        self._others(node, _OF_SELECT, block)

    def _others(self, node: Expression, known: frozenset[str], block: DraftBlock) -> None:
        """Keep what no rule is known for, so that queries that differ in it do so."""
        if not self._is_detailed:
            return
        for name, part in node.args.items():
            if name.rstrip("_") in known or not part:
                continue
            for each in part if isinstance(part, list) else [part]:
                if isinstance(each, NODE):
                    self._use(name, each, "filter", block)
                else:
                    value = DraftValue()
                    value.tokens.append((f"{name}={each}", 0, False))
                    block.clauses.append((name, value))

    def _limited(self, node: Expression, block: DraftBlock, *, always: bool = False) -> None:
        """What order has to do with which rows there are: nothing without a limit."""
        limits = [node.args[name] for name in ("limit", "offset", "fetch") if node.args.get(name)]
        for limit in limits:
            self._use("limit", limit, "order", block)
        order = node.args.get("order")
        if order is None or not (limits or always):
            return
        for ordered in order.expressions:
            if isinstance(ordered.this, exp.Column) and ordered.this.name.lower() == ALL:
                self._refer((ORDINAL, ALL), "order", block)
        self._ordinals(order, "order", block)

    def _refer(self, parts: tuple[str, ...], how: str, block: DraftBlock, kind: str = "") -> None:
        """Add a reference to what decides which rows there are."""
        if not self._is_detailed:
            block.uses.refer(Reference(parts, how))
            return
        value = DraftValue()
        value.refer(Reference(parts, how))
        value.tokens.append((COLUMN, 0, False))
        block.clauses.append((kind or how, value))

    def _ordinals(self, node: Expression, how: str, block: DraftBlock) -> None:
        """A list of expressions in which numbers stand for columns."""
        for number, each in enumerate(node.expressions):
            expression = each.this if isinstance(each, exp.Ordered) else each
            # The order of what is ordered by means something, that of what is grouped by does not.
            kind = f"{how} {number}" if how == "order" else how
            if isinstance(expression, exp.Literal) and not expression.is_string:
                self._refer((ORDINAL, expression.name), how, block, kind)
                if self._is_detailed and isinstance(each, exp.Ordered):
                    block.clauses[-1][1].tokens.append((self._label(each), 1, False))
            elif self._is_detailed:
                self._use(kind, each, how, block)
        if not self._is_detailed:
            self._value(node, how, block.uses, block)
        elif any(name != "expressions" and value for name, value in node.args.items()):
            self._use(how, node, how, block)

    def _use(self, kind: str, node: Expression, how: str, block: DraftBlock) -> None:
        """Add an expression to what decides which rows there are; of a conjunction, each part."""
        if not self._is_detailed:
            self._value(node, how, block.uses, block)
            return
        for part in operands(node, exp.And):
            value = DraftValue()
            self._value(part, how, value, block)
            block.clauses.append((kind, value))

    def _projection(self, expression: Expression, block: DraftBlock) -> None:
        node = expression
        name: str | None = None
        if isinstance(node, exp.Alias):
            name = self._kept(node.args["alias"])
            node = node.this
        while isinstance(node, exp.Paren):
            node = node.this
        value = DraftValue()
        if isinstance(node, exp.Aliases):
            self._value(node.this, "transformed", value, block)
            for each in node.expressions:
                block.projections.append((self._kept(each), value, None, {}))
            self._expanded(node, block)
            return
        star = node.this if isinstance(node, exp.Column) else node
        if isinstance(star, exp.Star):
            self._star(node, star, block)
            return
        if isinstance(node, exp.Column):
            name = name or self._kept(node.this)
            self._reference(node, "identity", value)
            value.tokens.append((COLUMN, 0, False))
        else:
            if self._is_detailed and isinstance(node, exp.Cast):
                block.types[len(block.projections)] = node.to.sql().lower()
                node = node.this
            self._value(node, "transformed", value, block)
            self._expanded(node, block)
            if name is None:
                name = self._default_name(node)
        block.projections.append((name, value, None, {}))

    def _default_name(self, node: Expression) -> str | None:
        """What a column without an alias is called, where that is known."""
        while isinstance(node, (exp.Cast, exp.Bracket)) and self._dialect in ("postgres", "redshift"):
            node = node.this
        if isinstance(node, exp.Column):
            return self._kept(node.this)
        if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
            return self._kept(node.expression)
        return None

    def _expanded(self, node: Expression, block: DraftBlock) -> None:
        for each in node.find_all(*_EXPANDING):
            self._use("expansion", each, "expansion", block)

    def _star(self, node: Expression, star: exp.Star, block: DraftBlock) -> None:
        self._others(star, _OF_STAR, block)
        parts = self._parts(node)[:-1] if isinstance(node, exp.Column) else ()
        replaced: dict[str, DraftValue] = {}
        for each in star.args.get("replace") or ():
            value = DraftValue()
            is_plain = isinstance(each.this, exp.Column)
            self._value(each.this, "identity" if is_plain else "transformed", value, block)
            replaced[self._kept(each.args["alias"])] = value
        without = tuple(self._kept(each) for each in _part(star, "except") or ())
        renamed = tuple(
            (self._kept(each.this), self._kept(each.args["alias"])) for each in star.args.get("rename") or ()
        )
        block.projections.append((None, DraftValue(), Star(parts, without, (), renamed), replaced))

    def _source(self, node: Any, block: DraftBlock, join: exp.Join | None) -> None:
        """Add a part of ``FROM``; with a join, the part that it joins."""
        if self._is_join(node) and node.args.get("alias") is None and not node.args.get("pivots"):
            steps: list[Callable[[], None]] = [lambda: self._source(node.this, block, join)]
            steps += [
                lambda each=each: self._source(each.this, block, each)  # type: ignore[misc]
                for each in node.args.get("joins") or ()
            ]
            self._in_order(block, steps)
            return
        alias = node.args.get("alias")
        has_name = isinstance(alias, exp.TableAlias) and alias.this is not None
        source = DraftSource(self._kept(alias) if has_name else "")
        source.columns = self._alias_columns(node)
        block.sources.append(source)
        self._others(node, _OF_SOURCE, block)
        steps = []
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            self._table(node, source, block)
            steps += [
                lambda each=each: self._source(each.this, block, each)  # type: ignore[misc]
                for each in node.args.get("joins") or ()
            ]
        elif isinstance(node, (exp.Subquery, exp.Select, exp.SetOperation, exp.Values)):
            source.block = DraftBlock(block, block.names)
            self._waiting.append(lambda: self._joined(join, source, block))
            made = source.block
            self._waiting.append(lambda: self._enter(node, made))
            self._pivoted(node, source, block)
            return
        else:
            self._function_source(node, source, block)
        steps.append(lambda: self._joined(join, source, block))
        self._pivoted(node, source, block)
        self._in_order(block, steps)

    def _table(self, node: exp.Table, source: DraftSource, block: DraftBlock) -> None:
        parts = tuple(self._kept(part) for part in node.parts if isinstance(part, exp.Identifier))
        if not source.name:
            source.name = parts[-1]
        common = block.names.find(self._folding.key(parts[0])) if len(parts) == 1 else None
        if common is not None:
            source.block = common
        else:
            source.relation = parts

    def _function_source(self, node: Any, source: DraftSource, block: DraftBlock) -> None:
        """A function, ``UNNEST`` or ``LATERAL`` in ``FROM``."""
        called = node.this if isinstance(node, (exp.Lateral, exp.Table)) else node
        if isinstance(node, exp.Lateral) and isinstance(called, (exp.Subquery, exp.Select)):
            source.block = self._child(called, block)
            return
        source.value = DraftValue()
        parts = [called] if isinstance(called, NODE) else []
        parts += node.args.get("rows_from") or []
        for part in parts:
            arguments = part.iter_expressions() if part is node else [part]
            if self._is_detailed and part is node:
                source.value.tokens.append((self._label(node), 0, False))
            for argument in arguments:
                if not isinstance(argument, exp.TableAlias):
                    self._value(argument, "transformed", source.value, block)
        offset = node.args.get("offset")
        if isinstance(offset, exp.Identifier):
            source.columns = (*source.columns, self._kept(offset))
        if not source.columns and not source.name and isinstance(called, NODE):
            source.name = self._folding.kept(called.name or called.key, is_quoted=False)

    def _pivoted(self, node: Expression, source: DraftSource, block: DraftBlock) -> None:
        for pivot in node.args.get("pivots") or ():
            value = DraftValue()
            used: list[str] = []
            is_unpivot = bool(pivot.args.get("unpivot"))
            for each in pivot.iter_expressions():
                if isinstance(each, exp.TableAlias):
                    if each.this is not None:
                        source.name = self._kept(each)
                    continue
                how = "aggregated"
                if is_unpivot:
                    how = "transformed"
                self._value(each, how, value, block)
                used += [self._kept(column.this) for column in each.find_all(exp.Column)]
            if is_unpivot:
                made = [self._kept(each) for each in pivot.expressions if isinstance(each, exp.Identifier)]
                made += [
                    self._kept(field.this)
                    for field in pivot.args.get("fields") or ()
                    if isinstance(field, exp.In) and isinstance(field.this, (exp.Identifier, exp.Column))
                ]
                known = {self._folding.key(name) for name in made}
                used = [name for name in used if self._folding.key(name) not in known]
            else:
                made = [self._kept(each) for each in pivot.args.get("columns") or ()]
            source.pivots.append((value, tuple(made), tuple(used), not is_unpivot))

    def _joined(self, join: exp.Join | None, source: DraftSource, block: DraftBlock) -> None:
        if join is None:
            return
        source.side = (join.args.get("side") or join.args.get("kind") or "").lower()
        if (join.args.get("kind") or "").lower() in ("semi", "anti"):
            source.side = "semi"
        source.is_natural = join.args.get("method") == "NATURAL"
        words = f"{join.args.get('method') or ''} {join.args.get('side') or ''} {join.args.get('kind') or ''}"
        source.join = " ".join(word for word in words.lower().split() if word not in ("inner", "outer"))
        source.using = tuple(self._kept(each) for each in join.args.get("using") or ())
        for name in ("on", "match_condition"):
            if join.args.get(name) is not None:
                self._use("join", join.args[name], "join", block)

    def _operation(self, node: exp.SetOperation, block: DraftBlock) -> None:
        """A set operation; a chain of the same one is one block."""
        kind, is_distinct = type(node), bool(node.args.get("distinct"))
        by_name = bool(node.args.get("by_name"))
        members: list[Expression] = [node.expression]
        left = node.this
        while (
            type(left) is kind
            and bool(left.args.get("distinct")) == is_distinct
            and bool(left.args.get("by_name")) == by_name
            and kind is exp.Union
            and not any(left.args.get(name) for name in ("order", "limit", "offset", "with_", "with"))
        ):
            members.append(left.expression)
            left = left.this
        members.append(left)
        block.operation = {exp.Except: "except", exp.Intersect: "intersect"}.get(kind, "union")
        block.is_distinct = is_distinct
        block.by_name = by_name
        self._others(node, _OF_OPERATION, block)
        steps: list[Callable[[], None]] = []
        for member in reversed(members):
            made = DraftBlock(block.parent, block.names)
            block.members.append(made)
            steps.append(lambda each=member, made=made: self._enter(each, made))  # type: ignore[misc]
        steps.append(lambda: self._limited(node, block))
        self._in_order(block, steps)

    def _values(self, node: exp.Values, block: DraftBlock) -> None:
        columns: list[DraftValue] = []
        for row in node.expressions:
            for number, each in enumerate(row.expressions if isinstance(row, exp.Tuple) else [row]):
                if number == len(columns):
                    columns.append(DraftValue())
                self._value(each, "transformed", columns[number], block)
        if self._is_detailed:
            # How many rows there are is told by their values alone.
            block.clauses += [("values", value) for value in columns]
        names = self._alias_columns(node)
        for number, value in enumerate(columns):
            default = f"column{number + 1}" if self._dialect == "postgres" else f"col{number}"
            block.projections.append((names[number] if number < len(names) else default, value, None, {}))

    def _opaque(self, node: Expression, block: DraftBlock) -> None:
        """What no rule is known for: all that its tables have may be in all that it gives."""
        block.is_opaque = True
        self.gaps.append(("not_understood", f"{type(node).__name__.upper()} is not followed by column"))
        for table in node.find_all(exp.Table):
            if isinstance(table.this, exp.Identifier):
                source = DraftSource("")
                self._table(table, source, block)
                block.sources.append(source)
