"""From a shape, and the columns of the relations in it, to the sources of each of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.column_lineage.origins import Origins, add, used
from confiture.column_lineage.scopes import Output, Rows, Scope
from confiture.column_lineage.shapes import ALL, EVERY, EXISTS, ORDINAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture.column_lineage.names import Folding
    from confiture.column_lineage.shapes import Block, Pivot, Shape, Source, Star, Value

__all__ = ["Relation", "Traced", "trace"]

#: How often a query may be gone through again for queries that use themselves, for each block of it.
_ROUNDS = 20


class Relation:
    """A relation as far as it is known.

    Attributes:
        name: What origins call it.
        columns: The names of its columns.
        is_complete: Whether these are all.
    """

    __slots__ = ("columns", "is_complete", "name")

    def __init__(self, name: str, columns: tuple[str, ...] = (), *, is_complete: bool = False) -> None:
        self.name = name
        self.columns = columns
        self.is_complete = is_complete


class Traced:
    """What is found.

    Attributes:
        rows: The columns of the query.
        gaps: What could not be followed: a code and a text for people.
    """

    def __init__(self, rows: Rows, gaps: tuple[tuple[str, str], ...]) -> None:
        self.rows = rows
        self.gaps = gaps


def trace(shape: Shape, folding: Folding, relation: Callable[[tuple[str, ...]], Relation]) -> Traced:
    """The columns of a query and where they come from.

    Args:
        shape: The query; it has blocks.
        folding: What its dialect does to names.
        relation: Gives what is known of the relation of a name, by its parts.
    """
    tracing = _Tracing(shape, folding, relation)
    rows = tracing.run()
    return Traced(rows, (*shape.gaps, *tracing.gaps))


class _Tracing:
    def __init__(
        self, shape: Shape, folding: Folding, relation: Callable[[tuple[str, ...]], Relation]
    ) -> None:
        self._blocks = shape.blocks
        self._folding = folding
        self._relation = relation
        self._done: dict[int, Rows] = {}
        self._relations: dict[tuple[str, ...], Rows] = {}
        self._scopes: dict[int, tuple[int, Scope]] = {}
        #: Where a query uses itself.
        self._recursive = {
            source.block
            for number, block in enumerate(shape.blocks)
            for source in block.sources
            if source.block is not None and source.block >= number
        }
        self.gaps: dict[tuple[str, str], None] = {}

    def run(self) -> Rows:
        rounds = _ROUNDS * len(self._blocks)
        number = 0
        while number < len(self._blocks):
            rows = self._evaluated(number)
            before = self._done.get(number)
            self._done[number] = rows
            if number in self._recursive and not (before is not None and _is_same(before, rows)):
                first = self._blocks[number].first
                rounds -= number - first + 1
                if rounds > 0:
                    number = first
                    continue
                self.gaps["recursive", "a query that uses itself is not followed to its end"] = None
            number += 1
        return self._done[len(self._blocks) - 1]

    def _evaluated(self, number: int) -> Rows:
        block = self._blocks[number]
        if block.is_opaque:
            rows = self._opaque(block)
        elif block.members:
            rows = self._operation(block)
        else:
            rows = self._selected(block)
        _rename(rows, block.columns)
        return rows

    def _opaque(self, block: Block) -> Rows:
        rows = Rows()
        rows.rest = {}
        for source in block.sources:
            read = self._rows_of(source)
            if read is not None:
                add(rows.rest, used(read.all_origins(), "unknown"))
        rows.decided = dict(rows.rest)
        return rows

    def _outer(self, block: Block) -> Scope | None:
        """What a query sees of those around it, as far as that is made."""
        chain: list[int] = []
        parent = block.parent
        while parent is not None:
            chain.append(parent)
            parent = self._blocks[parent].parent
        scope: Scope | None = None
        for number in reversed(chain):
            scope = self._partial(number, scope)
        return scope

    def _partial(self, number: int, outer: Scope | None) -> Scope:
        sources = self._blocks[number].sources
        made = 0
        while made < len(sources):
            inner = sources[made].block
            if inner is not None and inner not in self._done:
                break
            made += 1
        known = self._scopes.get(number)
        if known is not None and known[0] == made and not self._recursive:
            return known[1]
        scope = Scope(self._folding.key, outer)
        for source in sources[:made]:
            self._append(scope, source)
        self._scopes[number] = (made, scope)
        return scope

    def _rows_of(self, source: Source) -> Rows | None:
        """The rows of a source that is no function."""
        if source.block is not None:
            return self._done.get(source.block) or self._begun(source.block)
        rows = self._relations.get(source.relation)
        if rows is None:
            found = self._relation(source.relation)
            rows = self._relations[source.relation] = Rows()
            rows.outputs = [Output(name, {(found.name, name, "identity"): True}) for name in found.columns]
            if not found.is_complete:
                rows.opens = [(found.name, frozenset(map(self._folding.key, found.columns)))]
        return rows

    def _begun(self, number: int) -> Rows | None:
        """What a query that uses itself starts with."""
        block = self._blocks[number]
        started = self._done.get(block.members[0]) if block.members else None
        if started is None:
            return None
        rows = _copy(started)
        _rename(rows, block.columns)
        return rows

    def _append(self, scope: Scope, source: Source) -> None:
        """Add a source to those before it."""
        if source.value is not None:
            rows = Rows()
            origins = self._origins(source.value, scope)
            rows.decided = used(origins, "expansion")
            rows.outputs = [Output(name, origins) for name in source.columns]
            if not source.columns:
                rows.rest = origins
                if source.name:
                    # A function that gives one column calls it like itself.
                    rows.outputs = [Output(source.name, origins)]
        else:
            found = self._rows_of(source)
            if found is None:
                # Nothing is known yet of a query that uses itself.
                found = Rows()
            rows = found
        for pivot in source.pivots:
            rows = self._pivoted(rows, pivot, scope)
        if source.columns and source.value is None:
            copied = _copy(rows)
            _rename(copied, source.columns)
            rows = copied
        self._join(scope, source, rows)

    def _join(self, scope: Scope, source: Source, rows: Rows) -> None:
        """Make the columns one that a join shares, and add the source."""
        key = self._folding.key
        columns = rows.by_key(key)
        using = list(source.using)
        if source.is_natural:
            shown = [scope.sources[number][1] for number in scope.shown()]
            if not rows.is_complete or not all(each.is_complete for each in shown):
                self.gaps["natural_join", "columns of a natural join are not all known"] = None
            using = [
                output.name
                for output in rows.outputs
                if output.name is not None and scope.find((output.name,)) is not None
            ]
        for name in using:
            left = scope.find((name,)) or {}
            right = columns.get(key(name))
            if right is None:
                right = rows.among_unlisted(name, key(name))
            add(scope.decided, used(left, "join"))
            add(scope.decided, used(right, "join"))
            merged: Origins = {}
            if source.side == "right":
                add(merged, right)
            elif source.side == "full":
                add(merged, used(left, "transformed"))
                add(merged, used(right, "transformed"))
            else:
                add(merged, left)
            scope.merged[key(name)] = Output(name, merged)
        scope.append(source.name, rows, source.relation, is_hidden=source.side == "semi")

    def _pivoted(self, rows: Rows, pivot: Pivot, outer: Scope) -> Rows:
        inner = Scope(self._folding.key, outer)
        inner.append("", rows)
        made = self._origins(pivot.value, inner)
        gone = frozenset(map(self._folding.key, pivot.used))
        found = Rows()
        found.decided = dict(rows.decided)
        found.outputs = [
            output
            for output in rows.outputs
            if output.name is None or self._folding.key(output.name) not in gone
        ]
        found.opens = [(relation, without | gone) for relation, without in rows.opens]
        if pivot.grouped:
            for output in found.outputs:
                add(found.decided, used(output.origins, "grouping"))
            add(found.decided, used(found.unlisted(), "grouping"))
        else:
            add(found.decided, used(made, "filter"))
        found.outputs += [Output(name, made) for name in pivot.names]
        found.rest = rows.rest if pivot.names else {**(rows.rest or {}), **made}
        return found

    def _selected(self, block: Block) -> Rows:
        scope = Scope(self._folding.key, self._outer(block))
        rows = Rows()
        for source in block.sources:
            self._append(scope, source)
        for _, each, _ in scope.sources:
            add(rows.decided, each.decided)
        add(rows.decided, scope.decided)
        for projection in block.projections:
            if projection.star is not None:
                self._expand(projection.star, scope, rows)
                continue
            origins = self._origins(projection.value, scope)
            rows.outputs.append(Output(projection.name, origins))
            if projection.name is not None:
                scope.aliases.setdefault(self._folding.key(projection.name), origins)
        # Names in clauses can be those of columns that follow.
        add(rows.decided, self._origins(block.uses, scope, rows))
        if block.is_distinct:
            add(rows.decided, used(rows.all_origins(), "distinct"))
        return rows

    def _expand(self, star: Star, scope: Scope, rows: Rows) -> None:
        """Add the columns that a star stands for."""
        key = self._folding.key
        without = {key(name) for name in star.without}
        replaced = {key(name): value for name, value in star.replaced}
        renamed = {key(name): new for name, new in star.renamed}

        def put(name: str | None, origins: Origins) -> None:
            if name is not None:
                if key(name) in without:
                    return
                if key(name) in replaced:
                    origins = self._origins(replaced[key(name)], scope)
                name = renamed.get(key(name), name)
            rows.outputs.append(Output(name, origins))

        if star.qualifier:
            number = scope.named(star.qualifier)
            if number is None:
                origins = scope.find((*star.qualifier, EVERY)) or scope.find(star.qualifier)
                self._missing((*star.qualifier, EVERY) if origins is None else ())
                rows.rest = {**(rows.rest or {}), **used(origins or {}, "transformed")}
                return
            numbers, merged = [number], {}
        else:
            numbers, merged = scope.shown(), dict(scope.merged)
        seen: set[str] = set()
        hidden = frozenset(without | set(renamed) | set(replaced))
        for number in numbers:
            for output in scope.sources[number][1].outputs:
                if output.name is not None and key(output.name) in merged:
                    if key(output.name) in seen:
                        continue
                    seen.add(key(output.name))
                    put(output.name, merged[key(output.name)].origins)
                else:
                    put(output.name, output.origins)
            read = scope.sources[number][1]
            rows.opens += [(relation, gone | hidden) for relation, gone in read.opens]
            if read.rest is not None:
                rows.rest = {**(rows.rest or {}), **read.rest}
        for name, output in merged.items():
            if name not in seen:
                put(output.name, output.origins)
        listed = {key(output.name) for output in rows.outputs if output.name is not None}
        for name, value in star.replaced:
            if key(name) not in listed:
                rows.outputs.append(Output(name, self._origins(value, scope)))
        for name, new in star.renamed:
            if key(new) not in listed and not rows.is_complete:
                found = scope.find((name,))
                if found is not None:
                    rows.outputs.append(Output(new, found))

    def _origins(self, value: Value, scope: Scope, rows: Rows | None = None) -> Origins:
        """Where a value comes from; with `rows`, names of its columns and their numbers count."""
        found: Origins = {}
        for reference in value.references:
            if reference.parts[0] == ORDINAL:
                add(found, self._numbered(reference.parts[1], reference.how, rows))
                continue
            origins = scope.find(reference.parts, prefers_alias=rows is not None and reference.how == "order")
            if origins is None:
                self._missing(reference.parts)
            else:
                add(found, used(origins, reference.how))
        for number, how in value.queries:
            inner = self._done.get(number)
            if inner is None:
                continue
            add(found, inner.decided)
            if how != EXISTS:
                add(found, used(inner.all_origins(), how))
        return found

    def _numbered(self, text: str, how: str, rows: Rows | None) -> Origins:
        found: Origins = {}
        if rows is None:
            return found
        if text != ALL:
            number = int(text) - 1 if text.isdecimal() and len(text) < 6 else -1
            if 0 <= number < len(rows.outputs):
                add(found, used(rows.outputs[number].origins, how))
            elif not rows.is_complete:
                add(found, used(rows.all_origins(), how))
            return found
        for output in rows.outputs:
            if how != "grouping" or not any(each[2] == "aggregated" for each in output.origins):
                add(found, used(output.origins, how))
        add(found, used(rows.unlisted(), how))
        return found

    def _missing(self, parts: tuple[str, ...]) -> None:
        if parts:
            self.gaps["unknown_column", f"no source has a column {'.'.join(parts)}"] = None

    def _operation(self, block: Block) -> Rows:
        members = [self._done[each] for each in block.members if each in self._done]
        rows = Rows()
        for member in members:
            add(rows.decided, member.decided)
        taken = members if block.operation == "union" else members[:1]
        if block.by_name or not all(member.is_complete for member in taken):
            self._by_name(rows, taken)
        else:
            for position, output in enumerate(taken[0].outputs if taken else ()):
                origins: Origins = {}
                for member in taken:
                    if position < len(member.outputs):
                        add(origins, member.outputs[position].origins)
                rows.outputs.append(Output(output.name, origins))
        if block.is_distinct or block.operation != "union":
            for member in members:
                add(rows.decided, used(member.all_origins(), "set_operation"))
        scope = Scope(self._folding.key, None)
        scope.append("", rows)
        add(rows.decided, self._origins(block.uses, scope, rows))
        return rows

    def _by_name(self, rows: Rows, members: list[Rows]) -> None:
        key = self._folding.key
        found: dict[str, Output] = {}
        for member in members:
            for output in member.outputs:
                if output.name is None:
                    continue
                known = found.setdefault(key(output.name), Output(output.name, {}))
                add(known.origins, output.origins)
        for name, output in found.items():
            for member in members:
                if not any(each.name is not None and key(each.name) == name for each in member.outputs):
                    add(output.origins, member.among_unlisted(output.name or "", name))
            rows.outputs.append(output)
        for member in members:
            rows.opens += member.opens
            if member.rest is not None:
                rows.rest = {**(rows.rest or {}), **member.rest}


def _copy(rows: Rows) -> Rows:
    copied = Rows()
    copied.outputs = list(rows.outputs)
    copied.opens = list(rows.opens)
    copied.rest = rows.rest
    copied.decided = rows.decided
    return copied


def _rename(rows: Rows, columns: tuple[str, ...]) -> None:
    """Give the first columns other names; where not all are known, these may be of any."""
    if not columns:
        return
    if not rows.is_complete:
        origins = used(rows.all_origins(), "transformed")
        rows.outputs = [Output(name, origins) for name in columns]
        return
    rows.outputs = [
        Output(columns[number] if number < len(columns) else output.name, output.origins)
        for number, output in enumerate(rows.outputs)
    ]


def _is_same(one: Rows, other: Rows) -> bool:
    return (
        one.decided == other.decided
        and one.opens == other.opens
        and one.rest == other.rest
        and [(each.name, each.origins) for each in one.outputs]
        == [(each.name, each.origins) for each in other.outputs]
    )
