"""A lineage: the part of a graph that was asked for, as one typed value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.lineage.lookup import find_object
from confiture.models.lineage import Lineage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.lineage.graph import LineageGraph
    from confiture.models.build import SkippedPath

__all__ = ["DIRECTIONS", "make_lineage"]

DIRECTIONS = ("both", "upstream", "downstream")


def make_lineage(
    graph: LineageGraph,
    text: str | None = None,
    *,
    direction: str = "both",
    depth: int | None = None,
    kinds: Sequence[str] = (),
    environment: str = "",
    base_dir: str = "",
    engine: str = "",
    skipped: Sequence[SkippedPath] = (),
) -> Lineage:
    """The lineage of an object, or of the whole graph.

    Args:
        graph: All objects.
        text: The object, as a person names it; None for all.
        direction: ``both``, ``upstream`` or ``downstream``.
        depth: How many edges away objects may be; None for any number.
        kinds: Kinds of objects to follow; none for all.
        environment: Name of the environment.
        base_dir: Where the files of places start from.
        engine: The engine that made the model.
        skipped: What was left aside when files were selected.

    Raises:
        SchemaError: There is no such object, or several could be meant.
    """
    focus = None if text is None else find_object(graph, text).called
    if kinds:
        graph = graph.of_kinds(kinds, focus)
    if focus is not None:
        graph = graph.around(
            focus, upstream=direction != "downstream", downstream=direction != "upstream", depth=depth
        )
    return Lineage(
        ok=True,
        environment=environment,
        base_dir=base_dir,
        focus=focus,
        direction=direction,
        depth=depth,
        kinds=tuple(kinds),
        objects=tuple(graph.objects.values()),
        edges=graph.edges,
        engine=engine,
        skipped=tuple(skipped),
    )
