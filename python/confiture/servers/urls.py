"""URLs of databases, of which nobody sees the password."""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from confiture._failures import display_path, without_passwords
from confiture.exceptions import ConfigurationError

__all__ = ["SCHEMES", "DatabaseUrl"]

#: What the URL of a database starts with.
SCHEMES = ("postgresql://", "postgres://")

_PASSWORD = re.compile(r"(?:^|&)password=([^&]*)")
_SHOWN = re.compile(r"(?<=[?&])password=[^&]*")
_DATABASE = re.compile(r"(?:^|&)dbname=[^&]*")


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
        try:
            parts = urlsplit(url)
            password = None if parts.password is None else unquote(parts.password)
        except ValueError as error:
            raise _no_url(url) from error
        if not url.startswith(SCHEMES):
            raise _no_url(url)
        user, _, place = parts.netloc.rpartition("@")
        query = parts.query
        found = _PASSWORD.search(query)
        if found is not None:
            password = unquote(found[1])
            query = _PASSWORD.sub("", query).lstrip("&")
        name = user.partition(":")[0]
        return cls(
            urlunsplit(parts._replace(netloc=f"{name}@{place}" if user else place, query=query)), password
        )

    @property
    def shown(self) -> str:
        """The URL as it may be printed."""
        return display_path(self.bare)

    def of_database(self, name: str) -> DatabaseUrl:
        """The URL of another database of the server."""
        parts = urlsplit(self.bare)
        query = _DATABASE.sub("", parts.query).lstrip("&")
        return self._replace(bare=urlunsplit(parts._replace(path=f"/{quote(name, safe='')}", query=query)))

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


def _no_url(url: str) -> ConfigurationError:
    return ConfigurationError(
        f"This is no PostgreSQL URL: {_SHOWN.sub('', display_path(without_passwords(url)))}.",
        error_code="DIFFER_006",
        resolution_hint="Write it as postgresql://user:password@host:port/database.",
    )
