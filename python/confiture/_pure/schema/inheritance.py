"""What tables get from others: from parents, from partitioned tables, and by ``LIKE``."""

from __future__ import annotations

from msgspec import Struct, structs

from confiture._pure.schema.constraints import (
    ConstraintSpec,
    add_constraint,
    add_not_null,
    copied,
    not_null_of,
    register,
)
from confiture._pure.schema.edges import add_references
from confiture._pure.schema.implied import constraint_name
from confiture._pure.schema.indexes import add_index, index_name
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import (
    Column,
    Constraint,
    Definition,
    Index,
    Record,
    Sequence,
    Table,
    Trigger,
    Type,
    TypeRef,
    View,
)
from confiture._pure.schema.references import column_at
from confiture._pure.schema.sequences import Options, column_sequence
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import expression_text, reader_of
from confiture._pure.schema.types import type_text

__all__ = [
    "LikeSpec",
    "add_children_link",
    "attach",
    "copy_like_indexes",
    "copy_like_later",
    "expand_like",
    "index_partitions",
    "inherit_constraints",
    "merge_check",
    "merge_parents",
    "partition_from_parent",
    "read_like",
    "remove_children_link",
]

_LIKE_OPTIONS = (
    *("comments", "compression", "constraints", "defaults", "generated", "identity", "indexes"),
    *("statistics", "storage"),
)


class LikeSpec(Struct, eq=False, kw_only=True):
    """``LIKE table [INCLUDING …]``."""

    name: Name
    options: frozenset[str] = frozenset()


def read_like(reader: Reader) -> LikeSpec:
    """Go past a ``LIKE`` clause."""
    reader.expect("like")
    name = reader.name()
    options: set[str] = set()
    while not reader.is_done:
        verb = reader.take_any("including", "excluding")
        option = reader.take_any("all", *_LIKE_OPTIONS)
        if not verb or not option:
            raise reader.refused("INCLUDING or EXCLUDING")
        named = set(_LIKE_OPTIONS) if option == "all" else {option}
        options = options | named if verb == "including" else options - named
    return LikeSpec(name=name, options=frozenset(options))


def merge_parents(state: State, table: Table, parents: list[Table]) -> None:
    """Give a new table the columns of its parents (``MergeAttributes``)."""
    for parent in parents:
        for column in parent.columns.values():
            known = table.columns.get(column.name)
            if known is not None:
                known.inherited += 1
                if known.default is None and known.default_sequence is None and column.default is not None:
                    known.default = column.default
                    _copy_needs(state, parent, column, table, known, "default")
                continue
            made = Column(
                name=column.name,
                type=column.type,
                collation=column.collation,
                default=column.default,
                default_sequence=column.default_sequence,
                generated=column.generated,
                is_virtual=column.is_virtual,
                storage=column.storage,
                compression=column.compression,
                inherited=1,
                is_local=False,
            )
            if parent.partition_by is not None and column.identity is not None:
                made.identity = column.identity
            state.put(table.columns, made.name, made)
            _copy_needs(state, parent, column, table, made)


def _copy_needs(
    state: State, parent: Record, column: object, table: Table, made: Column | Constraint, *kinds: str
) -> None:
    for need in list(parent.needs):
        if need.part is column and not need.is_void and (not kinds or need.kind in kinds):
            state.need(table, need.target, need.kind, part=made, missing=need.missing)


def add_children_link(state: State, table: Table, parent: Table) -> None:
    """Make a table a child of another one."""
    state.append(table.parents, parent)
    state.put(parent.children, table, None)
    state.need(table, parent, "inherits" if table.bound is None else "partition")


def remove_children_link(state: State, table: Table, parent: Table) -> None:
    """Make it one no longer."""
    state.change(table, parents=[other for other in table.parents if other is not parent])
    state.remove(parent.children, table)
    for need in table.needs:
        if need.target is parent and need.kind in ("inherits", "partition") and not need.is_void:
            state.change(need, is_void=True)


def inherit_constraints(state: State, table: Table, parents: list[Table]) -> dict[str, Constraint]:
    """Give a table the checks and not-null constraints of its parents; the checks by name."""
    checks: dict[str, Constraint] = {}
    for parent in parents:
        for made in list(parent.constraints.values()):
            if not made.is_inheritable or made.kind not in ("check", "not_null"):
                continue
            inherit_constraint(state, table, parent, made)
            if made.kind == "check":
                checks[made.name] = table.constraints[made.name]
    return checks


def inherit_constraint(state: State, table: Table, parent: Table, made: Constraint) -> Constraint:
    """Give a table a check or a not-null constraint of a parent, or merge it with its own."""
    if made.kind == "not_null":
        known = not_null_of(table, made.columns[0])
        if known is not None:
            state.change(
                known,
                inherited=known.inherited + 1,
                is_inheritable=known.is_inheritable or table.bound is not None,
            )
            return known
        name = made.name
        if name in table.constraints:
            name = ""
        child = Constraint(
            name=name,
            kind="not_null",
            columns=made.columns,
            inherited=1,
            is_local=False,
            is_valid=made.is_valid,
        )
        child.statement = state.statement
        return add_not_null(state, table, child)
    known = table.constraints.get(made.name)
    if known is not None:
        if known.kind != "check" or known.expression != made.expression:
            raise UnmodelledError("a constraint of the parent has its name")
        state.change(known, inherited=known.inherited + 1)
        return known
    child = copied(made, inherited=1, is_local=False, comment=None, statement=state.statement, index=None)
    register(state, table, child)
    _copy_needs(state, parent, made, table, child)
    return child


def merge_check(state: State, table: Table, spec: ConstraintSpec, inherited: dict[str, Constraint]) -> bool:
    """Merge a check with the one of a parent that has its name and condition; whether there is one."""
    made = spec.constraint
    known = inherited.get(made.name)
    if not made.name or known is None or spec.expression is None:
        return False
    if expression_text(spec.expression) != known.expression:
        return False
    state.change(known, is_local=True)
    return True


def partition_from_parent(state: State, table: Table, parent: Table) -> None:
    """Give a partition the indexes, keys and triggers of the partitioned table."""
    for index in list(parent.indexes):
        clone_index(state, index, table)
    for made in list(parent.constraints.values()):
        if made.kind == "foreign_key":
            clone_foreign_key(state, parent, made, table)
    for trigger in list(parent.triggers.values()):
        if trigger.is_for_each_row:
            clone_trigger(state, trigger, table)


def clone_index(state: State, index: Index, table: Table) -> None:
    """Give a partition, and its own, an index like that of the partitioned table, or take theirs."""
    work = [(index, table)]
    while work:
        source, each = work.pop()
        made = _clone_index(state, source, each)
        if made is not None and each.partition_by is not None:
            work += [(made, child) for child in reversed(each.children)]


def _clone_index(state: State, index: Index, table: Table) -> Index | None:
    """Give a partition an index; the new one, if it is new."""
    for own in table.indexes:
        if own.parent is None and _is_alike(own, index):
            state.change(own, parent=index)
            if own.constraint is None:
                state.need(own, index, "partition")
            if own.constraint is not None and index.constraint is not None:
                state.change(own.constraint, parent=index.constraint, inherited=1, is_local=False)
            return None
    if index.constraint is not None:
        source = index.constraint
        made = copied(
            source,
            name="",
            inherited=1,
            is_local=False,
            parent=source,
            comment=None,
            index=None,
            statement=-1,
            keys=tuple(structs.replace(key) for key in source.keys),
        )
        spec = ConstraintSpec(
            constraint=made,
            expression=None if source.where is None else reader_of(source.where),
            keys=[_key_reader(key) for key in source.keys],
        )
        add_constraint(state, table, spec)
        own_index = made.index
        if own_index is not None:
            state.change(own_index, parent=index)
        return own_index
    return _copy_index(state, index, table, parent=index)


def _key_reader(key: object) -> Reader:
    from confiture._pure.schema.indexes import key_text
    from confiture._pure.schema.records import Key

    assert isinstance(key, Key)
    text = key_text(key)
    return reader_of(text if key.column is not None else f"({text})")


def _is_alike(own: Index, index: Index) -> bool:
    if own.is_unique != index.is_unique or own.method != index.method or own.where != index.where:
        return False
    if (own.constraint is None) != (index.constraint is None) and index.constraint is not None:
        return False
    if own.nulls_not_distinct != index.nulls_not_distinct or own.include != index.include:
        return False
    return [_key_parts(key) for key in own.keys] == [_key_parts(key) for key in index.keys]


def _key_parts(key: object) -> tuple[object, ...]:
    return structs.astuple(key)  # type: ignore[arg-type]


def _copy_index(state: State, index: Index, table: Table, *, parent: Index | None) -> Index:
    keys = [structs.replace(key) for key in index.keys]
    name = index_name(state, table, keys, [_key_reader(key) for key in keys], index.include)
    made = Index(
        kind="index",
        schema=table.schema,
        name=name,
        owner=table.owner,
        table=table,
        keys=tuple(keys),
        method=index.method,
        is_unique=index.is_unique,
        nulls_not_distinct=index.nulls_not_distinct,
        include=index.include,
        where=index.where,
        parent=parent,
        options=index.options,
        tablespace=index.tablespace,
        statement=state.statement,
    )
    add_index(state, made)
    for key in keys:
        if key.column is None:
            add_references(state, made, reader_of(key.expression), "index")
    if index.where is not None:
        add_references(state, made, reader_of(index.where), "index")
    return made


def index_partitions(state: State, index: Index) -> None:
    """Give all partitions of a table an index like a new one."""
    table = index.table
    if isinstance(table, Table):
        for child in list(table.children):
            clone_index(state, index, child)


def clone_foreign_key(state: State, parent: Table, made: Constraint, table: Table) -> None:
    """Give a partition, and its own, a foreign key of the partitioned table, or take theirs."""
    work = [(parent, made, table)]
    while work:
        owner, each, partition = work.pop()
        clone = _clone_foreign_key(state, owner, each, partition)
        if clone is not None and partition.partition_by is not None:
            work += [(partition, clone, child) for child in reversed(partition.children)]


def _clone_foreign_key(state: State, parent: Table, made: Constraint, table: Table) -> Constraint | None:
    """Give a partition a foreign key; the new one, if it is new."""
    for own in table.constraints.values():
        if (
            own.kind == "foreign_key"
            and own.parent is None
            and own.columns == made.columns
            and own.referenced is made.referenced
            and own.referenced_columns == made.referenced_columns
            and (own.on_delete, own.on_update, own.match) == (made.on_delete, made.on_update, made.match)
        ):
            state.change(own, parent=made, inherited=1, is_local=False)
            return None
    name = made.name
    if name in table.constraints:
        from confiture._pure.schema.implied import joined_names

        name = constraint_name(state, table.name, joined_names(made.columns), "fkey", table.schema)
    child = copied(
        made,
        name=name,
        inherited=1,
        is_local=False,
        parent=made,
        comment=None,
        statement=state.statement,
    )
    register(state, table, child)
    _copy_needs(state, parent, made, table, child)
    return child


def clone_trigger(state: State, trigger: Trigger, table: Table) -> None:
    """Give a partition, and its own, a row trigger of the partitioned table."""
    work = [(trigger, table)]
    while work:
        each, partition = work.pop()
        made = _clone_trigger(state, each, partition)
        if partition.partition_by is not None:
            work += [(made, child) for child in reversed(partition.children)]


def _clone_trigger(state: State, trigger: Trigger, table: Table) -> Trigger:
    if trigger.name in table.triggers:
        raise UnmodelledError("a partition has a trigger with its name")
    made = structs.replace(
        trigger,
        schema=table.schema,
        table=table,
        parent=trigger,
        comment=None,
        needs=[],
        dependents=[],
        statement=state.statement,
        depends_on={},
    )
    state.put(table.triggers, made.name, made)
    state.need(made, table, "trigger")
    state.need(made, trigger, "partition")
    if made.function is not None:
        state.need(made, made.function, "trigger_function")
    return made


def attach(state: State, table: Table, parent: Table, bound: str) -> None:
    """``ATTACH PARTITION``: merge columns and constraints, add indexes, keys and triggers."""
    if table.parents:
        raise UnmodelledError("it has a parent already")
    adopt(state, table, parent, is_partition=True)
    state.change(table, bound=bound)
    add_children_link(state, table, parent)
    partition_from_parent(state, table, parent)


def _is_above(table: Table, other: Table) -> bool:
    """Whether a table is another one, or one that that inherits from."""
    seen = {other}
    work = [other]
    while work:
        each = work.pop()
        if each is table:
            return True
        for parent in each.parents:
            if parent not in seen:
                seen.add(parent)
                work.append(parent)
    return False


def adopt(state: State, table: Table, parent: Table, *, is_partition: bool) -> None:
    """Count the columns, checks and not-null constraints of a parent as inherited."""
    if _is_above(table, parent):
        raise UnmodelledError("it would inherit from itself")
    for column in parent.columns.values():
        own = table.columns.get(column.name)
        if own is None:
            raise UnmodelledError(f"there is no column {shown(column.name)}")
        if type_text(own.type) != type_text(column.type):
            raise UnmodelledError(f"column {shown(column.name)} has another type")
        state.change(own, inherited=own.inherited + 1)
        if is_partition:
            state.change(own, is_local=False, identity=column.identity or own.identity)
    for made in parent.constraints.values():
        if made.kind not in ("check", "not_null") or not made.is_inheritable:
            continue
        if made.kind == "not_null":
            known = not_null_of(table, made.columns[0])
        else:
            known = table.constraints.get(made.name)
            if known is not None and known.expression != made.expression:
                known = None
        if known is None:
            if made.kind == "not_null" and is_partition:
                inherit_constraint(state, table, parent, made)
                continue
            raise UnmodelledError(f"there is no constraint {shown(made.name)}")
        state.change(known, inherited=known.inherited + 1)
        if is_partition:
            state.change(known, is_local=False)


def abandon(state: State, table: Table, parent: Table) -> None:
    """Count what a parent has as inherited no longer (``NO INHERIT``, ``DETACH``)."""
    is_partition = table.bound is not None
    for column in parent.columns.values():
        own = table.columns.get(column.name)
        if own is not None and own.inherited:
            state.change(own, inherited=own.inherited - 1)
            if own.inherited == 0:
                state.change(own, is_local=True)
            if is_partition and column.identity is not None:
                state.change(own, identity=None)
    for made in parent.constraints.values():
        if made.kind == "check":
            known = table.constraints.get(made.name)
        else:
            known = not_null_of(table, made.columns[0]) if made.kind == "not_null" else None
        if known is not None and known.inherited:
            state.change(known, inherited=known.inherited - 1)
            if known.inherited == 0:
                state.change(known, is_local=True)
    if is_partition:
        _make_independent(state, table)
    remove_children_link(state, table, parent)
    state.change(table, bound=None)


def _make_independent(state: State, table: Table) -> None:
    from confiture._pure.schema.dropping import drop_trigger

    for index in table.indexes:
        state.change(index, parent=None)
        state.forget(index, "partition")
    for made in table.constraints.values():
        if made.parent is not None:
            state.change(made, parent=None, inherited=0, is_local=True)
    for trigger in list(table.triggers.values()):
        if trigger.parent is not None:
            drop_trigger(state, trigger)


def expand_like(
    state: State, table: Table, like: LikeSpec, likes: list[tuple[LikeSpec, Table]]
) -> list[ConstraintSpec]:
    """Give a new table the columns of another one; the constraints that are to be added."""
    source = state.relation(like.name)
    if isinstance(source, Type):
        for attribute in source.attributes.values():
            copy = Column(name=attribute.name, type=attribute.type, collation=attribute.collation)
            if copy.name in table.columns:
                raise UnmodelledError(f"column {shown(copy.name)} is defined twice")
            state.put(table.columns, copy.name, copy)
            _copy_needs(state, source, attribute, table, copy)
        return []
    if isinstance(source, View):
        raise UnmodelledError("the columns of what it is like are not known")
    if not isinstance(source, Table):
        raise Missing
    options = like.options
    constraints: list[ConstraintSpec] = []
    for column in source.columns.values():
        if column.name in table.columns:
            raise UnmodelledError(f"column {shown(column.name)} is defined twice")
        made = Column(name=column.name, type=column.type, collation=column.collation)
        if "storage" in options:
            made.storage = column.storage
        if "compression" in options:
            made.compression = column.compression
        if "comments" in options:
            made.comment = column.comment
        if ("defaults" in options and column.generated is None) or (
            "generated" in options and column.generated is not None
        ):
            made.default, made.default_sequence = column.default, column.default_sequence
            made.generated, made.is_virtual = column.generated, column.is_virtual
        state.put(table.columns, made.name, made)
        _copy_needs(state, source, column, table, made, "type")
        if made.default or made.default_sequence or made.generated:
            _copy_needs(state, source, column, table, made, "default", "generated")
        if "identity" in options and column.identity is not None:
            made.identity = column.identity
            _like_identity(state, table, made, source, column)
        known = not_null_of(source, column.name)
        if known is not None:
            wanted = copied(known, inherited=0, is_local=True, comment=None, statement=-1)
            constraints.append(ConstraintSpec(constraint=wanted))
    if "constraints" in options:
        for check in source.constraints.values():
            if check.kind == "check":
                wanted = copied(check, inherited=0, is_local=True, comment=None, statement=-1)
                if "comments" in options:
                    wanted.comment = check.comment
                expression = reader_of(check.expression or "")
                constraints.append(ConstraintSpec(constraint=wanted, expression=expression))
    state.need(table, source, "like", is_tracked=False)
    likes.append((like, source))
    return constraints


def _like_identity(state: State, table: Table, made: Column, source: Table, column: Column) -> None:
    for need in source.dependents:
        sequence = need.source
        if (
            isinstance(sequence, Sequence)
            and need.part is column
            and not need.is_void
            and sequence.is_identity
        ):
            options = Options()
            for name in ("start", "increment", "minimum", "maximum", "cache", "cycles"):
                options.values[name] = getattr(sequence, name)
            # PostgreSQL copies all but the type (`transformTableLikeClause`).
            copy = column_sequence(state, table, made, "bigint", options)
            state.change(copy, is_identity=True)


def copy_like_indexes(state: State, table: Table, like: LikeSpec, source: Table) -> None:
    """Give a new table indexes like those of another one."""
    if "indexes" not in like.options:
        return
    for index in list(source.indexes):
        if index.constraint is None:
            made = _copy_index(state, index, table, parent=None)
            if "comments" in like.options:
                made.comment = index.comment
            continue
        wanted = copied(
            index.constraint,
            name="",
            inherited=0,
            is_local=True,
            parent=None,
            index=None,
            statement=-1,
            keys=tuple(structs.replace(key) for key in index.constraint.keys),
        )
        # PostgreSQL copies the comment on its index, not the one on the constraint.
        wanted.comment = None
        where = index.constraint.where
        spec = ConstraintSpec(
            constraint=wanted,
            expression=None if where is None else reader_of(where),
            keys=[_key_reader(key) for key in wanted.keys],
        )
        add_constraint(state, table, spec)


def copy_like_later(state: State, table: Table, like: LikeSpec, source: Table) -> None:
    """Give a new table statistics like those of another one."""
    from confiture._pure.schema.definitions import copy_statistics

    if "statistics" not in like.options:
        return
    for need in list(source.dependents):
        statistics = need.source
        if isinstance(statistics, Definition) and statistics.kind == "statistics" and not need.is_void:
            copy_statistics(state, statistics, table)


def mentions(text: str, column: str, table: str) -> bool:
    """Whether an expression of the model mentions a column."""
    reader = reader_of(text)
    return any(column_at(reader, index, table) == column for index in range(reader.end))


def type_of(ref: TypeRef) -> str:
    """A type's text."""
    return type_text(ref)


def inherit_column(state: State, table: Table, parent: Table, column: Column) -> bool:
    """Give a table a column that its parent has got, or merge it with its own; whether it is new."""
    known = table.columns.get(column.name)
    if known is not None:
        if type_text(known.type) != type_text(column.type):
            raise UnmodelledError(f"column {shown(column.name)} has another type")
        state.change(known, inherited=known.inherited + 1)
        return False
    made = structs.replace(
        column, inherited=1, is_local=False, comment=None, privileges=None, statistics=None, is_not_null=False
    )
    if parent.partition_by is None:
        made.identity = None
    state.put(table.columns, made.name, made)
    _copy_needs(state, parent, column, table, made)
    return True
