"""Columns of a catalog, however they are given."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from msgspec.msgpack import Ext

from confiture.artifacts import convert
from confiture.artifacts.extensions import ARROW_SCHEMA, from_extension
from confiture.models.catalog import CatalogColumn

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["catalog_columns"]

#: PostgreSQL's types for those of Arrow that have no parameters.
_TYPES = {
    "bool": "boolean",
    "int8": "smallint",
    "int16": "smallint",
    "int32": "integer",
    "int64": "bigint",
    "uint8": "smallint",
    "uint16": "integer",
    "uint32": "bigint",
    "uint64": "numeric(20,0)",
    "halffloat": "real",
    "float": "real",
    "double": "double precision",
    "string": "text",
    "large_string": "text",
    "string_view": "text",
    "binary": "bytea",
    "large_binary": "bytea",
    "binary_view": "bytea",
    "date32[day]": "date",
    "date64[ms]": "date",
}

#: Digits of a second; PostgreSQL has six at most, and that is what it has if none are said.
_DIGITS = {"s": "(0)", "ms": "(3)", "us": "", "ns": ""}


def catalog_columns(columns: object) -> tuple[CatalogColumn, ...]:
    """Columns as structs.

    Args:
        columns: An Arrow schema, also as the extension value that MessagePack has it in; or columns as dicts,
            dataclasses, or objects with attributes, whose fields are those of `CatalogColumn`.

    Raises:
        ArtifactError: ``ARTIFACT_007``: they are none of that; ``ARTIFACT_009``: pyarrow is not installed,
            which an extension value needs to be read.
    """
    if isinstance(columns, Ext) and columns.code == ARROW_SCHEMA:
        columns = from_extension(columns.code, bytes(columns.data))
        if isinstance(columns, Ext):
            from confiture.artifacts.failures import library_missing

            raise library_missing("pyarrow", "reading an Arrow schema", "arrow")
    if "pyarrow" in sys.modules:
        import pyarrow

        if isinstance(columns, pyarrow.Schema):
            return tuple(_columns_of_arrow(columns))
    found: tuple[CatalogColumn, ...] = convert(columns, tuple[CatalogColumn, ...])
    return found


def _columns_of_arrow(schema: Iterable[Any]) -> Iterable[CatalogColumn]:
    for field in schema:
        comment = (field.metadata or {}).get(b"comment")
        yield CatalogColumn(
            name=field.name,
            type=_postgresql_type(field.type),
            is_nullable=field.nullable,
            comment=None if comment is None else comment.decode("utf-8", "replace"),
            arrow_type=str(field.type),
        )


def _postgresql_type(kind: Any) -> str | None:
    from pyarrow import types

    suffix = ""
    while True:
        if types.is_dictionary(kind):
            kind = kind.value_type
        elif types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
            # PostgreSQL does not tell arrays of more dimensions apart.
            kind, suffix = kind.value_type, "[]"
        else:
            break
    name = _scalar_type(kind)
    return None if name is None else name + suffix


def _scalar_type(kind: Any) -> str | None:
    from pyarrow import types

    if types.is_decimal(kind):
        return f"numeric({kind.precision},{kind.scale})"
    if types.is_timestamp(kind):
        return f"timestamp{_DIGITS[kind.unit]} {'without' if kind.tz is None else 'with'} time zone"
    if types.is_time(kind):
        return f"time{_DIGITS[kind.unit]} without time zone"
    if types.is_duration(kind) or types.is_interval(kind):
        return "interval"
    if types.is_fixed_size_binary(kind):
        return "bytea"
    return _TYPES.get(str(kind))
