"""What happened while a command ran, as events that follow each other in one file.

Events are lists instead of maps, and no cycle can lead through them: there is one for each file of a build.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from confiture.artifacts import Artifact
from confiture.models.constraints import Bytes, Count, Digest, EngineName, Seconds

__all__ = ["FileRead", "PhaseFinished", "RunFinished", "RunStarted", "TelemetryEvent"]

#: What events of one run have in common, and no others.
RunIdentifier = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]


class _Event(
    Artifact,
    frozen=True,
    kw_only=True,
    array_like=True,
    gc=False,
    tag_field="artifact",
    tag="telemetry_event/1/event",
):
    """Base of every event.

    Attributes:
        run: Which run it belongs to.
    """

    run: RunIdentifier


class RunStarted(
    _Event, frozen=True, kw_only=True, array_like=True, gc=False, tag="telemetry_event/1/run_started"
):
    """A command has started.

    Attributes:
        started_at: When.
        command: The command.
        environment: Name of the environment.
        version: Version of Confiture.
        engine: ``rust`` or ``python``.
    """

    started_at: Annotated[datetime, Meta(tz=True)]
    command: str
    environment: str
    version: str
    engine: EngineName


class FileRead(
    _Event, frozen=True, kw_only=True, array_like=True, gc=False, tag="telemetry_event/1/file_read"
):
    """A file was read.

    Attributes:
        path: Its path, as in the lines of the digest (``docs/digest.md``).
        sha256: SHA-256 of its bytes.
        bytes: Its size; null if it could not be told any more.
    """

    path: str
    sha256: Digest
    bytes: Bytes | None


class PhaseFinished(
    _Event, frozen=True, kw_only=True, array_like=True, gc=False, tag="telemetry_event/1/phase_finished"
):
    """A part of the work is done.

    Attributes:
        phase: Which: ``configuration``, ``selection``, ``build``, ``rearranging``, ``source_map``.
        at: When it began, from the start of the run.
        seconds: How long it took.
    """

    phase: str
    at: Seconds
    seconds: Seconds


class RunFinished(
    _Event, frozen=True, kw_only=True, array_like=True, gc=False, tag="telemetry_event/1/run_finished"
):
    """A command has ended.

    Attributes:
        seconds: How long it took.
        files: Number of files it read; null if it did not come so far.
        source_bytes: Bytes of these files; null if it did not come so far.
        bundle_bytes: Bytes it wrote, or compared; null if it did not come so far.
        error: Code of the error it ended with; null if there was none.
    """

    seconds: Seconds
    files: Count | None
    source_bytes: Bytes | None
    bundle_bytes: Bytes | None
    error: str | None


#: Whatever a telemetry file holds.
TelemetryEvent = RunStarted | FileRead | PhaseFinished | RunFinished
