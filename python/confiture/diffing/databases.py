"""The schema of a database, as pg_dump writes it."""

from __future__ import annotations

from confiture.servers.sessions import Session
from confiture.servers.urls import DatabaseUrl

__all__ = ["dump_of"]


def dump_of(url: str) -> str:
    """The definitions in a database, as SQL.

    Args:
        url: ``postgresql://user:password@host:port/database``.

    Raises:
        ConfigurationError: pg_dump is not here, or the URL is none.
        DatabaseError: The database cannot be reached, or pg_dump may not read it.
    """
    return Session(DatabaseUrl.read(url)).dump()
