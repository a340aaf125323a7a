"""Families of types: what can be compared with what, whichever warehouse names the type."""

from __future__ import annotations

import re

__all__ = ["NUMBERS", "PORTABLE", "TIMES", "common_family", "family_of"]

#: Families of numbers; two of them are compared as the later one.
NUMBERS = ("integer", "decimal", "float")

#: Families that have a place in time.
TIMES = ("date", "timestamp", "timestamptz")

#: Families whose values are the same text in every warehouse.
PORTABLE = (
    "boolean",
    "integer",
    "decimal",
    "text",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "binary",
)

_FAMILIES = {
    "boolean": "boolean bool",
    "integer": "tinyint smallint integer bigint hugeint utinyint usmallint uinteger ubigint uhugeint bignum "
    "varint int int2 int4 int8 int64 byteint long short byte",
    "decimal": "decimal numeric number bignumeric bigdecimal dec",
    "float": "float double real float4 float8 float64 double_precision",
    "text": "varchar character text char bpchar name citext string enum nvarchar",
    "binary": "blob bytea binary varbinary bytes varbyte",
    "date": "date",
    "time": "time",
    "timestamp": "timestamp timestamp_s timestamp_ms timestamp_ns timestamp_ntz datetime",
    "timestamptz": "timestamptz timestamp_tz timestamp_ltz",
    "interval": "interval",
    "uuid": "uuid",
    "json": "json jsonb variant object super",
    "nested": "array struct map union list",
}
_BY_NAME = {name: family for family, names in _FAMILIES.items() for name in names.split()}
_WORD = re.compile(r"[a-z_0-9]+")


def family_of(type_name: str, dialect: str) -> str:
    """The family of a type, as a warehouse names it; ``other`` for what is compared by its text.

    >>> family_of("DECIMAL(10,2)", "duckdb"), family_of("timestamp(3) with time zone", "postgresql")
    ('decimal', 'timestamptz')
    >>> family_of("integer[]", "postgresql"), family_of("point", "postgresql")
    ('nested', 'other')
    """
    lowered = type_name.lower().strip()
    if lowered.endswith("]"):
        return "nested"
    found = _WORD.match(lowered)
    first = "" if found is None else found.group()
    family = _BY_NAME.get(first, "other")
    if first in ("timestamp", "time") and lowered.endswith("with time zone"):
        # A time of day with a zone is no point on a line: two of them can be the same and differ.
        return "timestamptz" if first == "timestamp" else "other"
    if first == "timestamp" and dialect in ("bigquery", "databricks"):
        return "timestamptz"
    if first == "array" and dialect == "snowflake":
        return "json"
    if first == "interval" and dialect not in ("duckdb", "postgresql"):
        return "other"
    return family


def common_family(old: str, new: str) -> str | None:
    """The family in which values of two families are compared; None if they cannot be.

    >>> common_family("integer", "float"), common_family("text", "integer")
    ('float', None)
    """
    if old == new:
        return old
    if old in NUMBERS and new in NUMBERS:
        return max(old, new, key=NUMBERS.index)
    return None
