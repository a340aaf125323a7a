"""Routines, aggregates, triggers, policies and rules, as a server's catalogues have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture._pure import normalize_statements

from .catalogue_privileges import options_of

if TYPE_CHECKING:
    from .catalogue import Catalogue, Rows

__all__ = ["ENABLED", "read_routines"]

ENABLED = {"O": "origin", "R": "replica", "A": "always", "D": "disabled"}
_MODES = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}
_VOLATILITY = {"v": "volatile", "s": "stable", "i": "immutable"}
_PARALLEL = {"u": "unsafe", "r": "restricted", "s": "safe"}
_COMMANDS = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
_RULE_EVENTS = {"1": "select", "2": "update", "3": "insert", "4": "delete"}

#: The bits of ``pg_trigger.tgtype``, as ``src/include/catalog/pg_trigger.h`` has them.
_ROW, _BEFORE, _INSTEAD = 1, 2, 64
_EVENTS = {"insert": 4, "update": 16, "delete": 8, "truncate": 32}

_ROUTINES = """
    SELECT p.oid, p.pronamespace AS namespace, p.proname::text AS name, p.prokind::text AS kind,
        p.proargnames::text[] AS names, p.proargmodes::text[] AS modes,
        (SELECT array_agg(format_type(t, NULL) ORDER BY n)
         FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS u (t, n)) AS types,
        (SELECT array_agg(format_type(t, NULL) ORDER BY n)
         FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)) AS inputs,
        p.pronargdefaults AS default_count, format_type(p.prorettype, NULL) AS returns,
        p.proretset AS returns_set, l.lanname::text AS language, p.provolatile::text AS volatility,
        p.proisstrict AS is_strict, p.prosecdef AS is_security_definer, p.proleakproof AS is_leakproof,
        p.proparallel::text AS parallel, p.proconfig AS settings, p.prosrc AS body, p.probin AS library,
        p.prosqlbody IS NOT NULL AS has_sql_body, a.aggkind::text AS aggregate_kind,
        a.aggnumdirectargs AS direct_count
    FROM pg_proc p
    JOIN pg_language l ON l.oid = p.prolang
    LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
    WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
"""

_TRIGGERS = """
    SELECT t.oid, c.relnamespace AS namespace, c.relname::text AS table, t.tgname::text AS name,
        t.tgtype AS type, t.tgenabled::text AS enabled, t.tgqual IS NOT NULL AS has_condition,
        (SELECT array_agg(a.attname::text ORDER BY n)
         FROM unnest(t.tgattr::int2[]) WITH ORDINALITY AS u (number, n)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number) AS update_columns,
        f.pronamespace AS function_schema, f.proname::text AS function_name,
        encode(t.tgargs, 'hex') AS arguments, t.tgconstraint <> 0 AS is_constraint,
        r.relnamespace AS referenced_schema, r.relname::text AS referenced_name,
        t.tgdeferrable AS is_deferrable, t.tginitdeferred AS is_deferred, t.tgoldtable::text AS old_table,
        t.tgnewtable::text AS new_table, pc.relnamespace AS parent_schema, pc.relname::text AS parent_name,
        (SELECT array_agg(e.extname::text ORDER BY e.extname) FROM pg_depend d
         JOIN pg_extension e ON e.oid = d.refobjid
         WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'x') AS depends_on
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc f ON f.oid = t.tgfoid
    LEFT JOIN pg_class r ON r.oid = t.tgconstrrelid
    LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
    LEFT JOIN pg_class pc ON pc.oid = p.tgrelid
    WHERE NOT t.tgisinternal
"""

_POLICIES = """
    SELECT p.oid, c.relnamespace AS namespace, c.relname::text AS table, p.polname::text AS name,
        p.polpermissive AS is_permissive, p.polcmd::text AS command, p.polroles AS roles,
        p.polqual IS NOT NULL AS has_using, p.polwithcheck IS NOT NULL AS has_check
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
"""

_RULES = """
    SELECT r.oid, c.relnamespace AS namespace, c.relname::text AS table, r.rulename::text AS name,
        r.ev_type::text AS event, r.is_instead, r.ev_enabled::text AS enabled,
        r.ev_qual::text <> '<>' AS has_condition, pg_get_ruledef(r.oid) !~ ' NOTHING;$' AS has_actions
    FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE r.rulename <> '_RETURN'
"""

_EVENT_TRIGGERS = """
    SELECT t.oid, t.evtname::text AS name, t.evtevent::text AS event, t.evttags AS tags,
        t.evtenabled::text AS enabled, f.pronamespace AS function_schema, f.proname::text AS function_name
    FROM pg_event_trigger t JOIN pg_proc f ON f.oid = t.evtfoid
"""


def read_routines(catalogue: Catalogue) -> Rows:
    """Functions, procedures and aggregates; triggers and event triggers, policies and rules."""
    rows: Rows = {"routine": {}, "aggregate": {}}
    for row in catalogue.rows(_ROUTINES, catalogue="pg_proc"):
        key = row["schema"], row["name"], ", ".join(row["inputs"] or ())
        types = row["types"] or []
        names = [name or None for name in row["names"] or [None] * len(types)]
        modes = [_MODES[mode] for mode in row["modes"] or "i" * len(types)]
        arguments = tuple(zip(names, modes, types, strict=True))
        if row["kind"] == "a":
            is_ordered, direct = row["aggregate_kind"] != "n", row["direct_count"]
            rows["aggregate"][key] = {
                "arguments": arguments[:direct] if is_ordered else arguments,
                "ordered_arguments": _ordered(arguments, direct) if is_ordered else None,
            }
            continue
        is_procedure = row["kind"] == "p"
        rows["routine"][key] = {
            "is_procedure": is_procedure,
            "is_window": row["kind"] == "w",
            "arguments": arguments,
            "default_count": row["default_count"],
            "returns": None if is_procedure else row["returns"],
            "returns_set": row["returns_set"],
            "language": row["language"],
            "volatility": _VOLATILITY[row["volatility"]],
            "is_strict": row["is_strict"],
            "is_security_definer": row["is_security_definer"],
            "is_leakproof": row["is_leakproof"],
            "parallel": _PARALLEL[row["parallel"]],
            "settings": {name.lower() for name, _ in options_of(row["settings"])},
            "body": None if row["has_sql_body"] else _body(row["language"], row["body"]),
            "library": row["library"],
            "has_sql_body": row["has_sql_body"],
        }
    rows["trigger"] = {
        (row.pop("schema"), row.pop("table"), row.pop("name")): {
            "timing": _timing(row["type"]),
            "is_for_each_row": row["type"] & _ROW != 0,
            "events": tuple(event for event, bit in _EVENTS.items() if row["type"] & bit),
            "update_columns": tuple(row["update_columns"] or ()),
            "has_condition": row["has_condition"],
            "function": catalogue.named((row["function_schema"], row["function_name"])),
            "arguments": tuple(bytes.fromhex(row["arguments"]).decode().split("\0")[:-1]),
            "is_constraint": row["is_constraint"],
            "references": catalogue.named((row["referenced_schema"], row["referenced_name"])),
            "is_deferrable": row["is_deferrable"],
            "is_deferred": row["is_deferred"],
            "old_table": row["old_table"],
            "new_table": row["new_table"],
            "enabled": ENABLED[row["enabled"]],
            "parent": catalogue.named((row["parent_schema"], row["parent_name"])),
            "depends_on": tuple(row["depends_on"] or ()),
        }
        for row in catalogue.rows(_TRIGGERS, catalogue="pg_trigger")
    }
    rows["policy"] = {
        (row.pop("schema"), row.pop("table"), row.pop("name")): row
        | {
            "command": _COMMANDS[row["command"]],
            "roles": tuple(sorted(catalogue.roles.get(role, "public") for role in row["roles"])),
        }
        for row in catalogue.rows(_POLICIES, catalogue="pg_policy")
    }
    rows["rule"] = {
        (row.pop("schema"), row.pop("table"), row.pop("name")): row
        | {"event": _RULE_EVENTS[row["event"]], "enabled": ENABLED[row["enabled"]]}
        for row in catalogue.rows(_RULES, catalogue="pg_rewrite")
    }
    rows["event_trigger"] = {
        (row["name"],): {
            "event": row["event"],
            "tags": tuple(sorted(row["tags"] or ())),
            "function": catalogue.named((row["function_schema"], row["function_name"])),
            "enabled": ENABLED[row["enabled"]],
        }
        for row in catalogue.rows(_EVENT_TRIGGERS, catalogue="pg_event_trigger")
    }
    return rows


def _body(language: str, text: str) -> str:
    """A body as the model has it: without comments and white space, if its language is known."""
    if language not in ("sql", "plpgsql"):
        return text
    (statement,) = normalize_statements(f"CREATE FUNCTION f() LANGUAGE {language} AS $_body_${text}$_body_$")
    return statement.partition(" as '")[2][:-1].replace("''", "'")


def _ordered(arguments: tuple[tuple[str | None, str, str], ...], direct: int) -> tuple[object, ...]:
    """What an ordered-set aggregate sorts by: all of it, if that is variadic and there is nothing else."""
    return arguments[direct:] or arguments[-1:]


def _timing(bits: int) -> str:
    if bits & _INSTEAD:
        return "instead of"
    return "before" if bits & _BEFORE else "after"
