"""The selectors of a project's ``selectors.yml``, as dbt writes them to the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture.dbt.selection.criteria import Combination, Criterion, criterion_of, parse_criterion
from confiture.dbt.selection.failures import circular_selectors, invalid_definition, unknown_selector
from confiture.dbt.selection.patterns import is_pattern, pattern_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from confiture.dbt.selection.criteria import Selection

__all__ = ["Definitions"]


class Definitions:
    """The selectors of a manifest.

    What one of them is made of is nested as deep as the manifest at most, which has a limit, so recursion has
    one. Selectors that select by others are told one after the other, by `needed_for`.

    Args:
        selectors: The manifest's ``selectors``.
        indirect: Which tests come along, where a definition says nothing about it.
        has_inlined: Whether the dbt that wrote the manifest put the definitions of selectors where others
            select by them.
    """

    def __init__(
        self, selectors: Mapping[str, Any] | None, indirect: str, *, has_inlined: bool = False
    ) -> None:
        self._selectors = selectors or {}
        self._indirect = indirect
        self._known: dict[str, Selection] = {}
        self._inlined = {
            repr(selector["definition"])
            for selector in self._selectors.values()
            if has_inlined and isinstance(selector, dict) and _has_exclusions(selector.get("definition"))
        }

    @property
    def default(self) -> str | None:
        """The selector that counts where nothing else is asked for."""
        for name, selector in self._selectors.items():
            if isinstance(selector, dict) and selector.get("default") is True:
                return name
        return None

    def named(self, pattern: str) -> list[str]:
        """The selectors of a name, or of a pattern of names, sorted.

        Raises:
            ManifestError: There is none.
        """
        if pattern in self._selectors and not is_pattern(pattern):
            return [pattern]
        found = sorted(filter(pattern_of(pattern), self._selectors))
        if not found:
            raise unknown_selector(pattern, self._selectors)
        return found

    def selection(self, name: str) -> Selection:
        """What a selector selects.

        Raises:
            ManifestError: There is none of this name, or it cannot be read.
        """
        if name not in self._selectors:
            raise unknown_selector(name, self._selectors)
        if name not in self._known:
            selector = self._selectors[name]
            if not isinstance(selector, dict) or "definition" not in selector:
                raise invalid_definition(name, "it has no definition")
            self._known[name] = _Reading(name, self._indirect, self._inlined).of(selector["definition"])
        return self._known[name]

    def needed_for(self, name: str) -> list[str]:
        """A selector and all that it selects by, each behind those that it needs.

        Raises:
            ManifestError: One of them cannot be read, or they need each other.
        """
        ordered: dict[str, None] = {}
        #: The selectors on the way, each with those that it needs and that were not looked at yet.
        way = {name: self._needs(name)}
        while way:
            last = next(reversed(way))
            if not way[last]:
                del way[last]
                ordered[last] = None
                continue
            needed = way[last].pop()
            if needed in way:
                names = list(way)
                raise circular_selectors(names[names.index(needed) :])
            if needed not in ordered:
                way[needed] = self._needs(needed)
        return list(ordered)

    def _needs(self, name: str) -> list[str]:
        """The selectors that one selects by, the last first."""
        found: dict[str, None] = {}
        for criterion in criteria_in(self.selection(name)):
            if criterion.method == "selector":
                found.update(dict.fromkeys(self.named(str(criterion.value))))
        return list(found)[::-1]


def _has_exclusions(definition: object) -> bool:
    return isinstance(definition, dict) and "exclude" in definition


class _Reading:
    """One selector, being read.

    Args:
        name: Its name, for messages.
        indirect: Which tests come along, where a definition says nothing about it.
        inlined: Definitions, written out, that dbt may have put in the place of a reference to them.
    """

    def __init__(self, name: str, indirect: str, inlined: Collection[str]) -> None:
        self._name = name
        self._indirect = indirect
        self._inlined = inlined

    def _refuse(self, problem: str) -> Exception:
        return invalid_definition(self._name, problem)

    def of(self, definition: object) -> Selection:
        """What a definition selects."""
        if isinstance(definition, str):
            return parse_criterion(definition, self._indirect)
        if not isinstance(definition, dict):
            raise self._refuse(f"{definition!r} is neither a text nor keys and values")
        for kind in ("union", "intersection"):
            if kind in definition:
                return self._combined(kind, definition[kind])
        if len(definition) == 1:
            [(method, value)] = definition.items()
            return criterion_of({"method": method, "value": value}, self._indirect)
        if "method" not in definition or "value" not in definition:
            raise self._refuse(f"it has the keys {', '.join(map(str, definition))}, not method and value")
        found = criterion_of(definition, self._indirect)
        return self._without(found, definition["exclude"]) if "exclude" in definition else found

    def _combined(self, kind: str, definitions: object) -> Selection:
        parts: list[Selection] = []
        excluded = None
        for definition in self._listed(definitions, kind):
            if _has_exclusions(definition) and repr(definition) not in self._inlined:
                # As in dbt, nothing else that stands beside it counts.
                if excluded is not None:
                    raise self._refuse(f"a {kind} has more than one exclude")
                excluded = definition["exclude"]
            else:
                parts.append(self.of(definition))
        found = Combination(kind, tuple(parts))
        return found if excluded is None else self._without(found, excluded)

    def _without(self, found: Selection, definitions: object) -> Selection:
        parts = tuple(self.of(definition) for definition in self._listed(definitions, "exclude"))
        if not parts:
            return found
        excluded = parts[0] if len(parts) == 1 else Combination("union", parts)
        return Combination("difference", (found, excluded))

    def _listed(self, definitions: object, key: str) -> Sequence[Any]:
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
