"""Servers of the versions that the model is compared with."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postgres import Server, data_root, newer_server

__all__ = ["OLDER", "is_installed", "newer_server", "older_server"]

#: Where Debian's packages have the programs of PostgreSQL 15.
OLDER = Path("/usr/lib/postgresql/15/bin")

#: The user that Debian's packages make; a server refuses to run as a superuser.
_USER = "postgres"


class _Handle:
    """A server that is reached through a socket in a directory."""

    def __init__(self, directory: Path) -> None:
        self.bin_path = OLDER
        self._directory = directory

    def get_uri(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._directory}"


def is_installed() -> bool:
    return (OLDER / "initdb").exists()


def _run(program: str, *arguments: str) -> None:
    as_user = {"user": _USER, "group": _USER, "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(
        [str(OLDER / program), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
        **as_user,  # type: ignore[call-overload]
    )


@contextmanager
def older_server() -> Iterator[Server]:
    """A PostgreSQL 15 server in a temporary directory, as its own user if the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="confiture-pg15-", dir=data_root()) as directory:
        data, log = f"{directory}/data", f"{directory}/log"
        if os.geteuid() == 0:
            user = pwd.getpwnam(_USER)
            os.chown(directory, user.pw_uid, user.pw_gid)
        _run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        options = f"-h '' -k {directory} -c fsync=off -c autovacuum=off -c jit=off"
        _run("pg_ctl", "-w", "-D", data, "-l", log, "-o", options, "start")
        try:
            yield Server(_Handle(Path(directory)))
        finally:
            _run("pg_ctl", "-w", "-D", data, "-m", "immediate", "stop")
