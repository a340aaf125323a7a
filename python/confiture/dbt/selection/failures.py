"""What can be wrong with a selection, worded. Each function returns the exception; the caller raises it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.config.suggestions import did_you_mean, listed
from confiture.exceptions import ManifestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = [
    "circular_selectors",
    "contract_broken",
    "freshness_unreadable",
    "invalid_definition",
    "invalid_value",
    "misspelt_criterion",
    "nothing_selected",
    "results_unreadable",
    "several_resources",
    "state_missing",
    "unknown_method",
    "unknown_selector",
]


#: How many resources are listed, and how many selectors.
_SHOWN = 5
_SELECTORS_SHOWN = 12


def misspelt_criterion(text: str, position: int, problem: str, hint: str) -> ManifestError:
    """A selection cannot be read.

    Args:
        text: The whole of it.
        position: Where the problem starts, in characters from 0.
        problem: What is wrong there.
        hint: What to write instead.
    """
    return ManifestError(
        f'The selection "{display_path(text)}" cannot be read at character {position + 1}: {problem}.',
        error_code="SELECTOR_001",
        context={"selection": text, "character": position + 1},
        resolution_hint=hint,
    )


def several_resources(text: str, unique_ids: list[str]) -> ManifestError:
    """One resource is asked for by something that selects several."""
    shown = listed(map(display_path, unique_ids), "and", at_most=_SHOWN)
    return ManifestError(
        f'"{display_path(text)}" selects {len(unique_ids)} resources: {shown}.',
        error_code="SELECTOR_009",
        context={"selection": text, "unique_ids": unique_ids},
        resolution_hint="Name one of them by its unique id.",
    )


def unknown_method(text: str, method: str, methods: Iterable[str]) -> ManifestError:
    """A criterion names a method that there is not."""
    known = sorted(methods)
    return ManifestError(
        f'"{display_path(text)}" selects by "{display_path(method)}", which is no method.',
        error_code="SELECTOR_002",
        context={"selection": text, "method": method},
        resolution_hint=did_you_mean(method, known, f"Methods are {listed(known, 'and')}."),
    )


def invalid_value(text: str, value: str, wanted: str, known: Collection[str] = ()) -> ManifestError:
    """A method does not take a value.

    Args:
        text: The criterion.
        value: The value.
        wanted: What the method takes, as the end of a sentence.
        known: The values that there are, if it takes no others.
    """
    return ManifestError(
        f'"{display_path(text)}" cannot select by "{display_path(value)}": {wanted}.',
        error_code="SELECTOR_003",
        context={"selection": text, "value": value},
        resolution_hint=did_you_mean(value, known, f"There are {listed(known, 'and')}.") if known else None,
    )


def unknown_selector(name: str, known: Collection[str]) -> ManifestError:
    """A selector is asked for that the project does not define."""
    told = (
        listed(map(display_path, sorted(known)), "and", at_most=_SELECTORS_SHOWN) if known else "no selectors"
    )
    hint = f"The manifest has {told}."
    return ManifestError(
        f'The project defines no selector "{display_path(name)}".',
        error_code="SELECTOR_004",
        context={"selector": name},
        resolution_hint=did_you_mean(
            name, known, f"{hint} They are defined in selectors.yml; dbt parse writes them to the manifest."
        ),
    )


def state_missing(text: str, what: str, way_out: str) -> ManifestError:
    """A criterion compares with something that was not given."""
    return ManifestError(
        f'"{display_path(text)}" needs {what}.',
        error_code="SELECTOR_005",
        context={"selection": text},
        resolution_hint=way_out,
    )


def results_unreadable(path: str) -> ManifestError:
    """What should be the results of a run is no such document."""
    return ManifestError(
        f"{display_path(path)} cannot be read as the results of a run.",
        error_code="SELECTOR_005",
        context={"file": display_path(path)},
        resolution_hint="dbt run, dbt test and dbt build write run_results.json.",
    )


def freshness_unreadable(path: str) -> ManifestError:
    """What should tell how fresh sources are is no such document."""
    return ManifestError(
        f"{display_path(path)} cannot be read as the freshness of sources.",
        error_code="SELECTOR_005",
        context={"file": display_path(path)},
        resolution_hint="dbt source freshness writes sources.json.",
    )


def contract_broken(text: str, unique_id: str, reasons: list[str]) -> ManifestError:
    """A versioned model does not keep the contract that it had, so that dbt does not compare it.

    Args:
        text: The criterion.
        unique_id: The model.
        reasons: What breaks its contract, each as the beginning of a sentence.
    """
    return ManifestError(
        f'"{display_path(text)}" cannot be answered: {display_path(unique_id)} breaks its contract: '
        f"{display_path(listed(reasons, 'and'))}.",
        error_code="SELECTOR_010",
        context={"selection": text, "unique_id": unique_id, "reasons": reasons},
        resolution_hint="Versions keep their contracts: make a new version, or undo the change.",
    )


def nothing_selected(text: str, hint: str | None) -> ManifestError:
    """Strictly: a criterion selects nothing."""
    return ManifestError(
        f'"{display_path(text)}" selects nothing.',
        error_code="SELECTOR_006",
        context={"selection": text},
        resolution_hint=hint or "Nothing in the manifest is as it says.",
    )


def invalid_definition(name: str, problem: str) -> ManifestError:
    """A selector of the project is not defined as selectors are."""
    return ManifestError(
        f'The selector "{display_path(name)}" cannot be read: {problem}.',
        error_code="SELECTOR_007",
        context={"selector": name},
        resolution_hint="Correct it in selectors.yml, and write the manifest again: dbt parse.",
    )


def circular_selectors(names: list[str]) -> ManifestError:
    """Selectors are defined by each other."""
    return ManifestError(
        f"Selectors are defined by each other: {display_path(' -> '.join([*names, names[0]]))}.",
        error_code="SELECTOR_008",
        context={"cycle": names},
        resolution_hint="Define one of them without the others, in selectors.yml.",
    )
