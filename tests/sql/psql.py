"""What the real psql sends to a real server, recorded on the way between them."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres import Server

#: libpq's name of the socket in its directory.
_PORT = 5432

#: Of queries that psql asks of its own accord, for ``\gdesc``, ``\sf`` and ``\sv``.
_OWN_QUERIES = (b"pg_catalog.format_type(tp, tpm)", b"::pg_catalog.regproc", b"::pg_catalog.regclass")


@dataclass
class Sent:
    """The queries that psql sent, the data after each that copies, and what psql complained of."""

    queries: list[bytes] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    errors: str = ""


def _messages(connection: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Every message of one side, with its type; that of the first one is empty."""
    stream = connection.makefile("rb")
    kind = b""
    while header := stream.read(4):
        (length,) = struct.unpack("!I", header)
        yield kind, stream.read(length - 4)
        kind = stream.read(1)
        if not kind:
            return


class Recorder:
    """Stands between psql and a server, on a socket of its own."""

    def __init__(self, server: Server, database: str) -> None:
        self._server = server
        self._database = database
        uri = urlsplit(server.uri(database))
        directory = parse_qs(uri.query)["host"][0]
        (self._upstream,) = [
            str(path) for path in Path(directory).glob(".s.PGSQL.*") if path.suffix != ".lock"
        ]
        self._user = uri.username or "postgres"

    def send(self, text: str) -> Sent:
        """Let psql run a text as a file."""
        sent = Sent()
        with tempfile.TemporaryDirectory(prefix="confiture-psql-") as directory:
            script = Path(directory, "script.sql")
            script.write_bytes(text.encode())
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(f"{directory}/.s.PGSQL.{_PORT}")
                listener.listen()
                forwarder = threading.Thread(target=self._forward, args=(listener, sent))
                forwarder.start()
                process = subprocess.run(
                    [
                        self._server.program("psql"),
                        *("-X", "-q", "-f", str(script), "-h", directory, "-p", str(_PORT)),
                        *("-U", self._user, "-d", self._database),
                    ],
                    env={**os.environ, "PGCLIENTENCODING": "UTF8", "PGGSSENCMODE": "disable"},
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    encoding="utf-8",
                    check=False,
                )
                forwarder.join()
        assert process.returncode == 0, process.stderr
        sent.errors = process.stderr
        return sent

    def _forward(self, listener: socket.socket, sent: Sent) -> None:
        client, _ = listener.accept()
        with client, socket.socket(socket.AF_UNIX) as upstream:
            upstream.connect(self._upstream)
            back = threading.Thread(target=self._answer, args=(upstream, client, sent))
            back.start()
            for kind, body in _messages(client):
                if kind == b"Q" and not any(own in body for own in _OWN_QUERIES):
                    sent.queries.append(body.rstrip(b"\0"))
                elif kind == b"P":
                    sent.queries.append(body.split(b"\0")[1])
                elif kind == b"d" and sent.data:
                    sent.data[-1] += body
                upstream.sendall(kind + struct.pack("!I", len(body) + 4) + body)
            upstream.shutdown(socket.SHUT_WR)
            back.join()

    def _answer(self, upstream: socket.socket, client: socket.socket, sent: Sent) -> None:
        stream = upstream.makefile("rb")
        while kind := stream.read(1):
            (length,) = struct.unpack("!I", stream.read(4))
            body = stream.read(length - 4)
            if kind == b"G":  # the server wants data
                sent.data.append(b"")
            client.sendall(kind + struct.pack("!I", length) + body)
