"""The resources and dependencies of a project, the same whichever dbt version wrote the manifest."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from confiture.models.dbt import DbtChecksum, DbtColumn, DbtEdge, DbtExtraction, DbtResource

if TYPE_CHECKING:
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
    "checksum",
    "raw_code",
    "columns",
    "freshness",
    "loaded_at_field",
    "loaded_at_query",
)

_WITHOUT_DEPENDENCIES = ("macros", "docs", "groups")

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
    told = zip(document.resources(), document.rows(_FIELDS), document.told_configs(), strict=True)
    for row, fields, config in told:
        unique_id, _, collection = row
        if collection in _WITHOUT_DEPENDENCIES:
            continue
        relation = catalog.columns(unique_id) if catalog is not None else []
        nodes.append(_resource(row, dict(zip(_FIELDS, fields, strict=True)), config, relation))
        edges += [DbtEdge(parent=parent, child=unique_id) for parent in document.dependencies(unique_id)]
    return DbtExtraction(
        nodes=tuple(sorted(nodes, key=lambda node: node.unique_id)),
        edges=tuple(sorted(edges, key=lambda edge: (edge.child, edge.parent))),
    )


def _resource(
    row: tuple[str, str, str], told: dict[str, Any], config: dict[str, Any], relation: list[dict[str, Any]]
) -> DbtResource:
    unique_id, kind, _ = row
    materialized, access, group, tags, meta = (
        config.pop(name, None) for name in ("materialized", "access", "group", "tags", "meta")
    )
    _fold_severity(config)
    code = told["raw_code"]
    version = told["version"]
    return DbtResource(
        unique_id=unique_id,
        resource_type=kind,
        package_name=told["package_name"] or "",
        name=told["name"] or "",
        source_name=told["source_name"],
        path=told["original_file_path"],
        fqn=tuple(told["fqn"] or ()),
        database=told["database"],
        schema=told["schema"],
        identifier=told["identifier"] or told["alias"],
        relation_name=told["relation_name"],
        materialized=materialized,
        language=told["language"],
        description=told["description"] or "",
        label=told["label"],
        version=None if version is None else str(version),
        access=(told["access"] or access) if kind == "model" else None,
        group=told["group"] or group,
        type=told["type"],
        maturity=told["maturity"],
        url=told["url"],
        owner=_without_nulls(told["owner"]),
        tags=_tags(told["tags"] or tags),
        meta={**(told["source_meta"] or {}), **(told["meta"] or {})} or meta or {},
        config=_with_freshness(config, told) if kind == "source" else config,
        checksum=_checksum(told["checksum"]),
        code_sha256=hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest() if code else None,
        columns=_columns(told["columns"] or {}, relation),
    )


def _fold_severity(config: dict[str, Any]) -> None:
    """Write a test's severity in capitals, as dbt 1.10 and older keep it as it was given."""
    severity = config.get("severity")
    if isinstance(severity, str):
        config["severity"] = severity.upper()
        if config["severity"] == "ERROR":
            del config["severity"]


def _tags(tags: str | list[str] | None) -> tuple[str, ...]:
    return (tags,) if isinstance(tags, str) else tuple(tags or ())


def _without_nulls(value: dict[str, Any] | None) -> dict[str, Any]:
    return {key: item for key, item in (value or {}).items() if item is not None}


def _checksum(value: object) -> DbtChecksum | None:
    """What dbt compares; a unit test has a bare one, and what has no file has none."""
    if isinstance(value, str):
        return DbtChecksum(name="sha256", checksum=value)
    if not isinstance(value, dict) or value.get("name") in (None, "none"):
        return None
    return DbtChecksum(name=str(value["name"]), checksum=str(value.get("checksum", "")))


def _with_freshness(config: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """A source's config with what older versions of dbt have beside it."""
    beside = {name: told[name] for name in _OF_SOURCES}
    if isinstance(beside["freshness"], dict):
        limits = {
            name: _without_nulls(limit) if isinstance(limit, dict) else limit
            for name, limit in beside["freshness"].items()
        }
        beside["freshness"] = {name: limit for name, limit in limits.items() if limit not in (None, {})}
    return {name: value for name, value in beside.items() if value not in (None, {})} | config


def _columns(columns: dict[str, Any], relation: list[dict[str, Any]]) -> tuple[DbtColumn, ...]:
    """The catalog's columns with what the project says about them, then the project's others."""
    told = {str(column.get("name", key)).lower(): column for key, column in columns.items()}
    if not relation:
        return tuple(_column(str(about.get("name", "")), about, {}) for about in told.values())
    made = []
    for column in relation:
        name = str(column["name"])
        about = told.pop(name.lower(), {})
        made.append(_column(name, about, column))
    made += [_column(str(about.get("name", "")), about, {}) for about in told.values()]
    return tuple(made)


def _column(name: str, about: dict[str, Any], column: dict[str, Any]) -> DbtColumn:
    return DbtColumn(
        name=name,
        description=about.get("description") or "",
        data_type=column.get("type") or about.get("data_type"),
        index=column.get("index"),
        comment=column.get("comment") or None,
        tags=_tags(about.get("tags")),
        meta=about.get("meta") or {},
    )
