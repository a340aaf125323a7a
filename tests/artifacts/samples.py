"""Documents of every kind of artifact, made from the types themselves.

There are two of each kind: one in which every field has a value that is not its default, and one with the
required fields alone. A field that is added, removed or renamed changes them.
"""

from __future__ import annotations

from typing import Any

import msgspec.inspect as kinds

from confiture.artifacts import convert
from confiture.artifacts.registry import KINDS, type_information

FULL, LEAST = "full", "least"

#: Texts for the patterns that fields have.
_MATCHING = {
    "^[0-9a-f]{64}$": "0123456789abcdef" * 4,
    "^[0-9a-f]{16}$": "0123456789abcdef",
    "^([0-9a-f]{40}|[0-9a-f]{64})$": "01234567" * 5,
    "^(rust|python)$": "python",
    "^(error|warning|note)$": "warning",
    "^(both|upstream|downstream)$": "upstream",
    "^(source|header|separator)$": "source",
    "^(added|removed|changed)$": "removed",
    "^[A-Z]+_[0-9]{3}$": "CHECK_001",
    "^(files|dependencies)$": "dependencies",
    "^(dbt|schema)$": "schema",
    "^(added|removed|modified)$": "modified",
    "^(dbt|schema|run)$": "run",
    "^(certain|inferred|unknown)$": "inferred",
    "^(unchanged|non_breaking|partly_breaking|breaking|unknown)$": "breaking",
    "^(identity|transformed|aggregated|distinct|expansion|filter|grouping|join|order"
    "|set_operation|unknown|window)$": "join",
    "^(added|removed|retyped|moved|nullability)$": "retyped",
    "^(added|removed|compared)$": "added",
    "^(join|checksums|rows)$": "checksums",
}


def sample_documents(name: str, extent: str) -> list[Any]:
    """The documents of a kind: one, or of a stream one of each type."""
    information = type_information(name)
    members = information.types if isinstance(information, kinds.UnionType) else (information,)
    wanted = KINDS[name].type()
    return [convert(_sample(member, "", extent), wanted) for member in members]


def _sample(kind: kinds.Type, name: str, extent: str, default: object = None) -> Any:
    if isinstance(kind, kinds.Metadata):
        return _sample(kind.type, name, extent, default)
    if isinstance(kind, kinds.StructType):
        return _struct(kind, extent)
    if isinstance(kind, kinds.UnionType):
        members = [member for member in kind.types if not isinstance(member, kinds.NoneType)]
        return None if extent == LEAST and kind.includes_none else _sample(members[0], name, extent, default)
    if isinstance(kind, kinds.StrType):
        return name if kind.pattern is None else _MATCHING[kind.pattern]
    if isinstance(kind, kinds.AnyType):
        return [name, 1.5, None]
    if isinstance(kind, kinds.BoolType):
        return default is not True
    if isinstance(kind, kinds.IntType):
        return 7 if kind.le is None else kind.le
    if isinstance(kind, kinds.FloatType):
        return 0.25
    if isinstance(kind, kinds.DateTimeType):
        return "2026-01-02T03:04:05.000006Z"
    if isinstance(kind, (kinds.ListType, kinds.VarTupleType)):
        return [] if extent == LEAST else [_sample(kind.item_type, name, extent)]
    if isinstance(kind, kinds.TupleType):
        return [_sample(item, name, extent) for item in kind.item_types]
    if isinstance(kind, kinds.DictType):
        return {} if extent == LEAST else {"one": _sample(kind.value_type, name, extent)}
    if isinstance(kind, kinds.CustomType):
        return [{"c": "Null"}, 1.0, None]
    raise NotImplementedError(f"{name}: {kind}")


def _struct(kind: kinds.StructType, extent: str) -> Any:
    fields = {
        field.encode_name: _sample(field.type, field.encode_name, extent, field.default)
        for field in kind.fields
        if extent == FULL or field.required
    }
    if kind.array_like:
        return [kind.tag, *fields.values()]
    return fields if kind.tag is None else {kind.tag_field: kind.tag, **fields}
