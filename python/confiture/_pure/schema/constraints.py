"""Constraints: as they are read, and as they become part of a table."""

from __future__ import annotations

from msgspec import Struct, structs

from confiture._pure.schema.edges import add_references
from confiture._pure.schema.implied import column_names, constraint_name, joined_names, relation_name
from confiture._pure.schema.indexes import key_name, read_key
from confiture._pure.schema.reading import Name, Reader, RefusedError, UnmodelledError, shown
from confiture._pure.schema.records import Constraint, Index, Key, Record, Table
from confiture._pure.schema.references import columns_in
from confiture._pure.schema.settings import read_parameters
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.text import bare, expression_text

__all__ = [
    "ConstraintSpec",
    "add_constraint",
    "add_not_null",
    "forget_name",
    "is_table_constraint",
    "read_attributes",
    "read_column_constraint",
    "read_table_constraint",
    "register",
    "take_name",
]

_ACTIONS = ("no action", "restrict", "cascade", "set null", "set default")
_LABELS = {"primary_key": "pkey", "unique": "key", "exclusion": "excl"}
INDEXED = ("primary_key", "unique", "exclusion")


class ConstraintSpec(Struct, eq=False, kw_only=True):
    """A constraint as it is written.

    Attributes:
        constraint: What is known of it by itself.
        expression: The tokens of a check's condition, or of an exclusion's predicate.
        keys: The tokens of an exclusion's keys.
        using_index: The index that becomes that of the constraint.
        validity: What the text says of its being valid; None for nothing.
    """

    constraint: Constraint
    expression: Reader | None = None
    keys: list[Reader] = []
    using_index: str = ""


def is_table_constraint(reader: Reader) -> bool:
    """Whether a constraint of a table is next, and no column."""
    word = reader.word()
    if word in ("constraint", "check", "unique", "foreign"):
        return True
    if word == "primary":
        return reader.word(1) == "key"
    if word == "not":
        return reader.word(1) == "null"
    return word == "exclude" and (reader.is_sign("(", 1) or reader.word(1) == "using")


def read_column_constraint(reader: Reader, column: str, name: str) -> ConstraintSpec | None:
    """Go past a constraint of a column, without its attributes; None if there is none."""
    made = Constraint(name=name, kind="")
    spec = ConstraintSpec(constraint=made)
    if reader.take("not", "null"):
        made.kind, made.columns = "not_null", (column,)
        if reader.take("no", "inherit"):
            made.is_inheritable = False
    elif reader.take("unique"):
        made.kind, made.columns = "unique", (column,)
        _read_nulls(reader, made)
        _read_index_parameters(reader, made)
    elif reader.take("primary", "key"):
        made.kind, made.columns = "primary_key", (column,)
        _read_index_parameters(reader, made)
    elif reader.take("check"):
        made.kind = "check"
        spec.expression = bare(reader.group())
    elif reader.take("references"):
        made.kind, made.columns = "foreign_key", (column,)
        _read_references(reader, made)
    else:
        return None
    return spec


def read_table_constraint(reader: Reader) -> ConstraintSpec:
    """Go past a constraint of a table, to the end."""
    made = Constraint(name=reader.identifier() if reader.take("constraint") else "", kind="")
    spec = ConstraintSpec(constraint=made)
    if reader.take("check"):
        made.kind = "check"
        spec.expression = bare(reader.group())
    elif reader.take("not", "null"):
        made.kind, made.columns = "not_null", (reader.identifier(),)
    elif reader.take("foreign", "key"):
        made.kind = "foreign_key"
        made.columns, made.is_period = _period_columns(reader.group())
        reader.expect("references")
        _read_references(reader, made)
    elif reader.take("exclude"):
        made.kind = "exclusion"
        _read_exclusion(reader, spec)
    elif reader.take("unique") or reader.are_words("primary", "key"):
        made.kind = "primary_key" if reader.take("primary", "key") else "unique"
        if reader.take("using", "index"):
            spec.using_index = reader.identifier()
        else:
            _read_nulls(reader, made)
            made.columns, made.is_period = _overlaps_columns(reader.group())
            _read_index_parameters(reader, made)
    else:
        raise reader.refused("a constraint")
    while not reader.is_done:
        if not read_attributes(reader, made):
            raise reader.refused("an attribute of a constraint")
    return spec


def read_attributes(reader: Reader, made: Constraint) -> bool:
    """Go past an attribute of a constraint, if one is next."""
    if reader.take("not", "deferrable"):
        made.is_deferrable = made.is_deferred = False
    elif reader.take("deferrable"):
        made.is_deferrable = True
    elif reader.take("initially", "deferred"):
        made.is_deferrable = made.is_deferred = True
    elif reader.take("initially", "immediate"):
        made.is_deferred = False
    elif reader.take("not", "valid"):
        made.is_valid = False
    elif reader.take("no", "inherit"):
        made.is_inheritable = False
    elif reader.take("not", "enforced"):
        made.is_enforced = made.is_valid = False
    elif reader.take("enforced"):
        made.is_enforced = True
    else:
        return False
    return True


def _read_nulls(reader: Reader, made: Constraint) -> None:
    if reader.take("nulls"):
        made.nulls_not_distinct = reader.take("not")
        reader.expect("distinct")


def _read_index_parameters(reader: Reader, made: Constraint) -> None:
    if reader.take("include"):
        made.include = reader.columns()
    if reader.take("with"):
        made.options = read_parameters(reader.group())
    if reader.take("using", "index", "tablespace"):
        made.tablespace = reader.identifier()


def _period_columns(group: Reader) -> tuple[tuple[str, ...], bool]:
    names: list[str] = []
    is_period = False
    for item in group.items():
        if item.word() == "period" and item.is_name(1):
            item.at += 1
            is_period = True
        names.append(item.identifier())
        item.expect_end()
    return tuple(names), is_period


def _overlaps_columns(group: Reader) -> tuple[tuple[str, ...], bool]:
    names: list[str] = []
    is_period = False
    for item in group.items():
        names.append(item.identifier())
        is_period = item.take("without", "overlaps")
        item.expect_end()
    if not names:
        raise group.refused("a column")
    return tuple(names), is_period


def _read_references(reader: Reader, made: Constraint) -> None:
    name = reader.name()
    made.referenced_name = (name.schema, name.name)
    if reader.is_group():
        made.referenced_columns, _ = _period_columns(reader.group())
    if reader.take("match"):
        made.match = reader.take_any("full", "partial", "simple")
        if not made.match:
            raise reader.refused("a match type")
        if made.match == "partial":
            raise UnmodelledError("PostgreSQL has no MATCH PARTIAL")
    while reader.take("on"):
        event = reader.take_any("delete", "update")
        action = next((known for known in _ACTIONS if reader.take(*known.split(" "))), "")
        if not event or not action:
            raise reader.refused("an action")
        columns = reader.columns() if action.startswith("set ") and reader.is_group() else ()
        if event == "update":
            made.on_update = action
        else:
            made.on_delete, made.on_delete_columns = action, columns


def _read_exclusion(reader: Reader, spec: ConstraintSpec) -> None:
    made = spec.constraint
    made.method = reader.identifier() if reader.take("using") else None
    keys: list[Key] = []
    for item in reader.group().items():
        start = item.part(item.at, item.end)
        key = read_key(item)
        item.expect("with")
        key.operator = _operator(item)
        item.expect_end()
        keys.append(key)
        spec.keys.append(start.until("with"))
    if not keys:
        raise reader.refused("a key")
    made.keys = tuple(keys)
    made.columns = tuple(key.column for key in keys if key.column is not None)
    _read_index_parameters(reader, made)
    if made.method == "btree":
        made.method = None
    if reader.take("where"):
        spec.expression = bare(reader.group())


def _operator(reader: Reader) -> str:
    from confiture._pure.schema.text import text_of

    if reader.take("operator"):
        return text_of(reader.group())
    if reader.is_done:
        raise reader.refused("an operator")
    text = reader.text()
    reader.at += 1
    return text


def take_name(state: State, schema: str | None, name: str) -> None:
    """Count a constraint's name in its schema."""
    key = (schema, name)
    state.put(state.constraint_names, key, state.constraint_names.get(key, 0) + 1)


def forget_name(state: State, schema: str | None, name: str) -> None:
    """Count it no longer."""
    key = (schema, name)
    state.put(state.constraint_names, key, state.constraint_names.get(key, 1) - 1)
    state.numbers.clear()


def register(state: State, table: Table, made: Constraint) -> None:
    """Give a table a constraint with a name.

    Raises:
        UnmodelledError: It has one with this name.
    """
    if made.name in table.constraints:
        raise UnmodelledError("it is defined already")
    if made.statement < 0:
        made.statement = state.statement
    state.put(table.constraints, made.name, made)
    take_name(state, table.schema, made.name)


def not_null_of(table: Table, column: str) -> Constraint | None:
    """The not-null constraint of a column."""
    for made in table.constraints.values():
        if made.kind == "not_null" and made.columns == (column,):
            return made
    return None


def add_not_null(state: State, table: Table, spec: Constraint) -> Constraint:
    """Make a column not-null, and with it those of the tables that inherit."""
    column = table.columns.get(spec.columns[0])
    if column is None:
        raise Missing
    known = not_null_of(table, column.name) if column.is_not_null else None
    if known is not None:
        if spec.is_local and not known.is_local and known.statement == state.statement:
            # What a new table says itself has a name of its own, and not that of its parent's.
            state.remove(table.constraints, known.name)
            forget_name(state, table.schema, known.name)
            name = spec.name or constraint_name(
                state, table.name, column.name, "not_null", table.schema, table.constraints
            )
            state.change(known, name=name)
            register(state, table, known)
        elif spec.name and spec.name != known.name and spec.is_local:
            raise UnmodelledError("the column has a not-null constraint of another name")
        state.change(
            known,
            is_local=known.is_local or spec.is_local,
            inherited=known.inherited + spec.inherited,
            is_valid=known.is_valid or spec.is_valid,
            is_inheritable=known.is_inheritable or spec.is_inheritable,
        )
        made = known
    else:
        made = spec
        if not made.name:
            made.name = constraint_name(
                state, table.name, column.name, "not_null", table.schema, table.constraints
            )
        register(state, table, made)
        state.change(column, is_not_null=True)
    return made


def add_constraint(
    state: State, table: Table, spec: ConstraintSpec, mentioned: Table | None = None
) -> Constraint:
    """Give a table a constraint, with its name, its index and what it needs.

    Args:
        state: The state.
        table: The table.
        spec: The constraint.
        mentioned: The table whose columns its expression mentions, if it is another one.

    Raises:
        UnmodelledError: It has one with its name, or a column is missing.
    """
    made = spec.constraint
    if made.kind == "not_null":
        return add_not_null(state, table, made)
    for name in (*made.columns, *made.include):
        if name not in table.columns:
            raise UnmodelledError(f"there is no column {shown(name)}")
    if made.kind == "check":
        if spec.expression is not None:
            made.expression = expression_text(spec.expression)
        if not made.name:
            mentions = columns_of(spec.expression, table)
            label = mentions[0] if len(mentions) == 1 else None
            made.name = constraint_name(state, table.name, label, "check", table.schema, table.constraints)
        register(state, table, made)
        if spec.expression is not None:
            add_references(state, table, spec.expression, "check", part=made)
    elif made.kind == "foreign_key":
        add_foreign_key(state, table, made)
    elif spec.using_index:
        _adopt_index(state, table, made, spec.using_index)
    else:
        _add_indexed(state, table, spec)
    return made


#: System columns, which an expression can mention as well.
_SYSTEM_COLUMNS = dict.fromkeys(("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax"))


def columns_of(expression: Reader | None, table: Table) -> list[str]:
    """The columns of a table that an expression mentions."""
    if expression is None:
        return []
    return columns_in(expression, {**_SYSTEM_COLUMNS, **dict.fromkeys(table.columns)}, table.name)


def add_foreign_key(state: State, table: Table, made: Constraint) -> None:
    """Give a table a foreign key."""
    if not made.name:
        made.name = constraint_name(state, table.name, joined_names(made.columns), "fkey", table.schema)
    register(state, table, made)
    path, statement = state.path, state.statement
    name = Name(*made.referenced_name)

    def find(state: State, *, is_last: bool) -> bool:
        if made.referenced is None:
            found = state.relation(name, path)
            if isinstance(found, Table):
                state.change(made, referenced=found)
                state.need(table, found, "foreign_key", part=made, is_late=is_last)
            elif is_last:
                state.need(table, None, "foreign_key", part=made, missing=_called(name))
        target = made.referenced
        if target is None:
            return False
        if not made.referenced_columns:
            key = primary_key(target)
            if key is None:
                return False
            state.change(made, referenced_columns=key.columns)
        _need_index(state, table, made, target)
        return True

    def again(state: State) -> None:
        if table.constraints.get(made.name) is made and not table.is_dropped:
            state.statement = statement
            find(state, is_last=True)

    if not find(state, is_last=False):
        state.later(again)


def _need_index(state: State, table: Table, made: Constraint, target: Table) -> None:
    """Say that a foreign key needs the unique index that it refers to, if that is no constraint's."""
    wanted = set(made.referenced_columns)
    best: Index | None = None
    for index in target.indexes:
        if not index.is_unique or index.where is not None:
            continue
        if {key.column for key in index.keys} == wanted and len(index.keys) == len(wanted):
            if index.constraint is not None:
                return
            best = best or index
    if best is not None:
        state.need(table, best, "foreign_key", part=made)


def _called(name: Name) -> str:
    from confiture.models.statement import Identity

    return str(Identity(kind="table", schema=name.schema, name=name.name))


def primary_key(table: Table) -> Constraint | None:
    """The primary key of a table."""
    return next((made for made in table.constraints.values() if made.kind == "primary_key"), None)


def _add_indexed(state: State, table: Table, spec: ConstraintSpec) -> None:
    made = spec.constraint
    schema = table.schema or "public"
    if made.kind == "primary_key" and primary_key(table) is not None:
        raise UnmodelledError("there is a primary key already")
    keys = list(made.keys) or [Key(expression="", column=name) for name in made.columns]
    if not made.name:
        if made.kind == "primary_key":
            made.name = relation_name(state, table.name, None, "pkey", schema, is_constraint=True)
        else:
            names = [key_name(key, tokens) for key, tokens in _with_tokens(keys, spec)]
            joined = joined_names(column_names([*names, *made.include]))
            label = _LABELS[made.kind]
            made.name = relation_name(state, table.name, joined, label, schema, is_constraint=True)
    if spec.expression is not None:
        made.where = expression_text(spec.expression)
    index = Index(
        kind="index",
        schema=table.schema,
        name=made.name,
        table=table,
        keys=tuple(keys),
        method=made.method or "btree",
        is_unique=made.kind != "exclusion",
        constraint=made,
        statement=state.statement,
    )
    state.add_relation(index)
    state.put(table.indexes, index, None)
    made.index = index
    register(state, table, made)
    for tokens in (*spec.keys, spec.expression):
        if tokens is not None:
            add_references(state, table, tokens, "index", part=made)
    if made.kind == "primary_key":
        for name in made.columns:
            if not table.columns[name].is_not_null:
                add_not_null(state, table, Constraint(name="", kind="not_null", columns=(name,)))


def _with_tokens(keys: list[Key], spec: ConstraintSpec) -> list[tuple[Key, Reader | None]]:
    tokens: list[Reader | None] = list(spec.keys)
    return list(zip(keys, tokens or [None] * len(keys), strict=True))


def _adopt_index(state: State, table: Table, made: Constraint, name: str) -> None:
    """Make an index that of a constraint, which gives it its name (``USING INDEX``)."""
    found = state.relation(Name(table.schema, name))
    if not isinstance(found, Index) or found.table is not table or found.constraint is not None:
        raise Missing
    if not found.is_unique or found.where is not None or any(key.column is None for key in found.keys):
        raise UnmodelledError("the index cannot be that of a constraint")
    made.name = made.name or found.name
    made.columns = tuple(key.column for key in found.keys if key.column is not None)
    made.include, made.options, made.tablespace = found.include, found.options, found.tablespace
    made.nulls_not_distinct = found.nulls_not_distinct
    if made.kind == "primary_key" and primary_key(table) is not None:
        raise UnmodelledError("there is a primary key already")
    state.rename(found, found.schema, made.name)
    state.change(found, constraint=made)
    made.index = found
    register(state, table, made)
    if made.kind == "primary_key":
        for column in made.columns:
            if not table.columns[column].is_not_null:
                add_not_null(state, table, Constraint(name="", kind="not_null", columns=(column,)))


def copied(made: Constraint, **changes: object) -> Constraint:
    """Another constraint like it."""
    return structs.replace(made, **changes)


def drop_constraint_record(state: State, table: Table, made: Constraint) -> None:
    """Take a constraint from its table, with its index and what it needs."""
    state.remove(table.constraints, made.name)
    forget_name(state, table.schema, made.name)
    state.forget(table, part=made)
    if made.index is not None:
        drop_index_record(state, made.index)
    if made.kind == "not_null" and made.columns[0] in table.columns:
        state.change(table.columns[made.columns[0]], is_not_null=False)


def drop_index_record(state: State, index: Index) -> None:
    """Take an index from its table."""
    table = index.table
    state.remove(state.relations, (index.schema, index.name))
    state.remove(table.indexes, index)
    state.forget(index)
    state.change(index, is_dropped=True)
    if table.clustered_on is index:
        state.change(table, clustered_on=None)
    if isinstance(table, Table) and table.replica_identity is index:
        state.change(table, replica_identity="nothing")


def require(record: Record | None) -> Record:
    """The object that a name means.

    Raises:
        Missing: There is none.
    """
    if record is None:
        raise Missing
    return record


def refuse_empty(reader: Reader) -> None:
    """Have something left."""
    if reader.is_done:
        raise RefusedError("something is missing at the end")
