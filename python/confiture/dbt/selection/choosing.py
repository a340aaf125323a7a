"""Which resources a selection chooses: its criteria found, their relatives followed, all of it combined.

Tests come along with what they test, in one of four ways
(https://docs.getdbt.com/reference/node-selection/test-selection-examples): those found so far stand apart as
long as not all that they depend on is selected, and may be taken in when criteria are combined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from confiture.dbt.selection.criteria import Criterion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from confiture.dbt.selection.criteria import Combination, Selection
    from confiture.dbt.selection.definitions import Definitions
    from confiture.dbt.selection.methods import Methods
    from confiture.dbt.selection.resources import Resources

__all__ = ["Chooser"]

_EVERY = 2**31 - 1

#: The version of dbt from which on relatives are followed without taking tests along, too.
_EMPTY_WITH_RELATIVES_SINCE = (1, 9)


class _Chosen(NamedTuple):
    """What is selected, and the tests that would be if all that they depend on were."""

    direct: set[str]
    indirect: set[str]


class Chooser:
    """Chooses among the resources of a manifest.

    Args:
        resources: The resources.
        methods: What criteria find among them.
        definitions: The project's selectors.
        types: The resource types that are listed; what a selector selects by name is of these, too.
        note_unmatched: Told each text that a person wrote and that selects nothing.
    """

    def __init__(
        self,
        resources: Resources,
        methods: Methods,
        definitions: Definitions,
        types: Collection[str],
        note_unmatched: Callable[[str], None],
    ) -> None:
        self._resources = resources
        self._methods = methods
        self._definitions = definitions
        self._types = types
        #: What selectors select, by name.
        self._selected: dict[str, set[str]] = {}
        self._note_unmatched = note_unmatched

    def chosen(self, selection: Selection) -> set[str]:
        """The unique ids of what is selected."""
        return self._chosen(selection).direct

    def _chosen(self, selection: Selection) -> _Chosen:
        """Selections are nested as deep as the manifest that they are read from at most."""
        if isinstance(selection, Criterion):
            return self._by_criterion(selection)
        parts = [self._chosen(part) for part in selection.parts]
        direct = _combined(selection, [part.direct for part in parts])
        indirect = _combined(selection, [part.direct | part.indirect for part in parts])
        direct = self._with_tests(direct, indirect, selection.indirect)
        if selection.text is not None and not direct:
            self._note_unmatched(selection.text)
        return _Chosen(direct, indirect)

    def _by_criterion(self, criterion: Criterion) -> _Chosen:
        if criterion.method == "selector":
            return _Chosen(self._by_selector(criterion), set())
        found = self._methods.found(criterion)
        selected = found | self._relatives(found, criterion)
        if criterion.indirect == "empty":
            keeps_relatives = self._resources.version >= _EMPTY_WITH_RELATIVES_SINCE
            return _Chosen(selected if keeps_relatives else found, set())
        return self._expanded(selected, criterion.indirect)

    def _by_selector(self, criterion: Criterion) -> set[str]:
        """What the selectors of a name, or of a pattern of names, select: nothing comes along with it."""
        found: set[str] = set()
        for name in self._definitions.named(str(criterion.value)):
            if name not in self._selected:
                self._select_by_name(name)
            found |= self._selected[name]
        return found | self._relatives(found, criterion)

    def _select_by_name(self, name: str) -> None:
        """Find what a selector selects, those before it that it needs."""
        for needed in self._definitions.needed_for(name):
            if needed not in self._selected:
                self._selected[needed] = {
                    unique_id
                    for unique_id in self.chosen(self._definitions.selection(needed))
                    if self._resources.by_id[unique_id].kind in self._types
                }

    def _relatives(self, found: set[str], criterion: Criterion) -> set[str]:
        """What a criterion asks for of those above and below of what it finds."""
        resources = self._resources
        relatives = resources.above(found, criterion.parents) | resources.below(found, criterion.children)
        if criterion.has_family:
            family = resources.below(found, _EVERY) | found
            relatives |= family | resources.above(family, _EVERY)
        return relatives

    def _expanded(self, selected: set[str], mode: str) -> _Chosen:
        chosen = _Chosen(set(selected), set())
        complete = selected
        if mode == "buildable":
            sources = (resource.unique_id for resource in self._resources.of("sources"))
            complete = selected | self._resources.above(selected, _EVERY) | {*sources}
        for unique_id in self._resources.below(selected, 1):
            if self._resources.by_id[unique_id].kind in ("test", "unit_test"):
                is_complete = mode == "eager" or self._needs(unique_id) <= complete
                (chosen.direct if is_complete else chosen.indirect).add(unique_id)
        return chosen

    def _needs(self, unique_id: str) -> set[str]:
        return set(self._resources.manifest.dependencies(unique_id))

    def _with_tests(self, direct: set[str], indirect: set[str], mode: str) -> set[str]:
        """What is selected, with the tests whose dependencies all are."""
        if mode not in ("cautious", "buildable") or direct == indirect:
            return direct
        complete = direct | self._resources.above(direct, _EVERY) if mode == "buildable" else direct
        tests = (
            unique_id
            for unique_id in sorted(indirect)
            if self._resources.by_id[unique_id].collection == "nodes" and self._needs(unique_id) <= complete
        )
        return direct | {*tests}


def _combined(combination: Combination, parts: list[set[str]]) -> set[str]:
    if not parts:
        return set()
    first, *others = parts
    if combination.kind == "union":
        return first.union(*others)
    if combination.kind == "intersection":
        return first.intersection(*others)
    return first.difference(*others)
