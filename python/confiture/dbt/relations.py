"""How relations are written in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Relation", "quoting_of", "rendered_relation"]

_PARTS = ("database", "schema", "identifier")


class Relation(NamedTuple):
    """A table or view; a tuple that the engines know by its first item."""

    kind: str
    rendered: str
    database: str | None
    schema: str | None
    identifier: str | None


class _Adapter(NamedTuple):
    """What an adapter writes if nothing else is said."""

    quote: str
    #: Whether database, schema and identifier are quoted, and whether they are written.
    quoted: tuple[bool, bool, bool] = (True, True, True)
    written: tuple[bool, bool, bool] = (True, True, True)


#: Each adapter's ``Relation`` class: its quote character, quote policy and include policy.
_ADAPTERS = {
    "athena": _Adapter('"'),
    "bigquery": _Adapter("`"),
    "databricks": _Adapter("`"),
    "duckdb": _Adapter('"'),
    "postgres": _Adapter('"'),
    "redshift": _Adapter('"'),
    "snowflake": _Adapter('"', quoted=(False, False, False)),
    "spark": _Adapter("`", quoted=(False, False, False), written=(False, True, True)),
    "sqlite": _Adapter('"'),
    "trino": _Adapter('"'),
}


def rendered_relation(adapter_type: object, parts: Mapping[str, str | None], *quotings: object) -> str | None:
    """A relation as an adapter writes it; None if the adapter is not known.

    Args:
        adapter_type: The adapter.
        parts: Database, schema and identifier.
        quotings: Mappings of these to whether they are quoted, the later before the earlier ones.
    """
    adapter = _ADAPTERS.get(adapter_type) if isinstance(adapter_type, str) else None
    if adapter is None:
        return None
    policy: dict[str, Any] = dict(zip(_PARTS, adapter.quoted, strict=True))
    for quoting in quotings:
        if isinstance(quoting, dict):
            policy.update({part: quoting[part] for part in _PARTS if isinstance(quoting.get(part), bool)})
    mark = adapter.quote
    shown = [
        f"{mark}{parts[part]}{mark}" if policy[part] else str(parts[part])
        for part, is_written in zip(_PARTS, adapter.written, strict=True)
        if is_written and parts[part]
    ]
    return ".".join(shown)


def quoting_of(adapter_type: object, rendered: str, parts: Mapping[str, str | None]) -> dict[str, bool]:
    """Which parts of a relation that was written are quoted; those that cannot be told are left out."""
    adapter = _ADAPTERS.get(adapter_type) if isinstance(adapter_type, str) else None
    told: dict[str, bool] = {}
    rest = rendered
    for part in _PARTS if adapter is not None else ():
        name, mark = parts[part], adapter.quote if adapter is not None else ""
        for is_quoted in (True, False):
            written = f"{mark}{name}{mark}" if is_quoted else str(name)
            if name and rest.startswith(written) and rest[len(written) :][:1] in ("", "."):
                told[part] = is_quoted
                rest = rest[len(written) + 1 :]
                break
    return told
