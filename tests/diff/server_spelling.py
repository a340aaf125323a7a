"""All that a text makes in a database, as its server spells it: one text for each thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

__all__ = ["spelt_by_server"]


def _privileges(column: str, kind: str, owner: str) -> str:
    """What is granted, in an order that does not tell who was granted first."""
    return f"""(SELECT string_agg(
        concat_ws(' ', coalesce(g.rolname, 'public'), a.privilege_type, a.is_grantable), ', '
        ORDER BY g.rolname, a.privilege_type, a.is_grantable)
        FROM aclexplode(coalesce({column}, acldefault('{kind}', {owner}))) a
        LEFT JOIN pg_roles g ON g.oid = a.grantee)"""


_OURS = "!~ '^(pg_|information_schema$)'"
#: Storage parameters, whose order says nothing.
_OPTIONS = "(SELECT string_agg(o, ', ' ORDER BY o) FROM unnest({}) o)"

_RELATIONS = f"""
    SELECT 'relation', c.oid::regclass::text, concat_ws(' | ', c.relkind, c.relpersistence, c.relrowsecurity,
        c.relforcerowsecurity, c.relreplident, {_OPTIONS.format("c.reloptions")},
        {_OPTIONS.format("t.reloptions")}, m.amname, s.spcname, r.rolname,
        pg_get_expr(c.relpartbound, c.oid), CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
        (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i
            WHERE i.inhrelid = c.oid AND c.relkind NOT IN ('i', 'I')),
        CASE WHEN c.relkind = 'S' THEN {_privileges("c.relacl", "s", "c.relowner")}
            WHEN c.relkind NOT IN ('i', 'I', 'c') THEN {_privileges("c.relacl", "r", "c.relowner")} END)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname {_OURS}
    JOIN pg_roles r ON r.oid = c.relowner LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    LEFT JOIN pg_am m ON m.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace"""

_COLUMNS = f"""
    SELECT 'column', c.oid::regclass::text || '.' || a.attname, concat_ws(' | ',
        row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
        format_type(a.atttypid, a.atttypmod), a.attnotnull, l.collname, pg_get_expr(d.adbin, d.adrelid),
        a.attidentity, a.attgenerated, a.attstorage, a.attcompression, coalesce(a.attstattarget, -1),
        a.attoptions, a.attfdwoptions, a.attislocal, a.attinhcount,
        CASE WHEN a.attacl IS NOT NULL THEN {_privileges("a.attacl", "c", "c.relowner")} END)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind NOT IN ('i', 'I', 'S')
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname {_OURS}
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped"""

_PARTS = f"""
    SELECT 'constraint', concat_ws(' ', k.conname,
            nullif(k.conrelid, 0)::regclass, nullif(k.contypid, 0)::regtype),
        concat_ws(' | ', pg_get_constraintdef(k.oid), k.convalidated, k.conislocal, k.coninhcount > 0)
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace AND n.nspname {_OURS}
    WHERE k.contype <> 't'
    UNION ALL SELECT 'index', i.indexrelid::regclass::text,
        concat_ws(' | ', pg_get_indexdef(i.indexrelid), i.indisclustered, i.indisreplident,
        (SELECT string_agg(a.attstattarget::text, ', ' ORDER BY a.attnum) FROM pg_attribute a
            WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname {_OURS}
    UNION ALL SELECT 'rule', r.ev_class::regclass || ' ' || r.rulename,
        concat_ws(' | ', pg_get_ruledef(r.oid), r.ev_enabled)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname {_OURS}
    UNION ALL SELECT 'trigger', t.tgrelid::regclass || ' ' || t.tgname,
        concat_ws(' | ', pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_trigger t WHERE NOT t.tgisinternal
    UNION ALL SELECT 'policy', p.polrelid::regclass || ' ' || p.polname,
        concat_ws(' | ', p.polcmd, p.polpermissive,
        (SELECT string_agg(coalesce(r.rolname, 'public'), ', ' ORDER BY r.rolname)
            FROM unnest(p.polroles) u LEFT JOIN pg_roles r ON r.oid = u),
        pg_get_expr(p.polqual, p.polrelid), '/', pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy p"""

_OTHERS = f"""
    SELECT 'routine', p.oid::regprocedure::text, concat_ws(' | ', r.rolname, p.prokind,
        p.proparallel, pg_get_function_arguments(p.oid),
        CASE WHEN p.prokind = 'a' THEN
            (SELECT row_to_json(a)::jsonb - 'aggfnoid' FROM pg_aggregate a WHERE a.aggfnoid = p.oid)::text
            ELSE pg_get_functiondef(p.oid) END,
        {_privileges("p.proacl", "f", "p.proowner")})
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname {_OURS}
    JOIN pg_roles r ON r.oid = p.proowner
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype IN ('e', 'i'))
    UNION ALL SELECT 'type', t.oid::regtype::text, concat_ws(' | ', r.rolname, t.typtype,
        format_type(nullif(t.typbasetype, 0), t.typtypmod), t.typnotnull, t.typdefault, l.collname,
        (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e
            WHERE e.enumtypid = t.oid),
        (SELECT concat_ws(' ', g.rngsubtype::regtype, g.rngsubopc, g.rngcollation, g.rngcanonical,
                g.rngsubdiff)
            FROM pg_range g WHERE g.rngtypid = t.oid),
        {_privileges("t.typacl", "T", "t.typowner")})
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND n.nspname {_OURS}
    JOIN pg_roles r ON r.oid = t.typowner LEFT JOIN pg_collation l ON l.oid = t.typcollation
    WHERE t.typelem = 0
    UNION ALL SELECT 'sequence', s.seqrelid::regclass::text, concat_ws(' | ', s.seqtypid::regtype, s.seqstart,
        s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle,
        (SELECT d.refobjid::regclass || '.' || d.refobjsubid FROM pg_depend d
            WHERE d.objid = s.seqrelid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid AND c.relpersistence <> 't'
    UNION ALL SELECT 'schema', n.nspname, concat_ws(' | ', r.rolname,
        {_privileges("n.nspacl", "n", "n.nspowner")})
    FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname !~ '^pg_(toast|temp)'
    UNION ALL SELECT 'comment', concat_ws(' ', i.type, i.identity), d.description
    FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i WHERE d.objoid >= 16384
    UNION ALL SELECT 'comment', 'role ' || r.rolname, d.description
    FROM pg_shdescription d JOIN pg_roles r ON r.oid = d.objoid WHERE d.classoid = 'pg_authid'::regclass
    UNION ALL SELECT 'membership', concat_ws(' ', a.roleid::regrole, a.member::regrole), a.admin_option::text
    FROM pg_auth_members a
    UNION ALL SELECT 'role', r.rolname, (row_to_json(r)::jsonb - 'oid')::text FROM pg_roles r
    UNION ALL SELECT 'statistics', s.stxname,
        concat_ws(' | ', pg_get_statisticsobjdef(s.oid), s.stxstattarget)
    FROM pg_statistic_ext s
    UNION ALL SELECT 'operator', o.oid::regoperator::text, concat_ws(' | ', o.oprcode, o.oprcom::regoperator,
        o.oprnegate::regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash)
    FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace AND n.nspname {_OURS}
    UNION ALL SELECT 'cast', concat_ws(' ', c.castsource::regtype, c.casttarget::regtype),
        concat_ws(' | ', nullif(c.castfunc, 0)::regprocedure, c.castcontext, c.castmethod)
    FROM pg_cast c WHERE c.oid >= 16384
    UNION ALL SELECT 'collation', concat_ws('.', n.nspname, l.collname),
        (row_to_json(l)::jsonb - ARRAY['oid', 'collname', 'collnamespace', 'collowner', 'collversion'])::text
    FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace AND n.nspname {_OURS}
    UNION ALL SELECT 'dictionary', concat_ws('.', n.nspname, d.dictname),
        concat_ws(' | ', t.tmplname, d.dictinitoption)
    FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = d.dicttemplate
    JOIN pg_namespace n ON n.oid = d.dictnamespace AND n.nspname {_OURS}
    UNION ALL SELECT 'configuration', concat_ws('.', n.nspname, g.cfgname), concat_ws(' | ', r.prsname,
        (SELECT string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), ', '
            ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = g.oid))
    FROM pg_ts_config g JOIN pg_ts_parser r ON r.oid = g.cfgparser
    JOIN pg_namespace n ON n.oid = g.cfgnamespace AND n.nspname {_OURS}
    UNION ALL SELECT 'publication', p.pubname, concat_ws(' | ', p.puballtables, p.pubinsert, p.pubupdate,
        p.pubdelete, p.pubtruncate, p.pubviaroot,
        (SELECT string_agg(concat_ws(' ', r.prrelid::regclass, r.prattrs,
            pg_get_expr(r.prqual, r.prrelid)), ', ' ORDER BY r.prrelid::regclass::text)
            FROM pg_publication_rel r WHERE r.prpubid = p.oid),
        (SELECT string_agg(s.pnnspid::regnamespace::text, ', ' ORDER BY s.pnnspid::regnamespace::text)
            FROM pg_publication_namespace s WHERE s.pnpubid = p.oid))
    FROM pg_publication p
    UNION ALL SELECT 'server', s.srvname, concat_ws(' | ', w.fdwname, s.srvtype, s.srvversion,
        {_OPTIONS.format("s.srvoptions")})
    FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    UNION ALL SELECT 'default privileges', concat_ws(' ', d.defaclrole::regrole,
        nullif(d.defaclnamespace, 0)::regnamespace, d.defaclobjtype), (SELECT string_agg(concat_ws(' ',
            coalesce(g.rolname, 'public'), a.privilege_type, a.is_grantable), ', '
            ORDER BY g.rolname, a.privilege_type) FROM aclexplode(d.defaclacl) a
            LEFT JOIN pg_roles g ON g.oid = a.grantee)
    FROM pg_default_acl d"""


def spelt_by_server(connection: psycopg.Connection[Any]) -> set[tuple[str, ...]]:
    """What there is, as kind, name and text."""
    connection.execute("RESET SESSION AUTHORIZATION; RESET ROLE; SET LOCAL search_path = ''")
    found: set[tuple[str, ...]] = set()
    for query in (_RELATIONS, _COLUMNS, _PARTS, _OTHERS):
        found |= set(connection.execute(query.encode()).fetchall())
    return found
