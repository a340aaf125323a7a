"""``ALTER TABLE`` and its like: the actions on a table and on its columns."""

from __future__ import annotations

from confiture._pure.schema.alter_column import alter_column
from confiture._pure.schema.alter_constraint import add_to_tree, alter_constraint, drop_constraint, validate
from confiture._pure.schema.alter_storage import on_index, on_storage, on_view
from confiture._pure.schema.columns import read_column
from confiture._pure.schema.constraint_specs import (
    is_table_constraint,
    read_table_constraint,
)
from confiture._pure.schema.dropping import drop, drop_column
from confiture._pure.schema.inheritance import add_children_link, adopt, inherit_column
from confiture._pure.schema.owners import set_owner
from confiture._pure.schema.partition_bounds import bound_text, read_bound
from confiture._pure.schema.partitions import abandon, attach
from confiture._pure.schema.privileges import read_role
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import (
    Column,
    Constraint,
    Index,
    Record,
    Rule,
    Sequence,
    Table,
    Trigger,
    Type,
    Unknown,
    View,
)
from confiture._pure.schema.renaming import move, rename, rename_column, rename_table_constraint
from confiture._pure.schema.sequences import alter_sequence
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.tables import new_column
from confiture._pure.schema.triggers import read_enabled

__all__ = ["alter_relation"]

_KINDS = {
    "ALTER FOREIGN TABLE": "foreign_table",
    "ALTER VIEW": "view",
    "ALTER MATERIALIZED VIEW": "materialized_view",
    "ALTER INDEX": "index",
    "ALTER SEQUENCE": "sequence",
}


def alter_relation(state: State, reader: Reader, form: str, tag: str) -> None:
    """``ALTER TABLE``, ``ALTER INDEX``, ``ALTER VIEW`` … ``[IF EXISTS] [ONLY] name action, …``."""
    reader.expect(*tag.lower().split(" "))
    if reader.are_words("all", "in", "tablespace"):
        raise UnmodelledError("what is in a tablespace cannot be told")
    reader.take("if", "exists")
    is_only = reader.take("only")
    start = reader.at
    name = reader.name()
    reader.take_sign("*")
    if reader.is_done:
        raise reader.refused("an action")
    relation = state.relation(name)
    if relation is None:
        if form:
            return
        raise Missing
    if isinstance(relation, Unknown):
        raise UnmodelledError("what it is about is kept as it is")
    wanted = _KINDS.get(tag)
    if wanted is not None and relation.kind != wanted:
        # `ALTER INDEX` and `ALTER VIEW` rename tables too, and nobody means it.
        raise UnmodelledError(f"it is no {wanted.replace('_', ' ')}")
    if _common(state, reader, relation):
        return
    if isinstance(relation, Sequence):
        reader.at = start
        alter_sequence(state, reader, form)
        return
    actions = sorted(reader.items(), key=_pass_of)
    for action in actions:
        if isinstance(relation, Table):
            _on_table(state, action, relation, is_only=is_only)
        elif isinstance(relation, View):
            on_view(state, action, relation)
        elif isinstance(relation, Index):
            on_index(state, action, relation)
        else:
            raise UnmodelledError("it has no such actions")
        action.expect_end()


def _pass_of(action: Reader) -> int:
    word, second = action.word(), action.word(1)
    if word == "drop":
        return 0
    if word == "alter" and "type" in action.texts[action.at : action.at + 6]:
        return 1
    if word == "add":
        probe = action.part(action.at + 1, action.end)
        if second == "column" or not is_table_constraint(probe):
            return 2
        return 4 if second == "foreign" or "foreign" in action.texts[action.at : action.at + 4] else 3
    return 3


def _common(state: State, reader: Reader, relation: Record) -> bool:
    """What can be done with all relations."""
    if reader.take("rename"):
        _rename(state, reader, relation)
    elif reader.take("set", "schema"):
        schema = reader.identifier()
        reader.expect_end()
        move(state, relation, schema)
    elif reader.are_words("owner", "to") and not _has_comma(reader):
        reader.at += 2
        owner = read_role(state, reader)
        reader.expect_end()
        set_owner(state, relation, owner)
    else:
        return False
    return True


def _has_comma(reader: Reader) -> bool:
    return reader.part(reader.at, reader.end).until(",").end != reader.end


def _rename(state: State, reader: Reader, relation: Record) -> None:
    if reader.take("to"):
        new = reader.identifier()
        reader.expect_end()
        rename(state, relation, new)
        return
    if reader.take("constraint"):
        old = reader.identifier()
        reader.expect("to")
        new = reader.identifier()
        reader.expect_end()
        made = relation.constraints.get(old) if isinstance(relation, Table) else None
        if made is None or not isinstance(relation, Table):
            raise UnmodelledError(f"there is no constraint {shown(old)}")
        rename_table_constraint(state, relation, made, new)
        return
    if reader.is_name(1) and not reader.are_words("column", "to"):
        reader.take("column")
    old = reader.identifier()
    reader.expect("to")
    new = reader.identifier()
    reader.take_any("cascade", "restrict")
    reader.expect_end()
    if isinstance(relation, Table):
        rename_column(state, relation, column_of(relation, old), new)
    elif isinstance(relation, View):
        _rename_view_column(state, relation, old, new)
    elif isinstance(relation, Type) and old in relation.attributes and new not in relation.attributes:
        attributes = {new if name == old else name: value for name, value in relation.attributes.items()}
        state.change(relation.attributes[old], name=new)
        state.change(relation, attributes=attributes)
    else:
        raise UnmodelledError(f"there is no column {shown(old)}")


def _rename_view_column(state: State, view: View, old: str, new: str) -> None:
    if old not in view.columns:
        raise UnmodelledError("the column has its name from the query")
    state.change(view, columns=tuple(new if name == old else name for name in view.columns))
    for attribute in ("column_comments", "column_privileges"):
        values = getattr(view, attribute)
        if old in values:
            state.change(view, **{attribute: {new if k == old else k: v for k, v in values.items()}})


def column_of(table: Table, name: str) -> Column:
    """A column by its name."""
    column = table.columns.get(name)
    if column is None:
        raise UnmodelledError(f"there is no column {shown(name)}")
    return column


def constraint_of(table: Table, name: str) -> Constraint:
    """A constraint by its name."""
    made = table.constraints.get(name)
    if made is None:
        raise UnmodelledError(f"there is no constraint {shown(name)}")
    return made


def _on_table(state: State, action: Reader, table: Table, *, is_only: bool) -> None:
    word = action.word()
    if word == "add":
        _add(state, action, table, is_only=is_only)
    elif word == "drop":
        _drop(state, action, table, is_only=is_only)
    elif word == "alter":
        _alter(state, action, table, is_only=is_only)
    elif action.take("validate", "constraint"):
        validate(state, table, constraint_of(table, action.identifier()))
    elif word in ("enable", "disable"):
        _enable(state, action, table)
    elif action.take("force", "row", "level", "security"):
        state.change(table, forces_row_security=True)
    elif action.take("no", "force", "row", "level", "security"):
        state.change(table, forces_row_security=False)
    elif action.take("inherit"):
        parent = _table(state, action.name())
        if parent in table.parents:
            raise UnmodelledError("it inherits from it already")
        adopt(state, table, parent, is_partition=False)
        add_children_link(state, table, parent)
    elif action.take("no", "inherit"):
        parent = _table(state, action.name())
        if parent not in table.parents:
            raise UnmodelledError("it does not inherit from it")
        abandon(state, table, parent)
    elif action.take("of"):
        found = state.type(action.name())
        if not isinstance(found, Type):
            raise Missing
        state.change(table, of_type=found)
        state.need(table, found, "type")
    elif action.take("not", "of"):
        for need in table.needs:
            if need.target is table.of_type and need.part is None and not need.is_void:
                state.change(need, is_void=True)
        state.change(table, of_type=None)
    elif action.take("attach", "partition"):
        child = _table(state, action.name())
        attach(state, child, table, bound_text(read_bound(action), table))
    elif action.take("detach", "partition"):
        child = _table(state, action.name())
        action.take_any("concurrently", "finalize")
        if table not in child.parents or child.bound is None:
            raise UnmodelledError("it is no partition of it")
        abandon(state, child, table)
    elif action.take("replica", "identity"):
        _replica_identity(state, action, table)
    else:
        on_storage(state, action, table)


def _table(state: State, name: Name) -> Table:
    found = state.relation(name)
    if not isinstance(found, Table):
        raise Missing
    return found


def _replica_identity(state: State, action: Reader, table: Table) -> None:
    if action.take("using", "index"):
        found = state.relation(Name(table.schema, action.identifier()))
        if not isinstance(found, Index) or found.table is not table:
            raise Missing
        state.change(table, replica_identity=found)
        return
    identity = action.take_any("default", "full", "nothing")
    if not identity:
        raise action.refused("an identity")
    state.change(table, replica_identity=identity)


def _add(state: State, action: Reader, table: Table, *, is_only: bool) -> None:
    action.expect("add")
    if is_table_constraint(action):
        add_to_tree(state, table, read_table_constraint(action), is_only=is_only)
        return
    action.take("column")
    may_exist = action.take("if", "not", "exists")
    spec = read_column(action)
    name = spec.column.name
    if name in table.columns:
        if may_exist:
            return
        raise UnmodelledError(f"column {shown(name)} is there already")
    constraints = new_column(state, table, spec)
    work = [table]
    while work:
        owner = work.pop()
        for child in owner.children:
            if inherit_column(state, child, owner, owner.columns[name]):
                work.append(child)
    order = {"check": 0, "not_null": 1, "primary_key": 2, "unique": 3, "exclusion": 3, "foreign_key": 4}
    for constraint in sorted(constraints, key=lambda each: order[each.constraint.kind]):
        add_to_tree(state, table, constraint, is_only=is_only)


def _drop(state: State, action: Reader, table: Table, *, is_only: bool) -> None:
    action.expect("drop")
    is_constraint = action.take("constraint")
    if not is_constraint:
        action.take("column")
    may_miss = action.take("if", "exists")
    name = action.identifier()
    is_cascading = action.take_any("cascade", "restrict") == "cascade"
    if is_constraint:
        made = table.constraints.get(name)
        if made is None:
            if may_miss:
                return
            raise UnmodelledError(f"there is no constraint {shown(name)}")
        if made.inherited and not made.is_local:
            raise UnmodelledError("the constraint is inherited")
        drop_constraint(state, table, made, is_only=is_only, is_cascading=is_cascading)
        return
    column = table.columns.get(name)
    if column is None:
        if may_miss:
            return
        raise UnmodelledError(f"there is no column {shown(name)}")
    if column.inherited:
        raise UnmodelledError("the column is inherited")
    if is_only:
        for child in table.children:
            own = child.columns.get(name)
            if own is not None:
                state.change(own, is_local=True)
    drop(state, drop_column(state, table, column, is_cascading=is_cascading), is_cascading=is_cascading)


def _alter(state: State, action: Reader, table: Table, *, is_only: bool) -> None:
    action.expect("alter")
    if action.take("constraint"):
        made = constraint_of(table, action.identifier())
        alter_constraint(state, action, table, made)
        return
    action.take("column")
    column = column_of(table, action.identifier())
    alter_column(state, action, table, column, is_only=is_only)


def _enable(state: State, action: Reader, table: Table) -> None:
    if action.take("enable", "row", "level", "security"):
        state.change(table, has_row_security=True)
        return
    if action.take("disable", "row", "level", "security"):
        state.change(table, has_row_security=False)
        return
    enabled = read_enabled(action)
    what = action.take_any("trigger", "rule")
    if not what:
        raise action.refused("TRIGGER")
    if what == "trigger" and action.end - action.at == 1 and action.word() in ("all", "user"):
        action.at += 1
        for trigger in table.triggers.values():
            state.change(trigger, enabled=enabled)
        return
    name = action.identifier()
    found: Trigger | Rule | None = table.triggers.get(name) if what == "trigger" else table.rules.get(name)
    if found is None:
        raise UnmodelledError(f"there is no {what} {shown(name)}")
    state.change(found, enabled=enabled)
    if isinstance(found, Trigger):
        for child in table.children:
            own = child.triggers.get(name)
            if own is not None and own.parent is found:
                state.change(own, enabled=enabled)
