"""Where runs come from: a schema tree, what dbt wrote, or another store."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

import confiture
from confiture._failures import file_changed
from confiture.models.metadata import RunContents, SchemaContents

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture._interface import Progress
    from confiture.core.builder import SchemaBuilder
    from confiture.dbt.manifest import DbtManifest
    from confiture.models.metadata import StoredRun
    from confiture.warehouse.cursors import PushCursor
    from confiture.warehouse.store import MetadataStore

__all__ = ["AboutRun", "RunSource", "dbt_source", "manifest_source", "schema_source", "stored_source"]


class AboutRun(NamedTuple):
    """What a run says of itself; the fields are those of `StoredRun`."""

    dataset: str
    environment: str | None = None
    dbt_version: str | None = None
    adapter: str | None = None
    git_sha: str | None = None
    git_branch: str | None = None
    git_is_modified: bool | None = None
    has_catalog: bool = False


class RunSource(NamedTuple):
    """A run that can be pushed.

    Attributes:
        about: What it says of itself.
        contents: Makes what it consists of; it is not called if the store has that already.
        source_digest: SHA-256 of the files that `contents` is made of; None if it is not made of files alone.
        project_dir: The directory that the cursor of its pushes is beside; None for none.
    """

    about: AboutRun
    contents: Callable[[], RunContents]
    source_digest: str | None = None
    project_dir: str | None = None

    def cursor(self, store: MetadataStore) -> PushCursor | None:
        """The cursor of pushes of such runs to a store; None if they are of no project."""
        from confiture.warehouse.cursors import PushCursor

        if self.project_dir is None:
            return None
        place = (store.warehouse.shown, store.schema)
        return PushCursor(self.project_dir, place, self.about.dataset, self.about.environment)


def dbt_source(
    target_dir: str | os.PathLike[str],
    *,
    environment: str | None = None,
    dataset: str | None = None,
    project_dir: str | os.PathLike[str] | None = None,
) -> RunSource:
    """What dbt wrote to a folder: the manifest, and the catalog if there is one.

    Args:
        target_dir: The folder, ``target``.
        environment: Where dbt ran.
        dataset: What the run is compared with others of; default: the name of the project.
        project_dir: A directory of the project, for git; default: the folder above.

    Raises:
        ManifestError: One of them cannot be read or understood.
    """
    from confiture.dbt.manifest import DbtManifest

    folder = os.fspath(target_dir)
    return manifest_source(
        DbtManifest.load(os.path.join(folder, "manifest.json")),
        folder,
        environment=environment,
        dataset=dataset,
        project_dir=os.path.dirname(os.path.abspath(folder)) if project_dir is None else project_dir,
    )


def manifest_source(
    manifest: DbtManifest,
    target_dir: str | None,
    *,
    environment: str | None = None,
    dataset: str | None = None,
    project_dir: str | os.PathLike[str],
) -> RunSource:
    """What a manifest holds, and the catalog of a folder if there is one.

    Args:
        manifest: The manifest.
        target_dir: The folder of the catalog; None if it is not known.
        environment: As of `dbt_source`.
        dataset: As of `dbt_source`.
        project_dir: A directory of the project, for git.

    Raises:
        ManifestError: The catalog cannot be read or understood.
    """
    from confiture.dbt.catalog import DbtCatalog

    beside = None if target_dir is None else os.path.join(target_dir, "catalog.json")
    catalog = DbtCatalog.load(beside) if beside is not None and os.path.exists(beside) else None
    metadata = manifest.metadata

    def contents() -> RunContents:
        from confiture.dbt.extraction import extract
        from confiture.dbt.rendered_texts import rendered_texts

        document = manifest._document
        rows = zip(document.resources(), document.rows(("raw_code",)), strict=True)
        extraction = extract(manifest, catalog)
        wanted = {node.unique_id for node in extraction.nodes}
        code = {row[0]: fields[0] for row, fields in rows if fields[0] and row[0] in wanted}
        return RunContents(dbt=extraction, code=code, rendered=rendered_texts(manifest))

    named = dataset or str(metadata.get("project_name") or "dbt")
    texts = [manifest.to_json()] + ([] if catalog is None else [catalog.to_json()])
    return RunSource(
        _about(
            named,
            environment,
            os.fspath(project_dir),
            dbt_version=_text(metadata.get("dbt_version")),
            adapter=_text(metadata.get("adapter_type")),
            has_catalog=catalog is not None,
        ),
        contents,
        _digest(texts),
        os.fspath(project_dir),
    )


def schema_source(
    builder: SchemaBuilder,
    *,
    schema_only: bool = False,
    dataset: str | None = None,
    progress: Progress | None = None,
) -> RunSource:
    """What the files of an environment define.

    Args:
        builder: The environment.
        schema_only: Whether seeds are left out.
        dataset: What the run is compared with others of; default: the name of the project's directory.
        progress: Told now and then how many files are done, of how many.

    Raises:
        SchemaError: As ``SchemaBuilder.digest``; from `contents` also if the files were changed since.
    """
    from confiture.artifacts import dumps_msgpack
    from confiture.core.runs import configuration_snapshot

    project = os.path.abspath(os.fspath(builder.env_config.project_dir or os.curdir))
    tree_digest = builder.digest(schema_only, progress).tree_digest

    def contents() -> RunContents:
        manifest, objects = builder.described_manifest(schema_only, progress)
        if manifest.tree_digest != tree_digest:
            raise file_changed(project)
        return RunContents(schema=SchemaContents(manifest=manifest, objects=objects))

    about = _about(
        dataset or os.path.basename(project) or "schema", builder.env_config.name, project, has_catalog=False
    )
    settings = (builder.env_config.name, schema_only, configuration_snapshot(builder.env_config))
    return RunSource(about, contents, _digest([tree_digest.encode(), dumps_msgpack(settings)]), project)


def stored_source(store: MetadataStore, run: StoredRun) -> RunSource:
    """A run of another store, with what it says of itself."""
    about = AboutRun(
        dataset=run.dataset,
        environment=run.environment,
        dbt_version=run.dbt_version,
        adapter=run.adapter,
        git_sha=run.git_sha,
        git_branch=run.git_branch,
        git_is_modified=run.git_is_modified,
        has_catalog=run.has_catalog,
    )
    return RunSource(about, lambda: store.read(run), run.source_digest)


def _about(
    dataset: str,
    environment: str | None,
    directory: str,
    *,
    dbt_version: str | None = None,
    adapter: str | None = None,
    has_catalog: bool,
) -> AboutRun:
    from confiture.core.git_revisions import git_branch, git_revision
    from confiture.models.run import GitRevision

    git = git_revision(directory)
    known = git if isinstance(git, GitRevision) else None
    return AboutRun(
        dataset=dataset,
        environment=environment,
        dbt_version=dbt_version,
        adapter=adapter,
        git_sha=None if known is None else known.commit,
        git_branch=None if known is None else git_branch(directory),
        git_is_modified=None if known is None else known.is_modified,
        has_catalog=has_catalog,
    )


def _digest(texts: list[bytes]) -> str:
    # Another version may make something else of the same files.
    digest = hashlib.sha256(f"confiture {confiture.__version__}\n".encode())
    for text in texts:
        digest.update(f"{len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
