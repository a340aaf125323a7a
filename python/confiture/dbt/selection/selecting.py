"""The call that selects, and its answer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

from confiture.dbt.manifest import DbtManifest
from confiture.dbt.selection.choosing import Chooser
from confiture.dbt.selection.criteria import INDIRECT_SELECTIONS, parse_selection
from confiture.dbt.selection.definitions import Definitions
from confiture.dbt.selection.failures import nothing_selected
from confiture.dbt.selection.listing import json_line
from confiture.dbt.selection.methods import Methods
from confiture.dbt.selection.resources import Resources
from confiture.dbt.selection.state import PreviousState
from confiture.dbt.selection.suggestions import hint_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["KNOWN_TYPES", "LISTED_TYPES", "DbtSelection", "Unmatched", "expanded_types", "select"]

#: The resource types that are listed where none are asked for: all but analyses.
LISTED_TYPES = (
    "exposure",
    "function",
    "metric",
    "model",
    "saved_query",
    "seed",
    "semantic_model",
    "snapshot",
    "source",
    "test",
    "unit_test",
)

#: How many parts that select nothing are looked at for what may have been meant, which takes a while each.
_HINTS = 10

#: The version of dbt from which on selectors name those that they select by.
_SELECTORS_BY_NAME_SINCE = (1, 12)

#: The version from which on tests alone are listed as other types are.
_TESTS_AS_OTHERS_SINCE = (1, 9)

#: All resource types that can be listed.
KNOWN_TYPES = ("analysis", *LISTED_TYPES)


class Unmatched(NamedTuple):
    """A part of a selection that selects nothing.

    Attributes:
        text: What was written.
        hint: What may have been meant; None if nothing is like it.
    """

    text: str
    hint: str | None


class DbtSelection(Sequence[str]):
    """The unique ids of what is selected, sorted.

    Args:
        resources: The resources of the manifest.
        unique_ids: What is selected.
        unmatched: Parts that select nothing.

    Attributes:
        unmatched: The parts of ``select`` and ``exclude`` that select nothing, in their order.
    """

    def __init__(
        self, resources: Resources, unique_ids: Iterable[str], unmatched: Iterable[Unmatched]
    ) -> None:
        self._resources = resources
        self._unique_ids = sorted(unique_ids)
        self.unmatched = tuple(unmatched)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._unique_ids[index]

    def __len__(self) -> int:
        return len(self._unique_ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._unique_ids)

    def __eq__(self, other: object) -> bool:
        return self._unique_ids == (list(other) if isinstance(other, DbtSelection) else other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"DbtSelection({self._unique_ids!r})"

    @property
    def paths(self) -> list[str]:
        """The files of what is selected, as ``dbt ls --output path`` prints them."""
        return [self._resources.by_id[unique_id].path for unique_id in self]

    @property
    def names(self) -> list[str]:
        """The names of what is selected, as ``dbt ls --output name`` prints them."""
        return [self._name(unique_id) for unique_id in self]

    def _name(self, unique_id: str) -> str:
        resource = self._resources.by_id[unique_id]
        if resource.kind == "source":
            return f"{resource.source}.{resource.name}"
        return f"{resource.name}.v{resource.version}" if resource.is_versioned else resource.name

    @property
    def selectors(self) -> list[str]:
        """What selects each of what is selected, as ``dbt ls`` prints it where nothing else is asked for."""
        return [self._selector(unique_id) for unique_id in self]

    def _selector(self, unique_id: str) -> str:
        resource = self._resources.by_id[unique_id]
        if resource.kind == "source":
            return f"source:{resource.package}.{resource.source}.{resource.name}"
        if resource.kind in ("exposure", "metric", "saved_query", "semantic_model"):
            return f"{resource.kind}:{resource.package}.{resource.name}"
        if resource.kind == "unit_test":
            suffix = "" if resource.version is None else f"_v{resource.version}"
            return f"unit_test:{resource.package}.{resource.name}{suffix}"
        return ".".join(resource.fqn)

    def json_lines(self, keys: Sequence[str] = ()) -> list[str]:
        """Each of what is selected as an object, as ``dbt ls --output json`` prints it.

        Args:
            keys: What to tell of it, as ``--output-keys`` has it; none: what dbt tells by default.
        """
        manifest, version = self._resources.manifest, self._resources.version
        return [json_line(manifest[unique_id], keys, version) for unique_id in self]


def select(
    manifest: DbtManifest,
    select: str | Sequence[str] = (),
    exclude: str | Sequence[str] = (),
    *,
    selector: str | None = None,
    state: DbtManifest | PreviousState | str | os.PathLike[str] | None = None,
    target: str | os.PathLike[str] | None = None,
    indirect_selection: str = "eager",
    resource_types: Iterable[str] = (),
    exclude_resource_types: Iterable[str] = (),
    strict: bool = False,
) -> DbtSelection:
    """The resources that ``dbt ls`` would list, by the rules of the dbt that wrote the manifest.

    Args:
        manifest: The manifest.
        select: What to select; nothing: the project's default selector, or all.
        exclude: What to leave out.
        selector: The name of one of the project's selectors, instead of both.
        state: What ``state:`` compares with: a manifest, or a directory with ``manifest.json``, whose
            ``run_results.json`` is what ``result:`` asks.
        target: The directory with the ``sources.json`` of now, which ``source_status:`` compares with that of
            the state.
        indirect_selection: Which tests come along with what they test: ``eager``, ``cautious``, ``buildable``
            or ``empty``.
        resource_types: The types to list; none: all but analyses. ``all`` and ``default`` stand for several.
        exclude_resource_types: The types to leave out.
        strict: Whether a part that selects nothing is an error.

    Raises:
        ManifestError: The selection cannot be read or asks for what is not there (``SELECTOR_001`` to
            ``SELECTOR_006``), or a selector of the project cannot (``SELECTOR_007``, ``SELECTOR_008``).
        ValueError: `indirect_selection` or a resource type is none.
    """
    if indirect_selection not in INDIRECT_SELECTIONS:
        raise ValueError(
            f"indirect_selection is one of {', '.join(INDIRECT_SELECTIONS)}, not {indirect_selection!r}"
        )
    types = expanded_types(resource_types) - expanded_types(exclude_resource_types, ())
    resources = manifest._selectable
    if types == {"test"} and resources.version < _TESTS_AS_OTHERS_SINCE:
        types.add("unit_test")
        resources = Resources(manifest, has_blank=False)
    told = manifest.section("selectors") if "selectors" in manifest.sections else None
    definitions = Definitions(
        told if isinstance(told, dict) else None,
        indirect_selection,
        has_inlined=resources.version < _SELECTORS_BY_NAME_SINCE,
    )
    included, excluded = _texts(select), _texts(exclude)
    name = selector if selector is not None or included or excluded else definitions.default
    if name is not None:
        # Tells of what is wrong in those that it needs.
        definitions.needed_for(name)
        selection = definitions.selection(name)
    else:
        selection = parse_selection(included, excluded, indirect_selection)
    unmatched: dict[str, None] = {}
    methods = Methods(resources, _state(state), target)
    chooser = Chooser(resources, methods, definitions, types, lambda text: unmatched.setdefault(text))
    chosen = chooser.chosen(selection)
    listed = [unique_id for unique_id in chosen if resources.by_id[unique_id].kind in types]
    parts = [
        Unmatched(text, hint_for(text, resources, methods) if number < _HINTS else None)
        for number, text in enumerate(unmatched)
    ]
    if strict and parts:
        raise nothing_selected(*parts[0])
    return DbtSelection(resources, listed, parts)


def _texts(asked: str | Sequence[str]) -> list[str]:
    return [asked] if isinstance(asked, str) else list(asked)


def _state(state: DbtManifest | PreviousState | str | os.PathLike[str] | None) -> PreviousState | None:
    if state is None or isinstance(state, PreviousState):
        return state
    return PreviousState(state) if isinstance(state, DbtManifest) else PreviousState.in_directory(state)


def expanded_types(wanted: Iterable[str], otherwise: Iterable[str] = LISTED_TYPES) -> set[str]:
    """Resource types, with what ``all`` and ``default`` stand for; `otherwise` if none are wanted.

    Raises:
        ValueError: There is no such type.
    """
    sets = {"all": KNOWN_TYPES, "default": LISTED_TYPES}
    types = {kind for one in wanted for kind in sets.get(one, (one,))} or {*otherwise}
    for kind in sorted(types.difference(KNOWN_TYPES)):
        raise ValueError(f"a resource type is one of {', '.join(KNOWN_TYPES)}, not {kind!r}")
    return types
