"""A server that belongs to somebody: what is made there is dropped, and nothing else is touched."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.exceptions import DatabaseError
from confiture.models.sql_names import quoted
from confiture.servers.guards import not_taken_away
from confiture.servers.sessions import Session
from confiture.servers.urls import DatabaseUrl

if TYPE_CHECKING:
    from types import TracebackType

    from confiture.servers.guards import Guard

__all__ = ["ForeignServer"]

#: What the names of databases there start with, and of sessions.
_PREFIX = "confiture_throwaway_"


class ForeignServer:
    """A server on which databases may be made.

    Args:
        guard: What drops them in the end.
        url: The URL of any database there; the user needs the right to make databases.

    Raises:
        ConfigurationError: This is no URL, or PostgreSQL's client programs are missing.

    Attributes:
        guard: What drops what is made.
    """

    def __init__(self, guard: Guard, url: str) -> None:
        self.guard = guard
        application = _PREFIX + secrets.token_hex(8)
        place = DatabaseUrl.read(url)
        self._session = Session(place, None, guard, application)
        self._visit = guard.keep(
            "visit", self._session.program("psql"), place.bare, place.environment(), application
        )
        self._loader: str | None = None

    def __enter__(self) -> ForeignServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Drop what was made; after an interrupt, the guard does so when all programs have ended."""
        if error is not None and not isinstance(error, Exception):
            return
        told = self._session.url.without_password(self.guard.ask("take_away", self._visit))
        if told:
            not_taken_away(
                f"Not everything could be dropped at {self._session.url.shown}: {display_path(told)}.",
                f"Drop the databases there whose names start with {_PREFIX}.",
                error,
            )

    @property
    def loader(self) -> str:
        """The role that loads texts.

        Raises:
            DatabaseError: The server cannot be reached.
        """
        if self._loader is None:
            ((self._loader,),) = self._session.query("SELECT session_user")
        return self._loader

    def session(self) -> Session:
        """A session in which statements of the whole server can be run."""
        return self._session

    def new_database(self) -> Session:
        """An empty database, which is dropped when the work is done.

        Raises:
            DatabaseError: The server cannot be reached, or lets the user make none.
        """
        ((may_make,),) = self._session.query(
            "SELECT rolcreatedb OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user"
        )
        if may_make != "t":
            raise DatabaseError(
                f"The user {self.loader} may not make databases at {self._session.url.shown}.",
                error_code="DATABASE_002",
                resolution_hint=f"Let a superuser run ALTER ROLE {quoted(self.loader)} CREATEDB, name "
                "another user, or leave --server out (pip install 'confiture[postgres]').",
            )
        name = _PREFIX + secrets.token_hex(8)
        self.drop_later(f"DROP DATABASE IF EXISTS {name} WITH (FORCE);")
        self._session.query(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self._session.in_database(name)

    def drop_later(self, statement: str) -> None:
        """Keep a statement that drops what is about to be made."""
        self.guard.ask("drop", self._visit, statement)
