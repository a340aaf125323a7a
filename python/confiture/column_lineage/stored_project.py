"""What can be followed of a run of a metadata store: the queries that were stored with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confiture._failures import display_path
from confiture.column_lineage.dbt_project import FOLLOWED, ephemeral_names, snapshot_columns
from confiture.column_lineage.names import dialect_of
from confiture.column_lineage.project import Body, Project
from confiture.config.suggestions import did_you_mean, listed
from confiture.exceptions import SchemaError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from confiture.models.dbt import DbtResource
    from confiture.models.lineage import LineageObject
    from confiture.models.metadata import RunContents, StoredRun

__all__ = ["find_node", "run_dialect", "stored_project"]

#: How many nodes are listed.
_SHOWN = 5

#: The unique id of a version, and that of the model which it is one of.
_VERSIONED = re.compile(r"(model\.[^.]+\..+?)\.v[^.]+(?:\.[0-9]+)?", re.DOTALL)


def run_dialect(run: StoredRun) -> str:
    """Sqlglot's name for the dialect of the queries of a run; empty if it is not known."""
    return "postgres" if run.source == "schema" else dialect_of(run.adapter) or ""


def stored_project(
    run: StoredRun, contents: RunContents, identities: Collection[str] | None = None
) -> Project:
    """What can be followed of a stored run.

    Args:
        run: The run.
        contents: What it consists of.
        identities: The nodes whose queries are followed; None for all.
    """
    needs: dict[str, list[str]] = {}
    if contents.dbt is not None:
        for edge in contents.dbt.edges:
            needs.setdefault(edge.child, []).append(edge.parent)
        bodies = tuple(
            _resource(
                node, contents.rendered, tuple(needs.get(node.unique_id, ())), identities, run_dialect(run)
            )
            for node in contents.dbt.nodes
            if node.resource_type in FOLLOWED
        )
        return Project("run", run.dataset, run_dialect(run), bodies)
    schema = contents.schema
    found = []
    for need in () if schema is None else schema.manifest.edges:
        needs.setdefault(need.source, []).append(need.target)
    for item in () if schema is None else schema.objects:
        if item.kind in ("table", "foreign_table", "view", "materialized_view"):
            query = contents.rendered.get(item.called)
            found.append(
                Body(
                    identity=item.called,
                    kind=item.kind,
                    query=query,
                    gap=_schema_gap(item) if query is None else None,
                    names=((item.name,) if item.schema is None else (item.schema, item.name),),
                    columns=tuple(column.name for column in item.columns),
                    is_complete=item.kind.endswith("table") and bool(item.columns),
                    needs=tuple(needs.get(item.called, ())),
                )
            )
    return Project("run", run.dataset, "postgres", tuple(found))


def find_node(project: Project, text: str) -> str:
    """The identity of the node that a person means: by it, by its end, or by what its versions are of.

    Raises:
        SchemaError: ``LINEAGE_001``: there is none; ``LINEAGE_002``: several could be meant.
    """
    known = [body.identity for body in project.bodies]
    if text in known:
        return text
    found = [identity for identity in known if _is_called(identity, text)]
    if len(found) == 1:
        return found[0]
    if found:
        shown = listed((f"'{display_path(identity)}'" for identity in found), "and", at_most=_SHOWN)
        raise SchemaError(
            f"{len(found)} nodes of the run could be meant by '{display_path(text)}': {shown}.",
            error_code="LINEAGE_002",
            context={"object": text, "candidates": found},
            resolution_hint="Name one of them by its identity.",
        )
    names = [*known, *(identity.split(".", 2)[-1] for identity in known)]
    raise SchemaError(
        f"The run has no node '{display_path(text)}'.",
        error_code="LINEAGE_001",
        context={"object": text, "candidates": []},
        resolution_hint=did_you_mean(text, names, "Run 'confiture metadata lineage' to see all of them."),
    )


def _is_called(identity: str, text: str) -> bool:
    model = _VERSIONED.fullmatch(identity)
    names = [identity] if model is None else [identity, model[1]]
    return any(name.endswith((f".{text}", f" {text}")) for name in names)


def _schema_gap(item: LineageObject) -> tuple[str, str] | None:
    if item.is_opaque:
        return ("opaque", "its statement is not modelled")
    return ("no_code", "its query was not stored") if item.kind.endswith("view") else None


def _resource(
    node: DbtResource,
    rendered: Mapping[str, str],
    needs: tuple[str, ...],
    wanted: Collection[str] | None,
    dialect: str,
) -> Body:
    query = gap = None
    if node.resource_type in ("model", "snapshot") and (wanted is None or node.unique_id in wanted):
        query = rendered.get(node.unique_id)
        if query is None and node.language not in (None, "sql"):
            gap = ("python_model", f"it is written in {node.language}")
        elif query is None:
            gap = ("not_rendered", "what its code is rendered to was not stored")
    # BigQuery takes what is in quotes apart.
    names = [(node.unique_id,), tuple(node.unique_id.split("."))]
    if node.materialized == "ephemeral":
        names += ephemeral_names((node.identifier, node.name), dialect)
    told = [column for column in node.columns if column.index is not None]
    return Body(
        identity=node.unique_id,
        kind=node.resource_type,
        query=query,
        gap=gap,
        names=tuple(names),
        columns=tuple(column.name for column in told or node.columns),
        is_complete=bool(told),
        needs=needs,
        added=snapshot_columns(node.config, dialect) if node.resource_type == "snapshot" else (),
    )
