"""Bounds of partitions, with their values as PostgreSQL spells them where it is certain how it does.

A bound is kept as values of the key's types (``transformPartitionBoundValue`` in
``src/backend/parser/parse_utilcmd.c``), and spelt from these (``get_const_expr`` in
``src/backend/utils/adt/ruleutils.c``). What a session's settings decide, and what is worked out, is left as
it is written.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from confiture._pure.schema.reading import NUMBER, STRING, Reader, RefusedError, UnmodelledError, string_of
from confiture._pure.schema.records import Table, TypeRef
from confiture._pure.schema.text import bare, reader_of, text_of
from confiture._pure.schema.types import read_type

__all__ = ["bound_text", "read_bound"]

_LARGEST = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}
_MOST_DIGITS = 19
_TRUE = frozenset(("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"))
_FALSE = frozenset(("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"))
_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_NUMERIC = re.compile(r"(\d*)(?:\.(\d*))?", re.ASCII)
_SCALE = re.compile(r"\(\d{1,4},(\d{1,4})\)", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SPACE = " \t\n\r\v\f"


class _Literal(NamedTuple):
    """A constant as it is written.

    Attributes:
        text: Its text, without quotes.
        is_string: Whether it has quotes.
        cast: The type that it is cast to; nothing if to none.
    """

    text: str
    is_string: bool
    cast: str


def read_bound(reader: Reader) -> Reader:
    """Go past a partition's bound, and its tokens."""
    start = reader.at
    if reader.take("default"):
        return reader.part(start, reader.at)
    reader.expect("for", "values")
    if reader.take("in") or reader.take("with"):
        reader.group()
    else:
        reader.expect("from")
        reader.group()
        reader.expect("to")
        reader.group()
    return reader.part(start, reader.at)


def bound_text(bound: Reader, parent: Table) -> str:
    """The text of a bound of a partition of a table."""
    rest = bound.part(bound.at, bound.end)
    if rest.take("for", "values", "with"):
        return _hash_text(rest.group()) or text_of(bound)
    keys = _key_types(parent)
    if rest.take("for", "values", "in") and len(keys) == 1:
        values = [_value_text(item, keys[0]) for item in rest.group().items()]
        return f"for values in ({', '.join(dict.fromkeys(values))})"
    if rest.take("for", "values", "from"):
        lower = rest.group().items()
        rest.expect("to")
        upper = rest.group().items()
        if len(lower) == len(upper) == len(keys):
            first, last = (", ".join(map(_value_text, side, keys)) for side in (lower, upper))
            return f"for values from ({first}) to ({last})"
    return text_of(bound)


def _hash_text(group: Reader) -> str | None:
    found: dict[str, str] = {}
    for item in group.items():
        name = item.take_any("modulus", "remainder")
        text = item.text()
        if item.kind() != NUMBER or not _is_digits(text) or item.end - item.at > 1 or name in found:
            return None
        found[name] = text.lstrip("0") or "0"
    if found.keys() != {"modulus", "remainder"}:
        return None
    return f"for values with (modulus {found['modulus']}, remainder {found['remainder']})"


def _key_types(parent: Table) -> list[TypeRef | None]:
    """The types of the columns that a table is partitioned by; None for an expression."""
    reader = reader_of(parent.partition_by or "")
    reader.at += 1
    if not reader.is_group():
        return []
    found: list[TypeRef | None] = []
    for item in reader.group().items():
        is_column = item.is_name() and not item.is_sign("(", 1)
        column = parent.columns.get(item.identifier()) if is_column else None
        is_plain = column is not None and column.type.known is None and not column.type.is_array
        found.append(column.type if column is not None and is_plain else None)
    return found


def _value_text(item: Reader, key: TypeRef | None) -> str:
    literal = _literal(bare(item))
    spelt = None if literal is None or key is None else _spelt(literal, key)
    return text_of(item) if spelt is None else spelt


def _literal(item: Reader) -> _Literal | None:
    """The constant that an expression is; None of what is none, or stands for no value."""
    start = item.part(item.at, item.end)
    cast = ""
    if start.kind() == NUMBER or start.is_sign("-") or start.is_sign("+"):
        sign = "-" if start.is_sign("-") else ""
        start.at += start.kind() != NUMBER
        if start.kind() != NUMBER:
            return None
        text, is_string = sign + start.text(), False
    elif start.word() in ("true", "false"):
        text, is_string = start.word(), True
    else:
        if start.kind() != STRING and item.kinds[item.end - 1] == STRING:
            cast = _type_name(start)
            if not cast:
                return None
        value = string_of(start.text()) if start.kind() == STRING else None
        if value is None:
            return None
        text, is_string = value, True
    start.at += 1
    if start.take_sign("::"):
        # A sign stands outside of a cast.
        if cast or (not is_string and text[:1] == "-"):
            return None
        cast = _type_name(start)
        if not cast:
            return None
    return _Literal(text, is_string, cast) if start.is_done else None


def _type_name(reader: Reader) -> str:
    """Go past a type without modifiers that is PostgreSQL's own, and its name."""
    try:
        ref = read_type(reader)
    except (RefusedError, UnmodelledError):
        return ""
    return "" if ref.is_array or ref.modifiers else ref.base


def _spelt(literal: _Literal, key: TypeRef) -> str | None:
    base = key.base
    if base in _LARGEST:
        return _integer(literal, base)
    if base == "numeric":
        return _numeric(literal, key.modifiers)
    if not literal.is_string:
        return None
    if base == "bool":
        return _boolean(literal)
    if base in ("date", "timestamp", "timestamptz"):
        return _moment(literal, base, key.modifiers)
    if base in ("text", "varchar"):
        if key.modifiers or literal.cast not in ("", "text", "varchar"):
            return None
        return "'" + literal.text.replace("'", "''") + "'"
    if base == "uuid" and literal.cast in ("", "uuid"):
        return _uuid(literal.text)
    return None


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _signed(literal: _Literal) -> tuple[str, str]:
    """The sign and what follows it."""
    text = literal.text.strip(_SPACE) if literal.is_string else literal.text
    if text[:1] in ("-", "+"):
        return text[:1].replace("+", ""), text[1:]
    return "", text


def _integer(literal: _Literal, base: str) -> str | None:
    sign, digits = _signed(literal)
    if not _is_digits(digits) or literal.cast not in ("", *_LARGEST):
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS or int(digits) > min(_LARGEST[base], _LARGEST[literal.cast or base]):
        return None
    if digits == "0":
        sign = ""
    return digits if base == "int4" and not sign else f"'{sign}{digits}'"


def _numeric(literal: _Literal, modifiers: str) -> str | None:
    sign, digits = _signed(literal)
    found = _NUMERIC.fullmatch(digits)
    if found is None or literal.cast not in ("", "numeric"):
        return None
    whole, fraction = found[1], found[2] or ""
    if not whole and not fraction:
        return None
    if modifiers:
        scale = _SCALE.fullmatch(modifiers)
        if scale is None or len(fraction) > int(scale[1]):
            return None
        fraction = fraction.ljust(int(scale[1]), "0")
    whole = whole.lstrip("0") or "0"
    if not (whole + fraction).strip("0"):
        sign = ""
    if not fraction:
        return f"'{sign}{whole}'"
    return f"'-{whole}.{fraction}'" if sign else f"{whole}.{fraction}"


def _boolean(literal: _Literal) -> str | None:
    if literal.cast not in ("", "bool"):
        return None
    text = literal.text.strip(_SPACE).lower()
    if text in _TRUE:
        return "true"
    return "false" if text in _FALSE else None


def _moment(literal: _Literal, base: str, modifiers: str) -> str | None:
    """A day or a time; one with a zone in UTC."""
    found = _MOMENT.fullmatch(literal.text.strip(_SPACE))
    if found is None or literal.cast not in ("", "date", "timestamp", base):
        return None
    has_time, zone = found[4] is not None, found[8]
    if has_time and "date" in (base, literal.cast):
        return None
    if base == "date" and literal.cast not in ("", "date"):
        return None
    if zone and (base != "timestamptz" or literal.cast == "timestamp"):
        return None
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    hour, minute, second = int(found[4] or 0), int(found[5] or 0), int(found[6] or 0)
    if not (year and 1 <= month <= 12 and 1 <= day <= _days_of(year, month)):
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = (found[7] or "").rstrip("0")
    if fraction and modifiers:
        return None
    if zone:
        offset = _offset(zone)
        if offset is None:
            return None
        total = (_day_number(year, month, day) * 24 + hour) * 60 + minute - offset
        number, rest = divmod(total, 24 * 60)
        hour, minute = divmod(rest, 60)
        year, month, day = _day_of(number)
        if not 1 <= year <= 9999:
            return None
    text = f"{year:04}-{month:02}-{day:02}"
    if base == "date":
        return f"'{text}'"
    text += f" {hour:02}:{minute:02}:{second:02}"
    if fraction:
        text += f".{fraction}"
    return f"'{text}+00'" if zone else f"'{text}'"


def _offset(zone: str) -> int | None:
    """How many minutes a zone is before UTC."""
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    if hours > 15 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if zone[0] == "-" else 1)


def _days_of(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _day_number(year: int, month: int, day: int) -> int:
    """The days since the first of March of the year nought, so that a leap day ends its year."""
    shifted = (month + 9) % 12
    year -= month < 3
    return year * 365 + year // 4 - year // 100 + year // 400 + (shifted * 306 + 5) // 10 + day - 1


def _day_of(number: int) -> tuple[int, int, int]:
    """The day of a number of `_day_number`."""
    year = (10_000 * number + 14_780) // 3_652_425
    rest = number - (year * 365 + year // 4 - year // 100 + year // 400)
    if rest < 0:
        year -= 1
        rest = number - (year * 365 + year // 4 - year // 100 + year // 400)
    shifted = (100 * rest + 52) // 3060
    month = (shifted + 2) % 12 + 1
    return year + (shifted + 2) // 12, month, rest - (shifted * 306 + 5) // 10 + 1


def _uuid(text: str) -> str | None:
    digits = text.lower()
    if digits[:1] == "{" and digits[-1:] == "}":
        digits = digits[1:-1]
    parts = digits.split("-")
    if [len(part) for part in parts] not in ([32], [8, 4, 4, 4, 12]) or not _UUID.fullmatch("".join(parts)):
        return None
    digits = "".join(parts)
    return f"'{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}'"
