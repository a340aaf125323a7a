"""What can go wrong with a warehouse, worded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.exceptions import ConfigurationError, DatabaseError

if TYPE_CHECKING:
    from confiture.warehouse.secrets import Secrets

__all__ = [
    "DUPLICATE_KEY",
    "REFUSED",
    "WRITE_CONFLICT",
    "closed",
    "database_failure",
    "no_arrow",
    "not_stopped",
    "profile_unusable",
    "stopped",
    "url_unusable",
]

#: Code of the error that two writers were in each other's way: the work can be done again.
WRITE_CONFLICT = "DATABASE_017"

#: Code of the error that a row with the same key is there already.
DUPLICATE_KEY = "DATABASE_026"

#: Code of the error that the database refused a statement.
REFUSED = "DATABASE_027"

_LONGEST = 500

#: What PostgreSQL's codes (manual, appendix A) and their beginnings stand for.
_STATES = {
    "57014": "DATABASE_012",
    "25006": "DATABASE_014",
    "53100": "DATABASE_015",
    "57P01": "DATABASE_013",
    "57P02": "DATABASE_013",
    "57P05": "DATABASE_013",
    "40001": WRITE_CONFLICT,
    "40P01": WRITE_CONFLICT,
    "23505": DUPLICATE_KEY,
    "08": "DATABASE_013",
    "42501": "DATABASE_014",
}

#: What drivers without such codes say, in small letters.
_WORDS = (
    ("database does not exist", "DATABASE_001"),
    ("could not set lock", "DATABASE_016"),
    ("conflicting lock", "DATABASE_016"),
    ("no space left", "DATABASE_015"),
    ("file too large", "DATABASE_015"),
    ("disk full", "DATABASE_015"),
    ("could not write all bytes", "DATABASE_015"),
    ("out of disk", "DATABASE_015"),
    ("read-only", "DATABASE_014"),
    ("read only", "DATABASE_014"),
    ("write-write conflict", WRITE_CONFLICT),
    ("conflict on update", WRITE_CONFLICT),
    ("conflict on tuple deletion", WRITE_CONFLICT),
    ("duplicate key", DUPLICATE_KEY),
    ("primary key or unique constraint", DUPLICATE_KEY),
    ("interrupted", "DATABASE_012"),
    ("server closed the connection", "DATABASE_013"),
    ("connection is lost", "DATABASE_013"),
    ("the connection is closed", "DATABASE_013"),
    ("terminating connection", "DATABASE_013"),
)

#: What some errors of DuckDB can mean: other words in them are of names and values.
_MEANT: dict[str, tuple[str, ...]] = {
    "BinderException": (),
    "CatalogException": (),
    "ConversionException": (),
    "ParserException": (),
    "SyntaxException": (),
    "TypeMismatchException": (),
    "ConstraintException": (DUPLICATE_KEY, WRITE_CONFLICT),
    "InterruptException": ("DATABASE_012",),
}

_REASONS = {
    "DATABASE_001": ("cannot be reached", "Check the URL, and whether the server runs and lets you in."),
    REFUSED: ("refused a statement", "Correct what the database names."),
    "DATABASE_012": ("stopped a query because it was told to", "Run it again to have its result."),
    "DATABASE_013": (
        "lost the connection",
        "Nothing was kept of what was not finished: run the command again.",
    ),
    "DATABASE_014": (
        "may not be written",
        "Connect as a user who may write, to a database that is not read-only.",
    ),
    "DATABASE_015": (
        "has no space left to write to",
        "Free space on its disk and run the command again: nothing was kept of what was not finished.",
    ),
    "DATABASE_016": (
        "is in use by another process",
        "A DuckDB file has one writer at a time: end the other process, or run the command again.",
    ),
    DUPLICATE_KEY: ("has a row with the same key already", "Change the row that is there, or write another."),
    WRITE_CONFLICT: ("had another writer in the way", "Run the command again."),
}


def database_failure(
    error: BaseException, place: str, secrets: Secrets, *, is_connecting: bool = False
) -> DatabaseError:
    """The error of what a driver raised; nothing of the driver's own is kept, as it may hold passwords.

    Args:
        error: What was raised by the driver, or by SQLAlchemy about it.
        place: The database, as it may be shown.
        secrets: What may not be shown.
        is_connecting: Whether it was raised while connecting.
    """
    original = getattr(error, "orig", None) or error
    told = display_path(secrets.hidden_in(" ".join(str(original).split())))
    code = _code(original, told, is_connecting=is_connecting)
    reason, hint = _REASONS[code]
    if len(told) > _LONGEST:
        told = f"{told[:_LONGEST]}…"
    return DatabaseError(
        f"The database {place} {reason}: {told.rstrip('.')}.", error_code=code, resolution_hint=hint
    )


def _code(original: BaseException, told: str, *, is_connecting: bool) -> str:
    state = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None) or ""
    known = _STATES.get(state) or _STATES.get(state[:2])
    lowered = told.lower()
    if known is None and not state:
        meant = _MEANT.get(type(original).__name__)
        codes = (code for words, code in _WORDS if words in lowered)
        known = next((code for code in codes if meant is None or code in meant), None)
    if is_connecting:
        return known if known in ("DATABASE_014", "DATABASE_015", "DATABASE_016") else "DATABASE_001"
    return known or REFUSED


def stopped(place: str, timeout: float | None) -> DatabaseError:
    """A query was stopped: after its time, or as somebody asked for it."""
    if timeout is None:
        return DatabaseError(
            f"A query of {place} was cancelled.",
            error_code="DATABASE_012",
            resolution_hint="Run it again to have its result.",
        )
    return DatabaseError(
        f"A query of {place} was stopped after its {timeout:g} seconds.",
        error_code="DATABASE_011",
        resolution_hint="Give it more time, or ask for less.",
        context={"timeout": timeout},
    )


def not_stopped(error: BaseException, place: str, secrets: Secrets) -> DatabaseError:
    """A query was to be stopped, and the server could not be told."""
    told = display_path(secrets.hidden_in(" ".join(str(error).split())))
    return DatabaseError(
        f"A query of {place} could not be stopped: {told[:_LONGEST].rstrip('.')}.",
        error_code="DATABASE_018",
        resolution_hint="Stop it in the warehouse itself, or wait until it is over.",
    )


def no_arrow(dialect: str) -> DatabaseError:
    """The driver has no Arrow results."""
    return DatabaseError(
        f"The driver of {dialect} gives no Arrow tables.",
        error_code="DATABASE_019",
        resolution_hint="Take rows, with execute or stream.",
    )


def closed(place: str) -> DatabaseError:
    """A connection is used after it was closed."""
    return DatabaseError(
        f"The connection to {place} is closed.",
        error_code="DATABASE_013",
        resolution_hint="Make a new one.",
    )


def url_unusable(reason: str, hint: str) -> ConfigurationError:
    """A URL, which is not shown, names no warehouse."""
    return ConfigurationError(
        f"This is no URL of a warehouse that can be used: {reason}.",
        error_code="CONFIG_040",
        resolution_hint=hint,
    )


def profile_unusable(path: str, reason: str, hint: str, code: str = "CONFIG_041") -> ConfigurationError:
    """A file of dbt's profiles does not say how to connect."""
    shown = display_path(path)
    return ConfigurationError(
        f"{shown}: {reason}.", error_code=code, context={"file": shown}, resolution_hint=hint
    )
