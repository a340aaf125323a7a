"""What ``confiture build`` writes about itself: ``--run-manifest`` and ``--telemetry``."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture import _failures
from confiture.artifacts.documents import encode_document, encoding_of_path
from confiture.cli import terminal
from confiture.core.outputs import prepare_output
from confiture.core.phases import Phases
from confiture.core.runs import make_run_manifest, output_file
from confiture.core.telemetry import (
    append_events,
    check_telemetry_file,
    file_events,
    finished_event,
    phase_events,
    started_event,
)
from confiture.exceptions import ConfiturError
from confiture.models.build import BundleReport, SplitBuildReport
from confiture.models.options import build_options
from confiture.models.run import OutputFile

if TYPE_CHECKING:
    from argparse import Namespace
    from types import TracebackType

    from confiture.core.builder import SchemaBuilder
    from confiture.models.build import BuildReport
    from confiture.models.telemetry import TelemetryEvent

__all__ = ["BuildRecords"]

_COMMAND = "build"


class BuildRecords:
    """The records of one build: made when it starts, written when it is left, also by an error.

    Attributes:
        phases: How long the parts of the work take.
    """

    def __init__(self, options: Namespace) -> None:
        self.phases = Phases()
        self._options = options
        self._started_at = datetime.now(UTC)
        self._run = os.urandom(8).hex()
        self._builder: SchemaBuilder | None = None
        self._manifest: str | None = None
        self._telemetry: str | None = None
        self._report: BuildReport | SplitBuildReport | None = None
        self._outputs: list[OutputFile] = []

    def __enter__(self) -> BuildRecords:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._telemetry is None or not (error is None or isinstance(error, ConfiturError)):
            return
        try:
            append_events(self._telemetry, self._events(error))
        except ConfiturError as second:
            if error is None:
                raise
            # The first error is the one to mend.
            terminal.show_warning(second.message)

    def prepare(self, builder: SchemaBuilder) -> None:
        """Look at where the records go, before anything is built.

        Raises:
            SchemaError: One cannot be written, would be an input, or is written by the build itself; or the
            telemetry's holds something else.
        """
        self._builder = builder
        options = self._options
        taken = [
            os.path.realpath(path)
            for path in (
                options.output or (None if options.stdout or options.split else builder.default_output),
                options.source_map,
            )
            if path is not None
        ]
        records = []
        for path in (options.run_manifest, options.telemetry):
            checked = None if path is None else builder.check_output(path)
            if checked is not None:
                if checked in taken:
                    raise _failures.records_are_output(checked)
                taken.append(checked)
                prepare_output(checked)
            records.append(checked)
        if records[-1] is not None:
            check_telemetry_file(records[-1])
        self._manifest, self._telemetry = records

    def take(self, report: BuildReport | SplitBuildReport, text: str | None = None) -> None:
        """Write the run manifest of a build that is done, and keep what telemetry tells.

        Args:
            report: What the build reports.
            text: The bundle, if it goes to the standard output.
        """
        self._report = report
        if self._manifest is None or self._builder is None:
            return
        written: list[OutputFile] = []
        if text is not None:
            content = text.encode()
            digest = hashlib.sha256(content).hexdigest()
            written.append(OutputFile(path=None, sha256=digest, bytes=len(content)))
        paths = [bundle.output for bundle in _bundles(report)]
        if not isinstance(report, SplitBuildReport):
            paths.append(report.source_map)
        written += [output_file(path) for path in paths if path is not None]
        manifest = make_run_manifest(
            command=_COMMAND,
            environment=self._builder.env_config,
            options=replace(build_options(self._options), bundles=len(_bundles(report))),
            tree_digest=report.tree_digest,
            lines=report.lines,
            outputs=written,
            records=[path for path in (self._manifest, self._telemetry) if path is not None],
            started_at=self._started_at,
            seconds=self.phases.seconds,
        )
        self._builder.write_report(
            self._manifest, encode_document(manifest, encoding_of_path(self._manifest))
        )

    def _events(self, error: ConfiturError | None) -> list[TelemetryEvent]:
        report, run = self._report, self._run
        events: list[TelemetryEvent] = [started_event(run, _COMMAND, self._options.env, self._started_at)]
        if report is not None and self._builder is not None:
            events += file_events(run, os.fspath(self._builder.base_dir), report.lines)
        events += phase_events(run, self.phases)
        bundles = [] if report is None else _bundles(report)
        events.append(
            finished_event(
                run,
                self.phases.seconds,
                files=None if report is None else report.lines.count("\n"),
                source_bytes=None if report is None else sum(bundle.source_bytes for bundle in bundles),
                bundle_bytes=None if report is None else sum(bundle.bundle_bytes for bundle in bundles),
                error=None if error is None else error.error_code,
            )
        )
        return events


def _bundles(report: BuildReport | SplitBuildReport) -> list[BundleReport]:
    if isinstance(report, SplitBuildReport):
        return [report.superuser_pre, report.app, report.superuser_post]
    return [report.bundle]
