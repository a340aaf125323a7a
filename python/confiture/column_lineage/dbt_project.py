"""What can be followed of a dbt project: the queries that dbt compiled, or that are rendered here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture.column_lineage.names import dialect_of, folding_of
from confiture.column_lineage.project import Body, Project
from confiture.column_lineage.relation_names import parts_of
from confiture.column_lineage.shapes import EPHEMERAL_PREFIX
from confiture.exceptions import ManifestError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from confiture.dbt.catalog import DbtCatalog
    from confiture.dbt.manifest import DbtManifest

__all__ = ["FOLLOWED", "dbt_project", "ephemeral_names", "rendered_code", "snapshot_columns"]

#: The resource types that are relations.
FOLLOWED = ("model", "seed", "snapshot", "source")

_FIELDS = (
    "compiled_code",
    "raw_code",
    "language",
    "relation_name",
    "name",
    "alias",
    "columns",
    "config",
    "database",
    "schema",
)


def dbt_project(
    manifest: DbtManifest,
    catalog: DbtCatalog | None = None,
    project_dir: str | os.PathLike[str] | None = None,
) -> Project:
    """What can be followed of a dbt project.

    Args:
        manifest: The manifest.
        catalog: The catalog, which tells the columns of relations.
        project_dir: The directory of ``dbt_project.yml``, for queries that dbt did not compile.
    """
    metadata = manifest.metadata
    adapter = metadata.get("adapter_type")
    dialect = dialect_of(adapter if isinstance(adapter, str) else None) or ""
    document = manifest._document
    bodies = []
    for row, fields in zip(document.resources(), document.rows(_FIELDS), strict=True):
        unique_id, kind, _ = row
        if kind in FOLLOWED:
            told = dict(zip(_FIELDS, fields, strict=True))
            bodies.append(_body(manifest, catalog, unique_id, kind, told, dialect, project_dir))
    name = metadata.get("project_name")
    return Project("dbt", name if isinstance(name, str) else "", dialect, tuple(bodies))


def _body(
    manifest: DbtManifest,
    catalog: DbtCatalog | None,
    unique_id: str,
    kind: str,
    told: dict[str, Any],
    dialect: str,
    project_dir: str | os.PathLike[str] | None,
) -> Body:
    columns = [] if catalog is None else [str(each["name"]) for each in catalog.columns(unique_id)]
    is_complete = bool(columns)
    if not columns and isinstance(told["columns"], dict):
        columns = _listed(told["columns"], dialect)
    config = told["config"] if isinstance(told["config"], dict) else {}
    query, gap = None, None
    if kind in ("model", "snapshot"):
        query, gap = rendered_code(manifest, unique_id, told, project_dir)
    names = relation_parts(told, dialect)
    if config.get("materialized") == "ephemeral":
        names = ephemeral_names((told["alias"], told["name"]), dialect)
    return Body(
        identity=unique_id,
        kind=kind,
        query=query,
        gap=gap,
        names=tuple(names),
        columns=tuple(columns),
        is_complete=is_complete,
        needs=tuple(manifest.dependencies(unique_id)),
        added=snapshot_columns(config, dialect) if kind == "snapshot" else (),
    )


def _listed(columns: dict[str, Any], dialect: str) -> list[str]:
    """The columns that the project's files tell, as the database keeps them."""
    folding = folding_of(dialect)
    return [
        folding.kept(str(column.get("name") or key), is_quoted=bool(column.get("quote")))
        for key, column in columns.items()
        if isinstance(column, dict)
    ]


def ephemeral_names(names: Iterable[str | None], dialect: str) -> list[tuple[str, ...]]:
    """The names that queries have for an ephemeral model of these names; dbt writes them without quotes."""
    folding = folding_of(dialect)
    return [
        (folding.kept(f"{EPHEMERAL_PREFIX}{name}", is_quoted=False),) for name in dict.fromkeys(names) if name
    ]


def relation_parts(told: dict[str, Any], dialect: str) -> list[tuple[str, ...]]:
    """The names that queries have for a resource."""
    relation = told.get("relation_name")
    if isinstance(relation, str) and relation:
        return [parts_of(relation, dialect)]
    parts = [told.get("database"), told.get("schema"), told.get("alias") or told.get("name")]
    found = tuple(part for part in parts if isinstance(part, str) and part)
    return [found] if found else []


def rendered_code(
    manifest: DbtManifest,
    unique_id: str,
    told: dict[str, Any],
    project_dir: str | os.PathLike[str] | None = None,
) -> tuple[str | None, tuple[str, str] | None]:
    """The query of a resource, or why there is none."""
    if told["language"] not in (None, "sql"):
        return None, ("python_model", f"it is written in {told['language']}")
    compiled = told["compiled_code"]
    if isinstance(compiled, str) and compiled.strip():
        return compiled, None
    if not told["raw_code"]:
        return None, ("no_code", "the manifest has no code of it")
    from confiture.dbt.rendering import render

    try:
        return render(manifest, unique_id, project_dir=project_dir), None
    except ManifestError as error:
        return None, ("not_rendered", error.message.partition("\n")[0])


def snapshot_columns(config: dict[str, Any], dialect: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The columns that dbt adds to a snapshot, with those of the snapshot that they are made of."""
    folding = folding_of(dialect)
    unique_key, updated_at = config.get("unique_key"), config.get("updated_at")
    keys: Sequence[Any] = unique_key if isinstance(unique_key, list) else [unique_key]
    checked = config.get("check_cols")
    times = [updated_at] if updated_at else (checked if isinstance(checked, list) else ["*"])

    def kept(names: Sequence[Any]) -> tuple[str, ...]:
        return tuple(folding.kept(name, is_quoted=False) for name in names if isinstance(name, str))

    named = config.get("snapshot_meta_column_names")
    names = named if isinstance(named, dict) else {}
    return tuple(
        (folding.kept(str(names.get(name) or name), is_quoted=False), kept([*own, *times]))
        for name, own in (
            ("dbt_scd_id", keys),
            ("dbt_updated_at", ()),
            ("dbt_valid_from", ()),
            ("dbt_valid_to", keys),
        )
    )
