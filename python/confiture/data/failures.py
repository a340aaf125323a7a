"""What can keep tables from being compared, worded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.config.suggestions import did_you_mean, listed
from confiture.exceptions import ConfigurationError, DatabaseError, DifferError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "bad_condition",
    "bad_relation_name",
    "columns_missing",
    "key_not_comparable",
    "key_not_unique",
    "no_key",
    "nothing_to_compare",
    "relation_missing",
]

_MOST_NAMES = 8


def bad_relation_name(text: str, reason: str) -> ConfigurationError:
    """A text names no relation."""
    return ConfigurationError(
        f"'{display_path(text)}' names no relation: {reason}.",
        error_code="CONFIG_050",
        resolution_hint='Write schema.table, or "schema"."table" where a name is not plain.',
    )


def bad_condition(text: str) -> ConfigurationError:
    """A text is not one condition."""
    return ConfigurationError(
        f"'{display_path(text)}' is not one condition of SQL.",
        error_code="CONFIG_051",
        resolution_hint="Write what could stand behind WHERE, and nothing else.",
    )


def relation_missing(name: str, place: str, known: Sequence[str]) -> DatabaseError:
    """There is no such relation, or none that the user may see."""
    hint = f"There are: {_listed(known)}." if known else "Nothing is there that this user may see."
    return DatabaseError(
        f"There is no relation {display_path(name)} in {place}.",
        error_code="DATABASE_040",
        resolution_hint=did_you_mean(name, known, hint),
    )


def columns_missing(name: str, option: str, relation: str, known: Iterable[str]) -> DifferError:
    """A column that an option names is not there."""
    names = list(known)
    shown = _listed(names) if names else "none"
    return DifferError(
        f"{display_path(relation)} has no column '{display_path(name)}', which {option} names.",
        error_code="DIFFER_020",
        resolution_hint=did_you_mean(name, names, f"Its columns are: {shown}."),
    )


def no_key(old: str, new: str) -> DifferError:
    """Nothing tells the rows of two relations apart."""
    return DifferError(
        f"Rows of {display_path(old)} and {display_path(new)} cannot be told apart: no key is known that "
        "both have.",
        error_code="DIFFER_021",
        resolution_hint="Name columns with --key, or leave out the comparison of values.",
    )


def key_not_unique(
    relation: str, key: Sequence[str], repeated: int, nulls: int, shown: Sequence[str]
) -> DifferError:
    """What should tell rows apart does not."""
    parts = []
    if repeated:
        example = f", such as {', '.join(map(display_path, shown))}" if shown else ""
        parts.append(
            f"{repeated} {'value is' if repeated == 1 else 'values are'} there more than once{example}"
        )
    if nulls:
        parts.append(f"{nulls} {'row has' if nulls == 1 else 'rows have'} NULL")
    return DifferError(
        f"({', '.join(map(display_path, key))}) is no key of {display_path(relation)}: {'; '.join(parts)}.",
        error_code="DIFFER_022",
        resolution_hint="Name other columns with --key, or leave such rows out with --where.",
    )


def key_not_comparable(column: str, old: str, new: str) -> DifferError:
    """The key's columns are of types that are not compared with each other, or not across warehouses."""
    return DifferError(
        f"The key '{display_path(column)}' is of the type {display_path(old)} on one side and "
        f"{display_path(new)} on the other, which cannot be compared.",
        error_code="DIFFER_023",
        resolution_hint="Name other columns with --key, or compare views that convert it.",
    )


def _listed(names: Iterable[str]) -> str:
    return listed(map(display_path, names), "and", at_most=_MOST_NAMES)


def nothing_to_compare(reason: str) -> DifferError:
    """The options select no relation."""
    return DifferError(
        f"There is nothing to compare: {reason}.",
        error_code="DIFFER_024",
        resolution_hint="Name relations with --old and --new, or nodes of a dbt project with --select.",
    )
