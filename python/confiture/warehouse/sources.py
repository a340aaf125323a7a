"""Where runs come from: a schema tree, what dbt wrote, or another store."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, NamedTuple

import confiture
from confiture.models.metadata import RunContents, SchemaContents

if TYPE_CHECKING:
    from collections.abc import Callable

    from confiture.core.builder import SchemaBuilder
    from confiture.models.metadata import StoredRun
    from confiture.warehouse.store import MetadataStore

__all__ = ["AboutRun", "RunSource", "dbt_source", "schema_source", "stored_source"]


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
    """

    about: AboutRun
    contents: Callable[[], RunContents]
    source_digest: str | None = None


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
    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.manifest import DbtManifest

    path = os.path.join(os.fspath(target_dir), "manifest.json")
    beside = os.path.join(os.fspath(target_dir), "catalog.json")
    has_catalog = os.path.exists(beside)
    manifest = DbtManifest.load(path)
    catalog = DbtCatalog.load(beside) if has_catalog else None
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
    directory = os.path.dirname(os.path.abspath(target_dir)) if project_dir is None else project_dir
    texts = [manifest.to_json()] + ([] if catalog is None else [catalog.to_json()])
    return RunSource(
        _about(
            named,
            environment,
            os.fspath(directory),
            dbt_version=_text(metadata.get("dbt_version")),
            adapter=_text(metadata.get("adapter_type")),
            has_catalog=has_catalog,
        ),
        contents,
        _digest(texts),
    )


def schema_source(
    builder: SchemaBuilder, *, schema_only: bool = False, dataset: str | None = None
) -> RunSource:
    """What the files of an environment define.

    Args:
        builder: The environment.
        schema_only: Whether seeds are left out.
        dataset: What the run is compared with others of; default: the name of the project's directory.
    """
    project = os.path.abspath(os.fspath(builder.env_config.project_dir or os.curdir))

    def contents() -> RunContents:
        manifest, objects = builder.described_manifest(schema_only)
        return RunContents(schema=SchemaContents(manifest=manifest, objects=objects))

    about = _about(
        dataset or os.path.basename(project) or "schema", builder.env_config.name, project, has_catalog=False
    )
    return RunSource(about, contents)


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
