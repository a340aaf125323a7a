"""What can go wrong with a metadata store, worded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.config.suggestions import listed
from confiture.exceptions import ConfigurationError, DatabaseError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "DAMAGED",
    "ambiguous_run",
    "damaged_store",
    "foreign_tables",
    "name_of_database",
    "name_unusable",
    "newer_store",
    "no_run",
    "no_store",
    "not_comparable",
]

#: Code of the error that rows of a run are not as they were written.
DAMAGED = "DATABASE_023"

_SHOWN = 3


def name_unusable(schema: str) -> ConfigurationError:
    """No schema can be called so."""
    return ConfigurationError(
        f"A store cannot be in the schema {display_path(schema)!r}.",
        error_code="CONFIG_042",
        resolution_hint="A name has 1 to 63 bytes that can be printed, and no dot; outside of DuckDB and "
        "PostgreSQL letters, digits and underscores alone.",
    )


def name_of_database(schema: str) -> ConfigurationError:
    """A DuckDB file is called as the schema of the store in it."""
    return ConfigurationError(
        f"A store cannot be in the schema {display_path(schema)!r} of a DuckDB file that is called so too.",
        error_code="CONFIG_042",
        resolution_hint="Name another file, or another schema for the store.",
    )


def newer_store(schema: str, version: int) -> DatabaseError:
    """The store was made by a later version of this program."""
    from confiture.warehouse.tables import STORE_VERSION

    return DatabaseError(
        f"The store in the schema {display_path(schema)!r} is of version {version}, but this Confiture knows "
        f"version {STORE_VERSION}.",
        error_code="DATABASE_020",
        context={"version": version, "known": STORE_VERSION},
        resolution_hint="Use the Confiture that made it, or a later one. Nothing was changed.",
    )


def foreign_tables(schema: str, names: Sequence[str]) -> DatabaseError:
    """The schema has tables that are called as those of a store, and are none."""
    shown = display_path(listed(names, "and", at_most=_SHOWN))
    return DatabaseError(
        f"The schema {display_path(schema)!r} has tables of somebody else: {shown}.",
        error_code="DATABASE_030",
        resolution_hint="Name another schema for the store, or remove these tables. Nothing was changed.",
    )


def no_store(schema: str, shown: str) -> DatabaseError:
    """There is no store yet."""
    return DatabaseError(
        f"The database {shown} has no store in the schema {display_path(schema)!r}.",
        error_code="DATABASE_021",
        resolution_hint="Push a run first, or name the schema that the store is in.",
    )


def no_run(name: str, known: int | None) -> DatabaseError:
    """There is no such run; `known` is how many there are, if that is the reason."""
    there = "" if known is None else f": there are {known}" if known else ": there are none"
    return DatabaseError(
        f"There is no run {display_path(name)!r}{there}.",
        error_code="DATABASE_022",
        resolution_hint="The command 'confiture metadata runs' lists the runs. A run is named by its id, the "
        "beginning of its id, latest or latest~1.",
    )


def ambiguous_run(name: str, found: Sequence[str]) -> DatabaseError:
    """Several runs could be meant."""
    shown = listed(found, "and", at_most=_SHOWN)
    return DatabaseError(
        f"{len(found)} runs have ids that begin with {display_path(name)!r}: {shown}.",
        error_code="DATABASE_022",
        resolution_hint="Write more of the id.",
    )


def damaged_store(schema: str, run: str) -> DatabaseError:
    """Rows of a run are not as they were written."""
    return DatabaseError(
        f"Rows of the run {run} in the schema {display_path(schema)!r} are missing or changed.",
        error_code=DAMAGED,
        resolution_hint="Somebody else has written to the store: push the run again, or restore a backup.",
    )


def not_comparable(old: str, new: str) -> DatabaseError:
    """Two runs are of different sources."""
    return DatabaseError(
        f"A run of the source {old!r} cannot be compared with one of {new!r}.",
        error_code="DATABASE_025",
        resolution_hint="Name two runs of one dataset, or say which one with --dataset.",
    )
