"""Copies of tables and views, with all that has an expression in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from confiture.models.sql_names import quoted

from .written import COPIES, Copy, index_keys, literal, names, qualified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from confiture.models.schema.model import SchemaModel
    from confiture.models.schema.routines import Policy, Rule, Trigger
    from confiture.models.schema.tables import Column, Constraint, Index, Table, View

__all__ = [
    "bound_parts",
    "partitioning_parts",
    "policy_parts",
    "rule_parts",
    "table_parts",
    "view_parts",
    "view_trigger_parts",
]

_RELATION = """
    SELECT c.oid, c.relkind FROM pg_class c
    WHERE CASE WHEN c.relnamespace = pg_my_temp_schema() THEN 'pg_temp'
        ELSE c.relnamespace::regnamespace::text END = %s AND c.relname = %s
"""

_PARTS = f"""
    WITH c AS ({_RELATION})
    SELECT 'default of ' || a.attname, pg_get_expr(d.adbin, d.adrelid)
    FROM c JOIN pg_attrdef d ON d.adrelid = c.oid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
    UNION ALL
    SELECT 'constraint ' || k.conname, pg_get_constraintdef(k.oid)
    FROM c JOIN pg_constraint k ON k.conrelid = c.oid
    WHERE k.contype NOT IN ('n', 't')
        AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
    UNION ALL
    SELECT 'index ' || x.relname,
        regexp_replace(pg_get_indexdef(x.oid), '^.*? (USING .*?)( WITH \\([^()]*\\))?( WHERE .*)?$', '\\1\\3')
    FROM c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'trigger ' || t.tgname, pg_get_triggerdef(t.oid)
    FROM c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal
"""

_POLICY = f"""
    WITH c AS ({_RELATION})
    SELECT 'using', pg_get_expr(p.polqual, p.polrelid) FROM c JOIN pg_policy p ON p.polrelid = c.oid
    WHERE p.polname = %s
    UNION ALL
    SELECT 'check', pg_get_expr(p.polwithcheck, p.polrelid) FROM c JOIN pg_policy p ON p.polrelid = c.oid
    WHERE p.polname = %s
"""

_RULE = f"""
    WITH c AS ({_RELATION})
    SELECT 'rule', pg_get_ruledef(r.oid) FROM c JOIN pg_rewrite r ON r.ev_class = c.oid WHERE r.rulename = %s
"""

_VIEW = f"""
    WITH c AS ({_RELATION})
    SELECT 'query', pg_get_viewdef(c.oid) FROM c
    UNION ALL
    SELECT 'columns', string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', '
        ORDER BY a.attnum)
    FROM c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
"""

_PARTITIONING = f"""
    WITH c AS ({_RELATION}) SELECT 'partition by', pg_get_partkeydef(c.oid) FROM c
"""

_BOUND = f"""
    WITH c AS ({_RELATION})
    SELECT 'bound', pg_get_expr(r.relpartbound, r.oid) FROM c JOIN pg_class r ON r.oid = c.oid
"""


def _called(one: Table | View) -> str:
    return f"{quoted(one.schema or '')}.{quoted(one.name)}"


def _copy(one: Table | View, statements: Iterator[str], query: str, kind: str) -> Copy:
    schema = quoted(one.schema or "")
    return Copy(
        f"{kind} {_called(one)}",
        schema,
        list(statements),
        query,
        (schema, one.name),
        (COPIES, one.name),
    )


def table_parts(table: Table, model: SchemaModel) -> Copy:
    """A table's defaults, generated columns, constraints, indexes, policies, triggers and rules."""
    return _copy(table, _table_statements(table, model), _PARTS, "table")


def _table_statements(table: Table, model: SchemaModel) -> Iterator[str]:
    copy = f"{COPIES}.{quoted(table.name)}"
    yield f"CREATE TABLE {copy} (LIKE {_called(table)})"
    for column in table.columns:
        if column.generated is not None:
            yield f"ALTER TABLE {copy} DROP COLUMN {quoted(column.name)}"
    changes = [*filter(None, map(_column_change, table.columns))]
    changes += [f"ADD {_constraint(one)}" for one in table.constraints if one.kind != "not_null"]
    for change in changes:
        yield f"ALTER TABLE {copy} {change}"
    yield from _statements_of(table, copy, model)


def _statements_of(one: Table | View, copy: str, model: SchemaModel) -> Iterator[str]:
    of_it = (one.schema, one.name)
    for index in model.indexes:
        if (index.schema, index.table) == of_it:
            yield _index(index, copy)
    for trigger in model.triggers:
        if (trigger.schema, trigger.table) == of_it:
            yield _trigger(trigger, copy)


def _column_change(column: Column) -> str | None:
    name = quoted(column.name)
    if column.generated is not None:
        collation = "" if column.collation is None else f" COLLATE {column.collation}"
        kind = "VIRTUAL" if column.is_virtual else "STORED"
        return f"ADD {name} {column.type}{collation} GENERATED ALWAYS AS ({column.generated}) {kind}"
    return None if column.default is None else f"ALTER {name} SET DEFAULT {column.default}"


def _constraint(one: Constraint) -> str:
    words = [f"CONSTRAINT {quoted(one.name)}"]
    if one.kind == "check":
        words.append(f"CHECK ({one.expression})")
    elif one.kind == "foreign_key":
        words += _foreign_key(one)
    elif one.kind == "exclusion":
        method = "" if one.method is None else f"USING {one.method} "
        words.append(f"EXCLUDE {method}({index_keys(one.keys, is_exclusion=True)})")
    else:
        distinct = " NULLS NOT DISTINCT" if one.nulls_not_distinct else ""
        period = " WITHOUT OVERLAPS" if one.is_period else ""
        kind = "PRIMARY KEY" if one.kind == "primary_key" else "UNIQUE"
        words.append(f"{kind}{distinct} ({names(one.columns)}{period})")
    if one.include:
        words.append(f"INCLUDE ({names(one.include)})")
    if one.where is not None:
        words.append(f"WHERE ({one.where})")
    if one.is_deferrable:
        words.append("DEFERRABLE INITIALLY DEFERRED" if one.is_deferred else "DEFERRABLE")
    if one.kind == "check" and not one.is_inheritable:
        words.append("NO INHERIT")
    if not one.is_enforced:
        words.append("NOT ENFORCED")
    elif not one.is_valid:
        words.append("NOT VALID")
    return " ".join(filter(None, words))


def _foreign_key(one: Constraint) -> Iterator[str]:
    *others, last = map(quoted, one.columns)
    period = "PERIOD " if one.is_period else ""
    yield f"FOREIGN KEY ({', '.join([*others, period + last])})"
    assert one.references is not None
    *others, last = map(quoted, one.referenced_columns)
    yield f"REFERENCES {qualified(one.references)} ({', '.join([*others, period + last])})"
    yield f"MATCH {one.match}"
    columns = f" ({names(one.on_delete_columns)})" if one.on_delete_columns else ""
    yield f"ON UPDATE {one.on_update} ON DELETE {one.on_delete}{columns}"


def _index(index: Index, table: str) -> str:
    words = ["CREATE UNIQUE INDEX" if index.is_unique else "CREATE INDEX", quoted(index.name), "ON", table]
    words.append(f"USING {index.method} ({index_keys(index.keys)})")
    if index.include:
        words.append(f"INCLUDE ({names(index.include)})")
    if index.nulls_not_distinct:
        words.append("NULLS NOT DISTINCT")
    if index.where is not None:
        words.append(f"WHERE ({index.where})")
    return " ".join(filter(None, words))


def policy_parts(policy: Policy) -> Copy:
    """The conditions of a policy."""
    table = f"{COPIES}.{quoted(policy.table)}"
    schema = quoted(policy.schema or "")
    return Copy(
        f"policy {quoted(policy.name)} on {schema}.{quoted(policy.table)}",
        schema,
        [f"CREATE TABLE {table} (LIKE {schema}.{quoted(policy.table)})", _policy(policy, table)],
        _POLICY,
        (schema, policy.table, policy.name, policy.name),
        (COPIES, policy.table, policy.name, policy.name),
    )


def rule_parts(rule: Rule) -> Copy:
    """The condition and the commands of a rule."""
    table = f"{COPIES}.{quoted(rule.table)}"
    schema = quoted(rule.schema or "")
    return Copy(
        f"rule {quoted(rule.name)} on {schema}.{quoted(rule.table)}",
        schema,
        [f"CREATE TABLE {table} (LIKE {schema}.{quoted(rule.table)})", _rule(rule, table)],
        _RULE,
        (schema, rule.table, rule.name),
        (COPIES, rule.table, rule.name),
    )


def _policy(policy: Policy, table: str) -> str:
    kind = "PERMISSIVE" if policy.is_permissive else "RESTRICTIVE"
    words = [f"CREATE POLICY {quoted(policy.name)} ON {table} AS {kind} FOR {policy.command}"]
    if policy.using is not None:
        words.append(f"USING ({policy.using})")
    if policy.check is not None:
        words.append(f"WITH CHECK ({policy.check})")
    return " ".join(words)


def _trigger(trigger: Trigger, table: str) -> str:
    events = [
        f"{event} OF {names(trigger.update_columns)}"
        if event == "update" and trigger.update_columns
        else event
        for event in trigger.events
    ]
    words = ["CREATE CONSTRAINT TRIGGER" if trigger.is_constraint else "CREATE TRIGGER", quoted(trigger.name)]
    words += [trigger.timing, " OR ".join(events), "ON", table]
    if trigger.references is not None:
        words.append(f"FROM {qualified(trigger.references)}")
    if trigger.is_deferrable:
        words.append("DEFERRABLE INITIALLY DEFERRED" if trigger.is_deferred else "DEFERRABLE")
    if trigger.old_table is not None or trigger.new_table is not None:
        words.append("REFERENCING")
    if trigger.old_table is not None:
        words.append(f"OLD TABLE AS {quoted(trigger.old_table)}")
    if trigger.new_table is not None:
        words.append(f"NEW TABLE AS {quoted(trigger.new_table)}")
    words.append("FOR EACH ROW" if trigger.is_for_each_row else "FOR EACH STATEMENT")
    if trigger.when is not None:
        words.append(f"WHEN ({trigger.when})")
    arguments = ", ".join(map(literal, trigger.arguments))
    words.append(f"EXECUTE FUNCTION {qualified(trigger.function)}({arguments})")
    return " ".join(words)


def _rule(rule: Rule, table: str) -> str:
    words = [f"CREATE RULE {quoted(rule.name)} AS ON {rule.event} TO {table}"]
    if rule.condition is not None:
        words.append(f"WHERE {rule.condition}")
    words.append("DO INSTEAD" if rule.is_instead else "DO ALSO")
    words.append(f"({'; '.join(rule.actions)})" if rule.actions else "NOTHING")
    return " ".join(words)


def view_parts(view: View) -> Copy:
    """A view's query, with the names and types of its columns."""
    columns = f" ({names(view.columns)})" if view.columns else ""
    kind = "MATERIALIZED VIEW" if view.is_materialized else "VIEW"
    recursive = "RECURSIVE " if view.is_recursive else ""
    suffix = " WITH NO DATA" if view.is_materialized else ""
    name = f"{COPIES}.{quoted(view.name)}"
    create = f"CREATE {recursive}{kind} {name}{columns} AS {view.query}{suffix}"
    return _copy(view, iter([create]), _VIEW, "view")


def view_trigger_parts(view: View, model: SchemaModel) -> Copy:
    """What belongs to a view: defaults of columns, triggers and rules; indexes of a materialised one."""
    return _copy(view, _view_statements(view, model), _PARTS, "view")


def _view_statements(view: View, model: SchemaModel) -> Iterator[str]:
    copy = f"{COPIES}.{quoted(view.name)}"
    parts = [*_defaults_of_view(view, copy), *_statements_of(view, copy, model)]
    if not parts:
        return
    if view.is_materialized:
        yield f"CREATE TABLE {copy} (LIKE {_called(view)})"
    else:
        yield f"CREATE VIEW {copy} AS SELECT * FROM {_called(view)}"
    yield from parts


def _defaults_of_view(view: View, copy: str) -> Iterator[str]:
    for setting in view.column_settings:
        column, _, name = setting.name.rpartition(".")
        if name == "default":
            yield f"ALTER TABLE {copy} ALTER {quoted(column)} SET DEFAULT {setting.value}"


def partitioning_parts(table: Table) -> Copy:
    """How a table is partitioned."""
    copy = f"{COPIES}.{quoted(table.name)}"
    create = f"CREATE TABLE {copy} (LIKE {_called(table)}) PARTITION BY {table.partition_by}"
    return _copy(table, iter([create]), _PARTITIONING, "table")


def bound_parts(table: Table, model: SchemaModel) -> Copy:
    """Which part of its parent a partition is."""
    return _copy(table, _bound_statements(table, model), _BOUND, "table")


def _bound_statements(table: Table, model: SchemaModel) -> Iterator[str]:
    assert table.partition_of is not None
    parent = table.partition_of.parent
    for other in model.tables:
        if (other.schema, other.name) == (parent.schema, parent.name):
            copy = f"{COPIES}.copied_parent"
            yield f"CREATE TABLE {copy} (LIKE {qualified(parent)}) PARTITION BY {other.partition_by}"
            yield f"CREATE TABLE {COPIES}.{quoted(table.name)} PARTITION OF {copy} {table.partition_of.bound}"
