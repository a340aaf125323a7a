"""Copies of routines, aggregates, domains and ranges."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from confiture.models.sql_names import quoted

from .model_rows_of_routines import input_types
from .written import COPIES, Copy, argument, literal, unqualified

if TYPE_CHECKING:
    from confiture.models.schema.parts import SchemaObject, Setting
    from confiture.models.schema.routines import Aggregate, Routine
    from confiture.models.schema.types import Domain, Type

__all__ = ["aggregate_parts", "domain_parts", "range_parts", "routine_parts"]

#: A name in a list of some.
_LISTED = re.compile(r'"(?:[^"]|"")*"|[^, "]+')
#: The lines of a definition: the order of a routine's settings is not said by a model.
_ROUTINE = r"""
    SELECT line, count(*)::text
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    CROSS JOIN regexp_split_to_table(
        CASE WHEN p.prosqlbody IS NULL AND l.lanname IN ('sql', 'plpgsql')
            THEN regexp_replace(pg_get_functiondef(p.oid), 'AS \$(function|procedure)\$.*', '')
            ELSE pg_get_functiondef(p.oid) END, '\n') AS line
    WHERE p.pronamespace::regnamespace::text = %s AND p.proname = %s
        AND (SELECT coalesce(string_agg(format_type(t, NULL), ', ' ORDER BY n), '')
             FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)) = %s
    GROUP BY line
"""

_AGGREGATE = """
    SELECT 'definition', (to_jsonb(a) - 'oid')::text || pg_get_function_arguments(p.oid)
        || pg_get_function_result(p.oid) || p.proparallel::text
    FROM pg_proc p JOIN (SELECT aggfnoid::oid AS oid, aggkind,
        aggnumdirectargs, aggtransfn::text, aggfinalfn::text,
        aggcombinefn::text, aggserialfn::text, aggdeserialfn::text, aggmtransfn::text, aggminvtransfn::text,
        aggmfinalfn::text, aggfinalextra, aggmfinalextra, aggfinalmodify, aggmfinalmodify,
        aggsortop::regoperator::text, aggtranstype::regtype::text, aggtransspace,
        aggmtranstype::regtype::text, aggmtransspace, agginitval, aggminitval
        FROM pg_aggregate) AS a ON a.oid = p.oid
    WHERE p.pronamespace::regnamespace::text = %s AND p.proname = %s
        AND (SELECT coalesce(string_agg(format_type(t, NULL), ', ' ORDER BY n), '')
             FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (t, n)) = %s
"""

_DOMAIN = """
    WITH t AS (SELECT * FROM pg_type WHERE typnamespace::regnamespace::text = %s AND typname = %s)
    SELECT 'default', coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) FROM t
    UNION ALL
    SELECT 'constraint ' || k.conname, pg_get_constraintdef(k.oid)
    FROM t JOIN pg_constraint k ON k.contypid = t.oid WHERE k.contype = 'c'
"""

_RANGE = """
    SELECT 'range', concat_ws(' / ', r.rngsubtype::regtype, m.typname, c.collname, o.opcname,
        r.rngcanonical::text, r.rngsubdiff::text)
    FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_type m ON m.oid = r.rngmultitypid
    JOIN pg_opclass o ON o.oid = r.rngsubopc LEFT JOIN pg_collation c ON c.oid = r.rngcollation
    WHERE t.typnamespace::regnamespace::text = %s AND t.typname = %s
"""

#: The option that names the type of many ranges; that of a copy is beside it.
_MULTIRANGE = "multirange_type_name"

#: Options of aggregates whose values are strings.
_STRINGS = ("initcond", "minitcond")


def _copy(one: SchemaObject, kind: str, create: str, query: str, *more: str) -> Copy:
    schema = quoted(one.schema or "")
    name = f"{schema}.{quoted(one.name)}"
    statements = ["SET LOCAL check_function_bodies = off", create]
    return Copy(
        f"{kind} {name}", schema, statements, query, (schema, one.name, *more), (COPIES, one.name, *more)
    )


def _name(one: SchemaObject) -> str:
    return f"{COPIES}.{quoted(one.name)}"


def domain_parts(domain: Domain) -> Copy:
    """A domain's default and conditions."""
    words = [f"CREATE DOMAIN {_name(domain)} AS {domain.type}"]
    if domain.collation is not None:
        words.append(f"COLLATE {domain.collation}")
    if domain.default is not None:
        words.append(f"DEFAULT {domain.default}")
    checks = [one for one in domain.constraints if one.kind == "check"]
    for one in checks:
        if one.is_valid:
            words.append(f"CONSTRAINT {quoted(one.name)} CHECK ({one.expression})")
    create = " ".join(words)
    for one in checks:
        if not one.is_valid:
            create += f"; ALTER DOMAIN {_name(domain)} ADD CONSTRAINT {quoted(one.name)}"
            create += f" CHECK ({one.expression}) NOT VALID"
    return _copy(domain, "domain", create, _DOMAIN)


def routine_parts(routine: Routine) -> Copy:
    """A routine's arguments with their defaults, result, settings, and a body that is SQL's own."""
    types = input_types(routine.arguments)
    return _copy(routine, "routine", _routine(routine), _ROUTINE, types)


def _routine(routine: Routine) -> str:
    listed = ", ".join(argument(one) for one in routine.arguments if one.mode != "table")
    kind = "PROCEDURE" if routine.is_procedure else "FUNCTION"
    words = [f"CREATE {kind} {_name(routine)}({listed})"]
    table = ", ".join(argument(one) for one in routine.arguments if one.mode == "table")
    has_results = any(one.mode in ("out", "inout") for one in routine.arguments)
    setof = "SETOF " if routine.returns_set else ""
    if table:
        words.append(f"RETURNS TABLE ({table})")
    elif not routine.is_procedure and not (has_results and not setof):
        words.append(f"RETURNS {setof}{routine.returns}")
    words.append(f"LANGUAGE {quoted(routine.language)}")
    if routine.transforms:
        words.append("TRANSFORM " + ", ".join(f"FOR TYPE {one}" for one in routine.transforms))
    if not routine.is_procedure:
        words += [routine.volatility, f"PARALLEL {routine.parallel}"]
        words += ["STRICT"] * routine.is_strict + ["LEAKPROOF"] * routine.is_leakproof
        words += ["WINDOW"] * routine.is_window
        words += [f"COST {routine.cost}"] * (routine.cost is not None)
        words += [f"ROWS {routine.rows}"] * (routine.rows is not None)
        words += [f"SUPPORT {routine.support}"] * (routine.support is not None)
    words += ["SECURITY DEFINER"] * routine.is_security_definer
    words += [f"SET {_setting(one)}" for one in routine.settings]
    if routine.sql_body is not None:
        words.append(routine.sql_body)
    else:
        library = "" if routine.library is None else f"{literal(routine.library)}, "
        words.append(f"AS {library}{literal(routine.body or '')}")
    return " ".join(words)


def _setting(one: Setting) -> str:
    if one.value is None:
        return f"{one.name} FROM CURRENT"
    if one.name not in ("search_path", "temp_tablespaces"):
        return f"{one.name} TO {literal(one.value)}"
    names = (name[1:-1].replace('""', '"') if name[0] == '"' else name for name in _LISTED.findall(one.value))
    return f"{one.name} TO {', '.join(map(literal, names))}"


def aggregate_parts(aggregate: Aggregate) -> Copy:
    """All that an aggregate is defined by."""
    listed = ", ".join(map(argument, aggregate.arguments))
    ordered = aggregate.ordered_arguments
    if ordered is not None:
        listed = f"{listed} ORDER BY {', '.join(map(argument, ordered))}".strip()
    pairs = ", ".join(
        one.name
        if one.value is None
        else f"{one.name} = {literal(one.value) if one.name in _STRINGS else one.value}"
        for one in aggregate.options
    )
    types = input_types((*aggregate.arguments, *(ordered or ())))
    create = f"CREATE AGGREGATE {_name(aggregate)}({listed or '*'}) ({pairs})"
    return _copy(aggregate, "aggregate", create, _AGGREGATE, types)


def range_parts(one: Type) -> Copy:
    """All that a range type is defined by."""
    pairs = ", ".join(
        f"{option.name} = {unqualified(option.value or '') if option.name == _MULTIRANGE else option.value}"
        for option in one.options
    )
    # The multirange is made along the search path.
    path = f"set_config('search_path', '{COPIES}, ' || current_setting('search_path'), true)"
    create = f"SELECT {path}; CREATE TYPE {_name(one)} AS RANGE ({pairs})"
    return _copy(one, "range", create, _RANGE)
