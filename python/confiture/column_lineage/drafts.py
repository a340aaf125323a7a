"""Parts of shapes while they are made: blocks have no numbers before all that is in them has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.column_lineage.shapes import Block, Pivot, Projection, Reference, Source, Star, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DraftBlock", "DraftSource", "DraftValue", "Names"]


class Names:
    """The common table expressions that a query sees: its own, then those around it."""

    def __init__(self, outer: Names | None = None) -> None:
        self.own: dict[str, DraftBlock] = {}
        self.outer = outer

    def find(self, key: str) -> DraftBlock | None:
        """The query of this name."""
        names: Names | None = self
        while names is not None:
            if key in names.own:
                return names.own[key]
            names = names.outer
        return None


class DraftValue:
    """A `Value`."""

    def __init__(self) -> None:
        #: Each with its number.
        self.references: dict[Reference, int] = {}
        self.queries: list[tuple[DraftBlock, str]] = []
        self.tokens: list[tuple[str, int, bool]] = []

    def refer(self, reference: Reference) -> int:
        """Add a reference, if it is not there; returns its number."""
        return self.references.setdefault(reference, len(self.references))

    def finished(self) -> Value:
        """The value, once all blocks have numbers."""
        queries = tuple((block.number, how) for block, how in self.queries)
        return Value(tuple(self.references), queries, tuple(self.tokens))


class DraftSource:
    """A `Source`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.relation: tuple[str, ...] = ()
        self.block: DraftBlock | None = None
        self.value: DraftValue | None = None
        self.columns: tuple[str, ...] = ()
        self.side = ""
        self.using: tuple[str, ...] = ()
        self.is_natural = False
        self.join = ""
        self.pivots: list[tuple[DraftValue, tuple[str, ...], tuple[str, ...], bool]] = []

    def finished(self) -> Source:
        """The source, once all blocks have numbers."""
        return Source(
            name=self.name,
            relation=self.relation,
            block=None if self.block is None else self.block.number,
            value=None if self.value is None else self.value.finished(),
            columns=self.columns,
            side=self.side,
            using=self.using,
            is_natural=self.is_natural,
            pivots=tuple(
                Pivot(value.finished(), names, used, grouped) for value, names, used, grouped in self.pivots
            ),
            join=self.join,
        )


class DraftBlock:
    """A `Block`."""

    def __init__(self, parent: DraftBlock | None, names: Names) -> None:
        self.parent = parent
        self.names = names
        self.number = -1
        self.first = 0
        self.sources: list[DraftSource] = []
        self.projections: list[tuple[str | None, DraftValue, Star | None, Mapping[str, DraftValue]]] = []
        self.uses = DraftValue()
        self.clauses: list[tuple[str, DraftValue]] = []
        self.types: dict[int, str] = {}
        self.is_distinct = False
        self.members: list[DraftBlock] = []
        self.operation = ""
        self.by_name = False
        self.columns: tuple[str, ...] = ()
        self.is_opaque = False

    def finished(self) -> Block:
        """The block, once all blocks have numbers."""
        return Block(
            parent=None if self.parent is None else self.parent.number,
            sources=tuple(source.finished() for source in self.sources),
            projections=tuple(self._projections()),
            uses=self.uses.finished(),
            is_distinct=self.is_distinct,
            members=tuple(member.number for member in self.members),
            operation=self.operation,
            by_name=self.by_name,
            columns=self.columns,
            first=self.first,
            is_opaque=self.is_opaque,
            clauses=tuple((kind, value.finished()) for kind, value in self.clauses),
        )

    def _projections(self) -> list[Projection]:
        found = []
        for number, (name, value, star, replaced) in enumerate(self.projections):
            if star is not None and replaced:
                values = tuple((key, each.finished()) for key, each in replaced.items())
                star = Star(star.qualifier, star.without, values, star.renamed)
            found.append(Projection(name, value.finished(), star, self.types.get(number, "")))
        return found
