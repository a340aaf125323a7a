"""Copies of objects that a model tells by their clauses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from confiture.models.sql_names import quoted

from .written import COPIES, Copy

if TYPE_CHECKING:
    from confiture.models.schema.others import Definition

__all__ = ["definition_parts"]


class _Catalogue(NamedTuple):
    """Where the server keeps objects of a kind.

    Attributes:
        name: The catalogue.
        prefix: What the names of its columns start with.
        has_schema: Whether its objects are in schemas.
        itself: Columns that name the object itself, or what is made with it.
    """

    name: str
    prefix: str
    has_schema: bool = True
    itself: tuple[str, ...] = ()


_CATALOGUES = {
    "collation": _Catalogue("pg_collation", "coll"),
    "operator": _Catalogue("pg_operator", "opr", itself=("oprcom", "oprnegate")),
    "statistics": _Catalogue("pg_statistic_ext", "stx", itself=("stxexprs",)),
    "text_search_configuration": _Catalogue("pg_ts_config", "cfg"),
    "text_search_dictionary": _Catalogue("pg_ts_dict", "dict"),
    "text_search_parser": _Catalogue("pg_ts_parser", "prs"),
    "text_search_template": _Catalogue("pg_ts_template", "tmpl"),
    "foreign_data_wrapper": _Catalogue("pg_foreign_data_wrapper", "fdw", has_schema=False),
    "foreign_server": _Catalogue("pg_foreign_server", "srv", has_schema=False),
    "publication": _Catalogue("pg_publication", "pub", has_schema=False),
}

#: What a kind has in further catalogues.
_MORE = {
    "text_search_configuration": """
        SELECT 'mapping ' || m.maptokentype || ' ' || m.mapseqno, m.mapdict::text
        FROM x JOIN pg_ts_config_map m ON m.mapcfg = x.oid
    """,
    "statistics": "SELECT 'expressions', pg_get_statisticsobjdef_expressions(x.oid)::text FROM x",
    "publication": "SELECT 'tables', count(*)::text FROM x JOIN pg_publication_rel r ON r.prpubid = x.oid",
}


#: What an operator says of others, which cannot be said of its copy too.
_OF_OTHERS = re.compile(r", (?:commutator|negator) = (?:operator\([^()]*\)|[^,()]+)")


def definition_parts(definition: Definition) -> Copy | None:
    """All that the server keeps of it, but for what it is called; None for kinds that have no copy."""
    kind = _CATALOGUES.get(definition.kind)
    if kind is None:
        return None
    schema = quoted(definition.schema or "")
    copied = definition.name if kind.has_schema else f"{definition.name} of {COPIES}"
    called = f"{COPIES}.{_written(definition, copied)}" if kind.has_schema else quoted(copied)
    words = {"foreign_server": "SERVER"}.get(definition.kind, definition.kind.replace("_", " "))
    space = f"x.{kind.prefix}namespace::regnamespace::text = %s AND " if kind.has_schema else ""
    itself = [f"{kind.prefix}{part}" for part in ("name", "namespace", "owner")] + ["oid", *kind.itself]
    clauses = definition.clauses
    if definition.kind == "operator":
        clauses = _OF_OTHERS.sub("", clauses)
    columns = ", ".join(f"'{column}'" for column in itself)
    query = f"""
        WITH x AS (SELECT * FROM {kind.name} AS x WHERE {space} x.{kind.prefix}name = %s)
        SELECT 'definition', (to_jsonb(x) - ARRAY[{columns}])::text FROM x
    """
    if definition.kind in _MORE:
        query += f" UNION ALL {_MORE[definition.kind]}"
    return Copy(
        f"{definition.kind} {definition.schema or ''}.{definition.name}",
        schema,
        [
            f"CREATE {words} {called} {clauses}",
            *(f"ALTER {words} {called} {change}" for change in definition.changes),
        ],
        query,
        (schema, definition.name) if kind.has_schema else (definition.name,),
        (COPIES, copied) if kind.has_schema else (copied,),
    )


def _written(definition: Definition, name: str) -> str:
    return name if definition.kind == "operator" else quoted(name)
