"""What a dbt project consists of, whichever dbt version wrote it down (``docs/dbt.md``)."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from confiture.artifacts import Artifact, Document
from confiture.models.constraints import Bytes, Count, Digest, EngineName, Seconds

__all__ = ["DbtChecksum", "DbtColumn", "DbtEdge", "DbtExtraction", "DbtInfo", "DbtResource"]


class DbtColumn(Artifact, frozen=True, kw_only=True):
    """A column, as the project's files and the catalog tell it.

    Attributes:
        name: Its name: the catalog's spelling where that has the column.
        description: What the project says about it.
        data_type: Its type: the catalog's, else the project's.
        index: Its position in the catalog, from 1; None for what is not in it.
        comment: The database's comment on it.
        tags: Its tags.
        meta: Its meta.
    """

    name: str
    description: str = ""
    data_type: str | None = None
    index: int | None = None
    comment: str | None = None
    tags: tuple[str, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)


class DbtChecksum(Artifact, frozen=True, kw_only=True):
    """What dbt compares to see whether a file changed.

    Attributes:
        name: The method, such as ``sha256`` or ``path``.
        checksum: Its result.
    """

    name: str
    checksum: str


class DbtResource(Artifact, frozen=True, kw_only=True):
    """A node, source, exposure, metric or other resource that takes part in dependencies.

    Attributes:
        unique_id: Its unique id.
        resource_type: ``model``, ``source`` and so on.
        package_name: The package that defines it.
        name: Its name; of a source's table the table's.
        source_name: The source of a source's table.
        path: The file that defines it, from the package on.
        fqn: Its fully qualified name: package, folders, name.
        database: Where its relation is.
        schema: Where its relation is.
        identifier: Its relation's name.
        relation_name: Its relation as queries spell it.
        materialized: How it is built.
        language: ``sql`` or ``python``.
        description: What the project says about it.
        label: What people are to see instead of its name.
        version: A model's version.
        access: Who may refer to a model.
        group: The group it belongs to.
        type: What kind of exposure or metric it is.
        maturity: Of an exposure.
        url: Of an exposure.
        owner: Of an exposure.
        tags: Its tags.
        meta: Its meta; a table's with its source's.
        config: Its configuration, without what has dbt's default, is null or empty.
        checksum: dbt's checksum; versions of dbt differ in what they take it of.
        code_sha256: SHA-256 of its code before rendering, the same in every version.
        columns: Its columns: those of the catalog in their order, then the project's others.
    """

    unique_id: Annotated[str, Meta(min_length=1)]
    resource_type: str
    package_name: str = ""
    name: str = ""
    source_name: str | None = None
    path: str | None = None
    fqn: tuple[str, ...] = ()
    database: str | None = None
    schema: str | None = None
    identifier: str | None = None
    relation_name: str | None = None
    materialized: str | None = None
    language: str | None = None
    description: str = ""
    label: str | None = None
    version: str | None = None
    access: str | None = None
    group: str | None = None
    type: str | None = None
    maturity: str | None = None
    url: str | None = None
    owner: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    checksum: DbtChecksum | None = None
    code_sha256: Digest | None = None
    columns: tuple[DbtColumn, ...] = ()


class DbtEdge(Artifact, frozen=True, kw_only=True):
    """A dependency.

    Attributes:
        parent: What is depended on; it need not be among the nodes.
        child: What depends on it.
    """

    parent: str
    child: str


class DbtExtraction(Document, frozen=True, kw_only=True, tag="dbt_extraction/1"):
    """The resources of a project and their dependencies.

    Attributes:
        nodes: The resources, by unique id: all but macros, docs, groups and what is disabled.
        edges: The dependencies, by child and parent.
    """

    nodes: tuple[DbtResource, ...] = ()
    edges: tuple[DbtEdge, ...] = ()


class DbtInfo(Document, frozen=True, kw_only=True, tag="dbt_info/1"):
    """What a manifest holds.

    Attributes:
        ok: Always true: a manifest that cannot be read is an error.
        file: The path of the manifest, as it was given.
        bytes: Its length.
        schema_version: The version of its schema, such as 12.
        dbt_version: The dbt that wrote it; null, as in the next three, if it does not say so.
        project_name: The project that it was written for.
        adapter_type: The kind of database.
        generated_at: When it was written, as it spells that.
        nodes: Resources under ``nodes``.
        resources: Resources by type; disabled ones do not count.
        disabled: Disabled resources.
        dangling: The unique ids that resources depend on and that it does not have.
        cycle: Resources of which each depends on the next and the last on the first; null if there are none.
        engine: ``rust`` or ``python``.
        load_seconds: How long it took to load.
    """

    ok: bool
    file: str
    bytes: Bytes
    schema_version: Count
    dbt_version: str | None
    project_name: str | None
    adapter_type: str | None
    generated_at: str | None
    nodes: Count
    resources: dict[str, Count]
    disabled: Count
    dangling: list[str]
    cycle: list[str] | None
    engine: EngineName
    load_seconds: Seconds
