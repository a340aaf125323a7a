"""What a build reads: the files it selects, and the outputs that would be among them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from confiture import _failures
from confiture._backend import load_engine
from confiture.exceptions import SchemaError
from confiture.models.build import SelectedFile, SelectionReport, SkippedPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from confiture.config.environment import DirectoryConfig, Environment

__all__ = ["Inputs", "Selection"]

#: A word of a path component that makes it a seed.
_SEED = re.compile(r"(?:^|[_-])seeds?(?:$|[_-])", re.IGNORECASE)


class Selection:
    """What the engine found; see `confiture._interface.Selected`."""

    def __init__(
        self, paths: list[str], entries: list[int], patterns: list[int], skipped: list[SkippedPath]
    ) -> None:
        self.paths = paths
        self.entries = entries
        self.patterns = patterns
        self.skipped = skipped


class Inputs:
    """The files of an environment's builds.

    Args:
        environment: The environment.

    Attributes:
        project_dir: The project's directory; absolute.
        base_dir: The single include directory, or the lowest one that contains them all; absolute.
        entries: The include directories.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.project_dir = os.path.realpath(environment.project_dir or os.curdir)
        self.entries = environment.include_entries()
        directories = [entry.path for entry in self.entries]
        self.base_dir = directories[0] if len(directories) == 1 else os.path.commonpath(directories)

    def report(self, environment: str, schema_only: bool) -> SelectionReport:
        """What a build of an environment would read, and why; errors are those of `select`."""
        selection = self.select(schema_only)
        files = []
        for path, entry, pattern in zip(selection.paths, selection.entries, selection.patterns, strict=True):
            owner = self.entries[entry]
            files.append(
                SelectedFile(
                    file=os.path.join(self.base_dir, path),
                    entry=owner.path,
                    order=owner.order,
                    pattern=owner.include[pattern],
                )
            )
        return SelectionReport(
            environment=environment, base_dir=self.base_dir, files=files, skipped=selection.skipped
        )

    def default_output(self, environment: str) -> str:
        """Where the bundle of an environment of the project goes unless somebody says otherwise."""
        return os.path.join(self.project_dir, "db", "generated", f"schema_{environment}.sql")

    def default_outputs(self) -> list[str]:
        """The default outputs of all environments of the project."""
        try:
            files = os.listdir(os.path.join(self.project_dir, "db", "environments"))
        except OSError:
            files = []
        names = {file.removesuffix(".yaml") for file in files if file.endswith(".yaml")}
        return sorted(self.default_output(name) for name in {*names, self._environment.name})

    def select(self, schema_only: bool = False, never: Sequence[str] = ()) -> Selection:
        """The files of a build.

        Args:
            schema_only: Whether seeds are left out.
            never: Absolute paths of files that are no input.

        Raises:
            SchemaError: As `SchemaBuilder.find_sql_files`.
            ConfigurationError: As `SchemaBuilder.find_sql_files`.
        """
        environment = self._environment
        paths, entries, patterns, skipped = load_engine().find_sql_files(
            self.base_dir,
            self.entries,
            exclude_dirs=environment.excluded_directories(),
            never=[*self.default_outputs(), *never],
            ignore_root=self.project_dir,
            sort_mode=environment.build.sort_mode,
        )
        if schema_only:
            kept = [index for index, path in enumerate(paths) if not self.is_seed(path)]
            paths = [paths[index] for index in kept]
            entries = [entries[index] for index in kept]
            patterns = [patterns[index] for index in kept]
        if not paths:
            raise _failures.nothing_selected([entry.path for entry in self.entries], schema_only)
        missing = [path for path in environment.excluded_directories() if not os.path.lexists(path)]
        skipped += [(path, "missing_exclusion") for path in missing]
        return Selection(
            paths,
            entries,
            patterns,
            [SkippedPath(path=_failures.display_path(path), reason=reason) for path, reason in skipped],
        )

    def is_seed(self, path: str) -> bool:
        """Whether a file, by its path from the base directory, is one of the seeds."""
        components = path.split("/")
        if _is_below(os.path.dirname(self.base_dir), [self.project_dir]):
            # Above that, names are those of whoever keeps the project, not of its files.
            components.insert(0, os.path.basename(self.base_dir))
        components[-1] = components[-1].removesuffix(".sql")
        return any(_SEED.search(component) for component in components)

    def refuse_selected(self, paths: Sequence[str], outputs: Sequence[str]) -> None:
        """Refuse outputs that are source files, reached by whatever links."""
        known = set(self.default_outputs())
        standing = [output for output in outputs if output not in known and os.path.exists(output)]
        if not standing:
            return
        try:
            left = set(self.select(never=standing).paths)
        except SchemaError:
            left = set()
        for path in paths:
            if path not in left and self._is_one_of(path, standing):
                source = _failures.display_path(os.path.join(self.base_dir, path))
                raise _failures.output_is_input(standing[0], f"is what the source file {source} leads to")

    def _is_one_of(self, path: str, files: Sequence[str]) -> bool:
        return os.path.realpath(os.path.join(self.base_dir, path)) in files

    def phases(self, paths: Sequence[str]) -> list[list[int]]:
        """The indices of the files of each of the three bundles.

        Raises:
            ConfigurationError: One of the directories lies outside of all that is built.
        """
        environment = self._environment
        before = self._phase("superuser_dirs", environment.superuser_entries())
        after = self._phase("superuser_post_dirs", environment.superuser_post_entries())
        phases: list[list[int]] = [[], [], []]
        for index, path in enumerate(paths):
            absolute = os.path.join(self.base_dir, path)
            phase = 2 if _is_below(absolute, after) else 0 if _is_below(absolute, before) else 1
            phases[phase].append(index)
        return phases

    def _phase(self, key: str, entries: Sequence[DirectoryConfig]) -> list[str]:
        """The directories of a phase, each of which must have to do with what is built."""
        includes = [entry.path for entry in self.entries]
        for entry in entries:
            contains_some = any(_is_below(include, [entry.path]) for include in includes)
            is_in_one = _is_below(entry.path, includes) and os.path.isdir(entry.path)
            if not contains_some and not is_in_one:
                raise _failures.outside_of_build(key, entry.path)
        return [entry.path for entry in entries]

    def refuse(self, output: str) -> str:
        """The output, if no build of this environment would read it.

        Ignore files are not asked: they may come and go without anybody thinking of this output.
        """
        environments = os.path.join(os.path.realpath(self.project_dir), "db", "environments")
        is_environment = os.path.dirname(output) == environments and output.endswith(".yaml")
        configuration = os.path.realpath(self._environment.config_file or os.curdir)
        if is_environment or output == configuration or os.path.basename(output) == ".confitureignore":
            raise _failures.output_is_configuration(output)
        excluded = self._environment.excluded_directories()
        if output in self.default_outputs() or _is_below(output, excluded):
            return output
        for entry in self.entries:
            if not _is_below(output, [entry.path]):
                continue
            components = os.path.relpath(output, entry.path).split(os.sep)
            if len(components) > 1 and not entry.recursive:
                continue
            depths = range(1, len(components) + 1)
            steps = [("/".join(components[:depth]), depth < len(components)) for depth in depths]
            if _last_match_selects(entry.include, steps) and not _last_match_selects(entry.exclude, steps):
                place = _failures.display_path(entry.path)
                raise _failures.output_is_input(output, f"lies in the include directory {place}")
        return output


def _is_below(path: str, directories: Sequence[str]) -> bool:
    return any(path == directory or path.startswith(directory.rstrip("/") + "/") for directory in directories)


def _last_match_selects(patterns: Sequence[str], steps: Sequence[tuple[str, bool]]) -> bool:
    """Whether the last pattern that matches a path or a directory above it is not a negated one.

    Args:
        patterns: The patterns.
        steps: The path and the directories above it, each with whether it is a directory.
    """
    matches = load_engine().pattern_matches
    for pattern in reversed(patterns):
        if any(matches(pattern, path, is_directory) for path, is_directory in steps):
            return not pattern.startswith("!")
    return False
