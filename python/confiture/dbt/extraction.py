"""The resources and dependencies of a project, the same whichever dbt version wrote the manifest."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from confiture._pure.dbt.fields import record
from confiture.models.dbt import DbtChecksum, DbtColumn, DbtEdge, DbtExtraction, DbtResource

if TYPE_CHECKING:
    from confiture._interface import DbtDocument
    from confiture._pure.dbt.fields import Record
    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.manifest import DbtManifest

__all__ = ["extract"]

_FIELDS = (
    "package_name",
    "name",
    "source_name",
    "original_file_path",
    "fqn",
    "database",
    "schema",
    "alias",
    "identifier",
    "relation_name",
    "language",
    "description",
    "label",
    "version",
    "access",
    "group",
    "type",
    "maturity",
    "url",
    "owner",
    "tags",
    "meta",
    "source_meta",
    "config",
    "checksum",
    "raw_code",
    "columns",
    "freshness",
    "loaded_at_field",
    "loaded_at_query",
)

_WITHOUT_DEPENDENCIES = ("macros", "docs", "groups")

#: What dbt 1.8 and later repeat in a config and older ones do not have there.
_REPEATED = ("access", "group", "tags", "meta")

#: What dbt 1.10 and later repeat in a source's config and older ones have beside it.
_OF_SOURCES = ("freshness", "loaded_at_field", "loaded_at_query")


def extract(manifest: DbtManifest, catalog: DbtCatalog | None = None) -> DbtExtraction:
    """The resources of a manifest and their dependencies.

    Args:
        manifest: The manifest.
        catalog: What the database has; adds types and positions to columns.
    """
    document = manifest._document
    nodes, edges = [], []
    for number, (unique_id, kind, collection) in enumerate(document.resources()):
        if collection in _WITHOUT_DEPENDENCIES:
            continue
        nodes.append(_resource(document, number, (unique_id, kind), catalog))
        edges += [DbtEdge(parent=parent, child=unique_id) for parent in document.dependencies(unique_id)]
    return DbtExtraction(
        nodes=sorted(nodes, key=lambda node: node.unique_id),
        edges=sorted(edges, key=lambda edge: (edge.child, edge.parent)),
    )


def _resource(
    document: DbtDocument, number: int, row: tuple[str, str], catalog: DbtCatalog | None
) -> DbtResource:
    unique_id, kind = row
    told: dict[str, Any] = dict(zip(_FIELDS, document.values(number, _FIELDS), strict=True))
    config = told["config"] if isinstance(told["config"], dict) else {}
    code = told["raw_code"]
    if kind == "source":
        config = {name: told[name] for name in _OF_SOURCES} | config
    columns = told["columns"] if isinstance(told["columns"], dict) else {}
    version = told["version"]
    is_model = kind == "model"
    return DbtResource(
        unique_id=unique_id,
        resource_type=kind,
        package_name=told["package_name"] or "",
        name=told["name"] or "",
        source_name=told["source_name"],
        path=told["original_file_path"],
        fqn=told["fqn"] or [],
        database=told["database"],
        schema=told["schema"],
        identifier=told["identifier"] or told["alias"],
        relation_name=told["relation_name"],
        materialized=config.get("materialized"),
        language=told["language"],
        description=told["description"] or "",
        label=told["label"],
        version=None if version is None else str(version),
        access=(told["access"] or config.get("access")) if is_model else None,
        group=told["group"] or config.get("group"),
        type=told["type"],
        maturity=told["maturity"],
        url=told["url"],
        owner=_without_nulls(told["owner"]),
        tags=told["tags"] or config.get("tags") or [],
        meta={**(told["source_meta"] or {}), **(told["meta"] or {})} or config.get("meta") or {},
        config=_config(kind, config),
        checksum=_checksum(told["checksum"]),
        code_sha256=hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest() if code else None,
        columns=_columns(columns, catalog.columns(unique_id) if catalog is not None else []),
    )


def _without_nulls(value: dict[str, Any] | None) -> dict[str, Any]:
    return {key: item for key, item in (value or {}).items() if item is not None}


def _checksum(value: object) -> DbtChecksum | None:
    """dbt's checksum; a unit test has a bare one, and what has no file has none."""
    if isinstance(value, str):
        return DbtChecksum(name="sha256", checksum=value)
    if not isinstance(value, dict) or value.get("name") in (None, "none"):
        return None
    return DbtChecksum(name=str(value["name"]), checksum=str(value.get("checksum", "")))


def _config(kind: str, config: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in config.items() if name not in _REPEATED}
    told.pop("materialized", None)
    shape = _resource_record(kind)
    known = shape.fields["config"].record if shape is not None and "config" in shape.fields else None
    return told if known is None else _told(told, known)


def _resource_record(kind: str) -> Record | None:
    try:
        return record(kind.replace(" ", "_"))
    except KeyError:
        return None


def _told(config: dict[str, Any], known: Record) -> dict[str, Any]:
    """What of a config is neither a default nor null nor empty. The table's records end the recursion."""
    told = {}
    for name, value in config.items():
        field = known.fields.get(name)
        if field is not None:
            if isinstance(value, dict) and field.record is not None:
                value = _told(value, field.record)
            if value is None or value in ({}, []):
                continue
            default = known.defaults.get(name)
            if type(value) is type(default) and value == default:
                continue
        told[name] = value
    return told


def _columns(columns: dict[str, Any], relation: list[dict[str, Any]]) -> list[DbtColumn]:
    """The catalog's columns with what the project says about them, then the project's others."""
    told = {str(column.get("name", key)).lower(): column for key, column in columns.items()}
    made = []
    for column in relation:
        name = str(column["name"])
        about = told.pop(name.lower(), {})
        made.append(_column(name, about, column))
    made += [_column(str(about.get("name", "")), about, {}) for about in told.values()]
    return made


def _column(name: str, about: dict[str, Any], column: dict[str, Any]) -> DbtColumn:
    return DbtColumn(
        name=name,
        description=about.get("description") or "",
        data_type=column.get("type") or about.get("data_type"),
        index=column.get("index"),
        comment=column.get("comment") or None,
        tags=about.get("tags") or [],
        meta=about.get("meta") or {},
    )
