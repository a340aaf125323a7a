"""Definitions of columns, as they are read."""

from __future__ import annotations

from msgspec import Struct

from confiture._pure.schema.constraint_specs import ConstraintSpec, read_attributes, read_column_constraint
from confiture._pure.schema.reading import Reader, RefusedError
from confiture._pure.schema.records import Column, TypeRef
from confiture._pure.schema.sequences import Options, read_options
from confiture._pure.schema.settings import read_fdw_options
from confiture._pure.schema.types import read_type

__all__ = ["SERIAL", "ColumnSpec", "collation_of", "default_expression", "read_column"]

#: The types of ``serial`` and its like.
SERIAL = {
    "smallserial": "int2",
    "serial2": "int2",
    "serial": "int4",
    "serial4": "int4",
    "bigserial": "int8",
    "serial8": "int8",
}
#: The words that end an expression without parentheses after an operand.
_AFTER_EXPRESSION_TEXT = """
    constraint not null unique primary check references collate deferrable initially generated
    default enforced no
"""
_AFTER_EXPRESSION = frozenset(_AFTER_EXPRESSION_TEXT.split())
#: Words after which an operand is still to come.
_BEFORE_OPERAND_TEXT = """
    is from distinct and or as
"""
_BEFORE_OPERAND = frozenset(_BEFORE_OPERAND_TEXT.split())


class ColumnSpec(Struct, eq=False, kw_only=True):
    """A column as it is written.

    Attributes:
        column: What is known of it by itself.
        serial: The type, if it is a ``serial``.
        constraints: Its constraints, also not-null.
        default: The tokens of its default.
        generated: The tokens of what it is worked out from.
        identity: The options of its sequence, if it is an identity column.
        has_type: Whether it has a type.
    """

    column: Column
    serial: str = ""
    constraints: list[ConstraintSpec] = []
    default: Reader | None = None
    generated: Reader | None = None
    identity: Options | None = None
    has_type: bool = True


def read_column(reader: Reader, *, has_type: bool = True) -> ColumnSpec:
    """Go past the definition of a column, to the end.

    Args:
        reader: The tokens of the definition alone.
        has_type: Whether the type is written; a partition's and typed table's column has none.
    """
    name = reader.identifier()
    spec = ColumnSpec(column=Column(name=name, type=TypeRef()), has_type=has_type)
    if has_type:
        if reader.is_done:
            raise reader.refused("a type")
        ref = read_type(reader)
        spec.column.type = ref
        if len(ref.name) == 1 and ref.name[0] in SERIAL and not ref.of_column and not ref.is_array:
            spec.serial = SERIAL[ref.name[0]]
            spec.column.type = TypeRef(base=spec.serial)
        if reader.take("storage"):
            storage = reader.identifier()
            spec.column.storage = None if storage == "default" else storage
        if reader.take("compression"):
            compression = reader.identifier()
            spec.column.compression = None if compression == "default" else compression
    else:
        reader.take("with", "options")
    if reader.take("options"):
        spec.column.options = read_fdw_options(reader.group())
    _read_constraints(reader, spec)
    return spec


def _read_constraints(reader: Reader, spec: ColumnSpec) -> None:
    column = spec.column
    while not reader.is_done:
        name = reader.identifier() if reader.take("constraint") else ""
        if reader.take("collate"):
            column.collation = collation_of(reader)
        elif reader.take("default"):
            spec.default = default_expression(reader)
        elif reader.take("null"):
            continue
        elif reader.take("generated"):
            _read_generated(reader, spec)
        elif found := read_column_constraint(reader, column.name, name):
            spec.constraints.append(found)
        elif not spec.constraints or not read_attributes(reader, spec.constraints[-1].constraint):
            raise reader.refused("a constraint")


def _read_generated(reader: Reader, spec: ColumnSpec) -> None:
    column = spec.column
    if reader.take("by", "default"):
        reader.expect("as", "identity")
        column.identity = "by default"
    else:
        reader.expect("always", "as")
        if not reader.take("identity"):
            spec.generated = reader.group()
            column.is_virtual = not reader.take("stored")
            reader.take("virtual")
            return
        column.identity = "always"
    spec.identity = read_options(reader.group()) if reader.is_group() else Options()


def collation_of(reader: Reader) -> str | None:
    """Go past the name of a collation; None for the default one."""
    from confiture._pure.schema.text import quoted_name

    parts = reader.parts()
    if len(parts) > 1 and parts[-2] == "pg_catalog":
        parts = parts[-1:]
    if parts == ["default"]:
        return None
    return ".".join(map(quoted_name, parts))


def default_expression(reader: Reader) -> Reader:
    """Go past an expression that other clauses of a column may follow."""
    start = reader.at
    while not reader.is_done:
        word = reader.word()
        if reader.at > start and word in _AFTER_EXPRESSION and not _wants_operand(reader):
            break
        reader.skip()
    if reader.at == start:
        raise RefusedError("an expression is missing")
    return reader.part(start, reader.at)


def _wants_operand(reader: Reader) -> bool:
    """Whether what stands before the next token is no operand."""
    from confiture._pure.schema.reading import OPERATOR, PUNCTUATION, WORD

    kind, text = reader.kinds[reader.at - 1], reader.texts[reader.at - 1]
    if kind == OPERATOR:
        return True
    if kind == PUNCTUATION:
        return text not in (")", "]")
    return kind == WORD and text in _BEFORE_OPERAND
