"""One build: what is known before the first file is read, and what is to be told of it afterwards."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from confiture import _failures
from confiture._backend import engine_name
from confiture.models.build import BuildReport, BundleReport, SplitBuildReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Written
    from confiture.models.build import SkippedPath

__all__ = ["Build"]


class Build:
    """A build whose files are selected.

    Args:
        environment: Name of the environment.
        base_dir: Absolute path of the directory that relative paths start from.
        paths: Relative paths of the selected files, in build order.
        separator: Pieces of the separator, between which a path stands.
        forbidden: What no path contains, as the separator could not hold it.
        skipped: What was left aside.
        start: When the build started, by `time.perf_counter`.
    """

    def __init__(
        self,
        environment: str,
        base_dir: str,
        paths: list[str],
        separator: list[str],
        forbidden: list[str],
        skipped: list[SkippedPath],
        start: float,
    ) -> None:
        self.paths = paths
        self.separator = separator
        self.forbidden = forbidden
        self._environment = environment
        self._base_dir = base_dir
        self.skipped = skipped
        self._start = start

    def report(self, written: Written, output: str | None, source_map: str | None = None) -> BuildReport:
        """What is to be told of one bundle."""
        return BuildReport(
            environment=self._environment,
            bundle=_bundle(output, written[3][0]),
            tree_digest=written[0],
            engine=engine_name(),
            seconds=time.perf_counter() - self._start,
            included=self._included(written),
            warnings=self._warnings(written),
            skipped=self.skipped,
            lines=written[1],
            source_map=source_map,
        )

    def split_report(self, written: Written, outputs: Sequence[str]) -> SplitBuildReport:
        """What is to be told of three bundles."""
        pre, app, post = (_bundle(output, facts) for output, facts in zip(outputs, written[3], strict=True))
        return SplitBuildReport(
            environment=self._environment,
            superuser_pre=pre,
            app=app,
            superuser_post=post,
            tree_digest=written[0],
            engine=engine_name(),
            seconds=time.perf_counter() - self._start,
            included=self._included(written),
            warnings=self._warnings(written),
            skipped=self.skipped,
            lines=written[1],
        )

    def source_map(self, written: Written, output: str, path: str) -> bytes:
        """The content of the source map of a bundle, for a file at `path`."""
        from confiture.core.source_maps import make_map

        return make_map(
            path,
            bundle=output,
            body_sha256=written[3][0][3],
            base_dir=self._base_dir,
            files=[*self.paths, *written[4]],
            segments=written[5][0],
        )

    def _warnings(self, written: Written) -> list[str]:
        """The constructs left open that did not make the build fail."""
        files = [*self.paths, *written[4]]
        return [
            _failures.unclosed_message(self._absolute(files[file]), kind, line, column)
            for file, kind, line, column in written[2]
        ]

    def _included(self, written: Written) -> list[str]:
        """The files that were included and not selected."""
        return list(map(self._absolute, written[4]))

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._base_dir, path))


def _bundle(output: str | None, facts: tuple[int, int, int, str]) -> BundleReport:
    files, source_bytes, bundle_bytes, body_sha256 = facts
    return BundleReport(
        output=output,
        files=files,
        source_bytes=source_bytes,
        bundle_bytes=bundle_bytes,
        body_sha256=body_sha256,
    )
