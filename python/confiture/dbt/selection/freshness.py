"""When the data of sources were loaded last, as ``dbt source freshness`` writes it to ``sources.json``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from confiture.dbt.selection.failures import freshness_unreadable, state_missing
from confiture.dbt.selection.reading import results_in

if TYPE_CHECKING:
    from confiture.dbt.selection.criteria import Criterion

__all__ = ["FRESHER", "fresher_sources"]

#: The one value of ``source_status:`` that finds anything.
FRESHER = "fresher"

_WAY_OUT = "dbt source freshness writes sources.json."


def fresher_sources(criterion: Criterion, before: str | None, now: str | None) -> set[str]:
    """The unique ids of sources that were loaded since, or are known to be loaded only now.

    Args:
        criterion: The criterion that asks; one with another value than `FRESHER` finds nothing, as in dbt.
        before: The path of the ``sources.json`` of before; None if there is none.
        now: That of now.

    Raises:
        ManifestError: A file is missing, or cannot be read.
    """
    if before is None:
        way_out = f"Give the directory that it is in: --state DIR. {_WAY_OUT}"
        raise state_missing(criterion.text, "the sources.json of before", way_out)
    if now is None:
        raise state_missing(criterion.text, "the sources.json of now, beside the manifest", _WAY_OUT)
    old, new = _loaded_at(before), _loaded_at(now)
    if criterion.value != FRESHER:
        return set()
    return {unique_id for unique_id, moment in new.items() if unique_id not in old or moment > old[unique_id]}


def _loaded_at(path: str) -> dict[str, datetime]:
    """By unique id of a source, when it was loaded last; of those that could be asked."""
    try:
        return {
            str(result["unique_id"]): _moment(result["max_loaded_at"])
            for result in results_in(path)
            if "max_loaded_at" in result
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise freshness_unreadable(path) from error


def _moment(written: Any) -> datetime:
    """A moment; one without a time zone is in UTC."""
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
