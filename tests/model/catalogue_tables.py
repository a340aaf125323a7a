"""Tables, their columns and constraints, indexes, sequences and views, as a server's catalogues have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from confiture._pure.schema.catalog import catalog
from confiture._pure.schema.indexes import read_key
from confiture._pure.schema.text import reader_of

from .catalogue_privileges import options_of

if TYPE_CHECKING:
    from .catalogue import Catalogue, Rows

__all__ = ["ACTIONS", "NO_CONSTRAINT", "PERSISTENCE", "operator_class", "read_tables"]

PERSISTENCE = {"p": "permanent", "u": "unlogged", "t": "temporary"}
ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_IDENTITY = {"": None, "a": "always", "d": "by default"}
_STORAGE = {"p": "plain", "e": "external", "x": "extended", "m": "main"}
_COMPRESSION = {"": None, "p": "pglz", "l": "lz4"}
_REPLICA_IDENTITY = {"d": "default", "f": "full", "n": "nothing"}
_CONSTRAINTS = {
    "p": "primary_key",
    "u": "unique",
    "c": "check",
    "f": "foreign_key",
    "x": "exclusion",
    "n": "not_null",
}

#: What the row of a constraint says of what it has not.
NO_CONSTRAINT: dict[str, Any] = {
    "columns": (),
    "keys": (),
    "references": None,
    "referenced_columns": (),
    "match": "simple",
    "on_delete": "no action",
    "on_update": "no action",
    "on_delete_columns": (),
    "include": (),
    "nulls_not_distinct": False,
    "is_period": False,
    "options": {},
    "tablespace": None,
    "is_deferrable": False,
    "is_deferred": False,
    "is_valid": True,
    "is_enforced": True,
    "is_inheritable": True,
    "is_inherited": False,
    "is_local": True,
}

_TABLES = """
    SELECT c.oid, c.relnamespace AS namespace, c.relname::text AS name, c.relkind::text AS kind,
        c.relpersistence::text AS persistence, c.relrowsecurity AS has_row_security,
        c.relforcerowsecurity AS forces_row_security, c.relreplident::text AS replica_identity,
        c.reloptions AS options, t.reloptions AS toast_options, c.relispartition AS is_partition,
        c.relispopulated AS has_data, m.amname::text AS access_method, s.spcname::text AS tablespace,
        (SELECT x.relname::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
         WHERE i.indrelid = c.oid AND i.indisreplident) AS replica_index,
        (SELECT x.relname::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
         WHERE i.indrelid = c.oid AND i.indisclustered) AS clustered_on,
        (SELECT jsonb_agg(jsonb_build_array(p.relnamespace::int, p.relname) ORDER BY h.inhseqno)
         FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE h.inhrelid = c.oid) AS parents,
        (SELECT jsonb_build_array(o.typnamespace::int, o.typname) FROM pg_type o WHERE o.oid = c.reloftype)
        AS of_type,
        v.srvname::text AS server, f.ftoptions AS foreign_options
    FROM pg_class c
    LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    LEFT JOIN pg_am m ON m.oid = c.relam
    LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
    LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
    LEFT JOIN pg_foreign_server v ON v.oid = f.ftserver
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
"""

_COLUMNS = """
    SELECT c.oid, c.relnamespace AS namespace, c.relname::text AS table, a.attname::text AS name,
        row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS position,
        format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS is_not_null,
        a.atthasdef AND a.attgenerated = '' AS has_default, a.attidentity::text AS identity,
        a.attgenerated::text AS generated,
        CASE WHEN a.attcollation <> t.typcollation THEN
            jsonb_build_array(l.collnamespace::int, l.collname) END AS collation,
        CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
        a.attcompression::text AS compression, nullif(a.attstattarget::int, -1) AS statistics,
        a.attoptions AS options, a.attfdwoptions AS foreign_options,
        a.attinhcount > 0 AS is_inherited, a.attislocal AS is_local
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
"""

#: Those that a foreign key has for each partition of the table it refers to are the server's own.
_TABLE_CONSTRAINTS = """
    SELECT c.oid, c.relnamespace AS namespace, c.relname::text AS table, k.conname::text AS name,
        k.contype::text AS kind, k.condeferrable AS is_deferrable, k.condeferred AS is_deferred,
        k.convalidated AS is_valid, k.conislocal AS is_local, k.coninhcount > 0 AS is_inherited,
        k.connoinherit AS is_final, f.relnamespace AS referenced_schema,
        f.relname::text AS referenced_table, k.confupdtype::text AS on_update,
        k.confdeltype::text AS on_delete, k.confmatchtype::text AS match,
        (SELECT array_agg(a.attname::text ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY AS u (number, n)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) AS columns,
        (SELECT array_agg(a.attname::text ORDER BY n) FROM unnest(k.confkey) WITH ORDINALITY AS u (number, n)
         JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number) AS referenced_columns,
        (SELECT array_agg(a.attname::text ORDER BY n)
         FROM unnest(k.confdelsetcols) WITH ORDINALITY AS u (number, n)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) AS on_delete_columns,
        (SELECT array_agg(a.attname::text ORDER BY n)
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, n)
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
         WHERE n > i.indnkeyatts) AS include,
        (SELECT array_agg(a.attname::text ORDER BY n)
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, n)
         LEFT JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number AND u.number > 0
         WHERE n <= i.indnkeyatts) AS keys,
        coalesce(i.indnullsnotdistinct, false) AS nulls_not_distinct, x.reloptions AS options,
        s.spcname::text AS tablespace,
        coalesce((to_jsonb(k) ->> 'conenforced')::bool, true) AS is_enforced,
        coalesce((to_jsonb(k) ->> 'conperiod')::bool, false) AS is_period
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_class f ON f.oid = k.confrelid
    LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class x ON x.oid = i.indexrelid
    LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
    WHERE k.contype <> 't'
        AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
"""

_INDEXES = """
    SELECT x.oid, x.relnamespace AS namespace, x.relname::text AS name, c.relname::text AS table,
        m.amname::text AS method, i.indisunique AS is_unique, i.indnullsnotdistinct AS nulls_not_distinct,
        (SELECT array_agg(CASE WHEN u.number = 0 THEN NULL ELSE a.attname::text END ORDER BY n)
         FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, n)
         LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number) AS columns,
        i.indnkeyatts AS key_count, i.indoption::int2[] AS flags, i.indpred IS NOT NULL AS has_predicate,
        x.reloptions AS options, s.spcname::text AS tablespace, p.relnamespace AS parent_schema,
        pg_get_indexdef(x.oid) AS definition,
        p.relname::text AS parent_name, m.amname = 'btree' AS is_ordered,
        (SELECT array_agg(ARRAY[a.attnum::text, a.attstattarget::text] ORDER BY a.attnum)
         FROM pg_attribute a WHERE a.attrelid = x.oid AND coalesce(a.attstattarget::int, -1) <> -1)
         AS statistics
    FROM pg_index i
    JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_am m ON m.oid = x.relam
    LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
    LEFT JOIN pg_inherits h ON h.inhrelid = x.oid
    LEFT JOIN pg_class p ON p.oid = h.inhparent
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))
"""

_SEQUENCES = """
    SELECT c.oid, c.relnamespace AS namespace, c.relname::text AS name, format_type(s.seqtypid, NULL) AS type,
        s.seqstart AS start, s.seqincrement AS increment, s.seqmin AS minimum, s.seqmax AS maximum,
        s.seqcache AS cache, s.seqcycle AS cycles, c.relpersistence::text AS persistence,
        t.relnamespace AS owner_schema, t.relname::text AS owner_table,
        a.attname::text AS owned_by_column, coalesce(d.deptype = 'i', false) AS is_identity
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class t ON t.oid = d.refobjid
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
"""


def read_tables(catalogue: Catalogue) -> Rows:
    """Tables, columns, constraints, indexes, sequences and views."""
    rows: Rows = {
        "table": {},
        "view": {},
        "column": {},
        "constraint": {},
        "index": {},
        "sequence": {},
    }
    for row in catalogue.rows(_TABLES, catalogue="pg_class"):
        kind, key = row.pop("kind"), (row["schema"], row["name"])
        parents = tuple(catalogue.named(parent) for parent in row.pop("parents") or ())
        options = dict(options_of(row.pop("options")))
        options.update({f"toast.{name}": value for name, value in options_of(row.pop("toast_options"))})
        options.update(options_of(row.pop("foreign_options")))
        replica_index = row.pop("replica_index")
        if kind == "f":
            row["replica_identity"] = "d"
        replica_identity = replica_index or _REPLICA_IDENTITY.get(row["replica_identity"], "nothing")
        persistence = PERSISTENCE[row["persistence"]]
        access_method = None if row["access_method"] == "heap" else row["access_method"]
        if kind in ("v", "m"):
            check_option = options.pop("check_option", None)
            rows["view"][key] = {
                "is_materialized": kind == "m",
                "persistence": persistence,
                "check_option": check_option,
                "has_data": row["has_data"],
                "access_method": access_method,
                "tablespace": row["tablespace"],
                "clustered_on": row["clustered_on"],
                "options": options,
            }
            continue
        rows["table"][key] = {
            "is_foreign": kind == "f",
            "is_partitioned": kind == "p",
            "persistence": persistence,
            "partition_of": parents[0] if row["is_partition"] else None,
            "inherits": () if row["is_partition"] else parents,
            "of_type": catalogue.named(row["of_type"]),
            "has_row_security": row["has_row_security"],
            "forces_row_security": row["forces_row_security"],
            "replica_identity": replica_identity,
            "clustered_on": row["clustered_on"],
            "access_method": access_method,
            "tablespace": row["tablespace"],
            "options": options,
            "server": row["server"],
        }
    for row in catalogue.rows(_COLUMNS, catalogue="pg_class"):
        key = row.pop("schema"), row.pop("table"), row.pop("name")
        generated = row.pop("generated")
        rows["column"][key] = row | {
            "type": catalogue.spelt(row["type"]),
            "collation": catalogue.called(row["collation"]),
            "identity": _IDENTITY[row["identity"]],
            "is_generated": generated != "",
            "is_virtual": generated == "v",
            "storage": _STORAGE.get(row["storage"] or ""),
            "compression": _COMPRESSION[row["compression"]],
            "options": dict(options_of(row["options"])) | dict(options_of(row.pop("foreign_options"))),
        }
    for row in catalogue.rows(_TABLE_CONSTRAINTS, catalogue="pg_class"):
        key = row.pop("schema"), row.pop("table"), row.pop("name")
        rows["constraint"][key] = _constraint(catalogue, row)
    for row in catalogue.rows(_INDEXES, catalogue="pg_class"):
        key = row.pop("schema"), row.pop("name")
        count, flags, columns = row.pop("key_count"), row.pop("flags"), row.pop("columns")
        is_ordered = row.pop("is_ordered")
        parent = catalogue.named((row.pop("parent_schema"), row.pop("parent_name")))
        rows["index"][key] = row | {
            "keys": tuple(columns[:count]),
            "orders": tuple((flag & 1 != 0, flag & 2 != 0) for flag in flags) if is_ordered else None,
            "include": tuple(columns[count:]),
            "classes": _classes(row.pop("definition")),
            "options": dict(options_of(row["options"])),
            "parent": parent,
            "statistics": tuple(map(tuple, row["statistics"] or ())),
        }
    for row in catalogue.rows(_SEQUENCES, catalogue="pg_class"):
        key = row.pop("schema"), row.pop("name")
        owner = catalogue.named((row.pop("owner_schema"), row.pop("owner_table")))
        rows["sequence"][key] = row | {
            "persistence": PERSISTENCE[row["persistence"]],
            "owned_by": owner,
        }
    return rows


def _classes(definition: str) -> tuple[str | None, ...]:
    reader = reader_of(definition)
    reader.until("using")
    reader.at += 2
    keys = map(read_key, reader.group().items())
    return tuple(None if key.column is None else operator_class(key.operator_class) for key in keys)


def operator_class(written: str | None) -> str | None:
    """An operator class, if it is one that some type has anyway."""
    name = (written or "").removeprefix("pg_catalog.").partition("(")[0]
    return name if name in catalog().classes.values() else None


def _constraint(catalogue: Catalogue, row: dict[str, Any]) -> dict[str, Any]:
    kind = _CONSTRAINTS[row["kind"]]
    is_foreign_key = kind == "foreign_key"
    return {
        "kind": kind,
        "columns": () if kind == "check" else tuple(row["columns"] or ()),
        "keys": tuple(row["keys"]) if kind == "exclusion" else (),
        "references": catalogue.named((row["referenced_schema"], row["referenced_table"]))
        if is_foreign_key
        else None,
        "referenced_columns": tuple(row["referenced_columns"] or ()),
        "match": {"f": "full", "s": "simple"}[row["match"]] if is_foreign_key else "simple",
        "on_delete": ACTIONS[row["on_delete"]] if is_foreign_key else "no action",
        "on_update": ACTIONS[row["on_update"]] if is_foreign_key else "no action",
        "on_delete_columns": tuple(row["on_delete_columns"] or ()),
        "include": tuple(row["include"] or ()),
        "nulls_not_distinct": row["nulls_not_distinct"],
        "is_period": row["is_period"],
        "options": dict(options_of(row["options"])),
        "tablespace": row["tablespace"],
        "is_deferrable": row["is_deferrable"],
        "is_deferred": row["is_deferred"],
        "is_valid": row["is_valid"],
        "is_enforced": row["is_enforced"],
        # What the server says of keys here is about itself: they never are inherited by plain tables.
        "is_inheritable": not row["is_final"] if kind in ("check", "not_null") else True,
        "is_inherited": row["is_inherited"],
        "is_local": row["is_local"],
    }
