"""What tables get by ``LIKE``."""

from __future__ import annotations

from msgspec import Struct, structs

from confiture._pure.schema.constraint_specs import ConstraintSpec
from confiture._pure.schema.constraints import add_constraint, copied, not_null_of
from confiture._pure.schema.inheritance import copy_needs
from confiture._pure.schema.partitions import copy_index, key_reader
from confiture._pure.schema.query_outputs import outputs_of_view
from confiture._pure.schema.reading import Name, Reader, UnmodelledError, shown
from confiture._pure.schema.records import (
    Column,
    Definition,
    Sequence,
    Table,
    Type,
    View,
)
from confiture._pure.schema.sequences import Options, column_sequence
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import reader_of

__all__ = ["LikeSpec", "copy_like_indexes", "copy_like_later", "expand_like", "read_like"]


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
            copy_needs(state, source, attribute, table, copy)
        return []
    if isinstance(source, View):
        _like_view(state, table, like.options, source)
        return []
    if not isinstance(source, Table):
        raise Missing
    options = like.options
    constraints: list[ConstraintSpec] = []
    for column in source.columns.values():
        _like_column(state, table, options, source, column)
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


def _like_view(state: State, table: Table, options: frozenset[str], view: View) -> None:
    """Give a new table the columns of a view, if they can be told."""
    if view.kind != "view" and not options.isdisjoint(("indexes", "statistics")):
        raise UnmodelledError("the indexes of what it is like are not copied")
    source, outputs = outputs_of_view(state, view)
    for output in outputs:
        if output.name in table.columns:
            raise UnmodelledError(f"column {shown(output.name)} is defined twice")
        made = Column(name=output.name, type=output.type)
        state.put(table.columns, made.name, made)
        if output.column is not None and source.table is not None:
            made.collation = output.column.collation
            copy_needs(state, source.table, output.column, table, made, "type")
        else:
            state.resolve(made.type, table, part=made)
        if "comments" in options:
            made.comment = view.column_comments.get(made.name)
    state.need(table, view, "like", is_tracked=False)


def _like_column(state: State, table: Table, options: frozenset[str], source: Table, column: Column) -> None:
    """Give a new table a column, or merge it with the one that parents have."""
    made = table.columns.get(column.name)
    if made is None:
        made = Column(name=column.name, type=column.type, collation=column.collation)
        state.put(table.columns, made.name, made)
        copy_needs(state, source, column, table, made, "type")
    elif made.is_local:
        raise UnmodelledError(f"column {shown(column.name)} is defined twice")
    made.is_local = True
    if "storage" in options:
        made.storage = column.storage or made.storage
    if "compression" in options:
        made.compression = column.compression or made.compression
    if "comments" in options:
        made.comment = column.comment
    is_generated = column.generated is not None
    is_filled = is_generated or column.default is not None or column.default_sequence is not None
    if is_filled and ("generated" if is_generated else "defaults") in options:
        state.forget(table, "default", "generated", part=made)
        made.default, made.default_sequence = column.default, column.default_sequence
        made.generated, made.is_virtual = column.generated, column.is_virtual
        copy_needs(state, source, column, table, made, "default", "generated")
    if "identity" in options and column.identity is not None:
        made.identity = column.identity
        _like_identity(state, table, made, source, column)


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
            made = copy_index(state, index, table, parent=None)
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
            keys=[key_reader(key) for key in wanted.keys],
        )
        add_constraint(state, table, spec)
        if "comments" in like.options and wanted.index is not None:
            wanted.index.comment = index.comment


def copy_like_later(state: State, table: Table, like: LikeSpec, source: Table) -> None:
    """Give a new table statistics like those of another one."""
    from confiture._pure.schema.definitions import copy_statistics

    if "statistics" not in like.options:
        return
    for need in list(source.dependents):
        statistics = need.source
        if isinstance(statistics, Definition) and statistics.kind == "statistics" and not need.is_void:
            copy_statistics(state, statistics, table)
