"""Sequences: their options, those that columns have, and the statements about them."""

from __future__ import annotations

from confiture._pure.schema.implied import relation_name
from confiture._pure.schema.reading import NUMBER, Name, Reader, RefusedError, UnmodelledError, shown
from confiture._pure.schema.records import Column, Sequence, Table
from confiture._pure.schema.state import Missing, State
from confiture._pure.schema.types import read_type, type_text

__all__ = [
    "alter_sequence",
    "column_sequence",
    "create_sequence",
    "integer",
    "read_options",
    "set_options",
]

_BOUNDS = {
    "smallint": (-32768, 32767),
    "integer": (-2147483648, 2147483647),
    "bigint": (-9223372036854775808, 9223372036854775807),
}

#: The base and the digits of numbers, by their first two characters.
_BASES = {
    "0x": (16, frozenset("0123456789abcdef")),
    "0o": (8, frozenset("01234567")),
    "0b": (2, frozenset("01")),
}
_DECIMAL = (10, frozenset("0123456789"))
_MOST_DIGITS = 64


def integer(reader: Reader) -> int:
    """Go past a whole number with or without a sign."""
    sign = -1 if reader.take_sign("-") else 1
    reader.take_sign("+")
    text = reader.text()
    if reader.kind() != NUMBER:
        raise reader.refused("a number")
    reader.at += 1
    digits = text.replace("_", "")
    base, known = _BASES.get(digits[:2], _DECIMAL)
    if base != _DECIMAL[0]:
        digits = digits[2:]
    if not digits or not known.issuperset(digits):
        raise RefusedError(f"{shown(text)} is no whole number")
    digits = digits.lstrip("0") or "0"
    # Python refuses to read very many decimal digits.
    value = sign * int(digits, base) if len(digits) <= _MOST_DIGITS else 2**63
    if not -(2**63) <= value < 2**63:
        raise UnmodelledError("a number is too large")
    return value


class Options:
    """What a statement says of a sequence.

    Attributes:
        values: What is to be set, by the attribute's name.
        owned_by: The parts of a column's name, nothing for ``NONE``, None if nothing is said.
        name: The name that ``SEQUENCE NAME`` gives.
        has_restart: Whether ``RESTART`` is among them.
        no_limits: Of ``minimum`` and ``maximum`` those that are to be the type's.
    """

    __slots__ = ("has_restart", "name", "no_limits", "owned_by", "values")

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.owned_by: list[str] | None = None
        self.name: Name | None = None
        self.has_restart = False
        self.no_limits: list[str] = []


def read_options(reader: Reader) -> Options:
    """Go past the options of a sequence, in any order."""
    options = Options()
    values = options.values
    while not reader.is_done:
        if reader.take("as"):
            values["type"] = type_text(read_type(reader))
            if values["type"] not in _BOUNDS:
                raise UnmodelledError("a sequence is of whole numbers")
        elif reader.take("start"):
            reader.take("with")
            values["start"] = integer(reader)
        elif reader.take("increment"):
            reader.take("by")
            values["increment"] = integer(reader)
        elif reader.take("minvalue"):
            values["minimum"] = integer(reader)
        elif reader.take("maxvalue"):
            values["maximum"] = integer(reader)
        elif reader.take("cache"):
            values["cache"] = integer(reader)
        elif reader.take("cycle"):
            values["cycles"] = True
        elif reader.take("no", "cycle"):
            values["cycles"] = False
        elif reader.take("no", "minvalue"):
            options.no_limits.append("minimum")
        elif reader.take("no", "maxvalue"):
            options.no_limits.append("maximum")
        elif reader.take("owned", "by"):
            parts = reader.parts()
            options.owned_by = [] if parts == ["none"] else parts
        elif reader.take("sequence", "name"):
            options.name = reader.name()
        elif reader.take("restart"):
            options.has_restart = True
            reader.take("with")
            if reader.kind() == NUMBER or reader.is_sign("-") or reader.is_sign("+"):
                integer(reader)
        elif reader.take("logged"):
            values["persistence"] = "permanent"
        elif reader.take("unlogged"):
            values["persistence"] = "unlogged"
        else:
            raise reader.refused("an option of a sequence")
    return options


def set_options(state: State, sequence: Sequence, options: Options, *, is_new: bool) -> None:
    """Give a sequence what was said of it, and what follows from that (``init_params``)."""
    values = dict(options.values)
    old_type = sequence.type
    new_type = str(values.get("type", old_type))
    increment = values.get("increment", sequence.increment)
    if not isinstance(increment, int) or increment == 0:
        raise UnmodelledError("a sequence's increment is not 0")
    lowest, highest = _BOUNDS[new_type]
    limits = {
        "maximum": highest if increment > 0 else -1,
        "minimum": 1 if increment > 0 else lowest,
    }
    old_lowest, old_highest = _BOUNDS[old_type]
    was_bound = {
        "maximum": sequence.maximum == old_highest and new_type != old_type,
        "minimum": sequence.minimum == old_lowest and new_type != old_type,
    }
    for limit, bound in limits.items():
        if limit not in values and (is_new or limit in options.no_limits or was_bound[limit]):
            values[limit] = bound
    if is_new and "start" not in values:
        values["start"] = values["minimum"] if increment > 0 else values["maximum"]
    minimum, maximum = values.get("minimum", sequence.minimum), values.get("maximum", sequence.maximum)
    start = values.get("start", sequence.start)
    if isinstance(minimum, int) and isinstance(maximum, int) and isinstance(start, int):
        is_wrong = minimum >= maximum or not minimum <= start <= maximum
        if is_wrong or minimum < lowest or maximum > highest:
            raise UnmodelledError("the bounds of a sequence contradict each other")
    state.change(sequence, **values)


def own(state: State, sequence: Sequence, parts: list[str]) -> None:
    """Let a column own a sequence; none, if there are no parts."""
    if sequence.is_identity:
        raise UnmodelledError("the sequence of an identity column is its own")
    state.forget(sequence, "owned_by")
    if not parts:
        state.change(sequence, owner_table=None, owner_column=None)
        return
    if len(parts) < 2:
        raise RefusedError("a column's name has its table before it")
    table = state.relation(Name(parts[-3] if len(parts) > 2 else None, parts[-2]))
    column = table.columns.get(parts[-1]) if isinstance(table, Table) else None
    if not isinstance(table, Table) or column is None:
        raise Missing
    set_owner(state, sequence, table, column)


def set_owner(state: State, sequence: Sequence, table: Table, column: Column) -> None:
    """Let a column own a sequence."""
    state.change(sequence, owner_table=table, owner_column=column)
    state.need(sequence, table, "owned_by", part=column)


def column_sequence(
    state: State, table: Table, column: Column, sequence_type: str, options: Options | None = None
) -> Sequence:
    """Make the sequence of a ``serial`` or identity column, which the table must still be told of."""
    schema = table.schema or "public"
    name = options.name if options is not None else None
    chosen = name.name if name is not None else relation_name(state, table.name, column.name, "seq", schema)
    sequence = Sequence(
        kind="sequence",
        schema=name.schema if name is not None and name.schema is not None else schema,
        name=chosen,
        owner=table.owner,
        persistence=table.persistence,
        statement=state.statement,
    )
    from confiture._pure.schema.privileges import made

    made(state, sequence)
    sequence.owner = table.owner
    chosen_options = options or Options()
    chosen_options.values.setdefault("type", sequence_type)
    state.add_relation(sequence)
    set_options(state, sequence, chosen_options, is_new=True)
    set_owner(state, sequence, table, column)
    return sequence


def create_sequence(state: State, reader: Reader, form: str) -> None:
    """``CREATE [TEMPORARY | UNLOGGED] SEQUENCE [IF NOT EXISTS] name options``."""
    from confiture._pure.schema.privileges import made

    reader.expect("create")
    persistence = read_persistence(reader)
    reader.expect("sequence")
    reader.take("if", "not", "exists")
    name = reader.name()
    options = read_options(reader)
    schema = state.schema_of(name, is_temporary=persistence == "temporary")
    if (schema, name.name) in state.relations and form:
        return
    sequence = Sequence(
        kind="sequence", schema=schema, name=name.name, persistence=persistence, statement=state.statement
    )
    state.add_relation(sequence)
    set_options(state, sequence, options, is_new=True)
    made(state, sequence)
    if options.owned_by is not None:
        own(state, sequence, options.owned_by)


def read_persistence(reader: Reader) -> str:
    """Go past ``TEMPORARY`` or ``UNLOGGED``."""
    reader.take_any("global", "local")
    if reader.take_any("temporary", "temp"):
        return "temporary"
    return "unlogged" if reader.take("unlogged") else "permanent"


def alter_sequence(state: State, reader: Reader, form: str) -> None:
    """``ALTER SEQUENCE name options``; what all relations have in common is not its matter."""
    sequence = state.relation(reader.name())
    if sequence is None:
        if form:
            return
        raise Missing
    if not isinstance(sequence, Sequence):
        raise UnmodelledError("it is no sequence")
    if reader.take("set", "logged"):
        reader.expect_end()
        state.change(sequence, persistence="permanent")
        return
    if reader.take("set", "unlogged"):
        reader.expect_end()
        state.change(sequence, persistence="unlogged")
        return
    options = read_options(reader)
    if not options.values and options.owned_by is None and not options.has_restart and not options.no_limits:
        raise reader.refused("an option")
    set_options(state, sequence, options, is_new=False)
    if options.owned_by is not None:
        own(state, sequence, options.owned_by)
