"""The schema of a database, as pg_dump writes it."""

from __future__ import annotations

import os
import re
import subprocess
from urllib.parse import unquote, urlsplit, urlunsplit

from confiture._failures import display_path, without_passwords
from confiture.exceptions import ConfigurationError, DatabaseError

__all__ = ["dump_of"]

_PARAMETER = re.compile(r"(?:^|&)password=([^&]*)")


def dump_of(url: str) -> str:
    """The definitions in a database, as SQL.

    The password goes to pg_dump through its environment: other users of the machine see the arguments of a
    process, but not its environment.

    Args:
        url: ``postgresql://user:password@host:port/database``.

    Raises:
        ConfigurationError: pg_dump is not here, or the URL is none.
        DatabaseError: The database cannot be reached, or pg_dump may not read it.
    """
    bare, password = _without_password(url)
    environment = dict(os.environ)
    if password is not None:
        environment["PGPASSWORD"] = password
    environment.setdefault("PGCONNECT_TIMEOUT", "10")
    try:
        result = subprocess.run(
            ["pg_dump", "--schema-only", "--no-password", f"--dbname={bare}"],
            capture_output=True,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise ConfigurationError(
            f"pg_dump cannot be run: {error.strerror or error}.",
            error_code="DIFFER_005",
            resolution_hint="Install PostgreSQL's client programs, of the server's version or a later one.",
        ) from error
    if result.returncode:
        told = result.stderr.decode("utf-8", "replace").strip()
        if password:
            told = told.replace(password, "***")
        reason = display_path(without_passwords(told.partition("\n")[0].removeprefix("pg_dump: error: ")))
        raise DatabaseError(
            f"The database at {display_path(bare)} cannot be read: {reason}.",
            error_code="DATABASE_001",
            resolution_hint="Check host, port, user and rights with: psql -d URL",
        )
    return result.stdout.decode("utf-8", "replace")


def _without_password(url: str) -> tuple[str, str | None]:
    try:
        parts = urlsplit(url)
        password = None if parts.password is None else unquote(parts.password)
    except ValueError as error:
        raise ConfigurationError(
            f"This is no PostgreSQL URL: {display_path(without_passwords(url))}.",
            error_code="DIFFER_006",
            resolution_hint="Write it as postgresql://user:password@host:port/database.",
        ) from error
    user, _, place = parts.netloc.rpartition("@")
    query = parts.query
    found = _PARAMETER.search(query)
    if found is not None:
        password = unquote(found[1])
        query = _PARAMETER.sub("", query).lstrip("&")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{place}" if user else place, query=query)), password
