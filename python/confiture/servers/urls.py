"""URLs of databases, of which nobody sees the password."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import quote, unquote

from confiture._failures import display_path, without_passwords
from confiture.exceptions import ConfigurationError

__all__ = ["SCHEMES", "DatabaseUrl"]

#: What the URL of a database starts with.
SCHEMES = ("postgresql://", "postgres://")

#: Keys whose values nobody may see; programs can be given the first one alone through their environment.
_PASSWORD, *_SECRETS = ("password", "sslpassword", "oauth_client_secret")


class DatabaseUrl(NamedTuple):
    """A URL in two parts.

    The password goes to programs through their environment: other users of the machine see the arguments of
    a process, but not its environment.

    Attributes:
        bare: The URL without its password.
        password: The password, if the URL has one.
    """

    bare: str
    password: str | None = None

    @classmethod
    def read(cls, url: str) -> DatabaseUrl:
        """Take a URL apart.

        Args:
            url: ``postgresql://user:password@host:port/database``.

        Raises:
            ConfigurationError: This is no URL.
        """
        scheme, mark, rest = url.partition("://")
        if not url.startswith(SCHEMES):
            raise _no_url(f"it starts with {scheme}{mark}" if scheme.isalnum() else "")
        # As libpq does (conninfo_uri_parse_options in fe-connect.c): credentials end at an at sign which no
        # slash comes before, whatever else they hold.
        head, slash, tail = rest.partition("/")
        password = None
        if "@" in head:
            credentials, _, place = head.partition("@")
            user, colon, written = credentials.partition(":")
            if colon:
                password = _decoded(written)
            if "@" in place:
                raise _no_url("its user or password has an at sign, which is written as %40")
            head = f"{user}@{place}" if user else place
        elif ":" in head and "@" in tail and not _is_place(head, tail):
            raise _no_url("its password has a slash, which is written as %2F")
        head, mark, query = head.partition("?") if "?" in head else (head, "", "")
        if mark:
            query, slash, tail = query + slash + tail, "", ""
        else:
            tail, mark, query = tail.partition("?")
        kept = []
        for option in query.split("&") if query else ():
            key, _, value = option.partition("=")
            key = _decoded(key)
            if key in _SECRETS:
                raise _no_url(
                    f"{key} would be seen by others", "Write it into a service file (PGSERVICEFILE)."
                )
            if key == _PASSWORD:
                password = _decoded(value)
            else:
                kept.append(option)
        bare = _with_options(f"{scheme}://{head}{slash}{tail}", kept)
        if "\0" in bare:
            raise _no_url("it holds a null character")
        return cls(bare, password)

    @property
    def shown(self) -> str:
        """The URL as it may be printed."""
        return display_path(self.bare)

    def of_database(self, name: str) -> DatabaseUrl:
        """The URL of another database of the server."""
        place, kept = self._without("dbname")
        scheme, _, rest = place.partition("://")
        server = rest.partition("/")[0]
        return self._replace(bare=_with_options(f"{scheme}://{server}/{quote(name, safe='')}", kept))

    def of_application(self, name: str) -> DatabaseUrl:
        """The URL with which the server calls a session so, whatever else says how to call it."""
        place, kept = self._without("application_name")
        return self._replace(bare=_with_options(place, [*kept, f"application_name={name}"]))

    def _without(self, key: str) -> tuple[str, list[str]]:
        """What stands before the options, and all options but one."""
        place, _, query = self.bare.partition("?")
        return place, [one for one in query.split("&") if one and unquote(one.partition("=")[0]) != key]

    def environment(self) -> dict[str, str]:
        """The environment for a program that connects."""
        environment = dict(os.environ)
        if self.password is not None:
            environment["PGPASSWORD"] = self.password
        environment.setdefault("PGCONNECT_TIMEOUT", "10")
        return environment

    def without_password(self, told: str) -> str:
        """What a program tells, with the password starred out."""
        if self.password:
            told = told.replace(self.password, "***")
        return without_passwords(told)


def _with_options(place: str, options: list[str]) -> str:
    return f"{place}{'?' if options else ''}{'&'.join(options)}"


def _is_place(head: str, tail: str) -> bool:
    """Whether a colon is that of a port or an address, and an at sign behind the slash one of a key."""
    port = head.partition("?")[0].rpartition(":")[2]
    return "@" not in tail.partition("?")[0] and (port.isdecimal() or port.endswith("]"))


def _decoded(text: str) -> str:
    decoded = unquote(text, errors="surrogateescape")
    if "\0" in decoded:
        raise _no_url("it holds a null character")
    return decoded


def _no_url(reason: str = "", hint: str = "") -> ConfigurationError:
    """The error of a text that may hold a password anywhere, and is therefore not shown."""
    return ConfigurationError(
        f"This is no PostgreSQL URL that can be used{': ' + reason if reason else ''}.",
        error_code="DIFFER_006",
        resolution_hint=hint
        or "Write it as postgresql://user@host:port/database, and the password into PGPASSWORD.",
    )
