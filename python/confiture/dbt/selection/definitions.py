"""The selectors of a project's ``selectors.yml``, as dbt writes them to the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture.dbt.selection.criteria import Combination, Criterion, criterion_of, parse_criterion
from confiture.dbt.selection.failures import circular_selectors, invalid_definition, unknown_selector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confiture.dbt.selection.criteria import Selection

__all__ = ["Definitions"]


class Definitions:
    """The selectors of a manifest.

    What they are made of is nested as deep as the manifest at most, which has a limit, so recursion has one.

    Args:
        selectors: The manifest's ``selectors``.
        indirect: Which tests come along, where a definition says nothing about it.
    """

    def __init__(self, selectors: Mapping[str, Any] | None, indirect: str) -> None:
        self._selectors = selectors or {}
        self._indirect = indirect
        self._open: list[str] = []
        self._known: dict[str, Selection] = {}

    @property
    def names(self) -> list[str]:
        """The names of all selectors."""
        return list(self._selectors)

    @property
    def default(self) -> str | None:
        """The selector that counts where nothing else is asked for."""
        for name, selector in self._selectors.items():
            if isinstance(selector, dict) and selector.get("default") is True:
                return name
        return None

    def selection(self, name: str) -> Selection:
        """What a selector selects.

        Raises:
            ManifestError: There is none of this name, or it cannot be read.
        """
        if name in self._open:
            raise circular_selectors(self._open[self._open.index(name) :])
        if name not in self._selectors:
            raise unknown_selector(name, self._selectors)
        if name not in self._known:
            selector = self._selectors[name]
            if not isinstance(selector, dict) or "definition" not in selector:
                raise invalid_definition(name, "it has no definition")
            self._open.append(name)
            self._known[name] = self._of(selector["definition"])
            self._open.pop()
        return self._known[name]

    def _refuse(self, problem: str) -> Exception:
        return invalid_definition(self._open[-1], problem)

    def _of(self, definition: object) -> Selection:
        if isinstance(definition, str):
            return parse_criterion(definition, self._indirect)
        if not isinstance(definition, dict):
            raise self._refuse(f"{definition!r} is neither a text nor keys and values")
        for kind in ("union", "intersection"):
            if kind in definition:
                return self._combined(kind, definition[kind])
        if len(definition) == 1:
            [(method, value)] = definition.items()
            return self._criterion({"method": method, "value": value})
        if "method" not in definition or "value" not in definition:
            raise self._refuse(f"it has the keys {', '.join(map(str, definition))}, not method and value")
        found = self._criterion(definition)
        return self._without(found, definition["exclude"]) if "exclude" in definition else found

    def _criterion(self, definition: dict[str, Any]) -> Selection:
        if definition["method"] == "selector":
            return Combination("selector", (self.selection(str(definition["value"])),))
        return criterion_of(definition, self._indirect)

    def _combined(self, kind: str, definitions: object) -> Selection:
        parts: list[Selection] = []
        excluded = None
        for definition in self._listed(definitions, kind):
            if isinstance(definition, dict) and "exclude" in definition and len(definition) == 1:
                if excluded is not None:
                    raise self._refuse(f"a {kind} has more than one exclude")
                excluded = definition["exclude"]
            else:
                parts.append(self._of(definition))
        found = Combination(kind, tuple(parts))
        return found if excluded is None else self._without(found, excluded)

    def _without(self, found: Selection, definitions: object) -> Selection:
        parts = tuple(self._of(definition) for definition in self._listed(definitions, "exclude"))
        if not parts:
            return found
        excluded = parts[0] if len(parts) == 1 else Combination("union", parts)
        return Combination("difference", (found, excluded))

    def _listed(self, definitions: object, key: str) -> Sequence[object]:
        if not isinstance(definitions, list):
            raise self._refuse(f"the value of {key} is no list")
        return definitions


def criteria_in(selection: Selection) -> list[Criterion]:
    """All criteria that a selection is made of."""
    found, pending = [], [selection]
    while pending:
        one = pending.pop()
        if isinstance(one, Criterion):
            found.append(one)
        else:
            pending += reversed(one.parts)
    return found
