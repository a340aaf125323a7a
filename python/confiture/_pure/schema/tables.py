"""``CREATE TABLE`` and ``CREATE FOREIGN TABLE``."""

from __future__ import annotations

from msgspec import Struct

from confiture._pure.schema.columns import ColumnSpec, read_column
from confiture._pure.schema.constraint_specs import ConstraintSpec, is_table_constraint, read_table_constraint
from confiture._pure.schema.constraints import add_constraint
from confiture._pure.schema.edges import add_references, need_collation
from confiture._pure.schema.inheritance import add_children_link, inherit_constraints, merge_parents
from confiture._pure.schema.like import LikeSpec, copy_like_indexes, copy_like_later, expand_like, read_like
from confiture._pure.schema.mentions import names_in_string
from confiture._pure.schema.partition_bounds import bound_text, read_bound
from confiture._pure.schema.partitions import partition_from_parent
from confiture._pure.schema.privileges import made
from confiture._pure.schema.reading import (
    STRING,
    Name,
    Reader,
    RefusedError,
    UnmodelledError,
    shown,
    string_of,
)
from confiture._pure.schema.records import Column, Constraint, Sequence, Table, Type
from confiture._pure.schema.sequences import column_sequence, read_persistence
from confiture._pure.schema.settings import read_fdw_options, read_parameters
from confiture._pure.schema.starred_views import expand_stars
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import bare, expression_text, text_of
from confiture._pure.schema.type_defaults import forget_usual_partition_classes, forget_usual_storage

__all__ = ["TableSpec", "apply_column", "apply_table", "create_table", "new_column", "read_storage"]


class TableSpec(Struct, eq=False, kw_only=True):
    """A table as it is written.

    Attributes:
        elements: Columns, ``LIKE`` clauses and constraints, in their order.
        ends_with_transaction: Whether it says ``ON COMMIT DROP``.
    """

    elements: list[ColumnSpec | LikeSpec | ConstraintSpec] = []
    of_type: Name | None = None
    parents: list[Name] = []
    partition_of: Name | None = None
    bound: Reader | None = None
    partition_by: str | None = None
    partition_tokens: Reader | None = None
    method: str | None = None
    options: dict[str, str | None] = {}
    tablespace: str | None = None
    server: str | None = None
    ends_with_transaction: bool = False


def create_table(state: State, reader: Reader, form: str) -> None:
    """``CREATE [TEMPORARY | UNLOGGED | FOREIGN] TABLE [IF NOT EXISTS] name …``."""
    reader.expect("create")
    is_foreign = reader.take("foreign")
    persistence = read_persistence(reader)
    reader.expect("table")
    reader.take("if", "not", "exists")
    name = reader.name()
    spec = _read(reader, is_foreign)
    reader.expect_end()
    apply_table(state, name, spec, persistence, is_foreign=is_foreign, may_exist=form != "")


def _read(reader: Reader, is_foreign: bool) -> TableSpec:
    spec = TableSpec()
    has_types = True
    if reader.take("of"):
        spec.of_type = reader.name()
        has_types = False
    elif reader.take("partition", "of"):
        spec.partition_of = reader.name()
        has_types = False
    if reader.is_group():
        for item in reader.group().items():
            spec.elements.append(_read_element(item, has_types))
    elif has_types:
        raise reader.refused("'('")
    if spec.partition_of is not None:
        spec.bound = read_bound(reader)
    if reader.take("inherits"):
        group = reader.group()
        spec.parents = group.names()
        group.expect_end()
    if is_foreign:
        reader.expect("server")
        spec.server = reader.identifier()
        if reader.take("options"):
            spec.options = read_fdw_options(reader.group())
        return spec
    if reader.take("partition", "by"):
        start = reader.at
        if not reader.is_name():
            raise reader.refused("a strategy")
        reader.at += 1
        spec.partition_tokens = reader.group()
        spec.partition_by = _partition_text(reader.part(start, reader.at))
    read_storage(reader, spec)
    return spec


def read_storage(reader: Reader, spec: TableSpec) -> None:
    """Go past how and how long a table is stored."""
    if reader.take("using"):
        spec.method = reader.identifier()
    if reader.take("with"):
        spec.options = read_parameters(reader.group())
        # PostgreSQL accepts it for the sake of old dumps, and forgets it.
        spec.options.pop("oids", None)
    elif reader.take("without", "oids"):
        pass
    if reader.take("on", "commit"):
        what = reader.take_any("drop", "preserve", "delete")
        if not what or (what != "drop" and not reader.take("rows")):
            raise reader.refused("what to do on commit")
        spec.ends_with_transaction = what == "drop"
    if reader.take("tablespace"):
        spec.tablespace = reader.identifier()


def _partition_text(reader: Reader) -> str:
    strategy = reader.text()
    reader.at += 1
    items = [text_of(item) for item in reader.group().items()]
    return f"{strategy} ({', '.join(items)})"


def _read_element(item: Reader, has_type: bool) -> ColumnSpec | LikeSpec | ConstraintSpec:
    if item.word() == "like" and item.is_name(1):
        return read_like(item)
    if is_table_constraint(item):
        return read_table_constraint(item)
    return read_column(item, has_type=has_type)


def apply_table(
    state: State, name: Name, spec: TableSpec, persistence: str, *, is_foreign: bool, may_exist: bool
) -> None:
    """Make a table of what was written."""
    schema = state.schema_of(name, is_temporary=persistence == "temporary")
    if schema == "pg_temp":
        persistence = "temporary"
    if may_exist and (schema, name.name) in state.relations:
        return
    table = Table(
        kind="foreign_table" if is_foreign else "table",
        schema=schema,
        name=name.name,
        persistence=persistence,
        partition_by=spec.partition_by,
        options=spec.options,
        tablespace=spec.tablespace,
        access_method=spec.method,
        server=spec.server,
        statement=state.statement,
    )
    state.add_relation(table, is_type=True)
    made(state, table)
    if spec.ends_with_transaction:
        state.append(state.ending, table)
    if spec.server is not None:
        server = state.others.get(("foreign_server", spec.server))
        if server is not None:
            state.need(table, server, "definition")
    parents = [_parent(state, parent) for parent in spec.parents]
    if spec.partition_of is not None:
        parents = [_parent(state, spec.partition_of)]
        if parents[0].partition_by is None:
            raise UnmodelledError("its parent is not partitioned")
        if spec.bound is not None:
            table.bound = bound_text(spec.bound, parents[0])
    merge_parents(state, table, parents)
    if spec.of_type is not None:
        _of_type(state, table, spec.of_type)
    pending: list[ConstraintSpec] = []
    likes: list[tuple[LikeSpec, Table]] = []
    for element in spec.elements:
        if isinstance(element, ColumnSpec):
            pending += _add_column(state, table, element)
        elif isinstance(element, ConstraintSpec):
            pending.append(element)
        else:
            pending += expand_like(state, table, element, likes)
    forget_usual_partition_classes(state, table)
    for parent in parents:
        add_children_link(state, table, parent)
    if spec.partition_tokens is not None:
        add_references(state, table, spec.partition_tokens, "definition")
    inherited = inherit_constraints(state, table, parents)
    if spec.partition_of is not None:
        partition_from_parent(state, table, parents[0])
    if spec.server is not None:
        server = state.others.get(("foreign_server", spec.server))
        if server is not None:
            state.need(table, server, "definition")
    _add_constraints(state, table, pending, inherited)
    for like, source in likes:
        copy_like_indexes(state, table, like, source)
        copy_like_later(state, table, like, source)


def _parent(state: State, name: Name) -> Table:
    parent = state.relation(name)
    if not isinstance(parent, Table):
        raise Missing
    return parent


def _of_type(state: State, table: Table, name: Name) -> None:
    found = state.type(name)
    if not isinstance(found, Type) or found.form != "composite":
        raise Missing
    state.change(table, of_type=found)
    state.need(table, found, "type")
    for attribute in found.attributes.values():
        column = Column(name=attribute.name, type=attribute.type, collation=attribute.collation)
        state.put(table.columns, column.name, column)
        state.resolve(column.type, table, part=column)


def _add_column(state: State, table: Table, spec: ColumnSpec) -> list[ConstraintSpec]:
    """Give a new table a column; its constraints are still to be added."""
    name = spec.column.name
    known = table.columns.get(name)
    if known is None:
        if not spec.has_type:
            raise UnmodelledError(f"there is no column {shown(name)}")
        state.put(table.columns, name, spec.column)
        return apply_column(state, table, spec.column, spec)
    if spec.has_type and not (known.inherited and not known.is_local):
        raise UnmodelledError(f"column {shown(name)} is defined twice")
    # It is merged with the one that parents have, or adds to that of a type.
    if known.inherited and spec.has_type:
        known.is_local = True
    for attribute in ("storage", "compression", "collation"):
        value = getattr(spec.column, attribute)
        if value is not None:
            setattr(known, attribute, value)
    if spec.column.options:
        known.options = spec.column.options
    if spec.default is not None or spec.identity is not None or spec.generated is not None:
        state.forget(table, "default", "generated", part=known)
        known.default = known.generated = None
        known.default_sequence = None
    known.is_virtual = spec.column.is_virtual if spec.generated is not None else known.is_virtual
    return apply_column(state, table, known, spec, is_merged=True)


def apply_column(
    state: State, table: Table, column: Column, spec: ColumnSpec, *, is_merged: bool = False
) -> list[ConstraintSpec]:
    """Give a column its type, default and sequence; the constraints that are to be added."""
    constraints = list(spec.constraints)
    if not is_merged:
        state.resolve(column.type, table, part=column)
        need_collation(state, table, column.collation, "type", column)
    forget_usual_storage(state, column)
    if spec.default is not None:
        set_default(state, table, column, spec.default)
    if spec.generated is not None:
        column.generated = expression_text(spec.generated)
        add_references(state, table, spec.generated, "generated", part=column)
    if spec.serial:
        sequence = column_sequence(
            state, table, column, {"int2": "smallint", "int4": "integer", "int8": "bigint"}[spec.serial]
        )
        state.change(column, default_sequence=sequence)
        state.need(table, sequence, "default", part=column)
        _want_not_null(constraints, column)
    if spec.identity is not None:
        column.identity = spec.column.identity
        type_name = {"int2": "smallint", "int4": "integer"}.get(column.type.base, "bigint")
        sequence = column_sequence(state, table, column, type_name, spec.identity)
        state.change(sequence, is_identity=True)
        _want_not_null(constraints, column)
    return constraints


def set_default(state: State, table: Table, column: Column, tokens: Reader) -> None:
    """Give a column a default."""
    sequence = called_sequence(state, tokens)
    if sequence is not None:
        state.change(column, default=None, default_sequence=sequence)
        state.need(table, sequence, "default", part=column)
        return
    state.change(column, default=expression_text(tokens), default_sequence=None)
    add_references(state, table, tokens, "default", part=column)


def called_sequence(state: State, tokens: Reader) -> Sequence | None:
    """The sequence of which a default is the next value, and nothing else."""
    call = bare(tokens)
    if call.are_words("pg_catalog") and call.is_sign(".", 1):
        call.at += 2
    if not call.take("nextval") or not call.is_group():
        return None
    group = call.group()
    if not call.is_done or group.kind() != STRING:
        return None
    name, _ = names_in_string(string_of(group.text()) or "")
    group.at += 1
    try:
        if group.take_sign("::") and group.name().name != "regclass":
            return None
    except RefusedError:
        return None
    if name is None or not group.is_done:
        return None
    found = state.relation(name)
    return found if isinstance(found, Sequence) else None


def _want_not_null(constraints: list[ConstraintSpec], column: Column) -> None:
    if not any(spec.constraint.kind == "not_null" for spec in constraints):
        wanted = Constraint(name="", kind="not_null", columns=(column.name,))
        constraints.insert(0, ConstraintSpec(constraint=wanted))


def new_column(state: State, table: Table, spec: ColumnSpec) -> list[ConstraintSpec]:
    """Give a table that is there already a column; its constraints are still to be added."""
    expand_stars(state, table)
    state.put(table.columns, spec.column.name, spec.column)
    return apply_column(state, table, spec.column, spec)


def _add_constraints(
    state: State, table: Table, pending: list[ConstraintSpec], inherited: dict[str, Constraint]
) -> None:
    """Add constraints in the order in which PostgreSQL does (``DefineRelation``)."""
    from confiture._pure.schema.inheritance import merge_check

    checks = [spec for spec in pending if spec.constraint.kind == "check"]
    # Those with names come first to no one: they are only known to be taken.
    for spec in checks:
        if not merge_check(state, table, spec, inherited):
            add_constraint(state, table, spec)
    indexed = _indexed(pending)
    for spec in _not_nulls(table, pending, indexed):
        add_constraint(state, table, spec)
    for spec in indexed:
        add_constraint(state, table, spec)
    for spec in pending:
        if spec.constraint.kind == "foreign_key":
            add_constraint(state, table, spec)


def _indexed(pending: list[ConstraintSpec]) -> list[ConstraintSpec]:
    """Primary key, unique and exclusion constraints, those left out that another one says already."""
    specs = [spec for spec in pending if spec.constraint.kind in ("primary_key", "unique", "exclusion")]
    specs.sort(key=lambda spec: spec.constraint.kind != "primary_key")
    kept: list[ConstraintSpec] = []
    seen: dict[tuple[object, ...], ConstraintSpec] = {}
    for spec in specs:
        made = spec.constraint
        if made.kind == "exclusion":
            kept.append(spec)
            continue
        said = (made.columns, made.include, made.nulls_not_distinct, made.is_deferrable, made.is_deferred)
        if said in seen:
            before = seen[said].constraint
            before.name = before.name or made.name
            continue
        seen[said] = spec
        kept.append(spec)
    return kept


def _not_nulls(
    table: Table, pending: list[ConstraintSpec], indexed: list[ConstraintSpec]
) -> list[ConstraintSpec]:
    """The not-null constraints, one for each column, those of the primary key included."""
    wanted: dict[str, ConstraintSpec] = {}
    for spec in pending:
        made = spec.constraint
        if made.kind != "not_null":
            continue
        known = wanted.get(made.columns[0])
        if known is None:
            wanted[made.columns[0]] = spec
        elif not known.constraint.name:
            known.constraint.name = made.name
    for spec in indexed:
        if spec.constraint.kind == "primary_key":
            for name in spec.constraint.columns:
                if name in table.columns:
                    wanted.setdefault(
                        name,
                        ConstraintSpec(constraint=Constraint(name="", kind="not_null", columns=(name,))),
                    )
    return sorted(wanted.values(), key=lambda spec: bool(not spec.constraint.name))
