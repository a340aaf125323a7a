"""Owners, privileges, comments, roles and default privileges, as a server's catalogues have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .catalogue import Catalogue, Key, Row, Rows

__all__ = ["SAID_OF_PUBLIC", "options_of", "read_privileges"]

#: What every database says of its schema ``public``.
SAID_OF_PUBLIC: dict[str, Any] = {
    "owner": "pg_database_owner",
    "privileges": {(None, "CREATE", False), (None, "USAGE", False), ("public", "USAGE", False)},
    "comment": "standard public schema",
}

#: What an access control list says, with the identifiers of the grantees.
_EXPLODED = """CASE WHEN {acl} IS NOT NULL THEN coalesce(
        (SELECT jsonb_agg(jsonb_build_array(e.grantee::bigint, e.privilege_type, e.is_grantable))
         FROM aclexplode(CASE WHEN cardinality({acl}) > 0 THEN {acl} END) AS e), '[]') END"""

_OBJECTS = """
    SELECT o.oid, o.catalogue, o.namespace, o.kind, o.name::text AS name, o.arguments, o.owner, o.comment,
        {exploded} AS privileges
    FROM (
    SELECT 'pg_namespace' AS catalogue, n.oid, n.oid AS namespace, 'schema' AS kind, NULL AS name,
        NULL AS arguments, n.nspowner AS owner, n.nspacl AS acl, obj_description(n.oid, 'pg_namespace')
        AS comment
    FROM pg_namespace n
    UNION ALL
    SELECT 'pg_class', c.oid, c.relnamespace, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view'
        WHEN 'S' THEN 'sequence' ELSE 'table' END, c.relname, NULL, c.relowner, c.relacl,
        obj_description(c.oid, 'pg_class')
    FROM pg_class c WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL
    SELECT 'pg_class', c.oid, c.relnamespace, 'index', c.relname, NULL, NULL, NULL,
        obj_description(c.oid, 'pg_class')
    FROM pg_class c WHERE c.relkind IN ('i', 'I')
    UNION ALL
    SELECT 'pg_type', t.oid, t.typnamespace, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.typname,
        NULL, t.typowner, t.typacl, obj_description(t.oid, 'pg_type')
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typtype IN ('e', 'r', 'd') OR t.typtype = 'c' AND c.relkind = 'c'
        OR t.typtype = 'p' OR t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
    UNION ALL
    SELECT 'pg_proc', p.oid, p.pronamespace, CASE p.prokind WHEN 'a' THEN 'aggregate' ELSE 'routine' END,
        p.proname, (SELECT coalesce(string_agg(format_type(t, NULL), ', ' ORDER BY n), '')
            FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)), p.proowner, p.proacl,
        obj_description(p.oid, 'pg_proc')
    FROM pg_proc p
    WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
    ) AS o
"""

_COLUMN_PRIVILEGES = """
    SELECT c.oid, c.relnamespace AS namespace, c.relname::text AS table, a.attname::text AS name,
        c.relowner AS owner, {exploded} AS privileges, col_description(c.oid, a.attnum) AS comment
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
        AND (a.attacl IS NOT NULL OR col_description(c.oid, a.attnum) IS NOT NULL)
"""

#: Comments on what belongs to a table and has no privileges.
_COMMENTS = """
    SELECT k.oid, c.relnamespace AS namespace, 'constraint' AS kind, c.relname::text AS table,
        k.conname::text AS name, obj_description(k.oid, 'pg_constraint') AS comment
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    UNION ALL
    SELECT t.oid, c.relnamespace, 'trigger', c.relname, t.tgname, obj_description(t.oid, 'pg_trigger')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    UNION ALL
    SELECT p.oid, c.relnamespace, 'policy', c.relname, p.polname, obj_description(p.oid, 'pg_policy')
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    UNION ALL
    SELECT r.oid, c.relnamespace, 'rule', c.relname, r.rulename, obj_description(r.oid, 'pg_rewrite')
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
"""

_WITHOUT_SCHEMA = """
    SELECT e.oid, 'extension' AS kind, e.extname::text AS name, NULL::oid AS owner,
        obj_description(e.oid, 'pg_extension') AS comment, 'pg_extension' AS catalogue
    FROM pg_extension e
    UNION ALL
    SELECT t.oid, 'event_trigger', t.evtname, t.evtowner, obj_description(t.oid, 'pg_event_trigger'),
        'pg_event_trigger'
    FROM pg_event_trigger t
    UNION ALL
    SELECT r.oid, 'role', r.rolname, NULL, shobj_description(r.oid, 'pg_authid'), 'pg_authid'
    FROM pg_roles r
"""

_ROLES = """
    SELECT r.oid, r.rolname::text AS name, r.rolcanlogin AS can_login, r.rolsuper AS superuser,
        r.rolcreaterole AS createrole, r.rolcreatedb AS createdb, r.rolreplication AS replication,
        r.rolbypassrls AS bypassrls, r.rolinherit AS inherit, r.rolconnlimit AS connection_limit,
        (SELECT array_agg(g.rolname::text ORDER BY g.rolname) FROM pg_auth_members m
         JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS member_of,
        (SELECT s.setconfig FROM pg_db_role_setting s
         WHERE s.setrole = r.oid AND s.setdatabase = 0) AS settings
    FROM pg_roles r
"""

_DEFAULTS = """
    SELECT 16384 AS oid, d.defaclrole AS role, d.defaclnamespace AS in_schema,
        d.defaclobjtype::text AS objects,
        d.defaclrole AS owner, {after} AS privileges, {before} AS before
    FROM (SELECT *, CASE WHEN defaclnamespace = 0
            THEN acldefault(CASE defaclobjtype WHEN 'S' THEN 's' ELSE defaclobjtype END, defaclrole)
            ELSE '{{}}'::aclitem[] END AS before FROM pg_default_acl) AS d
"""

_DEFAULT_OBJECTS = {
    "r": "tables",
    "S": "sequences",
    "f": "functions",
    "T": "types",
    "n": "schemas",
    "L": "large objects",
}


def options_of(pairs: Iterable[str] | None) -> list[tuple[str, str | None]]:
    """Names and values of what a catalogue has as ``name=value``."""
    split = (pair.partition("=") for pair in pairs or ())
    return [(name, value if sign else None) for name, sign, value in split]


def read_privileges(catalogue: Catalogue) -> Rows:
    """Owners, privileges and comments of everything that has some; default privileges; roles."""
    return {
        "about": {key: said for key, said in _about(catalogue) if any(v is not None for v in said.values())},
        "default_privileges": _defaults(catalogue),
        "role": {
            (row.pop("name"),): row
            | {
                "member_of": tuple(row["member_of"] or ()),
                "settings": {name.lower(): value for name, value in options_of(row["settings"])},
            }
            for row in catalogue.rows(_ROLES, catalogue="pg_authid")
            if row["name"] not in catalogue.known_roles
        },
    }


def _about(catalogue: Catalogue) -> Iterator[tuple[Key, Row]]:
    for row in catalogue.rows(_OBJECTS.format(exploded=_EXPLODED.format(acl="o.acl"))):
        parts = (row["kind"], row["schema"], row["name"], row["arguments"])
        said = {
            "owner": None if row["owner"] is None else catalogue.owner(row["owner"]),
            "privileges": _privileges(catalogue, row, "privileges"),
            "comment": row["comment"],
        }
        if parts[:2] == ("schema", "public"):
            for name, usual in SAID_OF_PUBLIC.items():
                said[name] = None if said[name] == usual else said[name]
        yield tuple(part for part in parts if part is not None), said
    for row in catalogue.rows(
        _COLUMN_PRIVILEGES.format(exploded=_EXPLODED.format(acl="a.attacl")), catalogue="pg_class"
    ):
        privileges = _privileges(catalogue, row, "privileges")
        yield (
            ("column", row["schema"], row["table"], row["name"]),
            {"privileges": privileges, "comment": row["comment"]},
        )
    for row in catalogue.rows(_COMMENTS):
        yield (row["kind"], row["schema"], row["table"], row["name"]), {"comment": row["comment"]}
    for row in catalogue.rows(_WITHOUT_SCHEMA):
        if row["kind"] == "role" and row["name"] in catalogue.known_roles:
            continue
        owner = None if row["owner"] is None else catalogue.owner(row["owner"])
        yield (row["kind"], row["name"]), {"owner": owner, "comment": row["comment"]}


def _privileges(catalogue: Catalogue, row: Row, name: str) -> set[tuple[str | None, str, bool]] | None:
    """Who may do what: None for whoever owns it, and for privileges that nobody has said anything of."""
    if row[name] is None:
        return None
    return {
        (None if grantee == row["owner"] else catalogue.roles.get(grantee, "public"), privilege, is_grantable)
        for grantee, privilege, is_grantable in row[name]
    }


def _defaults(catalogue: Catalogue) -> dict[Key, Row]:
    query = _DEFAULTS.format(
        after=_EXPLODED.format(acl="d.defaclacl"), before=_EXPLODED.format(acl="d.before")
    )
    found: dict[Key, Row] = {}
    for row in catalogue.rows(query):
        after = _privileges(catalogue, row, "privileges") or set()
        before = _privileges(catalogue, row, "before") or set()
        schema = catalogue.schemas[row["in_schema"]] if row["in_schema"] else None
        key = catalogue.owner(row["role"]), schema, _DEFAULT_OBJECTS[row["objects"]]
        found[key] = {"granted": after - before, "revoked": before - after}
    return found
