"""A lineage as a tree of lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.lineage.graph import LineageGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from confiture.models.lineage import Lineage, LineageObject
    from confiture.models.schema.parts import Place

__all__ = ["render_tree"]

_BRANCH, _LAST_BRANCH = "├── ", "└── "
_TRUNK, _NO_TRUNK = "│   ", "    "

#: Levels after which a tree goes on at the left margin, so that a long chain is no wide page.
_LEVELS = 40

_DIM = "2"
_NAME = "1"
_HOW = "36"
_MARK = "33"
_UNDEFINED = "1;31"


def render_tree(
    lineage: Lineage, *, shown_place: Callable[[Place], str] | None = None, is_coloured: bool = False
) -> str:
    """The tree: an object is followed by what it needs, or by what needs it, where it is met first.

    Args:
        lineage: The lineage; one without a focus and with the direction ``both`` is drawn upstream.
        shown_place: Gives a place as the reader would write it; default: its file and line as they are.
        is_coloured: Whether the lines have colours.
    """
    tree = _Tree(lineage, shown_place or _plain_place, is_coloured)
    return "\n".join([*tree.lines(), ""])


def _plain_place(place: Place) -> str:
    return f"{display_path(place.file or '-')}:{place.line}"


class _Tree:
    """One drawing."""

    def __init__(self, lineage: Lineage, shown_place: Callable[[Place], str], is_coloured: bool) -> None:
        self._lineage = lineage
        self._graph = LineageGraph(lineage.objects, lineage.edges)
        self._shown_place = shown_place
        self._is_coloured = is_coloured
        self._known: dict[tuple[str, str], Mapping[str, Sequence[str]]] = {}

    def lines(self) -> Iterator[str]:
        if self._lineage.focus is None:
            yield from self._whole()
        else:
            yield from self._around(self._lineage.focus)
        yield ""
        yield self._summary()

    def _around(self, focus: str) -> Iterator[str]:
        direction = self._lineage.direction
        yield self._line(self._graph.objects[focus])
        if direction != "both":
            yield from self._below(focus, "", direction, set())
            return
        for line, trunk, way in (
            (f"{_BRANCH}needs", _TRUNK, "upstream"),
            (f"{_LAST_BRANCH}is needed by", _NO_TRUNK, "downstream"),
        ):
            nothing = "" if self._children(focus, way) else " nothing"
            yield line + nothing
            yield from self._below(focus, trunk, way, set())

    def _whole(self) -> Iterator[str]:
        way = "downstream" if self._lineage.direction == "downstream" else "upstream"
        opposite = "upstream" if way == "downstream" else "downstream"
        alone = []
        seen: set[str] = set()
        is_first = True
        # Objects of cycles that nothing else leads to come last.
        for only_starts in (True, False):
            for name, item in self._graph.objects.items():
                if name in seen or (only_starts and self._children(name, opposite)):
                    continue
                if not self._children(name, way):
                    if only_starts:
                        alone.append(item)
                    continue
                if not is_first:
                    yield ""
                is_first = False
                yield self._line(item)
                yield from self._below(name, "", way, seen)
        if alone:
            if not is_first:
                yield ""
            yield self._styled("without a need, needed by nothing", _DIM)
            for index, item in enumerate(alone, 1):
                yield (_LAST_BRANCH if index == len(alone) else _BRANCH) + self._line(item)

    def _below(self, start: str, margin: str, way: str, seen: set[str]) -> Iterator[str]:
        """The lines below an object; `seen` is what was followed before, and grows."""
        later = {start: None}
        while later:
            root = next(iter(later))
            del later[root]
            if root != start:
                yield margin.rstrip()
                yield margin + self._line(self._graph.objects[root])
            yield from self._branches(root, margin, way, seen, later)

    def _branches(
        self, root: str, margin: str, way: str, seen: set[str], later: dict[str, None]
    ) -> Iterator[str]:
        seen.add(root)
        path = {root: None}
        rows = [self._row(root, way)]
        margins = [margin]
        while rows:
            name, kinds, is_last = next(rows[-1], ("", (), False))
            if not name:
                rows.pop()
                margins.pop()
                path.popitem()
                continue
            children = self._children(name, way)
            mark = ""
            is_followed = False
            if name in path:
                mark = "cycle"
            elif children and name in seen:
                mark = "shown below" if name in later else "shown above"
            elif children and len(rows) == _LEVELS:
                mark = "shown below"
                later[name] = None
                seen.add(name)
            else:
                is_followed = bool(children)
            branch = _LAST_BRANCH if is_last else _BRANCH
            yield margins[-1] + branch + self._line(self._graph.objects[name], kinds, mark)
            if is_followed:
                seen.add(name)
                path[name] = None
                rows.append(self._row(name, way))
                margins.append(margins[-1] + (_NO_TRUNK if is_last else _TRUNK))

    def _row(self, name: str, way: str) -> Iterator[tuple[str, Sequence[str], bool]]:
        children = self._children(name, way)
        for index, (child, kinds) in enumerate(children.items(), 1):
            yield child, kinds, index == len(children)

    def _children(self, name: str, way: str) -> Mapping[str, Sequence[str]]:
        """What is drawn below an object: nothing at the depth that was asked for."""
        known = self._known.get((name, way))
        if known is None:
            neighbours = self._graph.needs(name) if way == "upstream" else self._graph.needed_by(name)
            depth, distance = self._lineage.depth, self._distance(name, way)
            if depth is not None and distance is not None and distance >= depth:
                neighbours = {}
            elif self._lineage.focus is not None:
                neighbours = {
                    other: kinds
                    for other, kinds in neighbours.items()
                    if self._distance(other, way) is not None
                }
            known = self._known[name, way] = neighbours
        return known

    def _distance(self, name: str, way: str) -> int | None:
        item = self._graph.objects[name]
        return item.upstream if way == "upstream" else item.downstream

    def _line(self, item: LineageObject, kinds: Sequence[str] = (), mark: str = "") -> str:
        words = item.kind.replace("_", " ")
        rest = item.called.removeprefix(words).lstrip()
        if rest == item.called or not rest:
            words, rest = "", item.called
        parts = [
            " ".join(
                part for part in (self._styled(words, _DIM), self._styled(display_path(rest), _NAME)) if part
            )
        ]
        if kinds:
            parts.append(self._styled(", ".join(kind.replace("_", " ") for kind in kinds), _HOW))
        if item.place is not None and not mark:
            parts.append(self._styled(self._shown_place(item.place), _DIM))
        if not item.is_defined:
            parts.append(self._styled("not defined", _UNDEFINED))
        if item.is_opaque:
            parts.append(self._styled("opaque", _MARK))
        if mark:
            parts.append(self._styled(f"({mark})", _MARK))
        return "  ".join(parts)

    def _summary(self) -> str:
        lineage = self._lineage
        objects = list(self._graph.objects.values())
        undefined = sum(not item.is_defined for item in objects)
        missing = f" {undefined} not defined." if undefined else ""
        if lineage.focus is None:
            return f"{_count(len(objects), 'object')}, {_count(len(self._graph.edges), 'edge')}.{missing}"
        counts = []
        if lineage.direction != "downstream":
            counts.append(f"needs {sum(bool(item.upstream) for item in objects)}")
        if lineage.direction != "upstream":
            counts.append(f"is needed by {sum(bool(item.downstream) for item in objects)}")
        limit = "" if lineage.depth is None else f", up to {_count(lineage.depth, 'edge')} away"
        return f"It {' and '.join(counts)}{limit}.{missing}"

    def _styled(self, text: str, codes: str) -> str:
        return f"\x1b[{codes}m{text}\x1b[0m" if self._is_coloured and text else text


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
