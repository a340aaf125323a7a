"""All kinds of artifacts: what they are called, in which version they are written, and their types.

The types are imported when they are asked for: a command pays for those alone that it uses.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    import msgspec.inspect

__all__ = ["KINDS", "ArtifactKind", "kind_of_tag", "registered", "type_information"]


class ArtifactKind(NamedTuple):
    """A kind of artifact.

    Attributes:
        name: What it is called: ``lineage``.
        version: The version of its format that is written and read.
        module: The module of its type.
        type_name: The name of its type there.
        summary: What it holds, in a few words.
        is_stream: Whether a file holds any number of them, one after the other.
    """

    name: str
    version: int
    module: str
    type_name: str
    summary: str
    is_stream: bool = False

    @property
    def tag(self) -> str:
        """What documents of this kind have as ``artifact``."""
        return f"{self.name}/{self.version}"

    def type(self) -> Any:
        """The type of its documents: a class derived from `Artifact`, or a union of such."""
        return getattr(importlib.import_module(self.module), self.type_name)


_DOCUMENTS = "confiture.models.documents"
_METADATA = "confiture.models.metadata"

_KINDS = (
    ArtifactKind("build_report", 1, _DOCUMENTS, "BuildDocument", "a build of one bundle"),
    ArtifactKind("split_build_report", 1, _DOCUMENTS, "SplitBuildDocument", "a build of three bundles"),
    ArtifactKind("selection", 1, _DOCUMENTS, "SelectionDocument", "the files that a build would read"),
    ArtifactKind("tree_digest", 1, _DOCUMENTS, "TreeDigestDocument", "the digest of a build's files"),
    ArtifactKind(
        "semantic_fingerprint", 1, _DOCUMENTS, "FingerprintDocument", "the fingerprint of what files define"
    ),
    ArtifactKind("locations", 1, _DOCUMENTS, "LocationsDocument", "where places in a bundle come from"),
    ArtifactKind(
        "check_report", 1, "confiture.models.check", "CheckReport", "what a check found, with the ledger"
    ),
    ArtifactKind(
        "verify_report", 1, "confiture.models.verify_report", "VerifyReport", "what a server makes of a build"
    ),
    ArtifactKind("diff", 1, "confiture.models.diff_report", "DiffReport", "how two schemas differ"),
    ArtifactKind("lineage", 1, "confiture.models.lineage", "Lineage", "what objects need"),
    ArtifactKind(
        "column_lineage",
        1,
        "confiture.models.column_lineage",
        "ColumnLineage",
        "which columns the columns of a project come from",
    ),
    ArtifactKind(
        "source_map", 1, "confiture.models.source_map", "SourceMap", "where a bundle's lines come from"
    ),
    ArtifactKind(
        "schema_manifest",
        1,
        "confiture.models.manifest",
        "SchemaManifest",
        "files, objects and edges of a build",
    ),
    ArtifactKind(
        "run_manifest", 1, "confiture.models.run", "RunManifest", "what a run read, wrote and depended on"
    ),
    ArtifactKind(
        "telemetry_event",
        1,
        "confiture.models.telemetry",
        "TelemetryEvent",
        "what happened while a command ran",
        is_stream=True,
    ),
    ArtifactKind(
        "incremental_cursor",
        1,
        "confiture.models.cursor",
        "IncrementalCursor",
        "how far somebody has come with a data set",
    ),
    ArtifactKind(
        "dbt_extraction", 1, "confiture.models.dbt", "DbtExtraction", "what a dbt project consists of"
    ),
    ArtifactKind("dbt_info", 1, "confiture.models.dbt", "DbtInfo", "what a dbt manifest holds"),
    ArtifactKind(
        "dbt_selection",
        1,
        "confiture.models.dbt_selection",
        "DbtSelectionDocument",
        "the resources of a dbt project that a selection selects",
    ),
    ArtifactKind(
        "dbt_changes",
        1,
        "confiture.models.dbt_changes",
        "DbtChanges",
        "how two states of a dbt project differ, and why",
    ),
    ArtifactKind("push_report", 1, _METADATA, "PushReport", "what a push wrote to a metadata store"),
    ArtifactKind("stored_runs", 1, _METADATA, "StoredRuns", "runs of a metadata store"),
    ArtifactKind("stored_run", 1, _METADATA, "StoredRunContents", "a stored run and what it consists of"),
    ArtifactKind("run_diff", 1, _METADATA, "RunDiff", "how two stored runs differ"),
    ArtifactKind("prune_report", 1, _METADATA, "PruneReport", "what was removed from a metadata store"),
    ArtifactKind(
        "data_diff", 1, "confiture.models.data_diff", "DataDiff", "how the contents of tables differ"
    ),
    ArtifactKind("catalog", 1, "confiture.models.catalog", "Catalog", "relations and their columns"),
    ArtifactKind(
        "syntax_trees", 1, "confiture.models.syntax_trees", "SyntaxTrees", "syntax trees of SQL statements"
    ),
    ArtifactKind(
        "schema_model", 1, "confiture.models.schema.model", "SchemaModelDocument", "all that files define"
    ),
)

#: All kinds by name.
KINDS: Mapping[str, ArtifactKind] = {kind.name: kind for kind in _KINDS}


def registered(name: str) -> ArtifactKind:
    """The kind of this name.

    Raises:
        ArtifactError: ``ARTIFACT_005``: there is none.
    """
    kind = KINDS.get(name)
    if kind is None:
        from confiture.artifacts.failures import unknown_kind

        raise unknown_kind(name, KINDS)
    return kind


def kind_of_tag(tag: str) -> ArtifactKind:
    """The kind that a document says it is.

    Raises:
        ArtifactError: ``ARTIFACT_005``: there is no such kind; ``ARTIFACT_006``: it is of another version.
    """
    name, version, *_ = *tag.split("/"), ""
    kind = registered(name)
    if version != str(kind.version):
        from confiture.artifacts.failures import unknown_version

        raise unknown_version(name, version, kind.version)
    return kind


def type_information(name: str) -> msgspec.inspect.Type:
    """What a kind's documents consist of, as `msgspec.inspect` tells it: fields, types, constraints.

    Raises:
        ArtifactError: ``ARTIFACT_005``: there is no such kind.
    """
    from msgspec.inspect import type_info

    return type_info(registered(name).type())
