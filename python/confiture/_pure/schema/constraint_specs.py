"""Constraints, as they are read."""

from __future__ import annotations

from msgspec import Struct

from confiture._pure.schema.indexes import read_key
from confiture._pure.schema.reading import Reader, UnmodelledError
from confiture._pure.schema.records import Constraint, Key
from confiture._pure.schema.settings import read_parameters
from confiture._pure.schema.text import bare

__all__ = [
    "ConstraintSpec",
    "is_table_constraint",
    "read_attributes",
    "read_column_constraint",
    "read_table_constraint",
]


_ACTIONS = ("no action", "restrict", "cascade", "set null", "set default")


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
