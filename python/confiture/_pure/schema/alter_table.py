"""``ALTER TABLE`` and its like: the actions on a table and on its columns."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from confiture._pure.schema.alter_column import alter_column
from confiture._pure.schema.columns import read_column
from confiture._pure.schema.constraints import (
    ConstraintSpec,
    add_constraint,
    copied,
    is_table_constraint,
    not_null_of,
    read_attributes,
    read_table_constraint,
)
from confiture._pure.schema.dropping import drop, drop_column, drop_constraint_tree
from confiture._pure.schema.inheritance import (
    abandon,
    add_children_link,
    adopt,
    attach,
    clone_foreign_key,
    clone_index,
    inherit_column,
    inherit_constraint,
)
from confiture._pure.schema.owners import set_owner
from confiture._pure.schema.privileges import read_role
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import (
    Column,
    Constraint,
    Index,
    Record,
    Relation,
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
from confiture._pure.schema.settings import change_fdw_options, read_parameters
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.tables import new_column, read_bound
from confiture._pure.schema.triggers import read_enabled

__all__ = ["alter_relation"]

_KINDS = {
    "ALTER FOREIGN TABLE": "foreign_table",
    "ALTER VIEW": "view",
    "ALTER MATERIALIZED VIEW": "materialized_view",
    "ALTER INDEX": "index",
    "ALTER SEQUENCE": "sequence",
}
#: The first words of an action, in the order in which PostgreSQL does actions (``AlterTablePass``).
_PASSES: tuple[tuple[tuple[str, ...], int], ...] = ((("drop",), 0),)


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
            _on_view(state, action, relation)
        elif isinstance(relation, Index):
            _on_index(state, action, relation)
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
        _validate(state, table, constraint_of(table, action.identifier()))
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
        attach(state, child, table, read_bound(action))
    elif action.take("detach", "partition"):
        child = _table(state, action.name())
        action.take_any("concurrently", "finalize")
        if table not in child.parents or child.bound is None:
            raise UnmodelledError("it is no partition of it")
        abandon(state, child, table)
    elif action.take("replica", "identity"):
        _replica_identity(state, action, table)
    else:
        _on_storage(state, action, table)


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


def _on_storage(state: State, action: Reader, relation: Relation) -> None:
    """What tables and materialised views have in common."""
    if action.take("cluster", "on"):
        found = state.relation(Name(relation.schema, action.identifier()))
        if not isinstance(found, Index) or found.table is not relation:
            raise Missing
        state.change(relation, clustered_on=found)
    elif action.take("set", "without", "cluster"):
        state.change(relation, clustered_on=None)
    elif action.take("set", "without", "oids"):
        pass
    elif action.take("set", "access", "method"):
        method = action.identifier()
        state.change(relation, access_method=None if method == "default" else method)
    elif action.take("set", "tablespace"):
        tablespace = action.identifier()
        action.take("nowait")
        state.change(relation, tablespace=None if tablespace == "pg_default" else tablespace)
    elif action.take("set", "logged"):
        _set_persistence(state, relation, "permanent")
    elif action.take("set", "unlogged"):
        _set_persistence(state, relation, "unlogged")
    elif action.take("owner", "to"):
        set_owner(state, relation, read_role(state, action))
    elif action.take("options"):
        state.change(relation, options=change_fdw_options(relation.options, action.group()))
    elif action.are_words("set") and action.is_sign("(", 1):
        action.at += 1
        state.change(relation, options={**relation.options, **read_parameters(action.group())})
    elif action.take("reset"):
        names = read_parameters(action.group())
        kept = {name: value for name, value in relation.options.items() if name not in names}
        state.change(relation, options=kept)
    else:
        raise action.refused("an action")


def _set_persistence(state: State, relation: Relation, persistence: str) -> None:
    """Make a table logged or not, and with it the sequences that it owns."""
    state.change(relation, persistence=persistence)
    for need in relation.dependents:
        if need.kind == "owned_by" and not need.is_void and not need.source.is_dropped:
            state.change(need.source, persistence=persistence)


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


def add_to_tree(state: State, table: Table, spec: ConstraintSpec, *, is_only: bool) -> None:
    """Give a table a constraint, and the tables that inherit what they get of it."""
    known = None
    if spec.constraint.kind == "check" and spec.constraint.name:
        known = table.constraints.get(spec.constraint.name)
    if known is not None and known.inherited and not known.is_local and spec.expression is not None:
        from confiture._pure.schema.text import expression_text

        if known.expression == expression_text(spec.expression):
            state.change(known, is_local=True)
            return
    before = len(table.constraints)
    made = add_constraint(state, table, spec)
    # New ones are the last.
    added = list(islice(reversed(table.constraints.values()), max(len(table.constraints) - before, 0)))
    added = [each for each in reversed(added) if each is not made]
    for each in [*added, made]:
        _spread(state, table, each, is_only=is_only)


def _spread(state: State, table: Table, made: Constraint, *, is_only: bool) -> None:
    if made.kind in ("check", "not_null"):
        if not made.is_inheritable or (is_only and table.partition_by is not None):
            return
        work = [(table, made)]
        while work:
            owner, each = work.pop()
            for child in owner.children:
                own = inherit_constraint(state, child, owner, each)
                if own.inherited == 1 and not own.is_local and own.statement == state.statement:
                    work.append((child, own))
        return
    if table.partition_by is None or is_only:
        return
    for child in list(table.children):
        if made.kind == "foreign_key":
            clone_foreign_key(state, table, made, child)
        elif made.index is not None:
            clone_index(state, made.index, child)


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
        _drop_constraint(state, table, made, is_only=is_only, is_cascading=is_cascading)
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


def _drop_constraint(
    state: State, table: Table, made: Constraint, *, is_only: bool, is_cascading: bool
) -> None:
    if is_only:
        for child in table.children:
            for own in child.constraints.values():
                if own.kind == made.kind and own.inherited and own.name == made.name:
                    state.change(own, is_local=True)
    drop_constraint_tree(state, table, made)
    if made.kind == "primary_key" or made.kind == "unique":
        from confiture._pure.schema.dropping import _drop_referring

        if is_cascading:
            _drop_referring(state, table, made.columns)


def _alter(state: State, action: Reader, table: Table, *, is_only: bool) -> None:
    action.expect("alter")
    if action.take("constraint"):
        made = constraint_of(table, action.identifier())
        _alter_constraint(state, action, table, made)
        return
    action.take("column")
    column = column_of(table, action.identifier())
    alter_column(state, action, table, column, is_only=is_only)


def _alter_constraint(state: State, action: Reader, table: Table, made: Constraint) -> None:
    if action.take("set", "no", "inherit") or action.take("no", "inherit"):
        state.change(made, is_inheritable=False)
        for child in table.children:
            own = not_null_of(child, made.columns[0]) if made.kind == "not_null" else None
            if own is not None and own.inherited:
                state.change(own, inherited=own.inherited - 1, is_local=own.is_local or own.inherited == 1)
        return
    if action.take("set", "inherit") or action.take("inherit"):
        state.change(made, is_inheritable=True)
        _spread(state, table, made, is_only=False)
        return
    attributes = action.part(action.at, action.end)
    action.at = action.end
    if attributes.is_done:
        raise attributes.refused("an attribute")
    work = [(table, made)]
    while work:
        owner, each = work.pop()
        changed = copied(each)
        reading = attributes.part(attributes.at, attributes.end)
        if reading.texts[reading.at : reading.end] == ["deferrable"]:
            changed.is_deferred = False
        while not reading.is_done:
            if not read_attributes(reading, changed):
                raise reading.refused("an attribute")
        if changed.is_enforced and not each.is_enforced:
            changed.is_valid = True
        state.change(
            each,
            is_deferrable=changed.is_deferrable,
            is_deferred=changed.is_deferred and changed.is_deferrable,
            is_enforced=changed.is_enforced,
            is_valid=changed.is_valid,
        )
        for child in owner.children:
            work += [(child, own) for own in child.constraints.values() if own.parent is each]


def _validate(state: State, table: Table, made: Constraint) -> None:
    work = [(table, made)]
    while work:
        owner, each = work.pop()
        state.change(each, is_valid=True)
        for child in owner.children:
            for own in child.constraints.values():
                is_same = own.parent is each or (own.inherited and own.name == each.name)
                if is_same and own.kind == each.kind and not own.is_valid:
                    work.append((child, own))


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


def _on_view(state: State, action: Reader, view: View) -> None:
    from confiture._pure.schema.text import expression_text
    from confiture._pure.schema.views import take_check_option

    if action.word() == "alter":
        action.at += 1
        action.take("column")
        name = action.identifier()
        settings = dict(view.column_settings)
        if action.take("set", "default"):
            settings[f"{name}.default"] = expression_text(action.part(action.at, action.end))
            action.at = action.end
        elif action.take("drop", "default"):
            settings.pop(f"{name}.default", None)
        elif action.take("set"):
            setting = action.take_any("statistics", "storage", "compression")
            if not setting:
                raise action.refused("a setting")
            start = action.at
            action.at = action.end
            settings[f"{name}.{setting}"] = expression_text(action.part(start, action.end))
        else:
            raise action.refused("an action")
        state.change(view, column_settings=settings)
        return
    if view.kind == "view" and action.are_words("set") and action.is_sign("(", 1):
        action.at += 1
        changed = View(kind="view", check_option=view.check_option, options=view.options)
        options = {**view.options, **read_parameters(action.group())}
        changed.options = options
        take_check_option(changed, options)
        state.change(view, options=changed.options, check_option=changed.check_option)
        return
    if view.kind == "view" and action.take("reset"):
        names = read_parameters(action.group())
        kept = {name: value for name, value in view.options.items() if name not in names}
        check = None if "check_option" in names else view.check_option
        state.change(view, options=kept, check_option=check)
        return
    if action.word() in ("no", "depends"):
        raise UnmodelledError("a view's extension has no place")
    _on_storage(state, action, view)


def _on_index(state: State, action: Reader, index: Index) -> None:
    if action.take("attach", "partition"):
        child = state.relation(action.name())
        if not isinstance(child, Index):
            raise Missing
        state.change(child, parent=index)
        state.need(child, index, "partition")
        if child.constraint is not None and index.constraint is not None:
            state.change(child.constraint, parent=index.constraint, inherited=1, is_local=False)
    elif action.word() == "alter":
        action.at += 1
        action.take("column")
        number = action.text()
        action.at += 1
        action.expect("set", "statistics")
        start = action.at
        action.at = action.end
        statistics = {**index.statistics, number: "".join(action.texts[start : action.end])}
        state.change(index, statistics=statistics)
    elif action.take("set", "tablespace"):
        tablespace = action.identifier()
        action.take("nowait")
        _set_on_index(state, index, tablespace=None if tablespace == "pg_default" else tablespace)
    elif action.are_words("set") and action.is_sign("(", 1):
        action.at += 1
        _set_on_index(state, index, options={**_options_of(index), **read_parameters(action.group())})
    elif action.take("reset"):
        names = read_parameters(action.group())
        kept = {name: value for name, value in _options_of(index).items() if name not in names}
        _set_on_index(state, index, options=kept)
    elif action.word() in ("no", "depends"):
        raise UnmodelledError("an index's extension has no place")
    else:
        raise action.refused("an action")


def _options_of(index: Index) -> dict[str, str | None]:
    return index.options if index.constraint is None else index.constraint.options


def _set_on_index(state: State, index: Index, **values: object) -> None:
    state.change(index if index.constraint is None else index.constraint, **values)


Action = Callable[[State, Reader, Table], None]
