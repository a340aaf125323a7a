"""What statements need that is defined only after them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from confiture.artifacts.checked import decode_checked
from confiture.core.file_orders import working_order
from confiture.core.groups import strongly_connected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.artifacts.checked import CheckedEdge
    from confiture.core.model_checks import PlacedFindings
    from confiture.core.sources import Sources
    from confiture.models.schema.parts import Place

__all__ = ["look_at_late"]

#: How many files are named at most where an order of files is told.
_FILES_SHOWN = 12
#: How many objects of a cycle are named at most.
_OBJECTS_SHOWN = 6

#: Edges of bodies, which the server looks at only when it is to check them.
_OF_BODIES = "body"
_UNCHECKED = re.compile(r"check_function_bodies\b.*\b(?:off|false|no|0)\b", re.IGNORECASE | re.DOTALL)


def look_at_late(
    edges: Sequence[CheckedEdge],
    late: Sequence[CheckedEdge],
    others: Sequence[CheckedEdge],
    sources: Sources,
    findings: PlacedFindings,
) -> None:
    """Say what is defined too late.

    Args:
        edges: All that objects need, if some of it comes too late.
        late: What statements need that comes too late and that the model does not follow therefore.
        others: What statements are about otherwise.
        sources: The files of the bundle.
        findings: Where it goes.
    """
    if not any(edge.status == "late" for edge in edges):
        edges = _all_edges([*late, *others], sources)
    placed = [(edge, edge.place) for edge in edges if edge.place is not None and edge.defined is not None]
    if any(edge.kind == _OF_BODIES for edge, _ in placed) and not _checks_bodies(sources):
        placed = [(edge, place) for edge, place in placed if edge.kind != _OF_BODIES]
    placed += [(edge, edge.place) for edge in late if edge.place is not None]
    _Late(placed, others, sources, findings).tell()


def _all_edges(known: Sequence[CheckedEdge], sources: Sources) -> Sequence[CheckedEdge]:
    """What objects need besides what is known; nothing if no order of the files tells it.

    The engine tells of the edges of a text only if one of them comes too late, which is so of files in an
    order that works no better.
    """
    order = working_order(known, sources.paths)
    if order is None or sources.includes:
        return ()
    numbers = {path: number for number, path in enumerate(sources.paths)}
    contents = [sources.texts.read_whole(numbers[path]) for path in order]
    edges = decode_checked(sources.engine.check_contents(contents, order)).edges
    if not any(edge.status == "late" for edge in edges):
        return ()
    return [msgspec.structs.replace(edge, status="") for edge in edges]


def _checks_bodies(sources: Sources) -> bool:
    """Whether no statement turns the checks of routines' bodies off, as dumps do."""
    for file, (statements, *_) in enumerate(sources.files):
        ranges = [
            (statement[3], statement[4]) for statement in statements if statement[0] in ("SET", "SELECT")
        ]
        texts = sources.texts.read_all(file, ranges) if ranges else ()
        if any(_UNCHECKED.search(text.decode("utf-8", "replace")) for text in texts):
            return False
    return True


class _Late:
    def __init__(
        self,
        edges: Sequence[tuple[CheckedEdge, Place]],
        others: Sequence[CheckedEdge],
        sources: Sources,
        findings: PlacedFindings,
    ) -> None:
        self._edges = edges
        self._others = others
        self._paths = sources.paths
        self._findings = findings
        needs: defaultdict[str, list[str]] = defaultdict(list)
        for edge, _ in edges:
            needs[edge.source].append(edge.target)
        self._groups = strongly_connected(needs)
        self._group_of: dict[str, int] = {}
        for number, group in enumerate(self._groups):
            if len(group) > 1:
                self._group_of.update(dict.fromkeys(group, number))
        #: The kinds of the late edges in each group.
        self._kinds: defaultdict[int, set[str]] = defaultdict(set)
        for edge, _ in edges:
            number = self._group_of.get(edge.source, -1)
            if edge.status == "late" and number == self._group_of.get(edge.target):
                self._kinds[number].add(edge.kind)

    def tell(self) -> None:
        """Say what is too late, in the order of the places; of each cycle, the first one alone."""
        told: set[int] = set()
        late = [(edge, place) for edge, place in self._edges if edge.status == "late"]
        order = working_order([*(edge for edge, _ in self._edges), *self._others], self._paths)
        for edge, place in sorted(late, key=lambda item: (*self._findings.order(item[1]), item[0].target)):
            group = self._group_of.get(edge.source, -1)
            if group < 0 or group != self._group_of.get(edge.target):
                self._findings.add(
                    ("CHECK_015", "error"),
                    f"{edge.source} needs {edge.target}, which is defined only later",
                    _order_hint(edge, place, order),
                    place,
                    edge.defined,
                )
            elif group not in told:
                told.add(group)
                self._tell_cycle(group, edge, place)

    def _tell_cycle(self, group: int, edge: CheckedEdge, place: Place) -> None:
        members = self._groups[group]
        shown = ", ".join(members[:_OBJECTS_SHOWN]) + (", …" if len(members) > _OBJECTS_SHOWN else "")
        is_of_keys = self._kinds[group] == {"foreign_key"}
        self._findings.add(
            ("CHECK_016", "error"),
            f"{edge.source} needs {edge.target}, which needs it too, so that no order works: {shown}",
            "Add a foreign key with ALTER TABLE when both tables are there, or build with --two-pass."
            if is_of_keys
            else "Make one of them without the other first, and complete it when both are there.",
            place,
            edge.defined,
        )


def _order_hint(edge: CheckedEdge, place: Place, order: Sequence[str] | None) -> str:
    if edge.defined is not None and edge.defined.file == place.file:
        return "Move the definition before the statement that needs it."
    if order is None:
        return "No order of the files works: move the statement behind the definition."
    shown = ", ".join(order[:_FILES_SHOWN]) + (", …" if len(order) > _FILES_SHOWN else "")
    return f"Rename files so that the definition comes first; this order works: {shown}."
