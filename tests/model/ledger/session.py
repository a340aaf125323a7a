"""Sessions of a server in which the statements of files are run, as psql runs them."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, NamedTuple

import psycopg
from psycopg import pq

from .texts import is_definition

if TYPE_CHECKING:
    from .texts import Source, Written

__all__ = ["Refusal", "Session"]

#: How long a server may take to recover from a crash, in seconds.
_PATIENCE = 60
#: What an installation has made before it runs a script, by what the server says without it.
_INSTALLED = (
    ("42704", re.compile(r'role "(.*)" does not exist'), 'CREATE ROLE "{}"'),
    ("3F000", re.compile(r'schema "(.*)" does not exist'), 'CREATE SCHEMA "{}"'),
    ("42704", re.compile(r'type "(.*)" does not exist'), 'CREATE EXTENSION "{}"'),
)
_NOT_IN_TRANSACTIONS = ("CREATE DATABASE", "DROP DATABASE", "VACUUM", "ALTER SYSTEM", "REINDEX")
_OF_TRANSACTIONS = ("BEGIN", "COMMIT", "ROLLBACK", "START TRANSACTION", "SAVEPOINT", "RELEASE")
_ONLY_OUTSIDE = "25001"


class Refusal(NamedTuple):
    """Why a server did not execute a statement."""

    state: str
    message: str


class Session:
    """Sessions of a database, one after the other.

    Attributes:
        installs: Whether roles, schemas and extensions are made that scripts take for granted.
    """

    def __init__(self, uri: str, *, installs: bool) -> None:
        self._uri = uri.encode()
        self.installs = installs
        self._connection = self._connected()
        if installs:
            # Functions in C are made without their library.
            self._once(b"UPDATE pg_catalog.pg_language SET lanvalidator = 0 WHERE lanname = 'c'")

    def _connected(self) -> pq.PGconn:
        for _ in range(_PATIENCE):
            connection = pq.PGconn.connect(self._uri)
            if connection.status == pq.ConnStatus.OK:
                connection.exec_(b"SET statement_timeout = '30s'; SET client_min_messages = error")
                return connection
            connection.finish()
            time.sleep(1)
        raise ConnectionError("the server does not come back")

    def close(self) -> None:
        self._connection.finish()

    def _again(self) -> None:
        self.close()
        self._connection = self._connected()

    def _once(self, text: bytes, data: bytes = b"") -> Refusal | None:
        try:
            return self._answered(text, data)
        except psycopg.OperationalError as error:
            self._again()
            return Refusal("08000", str(error))

    def _answered(self, text: bytes, data: bytes) -> Refusal | None:
        connection = self._connection
        result = connection.exec_(text)
        while result.status in (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT):
            if result.status == pq.ExecStatus.COPY_IN:
                connection.put_copy_data(data)
                connection.put_copy_end()
            else:
                while connection.get_copy_data(0)[0] > 0:
                    pass
            while (following := connection.get_result()) is not None:
                result = following
        if connection.status != pq.ConnStatus.OK:
            self._again()
            return Refusal("08000", "the server has ended the session")
        if result.status != pq.ExecStatus.FATAL_ERROR:
            return None
        fields = (pq.DiagnosticField.SQLSTATE, pq.DiagnosticField.MESSAGE_PRIMARY)
        return Refusal(*((result.error_field(field) or b"").decode(errors="replace") for field in fields))

    def _run(self, text: bytes, data: bytes, savepoint: bytes | None) -> Refusal | None:
        """Run a statement, and again after each thing that an installation would have made."""
        for _ in range(20):
            refusal = self._once(text, data)
            if refusal is None:
                return None
            if savepoint is not None:
                self._once(b"ROLLBACK TO SAVEPOINT " + savepoint)
            if not self.installs or not self._install(refusal):
                return refusal
        return refusal

    def _install(self, refusal: Refusal) -> bool:
        for state, message, command in _INSTALLED:
            named = message.fullmatch(refusal.message)
            if state == refusal.state and named:
                installation = Session(self._uri.decode(), installs=False)
                failed = installation._once(command.format(named[1]).encode())
                installation.close()
                return failed is None
        return False

    def run(self, source: Source) -> list[Refusal | None]:
        """Run a file as ``psql`` does; if it installs, with ``ON_ERROR_ROLLBACK``."""
        found = []
        for statement in source.statements:
            if statement.reconnects:
                self._again()
            found.append(self._statement(statement))
        self._again()
        return found

    def _statement(self, statement: Written) -> Refusal | None:
        if statement.kind in ("CREATE DATABASE", "DROP DATABASE") and self.installs:
            return Refusal(_ONLY_OUTSIDE, "there is one database")
        is_open = self._connection.transaction_status == pq.TransactionStatus.INTRANS
        if not is_open or not self.installs or statement.kind in _OF_TRANSACTIONS:
            return self._run(statement.text, statement.data, None)
        self._once(b"SAVEPOINT confiture_one")
        refusal = self._run(statement.text, statement.data, b"confiture_one")
        if self._connection.transaction_status != pq.TransactionStatus.IDLE:
            self._once(b"RELEASE SAVEPOINT confiture_one")
        return refusal

    def takes(self, source: Source) -> bool:
        """Run a file if the server takes all its definitions, and leave the database alone otherwise."""
        self._once(b"BEGIN")
        is_taken = True
        for statement in source.statements:
            kind = statement.kind
            if kind is None or kind in _OF_TRANSACTIONS or kind in _NOT_IN_TRANSACTIONS:
                continue
            self._once(b"SAVEPOINT confiture_one")
            refusal = self._run(statement.text, statement.data, b"confiture_one")
            self._once(b"RELEASE SAVEPOINT confiture_one")
            if refusal is not None and refusal.state != _ONLY_OUTSIDE and is_definition(kind):
                is_taken = False
                break
        self._once(b"COMMIT" if is_taken else b"ROLLBACK")
        self._once(b"DISCARD ALL")
        return is_taken
