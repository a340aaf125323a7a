"""The resources and dependencies of a project, the same whichever dbt version wrote the manifest."""

from __future__ import annotations

import gc
import hashlib
from contextlib import contextmanager
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from confiture._manifest_failures import wrong_field
from confiture.artifacts import dumps_json
from confiture.artifacts.extraction import decode_extraction
from confiture.dbt.field_types import (
    COLUMN,
    CONFIG,
    RESOURCE,
    FieldTypes,
    path_below,
    path_of,
    surrogate_path,
)
from confiture.exceptions import ArtifactError
from confiture.models.dbt import DbtChecksum, DbtColumn, DbtEdge, DbtExtraction, DbtResource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture._interface import DbtDocument, DbtResourceRow
    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.manifest import DbtManifest

__all__ = ["extract"]

#: What dbt 1.10 and later repeat in a source's config and older ones have beside it.
_OF_SOURCES = ("freshness", "loaded_at_field", "loaded_at_query")

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
    *_OF_SOURCES,
)

_COLUMNS = _FIELDS.index("columns")

_OF_CONFIGS = ("access", "group", "materialized", "tags", "meta")

_OF_COLUMNS = ("name", "description", "data_type", "tags", "meta")

#: What dbt 2 can have in the place of code.
_NO_CODE = (None, "", "--placeholder--")

_WITHOUT_DEPENDENCIES = ("macros", "docs", "groups")


def extract(manifest: DbtManifest, catalog: DbtCatalog | None = None) -> DbtExtraction:
    """The resources of a manifest and their dependencies.

    Args:
        manifest: The manifest.
        catalog: What the database has; adds types and positions to columns.

    Raises:
        ManifestError: A value is of a wrong type: one that was not checked when it was loaded, as the type
            of the resource or the version of dbt is not known. Or a text has unpaired surrogates.
    """
    with _uncollected():
        made = _extracted_natively(manifest._document, catalog)
        return _extracted(manifest._document, catalog) if made is None else made


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the garbage collector wait while much is made and none of it is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _extracted_natively(document: DbtDocument, catalog: DbtCatalog | None) -> DbtExtraction | None:
    """What the engine can extract, if it can; both documents may be of one engine alone."""
    other = None if catalog is None else catalog._document
    if other is not None and type(other) is not type(document):
        return None
    packed = document.extraction(other)
    return None if packed is None else decode_extraction(packed)


def _extracted(document: DbtDocument, catalog: DbtCatalog | None) -> DbtExtraction:
    nodes, edges = [], []
    types = _Types()
    has_escapes = _has_surrogate_escapes(document, catalog)
    told = zip(document.resources(), document.rows(_FIELDS), document.told_configs(), strict=True)
    for number, (row, fields, config) in enumerate(told):
        unique_id, _, collection = row
        if collection in _WITHOUT_DEPENDENCIES:
            continue
        relation = catalog.columns(unique_id) if catalog is not None else []
        types.check(row, fields, config)
        nodes.append(_resource(row, fields, config, relation))
        if has_escapes:
            _check_encodable(nodes[-1], row, document.node(number), relation)
        edges += [DbtEdge(parent=parent, child=unique_id) for parent in document.dependencies(unique_id)]
    return DbtExtraction(
        nodes=tuple(sorted(nodes, key=attrgetter("unique_id"))),
        edges=tuple(sorted(edges, key=attrgetter("child", "parent"))),
    )


class _Types:
    """The types of what resources are made of."""

    def __init__(self) -> None:
        self._resources = FieldTypes("manifest", _FIELDS, RESOURCE)
        self._configs = FieldTypes("manifest", _OF_CONFIGS, CONFIG)
        self._columns = FieldTypes("manifest", _OF_COLUMNS, COLUMN)

    def check(self, row: DbtResourceRow, fields: list[Any], config: dict[str, Any]) -> None:
        if not row[0]:
            raise wrong_field("manifest", row[0], path_of(row), "a unique id", "an empty key")
        self._resources.check(row, (), fields)
        self._configs.check(row, ("config",), list(map(config.get, _OF_CONFIGS)))
        for key, column in (fields[_COLUMNS] or {}).items():
            below = ("columns", key)
            self._columns.check_object(row, below, column)
            self._columns.check(row, below, list(map(column.get, _OF_COLUMNS)))


def _has_surrogate_escapes(document: DbtDocument, catalog: DbtCatalog | None) -> bool:
    """Whether texts may have surrogates: valid UTF-8 has them as escapes alone."""
    contents = [document.to_json()] + ([] if catalog is None else [catalog.to_json()])
    # Most documents have no such escape at all, which one search tells.
    return any(b"\\u" in content and (b"\\ud" in content or b"\\uD" in content) for content in contents)


def _check_encodable(
    resource: DbtResource, row: DbtResourceRow, node: object, relation: list[dict[str, Any]]
) -> None:
    """Refuse a resource with a text that is not valid Unicode, which no artifact can hold."""
    try:
        dumps_json(resource)
    except ArtifactError:
        told = node if isinstance(node, dict) else {}
        # The code itself is no part of what is made.
        parts = {name: told.get(name) for name in (*_FIELDS, "config") if name != "raw_code"}
        path = surrogate_path(path_of(row), parts)
        artifact = "catalog" if path is None else "manifest"
        if path is None:
            below = path_below(path_of(row), ("columns",))
            # One by one, as several may have one name.
            paths = (surrogate_path(below, {str(column["name"]): column}) for column in relation)
            path = next((path for path in paths if path is not None), None)
        if path is None:
            raise
        expected, found = "a text without them", "unpaired surrogates"
        raise wrong_field(artifact, row[0], path, expected, found) from None


def _resource(
    row: DbtResourceRow, fields: list[Any], config: dict[str, Any], relation: list[dict[str, Any]]
) -> DbtResource:
    unique_id, kind, _ = row
    (
        package_name,
        name,
        source_name,
        path,
        fqn,
        database,
        schema,
        alias,
        identifier,
        relation_name,
        language,
        description,
        label,
        version,
        access,
        group,
        kind_within,
        maturity,
        url,
        owner,
        tags,
        meta,
        source_meta,
        checksum,
        code,
        columns,
        *freshness,
    ) = fields
    is_source = kind == "source"
    access_told = config.pop("access", None)
    group_told = config.pop("group", None)
    tags_told = config.pop("tags", None)
    meta_told = config.pop("meta", None)
    materialized = config.pop("materialized", None)
    if "severity" in config:
        _fold_severity(config)
    return DbtResource(
        unique_id=unique_id,
        resource_type=kind,
        package_name=package_name or "",
        name=name or "",
        source_name=source_name,
        path=path,
        fqn=tuple(fqn or ()),
        database=database,
        schema=schema,
        identifier=identifier or alias,
        relation_name=relation_name,
        materialized=materialized,
        language=language,
        description=description or "",
        label=label,
        version=None if version is None else str(version),
        access=(access or access_told) if kind == "model" else None,
        group=group or group_told,
        type=kind_within,
        maturity=maturity,
        url=url,
        owner=_without_nulls(owner) if owner else {},
        tags=_tags(tags or tags_told),
        meta=({**(source_meta or {}), **(meta or {})} if is_source else meta) or meta_told or {},
        config=_with_freshness(config, freshness) if is_source else config,
        checksum=_checksum(checksum),
        code_sha256=_sha256(code) if code not in _NO_CODE else None,
        columns=_columns(columns, relation) if columns or relation else (),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


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
    # dbt 2 writes SHA256.
    name = "sha256" if value["name"] == "SHA256" else str(value["name"])
    return DbtChecksum(name=name, checksum=str(value.get("checksum", "")))


def _with_freshness(config: dict[str, Any], told: list[Any]) -> dict[str, Any]:
    """A source's config with what older versions of dbt have beside it."""
    beside = dict(zip(_OF_SOURCES, told, strict=True))
    if isinstance(beside["freshness"], dict):
        limits = {
            name: _without_nulls(limit) if isinstance(limit, dict) else limit
            for name, limit in beside["freshness"].items()
        }
        beside["freshness"] = {name: limit for name, limit in limits.items() if limit not in (None, {})}
    # dbt 2 writes empty texts for what was not said.
    return {name: value for name, value in beside.items() if value not in (None, "", {})} | config


def _columns(columns: dict[str, Any] | None, relation: list[dict[str, Any]]) -> tuple[DbtColumn, ...]:
    """The catalog's columns with what the project says about them, then the project's others."""
    told = {}
    for key, about in (columns or {}).items():
        name = key if about.get("name") is None else about["name"]
        told[name.lower()] = (name, about)
    made = []
    for column in relation:
        name = column["name"]
        made.append(_column(name, told.pop(name.lower(), (name, {}))[1], column))
    made += [_column(name, about, {}) for name, about in told.values()]
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
