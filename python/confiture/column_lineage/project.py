"""The columns of a whole project: its queries in the order in which they need each other."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from confiture.column_lineage.names import folding_of
from confiture.column_lineage.reading import shapes_of
from confiture.column_lineage.tracing import Relation, trace
from confiture.models.column_lineage import ColumnGap, ColumnOrigin, NodeColumns, TracedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from confiture.column_lineage.cache import ShapeCache
    from confiture.column_lineage.origins import Origins
    from confiture.column_lineage.scopes import Rows
    from confiture.column_lineage.shapes import Shape

__all__ = ["Body", "Project", "trace_project"]


class Body(NamedTuple):
    """A relation of a project.

    Attributes:
        identity: What it is called.
        kind: Its kind.
        query: The query that it is made of; None if there is none.
        gap: Why there is none, where there should be one: a code and a text for people.
        names: The names that queries have for it, each by its parts as the database keeps them.
        columns: Its columns as somebody else tells them, such as a catalog.
        is_complete: Whether these are all.
        needs: What it depends on, as far as that is known without the query.
        added: Columns that it has besides those of its query, with what they are made of.
        is_made_once: Whether it was made of the query and may have been changed since, so that its columns
            are those that are told.
    """

    identity: str
    kind: str
    query: str | None = None
    gap: tuple[str, str] | None = None
    names: tuple[tuple[str, ...], ...] = ()
    columns: tuple[str, ...] = ()
    is_complete: bool = False
    needs: tuple[str, ...] = ()
    added: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_made_once: bool = False


class Project(NamedTuple):
    """What can be followed.

    Attributes:
        source: ``dbt``, ``schema`` or ``run``.
        name: Its name.
        dialect: sqlglot's name for the dialect of its queries.
        bodies: Its relations.
        routines: The names of functions that are its own, by their parts: what these read is not known.
    """

    source: str
    name: str
    dialect: str
    bodies: tuple[Body, ...]
    routines: frozenset[tuple[str, ...]] = frozenset()


def trace_project(
    project: Project, *, cache: ShapeCache | None = None, processes: int | None = None
) -> tuple[NodeColumns, ...]:
    """The columns of all relations of a project, and what each comes from, by identity.

    Args:
        project: The project.
        cache: Where shapes of queries are kept; None for nowhere.
        processes: How many processes to use at most; default: as many as there are processors.
    """
    texts = [body.query for body in project.bodies if body.query is not None]
    with _rare_collections():
        shapes = shapes_of(texts, project.dialect, cache=cache, processes=processes)
        return tuple(_ProjectTracing(project, shapes).traced())


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the garbage collector look less often: nearly all that is made stays."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _ProjectTracing:
    def __init__(self, project: Project, shapes: Mapping[str, Shape]) -> None:
        self._project = project
        self._folding = folding_of(project.dialect)
        self._shapes = shapes
        self._bodies = {body.identity: body for body in project.bodies}
        self._whole, self._ends = _index(project.bodies, self._folding.key)
        self._known: dict[str, Relation] = {}
        self._found: dict[str, NodeColumns] = {}
        self._others: dict[str, None] = {}

    def traced(self) -> list[NodeColumns]:
        for body in self._in_order():
            self._found[body.identity] = self._traced(body)
        for name in self._others:
            self._found[name] = NodeColumns(identity=name, kind="relation", is_complete=False)
        return [self._found[name] for name in sorted(self._found, key=str.encode)]

    def _identity(self, parts: tuple[str, ...], body: Body) -> str | None:
        """The relation of a name: by all of it, or by its end, if that is one, or one that is needed."""
        keys = tuple(map(self._folding.key, parts))
        found = self._whole.get(keys)
        if found is not None:
            return found
        ending = self._ends.get(keys, [])
        if len(ending) > 1:
            ending = [name for name in ending if name in body.needs]
        return ending[0] if len(ending) == 1 else None

    def _in_order(self) -> list[Body]:
        """The relations, each behind those that it reads, as far as they do not read each other."""
        order: list[Body] = []
        seen: set[str] = set()
        for start in self._project.bodies:
            waiting = [(start, False)]
            while waiting:
                body, is_entered = waiting.pop()
                if is_entered:
                    order.append(body)
                    continue
                if body.identity in seen:
                    continue
                seen.add(body.identity)
                waiting.append((body, True))
                waiting += [(self._bodies[name], False) for name in self._read_by(body) if name not in seen]
        return order

    def _read_by(self, body: Body) -> list[str]:
        shape = self._shapes.get(body.query or "")
        found: dict[str, None] = {}
        for block in shape.blocks if shape is not None else ():
            for source in block.sources:
                name = self._identity(source.relation, body) if source.relation else None
                if name is not None and name != body.identity:
                    found[name] = None
        return list(found)

    def _relation(self, parts: tuple[str, ...], body: Body) -> Relation:
        name = self._identity(parts, body)
        if name is None:
            name = ".".join(parts)
            self._others[name] = None
            return Relation(name)
        known = self._known.get(name)
        if known is None:
            # It is the one that is traced, or they read each other.
            other = self._bodies[name]
            return Relation(name, other.columns, is_complete=other.is_complete)
        return known

    def _traced(self, body: Body) -> NodeColumns:
        gaps = [] if body.gap is None else [ColumnGap(code=body.gap[0], reason=body.gap[1])]
        shape = self._shapes.get(body.query or "")
        columns: list[TracedColumn] = []
        rows: tuple[ColumnOrigin, ...] = ()
        is_complete = body.is_complete
        if shape is not None and shape.blocks:
            traced = trace(shape, self._folding, lambda parts: self._relation(parts, body))
            gaps += [ColumnGap(code=code, reason=reason) for code, reason in traced.gaps]
            gaps += [
                ColumnGap(code="function", reason=f"what {'.'.join(name)} reads is not known")
                for name in shape.functions
                if name in self._project.routines
            ]
            columns, is_complete = self._columns(body, traced.rows)
            if body.is_made_once and body.is_complete:
                columns, altered = self._as_told(body, columns)
                gaps += altered
                is_complete = True
            if not is_complete:
                unknown = sorted({relation for relation, _ in traced.rows.opens})
                reason = f"not all columns of {', '.join(unknown)} are known" if unknown else None
                gaps.append(
                    ColumnGap(code="unknown_columns", reason=reason or "not all of its columns are known")
                )
            rows = _origins(traced.rows.decided)
        else:
            if shape is not None:
                gaps += [ColumnGap(code=code, reason=reason) for code, reason in shape.gaps]
            rest: Origins = {}
            if shape is not None or body.gap is not None:
                rest = {(name, "*", "unknown"): False for name in body.needs}
            columns = [TracedColumn(name=name, origins=_origins(rest)) for name in body.columns]
            rows = _origins(rest)
        listed = {self._folding.key(column.name) for column in columns}
        for name, origins in self._added(body):
            if self._folding.key(name) not in listed:
                columns.append(TracedColumn(name=name, origins=origins))
        names = tuple(column.name for column in columns)
        self._known[body.identity] = Relation(body.identity, names, is_complete=is_complete)
        return NodeColumns(
            identity=body.identity,
            kind=body.kind,
            columns=tuple(columns),
            is_complete=is_complete,
            rows=rows,
            gaps=tuple(gaps),
        )

    def _as_told(self, body: Body, made: list[TracedColumn]) -> tuple[list[TracedColumn], list[ColumnGap]]:
        """The columns that a relation has by those of the query that it was made of, and what that lacks."""
        by_key = {self._folding.key(column.name): column for column in made}
        unknown = _origins({(name, "*", "unknown"): False for name in body.needs})
        columns, missing = [], []
        for name in body.columns:
            column = by_key.get(self._folding.key(name))
            if column is None:
                missing.append(name)
                column = TracedColumn(name=name, origins=unknown)
            columns.append(column)
        if not missing:
            return columns, []
        reason = f"it has been changed since: its query does not make {', '.join(missing)}"
        return columns, [ColumnGap(code="altered", reason=reason)]

    def _added(self, body: Body) -> list[tuple[str, tuple[ColumnOrigin, ...]]]:
        return [
            (
                name,
                tuple(
                    ColumnOrigin(node=body.identity, column=column, use="transformed")
                    for column in sorted(set(columns), key=str.encode)
                ),
            )
            for name, columns in body.added
        ]

    def _columns(self, body: Body, rows: Rows) -> tuple[list[TracedColumn], bool]:
        """The columns of a query, with the names that a catalog has for those that have none."""
        key = self._folding.key
        names = [output.name for output in rows.outputs]
        if None in names and rows.is_complete and body.is_complete and len(body.columns) >= len(names):
            names = [own or told for own, told in zip(names, body.columns, strict=False)]
        columns = [
            TracedColumn(name=name or f"column {number}", origins=_origins(output.origins))
            for number, (name, output) in enumerate(zip(names, rows.outputs, strict=True), 1)
        ]
        if rows.is_complete:
            return columns, True
        listed = {key(column.name) for column in columns}
        for name in body.columns:
            if key(name) not in listed:
                origins = rows.among_unlisted(name, key(name))
                columns.append(TracedColumn(name=name, origins=_origins(origins)))
        if body.is_complete:
            order = {key(name): number for number, name in enumerate(body.columns)}
            columns.sort(key=lambda column: order.get(key(column.name), len(order)))
        return columns, body.is_complete


def _index(
    bodies: Iterable[Body], key: Callable[[str], str]
) -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], list[str]]]:
    """The relations by the parts of their names, and by the last ones alone."""
    whole: dict[tuple[str, ...], str] = {}
    ends: dict[tuple[str, ...], list[str]] = {}
    for body in bodies:
        for name in body.names:
            parts = tuple(map(key, name))
            whole[parts] = body.identity
            for start in range(1, len(parts)):
                known = ends.setdefault(parts[start:], [])
                if body.identity not in known:
                    known.append(body.identity)
    return whole, ends


def _origins(origins: Mapping[tuple[str, str, str], bool]) -> tuple[ColumnOrigin, ...]:
    found: Sequence[tuple[str, str, str]] = sorted(origins)
    return tuple(
        ColumnOrigin(
            node=node, column=column, use=use, confidence=_confidence(column, use, origins[node, column, use])
        )
        for node, column, use in found
    )


def _confidence(column: str, use: str, is_certain: bool) -> str:
    if column == "*" or use == "unknown":
        return "unknown"
    return "certain" if is_certain else "inferred"
