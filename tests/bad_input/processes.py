"""Running the command line in processes of its own, quickly.

A server has the package imported and forks a process for each command. That process is like any other
from there on: it has its own streams, directory and environment, and it ends as Python programs end.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import confiture

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Lets a process in any directory find the package that is tested.
PACKAGE = {"PYTHONPATH": str(Path(confiture.__file__).resolve().parents[1])}

#: Gives up the right of root to read and write everything (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH).
#: This and other ``before`` code runs in the new process, just before the command takes it over.
OBEY_PERMISSIONS = """
import ctypes, os
if os.geteuid() == 0:
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
"""

_TAKE_OVER = "\nimport os, sys\nos.execv(sys.executable, [sys.executable, *sys.argv[1:]])"

_SERVER = """
import importlib, json, os, pkgutil, runpy, signal, socket, sys
import confiture

# These bring other libraries with them, which a process would only copy and take down again.
LARGE = ("column_lineage", "data", "dbt", "query_changes", "warehouse")
for module in pkgutil.walk_packages(confiture.__path__, "confiture."):
    if not module.name.endswith("__main__") and module.name.split(".")[1] not in LARGE:
        try:
            importlib.import_module(module.name)
        except ImportError:
            pass
connection = socket.socket(fileno=int(sys.argv[1]))
while True:
    message, streams, _, _ = socket.recv_fds(connection, 1 << 20, 2)
    if not message:
        os._exit(0)
    while not message.endswith(b"\\n"):
        message += connection.recv(1 << 20)
    child = os.fork()
    if not child:
        break
    for stream in streams:
        os.close(stream)
    connection.sendall(b"%d\\n" % child)
    _, status = os.waitpid(child, 0)
    connection.sendall(b"%d\\n" % os.waitstatus_to_exitcode(status))
connection.close()
for number, stream in enumerate(streams, 1):
    os.dup2(stream, number)
    os.close(stream)
request = json.loads(message)
os.chdir(request["cwd"])
os.environ.clear()
os.environ.update(request["environment"])
sys.argv = ["confiture", *request["arguments"]]
runpy.run_module("confiture", run_name="__main__", alter_sys=True)
"""

#: Environment variables that Python itself reads when it starts.
_OF_THE_INTERPRETER = ("PYTHON", "LC_", "LANG")


class Ran(NamedTuple):
    """What a process left behind."""

    code: int
    stdout: str
    stderr: str


class _Server:
    def __init__(self) -> None:
        self._connection: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def _connected(self) -> socket.socket:
        if self._connection is None:
            self._connection, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _SERVER, str(theirs.fileno())],
                    env={**os.environ, **PACKAGE},
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                )
        return self._connection

    def run(self, arguments: list[str], cwd: str, environment: dict[str, str], timeout: float) -> Ran:
        connection = self._connected()
        request = {"arguments": arguments, "cwd": cwd, "environment": environment}
        with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
            descriptors = [stdout.fileno(), stderr.fileno()]
            connection.settimeout(timeout)
            message = json.dumps(request).encode() + b"\n"
            sent = socket.send_fds(connection, [message], descriptors)
            connection.sendall(message[sent:])
            child = int(self._line())
            try:
                code = int(self._line())
            except TimeoutError:
                os.kill(child, 9)
                self._line()
                raise
            return Ran(code, _read(stdout), _read(stderr))

    def _line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            assert self._connection
            received = self._connection.recv(1)
            assert received, "the server of commands is gone"
            line += received
        return line

    def close(self) -> None:
        if self._connection and self._process:
            self._connection.close()
            self._process.wait()
            self._connection = None


_server = _Server()
atexit.register(_server.close)


def run(
    *arguments: str | bytes | Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    before: str = "",
    stdout: Any = None,
    stderr: Any = None,
    timeout: float = 20,
) -> Ran:
    """Run the command line. A command that hangs fails the test.

    Args:
        arguments: The command.
        cwd: The directory it runs in.
        environment: Further environment variables.
        before: Code that runs in the process before the command.
        stdout: Where the standard output goes instead of into the result.
        stderr: Where the standard error goes instead of into the result.
        timeout: Seconds.
    """
    special = before or stdout or stderr
    if special or any(name.startswith(_OF_THE_INTERPRETER) for name in environment or {}):
        process = start(
            *arguments,
            cwd=cwd,
            environment=environment,
            before=before,
            stdout=stdout or subprocess.PIPE,
            stderr=stderr or subprocess.PIPE,
        )
        return end(process, timeout)
    return _server.run(
        [os.fsdecode(argument) for argument in arguments],
        str(cwd or Path.cwd()),
        {**os.environ, **PACKAGE, **(environment or {})},
        timeout,
    )


def start(
    *arguments: str | bytes | Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    before: str = "",
    stdout: Any = subprocess.PIPE,
    stderr: Any = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start the command line in a new process, after the code ``before`` has run in it."""
    return start_python(
        "-m",
        "confiture",
        *arguments,
        cwd=cwd,
        environment=environment,
        before=before,
        stdout=stdout,
        stderr=stderr,
    )


def start_python(
    *arguments: str | bytes | Path,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    before: str = "",
    stdout: Any = subprocess.PIPE,
    stderr: Any = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start Python as `start` does. (A fork may not run Python code where there are threads.)"""
    wrapper = ["-I", "-S", "-c", before + _TAKE_OVER] if before else []
    return subprocess.Popen(
        [sys.executable, *wrapper, *arguments],
        cwd=cwd,
        env={**os.environ, **PACKAGE, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
    )


def end(process: subprocess.Popen[bytes], timeout: float = 20) -> Ran:
    """Wait for a process. One that hangs fails the test."""
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ran(process.returncode, _text(stdout), _text(stderr))


def assert_permissions_bite(folder: Path) -> None:
    """Fail where `OBEY_PERMISSIONS` has no effect, rather than test nothing."""
    closed = folder / "closed"
    closed.touch(0o000)
    reading = end(start_python("-c", "import sys; open(sys.argv[1])", closed, before=OBEY_PERMISSIONS))
    closed.unlink()
    assert "PermissionError" in reading.stderr


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return _text(file.read())


def _text(output: bytes | None) -> str:
    return (output or b"").decode("utf-8", "surrogateescape")
