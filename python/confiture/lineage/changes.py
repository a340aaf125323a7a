"""What is different between two lineages, as their page shows it: one graph of both, with marks."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from confiture.artifacts import Artifact
from confiture.lineage.graph import LineageGraph
from confiture.models.constraints import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["ChangedField", "EdgeMark", "LineageChanges", "ObjectMark", "compare_graphs"]

_CHANGE = Annotated[str, Meta(pattern="^(added|removed|modified|downstream)$")]


class ChangedField(Artifact, frozen=True, kw_only=True):
    """A key of an object that has another value.

    Attributes:
        path: Where: ``config.materialized``.
        old: What it was; missing if it was not there.
        new: What it is; missing if it is not there.
        lines: What is different between two texts, line by line, instead of these.
    """

    path: str
    old: Any | UnsetType = UNSET
    new: Any | UnsetType = UNSET
    lines: tuple[str, ...] = ()


class ObjectMark(Artifact, frozen=True, kw_only=True):
    """What the page says of an object.

    Attributes:
        change: ``added``, ``removed``, ``modified``, or ``downstream`` of what is that and itself the same.
        fields: What is different, of one that is modified.
        verdict: What the change of its SQL means for what needs it; None if nobody looked.
        reasons: Why, in words.
        distance: How many edges away the nearest change is, of one that is downstream.
    """

    change: _CHANGE
    fields: tuple[ChangedField, ...] = ()
    verdict: str | None = None
    reasons: tuple[str, ...] = ()
    distance: Count | None = None


class EdgeMark(Artifact, frozen=True, kw_only=True):
    """A need that is there on one side alone; `change` is ``added`` or ``removed``."""

    source: str
    target: str
    change: _CHANGE


class LineageChanges(Artifact, frozen=True, kw_only=True):
    """How two lineages differ.

    Attributes:
        old: What the first one is called.
        new: What the second one is called.
        objects: What is said of objects, by what they are called; nothing of those that are the same.
        edges: The needs that are different, sorted.
        notes: What was left out of the comparison, and why.
    """

    old: str
    new: str
    objects: dict[str, ObjectMark]
    edges: tuple[EdgeMark, ...] = ()
    notes: tuple[str, ...] = ()


def compare_graphs(
    old: LineageGraph,
    new: LineageGraph,
    marks: Mapping[str, ObjectMark],
    *,
    names: tuple[str, str],
    downstream: Mapping[str, int] | None = None,
    notes: Iterable[str] = (),
) -> tuple[LineageGraph, LineageChanges]:
    """One graph with the objects and needs of both, and what is different in it.

    Args:
        old: The first graph.
        new: The second one, whose objects are taken where both have one.
        marks: What is said of objects that are different themselves; those that only one graph has are added
            and removed without.
        names: What the two are called.
        downstream: What is reached by the changes, by how many edges away; None to look for it here.
        notes: What was left out of the comparison.
    """
    both = LineageGraph({**old.objects, **new.objects}.values(), (*old.edges, *new.edges))
    said = {called: mark for called, mark in marks.items() if called in both.objects}
    for one, other, change in ((old, new, "removed"), (new, old, "added")):
        for called in one.objects.keys() - other.objects.keys():
            said.setdefault(called, ObjectMark(change=change))
    for called, distance in (_reached(both, said) if downstream is None else downstream).items():
        if called in both.objects:
            said.setdefault(called, ObjectMark(change="downstream", distance=distance))
    before, now = ({(edge.source, edge.target) for edge in graph.edges} for graph in (old, new))
    edges = [
        EdgeMark(source=source, target=target, change="added" if (source, target) in now else "removed")
        for source, target in sorted(before ^ now)
    ]
    ordered = {called: said[called] for called in sorted(said)}
    return both, LineageChanges(
        old=names[0], new=names[1], objects=ordered, edges=tuple(edges), notes=tuple(notes)
    )


def _reached(graph: LineageGraph, changed: Iterable[str]) -> dict[str, int]:
    """What needs one of these objects, directly or not, by how many edges away the nearest one is."""
    distances = dict.fromkeys(changed, 0)
    pending = deque(distances)
    while pending:
        called = pending.popleft()
        for name in graph.needed_by(called):
            if name not in distances:
                distances[name] = distances[called] + 1
                pending.append(name)
    return {name: distance for name, distance in distances.items() if distance}
