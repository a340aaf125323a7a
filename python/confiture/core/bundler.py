"""Builds on their way: from the selection of files to what an engine makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture import _failures
from confiture._backend import load_engine
from confiture.core.builds import Build
from confiture.core.layout import check_paths, forbidden_in_paths, header_pieces, separator_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture._interface import Part, Progress, Segment, Written
    from confiture.config.environment import Environment
    from confiture.core.inputs import Inputs
    from confiture.core.phases import Phases

__all__ = ["Bundler"]


class Bundler:
    """What builds of one environment have in common.

    Errors of all methods are those of `confiture.core.builder.SchemaBuilder.build`.

    Args:
        environment: The environment.
        inputs: Its files.
        phases: Told how long the parts of the work take.
        is_sorted: Whether statements are sorted by what they need.

    Attributes:
        rearranges: Whether bundles have another order than the files.
    """

    def __init__(self, environment: Environment, inputs: Inputs, phases: Phases, *, is_sorted: bool) -> None:
        self._environment = environment
        self._inputs = inputs
        self._phases = phases
        self._is_sorted = is_sorted
        self.rearranges = is_sorted or environment.build.two_pass

    def prepare(self, start: float, schema_only: bool, outputs: Sequence[str] = ()) -> Build:
        """A build whose files are selected.

        Args:
            start: When it began, by `time.perf_counter`.
            schema_only: Whether seeds are left out.
            outputs: Files that are to be written, and may therefore be no inputs.
        """
        with self._phases.measured("selection"):
            selection = self._inputs.select(schema_only)
        self._inputs.refuse_selected(selection.paths, outputs)
        separators = self._environment.build.separators
        # Statements that are sorted are no file's any more.
        pieces = ["\n"] if self._is_sorted else separator_pieces(separators)
        forbidden = [] if self._is_sorted else forbidden_in_paths(load_engine(), separators, pieces)
        check_paths(forbidden, self._inputs.base_dir, selection.paths)
        return Build(
            self._environment.name,
            self._inputs.base_dir,
            selection.paths,
            pieces,
            forbidden,
            selection.skipped,
            start,
        )

    def hash(self, paths: Sequence[str], progress: Progress | None) -> tuple[str, str]:
        """The tree digest of files, and the lines that it is made of."""
        return load_engine().hash_files(
            self._inputs.base_dir,
            paths,
            include_dir=self._inputs.project_dir,
            never=self._inputs.default_outputs(),
            progress=progress,
        )

    def file_text(
        self,
        build: Build,
        progress: Progress | None,
        never: Sequence[str] = (),
        *,
        segments: bool = False,
    ) -> tuple[str, Written]:
        """The bundle of all files in file order, and what is known of it."""
        return load_engine().build_schema(
            self._inputs.base_dir,
            build.paths,
            header_pieces(self._environment.name, len(build.paths)),
            build.separator,
            fatal=self._fatal_kinds(),
            include_dir=self._inputs.project_dir,
            never=[*self._inputs.default_outputs(), *never],
            forbidden=build.forbidden,
            segments=segments,
            progress=progress,
        )

    def placed_text(
        self, build: Build, progress: Progress | None
    ) -> tuple[str, Sequence[Segment], list[str]]:
        """The text of `file_text`, which of its lines are from which file, and the files."""
        text, written = self.file_text(build, progress, segments=True)
        return text, written[5][0], [*build.paths, *written[4]]

    def text(
        self,
        build: Build,
        progress: Progress | None,
        *,
        never: Sequence[str] = (),
        segments: bool = False,
    ) -> tuple[str, Written]:
        """The bundle in its order, and what is known of it."""
        with self._phases.measured("build"):
            text, written = self.file_text(build, progress, never, segments=segments or self.rearranges)
        if not self.rearranges:
            return text, written
        from confiture.core.rearranging import in_order_of_needs, in_two_passes

        header = header_pieces(self._environment.name, len(build.paths))
        changes = [in_order_of_needs] if self._is_sorted else []
        if self._environment.build.two_pass:
            changes.append(in_two_passes)
        with self._phases.measured("rearranging"):
            for change in changes:
                text, written = change(
                    load_engine(), text, written, header, self._inputs.base_dir, build.paths
                )
        return text, written

    def write(
        self,
        build: Build,
        outputs: Sequence[tuple[str | None, list[int] | None]],
        progress: Progress | None = None,
        *,
        never: Sequence[str] = (),
        segments: bool = False,
    ) -> Written:
        """Write bundles of some files each, or only compute what would be written."""
        parts: list[Part] = []
        for output, indices in outputs:
            files = len(build.paths) if indices is None else len(indices)
            parts.append((output, header_pieces(self._environment.name, files), indices))
        with self._phases.measured("build"):
            return load_engine().write_schema(
                self._inputs.base_dir,
                build.paths,
                parts,
                build.separator,
                fatal=self._fatal_kinds(),
                include_dir=self._inputs.project_dir,
                never=[*self._inputs.default_outputs(), *never, *(output for output, _ in outputs if output)],
                forbidden=build.forbidden,
                segments=segments,
                progress=progress,
            )

    def _fatal_kinds(self) -> list[str] | None:
        settings = self._environment.build.validate_comments
        if not settings.enabled:
            return None
        blocks = ["block_comment"] if settings.fail_on_unclosed_blocks else []
        others = [kind for kind in _failures.OPEN_CONSTRUCTS if kind != "block_comment"]
        return blocks + (others if settings.fail_on_spillover else [])
