"""Running psql and pg_dump on a database."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from confiture._failures import display_path
from confiture.exceptions import ConfigurationError, DatabaseError
from confiture.servers.extension_versions import with_versions
from confiture.servers.programs import bundled_program, client_program

if TYPE_CHECKING:
    from confiture.servers.guards import Guard
    from confiture.servers.urls import DatabaseUrl

__all__ = ["Session", "unreachable"]

#: What pg_dump says that is older than the server.
_MISMATCH = b"version mismatch"
#: What psql returns if it cannot connect.
_NO_CONNECTION = 2


class Session(NamedTuple):
    """A way to run programs on a database.

    Attributes:
        url: The database.
        programs: The directory of the programs; None for those that are on the ``PATH``.
        guard: What ends the programs if this process is killed; None if they make nothing.
        application: What the server is to call their sessions; None if that does not matter.
    """

    url: DatabaseUrl
    programs: str | None = None
    guard: Guard | None = None
    application: str | None = None

    def in_database(self, name: str) -> Session:
        """The same in another database of the server."""
        return self._replace(url=self.url.of_database(name))

    def query(self, statement: str) -> list[list[str]]:
        """The rows of a query, as texts.

        Raises:
            ConfigurationError: psql cannot be run.
            DatabaseError: The server cannot be reached, or refuses the query.
        """
        result = self.run(
            self.program("psql"),
            *("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\x1f"),
            *("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse", "--command", statement),
        )
        if result.returncode:
            raise unreachable(self.url, self.told(result))
        return [line.split("\x1f") for line in result.stdout.decode("utf-8", "replace").splitlines() if line]

    def execute(self, file: str, then: str) -> subprocess.CompletedProcess[bytes]:
        """Run a file, up to the first error.

        Args:
            file: The file.
            then: A command to run in the same session if there is no error.

        Raises:
            ConfigurationError: psql cannot be run.
            DatabaseError: The server cannot be reached.
        """
        result = self.run(
            self.program("psql"),
            *("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose"),
            *("--file", file, "--command", then),
        )
        if result.returncode == _NO_CONNECTION:
            raise unreachable(self.url, self.told(result))
        return result

    def dump(self) -> str:
        """The definitions in the database, as SQL, with the versions of extensions.

        Raises:
            ConfigurationError: pg_dump or psql cannot be run.
            DatabaseError: The database cannot be reached, or pg_dump may not read it.
        """
        result = self.run(self.program("pg_dump"), "--schema-only")
        bundled = bundled_program("pg_dump")
        if result.returncode and self.programs is None and bundled is not None:
            # The one on the PATH may be older than the server, which it does not read then.
            other = self.run(bundled, "--schema-only")
            is_older = _MISMATCH in result.stderr
            result = result if other.returncode and not is_older else other
        if result.returncode:
            raise unreachable(self.url, self.told(result))
        dump = result.stdout.decode("utf-8", "replace")
        if "\nCREATE EXTENSION " not in dump:
            return dump
        installed = self.query("SELECT extname, extversion FROM pg_catalog.pg_extension")
        return with_versions(dump, {row[0]: row[1] for row in installed})

    def program(self, name: str) -> str:
        """The path of a program.

        Raises:
            ConfigurationError: There is none.
        """
        return client_program(name) if self.programs is None else os.path.join(self.programs, name)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run a program on the database.

        Raises:
            ConfigurationError: It cannot be run.
            DatabaseError: The guard is gone.
        """
        url = self.url if self.application is None else self.url.of_application(self.application)
        try:
            return subprocess.run(
                [program, *arguments, "--no-password", f"--dbname={url.bare}"],
                capture_output=True,
                check=False,
                env=self.url.environment(),
                stdin=subprocess.DEVNULL,
                **({} if self.guard is None else self.guard.joining()),
            )
        except OSError as error:
            if self.guard is not None:
                self.guard.check()
            raise ConfigurationError(
                f"{display_path(program)} cannot be run: {error.strerror or error}.",
                error_code="DIFFER_005",
                resolution_hint="Install PostgreSQL's client programs, of the server's version or a "
                "later one.",
            ) from error

    def told(self, result: subprocess.CompletedProcess[bytes]) -> str:
        """What a program printed as its error, without the password."""
        return self.url.without_password(result.stderr.decode("utf-8", "replace").strip())


def unreachable(url: DatabaseUrl, told: str) -> DatabaseError:
    """A database that cannot be reached or read."""
    reason = told.partition("\n")[0]
    for lead in ("pg_dump: error: ", "psql: error: ", "ERROR:  "):
        reason = reason.removeprefix(lead)
    return DatabaseError(
        f"The database at {url.shown} cannot be read: {display_path(reason)}.",
        error_code="DATABASE_001",
        resolution_hint="Check host, port, user and rights with: psql -d URL",
    )
