"""Which names PostgreSQL keeps apart, and which it does not.

Tables, views, materialized views, indexes, sequences, foreign tables and composite types share one set
of names in each schema (``pg_class``); types and domains share another one with the row types of tables and
views (``pg_type``); functions, procedures and aggregates are told apart by their arguments (``pg_proc``).
Everything else has names of its own kind, in its schema, on its table, or in the database or cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from confiture._interface import SqlObject

__all__ = ["NAMESPACES", "ROW_TYPED", "TEMPORARY", "Key", "key_of", "table_key"]

#: ``(namespace, schema, name, arguments, parent)``: two objects with one key cannot both exist.
Key = tuple[str, str | None, str | None, tuple[str, ...] | None, str | None]

#: The namespace of each kind of object that shares one with others.
NAMESPACES = {
    "table": "relation",
    "view": "relation",
    "materialized_view": "relation",
    "foreign_table": "relation",
    "index": "relation",
    "sequence": "relation",
    "type": "type",
    "domain": "type",
    "function": "routine",
    "procedure": "routine",
    "aggregate": "routine",
    "routine": "routine",
}

#: Kinds of relations whose rows are of a type that has the relation's name.
ROW_TYPED = frozenset({"table", "view", "materialized_view", "foreign_table"})

#: The schema of temporary objects, by whatever name the session knows it.
TEMPORARY = "pg_temp"

_ON_TABLES = frozenset({"trigger", "policy", "rule", "column", "constraint"})

_IN_SCHEMAS = frozenset(
    {
        *NAMESPACES,
        *_ON_TABLES,
        "collation",
        "conversion",
        "operator",
        "operator_class",
        "operator_family",
        "statistics",
        "text_search_configuration",
        "text_search_dictionary",
        "text_search_parser",
        "text_search_template",
    }
)


def key_of(touched: SqlObject, schemas: tuple[str, ...], known: Container[Key]) -> Key:
    """What an object's name leads to.

    Args:
        touched: The object.
        schemas: The search path.
        known: The keys of what exists, for names on tables without a schema.
    """
    kind, schema, name, arguments, parent = touched
    if schema is None and kind in _IN_SCHEMAS:
        schema = schemas[0]
        if parent is not None and (kind in _ON_TABLES or kind == "index"):
            schema = _schema_of_table(parent, schemas, known)
    namespace = NAMESPACES.get(kind, kind)
    if namespace == "relation":
        return namespace, schema, name, None, None
    return namespace, schema, name, arguments, parent


def table_key(touched: SqlObject, schemas: tuple[str, ...], known: Container[Key]) -> Key | None:
    """The key of the table that an object is on, if it is on one."""
    kind, schema, _, _, parent = touched
    if parent is None or (kind not in _ON_TABLES and kind != "index"):
        return None
    if schema is None:
        schema = _schema_of_table(parent, schemas, known)
    return "relation", schema, parent, None, None


def _schema_of_table(table: str, schemas: tuple[str, ...], known: Container[Key]) -> str:
    for schema in (TEMPORARY, *schemas):
        if ("relation", schema, table, None, None) in known:
            return schema
    return schemas[0]
