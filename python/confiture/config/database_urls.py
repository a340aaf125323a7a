"""The database URL of an environment, ready to connect with."""

from __future__ import annotations

from confiture.config.environment import Environment
from confiture.config.failures import DATABASE_URL_UNUSABLE, Refusal, refusal
from confiture.config.variables import expand
from confiture.exceptions import ConfigurationError

_PATH = ("database_url",)
_SCHEMES = ("postgresql://", "postgres://")


def database_url_of(environment: Environment) -> str:
    """The environment's database URL, expanded and checked.

    Raises:
        ConfigurationError: As `Environment.require_database_url` says.
    """
    try:
        return _usable(environment)
    except Refusal as error:
        raise _placed(error, environment.config_file) from None


def _usable(environment: Environment) -> str:
    written = environment.database_url
    if not written:
        hint = "Add 'database_url: ${DATABASE_URL}' to the environment and set that variable."
        if environment.database is not None:
            hint += " The section 'database' is not read."
        raise refusal(
            DATABASE_URL_UNUSABLE,
            _PATH,
            f"the environment '{environment.name}' has no database URL, which this command needs",
            hint,
        )
    url = expand(written, _PATH)
    if not url.startswith(_SCHEMES):
        raise refusal(
            DATABASE_URL_UNUSABLE,
            _PATH,
            "this is no PostgreSQL URL (it is not shown, as it may hold a password)",
            "Write it as postgresql://user:password@host:port/database.",
        )
    if not url.isprintable():
        raise refusal(
            DATABASE_URL_UNUSABLE,
            _PATH,
            "the URL contains a line break or another character that cannot be printed",
            "Remove it, also from the variables the URL is made of.",
        )
    return url


def _placed(error: Refusal, file: str | None) -> ConfigurationError:
    """`error` at its place in `file`, which is read again: places are not kept for good files."""
    if file is None:
        return error
    from confiture.config.documents import read_document
    from confiture.config.failures import file_error
    from confiture.config.loading import read_source

    try:
        document = read_document(read_source(file))
    except ConfigurationError:
        return file_error(
            error.error_code, file, f"database_url: {error.reason}", error.resolution_hint or ""
        )
    return error.in_file(document.source, document.offset(error.path))
