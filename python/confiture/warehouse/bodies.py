"""Nodes and edges as rows, addressed by what they hold, and back.

A node's row has what the project says. Where a run has the node (the database and schema of its relation, the
line of its definition) stands beside the run, so that environments share the rows of nodes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec.structs import replace

from confiture.artifacts import Artifact, dumps_json, loads_json
from confiture.models.dbt import DbtColumn, DbtEdge, DbtExtraction, DbtResource
from confiture.models.lineage import LineageColumn, LineageObject
from confiture.models.manifest import ManifestObject, SchemaManifest
from confiture.models.metadata import RunContents, SchemaContents, SchemaHeader
from confiture.models.schema.others import Edge
from confiture.models.schema.parts import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "EdgeRow",
    "NodeRow",
    "RunRows",
    "edges_digest",
    "from_rows",
    "node_digest",
    "nodes_digest",
    "text_digest",
    "to_rows",
]

#: How a dbt resource needs another one.
_DEPENDS_ON = "depends_on"


class NodeRow(NamedTuple):
    """A node.

    Attributes:
        identity: What it is called.
        location: Where the run has it, as JSON; None if nothing is known of that.
        digest: SHA-256 of the source, the identity, the body, the config and the columns.
        kind: Its kind.
        package: The package or schema that it belongs to.
        name: Its name.
        checksum: What tells whether it changed: that of dbt, or the fingerprint of an object.
        code: Its code before it was rendered.
        body: What else is said of it, as JSON.
        config: Its configuration, as JSON; None for none.
        columns: Its columns in their order, as JSON; None for none.
        names: The names of the columns.
        types: The types of the columns, None where they are not known.
    """

    identity: str
    location: str | None
    digest: str
    kind: str
    package: str | None
    name: str
    checksum: str | None
    code: str | None
    body: str
    config: str | None
    columns: str | None
    names: tuple[str, ...]
    types: tuple[str | None, ...]


class EdgeRow(NamedTuple):
    """A dependency: `source` needs `target`; `body` has what else is said of it, as JSON."""

    source: str
    target: str
    kind: str
    body: str | None


class RunRows(NamedTuple):
    """All rows of a run.

    Attributes:
        source: ``dbt`` or ``schema``.
        nodes: The nodes in the order of the run.
        edges: The edges in the order of the run.
        header: What the run says besides, as JSON.
        nodes_digest: SHA-256 of the nodes, where they are, and the header.
        edges_digest: SHA-256 of the edges.
        digest: SHA-256 of these two.
        texts: What queries were rendered to, by identity.
    """

    source: str
    nodes: list[NodeRow]
    edges: list[EdgeRow]
    header: str | None
    nodes_digest: str
    edges_digest: str
    digest: str
    texts: Mapping[str, str]


class _DbtLocation(Artifact, frozen=True, kw_only=True):
    database: str | None = None
    schema: str | None = None
    relation_name: str | None = None


class _ObjectLocation(Artifact, frozen=True, kw_only=True):
    place: Place | None = None


class _ObjectBody(Artifact, frozen=True, kw_only=True):
    """An object; one without a fingerprint is no object of the manifest."""

    fingerprint: str | None = None
    object: LineageObject


def to_rows(contents: RunContents) -> RunRows:
    """The rows of a run.

    Raises:
        ArtifactError: ``ARTIFACT_008``: something in it is no valid text.
    """
    if contents.schema is not None:
        return _schema_rows(contents.schema, contents.code, contents.rendered)
    extraction = contents.dbt or DbtExtraction()
    nodes = [_resource_row(node, contents.code.get(node.unique_id)) for node in extraction.nodes]
    edges = [EdgeRow(edge.child, edge.parent, _DEPENDS_ON, None) for edge in extraction.edges]
    return _run_rows("dbt", nodes, edges, None, contents.rendered)


def _run_rows(
    source: str, nodes: list[NodeRow], edges: list[EdgeRow], header: str | None, texts: Mapping[str, str]
) -> RunRows:
    members = [(node.identity, node.location, node.digest) for node in nodes]
    of_nodes = nodes_digest(source, header, members, texts)
    of_edges = edges_digest(edges)
    digest = _sha256(f"{of_nodes}\n{of_edges}\n")
    return RunRows(source, nodes, edges, header, of_nodes, of_edges, digest, texts)


def _resource_row(node: DbtResource, code: str | None) -> NodeRow:
    location = _DbtLocation(database=node.database, schema=node.schema, relation_name=node.relation_name)
    body = replace(node, database=None, schema=None, relation_name=None, config={}, columns=())
    checksum = None if node.checksum is None else node.checksum.checksum
    return _node_row(
        "dbt",
        node.unique_id,
        location=_json_or_none(location, _DbtLocation()),
        kind=node.resource_type,
        package=node.package_name or None,
        name=node.name,
        checksum=checksum,
        code=code,
        body=dumps_json(body),
        config=dumps_json(node.config) if node.config else None,
        columns=dumps_json(node.columns) if node.columns else None,
        names=tuple(column.name for column in node.columns),
        types=tuple(column.data_type for column in node.columns),
    )


def _schema_rows(contents: SchemaContents, code: Mapping[str, str], texts: Mapping[str, str]) -> RunRows:
    manifest = contents.manifest
    prints = {item.called: item.fingerprint for item in manifest.objects}
    nodes = []
    for item in contents.objects:
        body = _ObjectBody(fingerprint=prints.get(item.called), object=replace(item, place=None, columns=()))
        nodes.append(
            _node_row(
                "schema",
                item.called,
                location=_json_or_none(_ObjectLocation(place=item.place), _ObjectLocation()),
                kind=item.kind,
                package=item.schema,
                name=item.name,
                checksum=prints.get(item.called),
                code=code.get(item.called),
                body=dumps_json(body),
                config=None,
                columns=dumps_json(item.columns) if item.columns else None,
                names=tuple(column.name for column in item.columns),
                types=tuple(column.type for column in item.columns),
            )
        )
    edges = [EdgeRow(edge.source, edge.target, edge.kind, dumps_json(edge)) for edge in manifest.edges]
    header = SchemaHeader(
        environment=manifest.environment,
        tree_digest=manifest.tree_digest,
        semantic_fingerprint=manifest.semantic_fingerprint,
        files=manifest.files,
        opaque=manifest.opaque,
    )
    return _run_rows("schema", nodes, edges, dumps_json(header), texts)


def _node_row(source: str, identity: str, *, location: str | None, **parts: Any) -> NodeRow:
    digest = node_digest(source, identity, parts["body"], parts["config"], parts["columns"])
    return NodeRow(identity=identity, location=location, digest=digest, **parts)


def from_rows(
    source: str,
    header: str | None,
    nodes: Iterable[tuple[str | None, str, str | None, str | None]],
    edges: Iterable[tuple[str, str, str | None]],
    code: Mapping[str, str],
    rendered: Mapping[str, str],
) -> RunContents:
    """The run that rows stand for.

    Args:
        source: ``dbt`` or ``schema``.
        header: As in `RunRows`.
        nodes: Location, body, config and columns of each node, in the order of the run.
        edges: Source, target and body of each edge, in the order of the run.
        code: The code of nodes.
        rendered: What it was rendered to.

    Raises:
        ArtifactError: A row holds something else than what is written to it.
    """
    if source == "dbt":
        resources = tuple(_resource(*row) for row in nodes)
        dependencies = tuple(DbtEdge(parent=target, child=name) for name, target, _ in edges)
        return RunContents(
            dbt=DbtExtraction(nodes=resources, edges=dependencies), code=dict(code), rendered=dict(rendered)
        )
    told = loads_json(header or "{}", SchemaHeader)
    pairs = [_object(*row) for row in nodes]
    manifest = SchemaManifest(
        environment=told.environment,
        tree_digest=told.tree_digest,
        semantic_fingerprint=told.semantic_fingerprint,
        files=told.files,
        objects=tuple(_manifest_object(item, found) for item, found in pairs if found is not None),
        edges=tuple(loads_json(body or "{}", Edge) for _, _, body in edges),
        opaque=told.opaque,
    )
    objects = tuple(item for item, _ in pairs)
    return RunContents(
        schema=SchemaContents(manifest=manifest, objects=objects), code=dict(code), rendered=dict(rendered)
    )


def _resource(location: str | None, body: str, config: str | None, columns: str | None) -> DbtResource:
    where = loads_json(location or "{}", _DbtLocation)
    return replace(
        loads_json(body, DbtResource),
        database=where.database,
        schema=where.schema,
        relation_name=where.relation_name,
        config=loads_json(config, dict[str, Any]) if config else {},
        columns=loads_json(columns, tuple[DbtColumn, ...]) if columns else (),
    )


def _object(
    location: str | None, body: str, config: str | None, columns: str | None
) -> tuple[LineageObject, str | None]:
    found = loads_json(body, _ObjectBody)
    item = replace(
        found.object,
        place=loads_json(location or "{}", _ObjectLocation).place,
        columns=loads_json(columns, tuple[LineageColumn, ...]) if columns else (),
    )
    return item, found.fingerprint


def _manifest_object(item: LineageObject, fingerprint: str) -> ManifestObject:
    return ManifestObject(
        called=item.called,
        kind=item.kind,
        schema=item.schema,
        name=item.name,
        fingerprint=fingerprint,
        is_opaque=item.is_opaque,
        place=item.place,
    )


def _json_or_none(value: msgspec.Struct, nothing: msgspec.Struct) -> str | None:
    return None if value == nothing else dumps_json(value)


def node_digest(source: str, identity: str, body: str, config: str | None, columns: str | None) -> str:
    """The digest that a node is kept by; the arguments are as in `NodeRow`."""
    return _sha256(dumps_json((source, identity, body, config, columns)))


def nodes_digest(
    source: str, header: str | None, members: Sequence[tuple[str, str | None, str]], texts: Mapping[str, str]
) -> str:
    """The digest that the nodes of a run are kept by.

    Args:
        source: As in `RunRows`.
        header: As in `RunRows`.
        members: Identity, location and digest of each node, in the order of the run.
        texts: As in `RunRows`.
    """
    told: list[object] = [source, header, members]
    if texts:
        told.append({identity: text_digest(text) for identity, text in sorted(texts.items())})
    return _sha256(dumps_json(told))


def edges_digest(edges: Sequence[tuple[str, str, str, str | None]]) -> str:
    """The digest that the edges of a run are kept by: each as in `EdgeRow`, in the order of the run."""
    return _sha256(dumps_json(edges))


def text_digest(text: str) -> str:
    """The digest that a text is kept by."""
    return _sha256(text)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
