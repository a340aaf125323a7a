"""Telemetry: the events of a run, and the file that they are appended to."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import confiture
from confiture import _failures
from confiture._backend import engine_name
from confiture.artifacts import encode_into, encode_lines
from confiture.artifacts.documents import encoding_of_path
from confiture.models.telemetry import FileRead, PhaseFinished, RunFinished, RunStarted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from confiture.core.phases import Phases
    from confiture.models.telemetry import TelemetryEvent

__all__ = [
    "append_events",
    "check_telemetry_file",
    "file_events",
    "finished_event",
    "phase_events",
    "started_event",
]


def started_event(run: str, command: str, environment: str, started_at: datetime) -> RunStarted:
    """That a command has started."""
    return RunStarted(
        run=run,
        started_at=started_at,
        command=command,
        environment=environment,
        version=confiture.__version__,
        engine=engine_name(),
    )


def file_events(run: str, base_dir: str, lines: str) -> Iterator[FileRead]:
    """The files that a run has read.

    Args:
        run: Which run.
        base_dir: Absolute path of the directory that the paths of files start from.
        lines: The lines of their digest.
    """
    for line in lines.split("\n")[:-1]:
        sha256, path = line.split("  ", 1)
        try:
            size: int | None = os.stat(os.path.join(base_dir, path)).st_size
        except OSError:
            size = None
        yield FileRead(run=run, path=path, sha256=sha256, bytes=size)


def phase_events(run: str, phases: Phases) -> Iterator[PhaseFinished]:
    """The phases of a run."""
    for phase in phases.finished:
        yield PhaseFinished(run=run, phase=phase.name, at=phase.at, seconds=phase.seconds)


def finished_event(
    run: str,
    seconds: float,
    *,
    files: int | None = None,
    source_bytes: int | None = None,
    bundle_bytes: int | None = None,
    error: str | None = None,
) -> RunFinished:
    """That a command has ended, with what it came to."""
    return RunFinished(
        run=run,
        seconds=seconds,
        files=files,
        source_bytes=source_bytes,
        bundle_bytes=bundle_bytes,
        error=error,
    )


def check_telemetry_file(path: str) -> None:
    """Refuse a file that events cannot be appended to, as it holds something else.

    Args:
        path: The file; it may be missing or empty.

    Raises:
        SchemaError: It holds no telemetry of the encoding that its name stands for.
    """
    _is_cut(path)


def append_events(path: str, events: Iterable[TelemetryEvent]) -> None:
    """Append events to a file: MessagePack if its name ends so, else lines of JSON.

    They are written at once: those of runs that write to the same file do not get into each other. A last
    line that was cut, as when a program is killed, is ended first.

    Args:
        path: The file; made if it is missing.
        events: The events.

    Raises:
        SchemaError: The file holds something else, or cannot be written.
    """
    content = bytearray()
    if encoding_of_path(path) == "msgpack":
        for event in events:
            encode_into(event, content)
    else:
        content += encode_lines(events)
    if _is_cut(path):
        content[:0] = b"\n"
    try:
        with open(path, "ab") as file:
            file.write(content)
    except OSError as error:
        raise _failures.telemetry_unwritable(path, error.errno or 0) from error


def _is_cut(path: str) -> bool:
    """Whether a file's last line has no end; an error if the file is no telemetry."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as file:
            first = file.read(1)
            if first:
                file.seek(-1, os.SEEK_END)
            last = file.read(1)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _failures.telemetry_unwritable(path, error.errno or 0) from error
    encoding = encoding_of_path(path)
    if first and not _starts_event(first[0], encoding):
        raise _failures.not_telemetry(path, encoding)
    return encoding == "json" and last not in (b"", b"\n")


def _starts_event(byte: int, encoding: str) -> bool:
    """Whether a list starts with this byte, as every event is one."""
    if encoding == "json":
        return byte == ord("[")
    return byte & 0xF0 == 0x90 or byte in (0xDC, 0xDD)
