"""Schemas, extensions, and the kinds that are told by their clauses, as a server's catalogues have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .catalogue import Catalogue, Rows

__all__ = ["read_others"]

_SCHEMAS = """
    SELECT n.oid, n.oid AS namespace FROM pg_namespace n WHERE n.nspname <> 'public' AND n.nspname !~ '^pg_'
"""

_EXTENSIONS = """
    SELECT e.oid, e.extname::text AS name, e.extversion AS version, e.extnamespace AS namespace_of_members
    FROM pg_extension e
"""

_DEFINITIONS = """
    SELECT 'pg_cast' AS catalogue, c.oid, 'cast' AS kind, NULL::oid AS of_schema, NULL AS name,
        ARRAY[format_type(c.castsource, NULL), format_type(c.casttarget, NULL)] AS arguments, NULL AS parent
    FROM pg_cast c
    WHERE NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')
    UNION ALL
    SELECT 'pg_operator', o.oid, 'operator', o.oprnamespace, o.oprname,
        ARRAY[CASE WHEN o.oprleft = 0 THEN 'none' ELSE format_type(o.oprleft, NULL) END,
              CASE WHEN o.oprright = 0 THEN 'none' ELSE format_type(o.oprright, NULL) END], NULL
    FROM pg_operator o
    WHERE o.oprcode <> 0
    UNION ALL
    SELECT 'pg_opclass', o.oid, 'operator_class', o.opcnamespace, o.opcname, NULL, m.amname
    FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
    UNION ALL
    SELECT 'pg_opfamily', o.oid, 'operator_family', o.opfnamespace, o.opfname, NULL, m.amname
    FROM pg_opfamily o JOIN pg_am m ON m.oid = o.opfmethod
    UNION ALL
    SELECT 'pg_collation', c.oid, 'collation', c.collnamespace, c.collname, NULL, NULL FROM pg_collation c
    UNION ALL
    SELECT 'pg_conversion', c.oid, 'conversion', c.connamespace, c.conname, NULL, NULL FROM pg_conversion c
    UNION ALL
    SELECT 'pg_ts_config', c.oid, 'text_search_configuration', c.cfgnamespace, c.cfgname, NULL, NULL
    FROM pg_ts_config c
    UNION ALL
    SELECT 'pg_ts_dict', d.oid, 'text_search_dictionary', d.dictnamespace, d.dictname, NULL, NULL
    FROM pg_ts_dict d
    UNION ALL
    SELECT 'pg_ts_parser', p.oid, 'text_search_parser', p.prsnamespace, p.prsname, NULL, NULL
    FROM pg_ts_parser p
    UNION ALL
    SELECT 'pg_ts_template', t.oid, 'text_search_template', t.tmplnamespace, t.tmplname, NULL, NULL
    FROM pg_ts_template t
    UNION ALL
    SELECT 'pg_statistic_ext', s.oid, 'statistics', s.stxnamespace, s.stxname, NULL, NULL
    FROM pg_statistic_ext s
    UNION ALL
    SELECT 'pg_publication', p.oid, 'publication', NULL, p.pubname, NULL, NULL FROM pg_publication p
    UNION ALL
    SELECT 'pg_foreign_data_wrapper', w.oid, 'foreign_data_wrapper', NULL, w.fdwname, NULL, NULL
    FROM pg_foreign_data_wrapper w
    UNION ALL
    SELECT 'pg_foreign_server', s.oid, 'foreign_server', NULL, s.srvname, NULL, NULL
    FROM pg_foreign_server s
    UNION ALL
    SELECT 'pg_user_mapping', u.oid, 'user_mapping', NULL, coalesce(r.rolname, 'public'), NULL, s.srvname
    FROM pg_user_mapping u JOIN pg_foreign_server s ON s.oid = u.umserver
    LEFT JOIN pg_roles r ON r.oid = u.umuser
    UNION ALL
    SELECT 'pg_language', l.oid, 'language', NULL, l.lanname, NULL, NULL FROM pg_language l
    UNION ALL
    SELECT 'pg_am', a.oid, 'access_method', NULL, a.amname, NULL, NULL FROM pg_am a
    UNION ALL
    SELECT 'pg_transform', t.oid, 'transform', NULL, l.lanname, ARRAY[format_type(t.trftype, NULL)], NULL
    FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
"""


def read_others(catalogue: Catalogue) -> Rows:
    """Schemas but ``public``, extensions, and all that the model has as definitions."""
    rows: Rows = {"schema": {}, "extension": {}, "definition": {}}
    for row in catalogue.rows(_SCHEMAS, catalogue="pg_namespace"):
        rows["schema"][row["schema"],] = {}
    for row in catalogue.rows(_EXTENSIONS):
        rows["extension"][row["name"],] = {
            "version": row["version"],
            "schema": catalogue.schemas.get(row["namespace_of_members"]),
        }
    comments = {
        (name, oid): comment
        for name, oid, comment in catalogue.tuples(
            "SELECT classoid::regclass::text, objoid, description FROM pg_description WHERE objsubid = 0"
            " AND objoid >= 16384"
        )
    }
    query = f"""
        SELECT o.*, o.catalogue AS catalogue_name, o.oid AS number FROM ({_DEFINITIONS}) AS o
        WHERE o.oid >= 16384
    """
    for row in catalogue.rows(query):
        schema = None if row["of_schema"] is None else catalogue.schemas[row["of_schema"]]
        arguments = None if row["arguments"] is None else ", ".join(row["arguments"])
        rows["definition"][row["kind"], schema, row["name"], arguments, row["parent"]] = {
            "comment": comments.get((row["catalogue_name"], row["number"]))
        }
    return rows
