"""Building a schema from its tree of SQL files."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from confiture import _failures
from confiture._backend import engine_name, has_native, load_engine
from confiture.config.environment import Environment
from confiture.core.bundler import Bundler
from confiture.core.inputs import Inputs
from confiture.core.layout import header_pieces
from confiture.core.outputs import check_output, file_stands, prepare_output, standing_bundle, write_file
from confiture.core.phases import Phases
from confiture.models.build import TreeDigest
from confiture.models.fingerprints import SemanticFingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from confiture._interface import Progress, Segment, SqlFingerprints
    from confiture.core.builds import Build
    from confiture.core.mapped_texts import MappedText
    from confiture.models.build import BuildReport, BundleReport, SelectionReport, SplitBuildReport
    from confiture.models.check import CheckReport
    from confiture.models.lineage import LineageObject
    from confiture.models.manifest import SchemaManifest
    from confiture.models.schema.model import SchemaModel

__all__ = ["HAS_RUST", "ORDERS", "SchemaBuilder"]

#: Orders of statements in a bundle.
ORDERS = ("files", "dependencies")

#: Whether the native engine is installed.
HAS_RUST: bool

_SPLIT_NAMES = ("superuser_pre", "app", "superuser_post")


def __getattr__(name: str) -> bool:
    if name == "HAS_RUST":
        return has_native()
    raise AttributeError(f"module 'confiture.core.builder' has no attribute {name!r}")


class SchemaBuilder:
    """The build of one environment.

    Nothing is read before a method is called, and each call looks at the files anew.

    Args:
        env: Name of an environment, or an environment.
        project_dir: Directory of the project; default: that of the environment, or the current one.
        order: One of `ORDERS`: whether bundles have the order of the files, or statements are sorted by what
            they need (``docs/bundle.md``).
        phases: Told how long the parts of the work take.

    Raises:
        ConfigurationError: The environment cannot be loaded, lists no include directory, or was loaded
            from another project.
        ValueError: There is no such order.

    Attributes:
        env_config: The environment.
    """

    def __init__(
        self,
        env: str | Environment,
        project_dir: Path | str | None = None,
        *,
        order: str = "files",
        phases: Phases | None = None,
    ) -> None:
        if order not in ORDERS:
            raise ValueError(f"order is {order!r}, not one of {', '.join(ORDERS)}")
        if isinstance(env, Environment):
            if project_dir is not None:
                env = _in_project(env, os.fspath(project_dir))
            self.env_config = env
        else:
            self.env_config = Environment.load(env, project_dir)
        self._phases = phases or Phases()
        self._inputs = Inputs(self.env_config)
        self._bundler = Bundler(
            self.env_config, self._inputs, self._phases, is_sorted=order == "dependencies"
        )
        self._base_dir = self._inputs.base_dir

    @property
    def include_dirs(self) -> list[Path]:
        """The include directories, in the order of their ``order``; absolute."""
        from pathlib import Path

        return [Path(entry.path) for entry in sorted(self._inputs.entries, key=lambda entry: entry.order)]

    @property
    def base_dir(self) -> Path:
        """The single include directory, or the lowest one that contains them all; absolute."""
        from pathlib import Path

        return Path(self._base_dir)

    @property
    def default_output(self) -> str:
        """Where `confiture build` writes: ``db/generated/schema_<env>.sql`` in the project; absolute."""
        return self._inputs.default_output(self.env_config.name)

    def find_sql_files(self) -> list[Path]:
        """The files of a build, in build order; absolute.

        Raises:
            SchemaError: A directory is missing or unreadable, nothing is selected, or a selected path
                is no file that can be built (``docs/selection.md``).
            ConfigurationError: A pattern cannot be meant as written.
        """
        from pathlib import Path

        base_dir = Path(self._base_dir)
        return [base_dir / path for path in self._inputs.select().paths]

    def categorize_sql_files(self) -> tuple[list[Path], list[Path]]:
        """The files of a build as (schema files, seed files), both in build order; absolute.

        Raises:
            SchemaError: As `find_sql_files`.
            ConfigurationError: As `find_sql_files`.
        """
        from pathlib import Path

        base_dir = Path(self._base_dir)
        schema: list[Path] = []
        seeds: list[Path] = []
        for path in self._inputs.select().paths:
            (seeds if self._inputs.is_seed(path) else schema).append(base_dir / path)
        return schema, seeds

    def selection_report(self, schema_only: bool = False) -> SelectionReport:
        """What a build would read, and why.

        Raises:
            SchemaError: As `find_sql_files`.
            ConfigurationError: As `find_sql_files`.
        """
        return self._inputs.report(self.env_config.name, schema_only)

    def included_files(self, schema_only: bool = False) -> list[Path]:
        """The files that those of a build include and that are not selected themselves; absolute.

        Args:
            schema_only: Whether seeds, and what only they include, are left out.

        Raises:
            SchemaError: As `find_sql_files`; or a file cannot be read, or an include command cannot be
                followed (``docs/bundle.md``).
            ConfigurationError: As `find_sql_files`.
        """
        from pathlib import Path

        selection = self._inputs.select(schema_only)
        _, lines = self._bundler.hash(selection.paths, None)
        selected = set(selection.paths)
        paths = (line.split("  ", 1)[1] for line in lines.split("\n")[:-1])
        return [
            Path(os.path.normpath(os.path.join(self._base_dir, path)))
            for path in paths
            if path not in selected
        ]

    def compute_hash(self) -> str:
        """The tree digest of all files of a build (``docs/digest.md``).

        Raises:
            SchemaError: As `find_sql_files`; or a file cannot be read.
            ConfigurationError: As `find_sql_files`.
        """
        return self.digest().tree_digest

    def digest(self, schema_only: bool = False, progress: Progress | None = None) -> TreeDigest:
        """The tree digest of all files of a build, with the lines it is made of.

        Args:
            schema_only: Whether seeds are left out.
            progress: Told now and then how many files are done, of how many.

        Raises:
            SchemaError: As `compute_hash`.
            ConfigurationError: As `compute_hash`.
        """
        selection = self._inputs.select(schema_only)
        tree_digest, lines = self._bundler.hash(selection.paths, progress)
        return TreeDigest(
            environment=self.env_config.name,
            tree_digest=tree_digest,
            files=lines.count("\n"),
            lines=lines,
            engine=engine_name(),
            skipped=selection.skipped,
        )

    def build(
        self,
        output_path: Path | str | None = None,
        schema_only: bool = False,
        progress: Progress | None = None,
    ) -> str:
        """The bundle of all files, as text (``docs/bundle.md``).

        Args:
            output_path: File to write it to as well; relative to the current directory.
            schema_only: Whether seeds are left out.
            progress: Told now and then how many files are done, of how many.

        Raises:
            SchemaError: As `find_sql_files`; or a file cannot be read, is no UTF-8 text or leaves a
                construct open; or the output cannot be written, or would be an input.
            ConfigurationError: As `find_sql_files`; or the separator cannot be meant.
        """
        if output_path is not None:
            report = self.write(output_path, schema_only=schema_only, progress=progress)
            with open(report.bundle.output or output_path, encoding="utf-8", newline="") as bundle:
                return bundle.read()
        return self.build_text(schema_only=schema_only, progress=progress)[0]

    def build_text(
        self, schema_only: bool = False, progress: Progress | None = None
    ) -> tuple[str, BuildReport]:
        """The bundle of all files, as text, with the facts of the build.

        Arguments and errors are those of `build`.
        """
        start = time.perf_counter()
        build = self._bundler.prepare(start, schema_only)
        text, written = self._bundler.text(build, progress)
        return text, build.report(written, None)

    def mapped_text(
        self, schema_only: bool = False, progress: Progress | None = None, *, prefix: str = ""
    ) -> MappedText:
        """The bundle of all files, as text, with the places that it comes from.

        Other arguments and errors are those of `build`.

        Args:
            schema_only: Whether seeds are left out.
            progress: Told now and then how many files are done, of how many.
            prefix: What is put in front of the files of places.
        """
        from confiture.core.mapped_texts import MappedText

        build = self._bundler.prepare(time.perf_counter(), schema_only)
        text, written = self._bundler.text(build, progress, segments=True)
        files = [prefix + path for path in (*build.paths, *written[4])]
        return MappedText(text, files, written[5][0])

    def write(
        self,
        output_path: Path | str | None = None,
        schema_only: bool = False,
        progress: Progress | None = None,
        source_map: Path | str | None = None,
    ) -> BuildReport:
        """Write the bundle of all files straight to a file, in bounded memory.

        The file is replaced when the bundle is complete, and is unchanged when there is an error.

        Args:
            output_path: The file; relative to the current directory; default: `default_output`.
            schema_only: Whether seeds are left out.
            progress: Told now and then how many files are done, of how many.
            source_map: File to write the source map to (``docs/source-map.md``), after the bundle.

        Raises:
            SchemaError: As `build`.
            ConfigurationError: As `build`.
        """
        start = time.perf_counter()
        output = self._checked_output(output_path)
        mapped = None if source_map is None else self._checked_map(source_map, output)
        build = self._bundler.prepare(start, schema_only, [output] if mapped is None else [output, mapped])
        prepare_output(output)
        if mapped is not None:
            prepare_output(mapped)
        if self._bundler.rearranges:
            text, written = self._bundler.text(build, progress, never=[output])
            write_file(output, text.encode())
        else:
            written = self._bundler.write(build, [(output, None)], progress, segments=mapped is not None)
        if mapped is not None:
            with self._phases.measured("source_map"):
                write_file(mapped, build.source_map(written, output, mapped))
        return build.report(written, output, mapped)

    def check(
        self,
        output_path: Path | str | None = None,
        schema_only: bool = False,
        source_map: Path | str | None = None,
    ) -> tuple[bool, BuildReport]:
        """Whether a file, and its source map, are what `write` would make them, without writing.

        Arguments and errors are those of `write`; a file that is not there is not what it would be.
        """
        start = time.perf_counter()
        output = self._checked_output(output_path)
        mapped = None if source_map is None else self._checked_map(source_map, output)
        build = self._bundler.prepare(start, schema_only)
        if self._bundler.rearranges:
            _, written = self._bundler.text(build, None, never=[output])
        else:
            written = self._bundler.write(build, [(None, None)], never=[output], segments=mapped is not None)
        report = build.report(written, output, mapped)
        stands = self._stands(output, report.bundle, report.tree_digest)
        if stands and mapped is not None:
            stands = file_stands(mapped, build.source_map(written, output, mapped))
        return stands, report

    def parse(self, schema_only: bool = False, progress: Progress | None = None) -> SchemaModel:
        """The state that the files of a build lead to (``docs/model.md``).

        The files of places are relative to `base_dir`, with ``/`` between components.

        Args:
            schema_only: Whether seeds are left out.
            progress: Told now and then how many files are done, of how many.

        Raises:
            SchemaError: As `build`.
            ConfigurationError: As `build`.
        """
        from confiture.artifacts.schema import decode_model

        return decode_model(
            self._model_document(self._bundler.prepare(time.perf_counter(), schema_only), progress)
        )

    def text_with_origins(
        self, schema_only: bool = False, progress: Progress | None = None
    ) -> tuple[str, Sequence[Segment], list[str]]:
        """The bundle of all files in file order, as text, which lines are from which file, and the files.

        Errors are those of `parse`.

        Args:
            schema_only: Whether seeds are left out.
            progress: Told now and then how many files are done, of how many.
        """
        return self._bundler.placed_text(self._bundler.prepare(time.perf_counter(), schema_only), progress)

    def semantic_fingerprint(
        self, schema_only: bool = False, progress: Progress | None = None
    ) -> SemanticFingerprint:
        """The fingerprint of the state that the files of a build lead to (``docs/model.md``).

        Arguments and errors are those of `parse`.
        """
        build = self._bundler.prepare(time.perf_counter(), schema_only)
        text, _ = self._bundler.file_text(build, progress)
        fingerprint, lines, opaque, _ = load_engine().fingerprint_sql(text)
        return SemanticFingerprint(
            environment=self.env_config.name,
            fingerprint=fingerprint,
            lines=lines,
            opaque=opaque,
            engine=engine_name(),
            skipped=build.skipped,
        )

    def manifest(self, schema_only: bool = False, progress: Progress | None = None) -> SchemaManifest:
        """What a build consists of: files, objects and edges, with their digests (``docs/artifacts.md``).

        Arguments and errors are those of `parse`.
        """
        from confiture.core.manifests import make_manifest

        return make_manifest(*self._manifest_parts(schema_only, progress))

    def described_manifest(
        self, schema_only: bool = False, progress: Progress | None = None
    ) -> tuple[SchemaManifest, tuple[LineageObject, ...]]:
        """The manifest, and the objects of the lineage with their columns; as `manifest`."""
        from confiture.core.manifests import make_described_manifest

        return make_described_manifest(*self._manifest_parts(schema_only, progress))

    def _manifest_parts(
        self, schema_only: bool, progress: Progress | None
    ) -> tuple[str, str, str, SqlFingerprints]:
        build = self._bundler.prepare(time.perf_counter(), schema_only)
        text, written = self._bundler.file_text(build, progress, segments=True)
        files = [*build.paths, *written[4]]
        fingerprints = load_engine().fingerprint_sql(text, document=True, origins=written[5][0], files=files)
        return self.env_config.name, written[0], written[1], fingerprints

    def _model_document(self, build: Build, progress: Progress | None) -> bytes:
        text, origins, files = self._bundler.placed_text(build, progress)
        return load_engine().parse_sql(text, origins=origins, files=files)

    def check_statements(
        self, schema_only: bool = False, progress: Progress | None = None, *, ignore: Collection[str] = ()
    ) -> CheckReport:
        """Look through the statements of all files of a build, and count them (``docs/findings.md``).

        Args:
            schema_only: Whether seeds are left out.
            ignore: Codes of findings that are left out.
            progress: Told now and then how many files are done, of how many.

        Raises:
            SchemaError: As `find_sql_files`; or a file cannot be read or is no UTF-8 text, or an include
                command cannot be followed.
            ConfigurationError: As `find_sql_files`.
        """
        from confiture.core.checking import check_report

        return check_report(self.env_config.name, self._inputs, schema_only, progress, ignore)

    def check_output(self, path: Path | str) -> str:
        """The absolute path of a file that a command is to write besides the bundle.

        Args:
            path: The file; relative to the current directory.

        Raises:
            SchemaError: It cannot be written, or would be an input.
        """
        return self._checked_output(path)

    def write_report(self, path: Path | str, content: str | bytes) -> str:
        """Write what was found to a file; returns its absolute path.

        Args:
            path: The file; relative to the current directory.
            content: Its content.

        Raises:
            SchemaError: It cannot be written, or would be an input.
        """
        output = self._checked_output(path)
        prepare_output(output)
        write_file(output, content.encode() if isinstance(content, str) else content)
        return output

    def build_split(
        self,
        output_dir: Path | str,
        schema_only: bool = False,
        progress: Progress | None = None,
    ) -> SplitBuildReport:
        """Write the files as three bundles: before a superuser hands over, the app, and after.

        The files are ``schema_<env>_superuser_pre.sql``, ``schema_<env>_app.sql`` and
        ``schema_<env>_superuser_post.sql``. They are replaced when all three are complete. Each holds
        its files in build order, and the digest of all files.

        Args:
            output_dir: Directory of the three files; made if it is missing.
            schema_only: Whether seeds are left out.
            progress: Told now and then how many files are done, of how many.

        Raises:
            SchemaError: As `build`.
            ConfigurationError: As `build`.
        """
        start = time.perf_counter()
        outputs = self._split_outputs(output_dir)
        build = self._bundler.prepare(start, schema_only, outputs)
        for output in outputs:
            prepare_output(output)
        parts = list(zip(outputs, self._inputs.phases(build.paths), strict=True))
        written = self._bundler.write(build, parts, progress)
        return build.split_report(written, outputs)

    def check_split(self, output_dir: Path | str, schema_only: bool = False) -> tuple[bool, SplitBuildReport]:
        """Whether three files are what `build_split` would make them, without writing.

        Arguments and errors are those of `build_split`.
        """
        start = time.perf_counter()
        outputs = self._split_outputs(output_dir)
        build = self._bundler.prepare(start, schema_only)
        parts = [(None, indices) for indices in self._inputs.phases(build.paths)]
        written = self._bundler.write(build, parts, never=outputs)
        report = build.split_report(written, outputs)
        bundles = (report.superuser_pre, report.app, report.superuser_post)
        stand = [
            self._stands(output, bundle, report.tree_digest)
            for output, bundle in zip(outputs, bundles, strict=True)
        ]
        return all(stand), report

    def _checked_output(self, output_path: Path | str | None) -> str:
        return self._inputs.refuse(
            check_output(self.default_output if output_path is None else os.fspath(output_path))
        )

    def _split_outputs(self, output_dir: Path | str) -> list[str]:
        directory = os.fspath(output_dir)
        if self._bundler.rearranges:
            raise _failures.rearranged_split(directory)
        names = [f"schema_{self.env_config.name}_{phase}.sql" for phase in _SPLIT_NAMES]
        return [self._inputs.refuse(check_output(os.path.join(directory, name))) for name in names]

    def _stands(self, output: str, bundle: BundleReport, tree_digest: str) -> bool:
        header = header_pieces(self.env_config.name, bundle.files)
        text = f"{header[0]}{tree_digest}{header[1]}{bundle.body_sha256}{header[2]}"
        return standing_bundle(output, text.encode(), bundle.body_sha256)

    def _checked_map(self, source_map: Path | str, output: str) -> str:
        mapped = self._checked_output(source_map)
        if mapped == output:
            raise _failures.source_map_is_output(output)
        return mapped


def _in_project(environment: Environment, project_dir: str) -> Environment:
    """The environment, if it is one of this project, or of none yet."""
    if not environment.project_dir:
        return replace(environment, project_dir=project_dir)
    if os.path.realpath(environment.project_dir) != os.path.realpath(project_dir):
        raise _failures.other_project(environment.name, environment.project_dir, project_dir)
    return environment
