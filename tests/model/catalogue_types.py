"""Types and domains, as a server's catalogues have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .catalogue_tables import NO_CONSTRAINT

if TYPE_CHECKING:
    from .catalogue import Catalogue, Rows

__all__ = ["read_types"]

_TYPES = """
    SELECT t.oid, t.typnamespace AS namespace, t.typname::text AS name, t.typtype::text AS kind,
        NOT t.typisdefined AS is_shell,
        (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e
         WHERE e.enumtypid = t.oid) AS labels,
        (SELECT jsonb_agg(jsonb_build_array(
            a.attname, format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> b.typcollation
                THEN (SELECT jsonb_build_array(l.collnamespace::int, l.collname) FROM pg_collation l
                      WHERE l.oid = a.attcollation) END,
            col_description(a.attrelid, a.attnum)) ORDER BY a.attnum)
         FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
         WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes
    FROM pg_type t
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typtype IN ('e', 'r') OR t.typtype = 'c' AND c.relkind = 'c' OR t.typtype = 'p'
        OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
"""

_DOMAINS = """
    SELECT t.oid, t.typnamespace AS namespace, t.typname::text AS name,
        format_type(t.typbasetype, t.typtypmod) AS type, t.typnotnull AS is_not_null,
        t.typdefault IS NOT NULL AS has_default,
        CASE WHEN t.typcollation <> b.typcollation THEN
            (SELECT jsonb_build_array(l.collnamespace::int, l.collname) FROM pg_collation l
             WHERE l.oid = t.typcollation) END AS collation,
        (SELECT jsonb_agg(jsonb_build_array(k.conname, k.contype, k.convalidated,
            obj_description(k.oid, 'pg_constraint')) ORDER BY k.conname)
         FROM pg_constraint k WHERE k.contypid = t.oid) AS constraints
    FROM pg_type t JOIN pg_type b ON b.oid = t.typbasetype
    WHERE t.typtype = 'd'
"""

_KINDS = {"e": "enum", "r": "range", "c": "composite", "b": "base", "p": "shell"}
_CONSTRAINTS = {"c": "check", "n": "not_null"}


def read_types(catalogue: Catalogue) -> Rows:
    """Enums, composite types, ranges, base and shell types; domains with their constraints."""
    rows: Rows = {"type": {}, "domain": {}}
    for row in catalogue.rows(_TYPES, catalogue="pg_type"):
        rows["type"][row["schema"], row["name"]] = {
            "kind": "shell" if row["is_shell"] else _KINDS[row["kind"]],
            "labels": tuple(row["labels"] or ()),
            "attributes": tuple(
                (name, spelling, catalogue.called(collation), comment)
                for name, spelling, collation, comment in row["attributes"] or ()
            ),
        }
    for row in catalogue.rows(_DOMAINS, catalogue="pg_type"):
        rows["domain"][row["schema"], row["name"]] = {
            "type": row["type"],
            "is_not_null": row["is_not_null"],
            "has_default": row["has_default"],
            "collation": catalogue.called(row["collation"]),
            "constraints": {
                name: {
                    **NO_CONSTRAINT,
                    "kind": _CONSTRAINTS[kind],
                    "is_valid": is_valid,
                    "comment": comment,
                }
                for name, kind, is_valid, comment in row["constraints"] or ()
            },
        }
    return rows
