"""The rows of a model, as ``reading`` has those of a catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .catalogue_tables import operator_class
from .model_rows_about import IN_EVERY_DATABASE, about, default_privileges
from .model_rows_of_routines import routine_rows
from .written import unquoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.parts import QualifiedName, Setting
    from confiture.models.schema.tables import Column, Constraint, Index, Table, View

    from .catalogue import Catalogue, Key, Row, Rows

__all__ = ["rows_of_model"]


def rows_of_model(model: SchemaModel, catalogue: Catalogue) -> Rows:
    """What the catalogues of a server hold, if the model is right.

    Args:
        model: The model of the text.
        catalogue: The server, which tells what it does where the text says nothing.
    """
    rows = {
        "schema": {(schema.name,): {} for schema in model.schemas if schema.name != "public"},
        "extension": _extensions(model, catalogue),
        "definition": {
            (
                one.kind,
                one.schema,
                one.name or None,
                None if one.arguments is None else ", ".join(one.arguments),
                one.parent,
            ): {"comment": one.comment}
            for one in model.definitions
        },
        "type": {
            (one.schema, one.name): {
                "kind": one.kind,
                "labels": one.labels,
                "attributes": tuple((a.name, a.type, a.collation, a.comment) for a in one.attributes),
            }
            for one in model.types
        },
        "domain": {
            (one.schema, one.name): {
                "type": one.type,
                "is_not_null": one.is_not_null,
                "has_default": one.default is not None,
                "collation": one.collation,
                "constraints": {
                    constraint.name: {**_constraint(constraint), "comment": constraint.comment}
                    for constraint in one.constraints
                    if constraint.kind != "not_null" or catalogue.version >= FIRST_WITH_NOT_NULL_OF_DOMAINS
                },
            }
            for one in model.domains
        },
        "table": {(table.schema, table.name): _table(table) for table in model.tables},
        "view": {(view.schema, view.name): _view(view) for view in model.views},
        "column": {
            (table.schema, table.name, column.name): _column(column, position, catalogue)
            for table in model.tables
            for position, column in enumerate(table.columns, start=1)
        },
        "constraint": {
            (table.schema, table.name, constraint.name): _constraint(constraint)
            for table in model.tables
            for constraint in table.constraints
            if constraint.kind != "not_null" or catalogue.version >= FIRST_WITH_NOT_NULL
        },
        "index": {(index.schema, index.name): _index(index) for index in model.indexes},
        "sequence": {
            (one.schema, one.name): {
                "type": one.type,
                "start": one.start,
                "increment": one.increment,
                "minimum": one.minimum,
                "maximum": one.maximum,
                "cache": one.cache,
                "cycles": one.cycles,
                "persistence": one.persistence,
                "owned_by": _pair(one.owned_by),
                "owned_by_column": one.owned_by_column,
                "is_identity": one.is_identity,
            }
            for one in model.sequences
        },
        "role": {(role.name,): _role(role) for role in model.roles},
        "about": dict(about(model, catalogue)),
        "default_privileges": default_privileges(model, catalogue),
    }
    return {**rows, **routine_rows(model, catalogue.user)}


#: The versions that first have rows of not-null constraints, of domains and of tables.
FIRST_WITH_NOT_NULL_OF_DOMAINS = 17
FIRST_WITH_NOT_NULL = 18


def _pair(name: QualifiedName | None) -> tuple[str | None, str] | None:
    return None if name is None else (name.schema, name.name)


def _options(settings: Iterable[Setting]) -> dict[str, str | None]:
    return {setting.name: setting.value for setting in settings}


def _extensions(model: SchemaModel, catalogue: Catalogue) -> dict[Key, Row]:
    """Extensions; the server tells the schema and version that the text leaves to it."""
    found = {}
    for extension in model.extensions:
        if extension.name == IN_EVERY_DATABASE:
            continue
        said = {"version": extension.version, "schema": extension.schema}
        for name, schema, version in catalogue.tuples(
            "SELECT extname::text, extnamespace::regnamespace::text, extversion FROM pg_extension"
        ):
            if name == extension.name:
                said = {
                    "version": extension.version or version,
                    "schema": extension.schema or schema,
                }
        found[extension.name,] = said
    return found


def _table(table: Table) -> Row:
    return {
        "is_foreign": table.is_foreign,
        "is_partitioned": table.partition_by is not None,
        "persistence": table.persistence,
        "partition_of": None if table.partition_of is None else _pair(table.partition_of.parent),
        "inherits": tuple(map(_pair, table.inherits)),
        "of_type": _pair(table.of_type),
        "has_row_security": table.has_row_security,
        "forces_row_security": table.forces_row_security,
        "replica_identity": table.replica_identity,
        "clustered_on": table.clustered_on,
        "access_method": None if table.access_method == "heap" else table.access_method,
        "tablespace": None if table.tablespace == "pg_default" else table.tablespace,
        "options": _options(table.options),
        "server": table.server,
    }


def _view(view: View) -> Row:
    return {
        "is_materialized": view.is_materialized,
        "persistence": view.persistence,
        "check_option": view.check_option,
        "has_data": view.has_data,
        "access_method": None if view.access_method == "heap" else view.access_method,
        "tablespace": None if view.tablespace == "pg_default" else view.tablespace,
        "clustered_on": view.clustered_on,
        "options": _options(view.options),
    }


def _column(column: Column, position: int, catalogue: Catalogue) -> Row:
    base = column.type.partition("(")[0].rstrip() if column.type.endswith(")") else column.type
    is_usual = column.storage is not None and column.storage[0] == {"extended": "x"}.get(
        column.storage, column.storage[0]
    ) == catalogue.storages.get(base)
    return {
        "position": position,
        "type": column.type,
        "is_not_null": column.is_not_null,
        "has_default": column.default is not None,
        "identity": column.identity,
        "is_generated": column.generated is not None,
        "is_virtual": column.is_virtual,
        "collation": column.collation,
        "storage": None if is_usual else column.storage,
        "compression": column.compression,
        "statistics": column.statistics,
        "options": _options(column.options),
        "is_inherited": column.is_inherited,
        "is_local": column.is_local,
    }


def _constraint(constraint: Constraint) -> Row:
    return {
        "kind": constraint.kind,
        "columns": constraint.columns,
        "keys": tuple(unquoted(key.expression) if key.is_column else None for key in constraint.keys),
        "references": _pair(constraint.references),
        "referenced_columns": constraint.referenced_columns,
        "match": constraint.match,
        "on_delete": constraint.on_delete,
        "on_update": constraint.on_update,
        "on_delete_columns": constraint.on_delete_columns,
        "include": constraint.include,
        "nulls_not_distinct": constraint.nulls_not_distinct,
        "is_period": constraint.is_period,
        "options": _options(constraint.options),
        "tablespace": None if constraint.tablespace == "pg_default" else constraint.tablespace,
        "is_deferrable": constraint.is_deferrable,
        "is_deferred": constraint.is_deferred,
        "is_valid": constraint.is_valid,
        "is_enforced": constraint.is_enforced,
        "is_inheritable": constraint.is_inheritable,
        "is_inherited": constraint.is_inherited,
        "is_local": constraint.is_local,
    }


def _index(index: Index) -> Row:
    return {
        "table": index.table,
        "method": index.method,
        "is_unique": index.is_unique,
        "nulls_not_distinct": index.nulls_not_distinct,
        "keys": tuple(unquoted(key.expression) if key.is_column else None for key in index.keys),
        "orders": tuple((key.is_descending, key.nulls_first) for key in index.keys)
        if index.method == "btree"
        else None,
        "include": index.include,
        "classes": tuple(operator_class(key.operator_class) if key.is_column else None for key in index.keys),
        "has_predicate": index.where is not None,
        "options": _options(index.options),
        "tablespace": None if index.tablespace == "pg_default" else index.tablespace,
        "parent": _pair(index.parent),
        "statistics": tuple((one.name, one.value) for one in index.statistics),
    }


def _role(role: Any) -> Row:
    options = _options(role.options)
    return {
        "can_login": role.can_login,
        "superuser": options.get("superuser") == "true",
        "createrole": options.get("createrole") == "true",
        "createdb": options.get("createdb") == "true",
        "replication": options.get("replication") == "true",
        "bypassrls": options.get("bypassrls") == "true",
        "inherit": options.get("inherit", "true") == "true",
        "connection_limit": int(options.get("connection limit") or -1),
        "member_of": tuple(sorted(setting.name for setting in role.member_of)),
        "settings": _options(role.settings),
    }
