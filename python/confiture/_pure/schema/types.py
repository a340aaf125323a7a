"""Names of types, as they are read and as PostgreSQL's ``format_type`` spells them."""

from __future__ import annotations

from confiture._pure.schema.catalog import catalog
from confiture._pure.schema.reading import (
    NUMBER,
    QUOTED_NAME,
    Reader,
    RefusedError,
    UnmodelledError,
    string_of,
    unquoted,
)
from confiture._pure.schema.records import Domain, Record, TypeRef
from confiture._pure.schema.text import quoted_name, reader_of, text_of

__all__ = ["is_no_default", "qualified", "read_type", "type_text"]

#: How ``format_type`` spells types that the grammar has names of its own for.
_SPELT = {
    "bool": "boolean",
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "varbit": "bit varying",
    "varchar": "character varying",
    "any": '"any"',
    "char": '"char"',
}
_ZONED = {
    "time": ("time", " without time zone"),
    "timetz": ("time", " with time zone"),
    "timestamp": ("timestamp", " without time zone"),
    "timestamptz": ("timestamp", " with time zone"),
}
#: Words of the grammar that are types by themselves.
_WORDS = {
    "int": "int4",
    "integer": "int4",
    "smallint": "int2",
    "bigint": "int8",
    "real": "float4",
    "boolean": "bool",
    "decimal": "numeric",
    "dec": "numeric",
    "numeric": "numeric",
    "varchar": "varchar",
}
_CHARACTERS = ("character", "char", "nchar")
_FIELDS = ("year", "month", "day", "hour", "minute", "second")
#: The largest precision of times and intervals (``src/include/datatype/timestamp.h``).
_MOST_DIGITS = 6


def read_type(reader: Reader) -> TypeRef:
    """Go past the name of a type, with its modifiers and bounds."""
    ref = _read_simple(reader)
    if reader.take("array"):
        ref.is_array = True
        if reader.is_sign("["):
            reader.skip()
    while reader.is_sign("["):
        ref.is_array = True
        reader.skip()
    return ref


def _read_simple(reader: Reader) -> TypeRef:
    word = reader.word()
    if reader.is_sign(".", 1):
        word = ""
    if word in _WORDS:
        reader.at += 1
        base = _WORDS[word]
        return TypeRef(base=base, modifiers=_modifiers(reader, base))
    if word == "float":
        reader.at += 1
        return TypeRef(base=_float(reader))
    if word == "double" and reader.word(1) == "precision":
        reader.at += 2
        return TypeRef(base="float8")
    if word == "national":
        reader.at += 1
        if reader.word() not in ("character", "char"):
            raise reader.refused("CHARACTER")
        word = reader.word()
    if word in _CHARACTERS:
        reader.at += 1
        if reader.take("varying"):
            return TypeRef(base="varchar", modifiers=_modifiers(reader, "varchar"))
        return TypeRef(base="bpchar", modifiers=_modifiers(reader, "bpchar") or "(1)")
    if word == "bit":
        reader.at += 1
        if reader.take("varying"):
            return TypeRef(base="varbit", modifiers=_modifiers(reader, "varbit"))
        return TypeRef(base="bit", modifiers=_modifiers(reader, "bit") or "(1)")
    if word in ("time", "timestamp"):
        reader.at += 1
        modifiers = _modifiers(reader, word)
        if reader.take("with", "time", "zone"):
            return TypeRef(base=f"{word}tz", modifiers=modifiers)
        reader.take("without", "time", "zone")
        return TypeRef(base=word, modifiers=modifiers)
    if word == "interval":
        reader.at += 1
        return TypeRef(base="interval", modifiers=_interval(reader))
    return _read_named(reader)


def _read_named(reader: Reader) -> TypeRef:
    start = reader.at
    is_quoted = reader.kind() == QUOTED_NAME
    parts = reader.parts()
    written = text_of(reader.part(start, reader.at))
    if reader.is_sign("%"):
        if reader.word(1) == "type":
            reader.at += 2
            return TypeRef(written=f"{written}%type", name=tuple(parts), of_column=True)
        if reader.word(1) == "rowtype":
            reader.at += 2
            return TypeRef(written=written, name=tuple(parts))
    base = ""
    if len(parts) == 1 or parts[-2] == "pg_catalog":
        name = parts[-1]
        known = catalog().types
        if name in known and (name != "char" or is_quoted or len(parts) > 1):
            base = name
        elif name.startswith("_") and name[1:] in known:
            return TypeRef(base=name[1:], is_array=True)
    if base:
        return TypeRef(base=base, modifiers=_modifiers(reader, base))
    ref = TypeRef(written=written, name=tuple(parts))
    if reader.is_group():
        ref.modifiers = _listed(reader)
    return ref


def _listed(reader: Reader) -> str:
    """Modifiers as they are written."""
    return f"({','.join(_modifier(item) for item in reader.group().items())})"


def _modifier(item: Reader) -> str:
    return "".join(item.texts[item.at : item.end]) if item.is_sign("-") else text_of(item)


def _modifiers(reader: Reader, base: str) -> str:
    if not reader.is_group():
        return ""
    group = reader.group()
    values = [_modifier(item) for item in group.items()]
    if not values:
        raise group.refused("a number")
    if base == "numeric" and len(values) == 1:
        values.append("0")
    elif base.startswith("time") and values[0].isdigit() and values[0].isascii():
        values[0] = str(min(int(values[0][:9]), _MOST_DIGITS))
    elif len(values) == 1 and values[0].isdigit():
        values[0] = values[0].lstrip("0") or "0"
    return f"({','.join(values)})"


def _float(reader: Reader) -> str:
    if not reader.is_group():
        return "float8"
    group = reader.group()
    digits = group.text()
    if group.kind() != NUMBER or not digits.isdigit() or not digits.isascii() or len(digits) > 9:
        raise group.refused("a number")
    return "float4" if 1 <= int(digits) <= 24 else "float8"


def _interval(reader: Reader) -> str:
    if reader.is_group():
        return _modifiers(reader, "timestamp")
    first = reader.take_any(*_FIELDS)
    if not first:
        return ""
    fields = f" {first}"
    if reader.take("to"):
        first = reader.take_any(*_FIELDS)
        if not first:
            raise reader.refused("a field of an interval")
        fields += f" to {first}"
    if first == "second" and reader.is_group():
        fields += _modifiers(reader, "timestamp")
    return fields


def qualified(record: Record) -> str:
    """The name of an object with its schema, in quotes where it needs them."""
    name = quoted_name(record.name)
    return name if record.schema is None else f"{quoted_name(record.schema)}.{name}"


def type_text(ref: TypeRef, *, has_modifiers: bool = True) -> str:
    """A type as ``format_type`` spells it.

    Args:
        ref: The type.
        has_modifiers: Whether it is a column's; otherwise it is a routine's, which has no modifiers.
    """
    modifiers = ref.modifiers if has_modifiers else ""
    suffix = "[]" if ref.is_array else ""
    if ref.known is not None:
        return f"{qualified(ref.known)}{modifiers}{suffix}"
    base = ref.base
    if not base:
        return f"{ref.written}{modifiers}{suffix}"
    if base in _ZONED:
        name, zone = _ZONED[base]
        return f"{name}{modifiers}{zone}{suffix}"
    if base == "bpchar":
        # Without modifiers it is no `character`, which is one with a length (`format_type_extended`).
        name = "character" if modifiers or not has_modifiers else "bpchar"
    elif base == "bit":
        name = "bit" if modifiers or not has_modifiers else '"bit"'
    else:
        name = _SPELT.get(base, base)
    return f"{name}{modifiers}{suffix}"


def is_no_default(text: str, ref: TypeRef) -> bool:
    """Whether a default of a type is the null that there is without one.

    Where a modifier or a domain has to be applied to it, it is more than a constant to PostgreSQL and stays
    (`AddRelationNewConstraints` in ``src/backend/catalog/heap.c``).
    """
    is_cast = text.startswith("cast(null as ")
    if text != "null" and not is_cast and not text.startswith("null::"):
        return False
    if isinstance(ref.known, Domain) or (ref.modifiers and ref.base != "interval"):
        return False
    if text == "null":
        return True
    reader = reader_of(text[len("cast(null as ") : -1] if is_cast else text[len("null::") :])
    try:
        cast = read_type(reader)
    except (RefusedError, UnmodelledError):
        return False
    if not reader.is_done or cast.modifiers:
        return False
    if ref.known is None:
        return type_text(cast) == type_text(ref)
    return cast.is_array == ref.is_array and cast.name in (
        (ref.known.name,),
        (ref.known.schema, ref.known.name),
    )


def string_value(text: str) -> str:
    """A value as settings have it: a string without its quotes, a name without them, else as written."""
    value = string_of(text)
    return unquoted(text) if value is None else value
