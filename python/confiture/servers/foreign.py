"""A server that belongs to somebody: what is made there is dropped, and nothing else is touched."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.exceptions import ConfiturError, DatabaseError
from confiture.models.sql_names import quoted
from confiture.servers.guards import Guard
from confiture.servers.sessions import Session
from confiture.servers.urls import DatabaseUrl

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["ForeignServer"]

#: What the guard runs: ``$1`` is psql, ``$2`` the URL; it is told the statements that drop what was made.
_SCRIPT = """\
statements=$(cat)
[ -z "$statements" ] || printf '%s\\n' "$statements" | "$1" --no-psqlrc --quiet --no-password --dbname="$2"
"""


class ForeignServer:
    """A server on which databases may be made.

    Args:
        url: The URL of any database there; the user needs the right to make databases.

    Raises:
        ConfigurationError: This is no URL, or PostgreSQL's client programs are missing.
    """

    def __init__(self, url: str) -> None:
        self._session = Session(DatabaseUrl.read(url))
        environment = {**self._session.url.environment(), "PGOPTIONS": "-c client_min_messages=warning"}
        self._guard = Guard(_SCRIPT, [self._session.program("psql"), self._session.url.bare], environment)
        self._loader: str | None = None

    def __enter__(self) -> ForeignServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        told = self._session.url.without_password(self._guard.clean_up())
        if not told:
            return
        message = f"Not everything could be dropped at {self._session.url.shown}: {display_path(told)}."
        if error is None:
            raise DatabaseError(
                message,
                error_code="DATABASE_005",
                resolution_hint="Drop the databases there whose names start with confiture_throwaway_.",
            )
        if isinstance(error, ConfiturError):
            error.message += f" {message}"

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
        name = f"confiture_throwaway_{secrets.token_hex(8)}"
        self.drop_later(f"DROP DATABASE IF EXISTS {name} WITH (FORCE);")
        self._session.query(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self._session.in_database(name)

    def drop_later(self, statement: str) -> None:
        """Keep a statement that drops what is about to be made."""
        self._guard.tell(statement)
