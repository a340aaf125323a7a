"""Fingerprints of the columns and the rows of a query.

The fingerprint of a column holds the expression, with that of each column that it refers to down to those of
relations; the fingerprint of rows all that decides which rows there are. Where both are the same, so is what
the query gives.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from confiture.column_lineage.shapes import AGGREGATE, ALL, COLUMN, EVERY, ORDINAL, QUERY, UNKNOWN_FUNCTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture.column_lineage.names import Folding
    from confiture.column_lineage.shapes import Block, Shape, Source, Star, Value

__all__ = ["Fingerprints", "fingerprints_of"]


class Fingerprints:
    """What a query gives.

    Attributes:
        columns: The fingerprints of its columns by name, in order; those of a star by ``*`` and a number.
        types: The types that columns are cast to, by name.
        rows: The fingerprint of its rows.
        clauses: What that is made of: kinds of clauses with fingerprints, and how many there are of each.
        is_positional: Whether a column has no name.
    """

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.rows = ""
        self.clauses: Counter[tuple[str, str]] = Counter()
        self.is_positional = False


def fingerprints_of(
    shape: Shape, folding: Folding, relation: Callable[[tuple[str, ...]], str]
) -> Fingerprints:
    """The fingerprints of a query.

    Args:
        shape: Its detailed shape.
        folding: What its dialect does to names.
        relation: Gives what a relation is called, wherever it is, by the parts of its name.
    """
    return _Printing(shape, folding, relation).run()


class _Rows:
    """What can be selected from.

    Attributes:
        columns: The fingerprints of the known columns, by key, in their order.
        types: The types that they are cast to.
        is_open: Whether there are more.
        rows: The fingerprint of the rows.
    """

    def __init__(self, rows: str, *, is_open: bool) -> None:
        self.columns: dict[str, str] = {}
        self.types: dict[str, str] = {}
        self.is_open = is_open
        self.rows = rows
        self.is_positional = False


def _digest(*parts: str) -> str:
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


class _Scope:
    """The sources of a block."""

    def __init__(self, sources: list[tuple[str, tuple[str, ...], _Rows]], outer: _Scope | None) -> None:
        self.sources = sources
        self.outer = outer
        self.aliases: dict[str, str] = {}


class _Printing:
    def __init__(self, shape: Shape, folding: Folding, relation: Callable[[tuple[str, ...]], str]) -> None:
        self._blocks = shape.blocks
        self._folding = folding
        self._relation = relation
        self._done: dict[int, _Rows] = {}
        self._clauses: Counter[tuple[str, str]] = Counter()

    def run(self) -> Fingerprints:
        for number, block in enumerate(self._blocks):
            rows = self._operation(block) if block.members else self._selected(number, block)
            self._renamed(rows, block.columns)
            self._done[number] = rows
        last = self._done[len(self._blocks) - 1]
        found = Fingerprints()
        found.columns, found.types, found.rows = last.columns, last.types, last.rows
        found.clauses = self._clauses
        found.is_positional = last.is_positional
        return found

    def _renamed(self, rows: _Rows, names: tuple[str, ...]) -> None:
        if not names:
            return
        if rows.is_open:
            # Which columns get the names is not known.
            mark = _digest("renamed", rows.rows, *names)
            rows.columns = {self._folding.key(name): _digest(mark, name) for name in names}
            return
        values = list(rows.columns.items())
        rows.columns = {
            (self._folding.key(names[number]) if number < len(names) else key): value
            for number, (key, value) in enumerate(values)
        }
        rows.types = {}

    def _base(self, source: Source) -> _Rows:
        if source.block is not None:
            known = self._done.get(source.block)
            # A query that uses itself.
            return known or _Rows("itself", is_open=True)
        if source.value is not None:
            # What is in its arguments can be columns of what stands before it.
            return _Rows("function", is_open=True)
        return _Rows(_digest("relation", self._relation(source.relation)), is_open=True)

    def _scope(self, block: Block, outer: _Scope | None) -> _Scope:
        scope = _Scope([], outer)
        for source in block.sources:
            rows = self._base(source)
            if source.value is not None:
                rows = _Rows(_digest("function", self._value(source.value, scope)), is_open=True)
                rows.columns = {
                    self._folding.key(name): _digest(rows.rows, str(number))
                    for number, name in enumerate(source.columns)
                }
            for pivot in source.pivots:
                inner = _Scope([("", (), rows)], scope)
                names = [*pivot.names, "", *pivot.used, str(pivot.grouped)]
                rows = _Rows(
                    _digest("pivot", rows.rows, self._value(pivot.value, inner), *names), is_open=True
                )
            if source.columns and source.value is None:
                copied = _Rows(rows.rows, is_open=rows.is_open)
                copied.columns = dict(rows.columns)
                self._renamed(copied, source.columns)
                rows = copied
            relation = tuple(map(self._folding.key, source.relation))
            scope.sources.append((self._folding.key(source.name), relation, rows))
        return scope

    def _outer(self, block: Block) -> _Scope | None:
        chain = []
        parent = block.parent
        while parent is not None:
            chain.append(parent)
            parent = self._blocks[parent].parent
        scope: _Scope | None = None
        for number in reversed(chain):
            scope = self._scope(self._blocks[number], scope)
        return scope

    def _selected(self, number: int, block: Block) -> _Rows:
        scope = self._scope(block, self._outer(block))
        rows = _Rows("", is_open=False)
        outputs: list[str] = []
        for projection in block.projections:
            if projection.star is not None:
                self._expand(projection.star, scope, block, rows, outputs)
                continue
            value = self._value(projection.value, scope)
            if projection.type:
                rows.types[self._folding.key(projection.name or "")] = projection.type
            outputs.append(value if not projection.type else _digest("cast", value, projection.type))
            self._put(rows, projection.name, value)
            if projection.name is not None:
                scope.aliases.setdefault(self._folding.key(projection.name), outputs[-1])
        clauses: list[tuple[str, str]] = []
        for kind, value_ in block.clauses:
            clauses.append((kind, self._value(value_, scope, outputs, block)))
        if block.is_distinct:
            clauses.append(("distinct", _digest(*sorted(outputs))))
        self._clauses.update(clauses)
        self._joined(block, scope)
        sources = [
            _digest(source.join, *sorted(map(self._folding.key, source.using)), each.rows)
            for source, (_, _, each) in zip(block.sources, scope.sources, strict=True)
        ]
        if len(sources) == 1 and not clauses:
            rows.rows = scope.sources[0][2].rows
        else:
            ordered = [_digest(*clause) for clause in sorted(clauses)]
            rows.rows = _digest("select", str(len(sources)), *sources, *ordered)
        if self._is_aggregated(block):
            # One row, or one for each group, and not one for each of the source.
            self._clauses[("aggregation", "")] += 1
            rows.rows = _digest("aggregated", rows.rows)
        return rows

    def _joined(self, block: Block, scope: _Scope) -> None:
        for number, (source, (_, _, each)) in enumerate(zip(block.sources, scope.sources, strict=True)):
            kind = "join" if number else "source"
            using = sorted(map(self._folding.key, source.using))
            of = each.rows if source.block is None else ""
            self._clauses[(kind, _digest(source.join, *using, of))] += 1

    @staticmethod
    def _is_aggregated(block: Block) -> bool:
        """Whether all rows become one, or may: what an unknown function does is not known."""
        kinds = {kind for kind, _ in block.clauses}
        if "grouping" in kinds:
            return False
        labels = [label for each in block.projections for label, _, _ in each.value.tokens]
        if "having" in kinds or any(label.startswith(AGGREGATE) for label in labels):
            return True
        # A column as it is cannot stand beside an aggregate.
        has_plain = any(
            each.star is not None or (len(each.value.tokens) == 1 and each.value.tokens[0][0] == COLUMN)
            for each in block.projections
        )
        return not has_plain and any(label.startswith(UNKNOWN_FUNCTION) for label in labels)

    def _put(self, rows: _Rows, name: str | None, value: str) -> None:
        if name is None:
            rows.is_positional = True
            name = f" {len(rows.columns)}"
        key = self._folding.key(name)
        if key in rows.columns:
            # Two of one name: which is meant is not known.
            value = _digest("either", rows.columns[key], value)
        rows.columns[key] = value

    def _expand(
        self,
        star: Star,
        scope: _Scope,
        block: Block,
        rows: _Rows,
        outputs: list[str],
    ) -> None:
        key = self._folding.key
        without = sorted(map(key, star.without))
        replaced = {key(name): self._value(value, scope) for name, value in star.replaced}
        renamed = {key(name): new for name, new in star.renamed}
        shared = any(source.using or source.is_natural for source in block.sources)
        for number, (alias, relation, each) in enumerate(scope.sources):
            if block.sources[number].side == "semi":
                continue
            if star.qualifier and not _is_named(alias, relation, tuple(map(key, star.qualifier))):
                continue
            for name, value in each.columns.items():
                if name in without:
                    continue
                one = replaced.get(name) or self._of(scope, number, value)
                outputs.append(one)
                self._put(rows, renamed.get(name, name), one)
            if each.is_open or shared:
                rows.is_open = True
                parts = [*without, "", *sorted(replaced), "", *(f"{a} {b}" for a, b in star.renamed)]
                mark = _digest("star", str(number), each.rows, *parts, *replaced.values())
                outputs.append(mark)
                self._put(rows, f"{EVERY}{len(rows.columns)}", mark)

    @staticmethod
    def _of(scope: _Scope, number: int, value: str) -> str:
        """The fingerprint of a column of a source: among several it matters which one."""
        return value if len(scope.sources) == 1 else _digest("source", str(number), value)

    def _value(
        self, value: Value, scope: _Scope, outputs: list[str] | None = None, block: Block | None = None
    ) -> str:
        """The fingerprint of an expression; with `outputs`, numbers and aliases stand for columns."""
        stack: list[str] = []
        for label, number, is_symmetric in value.tokens:
            if label == COLUMN:
                reference = value.references[number]
                stack.append(self._column(reference.parts, reference.how, scope, outputs, block))
            elif label == QUERY:
                inner = self._done.get(value.queries[number][0])
                stack.append(
                    "itself" if inner is None else _digest("query", inner.rows, *inner.columns.values())
                )
            else:
                start = len(stack) - number
                parts = stack[start:]
                del stack[start:]
                stack.append(_digest(label, *(sorted(parts) if is_symmetric else parts)))
        return stack[0] if len(stack) == 1 else _digest("several", *stack)

    def _column(
        self,
        parts: tuple[str, ...],
        how: str,
        scope: _Scope,
        outputs: list[str] | None,
        block: Block | None,
    ) -> str:
        if parts[0] == ORDINAL:
            return self._numbered(parts[1], how, outputs or [], block)
        level = 0
        at: _Scope | None = scope
        while at is not None:
            found = self._found(parts, at, prefers_alias=outputs is not None and how == "order")
            if found is not None:
                return found if level == 0 else _digest("outer", str(level), found)
            at = at.outer
            level += 1
        return _digest("free", *map(self._folding.key, parts))

    def _numbered(self, text: str, how: str, outputs: list[str], block: Block | None) -> str:
        if text != ALL:
            number = int(text) - 1 if text.isdecimal() and len(text) < 6 else -1
            return outputs[number] if 0 <= number < len(outputs) else _digest("number", text)
        # Grouping by all that is no aggregate: what is one is known by its tokens.
        kept = []
        listed = block.projections if block is not None and len(block.projections) == len(outputs) else ()
        for number, output in enumerate(outputs):
            tokens = listed[number].value.tokens if listed else ()
            if how != "grouping" or not any(label.startswith(AGGREGATE) for label, _, _ in tokens):
                kept.append(output)
        return _digest("all", *(kept if how == "order" else sorted(kept)))

    def _found(self, parts: tuple[str, ...], scope: _Scope, *, prefers_alias: bool) -> str | None:
        keys = tuple(map(self._folding.key, parts))
        if len(keys) > 1:
            for length in range(len(keys) - 1, 0, -1):
                for number, (alias, relation, rows) in enumerate(scope.sources):
                    if _is_named(alias, relation, keys[:length]):
                        value = self._in(rows, keys[length])
                        fields = keys[length + 1 :]
                        value = value if not fields else _digest("field", value, *fields)
                        return self._of(scope, number, value)
            return None
        key = keys[0]
        alias_value = scope.aliases.get(key)
        if prefers_alias and alias_value is not None:
            return alias_value
        known = [number for number, (_, _, rows) in enumerate(scope.sources) if key in rows.columns]
        open_ = [number for number, (_, _, rows) in enumerate(scope.sources) if rows.is_open]
        if known:
            values = [self._of(scope, number, scope.sources[number][2].columns[key]) for number in known]
            return values[0] if len(values) == 1 else _digest("shared", *values)
        direct = None
        if len(open_) == 1:
            direct = self._of(scope, open_[0], self._in(scope.sources[open_[0]][2], key))
        if alias_value is not None:
            # Which of the two is meant makes no difference if they are the same.
            return alias_value if not open_ or direct == alias_value else _digest("alias", key, alias_value)
        if direct is not None:
            return direct
        if open_:
            return _digest("one of", key, *(scope.sources[number][2].rows for number in open_))
        return None

    @staticmethod
    def _in(rows: _Rows, key: str) -> str:
        return rows.columns.get(key) or _digest("column", rows.rows, key)

    def _operation(self, block: Block) -> _Rows:
        members = [self._done[each] for each in block.members]
        rows = _Rows("", is_open=any(member.is_open for member in members))
        rows.is_positional = any(member.is_positional for member in members)
        first = list(members[0].columns)
        width = max(len(member.columns) for member in members)
        for position in range(width):
            if block.by_name:
                break
            values = [list(member.columns.values())[position : position + 1] for member in members]
            name = first[position] if position < len(first) else f" {position}"
            rows.columns[name] = _digest("set", *(value for each in values for value in each))
        if block.by_name:
            for name in dict.fromkeys(name for member in members for name in member.columns):
                rows.columns[name] = _digest("set", *(member.columns.get(name, "") for member in members))
        parts = [member.rows for member in members]
        kind = f"{block.operation} {block.is_distinct} {block.by_name}"
        if block.is_distinct or block.operation != "union" or rows.is_open:
            parts += rows.columns.values()
        scope = _Scope([("", (), rows)], None)
        clauses = [
            (name, self._value(value, scope, list(rows.columns.values()))) for name, value in block.clauses
        ]
        self._clauses.update([*clauses, ("set_operation", _digest(kind, *parts))])
        rows.rows = _digest(kind, *parts, *(_digest(*each) for each in sorted(clauses)))
        return rows


def _is_named(alias: str, relation: tuple[str, ...], keys: tuple[str, ...]) -> bool:
    return bool(alias) and alias == keys[-1] and (len(keys) == 1 or relation[-len(keys) :] == keys)
